//! What every transport has in common: questions, answers, and who speaks how.

use std::time::Instant;

use serde_json::{Value, json};

use super::ProbeError;
use crate::{Id, IdKey, Message, Method, Outcome, frame, reply, walk};

/// The revision whose requests carry their own metadata.
pub(super) const MODERN: &str = "2026-07-28";

/// The revisions that begin with a handshake, the newest first.
pub(super) const LEGACY: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The codes that only a server of the modern era uses.
const MODERN_CODES: std::ops::RangeInclusive<i64> = -32_022..=-32_020;

/// The code that names the revisions a server speaks.
const UNSUPPORTED_REVISION: i64 = -32_022;

/// A way to ask one question at a time.
pub(super) trait Wire {
    /// Sends a request and waits for its answer.
    fn ask(&mut self, method: Method, params: &Value, until: Instant)
    -> Result<Answer, ProbeError>;
}

/// What a server answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// The value of `result`, as written.
    Result(Box<str>),
    /// An error.
    Error(Complaint),
}

/// What an error answer says, as far as it matters.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    pub(super) code: i64,
    /// The revisions that the server says it speaks.
    pub(super) supported: Vec<String>,
}

impl Complaint {
    fn read(raw: &str) -> Self {
        let code = walk::member(raw, "code").and_then(|code| code.parse().ok()).unwrap_or_default();
        let data = walk::member(raw, "data").unwrap_or_default();
        Self { code, supported: strings(walk::member(data, "supported").unwrap_or_default()) }
    }

    /// Whether only a server of the modern era complains like this.
    pub(super) fn is_modern(&self) -> bool {
        MODERN_CODES.contains(&self.code)
    }

    /// Whether the server refuses a revision and names the one that it was asked in: then it is
    /// asked once more.
    pub(super) fn offers_modern(&self) -> bool {
        self.code == UNSUPPORTED_REVISION && choose(&self.supported, &[MODERN]).is_ok()
    }

    /// The revision to go on with, after a complaint of the modern era.
    pub(super) fn choose(&self) -> Result<&'static str, ProbeError> {
        if self.code == UNSUPPORTED_REVISION {
            return choose(&self.supported, LEGACY);
        }
        Err(ProbeError::Refused { method: Method::Discover, code: self.code })
    }
}

/// The first of `ours` that stands in `theirs`.
pub(super) fn choose(theirs: &[String], ours: &[&'static str]) -> Result<&'static str, ProbeError> {
    ours.iter()
        .copied()
        .find(|ours| theirs.iter().any(|own| own == ours))
        .ok_or(ProbeError::Revision)
}

/// The texts in an array.
pub(super) fn strings(raw: &str) -> Vec<String> {
    walk::elements(raw).filter_map(frame::string).map(std::borrow::Cow::into_owned).collect()
}

/// Something that came in while an answer was waited for.
#[derive(Debug)]
pub(super) enum Incoming {
    /// The answer to this request, or to one that the server could not read.
    Answer(Option<IdKey>, Answer),
    /// A request of the server, and what it gets.
    Ask(Vec<u8>),
    /// Nothing that matters here.
    Other,
}

impl Incoming {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, crate::FrameError> {
        Ok(match frame::parse(bytes)? {
            Message::Response { id, outcome } => {
                let answer = match outcome {
                    Outcome::Result(raw) => Answer::Result(raw.into()),
                    Outcome::Error(raw) => Answer::Error(Complaint::read(raw)),
                };
                Self::Answer(id.map(|id| id.key), answer)
            }
            Message::Request { id, method, .. } => Self::Ask(refusal(&id, &method)),
            Message::Notification { .. } => Self::Other,
        })
    }
}

/// What a server gets that asks us for something: we promised it nothing.
fn refusal(id: &Id<'_>, method: &str) -> Vec<u8> {
    if Method::parse(method) == Some(Method::Ping) {
        return format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{}}}}"#, id.raw).into_bytes();
    }
    reply::error(id.raw, reply::METHOD_NOT_FOUND, "method not found", "not-offered")
}

/// A request as bytes.
pub(super) fn request(id: i64, method: Method, params: &Value) -> Vec<u8> {
    reply::request(&id.to_string(), method.name(), &params.to_string())
}

/// The notification that ends the handshake.
pub(super) fn initialized() -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","method":"{}"}}"#, Method::Initialized.name()).into_bytes()
}

/// The parameters of `server/discover`.
pub(super) fn discover() -> Value {
    json!({ "_meta": meta() })
}

/// The parameters of `initialize`.
pub(super) fn initialize(revision: &str) -> Value {
    json!({ "protocolVersion": revision, "capabilities": capabilities(), "clientInfo": ourselves() })
}

/// What a modern request carries about its sender.
pub(super) fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": ourselves(),
        "io.modelcontextprotocol/clientCapabilities": capabilities(),
    })
}

/// Everything that a client may be capable of. Servers show more tools to a client that can do
/// more, and what is looked at should be all of it; what they then ask of us is refused.
fn capabilities() -> Value {
    json!({
        "elicitation": { "form": {}, "url": {} },
        "roots": { "listChanged": true },
        "sampling": { "context": {}, "tools": {} },
        "tasks": {
            "cancel": {},
            "list": {},
            "requests": {
                "elicitation": { "create": {} },
                "sampling": { "createMessage": {} },
            },
        },
    })
}

fn ourselves() -> Value {
    json!({ "name": "mcpwarden", "version": env!("CARGO_PKG_VERSION") })
}
