//! A message of a server, verified and kept as the bytes that it was.

use std::ops::Range;

use bytes::Bytes;
use warden_mcp::{Direction, IdKey, Message, Method, Outcome, Wants, frame, walk};

use crate::{Refusal, gateway::asked::elements};

/// A message of a server.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    bytes: Bytes,
    what: What,
}

/// What a message is; ranges are of its bytes.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Wants no answer.
    Notification { method: Method, params: Option<Range<usize>> },
    /// Asks something of the client.
    Request { id: Range<usize>, method: Method, params: Option<Range<usize>> },
    /// Answers a request of ours.
    Result { id: IdKey, result: Range<usize> },
    /// Refuses a request of ours; without `id` nobody knows which.
    Error { id: Option<IdKey>, error: Range<usize> },
}

/// The most messages in a batch.
const MOST_BATCH: usize = 100;

/// The messages of a batch (2025-03-26, basic, "Batching"), answers last: what is said before an
/// answer is taken before it. `None` if it is one message.
pub(super) fn batch(message: &Bytes) -> Option<Vec<Bytes>> {
    let first = message.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'[') {
        return None;
    }
    let mut all = elements(message, MOST_BATCH)?;
    let is_answer = |one: &Bytes| {
        std::str::from_utf8(one).is_ok_and(|text| walk::member(text, "method").is_none())
    };
    all.sort_by_cached_key(is_answer);
    Some(all)
}

impl Received {
    /// Verifies one message of a server.
    ///
    /// # Errors
    /// Why it is not taken, and the name of its method if that is the reason.
    pub(crate) fn read(bytes: Bytes) -> Result<Self, (Refusal, Option<String>)> {
        let message = frame::parse(&bytes).map_err(|_| (Refusal::Malformed, None))?;
        let start = bytes.as_ptr() as usize;
        let range = |part: &str| {
            let from = part.as_ptr() as usize - start;
            from..from + part.len()
        };
        let known = |name: &str, wants| {
            Method::parse(name)
                .filter(|method| method.fits(Direction::ToClient, wants))
                .ok_or_else(|| (Refusal::UnknownMethod, Some(name.to_owned())))
        };
        let what = match &message {
            Message::Request { id, method, params } => What::Request {
                id: range(id.raw),
                method: known(method, Wants::Answer)?,
                params: params.map(range),
            },
            Message::Notification { method, params } => What::Notification {
                method: known(method, Wants::Nothing)?,
                params: params.map(range),
            },
            Message::Response { id: Some(id), outcome: Outcome::Result(result) } => {
                What::Result { id: id.key.clone(), result: range(result) }
            }
            Message::Response { id, outcome: Outcome::Error(error) } => {
                What::Error { id: id.as_ref().map(|id| id.key.clone()), error: range(error) }
            }
            Message::Response { id: None, outcome: Outcome::Result(_) } => {
                return Err((Refusal::Malformed, None));
            }
        };
        Ok(Self { bytes, what })
    }

    /// What a server gets that asks for something that nobody knows; nothing if it did not.
    pub(super) fn not_known(bytes: &[u8]) -> Option<Vec<u8>> {
        let Ok(Message::Request { id, .. }) = frame::parse(bytes) else { return None };
        Some(Refusal::UnknownMethod.answer(id.raw, "", ""))
    }

    /// What it is.
    pub(crate) const fn what(&self) -> &What {
        &self.what
    }

    /// A part of it that [`What`] names.
    pub(crate) fn part(&self, range: &Range<usize>) -> &str {
        self.bytes
            .get(range.clone())
            .and_then(|part| std::str::from_utf8(part).ok())
            .unwrap_or_default()
    }

    /// The whole message.
    pub(crate) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}
