//! Text: literals with their values, joined ones, and those with parts to fill in.

use smallvec::SmallVec;

use super::{
    Field, Kind, Python,
    escapes::{Flavour, decode, plain},
    format,
};
use crate::ir::{Arg, Call, CallKind, Expr, ExprId, Name, Span};

/// The parts of a text.
type Parts = SmallVec<[ExprId; 8]>;

impl Python<'_, '_> {
    /// One literal.
    pub(super) fn string(&mut self) -> ExprId {
        let at = self.at();
        let mut parts = Parts::new();
        self.string_parts(&mut parts);
        self.concat(&parts, at)
    }

    /// `"a" f"{b}" "c"`.
    pub(super) fn joined_strings(&mut self) -> ExprId {
        let at = self.at();
        let mut parts = Parts::new();
        self.children(|python, kind| match kind {
            Kind::Str => python.string_parts(&mut parts),
            _ => parts.push(python.expr()),
        });
        self.concat(&parts, at)
    }

    /// The text that a function, class or module begins with, the cursor standing at its block.
    pub(super) fn docstring(&mut self) -> Option<Name> {
        if !self.goto_first_plainly() {
            return None;
        }
        let mut doc = None;
        if self.kind() == Kind::ExpressionStatement && self.goto_first_plainly() {
            if matches!(self.kind(), Kind::Str | Kind::ConcatenatedString)
                && self.is_constant_text()
            {
                doc = self.value();
            }
            self.cursor.goto_parent();
        }
        self.cursor.goto_parent();
        doc
    }

    /// Goes to the first child that is not a comment, whatever it is.
    pub(super) fn goto_first_plainly(&mut self) -> bool {
        if !self.cursor.goto_first_child() {
            return false;
        }
        while matches!(self.kind(), Kind::Comment | Kind::Continuation) {
            if !self.cursor.goto_next_sibling() {
                self.cursor.goto_parent();
                return false;
            }
        }
        true
    }

    /// The value of a constant literal; it does not become an expression of the module.
    fn value(&mut self) -> Option<Name> {
        let (exprs, spans) = (self.builder.module.exprs.len(), self.builder.module.spans.len());
        let made = match self.kind() {
            Kind::Str => self.string(),
            _ => self.joined_strings(),
        };
        let value = match *self.builder.module.expr(made) {
            Expr::Text(value) => Some(value),
            _ => None,
        };
        self.builder.module.exprs.truncate(exprs);
        self.builder.module.spans.truncate(spans);
        value
    }

    /// Whether nothing is filled in, and nothing is broken.
    pub(super) fn is_constant_text(&mut self) -> bool {
        if !self.cursor.goto_first_child() {
            return true;
        }
        let mut constant = true;
        loop {
            constant &= match self.kind() {
                Kind::Interpolation | Kind::Error => false,
                Kind::Str => self.is_constant_text(),
                _ => true,
            };
            if !constant || !self.cursor.goto_next_sibling() {
                break;
            }
        }
        self.cursor.goto_parent();
        constant
    }

    fn string_parts(&mut self, parts: &mut Parts) {
        let at = self.at();
        if !self.cursor.node().has_error()
            && let Some((flavour, source)) = plain(self.builder.slice(at))
        {
            return parts.push(self.content(source, flavour, at));
        }
        let mut flavour = Flavour::default();
        self.children(|python, kind| match kind {
            Kind::StringStart => {
                flavour = Flavour::of(python.builder.slice(python.at()));
            }
            Kind::StringContent => {
                let at = python.at();
                let source = python.builder.slice(at);
                parts.push(python.content(source, flavour, at));
            }
            Kind::Interpolation => python.interpolation(parts),
            _ => {}
        });
    }

    fn content(&mut self, source: &str, flavour: Flavour, at: Span) -> ExprId {
        match decode(source, flavour) {
            Some(text) => self.constant(&text, at),
            None => self.constant(source, at),
        }
    }

    /// `{value=!r:spec}`.
    fn interpolation(&mut self, parts: &mut Parts) {
        let at = self.at();
        if !self.builder.enter(at) {
            parts.push(self.nothing(at));
            return;
        }
        let mut value = None;
        let mut represented = None;
        let mut numeric = false;
        let mut widths = Parts::new();
        self.tokens(|python, kind, node| match kind {
            Kind::TypeConversion => represented = representation(python.builder.slice(python.at())),
            Kind::FormatSpecifier => {
                let spec = python.builder.slice(python.at());
                numeric = format::is_numeric(spec.trim_start_matches(':'));
                python.specifier(&mut widths);
            }
            Kind::Assign => {
                let start = at.start + 1;
                let name = Span { start, end: python.at().end };
                parts.push(python.builder.text(python.builder.slice(name), name));
                represented = Some("repr");
            }
            _ if node.is_named() && Field::of(&python.cursor) == Field::Expression => {
                value = Some(python.expr());
            }
            _ => {}
        });
        if let Some(value) = value {
            let shown = self.shown(value, represented, numeric, at);
            parts.push(shown);
        }
        parts.extend(widths);
        self.builder.leave();
    }

    /// A value as it is written out.
    pub(super) fn shown(
        &mut self,
        value: ExprId,
        represented: Option<&str>,
        numeric: bool,
        at: Span,
    ) -> ExprId {
        match represented {
            _ if numeric => self.builder.expr(Expr::Unary(value), at),
            Some(function) => {
                let callee = self.builtin(function, at);
                let args = vec![Arg { value, name: None, spread: false }];
                self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), at)
            }
            None => value,
        }
    }

    /// What a format takes from expressions is widths and the like.
    fn specifier(&mut self, widths: &mut Parts) {
        if !self.builder.enter(self.at()) {
            return;
        }
        self.children(|python, kind| match kind {
            Kind::FormatExpression => python.width(widths),
            Kind::FormatSpecifier => python.specifier(widths),
            _ => {}
        });
        self.builder.leave();
    }

    fn width(&mut self, widths: &mut Parts) {
        let at = self.at();
        self.children(|python, kind| match kind {
            Kind::FormatSpecifier => python.specifier(widths),
            _ if kind.is_expression() => {
                let value = python.expr();
                widths.push(python.builder.expr(Expr::Unary(value), at));
            }
            _ => {}
        });
    }
}

/// The function that a conversion calls.
pub(super) fn representation(conversion: &str) -> Option<&'static str> {
    match conversion {
        "!r" => Some("repr"),
        "!a" => Some("ascii"),
        _ => None,
    }
}
