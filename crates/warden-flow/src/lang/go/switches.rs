//! Choices: by value, by type, by which channel is ready.

use tree_sitter::Node;

use crate::{
    ir::{Case, Expr, ExprId, Operator, Stmt, StmtId},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, Kid, has, part, parts},
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// `switch x {…}` and `switch {…}`.
    pub(super) fn value_switch(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.scopes.open();
        let kids = self.kids(node);
        self.initializer(&kids, out);
        let subject = part(&kids, Field::Value).map(|value| self.expression(value));
        let mut cases = Vec::new();
        for kid in &kids {
            let tests = match kid.kind {
                Kind::DefaultCase => None,
                Kind::ExpressionCase => {
                    let parts = self.kids(kid.node);
                    let list = part(&parts, Field::Value);
                    Some(list.map(|list| self.values(list)).unwrap_or_default())
                }
                Kind::Other => {
                    self.statement(kid.node, kid.kind, out);
                    continue;
                }
                _ => continue,
            };
            let case = self.case(kid.node, tests, Vec::new());
            cases.push(case);
        }
        self.scopes.close();
        out.push(self.builder.stmt(Stmt::Switch { subject, cases }, span(node)));
    }

    /// `switch v := x.(type) {…}`: each case asks whether the value is of a type.
    pub(super) fn type_switch(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.scopes.open();
        let kids = self.kids(node);
        self.initializer(&kids, out);
        let mut subject = part(&kids, Field::Value).map(|value| self.expression(value));
        if let (Some(value), Some(alias)) = (subject, part(&kids, Field::Alias)) {
            let targets = self.declared(alias);
            if let Some(target) = targets.first().copied() {
                out.push(self.builder.assign(target, value, span(alias)));
                subject = Some(target);
            }
        }
        let mut cases = Vec::new();
        for kid in &kids {
            let tests = match kid.kind {
                Kind::DefaultCase => None,
                Kind::TypeCase => Some(self.type_tests(kid.node, subject)),
                Kind::Other => {
                    self.statement(kid.node, kid.kind, out);
                    continue;
                }
                _ => continue,
            };
            let case = self.case(kid.node, tests, Vec::new());
            cases.push(case);
        }
        self.scopes.close();
        out.push(self.builder.stmt(Stmt::Switch { subject: None, cases }, span(node)));
    }

    fn type_tests(&mut self, case: Node<'t>, subject: Option<ExprId>) -> Vec<ExprId> {
        let kids = self.kids(case);
        let mut tests = Vec::new();
        for node in parts(&kids, Field::Type) {
            let Some(subject) = subject else { break };
            let at = span(node);
            let test = if self.builder.slice(at) == "nil" {
                let null = self.builder.expr(Expr::Null, at);
                Expr::Binary(Operator::Equal, subject, null)
            } else {
                let wanted = self.annotation(node);
                Expr::Binary(Operator::InstanceOf, subject, wanted)
            };
            tests.push(self.builder.expr(test, at));
        }
        tests
    }

    /// `select {…}`: a choice by nothing that can be known.
    pub(super) fn select(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(node);
        let mut cases = Vec::new();
        for kid in &kids {
            let case = match kid.kind {
                Kind::DefaultCase => self.case(kid.node, None, Vec::new()),
                Kind::CommunicationCase => self.communication(kid.node),
                _ => {
                    self.statement(kid.node, kid.kind, out);
                    continue;
                }
            };
            cases.push(case);
        }
        out.push(self.builder.stmt(Stmt::Switch { subject: None, cases }, span(node)));
    }

    fn communication(&mut self, node: Node<'t>) -> Case {
        self.scopes.open();
        let mut before = Vec::new();
        let kids = self.kids(node);
        if let Some(kid) = kids.iter().find(|kid| kid.field == Field::Communication) {
            if kid.kind == Kind::ReceiveStatement {
                self.received(kid.node, &mut before);
            } else {
                self.statement(kid.node, kid.kind, &mut before);
            }
        }
        let ready = self.builder.expr(Expr::Unknown(Vec::new()), span(node));
        let case = self.case(node, Some(vec![ready]), before);
        self.scopes.close();
        case
    }

    /// `v, ok := <-ch` and `<-ch` in a case.
    fn received(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(node);
        let Some(right) = part(&kids, Field::Right) else { return };
        let value = self.expression(right);
        let targets = match part(&kids, Field::Left) {
            Some(left) if has(&kids, Kind::Define) => self.declared(left),
            Some(left) => self.values(left),
            None => Vec::new(),
        };
        self.bind(targets, &[(value, right)], span(node), out);
    }

    fn initializer(&mut self, kids: &[Kid<'t>], out: &mut Vec<StmtId>) {
        if let Some(kid) = kids.iter().find(|kid| kid.field == Field::Initializer) {
            self.statement(kid.node, kid.kind, out);
        }
    }

    fn case(&mut self, node: Node<'t>, tests: Option<Vec<ExprId>>, before: Vec<StmtId>) -> Case {
        let mut body = before;
        let mut falls = false;
        self.scopes.open();
        for kid in self.kids(node) {
            if kid.kind == Kind::StatementList {
                self.block(kid.node, &mut body);
                let list = self.kids(kid.node);
                falls = list.last().is_some_and(|last| last.kind == Kind::FallthroughStatement);
            }
        }
        self.scopes.close();
        Case { tests, guard: None, body, falls }
    }
}
