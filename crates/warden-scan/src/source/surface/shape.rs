//! What is known of values by their declared type, the same for every language.

use serde_json::{Map, Value};
use warden_flow::models::{Bits, Matched, Models};

use super::ParamInfo;
use crate::models::{bits, sink};

/// What a declared type says of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The JSON Schema.
    pub(crate) schema: Map<String, Value>,
    /// What values have for certain.
    pub(crate) known: Bits,
    /// The members of an object.
    pub(crate) members: Vec<ParamInfo>,
    /// Whether an object may have other members.
    pub(crate) open: bool,
    /// Whether it may be left out; `None` where nothing is said.
    pub(crate) optional: Option<bool>,
}

/// The bits of the kinds of values that declarations speak of.
pub(crate) struct Kinds<'a> {
    models: &'a Models,
    /// Numbers without an upper bound: harmless but where their size matters. That nothing but a
    /// declaration keeps a shell from running it is for the rule to say.
    number: Bits,
    /// Numbers with one, and truths.
    bounded: Bits,
    /// One of a list, or of harmless characters.
    word: Bits,
    /// Addresses: their start is a scheme, so that they are no option of a command.
    address: Bits,
}

impl<'a> Kinds<'a> {
    pub(crate) fn new(models: &'a Models) -> Self {
        Self {
            models,
            number: Bits(bits("$number").0 & !sink::COMMAND.bit().0),
            bounded: bits("$number,size,bounded"),
            word: bits("$word,size,bounded"),
            address: bits("argument"),
        }
    }

    /// Nothing is known.
    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(crate) fn anything(&self) -> Shape {
        Shape {
            schema: Map::new(),
            known: Bits::NONE,
            members: Vec::new(),
            open: true,
            optional: None,
        }
    }

    /// A type by the word that JSON Schema has for it.
    pub(crate) fn typed(&self, word: &str) -> Shape {
        let known = match word {
            "integer" | "number" => self.number,
            "boolean" | "null" => self.bounded,
            _ => Bits::NONE,
        };
        self.anything().with("type", word.into()).known(known)
    }

    /// One of a list of constants.
    pub(crate) fn choice(&self, values: Vec<Value>) -> Shape {
        let mut shape = self.anything().known(self.word);
        if values.iter().all(Value::is_string) {
            shape = shape.with("type", "string".into());
        }
        shape.with("enum", values.into())
    }

    /// A text in a format that is checked.
    pub(crate) fn format(&self, format: &str) -> Shape {
        let known = match format {
            "uuid" | "date" | "date-time" | "time" | "duration" | "ipv4" | "ipv6" => self.word,
            "uri" | "url" => self.address,
            _ => Bits::NONE,
        };
        self.typed("string").with("format", format.into()).known(known)
    }

    /// What a text has that matches a regular expression; `whole` says that the match covers it
    /// anyway.
    pub(crate) fn pattern(&self, pattern: &str, whole: bool) -> Bits {
        let matched = if whole { Matched::Whole } else { Matched::Somewhere };
        (self.models.pattern)(&self.models.vocabulary, pattern, matched)
    }

    /// A list of values.
    pub(crate) fn list(&self, items: &Shape) -> Shape {
        // What holds for each element holds for whatever is taken out of the list.
        self.typed("array").with("items", Value::Object(items.schema.clone())).known(items.known)
    }

    /// An object with these members.
    pub(crate) fn object(&self, members: Vec<ParamInfo>, open: bool) -> Shape {
        let mut shape = self.typed("object");
        let Value::Object(schema) = object_schema(&members) else { return shape };
        shape.schema = schema;
        shape.members = members;
        shape.open = open;
        shape
    }

    /// One of several types.
    pub(crate) fn any_of(&self, shapes: Vec<Shape>) -> Shape {
        let null = |shape: &Shape| shape.schema.get("type").is_some_and(|word| word == "null");
        let optional = shapes.iter().any(null).then_some(true);
        let mut rest: Vec<Shape> = shapes.into_iter().filter(|shape| !null(shape)).collect();
        if rest.len() < 2 {
            let mut only = rest.pop().unwrap_or_else(|| self.typed("null"));
            only.optional = only.optional.or(optional);
            return only;
        }
        let known = rest.iter().fold(Bits::ALL, |known, shape| known.both(shape.known));
        let schemas = rest.iter().map(|shape| Value::Object(shape.schema.clone())).collect();
        let mut shape = self.anything().with("anyOf", schemas).known(known);
        shape.optional = optional;
        shape.members = rest.into_iter().flat_map(|shape| shape.members).collect();
        shape
    }
}

impl Shape {
    /// With a keyword of JSON Schema.
    pub(crate) fn with(mut self, keyword: &str, value: Value) -> Self {
        self.schema.insert(keyword.to_owned(), value);
        self
    }

    /// With this known, and nothing else.
    pub(crate) fn known(mut self, known: Bits) -> Self {
        self.known = known;
        self
    }

    /// With this known as well.
    pub(crate) fn also(mut self, known: Bits) -> Self {
        self.known = self.known.with(known);
        self
    }

    /// With a bound from above, a number is harmless everywhere.
    pub(crate) fn bounded(self) -> Self {
        let number =
            self.schema.get("type").is_some_and(|word| word == "integer" || word == "number");
        if number { self.also(bits("size,bounded")) } else { self }
    }

    /// As a parameter.
    pub(crate) fn named(mut self, name: &str) -> ParamInfo {
        let description = self.schema.get("description").and_then(Value::as_str).map(str::to_owned);
        if let Some(text) = description.as_deref() {
            // In the order in which servers write it.
            self.schema.shift_remove("description");
            self.schema.insert("description".into(), text.into());
        }
        ParamInfo {
            name: name.to_owned(),
            description,
            schema: self.schema,
            known: self.known,
            required: self.optional.map(|optional| !optional),
            members: self.members,
            member: None,
        }
    }
}

/// The schema of an object with these members.
pub(crate) fn object_schema(members: &[ParamInfo]) -> Value {
    let properties: Map<String, Value> = members
        .iter()
        .map(|member| (member.name.clone(), Value::Object(member.schema.clone())))
        .collect();
    let required: Vec<Value> = members
        .iter()
        .filter(|member| member.required != Some(false))
        .map(|member| member.name.clone().into())
        .collect();
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    schema.into()
}
