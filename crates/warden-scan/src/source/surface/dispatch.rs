//! Functions that answer for several tools: which part of them answers for which.
//!
//! A part is found by a comparison of the name with a constant, or by a table of functions that
//! is looked into with the name. What counts as the name is what is called so, and whatever is
//! compared with the name of a tool that is known.

use std::{collections::BTreeSet, sync::Arc};

use warden_flow::{
    analysis::{At, FnId, Spot},
    ir::{Expr, ExprId, Operator, Span, Stmt, StmtId},
};

use super::{
    Branch, Case,
    reader::{Reader, holds},
};

/// Finds the parts of a function that are about single names.
pub(crate) struct Dispatch<'a, 'n> {
    pub(crate) reader: &'a Reader<'a>,
    /// The names of tools that are known.
    pub(crate) known: &'n BTreeSet<String>,
}

/// What a name may be called.
static NAMES: &[&str] = &[
    "name",
    "toolName",
    "tool_name",
    "toolname",
    "tool",
    "Name",
    "ToolName",
    "promptName",
    "prompt_name",
];

/// A constant that a name is compared with.
struct Named {
    name: Arc<str>,
    place: At,
    subject: At,
}

/// Parts of conditions that are looked at.
const MAX_PARTS: usize = 64;

impl Dispatch<'_, '_> {
    /// The names that `function` knows, with the part that answers. Sorted by place.
    pub(crate) fn cases(&self, function: FnId) -> Vec<Case> {
        let module = self.reader.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else {
            return Vec::new();
        };
        let mut cases = Vec::new();
        for (stmt, span) in &module.stmts {
            if !holds(found.span, *span) {
                continue;
            }
            match stmt {
                Stmt::If { cond, then, .. } => {
                    self.condition(function, (*cond, then), found.span.end, &mut cases);
                }
                Stmt::Switch { subject, cases: list } => {
                    self.switch(function, *subject, list, &mut cases);
                }
                _ => {}
            }
        }
        self.tables(function, found.span, &mut cases);
        cases.sort_by(|a, b| (a.branch, &a.name, a.place).cmp(&(b.branch, &b.name, b.place)));
        cases.dedup();
        cases
    }

    fn condition(
        &self,
        function: FnId,
        (cond, then): (ExprId, &[StmtId]),
        end: u32,
        out: &mut Vec<Case>,
    ) {
        let Some(inside) = self.block(function.module, then) else { return };
        let mut stack = vec![cond];
        let mut seen = 0;
        while let Some(expr) = stack.pop() {
            seen += 1;
            if seen > MAX_PARTS {
                return;
            }
            let at = At { module: function.module, expr };
            match self.reader.expr(at) {
                Expr::Logic(_, first, second) => stack.extend([*second, *first]),
                Expr::Binary(Operator::Equal, first, second) => {
                    let found = self.compared(at, *first, *second);
                    self.add(function, found, inside, out);
                }
                // `if name != "x": raise …` leaves the rest of the function to `x`.
                Expr::Binary(Operator::NotEqual, first, second)
                    if self.leaves(function.module, then) =>
                {
                    let found = self.compared(at, *first, *second);
                    let rest = Span { start: inside.end, end };
                    self.add(function, found, rest, out);
                }
                Expr::Binary(Operator::In, subject, list) if self.is_name(at, *subject) => {
                    let items = self.reader.elements(At { expr: *list, ..at });
                    let subject = At { expr: *subject, ..at };
                    let named = items.into_iter().filter_map(|item| {
                        Some(Named { name: self.reader.text(item)?, place: item, subject })
                    });
                    self.add(function, named.collect(), inside, out);
                }
                _ => {}
            }
        }
    }

    fn add(&self, function: FnId, found: Vec<Named>, span: Span, out: &mut Vec<Case>) {
        let branch = Branch { function, spot: Spot { module: function.module, span } };
        out.extend(found.into_iter().map(|named| Case {
            name: named.name,
            branch,
            place: named.place,
            group: self.group(named.subject),
        }));
    }

    /// What tells comparisons with one thing from those with another: its name and whose it is.
    fn group(&self, subject: At) -> (u32, u32, Arc<str>) {
        let base = self.reader.base(subject).unwrap_or(subject);
        let variable = match self.reader.expr(base) {
            Expr::Var(var) => var.0,
            _ => u32::MAX,
        };
        (subject.module, variable, self.reader.last_name(subject).unwrap_or_default().into())
    }

    /// The constant that one side is, if the other is the name of a tool.
    fn compared(&self, at: At, first: ExprId, second: ExprId) -> Vec<Named> {
        for (subject, constant) in [(first, second), (second, first)] {
            let Some(text) = self.reader.text(At { expr: constant, ..at }) else { continue };
            let subject_is_text =
                matches!(self.reader.expr(At { expr: subject, ..at }), Expr::Text(_));
            if !subject_is_text && (self.is_name(at, subject) || self.known.contains(&*text)) {
                let place = At { expr: constant, ..at };
                return vec![Named { name: text, place, subject: At { expr: subject, ..at } }];
            }
        }
        Vec::new()
    }

    fn is_name(&self, at: At, subject: ExprId) -> bool {
        let at = At { expr: subject, ..at };
        match self.reader.expr(at) {
            Expr::Var(_) | Expr::Member(..) | Expr::Global(_) => {
                self.reader.last_name(at).is_some_and(|name| NAMES.contains(&name))
            }
            Expr::Index(_, key) => self
                .reader
                .constant(At { expr: *key, ..at })
                .is_some_and(|key| NAMES.contains(&key)),
            _ => false,
        }
    }

    fn switch(
        &self,
        function: FnId,
        subject: Option<ExprId>,
        cases: &[warden_flow::ir::Case],
        out: &mut Vec<Case>,
    ) {
        let at = |expr: ExprId| At { module: function.module, expr };
        let named = subject.is_some_and(|subject| self.is_name(at(subject), subject));
        for (position, case) in cases.iter().enumerate() {
            let constants = case.tests.iter().flatten();
            let found: Vec<Named> = constants
                .flat_map(|test| self.alternatives(at(*test)))
                .filter_map(|place| {
                    let name = self.reader.text(place)?;
                    let subject = subject.map_or(place, at);
                    Some(Named { name, place, subject })
                })
                .filter(|one| named || self.known.contains(&*one.name))
                .collect();
            if found.is_empty() {
                continue;
            }
            // `case "a": case "b": …`: the first body with something in it is that of both.
            let body = cases.get(position..).unwrap_or_default().iter();
            let body =
                body.map(|case| self.block(function.module, &case.body)).find(Option::is_some);
            if let Some(span) = body.flatten() {
                self.add(function, found, span, out);
            }
        }
    }

    /// `case "a" | "b"`.
    fn alternatives(&self, test: At) -> Vec<At> {
        match self.reader.expr(test) {
            Expr::List(items) => items.iter().map(|item| At { expr: item.value, ..test }).collect(),
            Expr::Binary(Operator::Arithmetic, first, second) => {
                let mut found = vec![At { expr: *first, ..test }, At { expr: *second, ..test }];
                if let Expr::Binary(Operator::Arithmetic, a, b) = self.reader.expr(found[0]) {
                    found.splice(0..1, [At { expr: *a, ..test }, At { expr: *b, ..test }]);
                }
                found
            }
            _ => vec![test],
        }
    }

    /// `HANDLERS[name]`, `handlers.get(name)`: every function in the table answers for its key.
    fn tables(&self, function: FnId, span: Span, out: &mut Vec<Case>) {
        let module = self.reader.module(function.module);
        for (expr, number) in module.exprs.iter().zip(0..) {
            let at = At { module: function.module, expr: ExprId(number) };
            if !holds(span, module.span(at.expr)) {
                continue;
            }
            let table = match expr {
                Expr::Index(base, key) if self.is_name(at, *key) => *base,
                Expr::Call(call) => match (module.expr(call.callee), call.args.first()) {
                    (Expr::Member(base, name), Some(arg))
                        if module.text(*name) == "get" && self.is_name(at, arg.value) =>
                    {
                        *base
                    }
                    _ => continue,
                },
                _ => continue,
            };
            self.table(At { expr: table, ..at }, out);
        }
    }

    fn table(&self, at: At, out: &mut Vec<Case>) {
        for value in self.reader.values(at) {
            let entries = match self.reader.expr(value) {
                Expr::Object(_) => self
                    .reader
                    .parts(value)
                    .into_iter()
                    .map(|part| (Arc::<str>::from(part.name), part.at))
                    .collect(),
                Expr::Call(call) => self.pairs(value, call.args.first().map(|arg| arg.value)),
                _ => continue,
            };
            for (name, handler) in entries {
                for function in self.handlers(handler) {
                    let info = self.reader.module(function.module);
                    let Some(found) = info.functions.get(function.function.at()) else { continue };
                    let spot = Spot { module: function.module, span: found.span };
                    out.push(Case {
                        name: Arc::clone(&name),
                        branch: Branch { function, spot },
                        place: handler,
                        group: (value.module, value.expr.0, "table".into()),
                    });
                }
            }
        }
    }

    /// The functions of a table's entry: itself, or a member of it that is called so.
    fn handlers(&self, at: At) -> Vec<FnId> {
        let direct = self.reader.functions(at);
        if !direct.is_empty() {
            return direct;
        }
        let values = self.reader.values(at).into_iter();
        values
            .filter_map(|value| self.reader.part(value, super::wire::HANDLERS))
            .flat_map(|handler| self.reader.functions(handler))
            .collect()
    }

    /// `new Map([["a", f], ["b", g]])`.
    fn pairs(&self, at: At, list: Option<ExprId>) -> Vec<(Arc<str>, At)> {
        let Some(list) = list else { return Vec::new() };
        let pairs = self.reader.elements(At { expr: list, ..at }).into_iter();
        pairs
            .filter_map(|pair| {
                let mut parts = self.reader.elements(pair).into_iter();
                Some((self.reader.text(parts.next()?)?, parts.next()?))
            })
            .collect()
    }

    /// The bytes of some statements.
    fn block(&self, module: u32, body: &[StmtId]) -> Option<Span> {
        let stmts = &self.reader.module(module).stmts;
        let spans = body.iter().filter_map(|stmt| stmts.get(stmt.at())).map(|(_, span)| *span);
        spans.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) })
    }

    fn leaves(&self, module: u32, body: &[StmtId]) -> bool {
        let stmts = &self.reader.module(module).stmts;
        let last = body.last().and_then(|stmt| stmts.get(stmt.at()));
        matches!(last, Some((Stmt::Return(_) | Stmt::Throw(_), _)))
    }
}
