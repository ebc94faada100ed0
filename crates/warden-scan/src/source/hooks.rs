//! Clients that let a function look at every request before they send it.

use warden_flow::{
    analysis::{At, Flow, FnId},
    ir::{Expr, ExprId, Module, Span, Stmt},
};

use super::SourceView;

/// What the hooks of a client are called where it is made or afterwards.
const HOOKS: &str = "event_hooks";
/// The hooks that are called before a request.
const BEFORE: &str = "request";

/// What tells addresses that everybody reaches from others.
const ASKED: &[&str] = &["is_private", "is_global", "is_loopback", "is_link_local"];

/// Whether the client of a request calls a function before each one, also before those that
/// redirects lead to, and that function asks what address it goes to and refuses some:
/// `AsyncClient(event_hooks={"request": [refuse_private]})`.
pub(crate) fn look_at_each(view: &SourceView<'_>, flow: &Flow) -> bool {
    let Some(module) = view.module(flow.at.module) else { return false };
    let names = |wanted: &str| module.names.iter().any(|name| &**name == wanted);
    if !flow.callee.starts_with("httpx:") {
        return false;
    }
    let calls = module.exprs.iter().zip(&module.spans).filter(|(_, at)| **at == flow.at.span);
    let clients = calls.filter_map(|(expr, _)| match expr {
        Expr::Call(call) => match module.expr(call.callee) {
            Expr::Member(client, _) => Some(*client),
            _ => None,
        },
        _ => None,
    });
    let in_module = names(HOOKS) && names(BEFORE);
    clients.into_iter().any(|client| {
        assignments(module).any(|(target, value)| {
            let place = At { module: flow.at.module, expr: value };
            let on_client = matches!(module.expr(target), Expr::Member(owner, name)
                if module.text(*name) == HOOKS && same(module, *owner, client));
            let hooked = on_client || (same(module, target, client) && has_hooks(module, value));
            (in_module && hooked && refuses_around(view, place))
                || (same(module, target, client) && made_with_hooks(view, place))
        })
    })
}

fn assignments(module: &Module) -> impl Iterator<Item = (ExprId, ExprId)> {
    module.exprs.iter().filter_map(|expr| match expr {
        Expr::Assign { target, value } => Some((*target, *value)),
        _ => None,
    })
}

/// Whether two expressions name one variable, or members of the same name.
fn same(module: &Module, one: ExprId, other: ExprId) -> bool {
    match (module.expr(one), module.expr(other)) {
        (Expr::Var(one), Expr::Var(other)) => one == other,
        (Expr::Member(_, one), Expr::Member(_, other)) => one == other,
        _ => false,
    }
}

/// The expressions that stand in a part of a text, with their numbers.
fn inside(module: &Module, part: Span) -> impl Iterator<Item = (ExprId, &Expr)> {
    let all = (0_u32..).zip(module.exprs.iter().zip(&module.spans));
    all.filter(move |(_, (_, at))| at.start >= part.start && at.end <= part.end)
        .map(|(number, (expr, _))| (ExprId(number), expr))
}

/// Whether hooks are given to something that is made here.
fn has_hooks(module: &Module, value: ExprId) -> bool {
    inside(module, module.span(value)).any(|(_, expr)| {
        matches!(expr, Expr::Call(call)
            if call.args.iter().any(|arg| arg.name.is_some_and(|name| module.text(name) == HOOKS)))
    })
}

/// Whether a function of the program is called that makes something with hooks that refuse.
fn made_with_hooks(view: &SourceView<'_>, value: At) -> bool {
    let Some(module) = view.module(value.module) else { return false };
    let callees = inside(module, module.span(value.expr)).filter_map(|(_, expr)| match expr {
        Expr::Call(call) => Some(At { expr: call.callee, ..value }),
        _ => None,
    });
    callees.flat_map(|callee| view.analysis.functions_at(callee)).any(|function| {
        let Some((module, span)) = span_of(view, function) else { return false };
        let made = inside(module, span)
            .find(|(made, expr)| matches!(expr, Expr::Call(_)) && has_hooks(module, *made));
        made.is_some_and(|(expr, _)| refuses_around(view, At { module: function.module, expr }))
    })
}

/// Whether the function around a place names one that refuses addresses, for what comes before a
/// request.
fn refuses_around(view: &SourceView<'_>, place: At) -> bool {
    let Some(module) = view.module(place.module) else { return false };
    let at = module.span(place.expr);
    let around = module.functions.iter().map(|function| function.span);
    let around = around.filter(|span| span.start <= at.start && span.end >= at.end);
    let Some(span) = around.min_by_key(|span| span.end - span.start) else { return false };
    let before = inside(module, span)
        .any(|(_, expr)| matches!(expr, Expr::Text(text) if module.text(*text) == BEFORE));
    before
        && inside(module, span).any(|(expr, kind)| {
            let named = || view.analysis.functions_at(At { expr, ..place });
            matches!(kind, Expr::Var(_) | Expr::Import(_))
                && named().into_iter().any(|function| refuses(view, function))
        })
}

/// Whether a function, with those that it calls, asks of what kind an address is and throws.
fn refuses(view: &SourceView<'_>, function: FnId) -> bool {
    let (mut asks, mut throws) = (false, false);
    for one in view.analysis.reach(function).functions {
        let Some((module, span)) = span_of(view, one) else { continue };
        asks |= inside(module, span).any(|(_, expr)| {
            matches!(expr, Expr::Member(_, name) if ASKED.contains(&module.text(*name)))
        });
        throws |= module.stmts.iter().any(|(stmt, at)| {
            matches!(stmt, Stmt::Throw(_)) && at.start >= span.start && at.end <= span.end
        });
    }
    asks && throws
}

fn span_of<'a>(view: &SourceView<'a>, function: FnId) -> Option<(&'a Module, Span)> {
    let module = view.module(function.module)?;
    module.functions.get(function.function.at()).map(|found| (module, found.span))
}
