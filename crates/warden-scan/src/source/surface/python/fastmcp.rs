//! `FastMCP` and `MCPServer`: of the official SDK, and the package of the name.

use warden_flow::{
    analysis::{At, FnId},
    ir::{CallKind, Expr},
};

use super::{decorators::Decorator, is_server, types::Types};
use crate::source::surface::{
    PromptInfo, ResourceInfo, ServerInfo, SurfaceGapKind, ToolInfo, found::Found, reader::CallAt,
};

/// Adds what calls of a module register: `mcp.tool(f)`, `mcp.tool(name="x")(f)`, `mcp.add_tool(f)`.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    for name in ["FastMCP", "MCPServer", "Server"] {
        for call in reader.calls_in(number, name) {
            server(types, call, out);
        }
    }
    for name in ["tool", "add_tool"] {
        for call in reader.calls_in(number, name) {
            if call.call.kind != CallKind::Decorator && at_server(types, call) {
                tools(types, call, out);
            }
        }
    }
    for name in ["resource", "add_resource", "prompt", "add_prompt"] {
        for call in reader.calls_in(number, name) {
            if call.call.kind != CallKind::Decorator && at_server(types, call) {
                others(types, call, name, out);
            }
        }
    }
    for name in ["from_openapi", "from_fastapi", "as_proxy", "FastApiMCP"] {
        for call in reader.calls_in(number, name) {
            out.gap(call.at, SurfaceGapKind::Generated);
        }
    }
}

fn at_server(types: &Types<'_>, call: CallAt<'_>) -> bool {
    let callee = At { expr: call.call.callee, ..call.at };
    types.reader.base(callee).is_some_and(|receiver| is_server(types.reader, receiver))
}

fn server(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let reader = types.reader;
    let text = |position: Option<usize>, name: &str| {
        reader.arg(call, position, name).and_then(|at| reader.text(at)).map(|text| text.to_string())
    };
    out.servers.push(ServerInfo {
        name: text(Some(0), "name"),
        instructions: text(None, "instructions"),
        place: call.at,
    });
}

/// A function that a decorator registers as a tool.
pub(super) fn tool(types: &Types<'_>, function: FnId, decorator: Decorator<'_>, out: &mut Found) {
    one_tool(types, &[function], decorator.call, decorator.at, out);
}

/// The functions that a call is given, also the result of `mcp.tool(…)` that is called with one.
fn tools(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let reader = types.reader;
    let outer = reader.index(call.at.module).applied(call.at.expr);
    if let Some(outer) = outer.and_then(|expr| reader.call(At { expr, ..call.at })) {
        // As a decorator it was seen where the function stands.
        if outer.call.kind != CallKind::Decorator
            && let Some(given) = reader.plain_args(outer).first()
        {
            one_tool(types, &reader.functions(*given), Some(call), outer.at, out);
        }
        return;
    }
    let Some(given) = reader.arg(call, Some(0), "fn").or_else(|| reader.arg(call, None, "tool"))
    else {
        return;
    };
    // `mcp.tool("name")` waits for its function as a decorator.
    if reader.constant(given).is_some() {
        return;
    }
    let mut seen = false;
    for value in reader.values(given) {
        let made = reader.call(value).filter(|made| makes_tool(types, *made));
        let functions = match made.and_then(|made| reader.arg(made, Some(0), "fn")) {
            Some(function) => reader.functions(function),
            None => reader.functions(value),
        };
        let own = reader.arg(call, None, "name").is_some();
        let options = if own { Some(call) } else { made.or(Some(call)) };
        for function in &functions {
            seen = true;
            one_tool(types, &[*function], options, call.at, out);
        }
    }
    if !seen {
        one_tool(types, &[], Some(call), call.at, out);
    }
}

/// `Tool.from_function(f, name=…)`, `FunctionTool(fn=f, …)`.
fn makes_tool(types: &Types<'_>, call: CallAt<'_>) -> bool {
    let callee = At { expr: call.call.callee, ..call.at };
    matches!(types.reader.last_name(callee), Some("from_function" | "FunctionTool" | "Tool"))
}

fn one_tool(
    types: &Types<'_>,
    functions: &[FnId],
    options: Option<CallAt<'_>>,
    place: At,
    out: &mut Found,
) {
    let reader = types.reader;
    let named = options.and_then(|call| name_of(types, call));
    let option = |name: &str| options.and_then(|call| reader.arg(call, None, name));
    let text = |name: &str| option(name).and_then(|at| reader.text(at)).map(|t| t.to_string());
    let inside = wrapped(types, functions);
    let is_wrapped = !inside.is_empty();
    let functions: &[FnId] = if is_wrapped { &inside } else { functions };
    let groups: Vec<&[FnId]> =
        if functions.is_empty() { vec![&[]] } else { functions.chunks(1).collect() };
    for group in groups {
        let first = group.first().copied();
        let own = || first.and_then(|function| reader.function_name(function));
        let (params, takes) = first.map_or_else(
            || (Vec::new(), crate::source::surface::found::Takes::Each(Vec::new())),
            |function| types.parameters(function),
        );
        let tool = ToolInfo {
            name: match named {
                // One name for all that is wrapped in the same place is none.
                Some(at) if !is_wrapped => reader.text(at).map(|text| text.to_string()),
                _ => own().map(str::to_owned),
            },
            title: text("title"),
            description: text("description").or_else(|| {
                let doc = first.and_then(|function| reader.doc(function));
                doc.filter(|_| option("description").is_none()).map(clean)
            }),
            handler: group.to_vec(),
            params,
            annotations: option("annotations").map(|at| annotations(types, at)).unwrap_or_default(),
            ..ToolInfo::at(place)
        };
        out.tool(tool, takes);
    }
}

/// What functions stand for that are decorated with `functools.wraps(f)`: whatever `f` may be.
/// Nothing if one of them stands for itself.
fn wrapped(types: &Types<'_>, functions: &[FnId]) -> Vec<FnId> {
    let reader = types.reader;
    let mut found = Vec::new();
    for function in functions {
        let module = reader.module(function.module);
        let Some(wrapper) = module.functions.get(function.function.at()) else { continue };
        let at = |expr| At { module: function.module, expr };
        let inner = wrapper.decorators.iter().find_map(|expr| {
            let call = reader.call(at(*expr))?;
            let wraps = reader.last_name(at(call.call.callee)) == Some("wraps");
            reader.plain_args(call).first().copied().filter(|_| wraps)
        });
        let inner = inner.map(|inner| reader.functions(inner)).unwrap_or_default();
        if inner.is_empty() {
            return Vec::new();
        }
        found.extend(inner.into_iter().filter(|one| one != function));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The argument that names a tool: `name=…`, or a text in front.
fn name_of(types: &Types<'_>, call: CallAt<'_>) -> Option<At> {
    let reader = types.reader;
    reader.arg(call, None, "name").or_else(|| {
        let first = reader.plain_args(call).into_iter();
        first.take(2).find(|at| reader.constant(*at).is_some())
    })
}

/// `ToolAnnotations(readOnlyHint=True)`, and the same as a dictionary.
pub(super) fn annotations(types: &Types<'_>, at: At) -> Vec<(String, bool)> {
    let reader = types.reader;
    let mut found = Vec::new();
    for value in reader.values(at) {
        match reader.expr(value) {
            Expr::Object(_) => {
                for part in reader.parts(value) {
                    found.extend(reader.truth(part.at).map(|truth| (camel(part.name), truth)));
                }
            }
            Expr::Call(call) => {
                for arg in &call.args {
                    let Some(name) = arg.name else { continue };
                    let truth = reader.truth(At { expr: arg.value, ..value });
                    let name = camel(reader.name(value.module, name));
                    found.extend(truth.map(|truth| (name, truth)));
                }
            }
            _ => {}
        }
    }
    found.retain(|(name, _)| name.ends_with("Hint"));
    found
}

/// `read_only_hint` as it is called on the wire.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut chars = part.chars();
        made.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        made.extend(chars);
    }
    made
}

/// A function that a decorator registers as a resource.
pub(super) fn resource(
    types: &Types<'_>,
    function: FnId,
    decorator: Decorator<'_>,
    out: &mut Found,
) {
    one_resource(types, &[function], decorator.call, decorator.at, out);
}

/// A function that a decorator registers as a prompt.
pub(super) fn prompt(types: &Types<'_>, function: FnId, decorator: Decorator<'_>, out: &mut Found) {
    one_prompt(types, &[function], decorator.call, decorator.at, out);
}

fn others(types: &Types<'_>, call: CallAt<'_>, name: &str, out: &mut Found) {
    let reader = types.reader;
    let outer = reader.index(call.at.module).applied(call.at.expr);
    let (functions, place) = match outer.and_then(|expr| reader.call(At { expr, ..call.at })) {
        Some(outer) if outer.call.kind == CallKind::Decorator => return,
        Some(outer) => {
            let given = reader.plain_args(outer);
            (given.first().map(|at| reader.functions(*at)).unwrap_or_default(), outer.at)
        }
        // `add_resource(TextResource(…))` has no function to follow; `add_prompt(Prompt.from_function(f))` has.
        None if name.starts_with("add_") => {
            let given = reader.plain_args(call);
            (given.first().map(|at| reader.functions(*at)).unwrap_or_default(), call.at)
        }
        None => return,
    };
    if name.ends_with("resource") {
        one_resource(types, &functions, Some(call), place, out);
    } else {
        one_prompt(types, &functions, Some(call), place, out);
    }
}

fn one_resource(
    types: &Types<'_>,
    functions: &[FnId],
    options: Option<CallAt<'_>>,
    place: At,
    out: &mut Found,
) {
    let reader = types.reader;
    let text = |position: Option<usize>, name: &str| {
        let at = options.and_then(|call| reader.arg(call, position, name))?;
        reader.text(at).map(|text| text.to_string())
    };
    for function in functions {
        let (_, takes) = types.parameters(*function);
        let info = ResourceInfo {
            uri: text(Some(0), "uri").or_else(|| text(None, "uri_template")),
            name: text(None, "name").or_else(|| reader.function_name(*function).map(str::to_owned)),
            description: text(None, "description").or_else(|| reader.doc(*function).map(clean)),
            handler: vec![*function],
            place,
        };
        out.resources.push((info, takes));
    }
}

fn one_prompt(
    types: &Types<'_>,
    functions: &[FnId],
    options: Option<CallAt<'_>>,
    place: At,
    out: &mut Found,
) {
    let reader = types.reader;
    let text = |name: &str| {
        let at = options.and_then(|call| reader.arg(call, None, name))?;
        reader.text(at).map(|text| text.to_string())
    };
    for function in functions {
        let (params, takes) = types.parameters(*function);
        let first = options.and_then(|call| reader.plain_args(call).first().copied());
        let info = PromptInfo {
            name: text("name")
                .or_else(|| first.and_then(|at| reader.constant(at)).map(str::to_owned))
                .or_else(|| reader.function_name(*function).map(str::to_owned)),
            description: text("description").or_else(|| reader.doc(*function).map(clean)),
            handler: vec![*function],
            params,
            place,
        };
        out.prompts.push((info, takes));
    }
}

/// A docstring as Python shows it: without the indentation that its lines share.
pub(super) fn clean(doc: &str) -> String {
    let lines: Vec<&str> = doc.trim().lines().collect();
    let indent = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let cut = |(at, line): (usize, &&str)| {
        let line = if at == 0 { Some(*line) } else { line.get(indent..) };
        line.unwrap_or_default().trim_end().to_owned()
    };
    lines.iter().enumerate().map(cut).collect::<Vec<_>>().join("\n")
}
