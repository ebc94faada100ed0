//! Tools that are objects: `{name, description, inputSchema}`, with or without a function that
//! answers, and the same as members of an object whose keys are the names.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, ExprId, Key, Language, Module, Name, Property},
};

use super::{HANDLERS, schema_parameters};
use crate::source::surface::{
    ParamInfo, ToolInfo,
    found::{Argument, Found, Takes},
    reader::Reader,
    script,
    shape::Kinds,
};

/// What the schema of a tool's arguments may be called.
pub(super) static SCHEMAS: &[&str] = &[
    "inputSchema",
    "input_schema",
    "parameters",
    "schema",
    "paramsSchema",
    "zodSchema",
    "argsSchema",
    "args_schema",
    "InputSchema",
];

/// The keys of a module that make a tool of an object.
struct Keys {
    names: Vec<Name>,
    schemas: Vec<Name>,
    handlers: Vec<Name>,
}

/// Adds every object of the program that looks like a tool.
pub(super) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    for (number, module) in reader.modules() {
        let index = reader.index(number);
        let known = |names: &[&str]| names.iter().filter_map(|name| index.named(name)).collect();
        let keys = Keys {
            names: known(&["name", "Name"]),
            schemas: known(SCHEMAS),
            handlers: known(HANDLERS),
        };
        if keys.schemas.is_empty() {
            continue;
        }
        let mut nameless = BTreeSet::new();
        for (expr, id) in module.exprs.iter().zip(0..) {
            // Most objects are none: this looks at no text.
            let Expr::Object(parts) = expr else { continue };
            if !has(parts, &keys.schemas) {
                continue;
            }
            let at = At { module: number, expr: ExprId(id) };
            if has(parts, &keys.names) {
                object(reader, kinds, (at, None), out);
            } else if has(parts, &keys.handlers) {
                nameless.insert(ExprId(id));
            }
        }
        if !nameless.is_empty() {
            members(reader, kinds, (number, module, &nameless), out);
        }
    }
}

fn has(parts: &[Property], wanted: &[Name]) -> bool {
    parts.iter().any(|part| matches!(part.key, Key::Name(key) if wanted.contains(&key)))
}

/// `{read_file: {description, schema, handler}}`, `register("read_file", {…})`.
fn members(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    (number, module, nameless): (u32, &Module, &BTreeSet<ExprId>),
    out: &mut Found,
) {
    let place = |expr: ExprId| At { module: number, expr };
    for expr in &module.exprs {
        match expr {
            Expr::Object(parts) => {
                for part in parts.iter().filter(|part| nameless.contains(&part.value)) {
                    let name = match part.key {
                        Key::Name(name) => Some(module.text(name).to_owned()),
                        Key::Computed(key) => reader.text(place(key)).map(|text| text.to_string()),
                        Key::Spread => continue,
                    };
                    object(reader, kinds, (place(part.value), name), out);
                }
            }
            Expr::Call(call) => {
                let [name, tool, ..] = call.args[..] else { continue };
                if nameless.contains(&tool.value)
                    && let Some(text) = reader.text(place(name.value))
                {
                    object(reader, kinds, (place(tool.value), Some(text.to_string())), out);
                }
            }
            _ => {}
        }
    }
}

/// A tool at a place, with a name that stands somewhere else or its own.
fn object(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    (at, key): (At, Option<String>),
    out: &mut Found,
) {
    let parts = reader.parts(at);
    let part = |names: &[&str]| {
        parts.iter().rev().find(|part| names.contains(&part.name)).map(|part| part.at)
    };
    let text =
        |names: &[&str]| part(names).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let Some(schema) = part(SCHEMAS) else { return };
    let wire = part(&["inputSchema", "input_schema", "InputSchema"]).is_some();
    let handler = part(HANDLERS).map(|at| reader.functions(at)).unwrap_or_default();
    if handler.is_empty() && !(wire && part(&["description", "Description"]).is_some()) {
        return;
    }
    let name = key.or_else(|| text(&["name", "Name"]));
    // `tools.map(({name, schema}) => ({name, inputSchema: schema}))` is a tool said again.
    if name.is_none() && handler.is_empty() && is_handed_on(reader, schema) {
        out.reshaped.push(at);
        return;
    }
    let (params, open) = parameters(reader, kinds, schema);
    let mut tool = ToolInfo {
        name,
        title: text(&["title"]),
        description: text(&["description", "Description"]),
        params,
        open,
        annotations: part(&["annotations"])
            .map(|at| script::annotations(reader, at))
            .unwrap_or_default(),
        flags: parts
            .iter()
            .filter(|part| reader.truth(part.at) == Some(true))
            .map(|part| part.name.to_owned())
            .collect(),
        ..ToolInfo::at(at)
    };
    match handler.first().copied() {
        None => out.definitions.push(tool),
        Some(first) => {
            tool.handler = handler;
            out.tool(tool, takes(reader, first));
        }
    }
}

/// Whether a schema is whatever somebody else gave.
fn is_handed_on(reader: &Reader<'_>, schema: At) -> bool {
    reader.values(schema).iter().all(|value| {
        matches!(reader.expr(*value), Expr::Var(_) | Expr::Member(..) | Expr::Index(..))
    })
}

/// Parameters by a JSON Schema, or by a description in TypeScript's manner.
pub(crate) fn parameters(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    schema: At,
) -> (Vec<ParamInfo>, bool) {
    if matches!(reader.language(schema.module), Language::Python | Language::Go) {
        return schema_parameters(reader, kinds, schema);
    }
    script::schema(reader, kinds, schema)
}

/// Where a function that answers gets the arguments. In Python one by one, or all in one
/// dictionary; elsewhere in one object, mostly the first.
pub(super) fn takes(reader: &Reader<'_>, method: FnId) -> Takes {
    let module = reader.module(method.module);
    let params = module.functions.get(method.function.at()).map(|f| f.params.as_slice());
    let params = params.unwrap_or_default();
    let names: Vec<&str> =
        params.iter().filter_map(|param| param.name.map(|name| module.text(name))).collect();
    let whole = |name: &&str| matches!(*name, "arguments" | "args" | "params" | "input" | "kwargs");
    match module.language {
        Language::Python if !names.iter().any(&whole) => {
            let each = names.iter().zip(0u16..).map(|(name, at)| (at, (*name).to_owned()));
            Takes::Each(
                each.filter(|(_, name)| !matches!(name.as_str(), "ctx" | "context")).collect(),
            )
        }
        _ => {
            let at = names.iter().position(whole).unwrap_or(0);
            Takes::Whole(Argument::new(u16::try_from(at).unwrap_or(0), &[]))
        }
    }
}
