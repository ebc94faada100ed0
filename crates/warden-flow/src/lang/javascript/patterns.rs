//! What is assigned to: names, members, and patterns that take a value apart.

use crate::ir::{Expr, ExprId, GapKind, Item, Key, Name, Property, VarId};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// What a name in a pattern does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bind {
    /// Declares in the innermost block: `let`, `const`, parameters.
    Block,
    /// Declares in the function: `var`.
    Function,
    /// Names something that is declared elsewhere.
    Reference,
}

impl Lowerer<'_, '_> {
    /// The name that the identifier under the cursor is.
    pub(super) fn identifier(&mut self) -> Name {
        let text = self.text();
        if text.contains('\\') {
            let plain = super::literals::decode(text);
            return self.builder.name(&plain);
        }
        self.builder.name(text)
    }

    /// Lowers a pattern.
    pub(super) fn pattern(&mut self, bind: Bind) -> ExprId {
        let kind = self.kind();
        if matches!(kind, Kind::Identifier | Kind::ShorthandPattern | Kind::Shorthand) {
            let name = self.identifier();
            return self.bind(name, bind);
        }
        let at = self.span();
        if !self.builder.enter(at) {
            return self.nothing(at);
        }
        let made = match kind {
            Kind::ObjectPattern | Kind::Object => self.object_pattern(bind),
            Kind::ArrayPattern | Kind::Array => self.array_pattern(bind),
            Kind::AssignmentPattern => self.default_pattern(bind),
            Kind::Parenthesised | Kind::NonNull | Kind::RestPattern => {
                let inner = self.only_child(|inner| inner.pattern(bind));
                inner.unwrap_or_else(|| self.nothing(at))
            }
            _ => self.expr(),
        };
        self.builder.leave();
        made
    }

    fn bind(&mut self, name: Name, bind: Bind) -> ExprId {
        let at = self.span();
        let var = match bind {
            Bind::Block => self.builder.declare(name),
            Bind::Function => self.builder.declare_in_function(name),
            Bind::Reference => return self.builder.reference(name, at),
        };
        // Not `variable`: the function that owns it is the one that is being made.
        self.builder.expr(Expr::Var(var), at)
    }

    fn object_pattern(&mut self, bind: Bind) -> ExprId {
        let at = self.span();
        let mut parts = Vec::new();
        self.each(|inner, kind| match kind {
            Kind::ShorthandPattern | Kind::Shorthand => {
                let name = inner.identifier();
                let value = inner.bind(name, bind);
                parts.push(Property { key: Key::Name(name), value });
            }
            Kind::AssignmentPattern => parts.push(inner.default_property(bind)),
            Kind::PairPattern | Kind::Pair => parts.push(inner.pair_pattern(bind)),
            Kind::RestPattern | Kind::Spread => {
                let value = inner.pattern_inside(bind);
                parts.push(Property { key: Key::Spread, value });
            }
            _ if kind.is_token() => {}
            _ => inner.gap(GapKind::Construct, inner.span()),
        });
        self.builder.expr(Expr::Object(parts), at)
    }

    fn pattern_inside(&mut self, bind: Bind) -> ExprId {
        let at = self.span();
        self.only_child(|inner| inner.pattern(bind)).unwrap_or_else(|| self.nothing(at))
    }

    /// `{ name = default }`.
    fn default_property(&mut self, bind: Bind) -> Property {
        let name = self.at(Field::Left, Self::identifier);
        let value = self.default_pattern(bind);
        let key = name.map_or(Key::Spread, Key::Name);
        Property { key, value }
    }

    fn pair_pattern(&mut self, bind: Bind) -> Property {
        let at = self.span();
        let (mut key, mut value) = (None, None);
        self.each(|inner, _| match inner.field() {
            Field::Key => key = Some(inner.key()),
            Field::Value => value = Some(inner.pattern(bind)),
            _ => {}
        });
        let value = value.unwrap_or_else(|| self.nothing(at));
        Property { key: key.unwrap_or(Key::Spread), value }
    }

    fn array_pattern(&mut self, bind: Bind) -> ExprId {
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
                let spread = matches!(kind, Kind::RestPattern | Kind::Spread);
                let value = if spread { inner.pattern_inside(bind) } else { inner.pattern(bind) };
                items.push(Item { value, spread });
                empty = false;
            }
        });
        self.builder.expr(Expr::List(items), at)
    }

    /// A place in a list that nothing stands at.
    pub(super) fn hole(&mut self) -> Item {
        let at = self.span();
        Item { value: self.builder.expr(Expr::Null, at), spread: false }
    }

    /// `target = default`.
    pub(super) fn default_pattern(&mut self, bind: Bind) -> ExprId {
        let at = self.span();
        let (mut target, mut default) = (None, None);
        self.each(|inner, _| match inner.field() {
            Field::Left => target = Some(inner.pattern(bind)),
            Field::Right => {
                default = Some(match target {
                    Some(target) => inner.value_of(target),
                    None => inner.expr(),
                });
            }
            _ => {}
        });
        match (target, default) {
            (Some(target), Some(default)) => self.builder.expr(Expr::Default(target, default), at),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => self.nothing(at),
        }
    }

    /// Adds the variables that a pattern assigns to.
    pub(super) fn bound(&self, pattern: ExprId, into: &mut Vec<VarId>) {
        let mut left = vec![pattern];
        while let Some(next) = left.pop() {
            match self.made(next) {
                Expr::Var(var) => into.push(*var),
                Expr::Default(target, _) => left.push(*target),
                Expr::Object(parts) => left.extend(parts.iter().rev().map(|part| part.value)),
                Expr::List(items) => left.extend(items.iter().rev().map(|item| item.value)),
                _ => {}
            }
        }
    }

    /// The key of a part of an object, of a member of a class or of an enum.
    pub(super) fn key(&mut self) -> Key {
        match self.kind() {
            Kind::ComputedName => {
                let at = self.span();
                let value = self.only_child(Self::expr).unwrap_or_else(|| self.nothing(at));
                match self.made(value) {
                    Expr::Text(name) | Expr::Number(name) => Key::Name(*name),
                    _ => Key::Computed(value),
                }
            }
            _ => self.plain_key().map_or(Key::Spread, Key::Name),
        }
    }

    /// The key of a part, unless it is computed.
    pub(super) fn plain_key(&mut self) -> Option<Name> {
        match self.kind() {
            Kind::String => {
                let text = self.string_value();
                Some(self.builder.name(&text))
            }
            Kind::ComputedName => None,
            _ => Some(self.identifier()),
        }
    }
}
