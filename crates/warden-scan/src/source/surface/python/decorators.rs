//! Functions that a decorator registers: `@mcp.tool()`, `@server.call_tool()`, and decorators of
//! the program's own that end in a registry.

use warden_flow::{
    analysis::{At, FnId, Spot},
    ir::{Expr, FuncId, Function},
};

use super::{fastmcp, is_server, lowlevel, routes, types::Types};
use crate::source::surface::{
    found::Found,
    reader::{CallAt, holds},
};

/// A decorator: what it is called, on what, and with what.
#[derive(Clone, Copy)]
pub(super) struct Decorator<'a> {
    /// Its last name.
    pub(super) name: &'a str,
    /// What it is a member of.
    pub(super) receiver: Option<At>,
    /// The call that makes it, if it is made by one.
    pub(super) call: Option<CallAt<'a>>,
    /// Where it stands.
    pub(super) at: At,
    /// Its name as an expression.
    pub(super) callee: At,
}

/// Adds what decorators of a module register.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let module = types.reader.module(number);
    for (function, id) in module.functions.iter().zip(0..) {
        let id = FnId { module: number, function: FuncId(id) };
        for decorator in decorators(types, number, function) {
            one(types, id, decorator, out);
        }
    }
}

fn decorators<'a>(types: &Types<'a>, module: u32, function: &Function) -> Vec<Decorator<'a>> {
    let made = function.decorators.iter().filter_map(|expr| {
        let at = At { module, expr: *expr };
        let call = types.reader.call(at);
        let callee = call.map_or(at, |call| At { expr: call.call.callee, ..at });
        let name = types.reader.last_name(callee)?;
        Some(Decorator { name, receiver: types.reader.base(callee), call, at, callee })
    });
    made.collect()
}

fn one(types: &Types<'_>, function: FnId, decorator: Decorator<'_>, out: &mut Found) {
    let reader = types.reader;
    let server = decorator.receiver.is_some_and(|receiver| is_server(reader, receiver));
    match decorator.name {
        "tool" | "app_tool" if server || is_library(types, decorator) => {
            fastmcp::tool(types, function, decorator, out);
        }
        "resource" if server => fastmcp::resource(types, function, decorator, out),
        "prompt" if server => fastmcp::prompt(types, function, decorator, out),
        "call_tool" | "read_resource" | "get_prompt" if server => {
            lowlevel::handler(types, function, decorator.name, decorator.at, out);
        }
        "list_tools" if server => out.listers.push(function),
        "custom_route" | "route" | "get" | "post" | "put" | "delete" | "patch" | "api_route"
        | "websocket"
            if decorator.receiver.is_some() =>
        {
            routes::decorated(types, function, decorator, out);
        }
        _ if registers(types, decorator) => fastmcp::tool(types, function, decorator, out),
        _ => {}
    }
}

/// `from fastmcp.tools import tool`.
fn is_library(types: &Types<'_>, decorator: Decorator<'_>) -> bool {
    let paths = types.reader.analysis.paths_at(decorator.callee);
    decorator.receiver.is_none()
        && paths.iter().any(|path| path.starts_with("mcp:") || path.starts_with("fastmcp:"))
}

/// Whether a decorator of the program registers tools: it calls `….tool(…)`, or it speaks of
/// tools in its name and keeps what it is given.
fn registers(types: &Types<'_>, decorator: Decorator<'_>) -> bool {
    let reader = types.reader;
    let functions = reader.functions(decorator.callee);
    functions.iter().any(|function| {
        let module = reader.module(function.module);
        let Some(found) = module.functions.get(function.function.at()) else { return false };
        let inside = |at: At| holds(found.span, reader.spot(at).span);
        let calls = ["tool", "add_tool"]
            .iter()
            .any(|name| reader.calls_in(function.module, name).iter().any(|call| inside(call.at)));
        calls
            || (decorator.name.contains("tool")
                && keeps(types, Spot { module: function.module, span: found.span }))
    })
}

/// Whether something is kept in a list or a dictionary between two places: `TOOLS[name] = f`,
/// `TOOLS.append(f)`.
fn keeps(types: &Types<'_>, spot: Spot) -> bool {
    let module = types.reader.module(spot.module);
    let inside = |(expr, span): (&Expr, _)| {
        holds(spot.span, span)
            && match expr {
                Expr::Assign { target, .. } => matches!(module.expr(*target), Expr::Index(..)),
                Expr::Call(call) => {
                    matches!(module.expr(call.callee), Expr::Member(_, name)
                        if matches!(module.text(*name), "append" | "add" | "register" | "setdefault"))
                }
                _ => false,
            }
    };
    module.exprs.iter().zip(module.spans.iter().copied()).any(inside)
}
