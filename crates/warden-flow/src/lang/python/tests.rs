//! What comes out of the front-end, as text.

mod classes;
mod expressions;
mod functions;
mod hostile;
mod imports;
mod statements;
mod text;

use crate::{
    dump::dump,
    ir::{Expr, ExprId, Key, Language, Module, Property},
    lang::{Limits, lower},
};

fn module(source: &str) -> Module {
    lower("a.py", Language::Python, source.as_bytes(), Limits::default())
}

/// Compares what a source becomes with what it should, both without the line breaks around them.
#[track_caller]
fn check(source: &str, expected: &str) {
    let module = module(source.trim_start_matches('\n'));
    assert_eq!(dump(&module).trim_end(), expected.trim());
    operands_come_first(&module);
}

/// Whoever evaluates expressions in the order of the table finds every operand evaluated.
#[track_caller]
fn operands_come_first(module: &Module) {
    for (at, expr) in module.exprs.iter().enumerate() {
        for operand in operands(expr) {
            assert!(operand.at() < at, "{expr:?} at {at} uses what comes later");
        }
    }
}

fn operands(expr: &Expr) -> Vec<ExprId> {
    match expr {
        Expr::Text(_)
        | Expr::Number(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Regex(..)
        | Expr::Var(_)
        | Expr::Global(_)
        | Expr::Function(_)
        | Expr::Class(_) => Vec::new(),
        Expr::Import(one) | Expr::Member(one, _) | Expr::Not(one) | Expr::Unary(one) => vec![*one],
        Expr::Index(a, b) | Expr::Binary(_, a, b) | Expr::Logic(_, a, b) | Expr::Default(a, b) => {
            vec![*a, *b]
        }
        Expr::Assign { target, value } => vec![*target, *value],
        Expr::Choice { cond, then, otherwise } => vec![*cond, *then, *otherwise],
        Expr::Concat(parts) | Expr::Unknown(parts) => parts.clone(),
        Expr::List(items) => items.iter().map(|item| item.value).collect(),
        Expr::Object(parts) => parts.iter().flat_map(property).collect(),
        Expr::Call(call) => {
            std::iter::once(call.callee).chain(call.args.iter().map(|arg| arg.value)).collect()
        }
        Expr::Comprehension { clauses, values } => {
            let parts = clauses.iter().flat_map(|clause| {
                [clause.target, clause.source].into_iter().chain(clause.conditions.iter().copied())
            });
            parts.chain(values.iter().copied()).collect()
        }
    }
}

fn property(part: &Property) -> Vec<ExprId> {
    match part.key {
        Key::Computed(key) => vec![key, part.value],
        Key::Name(_) | Key::Spread => vec![part.value],
    }
}
