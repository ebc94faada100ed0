//! Holds arguments against the schema that was pinned for their tool.
//!
//! A schema was written by whoever wrote the server. It is therefore bounded before it is
//! compiled: a schema that costs too much, leads out of its document or wants a pattern that may
//! take forever is none, and a tool without a usable schema is not called.

mod bounds;
mod number;
mod repair;
mod work;

pub(super) use bounds::{linear, resolve};
pub use number::inexact_numbers;
pub(super) use number::{escaped, unclear};

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

use crate::access::Breach;

/// The most breaches that are told apart; whoever breaks more is refused just the same.
const MOST_BREACHES: usize = 16;
/// The most bytes that one compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;

/// The code of the refusal where a tool has no usable schema.
pub const UNUSABLE: &str = "arguments-schema-unusable";

/// The input schema of a tool, ready to be held against arguments.
#[derive(Debug)]
pub struct ToolSchema {
    validator: Validator,
    schema: Value,
    /// How deep arguments may be nested before looking at them costs too much.
    most_depth: usize,
}

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A schema of arguments is an object, and an object is what it describes (MCP, `Tool`).
    #[error("the schema is not an object that describes an object")]
    NotAnObject,
    /// It is larger than 256 KB, deeper than 64 levels or has more than 10,000 parts.
    #[error("the schema is too large: {0}")]
    TooLarge(&'static str),
    /// It asks for something outside of itself, or names itself so that a reader may look there.
    #[error("the schema refers to something outside of itself, or to nothing: {0}")]
    Reference(Box<str>),
    /// It refers to itself without going into the arguments, or one place is looked at too often.
    #[error("the schema refers to itself so that checking might not end")]
    Endless,
    /// A pattern is longer than 1 KB, or needs what cannot be matched in linear time.
    #[error("a pattern of the schema cannot be used: {0}")]
    Pattern(Box<str>),
    /// It breaks the rules for schemas.
    #[error("the schema is malformed: {0}")]
    Malformed(Box<str>),
}

impl ToolSchema {
    /// Compiles the schema of a tool. `{}` and `true` members mean what they mean; `format` is an
    /// annotation, as JSON Schema 2020-12 has it, because no two readers agree on formats.
    ///
    /// # Errors
    /// Everything that makes it unusable: the call is refused with [`UNUSABLE`].
    pub fn compile(input_schema: &Value) -> Result<Self, SchemaError> {
        bounds::check(input_schema)?;
        let most_depth = work::most_depth(input_schema)?;
        let mut schema = input_schema.clone();
        // With only references inside the document, the name of the document means nothing.
        if let Some(members) = schema.as_object_mut() {
            members.remove("$id");
            members.remove("id");
            members.remove("$vocabulary");
        }
        // Draft 4 means what it says; what came after it says it in another way.
        let fourth = schema.get("$schema").is_some_and(|it| it.to_string().contains("draft-04"));
        if !fourth {
            repair::repair(&mut schema);
        }
        let patterns =
            PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
        let validator = jsonschema::options()
            .offline()
            .should_validate_formats(false)
            .should_ignore_unknown_formats(true)
            .with_pattern_options(patterns)
            .build(&schema)
            .map_err(|error| malformed(&error.to_string()))?;
        Ok(Self { validator, schema, most_depth })
    }

    /// The schema of a tool that takes no arguments and has said nothing about them.
    ///
    /// # Errors
    /// None that are known; what compiles a schema can fail.
    pub fn none() -> Result<Self, SchemaError> {
        Self::compile(&json!({"type": "object", "additionalProperties": false}))
    }

    /// What arguments break of the schema: at most 16 breaches.
    ///
    /// Numbers that readers take for different ones (`1.0`, `-0`, more than 2^53) are breaches
    /// where the schema asks for whole numbers. `args` are an object, or null where there are none.
    #[must_use]
    pub fn check(&self, args: &Value) -> Vec<Breach> {
        let empty = json!({});
        let args = if args.is_null() { &empty } else { args };
        if !args.is_object() || deeper_than(args, self.most_depth) {
            return vec![Breach { at: "".into(), what: "schema" }];
        }
        let mut breaches: Vec<Breach> = Vec::new();
        if !self.validator.is_valid(args) {
            let errors = self.validator.iter_errors(args).take(MOST_BREACHES);
            breaches.extend(errors.map(|error| Breach {
                at: error.instance_path().to_string().into(),
                what: "schema",
            }));
            // Two ways of asking the same: the stricter answer counts.
            if breaches.is_empty() {
                breaches.push(Breach { at: "".into(), what: "schema" });
            }
        }
        number::check(&self.schema, args, MOST_BREACHES, &mut breaches);
        breaches
    }

    /// The schema, as it was pinned.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.schema
    }
}

fn malformed(text: &str) -> SchemaError {
    SchemaError::Malformed(text.chars().take(200).collect::<String>().into())
}

/// Whether a value has containers in containers, more than this many.
fn deeper_than(value: &Value, most: usize) -> bool {
    let Some(left) = most.checked_sub(1) else { return value.is_array() || value.is_object() };
    match value {
        Value::Array(items) => items.iter().any(|item| deeper_than(item, left)),
        Value::Object(members) => members.values().any(|member| deeper_than(member, left)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
