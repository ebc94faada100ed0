//! Expressions: chains that nest to the left, and what stands at their start.

use crate::ir::{Expr, ExprId, GapKind, Item, Key, Name, Property, Span};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
    patterns::Bind,
};

impl Lowerer<'_, '_> {
    /// Lowers an expression.
    pub(super) fn expr(&mut self) -> ExprId {
        let kind = self.kind();
        let at = self.span();
        match kind {
            Kind::Identifier | Kind::TypeName => {
                let name = self.identifier();
                return self.builder.reference(name, at);
            }
            Kind::String => return self.string(),
            Kind::Number => return self.number(),
            Kind::This => return self.builder.reference(self.known.this, at),
            Kind::True => return self.builder.expr(Expr::Bool(true), at),
            Kind::False => return self.builder.expr(Expr::Bool(false), at),
            Kind::Null => return self.builder.expr(Expr::Null, at),
            _ => {}
        }
        if !self.builder.enter(at) {
            self.given = None;
            return self.nothing(at);
        }
        let made = if kind.leans_left() { self.chain() } else { self.start(kind) };
        self.builder.leave();
        made
    }

    /// Lowers a chain: goes down to where it starts, and comes up again.
    fn chain(&mut self) -> ExprId {
        let base = self.spine.len();
        let mut kind = self.kind();
        while kind.leans_left() && self.down(|_, kind| !kind.is_token()) {
            self.spine.push(kind);
            kind = self.kind();
        }
        let mut made = if self.spine.len() == base { self.other() } else { self.expr() };
        // A sum is put together when all its operands are known.
        let mut sum: Option<(usize, Span)> = None;
        while self.spine.len() > base {
            let kind = self.spine.pop().unwrap_or(Kind::Other);
            let plus = kind == Kind::Binary && self.reach_operator() == Kind::Plus;
            if plus {
                let start = sum.map_or(self.operands.len(), |(start, _)| start);
                if sum.is_none() {
                    self.operands.push(made);
                }
                let right = self.right();
                self.operands.push(right);
                self.up();
                sum = Some((start, self.span()));
                continue;
            }
            if let Some((start, at)) = sum.take() {
                made = self.sum(start, at);
            }
            made = self.link(kind, made);
        }
        match sum {
            Some((start, at)) => self.sum(start, at),
            None => made,
        }
    }

    /// The right operand of the operator under the cursor.
    fn right(&mut self) -> ExprId {
        let at = self.span();
        if self.along_to(Field::Right) { self.expr() } else { self.nothing(at) }
    }

    /// One link of a chain: the cursor stands on its first child, which became `first`, and
    /// stands on the link itself in the end.
    fn link(&mut self, kind: Kind, first: ExprId) -> ExprId {
        match kind {
            Kind::Call => self.call(first),
            Kind::Member => self.member(first),
            Kind::Subscript => self.subscript(first),
            Kind::Binary => self.binary(first),
            _ => {
                while self.cursor.goto_next_sibling() {
                    self.notice();
                }
                self.up();
                first
            }
        }
    }

    fn member(&mut self, base: ExprId) -> ExprId {
        let name = self.along_to(Field::Property).then(|| self.identifier());
        self.up();
        match name {
            Some(name) => self.member_of(base, name),
            None => base,
        }
    }

    /// `base.name`, for the node under the cursor.
    pub(super) fn member_of(&mut self, base: ExprId, name: Name) -> ExprId {
        let at = self.span();
        let made = self.builder.expr(Expr::Member(base, name), at);
        if name == self.known.exports {
            self.later.exports.push(made);
        } else if name == self.known.prototype {
            self.later.prototypes.push(made);
        }
        made
    }

    fn subscript(&mut self, base: ExprId) -> ExprId {
        let index = self.along_to(Field::Index).then(|| self.expr());
        self.up();
        let at = self.span();
        match index {
            Some(index) => match *self.made(index) {
                // The language knows no difference, and whoever hides a name writes it so.
                Expr::Text(name) => self.member_of(base, name),
                _ => self.builder.expr(Expr::Index(base, index), at),
            },
            None => base,
        }
    }

    /// Lowers what is no chain.
    fn start(&mut self, kind: Kind) -> ExprId {
        let at = self.span();
        match kind {
            Kind::Template => self.template(),
            Kind::Regex => self.regex(),
            Kind::Object => self.object(),
            Kind::Array => self.array(),
            Kind::Function | Kind::Generator | Kind::Arrow => self.function_value(),
            Kind::Class => self.class_value(),
            Kind::MetaProperty => self.meta_property(),
            Kind::Parenthesised | Kind::Await | Kind::TypeAssertion => self.inside(),
            Kind::Sequence => self.sequence(Self::expr).unwrap_or_else(|| self.nothing(at)),
            Kind::Assignment => self.assignment(),
            Kind::Augmented => self.augmented(),
            Kind::Unary => self.unary(),
            Kind::Update => self.update(),
            Kind::Ternary => self.choice(),
            Kind::New => self.new_instance(),
            Kind::Yield => self.yielded(),
            Kind::JsxElement | Kind::JsxSelfClosing => self.element(),
            Kind::Super | Kind::ImportWord => {
                let name = self.literal();
                self.builder.expr(Expr::Global(name), at)
            }
            Kind::PrivateName => {
                let name = self.identifier();
                self.builder.expr(Expr::Text(name), at)
            }
            Kind::ObjectPattern | Kind::ArrayPattern | Kind::AssignmentPattern => {
                self.pattern(Bind::Reference)
            }
            Kind::Namespace => {
                self.namespace();
                self.builder.expr(Expr::Null, at)
            }
            _ => self.other(),
        }
    }

    /// The expression inside the node under the cursor.
    pub(super) fn inside(&mut self) -> ExprId {
        let at = self.span();
        self.only_child(Self::expr).unwrap_or_else(|| self.nothing(at))
    }

    fn number(&mut self) -> ExprId {
        let at = self.span();
        let name = self.literal();
        self.builder.expr(Expr::Number(name), at)
    }

    /// What is not understood: its parts.
    fn other(&mut self) -> ExprId {
        let at = self.span();
        let mut parts = Vec::new();
        self.each(|inner, kind| {
            if kind.is_expression() {
                parts.push(inner.expr());
            } else if kind.is_statement() {
                inner.statement();
            }
        });
        self.gap(GapKind::Construct, at);
        self.builder.expr(Expr::Unknown(parts), at)
    }

    fn array(&mut self) -> ExprId {
        let at = self.span();
        let mut items = Vec::new();
        let mut empty = true;
        self.each(|inner, kind| {
            if kind == Kind::Comma {
                if empty {
                    items.push(inner.hole());
                }
                empty = true;
            } else if !kind.is_token() {
                let spread = kind == Kind::Spread;
                let value = if spread { inner.inside() } else { inner.expr() };
                items.push(Item { value, spread });
                empty = false;
            }
        });
        let made = self.builder.expr(Expr::List(items), at);
        self.note_map(made);
        made
    }

    fn object(&mut self) -> ExprId {
        let at = self.span();
        let mut parts = Vec::new();
        self.each(|inner, kind| match kind {
            Kind::Pair => parts.push(inner.pair()),
            Kind::Shorthand => {
                let at = inner.span();
                let name = inner.identifier();
                let value = inner.builder.reference(name, at);
                parts.push(Property { key: Key::Name(name), value });
            }
            Kind::Spread => {
                let value = inner.inside();
                parts.push(Property { key: Key::Spread, value });
            }
            Kind::Method => parts.extend(inner.object_method()),
            _ if kind.is_token() => {}
            _ => {
                let value = inner.pattern(Bind::Reference);
                parts.push(Property { key: Key::Spread, value });
            }
        });
        let made = self.builder.expr(Expr::Object(parts), at);
        self.note_map(made);
        made
    }

    fn pair(&mut self) -> Property {
        let at = self.span();
        let (mut key, mut value) = (None, None);
        self.each(|inner, kind| match inner.field() {
            Field::Key => key = Some(inner.key()),
            Field::Value => {
                if kind.takes_name() {
                    inner.anchor = at.start;
                    inner.given = key.and_then(named);
                }
                value = Some(inner.expr());
            }
            _ => {}
        });
        let value = value.unwrap_or_else(|| self.nothing(at));
        Property { key: key.unwrap_or(Key::Spread), value }
    }
}

/// The name that a key is.
pub(super) fn named(key: Key) -> Option<Name> {
    match key {
        Key::Name(name) => Some(name),
        Key::Computed(_) | Key::Spread => None,
    }
}
