//! Structured content against the schema that its tool declares.
//!
//! What of JSON Schema 2020-12 tools use, in steps that are counted: a schema comes from whoever
//! may want to keep us busy. A keyword that is not understood makes the look incomplete, never the
//! answer wrong. Patterns and formats are not looked at.

use serde_json::{Map, Value};

use super::{Answered, MOST, ShapeClass, ShapeFinding, read::escaped};
use crate::work;

/// So many steps are taken.
const STEPS: usize = 50_000;

/// Deeper references and values are not followed.
const DEEPEST: usize = 64;

/// Keywords that change what fits and that are not looked at.
static UNKNOWN: &[&str] = &[
    "pattern",
    "patternProperties",
    "propertyNames",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "$dynamicRef",
    "$recursiveRef",
    "multipleOf",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "format",
    "dependencies",
    "additionalItems",
];

/// A schema at work.
struct Check<'s> {
    root: &'s Value,
    left: usize,
    complete: bool,
}

type Findings = Vec<ShapeFinding>;

pub(super) fn judge(schema: &Value, value: &Value, out: &mut Answered) {
    let mut check = Check { root: schema, left: STEPS, complete: true };
    let mut found = Vec::new();
    check.value(schema, value, ("/structuredContent", 0), &mut found);
    out.complete &= check.complete;
    out.findings.extend(found);
}

impl<'s> Check<'s> {
    fn value(
        &mut self,
        schema: &'s Value,
        value: &Value,
        (at, depth): (&str, usize),
        out: &mut Findings,
    ) {
        if self.left == 0 || depth > DEEPEST || out.len() > MOST {
            self.complete = false;
            return;
        }
        self.left -= 1;
        work::add(1);
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(true) => return,
            Value::Bool(false) => {
                out.push(ShapeFinding::new(ShapeClass::ExtraMember, at));
                return;
            }
            _ => {
                self.complete = false;
                return;
            }
        };
        self.complete &= !UNKNOWN.iter().any(|name| members.contains_key(*name));
        if let Some(target) = members.get("$ref") {
            match self.target(target) {
                Some(target) => self.value(target, value, (at, depth + 1), out),
                None => self.complete = false,
            }
        }
        if let Some(types) = members.get("type")
            && !self.fits(types, value)
        {
            out.push(ShapeFinding::new(ShapeClass::WrongType, at));
            return;
        }
        if !in_range(members, value) {
            out.push(ShapeFinding::new(ShapeClass::OutOfRange, at));
        }
        match value {
            Value::Object(inner) => self.object(members, inner, (at, depth), out),
            Value::Array(items) => self.list(members, items, (at, depth), out),
            _ => {}
        }
        self.together(members, value, (at, depth), out);
    }

    fn object(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Map<String, Value>,
        (at, depth): (&str, usize),
        out: &mut Findings,
    ) {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !value.contains_key(*name)) {
            let at = format!("{at}/{}", escaped(name));
            out.push(ShapeFinding::new(ShapeClass::MissingMember, at));
        }
        let known = schema.get("properties").and_then(Value::as_object);
        let patterns = schema.contains_key("patternProperties");
        for (name, inner) in value {
            if self.left == 0 {
                self.complete = false;
                return;
            }
            self.left -= 1;
            work::add(1);
            let at = format!("{at}/{}", escaped(name));
            if let Some(schema) = known.and_then(|known| known.get(name)) {
                self.value(schema, inner, (&at, depth + 1), out);
            } else if !patterns && let Some(others) = schema.get("additionalProperties") {
                if *others == Value::Bool(false) {
                    out.push(ShapeFinding::new(ShapeClass::ExtraMember, at));
                } else {
                    self.value(others, inner, (&at, depth + 1), out);
                }
            }
        }
    }

    fn list(
        &mut self,
        schema: &'s Map<String, Value>,
        items: &[Value],
        (at, depth): (&str, usize),
        out: &mut Findings,
    ) {
        let first = ["prefixItems", "items"].iter().find_map(|name| schema.get(*name)?.as_array());
        let first = first.map_or(&[] as &[Value], Vec::as_slice);
        let rest = schema.get("items").filter(|items| !items.is_array());
        for (number, item) in items.iter().enumerate() {
            let Some(schema) = first.get(number).or(rest) else { break };
            if self.left == 0 {
                self.complete = false;
                return;
            }
            self.value(schema, item, (&format!("{at}/{number}"), depth + 1), out);
        }
    }

    /// Schemas that are put together from others.
    fn together(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Value,
        (at, depth): (&str, usize),
        out: &mut Findings,
    ) {
        for all in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.value(all, value, (at, depth + 1), out);
        }
        for name in ["anyOf", "oneOf"] {
            let Some(choices) = schema.get(name).and_then(Value::as_array) else { continue };
            // What is wrong with the nearest of them is what is wrong.
            let mut nearest: Option<Findings> = None;
            for choice in choices {
                let mut found = Vec::new();
                self.value(choice, value, (at, depth + 1), &mut found);
                let better = nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len());
                if better {
                    nearest = Some(found);
                }
                if nearest.as_ref().is_some_and(Vec::is_empty) {
                    break;
                }
            }
            out.extend(nearest.into_iter().flatten());
        }
        if let Some(not) = schema.get("not") {
            let mut found = Vec::new();
            let complete = std::mem::replace(&mut self.complete, true);
            self.value(not, value, (at, depth + 1), &mut found);
            if found.is_empty() && self.complete {
                out.push(ShapeFinding::new(ShapeClass::OutOfRange, at));
            }
            self.complete &= complete;
        }
    }

    /// What a reference within the schema leads to.
    fn target(&self, reference: &Value) -> Option<&'s Value> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        self.root.pointer(pointer)
    }

    fn fits(&mut self, types: &Value, value: &Value) -> bool {
        match types {
            Value::String(name) => self.is(name, value),
            Value::Array(names) => {
                names.iter().filter_map(Value::as_str).any(|n| self.is(n, value))
            }
            _ => {
                self.complete = false;
                true
            }
        }
    }

    fn is(&mut self, name: &str, value: &Value) -> bool {
        match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            "integer" => {
                value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
            }
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => {
                self.complete = false;
                true
            }
        }
    }
}

/// Whether a value is among those that are listed, and within its bounds.
fn in_range(schema: &Map<String, Value>, value: &Value) -> bool {
    let listed = schema.get("enum").and_then(Value::as_array);
    let constant = schema.get("const");
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let within = |size: usize, least: &str, most: &str| {
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below what a float holds")]
        let size = size as f64;
        bound(least).is_none_or(|least| size >= least)
            && bound(most).is_none_or(|most| size <= most)
    };
    listed.is_none_or(|all| all.iter().any(|one| same(one, value)))
        && constant.is_none_or(|one| same(one, value))
        && match value {
            Value::Number(number) => number.as_f64().is_none_or(|number| {
                bound("minimum").is_none_or(|least| number >= least)
                    && bound("maximum").is_none_or(|most| number <= most)
                    && bound("exclusiveMinimum").is_none_or(|least| number > least)
                    && bound("exclusiveMaximum").is_none_or(|most| number < most)
            }),
            Value::String(text) => {
                let counted = schema.contains_key("minLength") || schema.contains_key("maxLength");
                !counted || within(text.chars().count(), "minLength", "maxLength")
            }
            Value::Array(items) => within(items.len(), "minItems", "maxItems"),
            Value::Null | Value::Bool(_) | Value::Object(_) => true,
        }
}

/// Whether two values are equal; 1 and 1.0 are.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}
