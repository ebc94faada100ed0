//! On which side of a condition something is done: where it holds, or where it does not.

use warden_flow::{
    analysis::At,
    ir::{Expr, FuncId, Logic, Stmt, StmtId},
};

use super::{
    fold::Fold,
    guards::leaves,
    index::{Around, Branch},
};

/// How many functions further out it is looked for: as many as conditions are collected from.
const FARTHEST: u32 = 2;

/// Whether something is done where a condition holds (`true`), or where it does not. Nothing where
/// both is so, or it cannot be told.
pub(crate) fn side(fold: &Fold<'_>, at: At, cond: At) -> Option<bool> {
    let mut sides = Vec::new();
    collect(fold, at, cond, 0, &mut sides);
    let first = *sides.first()?;
    sides.iter().all(|side| *side == first).then_some(first)
}

/// Whether a part of a condition holds (`true`), or not, where the whole of it does as told.
pub(crate) fn part_side(fold: &Fold<'_>, part: At, whole: At, holds: bool) -> Option<bool> {
    let module = fold.module(part.module);
    let index = fold.index(part.module);
    let mut around = Vec::new();
    let mut inner = part.expr;
    while inner != whole.expr {
        inner = index.parent(inner)?;
        around.push(inner);
    }
    // What `a && b` says of `a` is known where it holds, and what `a || b` says where it fails.
    around.iter().rev().try_fold(holds, |holds, outer| match module.expr(*outer) {
        Expr::Not(_) => Some(!holds),
        Expr::Logic(Logic::And, ..) => holds.then_some(true),
        Expr::Logic(Logic::Or, ..) => (!holds).then_some(false),
        _ => None,
    })
}

fn collect(fold: &Fold<'_>, at: At, cond: At, depth: u32, sides: &mut Vec<bool>) {
    if at.module == cond.module {
        sides.extend(here(fold, at, cond));
    }
    let function = fold.owner(at);
    if depth >= FARTHEST || function.function == FuncId(0) {
        return;
    }
    if let Some(made) = fold.made_at(function) {
        collect(fold, made, cond, depth + 1, sides);
    }
    for caller in fold.callers(function) {
        collect(fold, caller, cond, depth + 1, sides);
    }
}

/// The side in one function.
fn here(fold: &Fold<'_>, at: At, cond: At) -> Option<bool> {
    let module = fold.module(at.module);
    let index = fold.index(at.module);
    let mut inner = at.expr;
    while let Some(parent) = index.parent(inner) {
        match module.expr(parent) {
            Expr::Choice { cond: asked, then, .. } if *asked == cond.expr && inner != *asked => {
                return Some(*then == inner);
            }
            Expr::Logic(how, a, b) if *a == cond.expr && *b == inner => match how {
                Logic::And => return Some(true),
                Logic::Or => return Some(false),
                Logic::Nullish => return None,
            },
            _ => {}
        }
        inner = parent;
    }
    let Around::Stmt(mut stmt) = index.around(inner) else { return None };
    while let Some((outer, branch)) = index.outer(stmt) {
        match module.stmts.get(outer.at()).map(|(stmt, _)| stmt) {
            Some(Stmt::If { cond: asked, .. }) if *asked == cond.expr => {
                return Some(branch == Branch::Then);
            }
            Some(Stmt::Loop { cond: Some(asked), .. }) if *asked == cond.expr => {
                return (branch == Branch::Round).then_some(true);
            }
            _ => {}
        }
        stmt = outer;
    }
    after(fold, at, cond)
}

/// The side of what stands behind a branch that leaves.
fn after(fold: &Fold<'_>, at: At, cond: At) -> Option<bool> {
    let module = fold.module(at.module);
    let index = fold.index(at.module);
    if index.owner(cond.expr) != index.owner(at.expr) {
        return None;
    }
    let Around::Stmt(stmt) = index.around(cond.expr) else { return None };
    let Some((Stmt::If { cond: asked, then, otherwise }, _)) = module.stmts.get(stmt.at()) else {
        return None;
    };
    let ends = |block: &[StmtId]| leaves(module, block);
    (*asked == cond.expr && ends(then) != ends(otherwise)).then(|| ends(otherwise))
}
