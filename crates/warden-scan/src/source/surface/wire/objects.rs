//! Tools that are objects or classes: `{name, description, inputSchema}`, with or without a
//! function that answers.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Class, ClassId, Expr, ExprId, Key, Language, Name, Property},
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
static SCHEMAS: &[&str] = &[
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

/// Adds every object and class of the program that looks like a tool.
pub(super) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    for (number, module) in reader.modules() {
        let index = reader.index(number);
        let schemas: Vec<Name> = SCHEMAS.iter().filter_map(|name| index.named(name)).collect();
        for name in ["name", "Name"].iter().filter_map(|name| index.named(name)) {
            for (expr, id) in module.exprs.iter().zip(0..) {
                // Most objects are none: this looks at no text.
                if matches!(expr, Expr::Object(parts) if holds_keys(parts, name, &schemas)) {
                    object(reader, kinds, At { module: number, expr: ExprId(id) }, out);
                }
            }
        }
        if module.language == Language::Go {
            continue;
        }
        for (class, id) in module.classes.iter().zip(0..) {
            self::class(reader, kinds, (number, ClassId(id), class), out);
        }
    }
}

fn holds_keys(parts: &[Property], name: Name, schemas: &[Name]) -> bool {
    let has = |wanted: &dyn Fn(Name) -> bool| {
        parts.iter().any(|part| matches!(part.key, Key::Name(key) if wanted(key)))
    };
    has(&|key| key == name) && has(&|key| schemas.contains(&key))
}

fn object(reader: &Reader<'_>, kinds: &Kinds<'_>, at: At, out: &mut Found) {
    let parts = reader.parts(at);
    let part = |names: &[&str]| {
        parts.iter().rev().find(|part| names.contains(&part.name)).map(|part| part.at)
    };
    let (Some(name), Some(schema)) = (part(&["name", "Name"]), part(SCHEMAS)) else { return };
    let wire = part(&["inputSchema", "input_schema", "InputSchema"]).is_some();
    let handler = part(HANDLERS).map(|at| reader.functions(at)).unwrap_or_default();
    if handler.is_empty() && !(wire && part(&["description", "Description"]).is_some()) {
        return;
    }
    // `{type: "function", function: {name, parameters}}` is what a model is offered by a client.
    let text =
        |names: &[&str]| part(names).and_then(|at| reader.text(at)).map(|text| text.to_string());
    let (params, open) = parameters(reader, kinds, schema);
    let mut tool = ToolInfo {
        name: reader.text(name).map(|text| text.to_string()),
        title: text(&["title"]),
        description: text(&["description", "Description"]),
        params,
        open,
        annotations: part(&["annotations"])
            .map(|at| script::annotations(reader, at))
            .unwrap_or_default(),
        ..ToolInfo::at(at)
    };
    if handler.is_empty() {
        out.definitions.push(tool);
    } else {
        tool.handler = handler;
        out.tool(tool, Takes::Whole(Argument::new(0, &[])));
    }
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

/// A class whose instances are tools: it has a name, a description or a schema, and a method that
/// answers.
fn class(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    (module, _, class): (u32, ClassId, &Class),
    out: &mut Found,
) {
    let part = |names: &[&str]| member(reader, module, class, names);
    let method =
        HANDLERS.iter().chain(&["__call__", "_run", "_arun", "executeImpl"]).find_map(|wanted| {
            let methods = class.methods.iter();
            let mut named = methods.filter(|method| reader.name(module, method.name) == *wanted);
            named.next().map(|method| FnId { module, function: method.function })
        });
    let Some(method) = method else { return };
    let (Some(name), Some(_)) = (part(&["name", "toolName"]), part(&["description"])) else {
        return;
    };
    let schema = part(SCHEMAS);
    let text = |at: Option<At>| at.and_then(|at| reader.text(at)).map(|text| text.to_string());
    // The base class of a framework of the program's own has no name to show.
    let Some(name) = text(Some(name)) else { return };
    let (params, open) =
        schema.map_or((Vec::new(), true), |schema| parameters(reader, kinds, schema));
    let place = part(&["name", "toolName"]).unwrap_or(At { module, expr: ExprId(0) });
    let tool = ToolInfo {
        name: Some(name),
        description: text(part(&["description"])),
        handler: vec![method],
        params,
        open,
        annotations: part(&["annotations"])
            .map(|at| script::annotations(reader, at))
            .unwrap_or_default(),
        ..ToolInfo::at(place)
    };
    let takes = takes(reader, method);
    out.tool(tool, takes);
}

/// In Python a method takes the arguments one by one, or all in one dictionary.
fn takes(reader: &Reader<'_>, method: FnId) -> Takes {
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

/// The value of a field, a property or `self.x = …` of a class.
fn member(reader: &Reader<'_>, module: u32, class: &Class, names: &[&str]) -> Option<At> {
    let found = reader.module(module);
    let field = class.fields.iter().find(|field| names.contains(&found.text(field.name)));
    if let Some(value) = field.and_then(|field| field.value) {
        return Some(At { module, expr: value });
    }
    let getter = class
        .methods
        .iter()
        .find(|method| method.is_getter && names.contains(&found.text(method.name)));
    if let Some(getter) = getter {
        return reader.returned(FnId { module, function: getter.function }).into_iter().next();
    }
    reader.fields_of(module, class.span, names).into_iter().next()
}
