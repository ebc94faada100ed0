//! Headers that repeat what a request says, as of revision 2026-07-28.
//!
//! Something on the way may route by the header while the server acts by the body. So a request
//! whose headers do not say what its body says is refused, also where a header stands twice.

mod params;
mod value;

use std::borrow::Cow;

use hyper::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

use crate::{Method, bridge::PROTOCOL_VERSION, walk};

pub use params::{InvalidAnnotation, NotSent, Params};
pub use value::{decode, encode};

/// The revision that the request is of.
pub const REVISION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// The method.
pub const METHOD: HeaderName = HeaderName::from_static("mcp-method");

/// The tool, prompt, resource or task that the request names.
pub const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// What the names of headers that carry an argument begin with.
pub const PARAM: &str = "mcp-param-";

/// The error code of [`Mismatch`].
pub const MISMATCH: i64 = -32_020;

/// Headers and body do not say the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("header mismatch: `{header}` {why}")]
pub struct Mismatch {
    /// Which header.
    pub header: HeaderName,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a header. What it says is not repeated: an argument may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It is required and not there.
    #[error("is missing")]
    Missing,
    /// It is there more than once.
    #[error("is there more than once")]
    Twice,
    /// It has bytes that a value has not, or bad base64.
    #[error("is malformed")]
    Malformed,
    /// It says something else than the body.
    #[error("does not match the body")]
    Differs,
    /// The body has nothing that it could repeat.
    #[error("repeats nothing in the body")]
    Unexpected,
}

/// What the headers of a request say, by its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// What [`METHOD`] says.
    pub method: &'a str,
    /// What [`NAME`] says, before it is encoded.
    pub name: Option<Cow<'a, str>>,
}

impl Expected<'_> {
    /// Puts [`METHOD`] and, if there is one, [`NAME`] into `headers`.
    pub fn write(&self, headers: &mut HeaderMap) {
        let name = self.name.as_deref().map(encode);
        for (header, text) in [(METHOD, Some(Cow::Borrowed(self.method))), (NAME, name)] {
            // What is encoded is a value; the name of a method that is not one is of no method.
            if let Some(Ok(value)) = text.map(|text| HeaderValue::from_str(&text)) {
                headers.insert(header, value);
            }
        }
    }
}

/// What the headers have to say for this body.
#[must_use]
pub fn expected<'a>(method: &'a str, params: Option<&'a str>) -> Expected<'a> {
    let source = Method::parse(method).and_then(source);
    let name = source.zip(params).and_then(|((member, _), params)| walk::text(params, member));
    Expected { method, name }
}

/// Which member [`NAME`] repeats, and whether it has to.
const fn source(method: Method) -> Option<(&'static str, bool)> {
    match method {
        Method::ToolsCall | Method::PromptsGet => Some(("name", true)),
        Method::ResourcesRead => Some(("uri", true)),
        // The tasks extension asks it of clients, but no server to insist.
        Method::TasksGet | Method::TasksUpdate | Method::TasksCancel => Some(("taskId", false)),
        _ => None,
    }
}

/// Checks the headers of a request against its body.
///
/// `declared` are the headers that the called tool wants its arguments repeated in. A body that
/// does not say its revision is wrong in itself, which is not looked at here.
///
/// # Errors
/// The first header that does not say what the body says.
pub fn check(
    headers: &HeaderMap,
    method: &str,
    params: Option<&str>,
    declared: Option<&Params>,
) -> Result<(), Mismatch> {
    let meta = params.and_then(|params| walk::member(params, "_meta"));
    let revision = meta.and_then(|meta| walk::text(meta, PROTOCOL_VERSION));
    let said = required(headers, &REVISION)?;
    same(&REVISION, revision.is_none_or(|revision| revision == said))?;
    same(&METHOD, method == required(headers, &METHOD)?)?;
    check_name(headers, method, params)?;
    match declared {
        Some(declared) => {
            let arguments = params.and_then(|params| walk::member(params, "arguments"));
            declared.check(headers, arguments)
        }
        None => Ok(()),
    }
}

fn check_name(headers: &HeaderMap, method: &str, params: Option<&str>) -> Result<(), Mismatch> {
    let Some((_, must)) = Method::parse(method).and_then(source) else { return Ok(()) };
    let expected = expected(method, params).name;
    match (only(headers, &NAME)?, expected) {
        (None, _) if must => Err(Mismatch { header: NAME, why: Why::Missing }),
        (None, _) => Ok(()),
        (Some(_), None) => Err(Mismatch { header: NAME, why: Why::Unexpected }),
        (Some(said), Some(name)) => {
            let said = decode(said).ok_or(Mismatch { header: NAME, why: Why::Malformed })?;
            same(&NAME, said == name)
        }
    }
}

fn same(header: &HeaderName, same: bool) -> Result<(), Mismatch> {
    if same { Ok(()) } else { Err(Mismatch { header: header.clone(), why: Why::Differs }) }
}

fn required<'a>(headers: &'a HeaderMap, header: &HeaderName) -> Result<&'a str, Mismatch> {
    only(headers, header)?.ok_or_else(|| Mismatch { header: header.clone(), why: Why::Missing })
}

/// The one value of a header, without the space around it.
fn only<'a>(headers: &'a HeaderMap, header: &HeaderName) -> Result<Option<&'a str>, Mismatch> {
    let wrong = |why| Mismatch { header: header.clone(), why };
    let mut all = headers.get_all(header).iter();
    let Some(value) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(wrong(Why::Twice));
    }
    let text = value::plain(value.as_bytes()).ok_or_else(|| wrong(Why::Malformed))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

#[cfg(test)]
mod tests;
