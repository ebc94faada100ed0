//! Calls, conversions, and what brackets mean: a type argument or an index.

use tree_sitter::Node;

use crate::{
    ir::{Arg, Call, CallKind, Expr, ExprId, Span},
    lang::{
        go::{
            Kind, Lowering,
            names::{Package, Role},
            tree::{Field, Kid, part},
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// A call of `callee`.
    pub(super) fn call(&mut self, kids: &[Kid<'t>], callee: ExprId, at: Span) -> ExprId {
        let callee = match part(kids, Field::TypeArguments) {
            Some(arguments) => self.bracketed(callee, arguments),
            None => self.without_type(callee),
        };
        let args = part(kids, Field::Arguments).map(|list| self.arguments(list));
        self.called(callee, args.unwrap_or_default(), at)
    }

    fn called(&mut self, callee: ExprId, args: Vec<Arg>, at: Span) -> ExprId {
        if let Some(made) = self.special(callee, &args, at) {
            return made;
        }
        let call = Call { callee, args, kind: CallKind::Plain };
        self.builder.expr(Expr::Call(call), at)
    }

    fn arguments(&mut self, list: Node<'t>) -> Vec<Arg> {
        let kids = self.kids(list);
        let arg = |kid: &Kid<'t>| Arg {
            value: self.expression(kid.node),
            name: None,
            spread: kid.kind == Kind::VariadicArgument,
        };
        kids.iter().map(arg).collect()
    }

    /// Calls that have another form: `new(T)`, conversions that keep the value, `fmt.Sprintf`.
    fn special(&mut self, callee: ExprId, args: &[Arg], at: Span) -> Option<ExprId> {
        match *self.builder.module.expr(callee) {
            Expr::Global(name) => {
                let [Arg { value, spread: false, .. }] = *args else { return None };
                if name == self.known.new {
                    let empty = self.builder.expr(Expr::Object(Vec::new()), at);
                    return Some(self.make(value, empty, at));
                }
                self.known.keeping.contains(&name).then_some(value)
            }
            Expr::Var(var) if self.roles.get(&var) == Some(&Role::Type) => match args {
                [only] => Some(only.value),
                _ => None,
            },
            Expr::Member(base, name) => {
                let Expr::Var(var) = *self.builder.module.expr(base) else { return None };
                if self.packages.get(&var) != Some(&Package::Format) {
                    return None;
                }
                self.formatted(name, args, at)
            }
            _ => None,
        }
    }

    /// `T{…}`: an instance of `class` with the fields of `object`.
    pub(super) fn make(&mut self, class: ExprId, object: ExprId, at: Span) -> ExprId {
        let args = vec![Arg { value: object, name: None, spread: false }];
        self.builder.expr(Expr::Call(Call { callee: class, args, kind: CallKind::New }), at)
    }

    /// `T(x)` is `x`. The grammar takes `handlers[name](x)` for a conversion as well.
    pub(super) fn conversion(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        let Some(operand) = part(&kids, Field::Operand) else { return self.pieces(node) };
        let value = self.expression(operand);
        let Some(wanted) = part(&kids, Field::Type) else { return value };
        if Kind::of(wanted) != Kind::GenericType {
            return value;
        }
        let callee = self.unwrapped(wanted);
        let args = vec![Arg { value, name: None, spread: false }];
        self.called(callee, args, span(node))
    }

    /// `f[T]` as a value.
    pub(super) fn instantiation(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        let Some(base) = part(&kids, Field::Type) else { return self.pieces(node) };
        let base = self.annotation(base);
        let types = self.types_within(node);
        match types.as_slice() {
            [_, index] if self.is_index(base, *index) => {
                self.builder.expr(Expr::Index(base, *index), span(node))
            }
            _ => base,
        }
    }

    /// What a generic type stands for where a function is called.
    fn unwrapped(&mut self, node: Node<'t>) -> ExprId {
        let kids = self.kids(node);
        let Some(base) = part(&kids, Field::Type) else { return self.pieces(node) };
        let base = self.annotation(base);
        match part(&kids, Field::TypeArguments) {
            Some(arguments) => self.bracketed(base, arguments),
            None => base,
        }
    }

    /// `base[…]` right before a call: an element if what is in the brackets is a value.
    fn bracketed(&mut self, base: ExprId, arguments: Node<'t>) -> ExprId {
        let types = self.types_within(arguments);
        match types.as_slice() {
            [index] if self.is_index(base, *index) => {
                self.builder.expr(Expr::Index(base, *index), span(arguments))
            }
            _ => base,
        }
    }

    /// `f[T]` where it is called: `f`.
    fn without_type(&self, callee: ExprId) -> ExprId {
        match *self.builder.module.expr(callee) {
            Expr::Index(base, index) if !self.is_index(base, index) => base,
            _ => callee,
        }
    }

    /// Whether brackets hold an index: if either side is a value for certain. What may be a value
    /// or a type of another file is taken for a type.
    fn is_index(&self, base: ExprId, index: ExprId) -> bool {
        let module = &self.builder.module;
        if matches!(module.expr(base), Expr::Var(var) if self.roles.contains_key(var)) {
            return false;
        }
        let is_type = match module.expr(index) {
            Expr::Var(_) | Expr::Member(..) => !self.holds_value(index),
            Expr::List(_)
            | Expr::Object(_)
            | Expr::Class(_)
            | Expr::Global(_)
            | Expr::Unknown(_) => true,
            Expr::Index(base, _) => !self.holds_value(*base),
            _ => false,
        };
        !is_type || self.holds_value(base)
    }
}
