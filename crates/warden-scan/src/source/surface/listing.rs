//! Tools that the function which answers with the list leaves out for good: by how their name
//! begins, or by a member of their description.
//!
//! A switch that somebody may turn is another matter; rules look at those.

use std::{collections::BTreeSet, sync::Arc};

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, Operator, Stmt, StmtId},
};

use super::{
    ToolInfo,
    reader::{Reader, holds},
};

/// What is left out of the list.
pub(super) struct Hidden {
    /// Starts of names.
    starts: Vec<Arc<str>>,
    /// Whole names.
    names: Vec<Arc<str>>,
    /// Members of descriptions.
    flags: Vec<String>,
}

impl Hidden {
    /// What the functions leave out that answer with the list, and what the functions do not look
    /// at that answer calls.
    pub(super) fn of(reader: &Reader<'_>, listers: &[FnId], answering: &[FnId]) -> Self {
        let mut hidden = Self { starts: Vec::new(), names: Vec::new(), flags: Vec::new() };
        for lister in listers {
            for cond in left_out(reader, *lister) {
                hidden.condition(reader, cond);
            }
        }
        if !hidden.flags.is_empty() || !hidden.starts.is_empty() {
            let looked = names(reader, answering);
            hidden.flags.retain(|flag| !looked.contains(flag.as_str()));
            hidden.starts.retain(|start| !looked.contains(&**start));
        }
        hidden
    }

    /// Whether a tool is never in the list.
    pub(super) fn hides(&self, tool: &ToolInfo) -> bool {
        let Some(name) = tool.name.as_deref() else { return false };
        self.starts.iter().any(|start| name.starts_with(&**start))
            || self.names.iter().any(|hidden| **hidden == *name)
            || tool.flags.iter().any(|flag| self.flags.contains(flag))
    }

    /// Takes in a condition under which something is left out.
    fn condition(&mut self, reader: &Reader<'_>, at: At) {
        match reader.expr(at) {
            Expr::Call(call) => {
                let callee = At { expr: call.callee, ..at };
                let first = call.args.first().map(|arg| At { expr: arg.value, ..at });
                let second = call.args.get(1).map(|arg| At { expr: arg.value, ..at });
                let (subject, start) = match reader.last_name(callee) {
                    Some("startsWith" | "startswith") => (reader.base(callee), first),
                    Some("HasPrefix") => (first, second),
                    _ => return,
                };
                let named = subject.and_then(|at| reader.last_name(at));
                let start = start.and_then(|at| reader.text(at)).filter(|start| !start.is_empty());
                if matches!(named, Some("name" | "Name")) {
                    self.starts.extend(start);
                }
            }
            Expr::Binary(Operator::Equal | Operator::NotEqual, first, second) => {
                let place = |expr: ExprId| At { expr, ..at };
                for (subject, constant) in [(*first, *second), (*second, *first)] {
                    if matches!(reader.last_name(place(subject)), Some("name" | "Name")) {
                        self.names.extend(reader.text(place(constant)));
                    }
                }
            }
            Expr::Member(_, name) => self.flags.push(reader.name(at.module, *name).to_owned()),
            _ => {}
        }
    }
}

/// The conditions of a function under which something is left out: `!x` of what is kept, and `x`
/// of what is passed over.
fn left_out(reader: &Reader<'_>, function: FnId) -> Vec<At> {
    let module = reader.module(function.module);
    let Some(found) = module.functions.get(function.function.at()) else { return Vec::new() };
    let at = |expr: ExprId| At { module: function.module, expr };
    let mut conditions = Vec::new();
    for ((expr, span), id) in module.exprs.iter().zip(&module.spans).zip(0..) {
        if !holds(found.span, *span) {
            continue;
        }
        match expr {
            Expr::Not(inner) => conditions.push(at(*inner)),
            // `name !== "x"` keeps all but one.
            Expr::Binary(Operator::NotEqual, ..) => conditions.push(at(ExprId(id))),
            _ => {}
        }
    }
    for (stmt, span) in &module.stmts {
        if let Stmt::If { cond, then, .. } = stmt
            && holds(found.span, *span)
            && goes_on(reader, function.module, then)
        {
            conditions.push(at(*cond));
        }
    }
    conditions
}

fn goes_on(reader: &Reader<'_>, module: u32, body: &[StmtId]) -> bool {
    let stmts = &reader.module(module).stmts;
    matches!(body, [only] if matches!(stmts.get(only.at()), Some((Stmt::Continue, _))))
}

/// Every member and text that functions, and what they call, look at.
fn names<'a>(reader: &Reader<'a>, functions: &[FnId]) -> BTreeSet<&'a str> {
    let reached: BTreeSet<FnId> =
        functions.iter().flat_map(|function| reader.analysis.reach(*function).functions).collect();
    let mut found = BTreeSet::new();
    for function in reached {
        let module = reader.module(function.module);
        let Some(body) = module.functions.get(function.function.at()) else { continue };
        for (expr, span) in module.exprs.iter().zip(&module.spans) {
            if let Expr::Member(_, name) | Expr::Text(name) = expr
                && holds(body.span, *span)
            {
                found.insert(module.text(*name));
            }
        }
    }
    found
}
