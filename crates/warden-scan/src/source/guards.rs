//! Under which conditions something is done: branches around it, and those before it that leave.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Module, Stmt, StmtId},
};

use super::{
    fold::Fold,
    index::{Around, Branch},
};

/// How many functions further out conditions are looked for.
const FARTHEST: u32 = 2;

/// The conditions that decide whether an expression is reached, the nearest first.
pub(crate) fn conditions(fold: &Fold<'_>, at: At) -> Vec<At> {
    let mut found = Vec::new();
    collect(fold, at, 0, &mut found);
    found.dedup();
    found
}

fn collect(fold: &Fold<'_>, at: At, depth: u32, found: &mut Vec<At>) {
    if found.len() > 64 {
        return;
    }
    let module = fold.module(at.module);
    let index = fold.index(at.module);
    let to = |expr: ExprId| At { module: at.module, expr };
    // Choices and `a && b` inside one expression.
    let mut inner = at.expr;
    while let Some(parent) = index.parent(inner) {
        match module.expr(parent) {
            Expr::Choice { cond, .. } if *cond != inner => found.push(to(*cond)),
            Expr::Logic(_, a, b) if *b == inner => found.push(to(*a)),
            _ => {}
        }
        inner = parent;
    }
    let Around::Stmt(first) = index.around(inner) else { return };
    let mut stmt = first;
    loop {
        before(module, at.module, block_of(fold, at.module, stmt), stmt, found);
        let Some((outer, branch)) = index.outer(stmt) else { break };
        match module.stmts.get(outer.at()).map(|(stmt, _)| stmt) {
            Some(Stmt::If { cond, .. }) => found.push(to(*cond)),
            Some(Stmt::Loop { cond: Some(cond), .. }) if branch == Branch::Round => {
                found.push(to(*cond));
            }
            _ => {}
        }
        stmt = outer;
    }
    if depth >= FARTHEST {
        return;
    }
    let function = FnId { module: at.module, function: index.owner(at.expr) };
    if function.function == FuncId(0) {
        return;
    }
    // A closure is done where it stands; a function where it is called.
    if let Some(made) = fold.made_at(function) {
        collect(fold, made, depth + 1, found);
    }
    for caller in fold.callers(function) {
        collect(fold, caller, depth + 1, found);
    }
}

/// The statements that a statement stands among.
fn block_of<'a>(fold: &Fold<'a>, number: u32, stmt: StmtId) -> &'a [StmtId] {
    let module = fold.module(number);
    let blocks: Vec<&[StmtId]> = match fold.index(number).outer(stmt) {
        Some((outer, _)) => match module.stmts.get(outer.at()).map(|(stmt, _)| stmt) {
            Some(Stmt::If { then, otherwise, .. }) => vec![then, otherwise],
            Some(Stmt::Loop { body, otherwise, .. }) => vec![body, otherwise],
            Some(Stmt::Switch { cases, .. }) => cases.iter().map(|case| &case.body[..]).collect(),
            Some(Stmt::Try { body, handlers, finally }) => {
                let handlers = handlers.iter().map(|(_, body)| &body[..]);
                handlers.chain([&body[..], &finally[..]]).collect()
            }
            _ => Vec::new(),
        },
        None => module.functions.iter().map(|function| &function.body[..]).collect(),
    };
    blocks.into_iter().find(|block| block.contains(&stmt)).unwrap_or_default()
}

/// Conditions before a statement of a block that leave it when they hold.
fn before(module: &Module, number: u32, block: &[StmtId], stmt: StmtId, found: &mut Vec<At>) {
    for earlier in block.iter().take_while(|earlier| **earlier != stmt) {
        if let Some((Stmt::If { cond, then, otherwise }, _)) = module.stmts.get(earlier.at())
            && (leaves(module, then) || (!otherwise.is_empty() && leaves(module, otherwise)))
        {
            found.push(At { module: number, expr: *cond });
        }
    }
}

/// Whether a block never comes to its end.
pub(crate) fn leaves(module: &Module, block: &[StmtId]) -> bool {
    block.last().and_then(|last| module.stmts.get(last.at())).is_some_and(|(stmt, _)| match stmt {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break | Stmt::Continue => true,
        Stmt::If { then, otherwise, .. } => leaves(module, then) && leaves(module, otherwise),
        _ => false,
    })
}
