//! Statements without blocks.

use smallvec::SmallVec;

use super::{Field, Kind, Python};
use crate::ir::{Arg, Call, CallKind, Expr, ExprId, Name, Span, Stmt, StmtId};

impl Python<'_, '_> {
    /// The statements below the cursor, as a block of their own.
    pub(super) fn block(&mut self) -> Vec<StmtId> {
        self.gather(|python| python.children(Self::statement))
    }

    /// What `make` puts out, as a block of its own.
    pub(super) fn gather(&mut self, make: impl FnOnce(&mut Self)) -> Vec<StmtId> {
        let outer = std::mem::take(&mut self.out);
        make(self);
        std::mem::replace(&mut self.out, outer)
    }

    /// The statement at the cursor.
    pub(super) fn statement(&mut self, kind: Kind) {
        let at = self.at();
        match kind {
            Kind::ExpressionStatement => self.children(Self::expression_statement),
            Kind::Return => {
                let value = self.optional();
                self.push(Stmt::Return(value), at);
            }
            Kind::Import => self.import(),
            Kind::ImportFrom => self.import_from(),
            Kind::ImportFuture | Kind::Pass => {}
            Kind::Raise => self.raise(),
            Kind::Assert => self.assert(),
            Kind::Delete => self.delete(),
            Kind::Break => self.push(Stmt::Break, at),
            Kind::Continue => self.push(Stmt::Continue, at),
            Kind::GlobalNames | Kind::NonlocalNames => self.outer_names(kind),
            Kind::Print => self.print(),
            Kind::Exec => self.exec(),
            Kind::TypeAlias => self.type_alias(),
            _ => self.compound(kind),
        }
    }

    /// One expression that stands alone.
    pub(super) fn expression_statement(&mut self, kind: Kind) {
        if matches!(kind, Kind::Str | Kind::ConcatenatedString) && self.is_constant_text() {
            return;
        }
        let at = self.at();
        let value = self.expr();
        match self.builder.module.expr(value) {
            // `x: int` and such, and what is a statement already.
            Expr::Var(_) | Expr::Global(_) | Expr::Number(_) | Expr::Null => {}
            Expr::Unknown(parts) if parts.is_empty() => {}
            Expr::Member(..) if kind == Kind::Assignment => {}
            _ => {
                self.push(Stmt::Expr(value), at);
                if kind == Kind::Call && self.never_returns(value) {
                    self.push(Stmt::Throw(None), at);
                }
            }
        }
    }

    /// Whether a call ends the program.
    fn never_returns(&self, call: ExprId) -> bool {
        let module = &self.builder.module;
        let Expr::Call(call) = module.expr(call) else { return false };
        match module.expr(call.callee) {
            Expr::Global(name) => matches!(module.text(*name), "exit" | "quit"),
            Expr::Member(base, name) => match module.expr(*base) {
                Expr::Global(base) => matches!(
                    (module.text(*base), module.text(*name)),
                    ("sys", "exit") | ("os", "_exit" | "abort")
                ),
                _ => false,
            },
            _ => false,
        }
    }

    /// The one expression inside, if there is one.
    fn optional(&mut self) -> Option<ExprId> {
        let mut value = None;
        self.children(|python, _| value = Some(python.expr()));
        value
    }

    fn raise(&mut self) {
        let at = self.at();
        let mut value = None;
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Cause => {
                python.aside(Self::expr);
            }
            _ => value = Some(python.expr()),
        });
        self.push(Stmt::Throw(value), at);
    }

    fn assert(&mut self) {
        let at = self.at();
        let mut parts: SmallVec<[ExprId; 2]> = SmallVec::new();
        self.children(|python, _| parts.push(python.expr()));
        let Some(cond) = parts.first().copied() else { return };
        let throw = self.builder.stmt(Stmt::Throw(parts.get(1).copied()), at);
        self.push(Stmt::If { cond, then: Vec::new(), otherwise: vec![throw] }, at);
    }

    /// `del d[k]` calls `d.__delitem__(k)`, `del o.a` is `delattr(o, "a")`.
    fn delete(&mut self) {
        if !self.builder.enter(self.at()) {
            return;
        }
        self.children(|python, kind| match kind {
            Kind::ExpressionList | Kind::Tuple | Kind::List | Kind::Parenthesized => {
                python.delete();
            }
            _ => python.delete_one(),
        });
        self.builder.leave();
    }

    fn delete_one(&mut self) {
        let at = self.at();
        let place = self.expr();
        let (callee, args) = match *self.builder.module.expr(place) {
            Expr::Index(base, index) => {
                let name = self.builder.name("__delitem__");
                (self.builder.expr(Expr::Member(base, name), at), vec![index])
            }
            Expr::Member(base, name) => {
                let name = self.builder.expr(Expr::Text(name), at);
                (self.builtin("delattr", at), vec![base, name])
            }
            Expr::Var(_) | Expr::Global(_) => return,
            _ => return self.push(Stmt::Expr(place), at),
        };
        self.push_call(callee, &args, at);
    }

    fn push_call(&mut self, callee: ExprId, args: &[ExprId], at: Span) {
        let args = args.iter().map(|value| Arg { value: *value, name: None, spread: false });
        let call = Call { callee, args: args.collect(), kind: CallKind::Plain };
        let call = self.builder.expr(Expr::Call(call), at);
        self.push(Stmt::Expr(call), at);
    }

    fn outer_names(&mut self, kind: Kind) {
        let mut names: SmallVec<[Name; 4]> = SmallVec::new();
        self.children(|python, _| names.push(python.identifier()));
        let frame = self.frame();
        match kind {
            Kind::GlobalNames => frame.globals.extend(names),
            _ => frame.nonlocals.extend(names),
        }
    }

    /// Python 2's `print`, which is also how the grammar reads some of Python 3's.
    fn print(&mut self) {
        let at = self.at();
        let callee = self.builtin("print", at);
        let file = self.builder.name("file");
        let mut args = Vec::new();
        self.children(|python, kind| match kind {
            Kind::Chevron => {
                args.push(Arg { value: python.inner(), name: Some(file), spread: false });
            }
            _ => args.push(Arg { value: python.expr(), name: None, spread: false }),
        });
        let call = Call { callee, args, kind: CallKind::Plain };
        let call = self.builder.expr(Expr::Call(call), at);
        self.push(Stmt::Expr(call), at);
    }

    /// Python 2's `exec code in globals`.
    fn exec(&mut self) {
        let at = self.at();
        let callee = self.builtin("exec", at);
        let mut args = Vec::new();
        self.children(|python, _| args.push(python.expr()));
        self.push_call(callee, &args, at);
    }

    fn type_alias(&mut self) {
        let at = self.at();
        let (mut name, mut value) = (None, None);
        self.children(|python, _| match Field::of(&python.cursor) {
            Field::Left => name = Some(python.expr()),
            _ => value = Some(python.expr()),
        });
        let (Some(mut name), Some(value)) = (name, value) else { return };
        if let Expr::Index(base, _) = *self.builder.module.expr(name) {
            name = base;
        }
        let target = match *self.builder.module.expr(name) {
            Expr::Global(name) => self.bind(name, at),
            // The grammar takes `type(x).name = value` for this statement.
            Expr::Member(..) | Expr::Index(..) => name,
            _ => return self.push(Stmt::Expr(value), at),
        };
        self.push_assign(target, value, at);
    }
}
