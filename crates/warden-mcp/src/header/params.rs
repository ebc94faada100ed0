//! Arguments that a tool wants repeated in headers: `x-mcp-header` in its input schema.

use std::borrow::Cow;

use hyper::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

use super::{Mismatch, PARAM, Why, decode, encode, only, same, value::integer};
use crate::{
    frame::{MOST_DEPTH, string},
    walk,
};

const ANNOTATION: &str = "x-mcp-header";

/// How many arguments a tool may want repeated. Servers refuse more headers than some hundred.
const MOST: usize = 64;

/// Which arguments of a tool are repeated in which headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<Param>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Param {
    /// The members that lead to the argument.
    path: Vec<String>,
    header: HeaderName,
}

/// Why a tool's definition may not be used over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnnotation {
    /// The name is not a string, is empty, or has characters that a header's name has not.
    #[error("`x-mcp-header` is not the name of a header")]
    Name,
    /// Two arguments want the same header.
    #[error("`x-mcp-header` names one header twice")]
    Twice,
    /// The argument is not an integer, string or boolean.
    #[error("`x-mcp-header` is on an argument that is not an integer, string or boolean")]
    Type,
    /// The annotation is not on a property that `properties` alone leads to.
    #[error("`x-mcp-header` is on something that is not always an argument")]
    Place,
    /// There are too many of them.
    #[error("`x-mcp-header` is on more than {MOST} arguments")]
    Many,
    /// The schema is nested too deep.
    #[error("the schema is nested too deep")]
    Depth,
}

/// An argument cannot be written into its header: it is an object, an array, or a number that is
/// not an integer within the safe range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the argument for the header `{0}` cannot be written into one")]
pub struct NotSent(pub HeaderName);

/// What holds for a schema by where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The whole.
    Root,
    /// `properties` alone leads here.
    Argument,
    /// Anything else.
    Elsewhere,
}

impl Params {
    /// Finds the annotations in a tool's `inputSchema`, as it was written.
    ///
    /// # Errors
    /// Any annotation that the specification does not allow. The tool is then not to be shown to
    /// clients, if it is reached over HTTP.
    pub fn of_schema(schema: &str) -> Result<Self, InvalidAnnotation> {
        // A name without escapes is found as it is; few schemas have escapes at all.
        let bytes = schema.as_bytes();
        let mut found = Self::default();
        if memchr::memmem::find(bytes, ANNOTATION.as_bytes()).is_some()
            || memchr::memmem::find(bytes, b"\\u").is_some()
        {
            found.search(schema, Standing::Root, &mut Vec::new(), 0)?;
        }
        Ok(found)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The headers for these arguments, as they were written.
    ///
    /// # Errors
    /// An argument that cannot be written into a header.
    pub fn headers(
        &self,
        arguments: Option<&str>,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, NotSent> {
        let mut headers = Vec::with_capacity(self.0.len());
        for param in &self.0 {
            let Some(raw) = param.value(arguments) else { continue };
            let value = written(raw)
                .and_then(|text| HeaderValue::from_str(&encode(&text)).ok())
                .ok_or_else(|| NotSent(param.header.clone()))?;
            headers.push((param.header.clone(), value));
        }
        Ok(headers)
    }

    /// Checks that the headers of a request repeat these arguments.
    pub(super) fn check(
        &self,
        headers: &HeaderMap,
        arguments: Option<&str>,
    ) -> Result<(), Mismatch> {
        self.0.iter().try_for_each(|param| param.check(headers, arguments))
    }

    fn search(
        &mut self,
        schema: &str,
        standing: Standing,
        path: &mut Vec<String>,
        depth: usize,
    ) -> Result<(), InvalidAnnotation> {
        if depth > MOST_DEPTH {
            return Err(InvalidAnnotation::Depth);
        }
        for element in walk::elements(schema) {
            self.search(element, Standing::Elsewhere, path, depth + 1)?;
        }
        for (name, value) in walk::members(schema) {
            match &*name {
                ANNOTATION => self.add(schema, value, standing, path)?,
                "properties" => {
                    let below = if standing == Standing::Elsewhere {
                        Standing::Elsewhere
                    } else {
                        Standing::Argument
                    };
                    for (name, property) in walk::members(value) {
                        path.push(name.into_owned());
                        self.search(property, below, path, depth + 2)?;
                        path.pop();
                    }
                }
                // The names in these are not keywords.
                "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
                    for (_, schema) in walk::members(value) {
                        self.search(schema, Standing::Elsewhere, path, depth + 2)?;
                    }
                }
                // These are no schemas but values.
                "const" | "default" | "enum" | "examples" => {}
                _ => self.search(value, Standing::Elsewhere, path, depth + 1)?,
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        schema: &str,
        name: &str,
        standing: Standing,
        path: &[String],
    ) -> Result<(), InvalidAnnotation> {
        if standing != Standing::Argument {
            return Err(InvalidAnnotation::Place);
        }
        let name = string(name).filter(|name| !name.is_empty()).ok_or(InvalidAnnotation::Name)?;
        let header = HeaderName::from_bytes([PARAM, &name].concat().as_bytes())
            .map_err(|_| InvalidAnnotation::Name)?;
        if !walk::member(schema, "type").is_some_and(is_primitive) {
            return Err(InvalidAnnotation::Type);
        }
        if self.0.iter().any(|other| other.header == header) {
            return Err(InvalidAnnotation::Twice);
        }
        if self.0.len() >= MOST {
            return Err(InvalidAnnotation::Many);
        }
        self.0.push(Param { path: path.to_vec(), header });
        Ok(())
    }
}

impl Param {
    /// The argument as it was written; `None` if it is not there or null.
    fn value<'a>(&self, arguments: Option<&'a str>) -> Option<&'a str> {
        let step = |raw, name: &String| walk::member(raw, name);
        self.path.iter().try_fold(arguments?, step).filter(|raw| *raw != "null")
    }

    fn check(&self, headers: &HeaderMap, arguments: Option<&str>) -> Result<(), Mismatch> {
        let wrong = |why| Err(Mismatch { header: self.header.clone(), why });
        match (only(headers, &self.header)?, self.value(arguments)) {
            (None, None) => Ok(()),
            (None, Some(_)) => wrong(Why::Missing),
            (Some(_), None) => wrong(Why::Unexpected),
            (Some(said), Some(raw)) => {
                let Some(said) = decode(said) else { return wrong(Why::Malformed) };
                let is = match raw.as_bytes().first() {
                    Some(b'-' | b'0'..=b'9') => {
                        integer(raw).is_some_and(|is| integer(&said) == Some(is))
                    }
                    _ => written(raw).is_some_and(|is| is == said),
                };
                same(&self.header, is)
            }
        }
    }
}

/// An argument as a header says it, before it is encoded.
fn written(raw: &str) -> Option<Cow<'_, str>> {
    match raw {
        "true" | "false" => Some(Cow::Borrowed(raw)),
        _ if raw.starts_with('"') => string(raw),
        _ => integer(raw).map(|value| Cow::Owned(value.to_string())),
    }
}

/// Whether a `type` is one of those that fit into a header, or that or null.
fn is_primitive(kind: &str) -> bool {
    let fits = |name: &str| matches!(name, "integer" | "string" | "boolean");
    if let Some(name) = string(kind) {
        return fits(&name);
    }
    let mut names = walk::elements(kind).filter_map(string).filter(|name| name != "null");
    names.next().is_some_and(|name| fits(&name)) && names.next().is_none()
}
