//! Loops, `switch`, `try` and `with`.

use crate::{
    builder::ScopeKind,
    ir::{Case, ExprId, GapKind, Span, Stmt, StmtId, VarId},
};

use super::{
    kinds::{Field, Kind},
    lowerer::Lowerer,
    patterns::Bind,
};

/// What decides whether there is another round, with what happens to decide it.
struct Round {
    cond: Option<ExprId>,
    before: Vec<StmtId>,
}

impl Lowerer<'_, '_> {
    /// `for (init; cond; step) body`.
    pub(super) fn for_statement(&mut self) {
        let at = self.span();
        let mut round = Round { cond: None, before: Vec::new() };
        let (mut step, mut body) = (Vec::new(), Vec::new());
        self.builder.open_scope(ScopeKind::Block);
        self.each(|inner, kind| match inner.field() {
            Field::Initializer if !kind.is_token() => inner.statement(),
            Field::Condition if kind.is_expression() => round = inner.round(),
            Field::Increment => step = inner.collect(Self::effect).1,
            Field::Body => body = inner.collect(Self::statement).1,
            _ => {}
        });
        self.builder.close_scope();
        body.append(&mut step);
        self.push_loop(round, body, at);
    }

    /// `while (cond) body`.
    pub(super) fn while_statement(&mut self) {
        let at = self.span();
        let mut round = Round { cond: None, before: Vec::new() };
        let mut body = Vec::new();
        self.each(|inner, _| match inner.field() {
            Field::Condition => round = inner.round(),
            Field::Body => body = inner.collect(Self::statement).1,
            _ => {}
        });
        self.push_loop(round, body, at);
    }

    fn round(&mut self) -> Round {
        let (cond, before) = self.collect(Self::expr);
        Round { cond: Some(cond), before }
    }

    /// Adds a loop. If something happens in its condition, that is the first thing in its rounds.
    fn push_loop(&mut self, round: Round, mut body: Vec<StmtId>, at: Span) {
        let Round { mut cond, mut before } = round;
        if !before.is_empty() {
            before.extend(cond.take().map(|cond| self.unless(cond, at)));
            before.append(&mut body);
            body = before;
        }
        self.push(Stmt::Loop { each: None, keys: false, cond, body, otherwise: Vec::new() }, at);
    }

    /// Leaves the loop unless a condition holds.
    fn unless(&mut self, cond: ExprId, at: Span) -> StmtId {
        let leave = self.builder.stmt(Stmt::Break, at);
        self.builder.stmt(Stmt::If { cond, then: Vec::new(), otherwise: vec![leave] }, at)
    }

    /// `do body while (cond)`: the condition says nothing about the first round.
    pub(super) fn do_statement(&mut self) {
        let at = self.span();
        let mut body = Vec::new();
        self.each(|inner, _| match inner.field() {
            Field::Body => body = inner.collect(Self::statement).1,
            Field::Condition => {
                let Round { cond, mut before } = inner.round();
                body.append(&mut before);
                body.extend(cond.map(|cond| inner.unless(cond, at)));
            }
            _ => {}
        });
        self.push(
            Stmt::Loop { each: None, keys: false, cond: None, body, otherwise: Vec::new() },
            at,
        );
    }

    /// `for (target in source) body`, `for (target of source) body`.
    pub(super) fn for_in_statement(&mut self) {
        let at = self.span();
        let (mut target, mut source, mut body) = (None, None, Vec::new());
        let mut keys = false;
        let mut bind = Bind::Reference;
        self.builder.open_scope(ScopeKind::Block);
        self.each(|inner, kind| match inner.field() {
            Field::Kind => bind = if kind == Kind::Var { Bind::Function } else { Bind::Block },
            Field::Left => target = Some(inner.pattern(bind)),
            Field::Operator => keys = kind == Kind::InWord,
            Field::Right => source = Some(inner.expr()),
            Field::Body => body = inner.collect(Self::statement).1,
            _ => {}
        });
        self.builder.close_scope();
        let each = target.zip(source);
        self.push(Stmt::Loop { each, keys, cond: None, body, otherwise: Vec::new() }, at);
    }

    /// `switch`.
    pub(super) fn switch_statement(&mut self) {
        let at = self.span();
        let mut subject = None;
        let mut cases = Vec::new();
        self.each(|inner, _| match inner.field() {
            Field::Value => subject = Some(inner.expr()),
            Field::Body => {
                inner.builder.open_scope(ScopeKind::Block);
                inner.each(|inner, kind| {
                    if matches!(kind, Kind::Case | Kind::DefaultCase) {
                        cases.push(inner.case());
                    }
                });
                inner.builder.close_scope();
            }
            _ => {}
        });
        if let Some(last) = cases.last_mut() {
            last.falls = false;
        }
        self.push(Stmt::Switch { subject, cases }, at);
    }

    fn case(&mut self) -> Case {
        let (tests, body) = self.collect(|inner| {
            let outer = std::mem::take(&mut inner.hoisted);
            let mut tests = None;
            inner.each(|inner, kind| match inner.field() {
                Field::Value => tests = Some(vec![inner.expr()]),
                _ if kind.is_token() => {}
                _ => inner.statement(),
            });
            inner.hoist(0, outer);
            tests
        });
        let ends = body.last().is_some_and(|last| self.leaves(*last));
        Case { tests, guard: None, body, falls: !ends }
    }

    fn leaves(&self, stmt: StmtId) -> bool {
        let stmt = self.builder.module.stmts.get(stmt.at()).map(|(stmt, _)| stmt);
        matches!(stmt, Some(Stmt::Break | Stmt::Continue | Stmt::Return(_) | Stmt::Throw(_)))
    }

    /// `try`.
    pub(super) fn try_statement(&mut self) {
        let at = self.span();
        let (mut body, mut handlers, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        self.each(|inner, _| match inner.field() {
            Field::Body => body = inner.collect(Self::statement).1,
            Field::Handler => handlers.push(inner.handler()),
            Field::Finalizer => finally = inner.collect(Self::body).1,
            _ => {}
        });
        self.push(Stmt::Try { body, handlers, finally }, at);
    }

    fn body(&mut self) {
        self.at(Field::Body, Self::statement);
    }

    fn handler(&mut self) -> (Option<VarId>, Vec<StmtId>) {
        self.builder.open_scope(ScopeKind::Block);
        let handler = self.collect(|inner| {
            let mut error = None;
            inner.each(|inner, kind| match inner.field() {
                Field::Parameter => error = Some(inner.caught(kind)),
                Field::Body => inner.statement(),
                _ => {}
            });
            error
        });
        self.builder.close_scope();
        handler
    }

    /// The variable of an error. One that is taken apart at once has a name that no code can use.
    fn caught(&mut self, kind: Kind) -> VarId {
        let at = self.span();
        if kind == Kind::Identifier {
            let name = self.identifier();
            return self.builder.declare(name);
        }
        let name = self.builder.name("(error)");
        let var = self.builder.declare(name);
        let target = self.pattern(Bind::Block);
        let value = self.builder.variable(var, at);
        self.push_assign(target, value, at);
        var
    }

    /// `with`: what names mean inside is not known.
    pub(super) fn with_statement(&mut self) {
        let at = self.span();
        self.gap(GapKind::Construct, at);
        self.each(|inner, _| match inner.field() {
            Field::Object => inner.effect(),
            Field::Body => inner.statement(),
            _ => {}
        });
    }
}
