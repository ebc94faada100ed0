//! Headers that repeat what a body says: those that were declared, and no other value.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use warden_mcp::{
    frame,
    header::{self, Params},
    splice,
};

const NAME: &str = "x-mcp-header";

/// The first line is a value, the rest an input schema.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((value, schema)) = text.split_once('\n') else { return };
    written(value);
    written(&value.replace('|', "\n"));
    if let Some(decoded) = header::decode(value) {
        written(&decoded);
    }
    let schema = schema.trim();
    let verified = frame::parse(&splice::request("1", "x", Some(schema))).is_ok();
    let tree = serde_json::from_str::<Value>(schema);
    if let Ok(tree) = tree
        && verified
        && schema.starts_with('{')
    {
        declared(&tree, schema, value);
    }
}

/// A value is written so that a header can have it, and comes back.
fn written(value: &str) {
    let text = header::encode(value);
    let as_header = HeaderValue::from_str(&text).expect("it is fit for a header");
    assert_eq!(as_header.to_str().expect("it is ASCII").trim_matches([' ', '\t']), text);
    assert_eq!(header::decode(&text).expect("it is well-formed"), value);
}

/// What is taken of a schema is what it declares by the rules, and only that is asked for.
fn declared(tree: &Value, schema: &str, value: &str) {
    let params = Params::of_schema(schema);
    let (Ok(params), Some(expected)) = (&params, allowed(tree)) else {
        assert_eq!(params.is_ok(), allowed(tree).is_some(), "{params:?} of {schema}");
        return;
    };
    let mut arguments = Value::Object(Map::new());
    for (path, _) in &expected {
        if !put(&mut arguments, path, value) {
            return;
        }
    }
    let arguments = arguments.to_string();
    let headers = params.headers(Some(&arguments)).expect("every argument is a string");
    let names: BTreeSet<_> = headers.iter().map(|(name, _)| name.to_string()).collect();
    let own = expected.iter().map(|(_, name)| format!("mcp-param-{}", name.to_ascii_lowercase()));
    assert_eq!(names, own.collect());

    let body = format!(r#"{{"name":"x","arguments":{arguments}}}"#);
    let mut all: HeaderMap = headers.iter().cloned().collect();
    all.insert(header::REVISION, HeaderValue::from_static("2026-07-28"));
    header::expected("tools/call", Some(&body)).write(&mut all);
    let check = |all: &HeaderMap| header::check(all, "tools/call", Some(&body), Some(params));
    assert_eq!(check(&all), Ok(()));
    let names = headers.into_iter().map(|(name, _)| name);
    for name in names.chain([header::NAME, header::METHOD]) {
        broken(&all, name, check);
    }
}

/// A header that is left out, repeated or changed is noticed.
fn broken<E>(all: &HeaderMap, name: HeaderName, check: impl Fn(&HeaderMap) -> Result<(), E>) {
    let mut other = all.clone();
    let value = other.remove(&name).expect("it was written");
    assert!(check(&other).is_err(), "{name} is not missed");
    other.append(&name, value.clone());
    other.append(&name, value);
    assert!(check(&other).is_err(), "{name} may stand twice");
    other.insert(&name, HeaderValue::from_static("=?base64?AAAAAAAA?="));
    assert!(check(&other).is_err(), "{name} may say anything");
}

/// Puts a string at the end of a path; false where something else stands already.
fn put(at: &mut Value, path: &[String], value: &str) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let Value::Object(members) = at else { return false };
    if rest.is_empty() {
        return members.insert(first.clone(), value.into()).is_none();
    }
    let next = members.entry(first.clone()).or_insert_with(|| Value::Object(Map::new()));
    put(next, rest, value)
}

/// The paths and names of a schema's annotations, if each of them is allowed.
fn allowed(schema: &Value) -> Option<Vec<(Vec<String>, String)>> {
    let mut found = Vec::new();
    collect(schema, Some(&mut Vec::new()), &mut found)?;
    let names: BTreeSet<_> = found.iter().map(|(_, name)| name.to_ascii_lowercase()).collect();
    (names.len() == found.len() && found.len() <= 64).then_some(found)
}

/// `path` leads here if properties alone do.
fn collect(
    at: &Value,
    mut path: Option<&mut Vec<String>>,
    found: &mut Vec<(Vec<String>, String)>,
) -> Option<()> {
    match at {
        Value::Array(all) => all.iter().try_for_each(|each| collect(each, None, found)),
        Value::Object(members) => {
            if let Some(name) = members.get(NAME) {
                let path = path.as_deref().filter(|path| !path.is_empty())?;
                found.push((path.clone(), annotation(name, members.get("type"))?));
            }
            for (name, value) in members {
                match (name.as_str(), value) {
                    (NAME | "const" | "default" | "enum" | "examples", _) => {}
                    ("properties", Value::Object(properties)) => {
                        for (name, property) in properties {
                            if let Some(path) = path.as_deref_mut() {
                                path.push(name.clone());
                                collect(property, Some(path), found)?;
                                path.pop();
                            } else {
                                collect(property, None, found)?;
                            }
                        }
                    }
                    ("patternProperties" | "dependentSchemas" | "$defs" | "definitions", map) => {
                        let schemas = map.as_object().into_iter().flat_map(Map::values);
                        for schema in schemas {
                            collect(schema, None, found)?;
                        }
                    }
                    ("properties", _) => {}
                    (_, value) => collect(value, None, found)?,
                }
            }
            Some(())
        }
        _ => Some(()),
    }
}

fn annotation(name: &Value, kind: Option<&Value>) -> Option<String> {
    let name = name.as_str().filter(|name| !name.is_empty())?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let kinds: Vec<&str> = match kind? {
        Value::String(kind) if kind != "null" => vec![kind],
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect()
        }
        _ => return None,
    };
    let primitive = matches!(kinds[..], ["integer" | "string" | "boolean"]);
    (primitive && name.bytes().all(token)).then(|| name.to_owned())
}
