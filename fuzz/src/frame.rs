//! One JSON-RPC message: what our parser takes, another parser reads in the same way.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, value::RawValue};
use warden_mcp::{
    FrameError, Id, IdKey, Message, Outcome,
    frame::{self, parse},
    walk,
};

/// Parses `data` as a message and compares with `serde_json`.
pub fn check(data: &[u8]) {
    let parsed = parse(data);
    nonsense(data);
    match &parsed {
        Ok(message) => agrees(data, message),
        Err(error) => refused(data, error),
    }
}

/// The walks stay within any text, verified or not.
fn nonsense(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let most = text.len() + 1;
    assert!(walk::members(text).take(most).count() < most);
    assert!(walk::elements(text).take(most).count() < most);
    assert!(walk::strings(text).take(most).count() < most);
}

fn agrees(data: &[u8], message: &Message<'_>) {
    let parts: BTreeMap<Cow<'_, str>, &RawValue> =
        serde_json::from_slice(data).expect("what we take is JSON");
    let part = |name: &str| parts.get(name).map(|raw| raw.get());
    assert_eq!(part("jsonrpc"), Some("\"2.0\""));
    match message {
        Message::Request { id, method, params } => {
            same_id(part("id"), Some(id));
            same_method(part("method"), method);
            assert_eq!(part("params"), *params);
            assert_eq!(parts.len(), 3 + usize::from(params.is_some()));
        }
        Message::Notification { method, params } => {
            same_method(part("method"), method);
            assert_eq!(part("params"), *params);
            assert_eq!(parts.len(), 2 + usize::from(params.is_some()));
        }
        Message::Response { id, outcome } => {
            same_id(part("id"), id.as_ref());
            let (name, raw) = match outcome {
                Outcome::Result(raw) => ("result", raw),
                Outcome::Error(raw) => ("error", raw),
            };
            assert_eq!(part(name), Some(*raw));
        }
    }
    for raw in parts.values() {
        walks(raw.get());
    }
}

fn same_id(raw: Option<&str>, id: Option<&Id<'_>>) {
    let Some(id) = id else {
        return assert!(matches!(raw, None | Some("null")), "{raw:?}");
    };
    assert_eq!(raw, Some(id.raw));
    let value: Value = serde_json::from_str(id.raw).expect("an identifier is JSON");
    match &id.key {
        IdKey::Number(number) => assert_eq!(value.as_i64(), Some(*number)),
        IdKey::Text(text) => assert_eq!(value.as_str(), Some(&**text)),
    }
}

fn same_method(raw: Option<&str>, method: &str) {
    let read: String = serde_json::from_str(raw.unwrap_or_default()).expect("a method is a string");
    assert_eq!(read, method);
}

/// The walks over a verified value see what `serde_json` sees.
fn walks(raw: &str) {
    let value: Value = match serde_json::from_str(raw) {
        Ok(value) => value,
        Err(error) => return assert!(beyond_serde(&error), "{error}: {raw}"),
    };
    same_value(raw, &value);
    let mut expected = Vec::new();
    strings(&value, &mut expected);
    let seen: Vec<_> = walk::strings(raw).collect();
    assert_eq!(seen, expected);
}

fn same_value(raw: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut seen = walk::members(raw);
            for (name, value) in map {
                let (key, raw) = seen.next().expect("the walk sees every member");
                assert_eq!(key, *name);
                same_value(raw, value);
            }
            assert_eq!(seen.next(), None, "the walk sees no more members");
            assert_eq!(walk::elements(raw).next(), None);
        }
        Value::Array(items) => {
            let mut seen = walk::elements(raw);
            for item in items {
                same_value(seen.next().expect("the walk sees every element"), item);
            }
            assert_eq!(seen.next(), None, "the walk sees no more elements");
            assert_eq!(walk::members(raw).next(), None);
        }
        Value::String(text) => assert_eq!(frame::string(raw).as_deref(), Some(text.as_str())),
        scalar => assert_eq!(serde_json::from_str::<Value>(raw).ok().as_ref(), Some(scalar)),
    }
}

fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(map) => {
            for (name, value) in map {
                out.push(name.clone());
                strings(value, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What is refused as no JSON really is none, or has a member twice.
fn refused(data: &[u8], error: &FrameError) {
    let about_json = matches!(
        error,
        FrameError::Encoding { .. }
            | FrameError::Syntax { .. }
            | FrameError::DuplicateMember { .. }
            | FrameError::TooDeep
            | FrameError::Trailing
            | FrameError::NotAnObject
    );
    let Ok(Unique { object }) = serde_json::from_slice(data) else { return };
    // `serde_json` follows 127 levels, one less than we do.
    assert!(!about_json || (!object && matches!(error, FrameError::NotAnObject)), "{error:?}");
}

/// Whether `serde_json` refuses this only because it holds less than JSON can say.
pub(crate) fn beyond_serde(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("number out of range") || text.starts_with("recursion limit exceeded")
}

/// Any JSON in which no object has a member twice.
struct Unique {
    /// Whether the outermost value is an object.
    object: bool,
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(UniqueVisitor).map(|object| Self { object })
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut names = std::collections::HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member stands twice"));
            }
            members.next_value::<Unique>()?;
        }
        Ok(true)
    }
}
