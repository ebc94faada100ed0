//! How large a schema may be, and where its references may lead.

use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::SchemaError;

const MOST_BYTES: usize = 256 * 1024;
const MOST_DEPTH: usize = 64;
const MOST_SCHEMAS: usize = 10_000;
const MOST_PATTERN: usize = 1024;
const MOST_PATTERNS: usize = 256;
const MOST_REFERENCES: usize = 32;

/// Keywords whose members are schemas by name.
pub(super) const BY_NAME: &[&str] =
    &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Keywords whose value is a schema, or a list of them.
pub(super) const ONE_OR_MORE: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that refer to another schema.
pub(super) const REFERENCES: &[&str] = &["$ref", "$dynamicRef", "$recursiveRef"];
/// The drafts that can be read, without what varies in how they are written.
const DRAFTS: &[&str] = &[
    "json-schema.org/draft-04/schema",
    "json-schema.org/draft-06/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12/schema",
];

/// Refuses what is too large, leads out of the document or cannot be matched in linear time.
pub(super) fn check(schema: &Value) -> Result<(), SchemaError> {
    let Some(root) = schema.as_object() else { return Err(SchemaError::NotAnObject) };
    let described = root.get("type");
    if described.is_some_and(|it| it != "object") {
        return Err(SchemaError::NotAnObject);
    }
    let mut bytes = Count(0);
    if serde_json::to_writer(&mut bytes, schema).is_err() || bytes.0 > MOST_BYTES {
        return Err(SchemaError::TooLarge("more than 256 KB"));
    }
    if super::deeper_than(schema, MOST_DEPTH) {
        return Err(SchemaError::TooLarge("deeper than 64 levels"));
    }
    draft(root)?;
    let mut walk = Walk { root: schema, schemas: 0, patterns: 0 };
    walk.schema(schema, true)
}

/// Counts the bytes that are written to it.
struct Count(usize);

impl std::io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn draft(schema: &Map<String, Value>) -> Result<(), SchemaError> {
    let Some(draft) = schema.get("$schema") else { return Ok(()) };
    let name = draft.as_str().unwrap_or_default();
    let bare = name.trim_start_matches("https://").trim_start_matches("http://");
    if DRAFTS.contains(&bare.trim_end_matches('#')) {
        return Ok(());
    }
    Err(SchemaError::Reference("$schema is none of the known drafts".into()))
}

struct Walk<'a> {
    root: &'a Value,
    schemas: usize,
    patterns: usize,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, top: bool) -> Result<(), SchemaError> {
        self.schemas += 1;
        if self.schemas > MOST_SCHEMAS {
            return Err(SchemaError::TooLarge("more than 10,000 parts"));
        }
        let Value::Object(members) = schema else { return Ok(()) };
        if !top {
            named(members)?;
        }
        self.references(members)?;
        if let Some(Value::String(pattern)) = members.get("pattern") {
            self.pattern(pattern)?;
        }
        if let Some(Value::Object(patterns)) = members.get("patternProperties") {
            patterns.keys().try_for_each(|pattern| self.pattern(pattern))?;
        }
        children(members).try_for_each(|(_, child)| self.schema(child, false))
    }

    fn references(&self, members: &Map<String, Value>) -> Result<(), SchemaError> {
        for keyword in REFERENCES {
            let Some(reference) = members.get(*keyword) else { continue };
            let mut next = reference.as_str();
            let mut steps = 0;
            while let Some(reference) = next {
                let found = resolve(self.root, reference);
                let found = found.ok_or_else(|| leads_out(reference))?;
                steps += 1;
                if steps > MOST_REFERENCES {
                    return Err(SchemaError::Endless);
                }
                next = found.get("$ref").and_then(Value::as_str);
            }
            if !reference.is_string() {
                return Err(leads_out("not a string"));
            }
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &str) -> Result<(), SchemaError> {
        self.patterns += 1;
        if self.patterns > MOST_PATTERNS {
            return Err(SchemaError::TooLarge("more than 256 patterns"));
        }
        if pattern.len() > MOST_PATTERN {
            return Err(SchemaError::Pattern("longer than 1 KB".into()));
        }
        Ok(())
    }
}

/// A part of a schema that has a name of its own is looked up by readers that follow names, and
/// changes what the references in it mean.
fn named(members: &Map<String, Value>) -> Result<(), SchemaError> {
    let id = |name: &str| members.get(name).and_then(Value::as_str);
    let names = [id("$id"), id("id")].into_iter().flatten();
    for name in names {
        // Draft 6 and 7 name a place like this; it stays inside.
        if !name.starts_with('#') {
            return Err(leads_out(name));
        }
    }
    members.get("$schema").map_or(Ok(()), |_| draft(members))
}

fn leads_out(reference: &str) -> SchemaError {
    SchemaError::Reference(reference.chars().take(100).collect::<String>().into())
}

/// Every schema that stands directly in this one, with the keyword it stands under.
pub(super) fn children(
    members: &Map<String, Value>,
) -> impl Iterator<Item = (&'static str, &Value)> {
    let by_name = BY_NAME.iter().flat_map(|keyword| {
        let named = members.get(*keyword).and_then(Value::as_object);
        named.into_iter().flat_map(Map::values).map(|child| (*keyword, child))
    });
    let one_or_more = ONE_OR_MORE.iter().flat_map(|keyword| {
        let value = members.get(*keyword);
        let many = value.and_then(Value::as_array).into_iter().flatten();
        let one = value.filter(|value| !value.is_array());
        many.chain(one).map(|child| (*keyword, child))
    });
    // `dependencies` of draft 7: lists of names, or schemas.
    let dependencies = members.get("dependencies").and_then(Value::as_object);
    let dependencies = dependencies.into_iter().flat_map(Map::values);
    let dependencies = dependencies.filter(|it| !it.is_array()).map(|it| ("dependencies", it));
    by_name.chain(one_or_more).chain(dependencies)
}

/// What a reference inside of a document refers to: `#`, `#/…` or the name of an anchor.
pub(in crate::argument) fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let fragment = reference.strip_prefix('#')?;
    if fragment.is_empty() {
        return Some(root);
    }
    if fragment.starts_with('/') {
        let decoded = crate::argument::form::percent_decoded(fragment);
        return root.pointer(decoded.as_deref().unwrap_or(fragment));
    }
    anchor(root, fragment)
}

fn anchor<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let members = schema.as_object()?;
    let has = |keyword: &str| members.get(keyword).and_then(Value::as_str) == Some(name);
    if has("$anchor") || has("$dynamicAnchor") {
        return Some(schema);
    }
    let id = members.get("$id").and_then(Value::as_str);
    if id.and_then(|id| id.strip_prefix('#')) == Some(name) {
        return Some(schema);
    }
    children(members).find_map(|(_, child)| anchor(child, name))
}

/// A pattern that a setting holds, in linear time and bounded memory.
pub(in crate::argument) fn linear(pattern: &str) -> Option<regex::Regex> {
    if pattern.len() > MOST_PATTERN {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).build().ok()
}
