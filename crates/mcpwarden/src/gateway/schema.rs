//! The JSON Schema of a configuration, for editors.

use serde_json::{Map, Value, json};

use super::table::{Kind, Section, Setting, Usual, WHOLE};

/// The schema, as it is published.
pub(crate) fn schema() -> String {
    let mut schema = section(&WHOLE);
    if let Some(members) = schema.as_object_mut() {
        let draft = "https://json-schema.org/draft/2020-12/schema";
        members.insert("$schema".into(), draft.into());
        members.insert("title".into(), "The configuration of mcpwarden gateway, version 1".into());
    }
    format!("{schema:#}\n")
}

fn section(section: &Section) -> Value {
    let settings = section.settings.iter().map(|one| (one.name.to_owned(), setting(one)));
    let below = section.sections.iter().map(|below| {
        let one = self::section(below);
        let value = if below.many { json!({ "type": "array", "items": one }) } else { one };
        (below.name.to_owned(), value)
    });
    let properties: Map<String, Value> = settings.chain(below).collect();
    let required = section.settings.iter().filter(|one| matches!(one.usual, Usual::Required));
    let mut required: Vec<_> = required.map(|one| one.name).collect();
    if section.name.is_empty() {
        required.push("server");
    }
    json!({
        "type": "object",
        "description": section.about,
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

fn setting(setting: &Setting) -> Value {
    let mut value = kind(setting.kind);
    if let Some(members) = value.as_object_mut() {
        members.insert("description".into(), setting.about.into());
    }
    value
}

fn kind(kind: Kind) -> Value {
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    match kind {
        Kind::Name => json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" }),
        Kind::Agent => json!({
            "type": "string",
            "pattern": "^[A-Za-z0-9._-]+(@[A-Za-z0-9._-]+)?$",
            "maxLength": 64
        }),
        Kind::Text | Kind::Address => json!({ "type": "string" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Kind::Size => json!({
            "type": ["integer", "string"],
            "minimum": 1,
            "pattern": "^[0-9]+ *([kKmMgG]?[bB]|[kKmMgG][iI][bB])?$",
        }),
        Kind::Span => json!({
            "type": ["integer", "string"],
            "minimum": 1,
            "pattern": "^([0-9]+ *(ms|s|m|h|d) *)+$",
        }),
        Kind::Path => json!({ "type": "string", "minLength": 1 }),
        Kind::Texts => texts(),
        Kind::Command => {
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
        }
        Kind::Filled => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::OneOf(words) => json!({ "enum": words }),
        Kind::Digest => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        Kind::Url => json!({ "type": "string", "pattern": "^[hH][tT][tT][pP][sS]?://" }),
    }
}
