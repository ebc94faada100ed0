//! The functions that run for every request.

use std::{cell::Cell, collections::BTreeSet};

use rustc_hash::FxHashMap;
use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, FuncId, Function, Key, Language, Module, Property},
};

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

/// Those of them that are called for much else.
static MANY: &[&str] =
    &["get", "post", "put", "delete", "patch", "all", "any", "route", "on", "handle"];

/// Callers of callers that are looked for.
const MAX_ROUNDS: usize = 3;

/// Calls that are looked at to find callers, in all.
const MAX_LOOKS: usize = 10_000;

/// The functions that run for every request, and who calls whom.
pub(super) struct Handlers<'a> {
    reader: &'a Reader<'a>,
    given: BTreeSet<FnId>,
    calls: FxHashMap<&'a str, Vec<At>>,
    looks: Cell<usize>,
}

impl<'a> Handlers<'a> {
    pub(super) fn of(reader: &'a Reader<'a>) -> Self {
        let mut handlers = Self {
            reader,
            given: BTreeSet::new(),
            calls: FxHashMap::default(),
            looks: Cell::new(0),
        };
        for (number, module) in reader.modules() {
            for (expr, id) in module.exprs.iter().zip(0..) {
                let at = At { module: number, expr: ExprId(id) };
                match expr {
                    Expr::Call(call) => handlers.call(CallAt { at, call }),
                    Expr::Object(parts) => handlers.object(at, parts),
                    _ => {}
                }
            }
            for (function, id) in module.functions.iter().zip(0..) {
                if module.language == Language::Python && is_application(module, function) {
                    handlers.given.insert(FnId { module: number, function: FuncId(id) });
                }
            }
        }
        handlers
    }

    fn call(&mut self, call: CallAt<'a>) {
        let callee = At { expr: call.call.callee, ..call.at };
        if let Some(name) = self.reader.last_name(callee) {
            self.calls.entry(name).or_default().push(callee);
        }
        given(self.reader, call, &mut self.given);
    }

    /// `export default { async fetch(request) {…} }`
    fn object(&mut self, at: At, parts: &[Property]) {
        for part in parts {
            if let Key::Name(name) = part.key
                && self.reader.name(at.module, name) == "fetch"
            {
                self.given.extend(self.reader.functions(At { expr: part.value, ..at }));
            }
        }
    }

    /// Whether a place is run for every request.
    pub(super) fn inside(&self, at: At) -> bool {
        self.around(at).is_some()
    }

    /// The outermost function around a place that is run for every request.
    pub(super) fn around(&self, at: At) -> Option<FnId> {
        self.chain(at).into_iter().rev().find(|function| self.handles(*function, 0))
    }

    /// The functions around a place, the nearest first.
    fn chain(&self, at: At) -> Vec<FnId> {
        let functions = &self.reader.module(at.module).functions;
        let mut next = Some(self.reader.enclosing(self.reader.spot(at)).function);
        let mut chain = Vec::new();
        while let Some(function) = next.filter(|function| *function != FuncId(0)) {
            chain.push(FnId { module: at.module, function });
            next = functions.get(function.at()).and_then(|function| function.parent);
        }
        chain
    }

    /// Whether a call is one of a function. What hostile code would make endless is not looked at.
    fn calls(&self, callee: At, function: FnId) -> bool {
        self.looks.set(self.looks.get() + 1);
        self.looks.get() <= MAX_LOOKS && self.reader.functions(callee).contains(&function)
    }

    /// Whether a function is given requests, or is called by one that is.
    fn handles(&self, function: FnId, depth: usize) -> bool {
        if self.given.contains(&function) {
            return true;
        }
        let name = self.reader.function_name(function).filter(|_| depth < MAX_ROUNDS);
        let calls = name.and_then(|name| self.calls.get(name)).map_or(&[][..], Vec::as_slice);
        let mut own = calls.iter().filter(|callee| self.calls(**callee, function));
        own.any(|callee| {
            self.chain(*callee).into_iter().any(|caller| self.handles(caller, depth + 1))
        })
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
    // `table.get(key)` takes one thing, and is what most calls with these names are.
    let name = reader.last_name(callee).unwrap_or_default();
    if call.call.args.len() < 2 && MANY.contains(&name) && inner.is_none() {
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
