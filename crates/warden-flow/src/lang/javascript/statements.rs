//! Statements, and expressions that stand for statements.

use std::mem::{replace, take};

use crate::{
    builder::ScopeKind,
    ir::{Expr, ExprId, GapKind, Logic, Name, Span, Stmt, StmtId},
};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
    patterns::Bind,
};

impl Lowerer<'_, '_> {
    /// Lowers the children of the node as a list of statements. What the language hoists comes
    /// first.
    pub(super) fn statements(&mut self) {
        let start = self.out.len();
        let outer = take(&mut self.hoisted);
        self.each(|at, kind| {
            if !kind.is_token() {
                at.statement();
            }
        });
        self.hoist(start, outer);
    }

    /// Puts what is to be hoisted to the start of a list.
    pub(super) fn hoist(&mut self, start: usize, outer: Vec<StmtId>) {
        let hoisted = replace(&mut self.hoisted, outer);
        if !hoisted.is_empty() {
            self.out.splice(start..start, hoisted);
        }
    }

    /// Lowers a block with a scope of its own into the current list.
    pub(super) fn block(&mut self) {
        self.builder.open_scope(ScopeKind::Block);
        self.statements();
        self.builder.close_scope();
    }

    /// Lowers a statement.
    pub(super) fn statement(&mut self) {
        let at = self.span();
        if self.builder.enter(at) {
            self.anchor = at.start;
            self.dispatch();
            self.builder.leave();
        }
    }

    fn dispatch(&mut self) {
        let at = self.span();
        match self.kind() {
            Kind::Statement => self.each(|inner, kind| {
                if !kind.is_token() {
                    inner.effect();
                }
            }),
            Kind::Block => self.block(),
            Kind::If => self.if_statement(),
            Kind::Return => self.return_statement(),
            Kind::Throw => {
                let value = self.only_child(Self::expr);
                self.push(Stmt::Throw(value), at);
            }
            Kind::Break => self.push(Stmt::Break, at),
            Kind::Continue => self.push(Stmt::Continue, at),
            Kind::For => self.for_statement(),
            Kind::ForIn => self.for_in_statement(),
            Kind::While => self.while_statement(),
            Kind::Do => self.do_statement(),
            Kind::Switch => self.switch_statement(),
            Kind::Try => self.try_statement(),
            Kind::Labelled => {
                self.at(Field::Body, Self::statement);
            }
            Kind::With => self.with_statement(),
            Kind::Nothing => self.skip(),
            kind => self.declaration(kind),
        }
    }

    /// Lowers a declaration.
    pub(super) fn declaration(&mut self, kind: Kind) {
        match kind {
            Kind::Declaration => self.variables(None),
            Kind::FunctionDeclaration | Kind::GeneratorDeclaration => self.function_declaration(),
            Kind::ClassDeclaration => self.class_declaration(),
            Kind::Enum => self.enumeration(),
            Kind::Namespace => self.namespace(),
            Kind::Import => self.import_statement(),
            Kind::ImportAlias => self.import_alias(),
            Kind::Export => self.export_statement(),
            Kind::Nothing => self.skip(),
            _ if kind.is_expression() => self.effect(),
            _ => {
                let at = self.span();
                self.gap(GapKind::Construct, at);
                self.each(|inner, kind| {
                    if kind.is_statement() || kind.is_expression() {
                        inner.statement();
                    }
                });
            }
        }
    }

    /// Lowers `var`, `let`, `const` and `using`; what is declared goes into `targets`.
    pub(super) fn variables(&mut self, mut targets: Option<&mut Vec<ExprId>>) {
        let mut bind = Bind::Block;
        self.each(|at, kind| match kind {
            Kind::Var => bind = Bind::Function,
            Kind::Declarator => {
                let target = at.declarator(bind);
                if let Some(targets) = &mut targets {
                    targets.extend(target);
                }
            }
            _ => {}
        });
    }

    fn declarator(&mut self, bind: Bind) -> Option<ExprId> {
        let at = self.span();
        let mut target = None;
        self.each(|inner, _| match inner.field() {
            Field::Name => target = Some(inner.pattern(bind)),
            Field::Value => {
                let Some(target) = target else { return };
                let value = inner.value_of(target);
                inner.push_assign(target, value, at);
            }
            _ => {}
        });
        target
    }

    /// An expression that is assigned to `target`: an anonymous function takes its name.
    pub(super) fn value_of(&mut self, target: ExprId) -> ExprId {
        if self.kind().takes_name() {
            self.given = self.name_of(target);
        }
        self.expr()
    }

    fn name_of(&self, target: ExprId) -> Option<Name> {
        match self.made(target) {
            Expr::Var(var) => Some(self.builder.module.vars[var.at()].name),
            Expr::Member(_, name) if *name == self.known.exports => None,
            Expr::Global(name) | Expr::Member(_, name) => Some(*name),
            _ => None,
        }
    }

    /// What `lower` makes of the only child that is no token.
    pub(super) fn only_child<T>(&mut self, mut lower: impl FnMut(&mut Self) -> T) -> Option<T> {
        let mut made = None;
        self.each(|at, kind| {
            if !kind.is_token() && kind != Kind::Nothing && made.is_none() {
                made = Some(lower(at));
            }
        });
        made
    }

    fn return_statement(&mut self) {
        let at = self.span();
        if self.only_child(Self::give).is_none() {
            self.push(Stmt::Return(None), at);
        }
    }

    /// Lowers an expression that the function returns. A choice becomes a branch, so that what
    /// happens in its arms has a place.
    pub(super) fn give(&mut self) {
        let at = self.span();
        let kind = self.kind();
        match kind {
            Kind::Parenthesised | Kind::Sequence | Kind::Ternary if self.builder.enter(at) => {
                match kind {
                    Kind::Parenthesised => {
                        self.only_child(Self::give);
                    }
                    Kind::Sequence => {
                        self.sequence(Self::give);
                    }
                    _ => self.arms(Self::give),
                }
                self.builder.leave();
            }
            Kind::Call if self.is_awaiter() => self.awaited_body(),
            _ => {
                let value = self.expr();
                self.push(Stmt::Return(Some(value)), at);
            }
        }
    }

    /// Lowers an expression for what it does.
    pub(super) fn effect(&mut self) {
        let at = self.span();
        match self.kind() {
            // A directive, or nothing at all.
            Kind::String => {}
            kind @ (Kind::Parenthesised
            | Kind::Sequence
            | Kind::Ternary
            | Kind::Await
            | Kind::Unary
            | Kind::Binary
            | Kind::NonNull) => {
                if self.builder.enter(at) {
                    self.effect_of(kind);
                    self.builder.leave();
                }
            }
            Kind::Namespace => self.namespace(),
            _ => self.effect_of_value(),
        }
    }

    fn effect_of(&mut self, kind: Kind) {
        match kind {
            Kind::Sequence => {
                self.sequence(Self::effect);
            }
            Kind::Ternary => self.arms(Self::effect),
            Kind::Binary => match self.operator() {
                Kind::And => self.branch_of(Logic::And),
                Kind::Or => self.branch_of(Logic::Or),
                _ => self.effect_of_value(),
            },
            // `!function () {…}()`, `void f()`: what comes of it is thrown away.
            Kind::Unary if matches!(self.operator(), Kind::Bang | Kind::VoidWord) => {
                self.at(Field::Argument, Self::effect);
            }
            Kind::Unary => self.effect_of_value(),
            _ => {
                self.only_child(Self::effect);
            }
        }
    }

    fn effect_of_value(&mut self) {
        let at = self.span();
        let value = self.expr();
        match self.made(value) {
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => {}
            Expr::Unknown(parts) if parts.is_empty() => {}
            _ if self.is_exit(value) => self.push(Stmt::Throw(Some(value)), at),
            _ => self.push(Stmt::Expr(value), at),
        }
    }

    /// `process.exit(…)`.
    fn is_exit(&self, value: ExprId) -> bool {
        let Expr::Call(call) = self.made(value) else { return false };
        let Expr::Member(base, name) = self.made(call.callee) else { return false };
        let Expr::Global(base) = self.made(*base) else { return false };
        self.name_text(*name) == "exit" && self.name_text(*base) == "process"
    }

    /// `a && b` and `a || b` as statements: branches.
    fn branch_of(&mut self, logic: Logic) {
        let at = self.span();
        let mut cond = None;
        self.each(|inner, _| match inner.field() {
            Field::Left => cond = Some(inner.expr()),
            Field::Right => {
                let Some(cond) = cond else { return inner.effect() };
                // `0 && (module.exports = …)` is a note to tools.
                if matches!(inner.made(cond), Expr::Number(_)) {
                    return;
                }
                let ((), then) = inner.collect(Self::effect);
                inner.push_branch(cond, logic, then, at);
            }
            _ => {}
        });
    }

    /// Adds a branch that does `then` if the right side of a logical operator is reached.
    pub(super) fn push_branch(&mut self, cond: ExprId, logic: Logic, then: Vec<StmtId>, at: Span) {
        let branch = match logic {
            Logic::And => Stmt::If { cond, then, otherwise: Vec::new() },
            Logic::Or | Logic::Nullish => Stmt::If { cond, then: Vec::new(), otherwise: then },
        };
        self.push(branch, at);
    }

    /// Lowers all but the last of a comma sequence for what they do, and the last with `last`.
    pub(super) fn sequence<T>(&mut self, mut last: impl FnMut(&mut Self) -> T) -> Option<T> {
        let node = self.node();
        let count = u32::try_from(node.named_child_count()).unwrap_or(u32::MAX);
        let mut end = node.named_child(count.saturating_sub(1));
        while let Some(comment) = end.filter(tree_sitter::Node::is_extra) {
            end = comment.prev_named_sibling();
        }
        let mut made = None;
        self.each(|at, kind| match kind {
            _ if end.is_some_and(|end| end.id() == at.node().id()) => made = Some(last(at)),
            _ if kind.is_token() => {}
            _ => at.effect(),
        });
        made
    }
}
