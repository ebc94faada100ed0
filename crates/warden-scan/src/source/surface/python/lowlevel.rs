//! The low-level server of the official Python SDK.

use warden_flow::{
    analysis::{At, FnId},
    ir::{CallKind, Expr, ExprId},
};

use super::{fastmcp, types::Types};
use crate::source::surface::{
    ParamInfo, ToolInfo,
    found::{Argument, Dispatched, Found, FoundDispatcher},
    reader::CallAt,
    wire,
};

/// Adds what a module does at a low-level server: handlers that are given to it, and the tools
/// that are described.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    for call in reader.calls_in(number, "Tool") {
        definition(types, call, out);
    }
    for call in reader.calls_in(number, "Server") {
        for (option, of) in OPTIONS {
            let Some(given) = reader.arg(call, None, option) else { continue };
            for function in reader.functions(given) {
                // `async def on_call_tool(ctx, params)`
                let member = |member: &str| Argument::new(1, &[member]);
                let arguments = match of {
                    Dispatched::Resources => member("uri"),
                    Dispatched::Tools | Dispatched::Prompts => member("arguments"),
                };
                push(function, *of, (Some(member("name")), arguments), call.at, out);
            }
        }
    }
    for call in ["call_tool", "read_resource", "get_prompt"] {
        for found in reader.calls_in(number, call) {
            applied(types, found, call, out);
        }
    }
    assigned(types, number, out);
}

/// Options of `Server(…)` of version 2.
static OPTIONS: &[(&str, Dispatched)] = &[
    ("on_call_tool", Dispatched::Tools),
    ("on_read_resource", Dispatched::Resources),
    ("on_get_prompt", Dispatched::Prompts),
];

/// A function that `@server.call_tool()` and its like register.
pub(super) fn handler(types: &Types<'_>, function: FnId, name: &str, place: At, out: &mut Found) {
    let module = types.reader.module(function.module);
    let params =
        module.functions.get(function.function.at()).map_or(0, |function| function.params.len());
    let of = match name {
        "call_tool" => Dispatched::Tools,
        "get_prompt" => Dispatched::Prompts,
        _ => Dispatched::Resources,
    };
    let whole = Argument::new(0, &[]);
    let places = match of {
        Dispatched::Resources => (None, whole),
        // A single parameter is the request.
        _ if params == 1 => (
            Some(Argument::new(0, &["params", "name"])),
            Argument::new(0, &["params", "arguments"]),
        ),
        _ => (Some(whole), Argument::new(1, &[])),
    };
    push(function, of, places, place, out);
}

fn push(
    function: FnId,
    of: Dispatched,
    (name, arguments): (Option<Argument>, Argument),
    place: At,
    out: &mut Found,
) {
    out.dispatchers.push(FoundDispatcher {
        function,
        of,
        name: name.filter(|_| of != Dispatched::Resources),
        arguments,
        validated: of == Dispatched::Tools,
        place,
    });
}

/// `server.call_tool()(handler)`.
fn applied(types: &Types<'_>, call: CallAt<'_>, name: &str, out: &mut Found) {
    let reader = types.reader;
    let outer = reader.index(call.at.module).applied(call.at.expr);
    let Some(outer) = outer.and_then(|expr| reader.call(At { expr, ..call.at })) else { return };
    if outer.call.kind == CallKind::Decorator {
        return;
    }
    let Some(given) = reader.plain_args(outer).first().copied() else { return };
    for function in reader.functions(given) {
        handler(types, function, name, outer.at, out);
    }
}

/// `server.request_handlers[types.CallToolRequest] = handler`.
fn assigned(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    let module = reader.module(number);
    for (expr, id) in module.exprs.iter().zip(0..) {
        let Expr::Assign { target, value } = expr else { continue };
        let Expr::Index(base, key) = module.expr(*target) else { continue };
        let at = |expr: ExprId| At { module: number, expr };
        if reader.last_name(at(*base)) != Some("request_handlers") {
            continue;
        }
        let (of, member) = match reader.last_name(at(*key)) {
            Some("CallToolRequest") => (Dispatched::Tools, "arguments"),
            Some("ReadResourceRequest") => (Dispatched::Resources, "uri"),
            Some("GetPromptRequest") => (Dispatched::Prompts, "arguments"),
            _ => continue,
        };
        for function in reader.functions(at(*value)) {
            let name = Argument::new(0, &["params", "name"]);
            let arguments = Argument::new(0, &["params", member]);
            push(function, of, (Some(name), arguments), at(ExprId(id)), out);
        }
    }
}

/// `types.Tool(name=…, description=…, inputSchema=…)`.
fn definition(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let reader = types.reader;
    let arg = |names: &[&str]| names.iter().find_map(|name| reader.arg(call, None, name));
    let Some(schema) = arg(&["inputSchema", "input_schema"]) else { return };
    let text =
        |names: &[&str]| arg(names).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let (params, open) = parameters(types, schema);
    let tool = ToolInfo {
        name: text(&["name"]),
        title: text(&["title"]),
        description: text(&["description"]).map(|text| fastmcp::clean(&text)),
        params,
        open,
        annotations: arg(&["annotations"])
            .map(|at| fastmcp::annotations(types, at))
            .unwrap_or_default(),
        ..ToolInfo::at(call.at)
    };
    out.definitions.push(tool);
}

/// A schema that is written down, or taken from a model: `GitStatus.model_json_schema()`.
fn parameters(types: &Types<'_>, schema: At) -> (Vec<ParamInfo>, bool) {
    let reader = types.reader;
    for value in reader.values(schema) {
        let Some(call) = reader.call(value) else { continue };
        let callee = At { expr: call.call.callee, ..value };
        let model = match reader.last_name(callee) {
            Some("model_json_schema" | "schema") => reader.base(callee),
            Some("remove_defaults" | "deepcopy" | "dict") => {
                return reader
                    .plain_args(call)
                    .first()
                    .map_or((Vec::new(), true), |inner| parameters(types, *inner));
            }
            _ => None,
        };
        if let Some((module, class)) = model.and_then(|model| reader.class(model)) {
            return (types.members(module, class, 0), false);
        }
    }
    wire::schema_parameters(reader, types.kinds, schema)
}
