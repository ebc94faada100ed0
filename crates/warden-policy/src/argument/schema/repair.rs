//! What authors of tools get wrong so often that their tools would not be usable otherwise.
//!
//! Each repair makes of a malformed keyword what its author can only have meant, and none of them
//! lets through what a well-formed reading of the same keyword would stop.

use serde_json::{Map, Value};

use super::bounds::{BY_NAME, ONE_OR_MORE};

/// Repairs a schema that has been bounded.
pub(super) fn repair(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    exclusive(members, "exclusiveMinimum", "minimum");
    exclusive(members, "exclusiveMaximum", "maximum");
    enumeration(members, "enum");
    enumeration(members, "type");
    misplaced(members);
    for keyword in BY_NAME {
        let named = members.get_mut(*keyword).and_then(Value::as_object_mut);
        named.into_iter().flat_map(Map::values_mut).for_each(repair);
    }
    for keyword in ONE_OR_MORE {
        match members.get_mut(*keyword) {
            Some(Value::Array(items)) => items.iter_mut().for_each(repair),
            Some(one) => repair(one),
            None => {}
        }
    }
}

/// `exclusiveMinimum: true` beside `minimum`, as draft 4 and `OpenAPI` 3.0 had it.
fn exclusive(members: &mut Map<String, Value>, keyword: &str, bound: &str) {
    match members.get(keyword) {
        Some(Value::Bool(true)) if members.get(bound).is_some_and(Value::is_number) => {
            let number = members.remove(bound).unwrap_or_default();
            members.insert(keyword.to_owned(), number);
        }
        Some(Value::Bool(false)) => drop(members.remove(keyword)),
        _ => {}
    }
}

/// An enumeration of a programming language, by name and value.
fn enumeration(members: &mut Map<String, Value>, keyword: &str) {
    let Some(Value::Object(by_name)) = members.get(keyword) else { return };
    let values: Value = by_name.values().cloned().collect();
    members.remove(keyword);
    members.entry("enum").or_insert(values);
}

/// `required` that has slipped into `properties`.
fn misplaced(members: &mut Map<String, Value>) {
    let properties = members.get_mut("properties").and_then(Value::as_object_mut);
    let Some(properties) = properties else { return };
    if !properties.get("required").is_some_and(Value::is_array) {
        return;
    }
    let required = properties.remove("required").unwrap_or_default();
    members.entry("required").or_insert(required);
}
