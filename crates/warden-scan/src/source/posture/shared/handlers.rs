//! The functions that run for every request.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Function, Language, Module},
};

use super::super::around;
use crate::source::surface::reader::{CallAt, Reader};

/// Calls that are given what handles requests.
static GIVEN: &[&str] = &[
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "all",
    "any",
    "use",
    "route",
    "on",
    "createServer",
    "serve",
    "handle",
    "Route",
    "Mount",
    "add_route",
    "api_route",
];

/// Calls in calls that are followed from a handler.
const MAX_ROUNDS: usize = 3;

/// Functions that are followed.
const MAX_HANDLERS: usize = 4096;

/// The functions that run for every request, with those that they call.
pub(super) struct Handlers(BTreeSet<FnId>);

impl Handlers {
    pub(super) fn of(reader: &Reader<'_>) -> Self {
        let mut found = BTreeSet::new();
        for (number, module) in reader.modules() {
            for (expr, id) in module.exprs.iter().zip(0..) {
                let at = At { module: number, expr: ExprId(id) };
                match expr {
                    Expr::Call(call) => given(reader, CallAt { at, call }, &mut found),
                    // `export default { async fetch(request) {…} }`
                    Expr::Object(_) => {
                        found.extend(
                            reader
                                .part(at, &["fetch"])
                                .map(|at| reader.functions(at))
                                .into_iter()
                                .flatten(),
                        );
                    }
                    _ => {}
                }
            }
            for (function, id) in module.functions.iter().zip(0..) {
                if module.language == Language::Python && is_application(module, function) {
                    found.insert(FnId { module: number, function: FuncId(id) });
                }
            }
        }
        let mut last: Vec<FnId> = found.iter().copied().collect();
        for _ in 0..MAX_ROUNDS {
            if found.len() > MAX_HANDLERS {
                break;
            }
            last = last.iter().flat_map(|function| around::called(reader, *function)).collect();
            last.retain(|function| found.insert(*function));
        }
        Self(found)
    }

    /// Whether a place is run for every request.
    pub(super) fn inside(&self, reader: &Reader<'_>, at: At) -> bool {
        self.around(reader, at).is_some()
    }

    /// The outermost function around a place that is run for every request.
    pub(super) fn around(&self, reader: &Reader<'_>, at: At) -> Option<FnId> {
        let functions = &reader.module(at.module).functions;
        let mut next = Some(reader.enclosing(reader.spot(at)).function);
        let mut outermost = None;
        while let Some(function) = next {
            let here = FnId { module: at.module, function };
            if self.0.contains(&here) {
                outermost = Some(here);
            }
            next = functions.get(function.at()).and_then(|function| function.parent);
        }
        outermost
    }
}

/// `app.post("/mcp", handler)`, `Mount("/mcp", app=handler)`, `@app.post("/mcp")`.
fn given(reader: &Reader<'_>, call: CallAt<'_>, out: &mut BTreeSet<FnId>) {
    let callee = At { expr: call.call.callee, ..call.at };
    let inner = reader.call(callee).map(|made| At { expr: made.call.callee, ..callee });
    let named = |at: At| reader.last_name(at).is_some_and(|name| GIVEN.contains(&name));
    if !named(callee) && !inner.is_some_and(named) {
        return;
    }
    for arg in &call.call.args {
        let at = At { expr: arg.value, ..call.at };
        // What is looked up by a name is no handler, and asking for functions costs.
        if matches!(reader.expr(at), Expr::Function(_) | Expr::Var(_) | Expr::Member(..)) {
            out.extend(reader.functions(at));
        }
    }
}

/// Whether a function is an application as ASGI has it.
fn is_application(module: &Module, function: &Function) -> bool {
    let has = |wanted: &str| {
        function
            .params
            .iter()
            .any(|param| param.name.is_some_and(|name| module.text(name) == wanted))
    };
    has("scope") && has("receive") && has("send")
}
