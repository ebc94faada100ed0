//! The answer to a request, on its way to a front.

use serde_json::json;
use warden_mcp::{Revision, reply, splice, walk};

use super::traces::Ended;
use crate::{Refusal, holds::elicit::Told};

/// The JSON-RPC error codes of MCP 2026-07-28 that a front puts into a status.
pub(crate) const HEADER_MISMATCH: i64 = -32_020;
pub(crate) const UNSUPPORTED_VERSION: i64 = -32_022;
/// What a legacy client is told of a resource that there is not (2025-11-25, server/resources).
const RESOURCE_NOT_FOUND: i64 = -32_002;

/// The answer to a request: a whole message, or nothing if nobody waits any more.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The message; empty if there is none.
    pub(crate) body: Vec<u8>,
    /// The code, if it is an error of ours.
    pub(crate) code: Option<i64>,
    /// How the request ended.
    pub(crate) ended: Ended,
}

impl Answer {
    pub(crate) const fn result(body: Vec<u8>) -> Self {
        Self { body, code: None, ended: Ended::Well }
    }

    /// A result that says that the tool failed.
    pub(crate) const fn tool_failed(body: Vec<u8>) -> Self {
        Self { body, code: None, ended: Ended::ToolFailed }
    }

    /// An error that a server has given, `error` as it will be sent.
    pub(crate) fn error(id: &str, error: &str) -> Self {
        let code = walk::member(error, "code").and_then(|code| code.parse().ok());
        let ended = Ended::Error(code.unwrap_or(reply::INTERNAL_ERROR));
        Self { body: splice::failure(id, error), code, ended }
    }

    /// Nobody waits for it.
    pub(crate) const fn none() -> Self {
        Self { body: Vec::new(), code: None, ended: Ended::Cancelled }
    }

    /// A refusal of `what` on this server, in the client's words.
    pub(crate) fn refusal(
        revision: Revision,
        id: &str,
        refusal: Refusal,
        (what, server): (&str, &str),
    ) -> Self {
        let code = refusal.error_code();
        let unknown_resource = code == reply::INVALID_PARAMS
            && matches!(refusal, Refusal::Policy(_))
            && what.starts_with("resource ");
        if unknown_resource && !revision.is_modern() {
            let body =
                reply::error(id, RESOURCE_NOT_FOUND, &format!("unknown {what}"), refusal.code());
            let ended = ended(refusal, RESOURCE_NOT_FOUND);
            return Self { body, code: Some(RESOURCE_NOT_FOUND), ended };
        }
        if let Refusal::NeedsExtension(name) = refusal {
            return Self::needs_extension(id, name);
        }
        let body = refusal.answer(id, what, server);
        Self { body, code: Some(code), ended: ended(refusal, code) }
    }

    /// An answer that names the revisions that we speak (2026-07-28, basic/versioning).
    pub(crate) fn unsupported(id: &str, requested: &str) -> Self {
        let supported: Vec<_> = Revision::ALL.iter().rev().map(|known| known.name()).collect();
        let error = json!({
            "code": UNSUPPORTED_VERSION,
            "message": "Unsupported protocol version",
            "data": { "supported": supported, "requested": requested },
        });
        let body = splice::failure(id, &error.to_string());
        let ended = Ended::Refused("unsupported-version", UNSUPPORTED_VERSION);
        Self { body, code: Some(UNSUPPORTED_VERSION), ended }
    }

    /// An answer that names the extension that is missing (2026-07-28, schema,
    /// `MissingRequiredClientCapabilityError`).
    fn needs_extension(id: &str, name: &str) -> Self {
        let error = json!({
            "code": reply::MISSING_CAPABILITY,
            "message": format!("the client has not declared `{name}`"),
            "data": {
                "reason": "needs-extension",
                "requiredCapabilities": { "extensions": { name: {} } },
            },
        });
        let body = splice::failure(id, &error.to_string());
        let ended = Ended::Refused("needs-extension", reply::MISSING_CAPABILITY);
        Self { body, code: Some(reply::MISSING_CAPABILITY), ended }
    }

    /// What somebody is told whose call a person has to approve.
    pub(crate) fn told(id: &str, told: &Told, reason: &'static str) -> Self {
        let body = splice::failure(id, &told.error());
        Self { body, code: Some(told.code), ended: Ended::Refused(reason, told.code) }
    }

    /// An error of ours.
    pub(crate) fn ours(id: &str, code: i64, message: &str, reason: &'static str) -> Self {
        let body = reply::error(id, code, message, reason);
        Self { body, code: Some(code), ended: Ended::Refused(reason, code) }
    }
}

/// How a request ends that is answered with this.
const fn ended(refusal: Refusal, code: i64) -> Ended {
    match refusal {
        Refusal::Upstream(reason) => Ended::Unanswered(reason),
        Refusal::ServerGone => Ended::Unanswered(refusal.code()),
        Refusal::Cancelled => Ended::Cancelled,
        _ => Ended::Refused(refusal.code(), code),
    }
}
