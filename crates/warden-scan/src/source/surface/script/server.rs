//! `McpServer`: `tool`, `registerTool`, `registerResource`, `registerPrompt` and their like.

use warden_flow::{
    analysis::{At, FnId},
    ir::Expr,
};

use super::{annotations, schema};
use crate::source::surface::{
    ParamInfo, PromptInfo, ResourceInfo, ServerInfo, ToolInfo,
    found::{Argument, Dispatched, Found, FoundDispatcher, Takes},
    reader::{CallAt, Reader},
    shape::Kinds,
};

/// Adds what a module registers at a server.
pub(super) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, number: u32, out: &mut Found) {
    for name in ["McpServer", "Server", "FastMCP"] {
        for call in reader.calls_in(number, name) {
            server(reader, call, out);
        }
    }
    for call in reader.calls_in(number, "tool") {
        tool(reader, kinds, call, out);
    }
    for call in reader.calls_in(number, "registerTool") {
        registered(reader, kinds, (call, reader.plain_args(call)), out);
    }
    for call in reader.calls_in(number, "registerAppTool") {
        let args = reader.plain_args(call);
        registered(reader, kinds, (call, args.get(1..).unwrap_or_default().to_vec()), out);
    }
    for name in ["registerResource", "resource"] {
        for call in reader.calls_in(number, name) {
            resource(reader, call, out);
        }
    }
    for name in ["registerPrompt", "prompt"] {
        for call in reader.calls_in(number, name) {
            prompt(reader, kinds, call, out);
        }
    }
}

fn server(reader: &Reader<'_>, call: CallAt<'_>, out: &mut Found) {
    let args = reader.plain_args(call);
    let option = |names: &[&str]| {
        args.iter().take(2).find_map(|arg| {
            let mut objects = reader.values(*arg).into_iter();
            let at = objects.find_map(|object| reader.part(object, names))?;
            reader.text(at).map(|text| text.to_string())
        })
    };
    let (name, instructions) = (option(&["name"]), option(&["instructions"]));
    if name.is_some() {
        out.servers.push(ServerInfo { name, instructions, place: call.at });
    }
}

/// The functions of the last argument, if it is one that answers.
fn last_function(reader: &Reader<'_>, args: &[At]) -> Option<Vec<FnId>> {
    let last = *args.last().filter(|_| args.len() >= 2)?;
    let functions = reader.functions(last);
    if functions.is_empty() && is_plain(reader, last) { None } else { Some(functions) }
}

/// Whether a place holds something that is certainly no function.
fn is_plain(reader: &Reader<'_>, at: At) -> bool {
    reader.values(at).iter().all(|value| {
        matches!(
            reader.expr(*value),
            Expr::Text(_) | Expr::Object(_) | Expr::Number(_) | Expr::Bool(_) | Expr::List(_)
        )
    })
}

/// `server.tool(name, description?, schema?, annotations?, callback)`.
fn tool(reader: &Reader<'_>, kinds: &Kinds<'_>, call: CallAt<'_>, out: &mut Found) {
    let callee = At { expr: call.call.callee, ..call.at };
    let args = reader.plain_args(call);
    if reader.base(callee).is_none() {
        return;
    }
    let (Some(functions), Some(name)) = (last_function(reader, &args), args.first()) else {
        return;
    };
    let mut made = ToolInfo { handler: functions, ..ToolInfo::at(call.at) };
    let mut takes_arguments = false;
    for (position, at) in args.iter().enumerate().take(args.len() - 1).skip(1) {
        if let Some(text) = reader.text(*at).filter(|_| position == 1) {
            made.description = Some(text.to_string());
        } else if is_annotations(reader, *at) {
            made.annotations = annotations(reader, *at);
        } else if !takes_arguments {
            takes_arguments = true;
            (made.params, made.open) = schema(reader, kinds, *at);
        }
    }
    finish(reader, made, (*name, takes_arguments), out);
}

fn is_annotations(reader: &Reader<'_>, at: At) -> bool {
    reader.values(at).iter().any(|value| {
        let parts = reader.parts(*value);
        !parts.is_empty()
            && parts.iter().all(|part| part.name.ends_with("Hint") || part.name == "title")
    })
}

/// `server.registerTool(name, {title, description, inputSchema, annotations}, callback)`.
fn registered(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    (call, args): (CallAt<'_>, Vec<At>),
    out: &mut Found,
) {
    let (Some(functions), Some(name), Some(options)) =
        (last_function(reader, &args), args.first(), args.get(1))
    else {
        return;
    };
    let option = |name: &str| {
        reader.values(*options).into_iter().find_map(|object| reader.part(object, &[name]))
    };
    let text =
        |name: &str| option(name).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let input = option("inputSchema").or_else(|| option("paramsSchema"));
    let (params, open) = input.map_or((Vec::new(), false), |at| schema(reader, kinds, at));
    let made = ToolInfo {
        title: text("title"),
        description: text("description"),
        handler: functions,
        params,
        open,
        annotations: option("annotations").map(|at| annotations(reader, at)).unwrap_or_default(),
        ..ToolInfo::at(call.at)
    };
    // Options that are not written here may well hold a schema.
    let known = reader.values(*options).iter().any(|v| matches!(reader.expr(*v), Expr::Object(_)));
    finish(reader, made, (*name, input.is_some() || !known), out);
}

fn finish(
    reader: &Reader<'_>,
    mut made: ToolInfo,
    (name, takes_arguments): (At, bool),
    out: &mut Found,
) {
    let names: Vec<_> = reader.values(name).into_iter().filter_map(|at| reader.text(at)).collect();
    let arguments = Argument::new(0, &[]);
    if names.len() > 1 || (names.is_empty() && in_a_loop(reader, name)) {
        // One call registers a list of tools: they are found where they are described.
        for function in &made.handler {
            out.dispatchers.push(FoundDispatcher {
                function: *function,
                of: Dispatched::Tools,
                name: None,
                arguments: arguments.clone(),
                validated: true,
                place: made.place,
            });
        }
        return;
    }
    made.name = names.first().map(ToString::to_string);
    let takes = if takes_arguments { Takes::Whole(arguments) } else { Takes::Each(Vec::new()) };
    out.tool(made, takes);
}

/// `tool.name` of something that changes from round to round.
fn in_a_loop(reader: &Reader<'_>, name: At) -> bool {
    matches!(reader.expr(name), Expr::Member(..))
}

/// `server.registerResource(name, uri or template, options?, callback)`.
fn resource(reader: &Reader<'_>, call: CallAt<'_>, out: &mut Found) {
    let callee = At { expr: call.call.callee, ..call.at };
    let args = reader.plain_args(call);
    let (Some(_), Some(functions)) = (reader.base(callee), last_function(reader, &args)) else {
        return;
    };
    if args.len() < 3 {
        return;
    }
    let address = args.get(1).copied();
    let fixed = address.and_then(|at| reader.text(at));
    let template = address.and_then(|at| {
        let made = reader.values(at).into_iter().find_map(|value| reader.call(value))?;
        reader.plain_args(made).first().and_then(|at| reader.text(*at))
    });
    let described = args.get(2).and_then(|at| {
        let mut objects = reader.values(*at).into_iter();
        let told = objects.find_map(|object| reader.part(object, &["description"]))?;
        reader.text(told)
    });
    let takes = if fixed.is_some() {
        Takes::Each(Vec::new())
    } else {
        Takes::Several(vec![Argument::new(0, &[]), Argument::new(1, &[])])
    };
    let info = ResourceInfo {
        uri: fixed.or(template).map(|text| text.to_string()),
        name: args.first().and_then(|at| reader.text(*at)).map(|text| text.to_string()),
        description: described.map(|text| text.to_string()),
        handler: functions,
        place: call.at,
    };
    out.resources.push((info, takes));
}

/// `server.registerPrompt(name, options, callback)`, `server.prompt(name, …, callback)`.
fn prompt(reader: &Reader<'_>, kinds: &Kinds<'_>, call: CallAt<'_>, out: &mut Found) {
    let callee = At { expr: call.call.callee, ..call.at };
    let args = reader.plain_args(call);
    let (Some(_), Some(functions)) = (reader.base(callee), last_function(reader, &args)) else {
        return;
    };
    let Some(name) = args.first().and_then(|at| reader.text(*at)) else { return };
    let mut description = None;
    let mut params: Option<Vec<ParamInfo>> = None;
    for at in args.iter().take(args.len() - 1).skip(1) {
        if let Some(text) = reader.text(*at) {
            description = Some(text.to_string());
            continue;
        }
        for object in reader.values(*at) {
            let told = reader.part(object, &["description"]).and_then(|at| reader.text(at));
            description = description.or_else(|| told.map(|text| text.to_string()));
            let inner = reader.part(object, &["argsSchema"]);
            let options = ["title", "description", "argsSchema"];
            let is_options = reader.part(object, &options).is_some();
            let described = inner.or((!is_options).then_some(object));
            params = params.or_else(|| described.map(|at| schema(reader, kinds, at).0));
        }
    }
    let takes = match params {
        Some(_) => Takes::Whole(Argument::new(0, &[])),
        None => Takes::Each(Vec::new()),
    };
    let info = PromptInfo {
        name: Some(name.to_string()),
        description,
        handler: functions,
        params: params.unwrap_or_default(),
        place: call.at,
    };
    out.prompts.push((info, takes));
}
