//! Statements.

use tree_sitter::Node;

use crate::{
    ir::{CallKind, Expr, ExprId, GapKind, Item, Span, Stmt, StmtId},
    lang::{
        go::{
            Kind, Lowering,
            expressions::is_expression,
            names::Package,
            tree::{Field, has, part},
        },
        span,
    },
};

/// One `if` of a chain: what comes before its condition, the condition, what it does.
struct Link {
    before: Vec<StmtId>,
    cond: ExprId,
    then: Vec<StmtId>,
    at: Span,
}

impl<'t> Lowering<'_, 't> {
    /// The statements in braces, in the scope that is open.
    pub(super) fn block(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.deeper(span(node), |go| go.statements(node, out), |_| ());
    }

    /// The statements in braces, in a scope of their own.
    pub(super) fn scoped(&mut self, node: Node<'t>) -> Vec<StmtId> {
        let mut out = Vec::new();
        self.scopes.open();
        self.block(node, &mut out);
        self.scopes.close();
        out
    }

    fn statements(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        for kid in self.kids(node) {
            self.statement(kid.node, kid.kind, out);
        }
    }

    /// Whatever stands where statements do.
    pub(super) fn statement(&mut self, node: Node<'t>, kind: Kind, out: &mut Vec<StmtId>) {
        match kind {
            Kind::ExpressionStatement => self.evaluated(node, out),
            Kind::ShortVarDeclaration => self.short_declaration(node, out),
            Kind::AssignmentStatement => self.assignment(node, out),
            Kind::IncStatement | Kind::DecStatement => self.counted(node, out),
            Kind::SendStatement => self.sent(node, out),
            Kind::VarDeclaration => self.variables(node, out),
            Kind::ConstDeclaration => self.constants(node, out),
            Kind::TypeDeclaration => self.local_type(node, out),
            Kind::ReturnStatement => self.returned(node, out),
            Kind::GoStatement | Kind::DeferStatement => self.deferred(node, out),
            Kind::IfStatement => self.branches(node, out),
            Kind::ForStatement => self.rounds(node, out),
            Kind::ExpressionSwitch => self.value_switch(node, out),
            Kind::TypeSwitch => self.type_switch(node, out),
            Kind::SelectStatement => self.select(node, out),
            Kind::LabeledStatement => self.labeled(node, out),
            Kind::StatementList => self.block(node, out),
            Kind::Block => {
                let mut inner = self.scoped(node);
                out.append(&mut inner);
            }
            Kind::BreakStatement => out.push(self.builder.stmt(Stmt::Break, span(node))),
            Kind::ContinueStatement => out.push(self.builder.stmt(Stmt::Continue, span(node))),
            // Where a jump leads is not followed: control is taken to go on.
            Kind::GotoStatement => self.builder.gap(GapKind::Construct, span(node)),
            Kind::FunctionDeclaration => self.function_declaration(node, out, &mut Vec::new()),
            Kind::FallthroughStatement | Kind::EmptyStatement => {}
            _ => self.loose(node, kind, out),
        }
    }

    /// What no statement is: parts of something broken.
    fn loose(&mut self, node: Node<'t>, kind: Kind, out: &mut Vec<StmtId>) {
        if is_expression(kind) {
            let value = self.expression(node);
            out.push(self.builder.stmt(Stmt::Expr(value), span(node)));
        } else {
            self.block(node, out);
        }
    }

    fn labeled(&mut self, mut node: Node<'t>, out: &mut Vec<StmtId>) {
        loop {
            let kids = self.kids(node);
            let Some(inner) = kids.iter().rfind(|kid| kid.kind != Kind::LabelName) else { return };
            if inner.kind != Kind::LabeledStatement {
                return self.statement(inner.node, inner.kind, out);
            }
            node = inner.node;
        }
    }

    fn evaluated(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let Some((inner, _)) = self.first(node) else { return };
        let value = self.expression(inner);
        out.push(self.builder.stmt(Stmt::Expr(value), span(node)));
        if let Some(end) = self.ends(value) {
            out.push(self.builder.stmt(end, span(node)));
        }
    }

    /// Whether a call never comes back, and with what: `panic`, `os.Exit`, `log.Fatal`.
    fn ends(&self, value: ExprId) -> Option<Stmt> {
        let module = &self.builder.module;
        let Expr::Call(call) = module.expr(value) else { return None };
        let first = call.args.first().map(|arg| arg.value);
        match module.expr(call.callee) {
            Expr::Global(name) if *name == self.known.panic => Some(Stmt::Throw(first)),
            Expr::Member(base, name) => {
                let package = match module.expr(*base) {
                    Expr::Var(var) => self.packages.get(var),
                    _ => None,
                };
                let exits = match package {
                    Some(Package::System) => *name == self.known.exit,
                    Some(Package::Log) if self.known.panics.contains(name) => first.is_some(),
                    // Without arguments it may only begin a message: `log.Fatal().Msg(…)`.
                    _ => self.known.fatal.contains(name) && first.is_some(),
                };
                exits.then_some(Stmt::Throw(None))
            }
            _ => None,
        }
    }

    fn returned(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let at = span(node);
        let values = match self.first(node) {
            Some((list, Kind::ExpressionList)) => self.values(list),
            Some((inner, _)) => vec![self.expression(inner)],
            None => {
                let results = std::mem::take(&mut self.frame.results);
                let values = results.iter().map(|var| self.builder.variable(*var, at)).collect();
                self.frame.results = results;
                values
            }
        };
        let value = (!values.is_empty()).then(|| self.tuple(values, at));
        out.push(self.builder.stmt(Stmt::Return(value), at));
    }

    /// One value as itself, several as a list.
    pub(super) fn tuple(&mut self, values: Vec<ExprId>, at: Span) -> ExprId {
        if let [only] = values.as_slice() { *only } else { self.list(values, at) }
    }

    fn deferred(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let Some((inner, _)) = self.first(node) else { return };
        let value = self.expression(inner);
        if let Some(Expr::Call(call)) = self.builder.module.exprs.get_mut(value.at())
            && call.kind == CallKind::Plain
        {
            call.kind = CallKind::Deferred;
        }
        out.push(self.builder.stmt(Stmt::Expr(value), span(node)));
    }

    /// `if … else if … else …`. What one `if` declares holds in all that follow, so that one scope
    /// does for the whole chain, and a long one needs no nesting.
    fn branches(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.scopes.open();
        let mut links = Vec::new();
        let mut last = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.take() {
            let kids = self.kids(node);
            let mut before = Vec::new();
            if let Some(kid) = kids.iter().find(|kid| kid.field == Field::Initializer) {
                self.statement(kid.node, kid.kind, &mut before);
            }
            let cond = self.needed(part(&kids, Field::Condition), span(node));
            let then = part(&kids, Field::Consequence).map(|then| self.scoped(then));
            links.push(Link { before, cond, then: then.unwrap_or_default(), at: span(node) });
            match kids.iter().find(|kid| kid.field == Field::Alternative) {
                Some(kid) if kid.kind == Kind::IfStatement => next = Some(kid.node),
                Some(kid) => last = self.scoped(kid.node),
                None => {}
            }
        }
        for mut link in links.into_iter().rev() {
            let otherwise = std::mem::take(&mut last);
            let branch = Stmt::If { cond: link.cond, then: link.then, otherwise };
            link.before.push(self.builder.stmt(branch, link.at));
            last = link.before;
        }
        out.append(&mut last);
        self.scopes.close();
    }

    /// An expression that the grammar asks for and that a broken file may lack.
    fn needed(&mut self, node: Option<Node<'t>>, at: Span) -> ExprId {
        match node {
            Some(node) => self.expression(node),
            None => self.builder.expr(Expr::Unknown(Vec::new()), at),
        }
    }

    fn rounds(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.scopes.open();
        let kids = self.kids(node);
        let (mut each, mut cond, mut update) = (None, None, None);
        for kid in &kids {
            match (kid.field, kid.kind) {
                (Field::Body, _) => {}
                (_, Kind::RangeClause) => each = Some(self.range(kid.node)),
                (_, Kind::ForClause) => {
                    let parts = self.kids(kid.node);
                    for part in &parts {
                        match part.field {
                            Field::Initializer => self.statement(part.node, part.kind, out),
                            Field::Condition => cond = Some(self.expression(part.node)),
                            Field::Update => update = Some(*part),
                            _ => {}
                        }
                    }
                }
                (_, kind) if is_expression(kind) => cond = Some(self.expression(kid.node)),
                (_, kind) => self.statement(kid.node, kind, out),
            }
        }
        let mut body = part(&kids, Field::Body).map(|body| self.scoped(body)).unwrap_or_default();
        if let Some(update) = update {
            self.statement(update.node, update.kind, &mut body);
        }
        self.scopes.close();
        let rounds = Stmt::Loop { each, keys: false, cond, body, otherwise: Vec::new() };
        out.push(self.builder.stmt(rounds, span(node)));
    }

    /// `k, v := range xs`: always a list of what is bound, the key first.
    fn range(&mut self, node: Node<'t>) -> (ExprId, ExprId) {
        let kids = self.kids(node);
        let source = self.needed(part(&kids, Field::Right), span(node));
        let targets = match part(&kids, Field::Left) {
            Some(left) if has(&kids, Kind::Define) => self.declared(left),
            Some(left) => self.values(left),
            None => Vec::new(),
        };
        let items = targets.into_iter().map(|value| Item { value, spread: false }).collect();
        (self.builder.expr(Expr::List(items), span(node)), source)
    }
}
