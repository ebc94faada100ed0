//! A message of a client, verified and kept as the bytes that it was.

use std::ops::Range;

use bytes::Bytes;
use warden_mcp::{Direction, IdKey, Message, Method, Outcome, Wants, frame};

use super::seen::Seen;
use crate::Refusal;

/// The messages of a batch as they were written; `None` if it is none, or has more than `most`.
pub(crate) fn elements(body: &Bytes, most: usize) -> Option<Vec<Bytes>> {
    let raw: Vec<&serde_json::value::RawValue> = serde_json::from_slice(body).ok()?;
    let all = (raw.len() <= most).then_some(raw)?;
    Some(all.into_iter().map(|raw| body.slice_ref(raw.get().as_bytes())).collect())
}

/// A message of a client.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most are requests, which need no box then")]
pub(crate) enum Asked {
    /// Wants an answer.
    Request(Request),
    /// Wants none.
    Notification(Notification),
    /// Answers what a server asked.
    Response(Response),
}

/// A request of a client. Ranges are of its bytes.
#[derive(Debug)]
pub(crate) struct Request {
    bytes: Bytes,
    id: Range<usize>,
    params: Option<Range<usize>>,
    /// Its identifier, to compare.
    pub(crate) key: IdKey,
    /// What it asks for.
    pub(crate) method: Method,
    /// What is noted of it on its way.
    pub(crate) seen: Seen,
}

/// A notification of a client.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    bytes: Bytes,
    params: Option<Range<usize>>,
    /// What it says.
    pub(crate) method: Method,
}

/// What a client answers to a request of a server.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    bytes: Bytes,
    body: Range<usize>,
    /// Which request it answers.
    pub(crate) key: IdKey,
    /// Whether it is a result, not an error.
    pub(crate) result: bool,
}

/// Why a message is not taken.
#[derive(Clone, Debug)]
pub(crate) struct NotTaken {
    pub(crate) refusal: Refusal,
    /// The identifier of the request as written, if it is one.
    pub(crate) id: Option<Box<str>>,
    /// The method, if that is what nobody knows.
    pub(crate) method: Option<String>,
}

impl Asked {
    /// Verifies one message of a client.
    ///
    /// # Errors
    /// Why it is not taken.
    pub(crate) fn read(bytes: &Bytes) -> Result<Self, NotTaken> {
        let message = frame::parse(bytes).map_err(|_| NotTaken {
            refusal: Refusal::Malformed,
            id: None,
            method: None,
        })?;
        let start = bytes.as_ptr() as usize;
        let range = |part: &str| {
            let from = part.as_ptr() as usize - start;
            from..from + part.len()
        };
        let known = |name: &str, wants, id: Option<&str>| {
            let method = Method::parse(name);
            method.filter(|method| method.fits(Direction::ToServer, wants)).ok_or_else(|| {
                NotTaken {
                    refusal: Refusal::UnknownMethod,
                    id: id.map(Into::into),
                    method: Some(name.into()),
                }
            })
        };
        let bytes = bytes.clone();
        Ok(match message {
            Message::Request { id, method, params } => Self::Request(Request {
                method: known(&method, Wants::Answer, Some(id.raw))?,
                id: range(id.raw),
                params: params.map(range),
                key: id.key,
                seen: Seen::default(),
                bytes,
            }),
            Message::Notification { method, params } => Self::Notification(Notification {
                method: known(&method, Wants::Nothing, None)?,
                params: params.map(range),
                bytes,
            }),
            Message::Response { id: Some(id), outcome } => {
                let (body, result) = match outcome {
                    Outcome::Result(result) => (result, true),
                    Outcome::Error(error) => (error, false),
                };
                Self::Response(Response { body: range(body), key: id.key, result, bytes })
            }
            Message::Response { id: None, .. } => {
                return Err(NotTaken { refusal: Refusal::NotAsked, id: None, method: None });
            }
        })
    }
}

fn part<'a>(bytes: &'a Bytes, range: &Range<usize>) -> &'a str {
    bytes.get(range.clone()).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or_default()
}

impl Request {
    /// Its identifier, as written.
    pub(crate) fn id(&self) -> &str {
        part(&self.bytes, &self.id)
    }

    /// Its parameters, as written.
    pub(crate) fn params(&self) -> Option<&str> {
        self.params.as_ref().map(|range| part(&self.bytes, range))
    }
}

impl Notification {
    /// Its parameters, as written.
    pub(crate) fn params(&self) -> Option<&str> {
        self.params.as_ref().map(|range| part(&self.bytes, range))
    }
}

impl Response {
    /// The value of `result` or `error`, as written.
    pub(crate) fn body(&self) -> &str {
        part(&self.bytes, &self.body)
    }
}
