//! Structs and their tags.

use std::cell::Cell;

use warden_flow::{
    analysis::{At, FnId},
    ir::{ClassId, Expr, ExprId, Param},
};

use crate::source::surface::{
    ParamInfo,
    reader::Reader,
    shape::{Kinds, Shape},
};

/// Types in types that are followed.
const MAX_DEPTH: usize = 6;

/// Types that are looked at for one tool.
const MAX_STEPS: usize = 2048;

/// Reads types.
pub(super) struct Types<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) kinds: &'a Kinds<'a>,
    steps: Cell<usize>,
}

impl<'a> Types<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, kinds: &'a Kinds<'a>) -> Self {
        Self { reader, kinds, steps: Cell::new(0) }
    }

    /// The parameters of a function.
    pub(super) fn params(&self, function: FnId) -> &'a [Param] {
        let module = self.reader.module(function.module);
        module.functions.get(function.function.at()).map_or(&[], |found| &found.params)
    }

    /// The type of a parameter.
    pub(super) fn type_of(&self, function: FnId, position: usize) -> Option<At> {
        let expr = self.params(function).get(position)?.annotation?;
        Some(At { module: function.module, expr })
    }

    /// The last name of the type of a parameter; that of the generic type if it is one.
    pub(super) fn type_name(&self, function: FnId, position: usize) -> &'a str {
        let at = self.type_of(function, position);
        at.and_then(|at| self.reader.last_name(at)).unwrap_or_default()
    }

    /// The members of a struct type, and whether it may have others.
    pub(super) fn members(&self, at: At) -> (Vec<ParamInfo>, bool) {
        self.steps.set(0);
        let shape = self.shape(at, 0);
        (shape.members, shape.open)
    }

    fn shape(&self, at: At, depth: usize) -> Shape {
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return self.kinds.anything();
        }
        let kinds = self.kinds;
        match self.reader.expr(at) {
            Expr::List(items) => {
                let item = items.first().map(|item| At { expr: item.value, ..at });
                let item =
                    item.map_or_else(|| kinds.anything(), |item| self.shape(item, depth + 1));
                return kinds.list(&item);
            }
            Expr::Object(_) => return kinds.typed("object"),
            _ => {}
        }
        match self.reader.last_name(at).unwrap_or_default() {
            "string" => return kinds.typed("string"),
            "bool" => return kinds.typed("boolean"),
            "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16"
            | "uint32" | "uint64" | "Duration" => return kinds.typed("integer"),
            "float32" | "float64" => return kinds.typed("number"),
            "Time" => return kinds.format("date-time"),
            "UUID" => return kinds.format("uuid"),
            _ => {}
        }
        match self.reader.class(at) {
            Some((module, class)) => self.class(module, class, depth),
            None => kinds.anything(),
        }
    }

    fn class(&self, module: u32, class: ClassId, depth: usize) -> Shape {
        let reader = self.reader;
        let found = &reader.module(module).classes[class.at()];
        let mut members = Vec::new();
        for field in &found.fields {
            let tag = field.value.map(|expr| At { module, expr });
            let tag = tag.and_then(|at| reader.text(at)).unwrap_or_default();
            let json = value(&tag, "json").unwrap_or_default();
            let (name, options) = json.split_once(',').unwrap_or((json, ""));
            let own = reader.name(module, field.name);
            if name == "-" {
                continue;
            }
            let mut shape = field.annotation.map_or_else(
                || self.kinds.anything(),
                |expr: ExprId| self.shape(At { module, expr }, depth + 1),
            );
            let told = value(&tag, "jsonschema").unwrap_or_default();
            let told = value(&tag, "description").unwrap_or_else(|| description(told));
            if !told.is_empty() {
                shape = shape.with("description", told.into());
            }
            let loose = options.contains("omitempty") || options.contains("omitzero");
            shape.optional = Some(loose);
            let shown = if name.is_empty() { own } else { name };
            members.push(ParamInfo { member: Some(own.to_owned()), ..shape.named(shown) });
        }
        self.kinds.object(members, false)
    }
}

/// The value of a key of a tag: `json:"path,omitempty"`.
fn value<'t>(tag: &'t str, key: &str) -> Option<&'t str> {
    let at = tag.match_indices(key).find(|(at, _)| {
        let before = tag.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(' ') || before.ends_with('`')
    });
    let rest = tag.get(at?.0 + key.len()..)?.strip_prefix(":\"")?;
    rest.split('"').next()
}

/// What a `jsonschema` tag says in words: all of it, or what stands behind `description=`.
fn description(tag: &str) -> &str {
    match tag.split_once("description=") {
        Some((_, rest)) => rest.split(',').next().unwrap_or(rest),
        None if tag.contains('=') || tag == "required" => "",
        None => tag,
    }
}
