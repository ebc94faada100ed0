//! Whether it makes a difference that a call fails. Who does the user's work says so when it does
//! not succeed; who does something behind his back takes care that nobody notices.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Language, Module, Stmt, StmtId},
};

use crate::source::{
    fold::Fold,
    index::{Around, Branch},
};

/// Whether the failure of a call changes nothing.
pub(super) fn swallowed(fold: &Fold<'_>, at: At) -> bool {
    let module = fold.module(at.module);
    match module.language {
        Language::Go => quiet_in_go(fold, at),
        Language::Python => in_quiet_try(fold, at, 0),
        _ => caught(fold, at) || in_quiet_try(fold, at, 0),
    }
}

/// `.catch(() => {})` behind it, an `error` listener that does nothing, or nobody waits for it.
fn caught(fold: &Fold<'_>, at: At) -> bool {
    let module = fold.module(at.module);
    let mut inner = at.expr;
    for _ in 0..12 {
        let Some(parent) = fold.index(at.module).parent(inner) else {
            let owner = fold.index(at.module).owner(inner);
            let outside = fold.mapped_in(FnId { module: at.module, function: owner });
            let Some(list) = outside.filter(|list| list.expr != inner) else { break };
            inner = list.expr;
            continue;
        };
        match module.expr(parent) {
            Expr::Call(call) if call.callee == inner => {
                if let Expr::Member(_, name) = module.expr(call.callee) {
                    let name = module.text(*name);
                    let handler = match name {
                        "catch" => call.args.first(),
                        "then" => call.args.get(1),
                        "on" | "once" => call.args.get(1).filter(|_| {
                            call.args
                                .first()
                                .is_some_and(|first| is_text(module, first.value, "error"))
                        }),
                        "allSettled" => return true,
                        _ => None,
                    };
                    if let Some(handler) = handler
                        && let Expr::Function(function) = module.expr(handler.value)
                        && is_quiet(module, &module.functions[function.at()].body)
                    {
                        return true;
                    }
                }
            }
            Expr::Call(call) => {
                let settled = matches!(module.expr(call.callee), Expr::Member(_, name) if module.text(*name) == "allSettled");
                if settled {
                    return true;
                }
            }
            _ => {}
        }
        inner = parent;
    }
    listened(fold, at)
}

/// `request.on("error", () => {})` on the variable that holds what the call gave.
fn listened(fold: &Fold<'_>, at: At) -> bool {
    let module = fold.module(at.module);
    let receiver = match module.expr(at.expr) {
        Expr::Call(call) => match module.expr(call.callee) {
            Expr::Member(base, _) => Some(*base),
            _ => None,
        },
        _ => None,
    };
    let assigned =
        fold.index(at.module).parent(at.expr).and_then(|parent| match module.expr(parent) {
            Expr::Assign { target, .. } => Some(*target),
            _ => None,
        });
    let held =
        [receiver, assigned].into_iter().flatten().filter_map(|expr| match module.expr(expr) {
            Expr::Var(var) => Some(*var),
            _ => None,
        });
    let held: Vec<_> = held.collect();
    if held.is_empty() {
        return false;
    }
    fold.index(at.module).calls.iter().any(|call| {
        let Expr::Call(found) = module.expr(*call) else { return false };
        let Expr::Member(base, name) = module.expr(found.callee) else { return false };
        let same = matches!(module.expr(*base), Expr::Var(var) if held.contains(var));
        same && matches!(module.text(*name), "on" | "once")
            && found.args.first().is_some_and(|first| is_text(module, first.value, "error"))
            && found.args.get(1).is_some_and(|handler| match module.expr(handler.value) {
                Expr::Function(function) => is_quiet(module, &module.functions[function.at()].body),
                _ => false,
            })
    })
}

/// Inside a `try` whose handlers do nothing, in this function or where it is called.
fn in_quiet_try(fold: &Fold<'_>, at: At, depth: u32) -> bool {
    let module = fold.module(at.module);
    let index = fold.index(at.module);
    let mut next = index.stmt(at.expr);
    while let Some(stmt) = next {
        let Some((outer, branch)) = index.outer(stmt) else { break };
        if branch == Branch::Tried
            && let Some((Stmt::Try { handlers, .. }, _)) = module.stmts.get(outer.at())
            && !handlers.is_empty()
        {
            return handlers.iter().all(|(_, body)| is_quiet(module, body));
        }
        next = Some(outer);
    }
    if let Some(Around::Expr(_)) = Some(index.around(at.expr))
        && suppressed(fold, at)
    {
        return true;
    }
    if depth >= 2 {
        return false;
    }
    let function = FnId { module: at.module, function: index.owner(at.expr) };
    if function.function == FuncId(0) {
        return false;
    }
    let callers = fold.callers(function);
    !callers.is_empty()
        && callers
            .into_iter()
            .all(|caller| caught_at(fold, caller) || in_quiet_try(fold, caller, depth + 1))
}

fn caught_at(fold: &Fold<'_>, at: At) -> bool {
    fold.module(at.module).language != Language::Python && caught(fold, at)
}

/// `with suppress(…):` around it.
fn suppressed(fold: &Fold<'_>, at: At) -> bool {
    let index = fold.index(at.module);
    let Some(stmt) = index.stmt(at.expr) else { return false };
    let start = fold.module(at.module).stmts.get(stmt.at()).map_or(0, |(_, span)| span.start);
    let before = fold.between(at.module, start.saturating_sub(200), start);
    before.contains("suppress(")
}

/// A handler that neither throws, nor returns an error, nor says anything.
fn is_quiet(module: &Module, body: &[StmtId]) -> bool {
    body.iter().all(|stmt| match module.stmts.get(stmt.at()).map(|(stmt, _)| stmt) {
        None | Some(Stmt::Break | Stmt::Continue) => true,
        Some(Stmt::Return(value)) => value.is_none_or(|value| is_nothing(module, value)),
        Some(Stmt::Expr(expr)) => is_small(module, *expr),
        Some(_) => false,
    })
}

fn is_nothing(module: &Module, expr: ExprId) -> bool {
    match module.expr(expr) {
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Unary(_) => true,
        Expr::Text(name) => module.text(*name).is_empty(),
        Expr::Object(parts) => parts.is_empty(),
        Expr::List(items) => items.is_empty(),
        _ => false,
    }
}

/// A statement that nobody notices: nothing, a note for those who look for one, tidying up.
fn is_small(module: &Module, expr: ExprId) -> bool {
    match module.expr(expr) {
        Expr::Call(call) => match module.expr(call.callee) {
            Expr::Member(_, name) => {
                matches!(
                    module.text(*name),
                    "debug" | "trace" | "destroy" | "close" | "abort" | "end"
                )
            }
            _ => false,
        },
        Expr::Assign { .. } => true,
        _ => is_nothing(module, expr),
    }
}

fn is_text(module: &Module, expr: ExprId, wanted: &str) -> bool {
    matches!(module.expr(expr), Expr::Text(name) if module.text(*name) == wanted)
}

/// The error is thrown away, or only decides whether the answer is closed.
fn quiet_in_go(fold: &Fold<'_>, at: At) -> bool {
    let module = fold.module(at.module);
    let index = fold.index(at.module);
    let Some(parent) = index.parent(at.expr) else {
        // A statement by itself: its error is not even looked at.
        return true;
    };
    let Expr::Assign { target, .. } = module.expr(parent) else { return false };
    let Expr::List(items) = module.expr(*target) else { return false };
    let Some(Expr::Var(error)) = items.last().map(|last| module.expr(last.value)) else {
        return true;
    };
    if module.vars.get(error.at()).is_some_and(|var| module.text(var.name) == "_") {
        return true;
    }
    // Every use of the error is a comparison, and no branch for it does anything.
    let uses = (0_u32..).zip(&module.exprs).filter(|(_, expr)| **expr == Expr::Var(*error));
    uses.map(|(at, _)| ExprId(at))
        .filter(|expr| Some(*expr) != items.last().map(|last| last.value))
        .all(|used| {
            let Some(parent) = index.parent(used) else { return false };
            if let Expr::Assign { .. } | Expr::List(_) = module.expr(parent) {
                return true;
            }
            if !matches!(module.expr(parent), Expr::Binary(..)) {
                return false;
            }
            let written = fold.written(At { module: at.module, expr: parent });
            let fails = written.contains("!=");
            match index
                .stmt(parent)
                .and_then(|stmt| module.stmts.get(stmt.at()))
                .map(|(stmt, _)| stmt)
            {
                Some(Stmt::If { then, otherwise, .. }) => {
                    is_quiet(module, if fails { then } else { otherwise })
                }
                _ => true,
            }
        })
}
