//! Every way to say no, and the one place where a no becomes an answer.

use warden_mcp::reply;
use warden_policy::Reason;

/// Why something does not pass. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Policy says no.
    Policy(Reason),
    /// A stage says no.
    Stage(&'static str),
    /// The bytes are not a message.
    Malformed,
    /// The message is longer than is taken.
    TooLong,
    /// There is no such method, or not in this direction.
    UnknownMethod,
    /// The parameters do not name what the method is about.
    NoName,
    /// The request's identifier is in use.
    IdInUse,
    /// Too many requests wait for an answer.
    TooMany,
    /// The ledger cannot record it.
    CannotRecord,
    /// The server is gone.
    ServerGone,
    /// The server cannot be reached, or does not answer: why.
    Upstream(&'static str),
    /// The request continues nothing that waits.
    BadState,
    /// The client cannot be asked for this.
    ClientCannot,
    /// The client has not declared an extension that this needs.
    NeedsExtension(&'static str),
    /// What the client would have to bring back cannot be sealed.
    CannotSeal,
    /// The client no longer wants it.
    Cancelled,
    /// Nobody asked for this answer.
    NotAsked,
}

impl Refusal {
    /// The code in ledger and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policy(reason) => reason.code(),
            Self::Stage(name) => name,
            Self::Malformed => "malformed-message",
            Self::TooLong => "message-too-long",
            Self::UnknownMethod => "unknown-method",
            Self::NoName => "no-name",
            Self::IdInUse => "id-in-use",
            Self::TooMany => "too-many-in-flight",
            Self::CannotRecord => "cannot-record",
            Self::ServerGone => "server-gone",
            Self::Upstream(code) => code,
            Self::BadState => "bad-request-state",
            Self::ClientCannot => "client-cannot",
            Self::NeedsExtension(_) => "needs-extension",
            Self::CannotSeal => "cannot-seal",
            Self::Cancelled => "cancelled",
            Self::NotAsked => "not-asked",
        }
    }

    /// The answer to a request. `id` is a verified identifier as written, or `null`; `what` is
    /// what the request was about, for example `tool send_email`; `server` is the server's name.
    #[must_use]
    pub fn answer(self, id: &str, what: &str, server: &str) -> Vec<u8> {
        let (code, message) = self.message(what, server);
        reply::error(id, code, &message, self.code())
    }

    /// The JSON-RPC error code of its answer.
    #[must_use]
    pub fn error_code(self) -> i64 {
        self.message("", "").0
    }

    fn message(self, what: &str, server: &str) -> (i64, String) {
        let refused = reply::REFUSED;
        match self {
            // As if it did not exist. "Forbidden" would tell a caller which names to try.
            Self::Policy(Reason::NotApproved) => (reply::INVALID_PARAMS, format!("unknown {what}")),
            Self::Policy(Reason::ServerNotApproved) => (
                refused,
                format!("server {server} is not approved; see `mcpwarden approve --name {server}`"),
            ),
            Self::Policy(Reason::Drifted) => (
                refused,
                format!(
                    "{what} has changed since it was approved; \
                     see `mcpwarden approve --diff --name {server}`"
                ),
            ),
            Self::Policy(Reason::ArtifactDrifted | Reason::ArtifactUnknown) => (
                refused,
                format!(
                    "what runs as {server} is not what was approved; \
                     see `mcpwarden approve --diff --name {server}`"
                ),
            ),
            Self::Policy(Reason::NotCertified(why)) => (
                refused,
                format!(
                    "server {server} does not count as certified ({}); \
                     see `mcpwarden verify --server {server}`",
                    why.code()
                ),
            ),
            Self::Policy(Reason::CouldNotTell) => {
                (refused, format!("could not tell whether {what} is what was approved"))
            }
            Self::Policy(Reason::AskNotApproved) => (refused, format!("{what} was not approved")),
            Self::Stage(name) => (refused, format!("{what} was stopped by `{name}`")),
            Self::Malformed => {
                (reply::PARSE_ERROR, "not a message that every parser reads alike".into())
            }
            Self::TooLong => (reply::INVALID_REQUEST, "the message is too long".into()),
            Self::UnknownMethod => (reply::METHOD_NOT_FOUND, "method not found".into()),
            Self::NoName => (reply::INVALID_PARAMS, "the parameters name nothing".into()),
            Self::IdInUse => (reply::INVALID_REQUEST, "the identifier is in use".into()),
            Self::TooMany => (refused, "too many requests wait for an answer".into()),
            Self::CannotRecord => (refused, "the call could not be recorded".into()),
            Self::ServerGone => (reply::INTERNAL_ERROR, "the server has ended".into()),
            Self::Upstream(code) => {
                (reply::INTERNAL_ERROR, format!("server {server} does not answer: {code}"))
            }
            Self::BadState => (
                reply::INVALID_PARAMS,
                "`requestState` is not one that we gave for this request, or it is too old".into(),
            ),
            Self::ClientCannot => {
                (reply::METHOD_NOT_FOUND, format!("the client cannot be asked for {what}"))
            }
            Self::NeedsExtension(name) => {
                (reply::MISSING_CAPABILITY, format!("the client has not declared `{name}`"))
            }
            Self::CannotSeal => (reply::INTERNAL_ERROR, "there is no randomness to be had".into()),
            Self::Cancelled | Self::NotAsked => (refused, self.code().into()),
        }
    }
}
