//! What is assigned to.

use super::{Field, Kind, Python};
use crate::ir::{Expr, ExprId, FieldInit, Item, Key, Name, Span};

impl Python<'_, '_> {
    /// The target at the cursor, declared where an assignment declares it.
    pub(super) fn target(&mut self) -> ExprId {
        self.target_with(Self::bind)
    }

    /// The target at the cursor, declared in the innermost block.
    pub(super) fn block_target(&mut self) -> ExprId {
        self.target_with(|python, name, at| {
            let var = python.builder.declare(name);
            python.builder.variable(var, at)
        })
    }

    fn target_with(&mut self, bind: fn(&mut Self, Name, Span) -> ExprId) -> ExprId {
        let (at, kind) = (self.at(), self.kind());
        match kind {
            Kind::Identifier => {
                let name = self.identifier();
                bind(self, name, at)
            }
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList
            | Kind::Parenthesized
            | Kind::AsTarget => {
                if !self.builder.enter(at) {
                    return self.nothing(at);
                }
                let made = self.pattern_of(bind, kind);
                self.builder.leave();
                made
            }
            _ => self.expr(),
        }
    }

    fn pattern_of(&mut self, bind: fn(&mut Self, Name, Span) -> ExprId, kind: Kind) -> ExprId {
        let at = self.at();
        let mut items = Vec::new();
        let mut commas = kind == Kind::List || kind == Kind::ListPattern;
        self.tokens(|python, part, node| match part {
            Kind::ListSplat | Kind::ListSplatPattern => {
                let value = python.splat_target(bind);
                items.push(Item { value, spread: true });
            }
            _ if node.is_named() => {
                items.push(Item { value: python.target_with(bind), spread: false });
            }
            _ => commas |= node.kind() == ",",
        });
        match items.as_slice() {
            // Brackets around one target, or the name after `as`.
            [one] if !one.spread && !commas => one.value,
            _ => self.builder.expr(Expr::List(items), at),
        }
    }

    fn splat_target(&mut self, bind: fn(&mut Self, Name, Span) -> ExprId) -> ExprId {
        let mut target = None;
        self.children(|python, _| target = Some(python.target_with(bind)));
        let at = self.at();
        target.unwrap_or_else(|| self.nothing(at))
    }

    /// `target = value`, `target: annotation = value`, as an expression; a chain of them is one
    /// in the other.
    pub(super) fn assignment(&mut self) -> ExprId {
        let at = self.at();
        let (mut target, mut annotation, mut value) = (None, None, None);
        let local = self.frames.len() > 1 && self.class().is_none();
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Left => target = Some(python.target()),
            Field::Type if local => {}
            Field::Type => annotation = Some(python.aside(Self::annotation)),
            Field::Right => value = Some(python.expr()),
            _ => {
                python.aside(Self::expr);
            }
        });
        let Some(target) = target else { return self.nothing(at) };
        if let (Some(value), Some(name)) = (value, self.name_of(target)) {
            self.call_it(value, name);
        }
        self.add_field(target, value, annotation);
        match value {
            Some(value) => self.builder.expr(Expr::Assign { target, value }, at),
            None => target,
        }
    }

    /// In the body of a class: a field.
    pub(super) fn add_field(
        &mut self,
        target: ExprId,
        value: Option<ExprId>,
        annotation: Option<ExprId>,
    ) {
        let Some(class) = self.class() else { return };
        let Expr::Var(var) = *self.builder.module.expr(target) else { return };
        let name = self.builder.module.vars[var.at()].name;
        self.builder.module.classes[class.at()].fields.push(FieldInit { name, value, annotation });
    }

    /// `target op= value`: the assignment of both put together.
    pub(super) fn augmented(&mut self) -> ExprId {
        let at = self.at();
        let (mut target, mut value, mut operator) = (None, None, Kind::Other);
        self.tokens(|python, kind, node| match Field::of(&python.cursor) {
            Field::Left => target = Some(python.target()),
            Field::Right => value = Some(python.expr()),
            _ if node.is_named() => {
                python.aside(Self::expr);
            }
            _ => operator = kind,
        });
        let (Some(target), Some(value)) = (target, value) else { return self.nothing(at) };
        // Read and written: two expressions over the same parts.
        let read = self.builder.module.expr(target).clone();
        let place = self.builder.module.span(target);
        let read = match read {
            Expr::Global(name) => self.builder.reference(name, place),
            read => self.builder.expr(read, place),
        };
        let value = self.operate(operator, read, value, at);
        self.builder.expr(Expr::Assign { target, value }, at)
    }

    /// The name under which something is kept: of a variable, a member or a constant key.
    pub(super) fn name_of(&self, target: ExprId) -> Option<Name> {
        match self.builder.module.expr(target) {
            Expr::Var(var) => Some(self.builder.module.vars[var.at()].name),
            Expr::Global(name) | Expr::Member(_, name) => Some(*name),
            Expr::Index(_, key) => match self.builder.module.expr(*key) {
                Expr::Text(name) => Some(*name),
                _ => None,
            },
            _ => None,
        }
    }

    /// The key of a part of an object.
    pub(super) fn key_of(&self, key: ExprId) -> Key {
        match self.builder.module.expr(key) {
            Expr::Text(name) => Key::Name(*name),
            _ => Key::Computed(key),
        }
    }
}
