//! Under which conditions something is done: branches around it, and those before it that leave.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Module, Stmt, StmtId},
};

use super::{
    fold::Fold,
    index::{Around, Base, Branch},
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

/// Steps that are taken to find what a value is one of.
const MOST_STEPS: u32 = 200;

/// The expressions that a value is one of, if it is one of several: the branches of choices, and
/// what functions of the program return.
pub(crate) fn alternatives(fold: &Fold<'_>, at: At) -> Vec<At> {
    let mut found = Vec::new();
    let mut work = vec![(at, 0_u32, false)];
    let mut steps = 0;
    while let Some((at, depth, chosen)) = work.pop() {
        steps += 1;
        if steps > MOST_STEPS {
            break;
        }
        let module = fold.module(at.module);
        let to = |expr: ExprId| At { module: at.module, expr };
        match module.expr(at.expr) {
            Expr::Choice { then, otherwise, .. } => {
                work.extend([*then, *otherwise].map(|branch| (to(branch), depth, true)));
            }
            Expr::Concat(parts) => {
                work.extend(parts.iter().map(|part| (to(*part), depth, chosen)));
            }
            Expr::Logic(_, a, b) => work.extend([(to(*a), depth, chosen), (to(*b), depth, true)]),
            Expr::Var(var) if depth < 3 && !chosen => {
                for origin in fold.index(at.module).origins(*var).iter().take(4) {
                    if let (Base::Expr(value), []) = (origin.base, origin.steps.as_slice()) {
                        work.push((to(value), depth + 1, false));
                    }
                }
            }
            Expr::Call(call) if depth < 3 => {
                for function in fold.functions(to(call.callee)).into_iter().take(2) {
                    let returned = returns(fold, function);
                    let several = returned.len() > 1;
                    work.extend(returned.into_iter().map(|at| (at, depth + 1, several)));
                }
            }
            _ if chosen => found.push(at),
            _ => {}
        }
    }
    found
}

/// What a function returns.
fn returns(fold: &Fold<'_>, function: FnId) -> Vec<At> {
    let module = fold.module(function.module);
    let index = fold.index(function.module);
    let mut found = Vec::new();
    for expr in index.within(function.function).iter().take(2000) {
        if let Around::Stmt(stmt) = index.around(*expr)
            && let Some((Stmt::Return(Some(value)), _)) = module.stmts.get(stmt.at())
            && value == expr
        {
            found.push(At { module: function.module, expr: *expr });
        }
    }
    found
}

/// The statements that a statement stands among.
fn block_of<'a>(fold: &Fold<'a>, number: u32, stmt: StmtId) -> &'a [StmtId] {
    let module = fold.module(number);
    let Some((outer, _)) = fold.index(number).outer(stmt) else {
        let function = module.functions.get(fold.index(number).top(stmt).at());
        return function.map_or(&[], |function| &function.body[..]);
    };
    let blocks: Vec<&[StmtId]> = match module.stmts.get(outer.at()).map(|(stmt, _)| stmt) {
        Some(Stmt::If { then, otherwise, .. }) => vec![then, otherwise],
        Some(Stmt::Loop { body, otherwise, .. }) => vec![body, otherwise],
        Some(Stmt::Switch { cases, .. }) => cases.iter().map(|case| &case.body[..]).collect(),
        Some(Stmt::Try { body, handlers, finally }) => {
            let handlers = handlers.iter().map(|(_, body)| &body[..]);
            handlers.chain([&body[..], &finally[..]]).collect()
        }
        _ => Vec::new(),
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
