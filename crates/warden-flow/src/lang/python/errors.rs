//! What is not Python: the parser goes on after an error, and so does the front-end.

use tree_sitter::Node;

use super::{Kind, Python};
use crate::{ir::GapKind, lang::span};

impl<'t> Python<'t, '_> {
    /// Says where the parser did not get along.
    pub(super) fn say_errors(&mut self, root: Node<'t>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                self.builder.gap(GapKind::Syntax, span(node));
            }
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Lowers what stands in an error, as far as it is something.
    pub(super) fn broken(&mut self) {
        if !self.builder.enter(self.at()) {
            return;
        }
        if self.cursor.goto_first_child() {
            loop {
                let node = self.cursor.node();
                if node.is_named() {
                    self.fragment(Kind::at(node));
                }
                if !self.cursor.goto_next_sibling() {
                    break;
                }
            }
            self.cursor.goto_parent();
        }
        self.builder.leave();
    }

    /// A piece that stands where nobody expects it.
    fn fragment(&mut self, kind: Kind) {
        match kind {
            Kind::Comment | Kind::Continuation | Kind::StringStart | Kind::StringContent => {}
            _ if kind.is_statement() => self.statement(kind),
            _ if kind.is_expression() => self.expression_statement(kind),
            _ => self.broken(),
        }
    }
}

impl Kind {
    /// Whether it is a whole statement.
    pub(super) const fn is_statement(self) -> bool {
        (Self::ExpressionStatement as u8) <= self as u8 && self as u8 <= Self::Match as u8
    }

    /// Whether it is a whole expression.
    pub(super) const fn is_expression(self) -> bool {
        match self {
            Self::StringStart
            | Self::StringContent
            | Self::Interpolation
            | Self::FormatSpecifier
            | Self::FormatExpression
            | Self::TypeConversion
            | Self::AsTarget
            | Self::Pair => false,
            _ => Self::Identifier as u8 <= self as u8 && self as u8 <= Self::Yield as u8,
        }
    }
}
