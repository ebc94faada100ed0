//! JSON, and JSON Schema, that stands in the source.

use serde_json::{Map, Value};
use warden_flow::{analysis::At, ir::Expr};

use crate::source::surface::{
    ParamInfo,
    reader::Reader,
    shape::{Kinds, Shape},
};

/// Objects in objects that are followed.
const MAX_DEPTH: usize = 12;

/// Values of one object, all together.
const MAX_VALUES: usize = 4096;

/// The JSON that stands at a place, with `null` for what is not known.
fn json(reader: &Reader<'_>, at: At) -> Value {
    let mut left = MAX_VALUES;
    value(reader, at, 0, &mut left)
}

fn value(reader: &Reader<'_>, at: At, depth: usize, left: &mut usize) -> Value {
    if depth > MAX_DEPTH || *left == 0 {
        return Value::Null;
    }
    *left -= 1;
    if let Some(text) = reader.text(at) {
        return Value::String(text.to_string());
    }
    for found in reader.values(at) {
        let module = reader.module(found.module);
        match reader.expr(found) {
            Expr::Number(name) => return number(module.text(*name)),
            Expr::Bool(truth) => return (*truth).into(),
            Expr::List(_) => {
                let items = reader.elements(found).into_iter();
                return items.map(|item| value(reader, item, depth + 1, left)).collect();
            }
            Expr::Object(_) => {
                let parts = reader.parts(found).into_iter();
                let member = |part: crate::source::surface::reader::Part<'_>| {
                    (part.name.to_owned(), value(reader, part.at, depth + 1, left))
                };
                return Value::Object(parts.map(member).collect());
            }
            _ => {}
        }
    }
    Value::Null
}

fn number(text: &str) -> Value {
    let plain = text.replace('_', "");
    plain
        .parse::<i64>()
        .map(Value::from)
        .or_else(|_| plain.parse::<f64>().map(Value::from))
        .unwrap_or(Value::Null)
}

/// The parameters that a JSON Schema at a place describes, and whether there may be more.
pub(crate) fn schema_parameters(
    reader: &Reader<'_>,
    kinds: &Kinds<'_>,
    at: At,
) -> (Vec<ParamInfo>, bool) {
    let Value::Object(schema) = json(reader, at) else { return (Vec::new(), true) };
    parameters(kinds, &schema)
}

/// The parameters that a JSON Schema describes, and whether there may be more.
pub(crate) fn parameters(kinds: &Kinds<'_>, schema: &Map<String, Value>) -> (Vec<ParamInfo>, bool) {
    let shape = shape(kinds, schema, 0);
    let known = schema.get("properties").is_some_and(Value::is_object)
        || schema.get("type").is_some_and(|word| word == "object");
    (shape.members, !known)
}

fn shape(kinds: &Kinds<'_>, schema: &Map<String, Value>, depth: usize) -> Shape {
    if depth > MAX_DEPTH {
        return kinds.anything();
    }
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    let inner = |value: Option<&Value>| {
        let value = value.and_then(Value::as_object);
        value.map_or_else(|| kinds.anything(), |value| shape(kinds, value, depth + 1))
    };
    let mut made = match (schema.get("enum").and_then(Value::as_array), text("type")) {
        (Some(values), _) if values.iter().all(|value| !value.is_null()) => {
            kinds.choice(values.clone())
        }
        (_, Some("array")) => kinds.list(&inner(schema.get("items"))),
        (_, Some(word)) => kinds.typed(word),
        (_, None) => kinds.anything(),
    };
    if let Some(format) = text("format") {
        made = made.also(kinds.format(format).known);
    }
    if let Some(pattern) = text("pattern") {
        made = made.also(kinds.pattern(pattern, false));
    }
    if schema.contains_key("maximum") || schema.contains_key("exclusiveMaximum") {
        made = made.bounded();
    }
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if let Some(Value::Object(properties)) = schema.get("properties") {
        made.members = properties
            .iter()
            .map(|(name, property)| {
                let mut member = inner(Some(property));
                member.optional = Some(!required.contains(&name.as_str()));
                member.named(name)
            })
            .collect();
    }
    // As it stands there: what a client sees.
    made.schema.clone_from(schema);
    made.optional = None;
    made
}
