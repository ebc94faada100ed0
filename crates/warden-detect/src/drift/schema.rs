//! Parameters, types and values that came in or are gone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use warden_model::Severity;

use super::{ChangeKind, DefinitionChange, Redefinition};
use crate::work;

/// Schemas that are nested deeper are not compared.
const DEEPEST: usize = 48;

/// Keywords that only describe: their texts are compared as sentences.
static WORDS: &[&str] =
    &["title", "description", "examples", "example", "$comment", "$schema", "$id", "deprecated"];

/// Bounds, and whether a higher one takes more.
static BOUNDS: &[(&str, bool)] = &[
    ("maximum", true),
    ("exclusiveMaximum", true),
    ("maxLength", true),
    ("maxItems", true),
    ("maxProperties", true),
    ("minimum", false),
    ("exclusiveMinimum", false),
    ("minLength", false),
    ("minItems", false),
    ("minProperties", false),
];

type Members = Map<String, Value>;

/// Compares two schemas below `field`.
pub(super) fn compare(
    field: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    out: &mut Redefinition,
) {
    let mut open = vec![(field.to_owned(), old, new, 0)];
    while let Some((at, old, new, depth)) = open.pop() {
        if old == new {
            continue;
        }
        if depth > DEEPEST {
            out.complete = false;
            continue;
        }
        work::add(1);
        let (Some(Value::Object(before)), Some(Value::Object(after))) = (old, new) else {
            one_sided(&at, old, new, out);
            continue;
        };
        required(&at, before, after, out);
        for key in keys(before, after) {
            let (old, new) = (before.get(key), after.get(key));
            let below = format!("{at}/{}", escaped(key));
            match key {
                "required" => {}
                _ if old == new || WORDS.contains(&key) => {}
                "properties" | "patternProperties" | "$defs" | "definitions" => {
                    let pairs = properties(&below, old, new, key == "properties", out);
                    open.extend(pairs.into_iter().map(|(at, old, new)| (at, old, new, depth + 1)));
                }
                "items" | "not" | "if" | "then" | "else" | "contains" => {
                    open.push((below, old, new, depth + 1));
                }
                "additionalProperties" if old.is_some_and(Value::is_object) => {
                    open.push((below, old, new, depth + 1));
                }
                "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
                    let (old, new) = (list(old), list(new));
                    for number in 0..old.len().max(new.len()) {
                        let at = format!("{below}/{number}");
                        open.push((at, old.get(number), new.get(number), depth + 1));
                    }
                }
                key => keyword(&below, key, (old, new), out),
            }
        }
    }
}

/// Compares the arguments of prompts.
pub(super) fn arguments(
    field: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    out: &mut Redefinition,
) {
    let (before, after) = (list(old), list(new));
    let name = |one: &Value| one.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let must = |one: &Value| one.get("required").and_then(Value::as_bool) == Some(true);
    let known: BTreeMap<String, &Value> = before.iter().map(|one| (name(one), one)).collect();
    let kept: BTreeSet<String> = after.iter().map(name).collect();
    for (number, argument) in after.iter().enumerate() {
        let at = format!("{field}/{number}");
        match known.get(&name(argument)) {
            None => out.changes.push(added(at, &name(argument), must(argument))),
            Some(old) if must(argument) && !must(old) => {
                let kind = ChangeKind::ParameterRequired;
                out.changes.push(DefinitionChange::new(kind, at, name(argument)));
            }
            Some(_) => {}
        }
    }
    for (number, gone) in before.iter().enumerate() {
        if !kept.contains(&name(gone)) {
            let at = format!("{field}/{number}");
            let kind = ChangeKind::ParameterRemoved;
            out.changes.push(DefinitionChange::new(kind, at, name(gone)));
        }
    }
}

fn added(at: String, name: &str, required: bool) -> DefinitionChange {
    let change = DefinitionChange::new(ChangeKind::ParameterAdded, at, name);
    if required { change.severe(Severity::Medium) } else { change }
}

fn keys<'m>(before: &'m Members, after: &'m Members) -> Vec<&'m str> {
    let mut keys: Vec<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A schema that is only in one of the definitions, or that is `true` or `false`.
fn one_sided(at: &str, old: Option<&Value>, new: Option<&Value>, out: &mut Redefinition) {
    let open = |schema: Option<&Value>| {
        schema.is_none_or(|schema| {
            *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
        })
    };
    let wider = old == Some(&Value::Bool(false)) || (open(new) && !open(old));
    let kind = if wider { ChangeKind::Widened } else { ChangeKind::TypeChanged };
    let what = at.rsplit('/').next().unwrap_or_default();
    out.changes.push(DefinitionChange::new(kind, at, what));
    // What a schema that came in takes is new, each by itself.
    let none = Value::Object(Members::new());
    if let Some(new @ Value::Object(members)) = new
        && old.is_none()
        && members.contains_key("properties")
        && at.matches('/').count() == 1
    {
        compare(at, Some(&none), Some(new), out);
    }
}

/// Parameters that came in and that are gone. Returns those that are in both.
fn properties<'v>(
    at: &str,
    old: Option<&'v Value>,
    new: Option<&'v Value>,
    named: bool,
    out: &mut Redefinition,
) -> Vec<(String, Option<&'v Value>, Option<&'v Value>)> {
    let members = |value: Option<&'v Value>| value.and_then(Value::as_object);
    let (before, after) = (members(old), members(new));
    let mut both = Vec::new();
    for (name, schema) in after.into_iter().flatten() {
        let below = format!("{at}/{}", escaped(name));
        match before.and_then(|before| before.get(name)) {
            Some(old) => both.push((below, Some(old), Some(schema))),
            None if named => out.changes.push(added(below, name, false)),
            None => {}
        }
    }
    for name in before.into_iter().flatten().map(|(name, _)| name) {
        if named && !after.is_some_and(|after| after.contains_key(name)) {
            let below = format!("{at}/{}", escaped(name));
            let kind = ChangeKind::ParameterRemoved;
            out.changes.push(DefinitionChange::new(kind, below, name.as_str()));
        }
    }
    both
}

/// Parameters that must be given now: those that could be left out, and new ones.
fn required(at: &str, before: &Members, after: &Members, out: &mut Redefinition) {
    let names = |schema: &Members| -> BTreeSet<String> {
        let all = list(schema.get("required")).iter();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let known = names(before);
    for name in names(after).into_iter().filter(|name| !known.contains(name)) {
        let below = format!("{at}/properties/{}", escaped(&name));
        let new = before.get("properties").and_then(|all| all.get(&name)).is_none();
        let change = DefinitionChange::new(ChangeKind::ParameterRequired, below, name);
        out.changes.push(if new { change.severe(Severity::Medium) } else { change });
    }
}

/// A keyword that constrains, or a value that is suggested.
fn keyword(
    at: &str,
    key: &str,
    (old, new): (Option<&Value>, Option<&Value>),
    out: &mut Redefinition,
) {
    if key == "enum" {
        let (before, after) = (list(old), list(new));
        if new.is_none() {
            out.changes.push(DefinitionChange::new(ChangeKind::Widened, at, key));
        }
        let known: BTreeSet<String> = before.iter().map(Value::to_string).collect();
        let fresh = |(_, one): &(usize, &Value)| !known.contains(&one.to_string());
        for (number, value) in after.iter().enumerate().filter(fresh) {
            let what = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let kind = ChangeKind::ValueAdded;
            out.changes.push(DefinitionChange::new(kind, format!("{at}/{number}"), what));
        }
        if after.len() < before.len() && new.is_some() {
            out.changes.push(DefinitionChange::new(ChangeKind::TypeChanged, at, key));
        }
        return;
    }
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let types = |value: Option<&Value>| match value {
        Some(Value::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let wider = match key {
        "type" => {
            new.is_none() || types(old).iter().all(|one| types(new).contains(one)) && old.is_some()
        }
        "additionalProperties" => new.is_none_or(|new| *new != Value::Bool(false)),
        _ => match BOUNDS.iter().find(|(bound, _)| *bound == key) {
            Some((_, higher)) => {
                new.is_none() || (old.is_some() && (number(new) > number(old)) == *higher)
            }
            None => new.is_none() && matches!(key, "pattern" | "format" | "const" | "multipleOf"),
        },
    };
    // A value that is taken when none is given is a value that somebody else chose.
    let kind = match (key, wider) {
        ("default", _) if new.is_some() => ChangeKind::ValueAdded,
        (_, true) => ChangeKind::Widened,
        (_, false) => ChangeKind::TypeChanged,
    };
    out.changes.push(DefinitionChange::new(kind, at, key));
}

/// A name as a part of a place (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
