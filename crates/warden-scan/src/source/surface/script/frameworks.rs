//! Frameworks whose tools are files or objects: xmcp, fastmcp for TypeScript.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId},
};

use super::{annotations, schema};
use crate::source::surface::{
    PromptInfo, ResourceInfo, ToolInfo,
    found::{Argument, Found, Takes},
    reader::{CallAt, Reader},
    shape::Kinds,
    wire,
};

/// Adds the tools that a module is, or hands to a framework.
pub(super) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, number: u32, out: &mut Found) {
    xmcp(reader, kinds, number, out);
    for call in reader.calls_in(number, "addTool") {
        for object in objects(reader, call) {
            tool(reader, kinds, object, out);
        }
    }
    for name in ["addResource", "addResourceTemplate"] {
        for call in reader.calls_in(number, name) {
            for object in objects(reader, call) {
                resource(reader, object, out);
            }
        }
    }
    for call in reader.calls_in(number, "addPrompt") {
        for object in objects(reader, call) {
            prompt(reader, object, out);
        }
    }
}

fn objects(reader: &Reader<'_>, call: CallAt<'_>) -> Vec<At> {
    let first = reader.plain_args(call).into_iter().next();
    let values = first.map(|at| reader.values(at)).unwrap_or_default();
    values.into_iter().filter(|value| matches!(reader.expr(*value), Expr::Object(_))).collect()
}

/// An object with a function and without a schema; with one it is found wherever it stands.
fn tool(reader: &Reader<'_>, kinds: &Kinds<'_>, object: At, out: &mut Found) {
    let part = |names: &[&str]| reader.part(object, names);
    let text =
        |names: &[&str]| part(names).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let Some(handler) = part(wire::HANDLERS) else { return };
    let input = part(&["parameters", "inputSchema", "schema"]);
    let (params, open) = input.map_or((Vec::new(), false), |at| schema(reader, kinds, at));
    let made = ToolInfo {
        name: text(&["name"]),
        title: text(&["title"]),
        description: text(&["description"]),
        handler: reader.functions(handler),
        params,
        open,
        annotations: part(&["annotations"]).map(|at| annotations(reader, at)).unwrap_or_default(),
        ..ToolInfo::at(object)
    };
    out.tool(made, Takes::Whole(Argument::new(0, &[])));
}

/// `{uri, name, load}`, `{uriTemplate, name, arguments, load}`.
fn resource(reader: &Reader<'_>, object: At, out: &mut Found) {
    let text = |names: &[&str]| {
        reader.part(object, names).and_then(|at| reader.text(at)).map(|text| text.to_string())
    };
    let Some(load) = reader.part(object, &["load", "read", "handler"]) else { return };
    let template = text(&["uriTemplate"]);
    let takes = match template {
        Some(_) => Takes::Whole(Argument::new(0, &[])),
        None => Takes::Each(Vec::new()),
    };
    let info = ResourceInfo {
        uri: template.or_else(|| text(&["uri"])),
        name: text(&["name"]),
        description: text(&["description"]),
        handler: reader.functions(load),
        place: object,
    };
    out.resources.push((info, takes));
}

fn prompt(reader: &Reader<'_>, object: At, out: &mut Found) {
    let text = |name: &str| {
        reader.part(object, &[name]).and_then(|at| reader.text(at)).map(|text| text.to_string())
    };
    let Some(load) = reader.part(object, &["load", "handler"]) else { return };
    let info = PromptInfo {
        name: text("name"),
        description: text("description"),
        handler: reader.functions(load),
        params: Vec::new(),
        place: object,
    };
    out.prompts.push((info, Takes::Whole(Argument::new(0, &[]))));
}

/// A file that exports `metadata`, `schema` and a function.
fn xmcp(reader: &Reader<'_>, kinds: &Kinds<'_>, number: u32, out: &mut Found) {
    let exports = |name: &str| exported(reader, number, name);
    let Some(metadata) = exports("metadata") else { return };
    let Some(default) = exports("default") else { return };
    let functions = reader.functions(default);
    if functions.is_empty() {
        return;
    }
    let object = reader.values(metadata).into_iter().next().unwrap_or(metadata);
    let part = |name: &str| reader.part(object, &[name]);
    let text = |name: &str| part(name).and_then(|at| reader.text(at)).map(|text| text.to_string());
    // A page of a web framework exports `metadata` as well; a tool has its name there.
    let path = &reader.module(number).path;
    if part("name").is_none() && !path.contains("tools/") {
        return;
    }
    let (params, open) =
        exports("schema").map_or((Vec::new(), false), |at| schema(reader, kinds, at));
    let made = ToolInfo {
        name: text("name"),
        title: text("title"),
        description: text("description"),
        handler: functions.clone(),
        params,
        open,
        annotations: part("annotations").map(|at| annotations(reader, at)).unwrap_or_default(),
        ..ToolInfo::at(metadata)
    };
    out.tool(made, Takes::Whole(takes(reader, &functions)));
}

fn takes(_: &Reader<'_>, _: &[FnId]) -> Argument {
    Argument::new(0, &[])
}

/// What a module exports under a name.
fn exported(reader: &Reader<'_>, number: u32, name: &str) -> Option<At> {
    let module = reader.module(number);
    let object = module.exports.object?;
    let wanted = reader.index(number).named(name)?;
    module.exprs.iter().find_map(|expr| {
        let Expr::Assign { target, value } = expr else { return None };
        let Expr::Member(base, found) = module.expr(*target) else { return None };
        let base: ExprId = *base;
        let exports = matches!(module.expr(base), Expr::Var(var) if *var == object);
        (exports && *found == wanted).then_some(At { module: number, expr: *value })
    })
}
