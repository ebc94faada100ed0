//! What a client asks: read in place, and no further than an answer needs.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The modern revision.
pub(crate) const MODERN: &str = "2026-07-28";

/// A message of the client.
#[derive(Debug, Deserialize)]
pub(crate) struct Request<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<&'a RawValue>,
    /// Empty for a response.
    #[serde(borrow, default)]
    pub(crate) method: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) params: Params<'a>,
}

/// What is of interest in the parameters of any method.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Params<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Cow<'a, str>,
    #[serde(default)]
    pub(crate) arguments: Arguments,
    #[serde(borrow, default, rename = "protocolVersion")]
    pub(crate) version: Cow<'a, str>,
    #[serde(borrow, default, rename = "_meta")]
    meta: Meta<'a>,
}

/// What is of interest in the arguments of a tool.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Arguments {
    /// How many bytes of text are wanted.
    pub(crate) size: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion")]
    version: Cow<'a, str>,
}

impl<'a> Request<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Returns whether it says that it is of the modern era.
    pub(crate) fn is_modern(&self) -> bool {
        self.params.meta.version == MODERN
    }
}
