//! Configuration files: a tree whose ranges lie in the file, and the values of another parser.

use serde_json::Value;
use warden_collect::document::{
    Document, DocumentError, Format, Kind, Node, Position, pointer_push,
};

use crate::frame::beyond_serde;

/// How many values of a tree are also looked up by their pointers.
const MOST_POINTERS: usize = 128;

/// The format that the first byte of an input says.
pub(crate) fn format(byte: u8) -> Format {
    match byte {
        b'J' => Format::Json,
        b'C' => Format::Jsonc,
        b'T' => Format::Toml,
        b'Y' => Format::Yaml,
        other => [Format::Json, Format::Jsonc, Format::Toml, Format::Yaml][usize::from(other % 4)],
    }
}

/// The first byte says the format (`J`, `C`, `T` or `Y`), the rest is the file.
pub fn check(data: &[u8]) {
    let [first, bytes @ ..] = data else { return };
    let format = format(*first);
    let parsed = Document::parse(bytes, format);
    let again = Document::parse(bytes, format);
    match (&parsed, &again) {
        (Ok(document), Ok(again)) => {
            // Not with `assert_eq`, which would print whole trees.
            assert!(document.root() == again.root(), "two readings differ");
            assert_eq!(document.duplicates(), again.duplicates());
            sound(document, bytes, format);
        }
        (Err(error), Err(again)) => {
            assert_eq!(error, again);
            if let DocumentError::Syntax { line, column } = error {
                within(Position { line: *line, column: *column }, bytes);
            }
        }
        _ => panic!("two readings differ"),
    }
    if format == Format::Json {
        strict(bytes, parsed.as_ref().ok());
    }
}

/// Every range is one of the file, and every place one that a person can go to.
fn sound(document: &Document, bytes: &[u8], format: Format) {
    let mut open = vec![(document.root(), String::new())];
    let mut pointers = 0;
    while let Some((node, pointer)) = open.pop() {
        assert!(document.source(node.span.clone()).is_some(), "{:?} {pointer}", node.span);
        if pointers < MOST_POINTERS && document.duplicates().is_empty() {
            pointers += 1;
            let found = document.at(&pointer).expect("what is in the tree has a pointer");
            assert!(std::ptr::eq(found, node), "`{pointer}` leads elsewhere");
            within(document.position(node.span.start), bytes);
        }
        match &node.kind {
            Kind::Object(members) => {
                for member in members {
                    assert!(document.source(member.key_span.clone()).is_some(), "{pointer}");
                    inside(node, &member.value, format);
                    open.push((&member.value, pointer_push(&pointer, &member.key)));
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    inside(node, item, format);
                    open.push((item, pointer_push(&pointer, &index.to_string())));
                }
            }
            Kind::String(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null => {}
        }
    }
}

/// A value lies within what it is part of. Those of YAML may be written elsewhere.
fn inside(outer: &Node, inner: &Node, format: Format) {
    if format != Format::Yaml {
        let (outer, inner) = (&outer.span, &inner.span);
        assert!(outer.start <= inner.start && inner.end <= outer.end, "{outer:?} {inner:?}");
    }
}

fn within(place: Position, bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    assert!(place.line >= 1 && place.line as usize <= lines, "{place:?}");
    assert!(place.column >= 1 && place.column as usize <= bytes.len() + 1, "{place:?}");
}

/// Strict JSON means what `serde_json` says it means, and is lenient JSON too.
fn strict(bytes: &[u8], document: Option<&Document>) {
    let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let value = serde_json::from_slice::<Value>(body);
    match (document, value) {
        (Some(document), Ok(value)) => same(document.root(), &value),
        (Some(_), Err(error)) => {
            assert!(beyond_serde(&error) || half_a_character(&error), "{error}");
        }
        (None, Ok(_)) => {
            let error = Document::parse(bytes, Format::Json).expect_err("it was refused");
            let caps = matches!(error, DocumentError::TooDeep | DocumentError::TooLarge);
            assert!(caps, "{error}");
        }
        (None, Err(_)) => {}
    }
    if let Some(document) = document {
        let lenient = Document::parse(bytes, Format::Jsonc).expect("lenient JSON takes more");
        assert!(lenient.root() == document.root(), "strict and lenient JSON differ");
    }
}

/// Whether this is about half a character, which `serde_json` only sees where it unescapes.
fn half_a_character(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("lone leading surrogate") || text.starts_with("unexpected end of hex escape")
}

fn same(node: &Node, value: &Value) {
    match (&node.kind, value) {
        (Kind::Null, Value::Null) => {}
        (Kind::Bool(one), Value::Bool(other)) => assert_eq!(one, other),
        (Kind::String(one), Value::String(other)) => assert_eq!(one, other),
        (Kind::Number(text), Value::Number(_)) => {
            assert_eq!(serde_json::from_str::<Value>(text).ok().as_ref(), Some(value));
        }
        (Kind::Array(items), Value::Array(others)) => {
            assert_eq!(items.len(), others.len());
            items.iter().zip(others).for_each(|(node, value)| same(node, value));
        }
        (Kind::Object(members), Value::Object(map)) => {
            for (name, value) in map {
                same(node.get(name).expect("a member"), value);
            }
            assert!(members.iter().all(|member| map.contains_key(&member.key)));
        }
        _ => panic!("two kinds of value"),
    }
}
