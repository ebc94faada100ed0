//! One document from an address, without credentials: what registries say in JSON.

use std::time::{Duration, Instant};

use hyper::{
    HeaderMap, Method as Verb,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue},
};
use thiserror::Error;

use super::link::Link;
use crate::{Address, client::ProbeError};

/// How a document is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// The types that are taken, as a header says them (RFC 9110, section 12.5.1).
    pub accept: &'static str,
    /// The most bytes that are read.
    pub most: usize,
    /// How long all of it may take.
    pub whole: Duration,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its type without parameters, in lower case; empty if there is none.
    pub kind: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why there is no document. Nothing in it was said by who was asked.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// Nobody answered in time, or the answer stopped half-way.
    #[error("it did not answer in time")]
    Timeout,
    /// It answered with a status that is none of success.
    #[error("it answered with status {0}")]
    Status(u16),
    /// It could not be asked, or the answer is longer than is read.
    #[error(transparent)]
    Failed(#[from] ProbeError),
}

/// Fetches a document. Redirects are followed only within the same origin.
///
/// # Errors
/// Why there is none. Part of a document is none.
pub fn document(address: &Address, asking: &Asking) -> Result<Document, DocumentError> {
    let until = Instant::now() + asking.whole;
    let link = Link::new(address, &[], asking.most)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(asking.accept));
    let fetched = link.within(until, async {
        let answer = link.send(Verb::GET, address, headers, Vec::new()).await?;
        let status = answer.status();
        if !status.is_success() {
            return Err(DocumentError::Status(status.as_u16()));
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        let bytes = link.whole(&mut answer.into_body()).await?;
        Ok(Document { kind, bytes })
    });
    fetched.unwrap_or(Err(DocumentError::Timeout))
}
