//! Tools that are classes: a name, a description, and a method that answers.

use warden_flow::{
    analysis::{At, FnId},
    ir::{Class, ClassId, ExprId, Language},
};

use super::{
    HANDLERS,
    objects::{SCHEMAS, parameters, takes},
};
use crate::source::surface::{
    ToolInfo,
    found::{Argument, Found, Takes},
    reader::Reader,
    script,
    shape::Kinds,
};

/// Adds every class of the program that looks like a tool.
pub(super) fn collect(reader: &Reader<'_>, kinds: &Kinds<'_>, out: &mut Found) {
    for (number, module) in reader.modules() {
        if module.language == Language::Go {
            continue;
        }
        for (class, id) in module.classes.iter().zip(0..) {
            self::class(reader, kinds, (number, ClassId(id), class), out);
        }
    }
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
    if let Some(method) = generic(reader, module, class) {
        let takes = Takes::Whole(Argument::new(0, &[]));
        let at = At { module, expr: class.bases.first().copied().unwrap_or(ExprId(0)) };
        let tool = ToolInfo { handler: vec![method], open: true, ..ToolInfo::at(at) };
        out.tools.push((tool, takes));
        return;
    }
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

/// The method that answers for every tool of a kind: `run(self, arguments)` of a class made of the
/// `Tool` of `FastMCP`, whose names and schemas come from elsewhere.
fn generic(reader: &Reader<'_>, module: u32, class: &Class) -> Option<FnId> {
    let found = reader.module(module);
    let is_tool = found.language == Language::Python
        && class.bases.iter().any(|base| {
            let at = At { module, expr: *base };
            let paths = reader.analysis.paths_at(at);
            let ours = paths.is_empty() && reader.class(at).is_some();
            reader.last_name(at) == Some("Tool")
                && (ours || paths.iter().any(|path| path.split(':').next() == Some("fastmcp")))
        });
    let method = class.methods.iter().find(|method| reader.name(module, method.name) == "run")?;
    let function = found.functions.get(method.function.at()).filter(|_| is_tool)?;
    let first = function.params.first()?.name.map(|name| found.text(name));
    (first == Some("arguments")).then_some(FnId { module, function: method.function })
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
