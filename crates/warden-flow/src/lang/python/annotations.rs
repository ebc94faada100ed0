//! Annotations, as expressions.

use smallvec::SmallVec;

use super::{Kind, Python};
use crate::ir::{Expr, ExprId, Logic, Span};

impl Python<'_, '_> {
    /// A whole annotation. One that is a text is read as the name that it holds.
    pub(super) fn annotation(&mut self) -> ExprId {
        let at = self.at();
        let made = self.expr();
        match self.text_of(made).map(str::to_owned) {
            Some(text) => self.dotted_name(&text, at).unwrap_or(made),
            None => made,
        }
    }

    /// `a.b.c` in a text.
    fn dotted_name(&mut self, text: &str, at: Span) -> Option<ExprId> {
        let mut made = None;
        for part in text.split('.') {
            let mut letters = part.chars();
            let first = letters.next()?;
            if !(first.is_alphabetic() || first == '_')
                || !letters.all(|letter| letter.is_alphanumeric() || letter == '_')
            {
                return None;
            }
            let name = self.builder.name(part);
            made = Some(match made {
                None => self.reference(name, at),
                Some(base) => self.builder.expr(Expr::Member(base, name), at),
            });
        }
        made
    }

    /// The forms that the grammar knows only in annotations.
    pub(super) fn type_expr(&mut self, kind: Kind) -> ExprId {
        let at = self.at();
        let mut parts: SmallVec<[ExprId; 4]> = SmallVec::new();
        let mut member = None;
        self.children(|python, part| match (kind, part) {
            (Kind::GenericType, Kind::TypeParameter) => {
                let index = python.type_parameters();
                parts.push(index);
            }
            (Kind::MemberType, Kind::Identifier) => member = Some(python.identifier()),
            _ => parts.push(python.expr()),
        });
        match (kind, parts.as_slice(), member) {
            (Kind::Type | Kind::SplatType, [one], _) => *one,
            (Kind::GenericType, [base, index], _) => self.index(*base, *index, at),
            (Kind::MemberType, [base], Some(name)) => {
                self.builder.expr(Expr::Member(*base, name), at)
            }
            (Kind::UnionType, [left, right], _) => {
                self.builder.expr(Expr::Logic(Logic::Or, *left, *right), at)
            }
            _ => self.builder.expr(Expr::Unknown(parts.to_vec()), at),
        }
    }

    fn type_parameters(&mut self) -> ExprId {
        let at = self.at();
        let mut parts: SmallVec<[ExprId; 4]> = SmallVec::new();
        self.children(|python, _| parts.push(python.expr()));
        match parts.as_slice() {
            [one] => *one,
            _ => self.list_of(&parts, at),
        }
    }
}
