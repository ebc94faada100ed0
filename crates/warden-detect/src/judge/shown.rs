//! Everything of a definition that a model is shown, as one text.

use std::ops::Range;

use serde_json::Value;

/// The strings of a definition in one text, each a sentence of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub text: String,
    /// Where each string stands in it, and where in the definition (RFC 6901).
    pub fields: Vec<(Range<usize>, String)>,
}

/// A value that is nested deeper is not looked at: no schema is.
const DEEPEST: usize = 64;

/// A longer name of a member is a text.
const LONGEST_NAME: usize = 24;

/// Members whose values are words of a schema and not of whoever wrote it.
static GRAMMAR: &[&str] = &["type", "$schema", "$ref", "format", "required", "contentEncoding"];

/// Returns what a model reads of a definition: names, titles, descriptions, also those of
/// parameters, and values, defaults and examples.
#[must_use]
pub fn tool_text(definition: &Value) -> Shown {
    let mut shown = Shown::default();
    for name in ["name", "title", "description"] {
        if let Some(text) = definition.get(name).and_then(Value::as_str) {
            match name {
                "name" => shown.add(&spaced(text), "/name".to_owned()),
                _ => shown.string(text, &format!("/{name}")),
            }
        }
    }
    for (name, value) in definition.as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "name" | "title" | "description") {
            shown.walk(value, &format!("/{}", escaped(name)), 0);
        }
    }
    shown
}

impl Shown {
    pub(super) fn add(&mut self, text: &str, at: String) {
        let start = self.text.len();
        self.text.push_str(text);
        self.fields.push((start..self.text.len(), at));
        self.text.push_str(".\n");
    }

    /// A string; of one that is JSON, what is in it.
    fn string(&mut self, text: &str, at: &str) {
        match packed(text) {
            Some(value) => self.unpacked(&value, at),
            None => self.add(text, at.to_owned()),
        }
    }

    /// The strings of JSON in a string, each for itself, and names that say more than a name does.
    fn unpacked(&mut self, value: &Value, at: &str) {
        match value {
            Value::String(text) => self.add(text, at.to_owned()),
            Value::Array(values) => values.iter().for_each(|value| self.unpacked(value, at)),
            Value::Object(members) => {
                for (name, value) in members {
                    if name.len() > LONGEST_NAME || name.contains(char::is_whitespace) {
                        self.add(name, at.to_owned());
                    }
                    self.unpacked(value, at);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn walk(&mut self, value: &Value, at: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(text) => self.string(text, at),
            Value::Array(values) => {
                for (number, value) in values.iter().enumerate() {
                    self.walk(value, &format!("{at}/{number}"), depth + 1);
                }
            }
            Value::Object(members) => {
                let named = at.ends_with("/properties") || at.ends_with("/$defs");
                for (name, value) in members {
                    let inner = format!("{at}/{}", escaped(name));
                    if named {
                        self.add(&spaced(name), inner.clone());
                    }
                    if named || !GRAMMAR.contains(&name.as_str()) {
                        self.walk(value, &inner, depth + 1);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Where in the definition a place of the text is.
    #[must_use]
    pub fn field(&self, at: usize) -> &str {
        let index = self.fields.partition_point(|(range, _)| range.start <= at);
        index.checked_sub(1).and_then(|index| self.fields.get(index)).map_or("", |(_, at)| at)
    }
}

/// The value of a string that is an object or an array in JSON. The parser goes no deeper than 128
/// levels.
fn packed(text: &str) -> Option<Value> {
    let inner = text.trim();
    let closed = inner.starts_with('{') && inner.ends_with('}')
        || inner.starts_with('[') && inner.ends_with(']');
    closed.then(|| serde_json::from_str(inner).ok()).flatten()
}

/// A name with spaces between its words, so that they are words for every detector.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    let mut rest = name.chars().peekable();
    while let Some(char) = rest.next() {
        // A new word begins with a capital, also behind an acronym: `DNSRecord`.
        let opens = before.is_ascii_lowercase()
            || before.is_ascii_uppercase() && rest.peek().is_some_and(char::is_ascii_lowercase);
        if char.is_ascii_uppercase() && opens {
            out.push(' ');
        }
        out.push(char);
        before = char;
    }
    out
}

pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_that_a_model_reads_is_in_the_text() {
        let shown = tool_text(&json!({
            "name": "sendMail",
            "description": "Sends.",
            "inputSchema": {"type": "object", "required": ["to"], "properties": {
                "sideNote": {"type": "string", "description": "A note.", "enum": ["a b"],
                    "default": "c", "examples": ["d"], "properties": {"in/ner": {"title": "e"}}}}},
            "annotations": {"title": "Mail"},
        }));
        for text in
            ["send Mail", "Sends.", "side Note", "A note.", "a b", "c", "d", "in/ner", "e", "Mail"]
        {
            assert!(
                shown.fields.iter().any(|(range, _)| shown.text.get(range.clone()) == Some(text)),
                "{text}"
            );
        }
        assert!(!shown.text.contains("object"), "{}", shown.text);
        let at = shown.text.find("A note").expect("it is there");
        assert_eq!(shown.field(at), "/inputSchema/properties/sideNote/description");
        assert_eq!(shown.field(0), "/name");
        assert!(shown.fields.iter().any(|(_, at)| at.ends_with("/in~1ner")));
    }

    #[test]
    fn json_in_a_string_is_read_as_what_is_in_it() {
        let shown =
            tool_text(&json!({"description": r#"{"text": "Adds.", "n": [1, "b"], "a b": 2}"#}));
        let texts = shown.fields.iter().filter_map(|(at, _)| shown.text.get(at.clone()));
        let texts: std::collections::BTreeSet<_> = texts.collect();
        assert_eq!(texts, ["Adds.", "a b", "b"].into());
        assert_eq!(tool_text(&json!({"description": "{not json}"})).text, "{not json}.\n");
    }

    #[test]
    fn what_is_no_definition_says_nothing() {
        for value in [json!(null), json!(1), json!([]), json!({"name": 1})] {
            assert_eq!(tool_text(&value).text, "");
        }
    }
}
