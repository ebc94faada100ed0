//! What is said in one era, as it is said in the other.
//!
//! Revisions up to 2025-11-25 begin with a handshake and let a server ask the client at any time;
//! 2026-07-28 has metadata in every request and lets a result ask instead. Everything here is a
//! function from verified JSON to JSON: nothing is sent, nothing is remembered. What is not
//! named here passes as it was written, since every revision tolerates members it does not know.

mod ask;
mod capabilities;
mod content;
mod error;
mod input;
mod introduction;
mod level;
mod meta;
mod result;

use crate::Revision;

pub use ask::{ask_to_legacy, response_to_legacy};
pub use capabilities::{
    capabilities_to_legacy, capabilities_to_modern, server_capabilities_to_legacy,
    server_capabilities_to_modern,
};
pub use error::{error_for, url_elicitations};
pub use input::{
    BadInput, InputRequest, MOST_INPUTS, input_requests, input_required, input_responses,
    request_state, result_type, retry_params,
};
pub use introduction::{introduction_to_legacy, introduction_to_modern, supported_versions};
pub use level::{Level, log_level_of};
pub use meta::{
    CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL, Meta, ModernMeta, PROTOCOL_VERSION, RELATED_TASK,
    SERVER_INFO, SUBSCRIPTION_ID, TASKS, notification_to_modern, to_legacy_params,
    to_modern_params,
};
pub use result::{
    Cache, Scope, result_to_legacy, result_to_modern, tool_to_legacy, tool_to_modern,
};

/// Why something cannot be said in an older revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untranslatable {
    /// The result asks for input; see [`input_requests`].
    #[error("the result asks for input")]
    InputRequired,
    /// The result is a task of the extension, which older revisions do not have.
    #[error("the result is a task")]
    Task,
    /// The result is of a type that we do not know.
    #[error("the result is of an unknown type")]
    UnknownType,
    /// The revision has no such request, or not in this mode.
    #[error("revision {} has no such request", .0.name())]
    Request(Revision),
    /// The content cannot be put as the revision wants it.
    #[error("revision {} has no such content", .0.name())]
    Content(Revision),
}
