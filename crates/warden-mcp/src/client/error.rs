//! Why a server could not be asked.

use std::io;

use thiserror::Error;
use warden_model::{Hidden, UnreadReason};

use crate::{FrameError, Method};

/// Why a server could not be asked. Its message holds nothing that the server or the
/// configuration said, and therefore no secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The program could not be started.
    #[error("the program cannot be started")]
    Start(#[source] io::Error),
    /// A thread or another means of our own is missing.
    #[error("the system lacks the means to ask")]
    Means(#[source] io::Error),
    /// The server ended or hung up before it had answered.
    #[error("the server ended before it had answered `{}`", .0.name())]
    Gone(Method),
    /// The server did not answer in time.
    #[error("no answer to `{}` in time", .0.name())]
    Timeout(Method),
    /// The server does not read what is sent to it.
    #[error("the server does not read its input")]
    Deaf,
    /// The answers are larger than is read.
    #[error("the answers are larger than is read")]
    TooLarge,
    /// A list has more pages than are read, or the same page again and again.
    #[error("`{}` has more pages than are read", .0.name())]
    TooManyPages(Method),
    /// The definitions hold more values than are kept.
    #[error("the definitions hold more values than are kept")]
    TooManyValues,
    /// The answer is not a message.
    #[error("the answer to `{}` is not a message: {why}", method.name())]
    Frame {
        /// What was asked.
        method: Method,
        /// What is wrong with the answer.
        why: FrameError,
    },
    /// The answer lacks what it should have.
    #[error("the answer to `{}` has no usable `{member}`", method.name())]
    Shape {
        /// What was asked.
        method: Method,
        /// The member that is missing or of another kind.
        member: &'static str,
    },
    /// The server refused.
    #[error("the server answered `{}` with error {code}", method.name())]
    Refused {
        /// What was asked.
        method: Method,
        /// The JSON-RPC code.
        code: i64,
    },
    /// No revision is spoken by both.
    #[error("the server speaks no protocol revision that we know")]
    Revision,
    /// The address is not one that can be asked.
    #[error("the address is not a plain `http` or `https` URL")]
    Address,
    /// A configured header cannot be sent.
    #[error("the header `{0}` cannot be sent")]
    Header(Box<str>),
    /// The server cannot be reached.
    #[error("the address cannot be reached")]
    Connect(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server cannot be reached safely: there are no roots of trust.
    #[error("the certificates of this machine cannot be read")]
    Trust(#[source] io::Error),
    /// The server sends its clients elsewhere. Credentials do not follow.
    #[error("the server sends its clients to another address (status {0})")]
    Elsewhere(u16),
    /// The server answered with a status that means no.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The answer has a content type that MCP does not have.
    #[error("the answer is neither JSON nor an event stream")]
    ContentType,
}

impl ProbeError {
    /// The kind of trouble it is, for reports.
    #[must_use]
    pub const fn reason(&self) -> UnreadReason {
        match self {
            Self::Start(_)
            | Self::Gone(_)
            | Self::Address
            | Self::Header(_)
            | Self::Connect(_)
            | Self::Trust(_)
            | Self::Elsewhere(_)
            | Self::Status(_) => UnreadReason::Unreachable,
            Self::Means(_) => UnreadReason::Io,
            Self::Timeout(_) | Self::Deaf => UnreadReason::Timeout,
            Self::TooLarge | Self::TooManyPages(_) | Self::TooManyValues => UnreadReason::TooLarge,
            Self::Frame { .. }
            | Self::Shape { .. }
            | Self::Refused { .. }
            | Self::Revision
            | Self::ContentType => UnreadReason::Protocol,
        }
    }
}

/// A probe that did not come to its end.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct Failed {
    /// Why.
    #[source]
    pub error: ProbeError,
    /// The end of what a started server wrote to its standard error. It may hold anything.
    pub said: Hidden,
}

impl From<ProbeError> for Failed {
    fn from(error: ProbeError) -> Self {
        Self { error, said: Hidden::default() }
    }
}
