//! Why a server cannot be spoken to.

use std::io;

use thiserror::Error;

/// Why a server cannot be spoken to, or does not answer as it should. Nothing of it holds a
/// header, a URL, or anything that the server said, but for [`LinkError::Refused`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum LinkError {
    /// The URL or a header of the configuration cannot be used.
    #[error("the address or a header cannot be used")]
    BadAddress,
    /// The program cannot be started.
    #[error("the program cannot be started: {0}")]
    CannotStart(io::ErrorKind),
    /// Nothing can be connected to.
    #[error("the server cannot be connected to: {0}")]
    CannotConnect(io::ErrorKind),
    /// There is no safe connection.
    #[error("the server cannot be connected to safely")]
    Tls,
    /// An answer with a status that says no, and no more than that.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// There is nothing that the server could be shown: the code of why.
    #[error("there is no credential for the server: {0}")]
    Credential(&'static str),
    /// The server has forgotten the session.
    #[error("the server has forgotten the session")]
    SessionGone,
    /// Neither JSON nor a stream of events, or not as it is.
    #[error("the answer is neither plain JSON nor a plain stream of events")]
    WrongContentType,
    /// Not HTTP, or not a message.
    #[error("the answer cannot be read")]
    Malformed,
    /// Longer than is taken.
    #[error("the answer is longer than is taken")]
    TooLong,
    /// What the server sent was not taken off our hands.
    #[error("what the server sent was not taken in time")]
    TooSlow,
    /// The server hung up before it had answered.
    #[error("the server ended before it had answered")]
    Ended,
    /// The server had gone before anything was sent.
    #[error("the server has gone")]
    Gone,
    /// Not in time.
    #[error("the server did not answer in time")]
    Timeout,
    /// No revision is spoken by both.
    #[error("the server speaks no revision of the protocol that we know")]
    Unsupported,
    /// The server refused to introduce itself; its error as it was written.
    #[error("the server refused to introduce itself")]
    Refused(Box<str>),
}

impl LinkError {
    /// The word for metrics and ledger.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::BadAddress => "bad-address",
            Self::CannotStart(_) => "cannot-start",
            Self::CannotConnect(_) => "cannot-connect",
            Self::Tls => "tls",
            Self::Status(_) => "status",
            Self::Credential(code) => code,
            Self::SessionGone => "session-gone",
            Self::WrongContentType => "wrong-content-type",
            Self::Malformed => "malformed-answer",
            Self::TooLong => "answer-too-long",
            Self::TooSlow => "too-slow",
            Self::Ended => "server-ended",
            Self::Gone => "server-gone",
            Self::Timeout => "timeout",
            Self::Unsupported => "unsupported-revision",
            Self::Refused(_) => "refused-introduction",
        }
    }

    /// Whether nothing was sent for certain, so that sending it again cannot do it twice.
    #[cfg(test)]
    pub(crate) const fn unsent(&self) -> bool {
        match self {
            Self::BadAddress
            | Self::CannotStart(_)
            | Self::CannotConnect(_)
            | Self::Tls
            | Self::Gone => true,

            // What was shown before may have been sent and refused.
            Self::Credential(_)
            | Self::Status(_)
            | Self::SessionGone
            | Self::WrongContentType
            | Self::Malformed
            | Self::TooLong
            | Self::TooSlow
            | Self::Ended
            | Self::Timeout
            | Self::Unsupported
            | Self::Refused(_) => false,
        }
    }
}
