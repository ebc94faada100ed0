//! Whether a schema takes more than it took.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Change, DriftClass, change};

/// Keywords that only describe: a change in them is a change of text.
const WORDS: &[&str] = &["title", "description", "examples", "example", "default", "$comment"];

/// Compares two schemas, or two lists of prompt arguments, under `path`.
///
/// What is surely wider is called so; whatever else changed in a keyword that constrains is
/// called changed, since telling wider from narrower in general is undecidable.
pub(super) fn compare(path: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    let mut open = vec![(path.to_owned(), old, new)];
    while let Some((path, old, new)) = open.pop() {
        if old == new {
            continue;
        }
        let (Value::Object(before), Value::Object(after)) = (old, new) else {
            let class = if new.is_null() || old.is_array() || new.is_array() {
                DriftClass::SchemaChanged
            } else {
                DriftClass::SchemaWidened
            };
            changes.push(change(class, path));
            continue;
        };
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let at = format!("{path}/{key}");
            let (old, new) = (before.get(key), after.get(key));
            if old == new {
                continue;
            }
            match (key.as_str(), old, new) {
                ("properties", Some(old), Some(new)) => {
                    properties(&at, old, new, changes, &mut open);
                }
                (word, ..) if WORDS.contains(&word) => {
                    changes.push(change(DriftClass::TextChanged, at));
                }
                ("items" | "additionalProperties", Some(old), Some(new))
                    if old.is_object() && new.is_object() =>
                {
                    open.push((at, old, new));
                }
                (key, old, new) => {
                    let class = keyword(key, old, new);
                    changes.push(change(class, at));
                }
            }
        }
    }
}

fn properties<'a>(
    path: &str,
    old: &'a Value,
    new: &'a Value,
    changes: &mut Vec<Change>,
    open: &mut Vec<(String, &'a Value, &'a Value)>,
) {
    let (Some(before), Some(after)) = (old.as_object(), new.as_object()) else {
        changes.push(change(DriftClass::SchemaChanged, path));
        return;
    };
    for (name, schema) in after {
        match before.get(name) {
            Some(old) => open.push((format!("{path}/{name}"), old, schema)),
            None => changes.push(change(DriftClass::SchemaWidened, format!("{path}/{name}"))),
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changes.push(change(DriftClass::SchemaChanged, format!("{path}/{name}")));
    }
}

/// The class of a change in one keyword that constrains.
fn keyword(key: &str, old: Option<&Value>, new: Option<&Value>) -> DriftClass {
    let subset = |small: &Value, large: &Value| match (small.as_array(), large.as_array()) {
        (Some(small), Some(large)) => small.iter().all(|item| large.contains(item)),
        _ => false,
    };
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let wider = match (key, old, new) {
        // A constraint that is gone, of whichever kind.
        (_, Some(_), None) => key != "$ref" && key != "$defs",
        ("required", Some(old), Some(new)) => subset(new, old),
        ("enum", Some(old), Some(new)) => subset(old, new),
        ("type", Some(old), Some(new)) => {
            subset(old, new) || new.as_array().is_some_and(|types| types.contains(old))
        }
        ("additionalProperties", _, Some(new)) => *new == Value::Bool(true),
        ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", ..) => {
            number(new) > number(old)
        }
        ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", ..) => {
            old.is_some() && number(new) < number(old)
        }
        _ => false,
    };
    if wider { DriftClass::SchemaWidened } else { DriftClass::SchemaChanged }
}
