//! Tools in Go: how they are described, and which function answers.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{CallKind, Expr, ExprId, Language},
};

use super::types::Types;
use crate::source::surface::{
    ParamInfo, ToolInfo,
    found::{Argument, Dispatched, Found, FoundDispatcher, Takes},
    reader::CallAt,
    shape::Shape,
    wire,
};

/// Adds the tools of a module.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    for name in ["AddTool", "AddSessionTool"] {
        for call in reader.calls_in(number, name) {
            added(types, call, out);
        }
    }
    let module = reader.module(number);
    for (expr, id) in module.exprs.iter().zip(0..) {
        let at = At { module: number, expr: ExprId(id) };
        match expr {
            // `return mcp.NewTool(…), func(…) …`
            Expr::List(items) if items.len() >= 2 => {
                let places: Vec<At> =
                    items.iter().map(|item| At { expr: item.value, ..at }).collect();
                pair(types, &places, out);
            }
            // `server.ServerTool{Tool: …, Handler: …}`
            Expr::Object(parts) if parts.len() >= 2 => {
                let part = |name: &str| reader.part(at, &[name]);
                if let (Some(tool), Some(handler)) = (part("Tool"), part("Handler")) {
                    pair(types, &[tool, handler], out);
                }
            }
            // `MustTool("name", "description", handler, …)`
            Expr::Call(call) if call.args.len() >= 3 && call.kind == CallKind::Plain => {
                helper(types, CallAt { at, call }, out);
            }
            _ => {}
        }
    }
}

/// `s.AddTool(tool, handler)`, `mcp.AddTool(server, &mcp.Tool{…}, handler)`.
fn added(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let args = types.reader.plain_args(call);
    let Some(handler) = args.last().copied().filter(|_| args.len() >= 2) else { return };
    let described = args.iter().rev().skip(1).copied();
    for at in described {
        if let Some(tool) = described_at(types, at) {
            finish(types, tool, handler, out);
            return;
        }
    }
    // A description that is made elsewhere: the handler is known all the same.
    let functions = types.reader.functions(handler);
    if !functions.is_empty() {
        finish(types, ToolInfo::at(call.at), handler, out);
    }
}

/// A description beside its handler.
fn pair(types: &Types<'_>, places: &[At], out: &mut Found) {
    for (at, handler) in places.iter().zip(places.iter().skip(1)) {
        let Some(tool) = described_at(types, *at) else { continue };
        if !types.reader.functions(*handler).is_empty() {
            finish(types, tool, *handler, out);
        }
    }
}

/// A helper of the program's own that is given a name, a description and a function.
fn helper(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let reader = types.reader;
    let callee = At { expr: call.call.callee, ..call.at };
    let named = reader.last_name(callee).is_some_and(|name| name.ends_with("Tool"));
    let args = reader.plain_args(call);
    let [name, description, handler, ..] = args[..] else { return };
    if !named || matches!(reader.expr(handler), Expr::Call(_)) {
        return;
    }
    let (Some(name), Some(description)) = (reader.text(name), reader.text(description)) else {
        return;
    };
    let mut tool = ToolInfo {
        name: Some(name.to_string()),
        description: Some(description.to_string()),
        ..ToolInfo::at(call.at)
    };
    for option in args.iter().skip(3) {
        if let Some(option) = reader.call(*option) {
            self::option(types, option, &mut tool);
        }
    }
    finish(types, tool, handler, out);
}

fn finish(types: &Types<'_>, mut tool: ToolInfo, handler: At, out: &mut Found) {
    let mut functions = types.reader.functions(handler);
    // `mcp.NewTypedToolHandler(f)` is given the function that answers.
    if functions.is_empty()
        && let Some(call) = types.reader.call(handler)
    {
        let args = types.reader.plain_args(call).into_iter();
        functions = args.flat_map(|at| types.reader.functions(at)).collect();
    }
    tool.handler = functions;
    let Some(function) = tool.handler.first().copied() else {
        out.tool(tool, Takes::Each(Vec::new()));
        return;
    };
    let (argument, input) = arguments(types, function);
    if let Some(input) = input.filter(|_| tool.params.is_empty()) {
        (tool.params, tool.open) = types.members(input);
    }
    out.tool(tool, Takes::Whole(argument));
}

/// Where a handler gets the arguments, and their type if they have one.
fn arguments(types: &Types<'_>, function: FnId) -> (Argument, Option<At>) {
    let count = types.params(function).len();
    for position in (0..count).rev() {
        let at = u16::try_from(position).unwrap_or(0);
        let Some(annotation) = types.type_of(function, position) else { continue };
        match types.type_name(function, position) {
            "Context" => {}
            "CallToolRequest" | "ServerRequest" => return (Argument::new(at, &[]), None),
            "CallToolParamsFor" | "CallToolParams" => {
                let input = match types.reader.expr(annotation) {
                    Expr::Index(_, input) => Some(At { expr: *input, ..annotation }),
                    _ => None,
                };
                return (Argument::new(at, &["Arguments"]), input);
            }
            _ => return (Argument::new(at, &[]), Some(annotation)),
        }
    }
    (Argument::new(1, &[]), None)
}

/// The description of a tool at a place: `mcp.NewTool(…)` or `mcp.Tool{…}`.
fn described_at(types: &Types<'_>, at: At) -> Option<ToolInfo> {
    let reader = types.reader;
    reader.values(at).into_iter().find_map(|value| {
        let call = reader.call(value)?;
        let callee = At { expr: call.call.callee, ..value };
        match reader.last_name(callee)? {
            "NewTool" | "NewToolWithRawSchema" => Some(new_tool(types, call)),
            "Tool" => Some(literal(types, call)),
            _ => None,
        }
    })
}

/// `mcp.NewTool("name", mcp.WithDescription("…"), mcp.WithString("path", …))`.
fn new_tool(types: &Types<'_>, call: CallAt<'_>) -> ToolInfo {
    let reader = types.reader;
    let args = reader.plain_args(call);
    let mut tool = ToolInfo {
        name: args.first().and_then(|at| reader.text(*at)).map(|text| text.to_string()),
        ..ToolInfo::at(call.at)
    };
    for at in args.iter().skip(1) {
        match reader.call(*at) {
            Some(option) => self::option(types, option, &mut tool),
            // Raw schema, or a description in a text.
            None => tool.open = true,
        }
    }
    tool
}

/// `mcp.WithString("path", mcp.Required(), mcp.Description("…"))` and its like.
fn option(types: &Types<'_>, call: CallAt<'_>, tool: &mut ToolInfo) {
    let reader = types.reader;
    let callee = At { expr: call.call.callee, ..call.at };
    let args = reader.plain_args(call);
    let text = || args.first().and_then(|at| reader.text(*at)).map(|text| text.to_string());
    let truth = || args.first().and_then(|at| reader.truth(*at));
    let hint = |name: &str| truth().map(|truth| (name.to_owned(), truth));
    match reader.last_name(callee).unwrap_or_default() {
        "WithDescription" => tool.description = text(),
        "WithTitleAnnotation" => tool.title = text(),
        "WithReadOnlyHintAnnotation" => tool.annotations.extend(hint("readOnlyHint")),
        "WithDestructiveHintAnnotation" => tool.annotations.extend(hint("destructiveHint")),
        "WithIdempotentHintAnnotation" => tool.annotations.extend(hint("idempotentHint")),
        "WithOpenWorldHintAnnotation" => tool.annotations.extend(hint("openWorldHint")),
        "WithToolAnnotation" => {
            let given = args.first().map(|at| annotations(types, *at));
            tool.annotations.extend(given.into_iter().flatten());
        }
        "WithString" => parameter(types, (call, &args), types.kinds.typed("string"), tool),
        "WithNumber" => parameter(types, (call, &args), types.kinds.typed("number"), tool),
        "WithInteger" => parameter(types, (call, &args), types.kinds.typed("integer"), tool),
        "WithBoolean" => parameter(types, (call, &args), types.kinds.typed("boolean"), tool),
        "WithArray" | "WithStringArray" => {
            parameter(types, (call, &args), types.kinds.typed("array"), tool);
        }
        "WithObject" => parameter(types, (call, &args), types.kinds.typed("object"), tool),
        "WithInputSchema" | "WithRawInputSchema" => tool.open = true,
        // A helper of the program's own may add anything.
        name if !name.starts_with("With") || name.contains("Pagination") => tool.open = true,
        _ => {}
    }
}

fn parameter(
    types: &Types<'_>,
    (_, args): (CallAt<'_>, &[At]),
    mut shape: Shape,
    tool: &mut ToolInfo,
) {
    let reader = types.reader;
    let Some(name) = args.first().and_then(|at| reader.text(*at)) else {
        tool.open = true;
        return;
    };
    // mcp-go checks nothing: what is declared is only told.
    shape.known = warden_flow::models::Bits::NONE;
    shape.optional = Some(true);
    for at in args.iter().skip(1) {
        let Some(option) = reader.call(*at) else { continue };
        let callee = At { expr: option.call.callee, ..*at };
        let first = reader.plain_args(option).first().copied();
        match reader.last_name(callee).unwrap_or_default() {
            "Required" => shape.optional = Some(false),
            "Description" => {
                if let Some(text) = first.and_then(|at| reader.text(at)) {
                    shape = shape.with("description", (&*text).into());
                }
            }
            "Enum" => {
                let values = reader.plain_args(option).into_iter();
                let values = values
                    .filter_map(|at| reader.text(at))
                    .map(|text| serde_json::Value::from(&*text));
                let values: Vec<serde_json::Value> = values.collect();
                shape = shape.with("enum", values.into());
            }
            _ => {}
        }
    }
    tool.params.push(shape.named(&name));
}

/// `mcp.Tool{Name: "…", Description: "…", Annotations: &mcp.ToolAnnotations{…}}`.
fn literal(types: &Types<'_>, call: CallAt<'_>) -> ToolInfo {
    let reader = types.reader;
    let object = reader.plain_args(call).first().copied();
    let part = |name: &str| object.and_then(|object| reader.part(object, &[name]));
    let text = |name: &str| part(name).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let (params, open) = part("InputSchema").map_or((Vec::new(), false), |at| {
        let object = reader.values(at).into_iter().find_map(|value| {
            let made = reader.call(value)?;
            reader.plain_args(made).first().copied()
        });
        let (params, open) = wire::schema_parameters(reader, types.kinds, object.unwrap_or(at));
        let untrusted =
            |param: ParamInfo| ParamInfo { known: warden_flow::models::Bits::NONE, ..param };
        (params.into_iter().map(untrusted).collect(), open)
    });
    ToolInfo {
        name: text("Name"),
        title: text("Title"),
        description: text("Description"),
        params,
        open,
        annotations: part("Annotations").map(|at| annotations(types, at)).unwrap_or_default(),
        ..ToolInfo::at(call.at)
    }
}

/// `mcp.ToolAnnotations{ReadOnlyHint: true}`, with pointers to truths as well.
fn annotations(types: &Types<'_>, at: At) -> Vec<(String, bool)> {
    let reader = types.reader;
    let object = reader.values(at).into_iter().find_map(|value| match reader.expr(value) {
        Expr::Object(_) => Some(value),
        Expr::Call(call) => call.args.first().map(|arg| At { expr: arg.value, ..value }),
        _ => None,
    });
    let parts = object.map(|object| reader.parts(object)).unwrap_or_default();
    let truth = |at: At| {
        reader.truth(at).or_else(|| {
            let call = reader.call(at)?;
            reader.truth(*reader.plain_args(call).first()?)
        })
    };
    let hints = parts.into_iter().filter(|part| part.name.ends_with("Hint"));
    hints
        .filter_map(|part| {
            let mut name = part.name.to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            Some((name, truth(part.at)?))
        })
        .collect()
}

/// Functions that are given a request and that no tool was found for: their tool is described in
/// a way that is not understood.
pub(super) fn handlers_alone(types: &Types<'_>, out: &mut Found) {
    let known: BTreeSet<FnId> =
        out.tools.iter().flat_map(|(tool, _)| tool.handler.iter().copied()).collect();
    for (number, module) in types.reader.modules() {
        if module.language != Language::Go || module.path.ends_with("_test.go") {
            continue;
        }
        for (function, id) in module.functions.iter().zip(0..) {
            let id = FnId { module: number, function: warden_flow::ir::FuncId(id) };
            if known.contains(&id) || function.params.len() != 2 {
                continue;
            }
            let request = types.type_name(id, 1) == "CallToolRequest";
            if request && types.type_name(id, 0) == "Context" {
                out.dispatchers.push(FoundDispatcher {
                    function: id,
                    of: Dispatched::Tools,
                    name: None,
                    arguments: Argument::new(1, &[]),
                    validated: false,
                    place: At { module: number, expr: function.params[1].target },
                });
            }
        }
    }
}
