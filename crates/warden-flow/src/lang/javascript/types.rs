//! Annotations: the types that say something about values.

use crate::ir::{Expr, ExprId, Item};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// What a member of a union says.
enum Member {
    /// That there may be nothing.
    Nothing,
    /// That it is this constant.
    Constant(ExprId),
    /// Anything else.
    Type(Option<ExprId>),
}

impl Lowerer<'_, '_> {
    /// Lowers the annotation under the cursor: named types as what they name, `string`, `number`
    /// and `boolean` as globals, constants as a list of them. Other types say nothing.
    pub(super) fn annotation(&mut self) -> Option<ExprId> {
        self.only_child(Self::type_value).flatten()
    }

    fn type_value(&mut self) -> Option<ExprId> {
        let at = self.span();
        if !self.builder.enter(at) {
            return None;
        }
        let made = match self.kind() {
            Kind::TypeName | Kind::Identifier => Some(self.expr()),
            Kind::PredefinedType => self.predefined(),
            Kind::NestedTypeName => self.nested_type(),
            Kind::GenericType => self.at(Field::Name, Self::type_value).flatten(),
            Kind::WrappedType => self.annotation(),
            Kind::UnionType | Kind::LiteralType => self.union(),
            _ => {
                self.skip();
                None
            }
        };
        self.builder.leave();
        made
    }

    fn predefined(&mut self) -> Option<ExprId> {
        let at = self.span();
        matches!(self.text(), "string" | "number" | "boolean").then(|| {
            let name = self.literal();
            self.builder.expr(Expr::Global(name), at)
        })
    }

    fn nested_type(&mut self) -> Option<ExprId> {
        let mut base = None;
        let mut name = None;
        self.each(|inner, kind| match inner.field() {
            Field::Name => name = Some(inner.identifier()),
            _ if kind.is_expression() => base = Some(inner.expr()),
            _ => {}
        });
        let name = name?;
        base.map(|base| self.member_of(base, name))
    }

    /// A union nests to the left: goes down to its first member, and comes up again.
    fn union(&mut self) -> Option<ExprId> {
        let at = self.span();
        let mut members = Vec::new();
        let mut levels = 0;
        while self.kind() == Kind::UnionType && self.down(|_, kind| !kind.is_token()) {
            levels += 1;
        }
        members.push(self.union_member());
        for _ in 0..levels {
            while self.along(|_, kind| !kind.is_token()) {
                members.push(self.union_member());
            }
            self.up();
        }
        let mut constants = Vec::new();
        let mut types = Vec::new();
        for member in members {
            match member {
                Member::Nothing => {}
                Member::Constant(value) => constants.push(Item { value, spread: false }),
                Member::Type(value) => types.push(value),
            }
        }
        match types.as_slice() {
            [] if !constants.is_empty() => Some(self.builder.expr(Expr::List(constants), at)),
            [only] if constants.is_empty() => *only,
            _ => None,
        }
    }

    fn union_member(&mut self) -> Member {
        match self.kind() {
            Kind::LiteralType => match self.only_child(|inner| (inner.kind(), inner.expr())) {
                Some((Kind::Null, _)) => Member::Nothing,
                Some((_, value)) => Member::Constant(value),
                None => Member::Type(None),
            },
            Kind::UnionType => Member::Type(None),
            _ => Member::Type(self.type_value()),
        }
    }
}
