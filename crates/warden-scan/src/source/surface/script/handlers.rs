//! The low-level server: `setRequestHandler(CallToolRequestSchema, …)`.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, Span},
};

use crate::source::surface::{
    SurfaceGapKind,
    found::{Argument, Dispatched, Found, FoundDispatcher},
    reader::{CallAt, Reader, holds},
};

/// The methods that call something, with the name of their schema.
static METHODS: &[(&str, &str, Dispatched)] = &[
    ("tools/call", "CallToolRequestSchema", Dispatched::Tools),
    ("resources/read", "ReadResourceRequestSchema", Dispatched::Resources),
    ("prompts/get", "GetPromptRequestSchema", Dispatched::Prompts),
];

/// Adds the handlers that a module sets.
pub(super) fn collect(reader: &Reader<'_>, number: u32, out: &mut Found) {
    for call in reader.calls_in(number, "setRequestHandler") {
        let args = reader.plain_args(call);
        let (Some(method), Some(handler)) = (args.first(), args.get(1)) else { continue };
        let functions = reader.functions(*handler);
        if is_list(reader, *method) {
            out.listers.extend(functions);
            continue;
        }
        let Some(of) = method_of(reader, *method, &functions) else { continue };
        if functions.is_empty() {
            out.gap(call.at, SurfaceGapKind::Handler);
        }
        for function in functions {
            if !is_sdk(reader, function) {
                push(function, of, call, out);
            }
        }
    }
}

fn push(function: FnId, of: Dispatched, call: CallAt<'_>, out: &mut Found) {
    let member = match of {
        Dispatched::Resources => "uri",
        Dispatched::Tools | Dispatched::Prompts => "arguments",
    };
    let name = Argument::new(0, &["params", "name"]);
    out.dispatchers.push(FoundDispatcher {
        function,
        of,
        name: (of != Dispatched::Resources).then_some(name),
        arguments: Argument::new(0, &["params", member]),
        validated: false,
        place: call.at,
    });
}

/// Which method a handler is for: by the name of the schema, by the text, by what the schema
/// holds, and where names were shortened by what the handler does.
fn method_of(reader: &Reader<'_>, method: At, functions: &[FnId]) -> Option<Dispatched> {
    let named = reader.last_name(method).unwrap_or_default();
    let by_name =
        METHODS.iter().find(|(text, schema, _)| named == *text || named.ends_with(schema));
    if let Some((_, _, of)) = by_name {
        return Some(*of);
    }
    if named.ends_with("Schema") || matches!(reader.expr(method), Expr::Text(_)) {
        return None;
    }
    let values = reader.values(method);
    let by_text = METHODS
        .iter()
        .find(|(text, _, _)| values.iter().any(|value| mentions(reader, *value, text)));
    if let Some((_, _, of)) = by_text {
        return Some(*of);
    }
    let reads = |wanted: &str| functions.iter().any(|function| member(reader, *function, wanted));
    if reads("arguments") && reads("name") {
        return Some(Dispatched::Tools);
    }
    None
}

/// `ListToolsRequestSchema`, `"tools/list"`.
fn is_list(reader: &Reader<'_>, method: At) -> bool {
    let named = reader.last_name(method).unwrap_or_default();
    named == "tools/list" || named.ends_with("ListToolsRequestSchema")
}

/// Whether a text stands inside an expression.
fn mentions(reader: &Reader<'_>, at: At, text: &str) -> bool {
    let module = reader.module(at.module);
    let span = reader.spot(at).span;
    reader.index(at.module).named(text).is_some_and(|name| {
        inside(module.exprs.iter().zip(&module.spans), span)
            .any(|expr| matches!(expr, Expr::Text(found) if *found == name))
    })
}

/// Whether a function reads a member, or takes it out of its parameter.
fn member(reader: &Reader<'_>, function: FnId, wanted: &str) -> bool {
    let module = reader.module(function.module);
    let Some(found) = module.functions.get(function.function.at()) else { return false };
    reader.index(function.module).named(wanted).is_some_and(|name| {
        inside(module.exprs.iter().zip(&module.spans), found.span).any(|expr| match expr {
            Expr::Member(_, found) => *found == name,
            Expr::Object(parts) => parts
                .iter()
                .any(|part| matches!(part.key, warden_flow::ir::Key::Name(key) if key == name)),
            _ => false,
        })
    })
}

fn inside<'a>(
    exprs: impl Iterator<Item = (&'a Expr, &'a Span)>,
    span: Span,
) -> impl Iterator<Item = &'a Expr> {
    exprs.filter(move |(_, at)| holds(span, **at)).map(|(expr, _)| expr)
}

/// The SDK itself, bundled with the server: its own handler looks tools up that are registered.
fn is_sdk(reader: &Reader<'_>, function: FnId) -> bool {
    reader.module(function.module).path.contains("node_modules/@modelcontextprotocol/")
        || member(reader, function, "_registeredTools")
        || member(reader, function, "_registeredResources")
        || member(reader, function, "_registeredPrompts")
}
