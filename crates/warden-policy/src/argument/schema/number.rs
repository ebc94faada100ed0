//! Numbers that two readers take for different ones.
//!
//! `1.0` is a whole number for JSON Schema and none for many a server; more than 2^53 is another
//! number for a reader that keeps doubles; `-0` is less than nothing or not.

use std::collections::BTreeMap;

use serde_json::{Number, Value, value::RawValue};

use super::bounds::resolve;
use crate::{access::Breach, argument::amount::Decimal};

/// The first whole number behind which doubles skip some.
const EXACT: u64 = 1 << 53;
/// How many references are followed to find out what a place is for.
const MOST_STEPS: usize = 32;

/// Adds a breach for each number in `args` that readers differ about, where the schema asks for a
/// whole number.
pub(super) fn check(schema: &Value, args: &Value, most: usize, out: &mut Vec<Breach>) {
    let mut path = Vec::new();
    visit(args, &mut path, &mut |path, number| {
        if out.len() < most && unclear(number) && asks_for_whole(schema, schema, path, 0) {
            let at: String = path.iter().map(Step::written).collect();
            out.push(Breach { at: at.into(), what: "number" });
        }
    });
}

/// Whether two readers might take this for two numbers.
pub(in crate::argument) fn unclear(number: &Number) -> bool {
    if let Some(whole) = number.as_u64() {
        return whole > EXACT;
    }
    number.as_i64().is_none_or(|whole| whole.unsigned_abs() > EXACT)
}

/// One step into a value.
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl Step<'_> {
    fn written(&self) -> String {
        match self {
            Self::Member(name) => format!("/{}", escaped(name)),
            Self::Item(at) => format!("/{at}"),
        }
    }
}

/// A member's name in a pointer (RFC 6901 section 3).
pub(in crate::argument) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn visit<'a>(
    value: &'a Value,
    path: &mut Vec<Step<'a>>,
    on: &mut impl FnMut(&[Step<'a>], &Number),
) {
    match value {
        Value::Number(number) => on(path, number),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(Step::Item(at));
                visit(item, path, on);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push(Step::Member(name));
                visit(member, path, on);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Whether any part of the schema says that what stands here is a whole number.
fn asks_for_whole(root: &Value, schema: &Value, path: &[Step<'_>], steps: usize) -> bool {
    let Some(members) = schema.as_object() else { return false };
    if steps > MOST_STEPS {
        // What cannot be found out counts.
        return true;
    }
    let here = |schema| asks_for_whole(root, schema, path, steps + 1);
    for keyword in super::bounds::REFERENCES {
        let target = members.get(*keyword).and_then(Value::as_str);
        if target.and_then(|it| resolve(root, it)).is_some_and(here) {
            return true;
        }
    }
    let same = ["allOf", "anyOf", "oneOf"].iter().filter_map(|it| members.get(*it)?.as_array());
    if same.flatten().any(here)
        || ["then", "else"].iter().filter_map(|it| members.get(*it)).any(here)
    {
        return true;
    }
    let Some((first, rest)) = path.split_first() else { return says_whole(members) };
    let below = |schema: &Value| asks_for_whole(root, schema, rest, steps + 1);
    match first {
        Step::Member(name) => {
            let own = members.get("properties").and_then(|it| it.get(name));
            let other = members.get("patternProperties").and_then(Value::as_object);
            own.is_some_and(below)
                || own.is_none() && members.get("additionalProperties").is_some_and(below)
                || other.into_iter().flat_map(serde_json::Map::values).any(below)
        }
        Step::Item(at) => {
            let items = members.get("items");
            let listed = |it: &Value| it.get(*at).is_some_and(below);
            items.is_some_and(|it| if it.is_array() { listed(it) } else { below(it) })
                || members.get("prefixItems").is_some_and(listed)
        }
    }
}

fn says_whole(members: &serde_json::Map<String, Value>) -> bool {
    match members.get("type") {
        Some(Value::String(kind)) => kind == "integer",
        Some(Value::Array(kinds)) => {
            kinds.iter().any(|it| it == "integer") && !kinds.iter().any(|it| it == "number")
        }
        _ => false,
    }
}

/// Where a JSON text has numbers that are not what a reader of doubles makes of them: pointers,
/// at most 16. Whoever holds the text asks this as well, because a value has lost the difference.
///
/// A text that cannot be read is one with such a number, at its root.
#[must_use]
pub fn inexact_numbers(text: &str) -> Vec<Box<str>> {
    let mut found = Vec::new();
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => inexact(raw, &mut String::new(), &mut found, 0),
        Err(_) => found.push("".into()),
    }
    found
}

fn inexact(raw: &RawValue, path: &mut String, found: &mut Vec<Box<str>>, depth: usize) {
    let text = raw.get().trim_ascii();
    let length = path.len();
    if found.len() >= super::MOST_BREACHES {
        return;
    }
    if depth > 64 {
        found.push(path.as_str().into());
        return;
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
                return found.push(path.as_str().into());
            };
            for (name, member) in members {
                path.push('/');
                path.push_str(&escaped(&name));
                inexact(member, path, found, depth + 1);
                path.truncate(length);
            }
        }
        Some(b'[') => {
            let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
                return found.push(path.as_str().into());
            };
            for (at, item) in items.into_iter().enumerate() {
                path.push_str(&format!("/{at}"));
                inexact(item, path, found, depth + 1);
                path.truncate(length);
            }
        }
        Some(b'-' | b'0'..=b'9') if !exact(text) => found.push(path.as_str().into()),
        _ => {}
    }
}

/// Whether a number is the one that serde's reading of it prints.
fn exact(text: &str) -> bool {
    let read = serde_json::from_str::<Number>(text).ok().map(|it| it.to_string());
    let same = |read: String| Some(Decimal::read(&read)? == Decimal::read(text)?);
    read.and_then(same).unwrap_or(false)
}
