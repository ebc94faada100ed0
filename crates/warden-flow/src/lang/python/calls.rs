//! Calls, and those whose meaning the language itself gives: members and modules by name.

use super::{Field, Kind, Python};
use crate::ir::{Arg, Call, CallKind, Expr, ExprId, Logic, Name, Span, Stmt};

impl Python<'_, '_> {
    /// `callee(…)`, the cursor standing at the callee.
    pub(super) fn call(&mut self, callee: ExprId) -> ExprId {
        let mut args = Vec::new();
        self.rest(|python, kind| match kind {
            Kind::ArgumentList => args = python.arguments(),
            _ => args.push(Arg { value: python.expr(), name: None, spread: false }),
        });
        let at = self.at();
        if let Some(known) = self.known_call(callee, &args, at) {
            return known;
        }
        self.builder.expr(Expr::Call(Call { callee, args, kind: CallKind::Plain }), at)
    }

    /// The arguments at the cursor.
    pub(super) fn arguments(&mut self) -> Vec<Arg> {
        let mut args = Vec::new();
        self.children(|python, kind| {
            args.push(match kind {
                Kind::KeywordArgument => python.keyword_argument(),
                Kind::ListSplat | Kind::DictionarySplat | Kind::ListSplatPattern => {
                    Arg { value: python.inner(), name: None, spread: true }
                }
                _ => Arg { value: python.expr(), name: None, spread: false },
            });
        });
        args
    }

    fn keyword_argument(&mut self) -> Arg {
        let at = self.at();
        let (mut name, mut value) = (None, None);
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Name => name = Some(python.identifier()),
            _ => value = Some(python.expr()),
        });
        let value = value.unwrap_or_else(|| self.nothing(at));
        if let Some(name) = name {
            self.call_it(value, name);
        }
        Arg { value, name, spread: false }
    }

    /// What a call means, if the language says it.
    fn known_call(&mut self, callee: ExprId, args: &[Arg], at: Span) -> Option<ExprId> {
        let module = &self.builder.module;
        match *module.expr(callee) {
            Expr::Global(name) => match module.text(name) {
                "getattr" => self.getattr(args, at),
                "setattr" => self.setattr(args, at),
                "__import__" => self.dunder_import(args, at),
                "import_module" => self.import_call(args, at),
                _ => None,
            },
            Expr::Member(base, name) => match module.text(name) {
                "format" => self.format_call(base, args, at),
                "import_module" => self.import_call(args, at),
                _ => None,
            },
            _ => None,
        }
    }

    /// `getattr(x, "name")` is `x.name`.
    fn getattr(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let (base, name, default) = match args {
            [base, name] => (base, name, None),
            [base, name, default] => (base, name, Some(default.value)),
            _ => return None,
        };
        if base.spread || name.spread {
            return None;
        }
        let name = self.constant_name(name.value)?;
        let member = self.builder.expr(Expr::Member(base.value, name), at);
        Some(match default {
            Some(default) => self.builder.expr(Expr::Logic(Logic::Or, member, default), at),
            None => member,
        })
    }

    /// `setattr(x, "name", value)` is `x.name = value`.
    fn setattr(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let [base, name, value] = args else { return None };
        if args.iter().any(|arg| arg.spread) {
            return None;
        }
        let name = self.constant_name(name.value)?;
        self.call_it(value.value, name);
        let target = self.builder.expr(Expr::Member(base.value, name), at);
        Some(self.builder.expr(Expr::Assign { target, value: value.value }, at))
    }

    /// The identifier that a constant text is.
    fn constant_name(&mut self, expr: ExprId) -> Option<Name> {
        match *self.builder.module.expr(expr) {
            Expr::Text(name) => Some(name),
            _ => None,
        }
    }

    /// `__import__("a.b")` gives `a`, unless it is told what is wanted from `a.b`.
    fn dunder_import(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let [path] = args else { return self.import_call(args, at) };
        let top = self.text_of(path.value).and_then(|path| path.split_once('.'));
        let Some(top) = top.map(|(top, _)| top.to_owned()).filter(|top| !top.is_empty()) else {
            return self.import_call(args, at);
        };
        let whole = self.builder.expr(Expr::Import(path.value), at);
        self.push(Stmt::Expr(whole), at);
        Some(self.import_of(&top, at))
    }

    /// `importlib.import_module("a.b")`.
    fn import_call(&mut self, args: &[Arg], at: Span) -> Option<ExprId> {
        let (path, rest) = args.split_first()?;
        if path.spread || args.iter().any(|arg| arg.spread) {
            return None;
        }
        for arg in rest {
            if matches!(self.builder.module.expr(arg.value), Expr::Call(_)) {
                self.push(Stmt::Expr(arg.value), at);
            }
        }
        Some(self.builder.expr(Expr::Import(path.value), at))
    }

    /// `base[index]`. In the namespaces of the language a constant index is a name.
    pub(super) fn index(&mut self, base: ExprId, index: ExprId, at: Span) -> ExprId {
        let module = &self.builder.module;
        if let Expr::Text(name) = *module.expr(index) {
            match *module.expr(base) {
                Expr::Call(ref call) if call.args.is_empty() && self.is_namespace(call.callee) => {
                    return self.reference(name, at);
                }
                Expr::Member(object, dict) if module.text(dict) == "__dict__" => {
                    return self.builder.expr(Expr::Member(object, name), at);
                }
                _ => {}
            }
        }
        self.builder.expr(Expr::Index(base, index), at)
    }

    /// Whether calling it gives the names that are in scope.
    fn is_namespace(&self, callee: ExprId) -> bool {
        match *self.builder.module.expr(callee) {
            Expr::Global(name) => {
                matches!(self.builder.module.text(name), "globals" | "locals" | "vars")
            }
            _ => false,
        }
    }
}
