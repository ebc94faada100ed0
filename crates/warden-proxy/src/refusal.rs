//! Every way to say no, and the one place where a no becomes an answer.

use warden_mcp::reply;
use warden_policy::{Reason, stop::Mode};

use crate::limits::Limited;

/// Why something does not pass. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Policy says no.
    Policy(Reason),
    /// A stage says no.
    Stage(&'static str),
    /// Something in it may not be seen in clear, and cannot be masked.
    Masked,
    /// A person has to approve it, and has refused, or cannot be asked.
    Unapproved(&'static str),
    /// Somebody has stopped it.
    Stopped(Mode),
    /// There is no more of something; there may be again after so many seconds.
    Limited(Limited, u32),
    /// What the session has seen cannot be remembered, or not be read.
    CannotRemember,
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
    /// Whoever asks has not shown who that is.
    NotLetIn(crate::identity::Reason),
}

impl Refusal {
    /// The code in ledger and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policy(reason) => reason.code(),
            Self::Stage(name) | Self::Unapproved(name) => name,
            Self::Masked => "masked",
            Self::Stopped(Mode::Pause) => "stopped",
            Self::Stopped(Mode::Revoke) => "revoked",
            Self::Limited(why, _) => why.code(),
            Self::CannotRemember => "cannot-remember",
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
            Self::NotLetIn(why) => why.code(),
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
            Self::Policy(reason) => of_policy(reason, what, server),
            Self::Stage(name) => (refused, format!("{what} was stopped by `{name}`")),
            Self::Masked => (
                refused,
                format!(
                    "{what} is withheld by masking: not all of it may be shown, and what may not cannot be masked"
                ),
            ),
            Self::Unapproved(code) => {
                (refused, format!("{what} was not approved by a person: {code}"))
            }
            Self::Stopped(mode) => {
                let how = if mode == Mode::Pause { "stopped" } else { "revoked" };
                (refused, format!("{what} is {how} by who operates the gateway"))
            }
            Self::Limited(why, seconds) => {
                (refused, format!("{what} is over a limit ({}); again in {seconds} s", why.code()))
            }
            Self::CannotRemember => {
                (refused, "what the session has seen cannot be remembered".into())
            }
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
            Self::NotLetIn(why) => (refused, why.description().into()),
            Self::Cancelled | Self::NotAsked => (refused, self.code().into()),
        }
    }
}

/// What somebody is told to whom policy says no.
fn of_policy(reason: Reason, what: &str, server: &str) -> (i64, String) {
    let refused = reply::REFUSED;
    match reason {
        // As if it did not exist. "Forbidden" would tell a caller which names to try.
        Reason::NotApproved => (reply::INVALID_PARAMS, format!("unknown {what}")),
        Reason::ServerNotApproved => (
            refused,
            format!("server {server} is not approved; see `mcpwarden approve --name {server}`"),
        ),
        Reason::Drifted => (
            refused,
            format!(
                "{what} has changed since it was approved; \
                     see `mcpwarden approve --diff --name {server}`"
            ),
        ),
        Reason::ArtifactDrifted | Reason::ArtifactUnknown => (
            refused,
            format!(
                "what runs as {server} is not what was approved; \
                     see `mcpwarden approve --diff --name {server}`"
            ),
        ),
        Reason::NotCertified(why) => (
            refused,
            format!(
                "server {server} does not count as certified ({}); \
                     see `mcpwarden verify --server {server}`",
                why.code()
            ),
        ),
        Reason::CouldNotTell => {
            (refused, format!("could not tell whether {what} is what was approved"))
        }
        Reason::AskNotApproved => (refused, format!("{what} was not approved")),
        Reason::Rules(why) => (refused, format!("policy refuses {what} ({})", why.code())),
        Reason::NeedsApproval => (refused, format!("{what} has to be approved by a person first")),
    }
}
