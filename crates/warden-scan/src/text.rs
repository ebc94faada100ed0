//! Every text of a definition that a model or a client sees, with its place.

use serde_json::Value;
use warden_model::{Definition, DefinitionKind, Surface};

/// A text that a model or a client sees.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    /// Index of the definition in the surface; `None` for the server's instructions.
    pub definition: Option<usize>,
    /// What it belongs to; `None` for the server's instructions.
    pub kind: Option<DefinitionKind>,
    /// The name of what it belongs to.
    pub name: &'a str,
    /// RFC 6901 pointer inside the definition.
    pub pointer: String,
    /// The parameter or argument that it describes.
    pub parameter: Option<String>,
    /// Which part it plays.
    pub part: Part,
    /// The text.
    pub text: &'a str,
}

/// Which part a text plays in a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The server's instructions.
    Instructions,
    /// The name or title of the definition.
    Name,
    /// The description of the definition or of a parameter.
    Description,
    /// The name of a member: a parameter, mostly.
    Member,
    /// Any other string.
    Value,
}

/// Returns every text of a surface, in the order in which it stands there.
pub(crate) fn texts(surface: &Surface) -> Vec<Text<'_>> {
    let mut out = Vec::new();
    if let Some(text) = surface.instructions.as_deref() {
        out.push(Text {
            definition: None,
            kind: None,
            name: "instructions",
            pointer: String::new(),
            parameter: None,
            part: Part::Instructions,
            text,
        });
    }
    for (index, definition) in surface.definitions.iter().enumerate() {
        walk(index, definition, &mut out);
    }
    out
}

enum Step<'a> {
    Member(&'a str, String),
    Value(&'a Value, String),
}

/// Walks with a stack of its own: a definition may be nested deeper than ours is.
fn walk<'a>(index: usize, definition: &'a Definition, out: &mut Vec<Text<'a>>) {
    let mut stack = vec![Step::Value(&definition.body, String::new())];
    while let Some(step) = stack.pop() {
        let (pointer, part, text) = match step {
            Step::Value(Value::Object(members), pointer) => {
                for (name, value) in members.iter().rev() {
                    let inner = child(&pointer, name);
                    stack.push(Step::Value(value, inner.clone()));
                    stack.push(Step::Member(name, inner));
                }
                continue;
            }
            Step::Value(Value::Array(items), pointer) => {
                for (at, value) in items.iter().enumerate().rev() {
                    stack.push(Step::Value(value, format!("{pointer}/{at}")));
                }
                continue;
            }
            Step::Value(Value::String(text), pointer) => {
                let part = part_of(&pointer);
                (pointer, part, text.as_str())
            }
            Step::Member(name, pointer) if !KEYWORDS.contains(&name) => {
                (pointer, Part::Member, name)
            }
            Step::Value(_, _) | Step::Member(_, _) => continue,
        };
        out.push(Text {
            definition: Some(index),
            kind: Some(definition.kind),
            name: &definition.name,
            parameter: parameter(&definition.body, &pointer),
            pointer,
            part,
            text,
        });
    }
}

fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn part_of(pointer: &str) -> Part {
    match pointer {
        "/name" | "/title" | "/annotations/title" => Part::Name,
        _ if pointer.ends_with("/description") => Part::Description,
        _ => Part::Value,
    }
}

/// The parameter that a place inside a definition belongs to.
fn parameter(body: &Value, pointer: &str) -> Option<String> {
    if let Some(rest) = pointer.strip_prefix("/inputSchema/properties/") {
        let name = rest.split('/').next()?;
        return Some(name.replace("~1", "/").replace("~0", "~"));
    }
    let at = pointer.strip_prefix("/arguments/")?.split('/').next()?;
    body.pointer(&format!("/arguments/{at}/name"))?.as_str().map(str::to_owned)
}

/// Member names that the protocol and JSON Schema give: they are nobody's text.
const KEYWORDS: &[&str] = &[
    "name",
    "title",
    "description",
    "inputSchema",
    "outputSchema",
    "annotations",
    "icons",
    "_meta",
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "default",
    "examples",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "$schema",
    "$ref",
    "$defs",
    "definitions",
    "additionalProperties",
    "patternProperties",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "readOnlyHint",
    "destructiveHint",
    "idempotentHint",
    "openWorldHint",
    "arguments",
    "uri",
    "uriTemplate",
    "mimeType",
    "size",
    "src",
    "sizes",
    "audience",
    "priority",
    "lastModified",
    "execution",
    "taskSupport",
    "$id",
    "$comment",
    "prefixItems",
    "propertyNames",
    "nullable",
    "deprecated",
    "theme",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use warden_model::Location;

    // R11: the report shows what the model sees, in every field.
    #[test]
    fn every_string_of_a_definition_is_seen_with_its_place() {
        let body = json!({
            "name": "n", "title": "t", "description": "d",
            "inputSchema": { "type": "object", "properties": {
                "a/b": { "description": "pd", "enum": ["e1"], "default": "df", "examples": ["ex"] } } },
            "annotations": { "title": "at" }, "icons": [{ "src": "s" }], "_meta": { "k": { "x": "mv" } },
        });
        let definition = Definition {
            kind: DefinitionKind::Tool,
            name: "n".into(),
            body,
            location: Location::default(),
        };
        let surface = Surface {
            instructions: Some("i".into()),
            definitions: vec![definition],
            ..Surface::default()
        };
        let all = texts(&surface);
        let seen: Vec<&str> = all.iter().map(|text| text.text).collect();
        assert_eq!(
            seen,
            [
                "i", "n", "t", "d", "object", "a/b", "pd", "e1", "df", "ex", "at", "s", "k", "x",
                "mv"
            ]
        );
        let parameter = all.iter().find(|text| text.text == "e1").expect("the value");
        assert_eq!(parameter.pointer, "/inputSchema/properties/a~1b/enum/0");
        assert_eq!(parameter.parameter.as_deref(), Some("a/b"));
    }
}
