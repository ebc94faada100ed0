//! A client end that asks a server what it shows a model, and nothing else.
//!
//! It speaks both eras, over standard input and output, Streamable HTTP and the older HTTP with
//! server-sent events. It calls no tool and reads no resource. It says that it is capable of
//! everything, so that a server shows all it has, and refuses what is then asked of it. Every answer is checked by [`crate::frame::parse`], and definitions are kept member
//! for member.
//!
//! Everything a server can draw out is bounded: the time of the whole probe, the bytes of all its
//! answers, the pages of a list, the values in its definitions, its standard error.

mod child;
mod error;
mod http;
mod lists;
mod stdio;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use warden_model::{Definition, DefinitionKind};

pub use child::{Process, Started, start_in_group};
pub use error::{Failed, ProbeError};
pub use http::{
    Asking, Document, DocumentError, First, GetError, Getter, Getting, Got, Refused, Stranger,
    Target, as_stranger, document, probe_http,
};
pub use stdio::probe_stdio;

/// How much a server may draw out of a probe.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the whole probe may take.
    pub whole: Duration,
    /// How long an unanswered question that not every server knows is waited for.
    pub silence: Duration,
    /// How long a process is given to end after its input was closed, and again after it was told.
    pub ending: Duration,
    /// How many bytes all answers together may have.
    pub bytes: usize,
    /// How many pages one list may have.
    pub pages: usize,
    /// How many values all definitions together may hold.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole: Duration::from_secs(30),
            silence: Duration::from_secs(3),
            ending: Duration::from_secs(1),
            bytes: 64 * 1024 * 1024,
            pages: 200,
            values: 1_000_000,
        }
    }
}

/// What a server shows a model.
#[derive(Debug)]
pub struct Shown {
    /// The protocol revision that was spoken.
    pub protocol: String,
    /// Name and version as the server gives them.
    pub implementation: Option<(String, String)>,
    /// The server's instructions to the model.
    pub instructions: Option<String>,
    /// Whether the server says of any of its lists that it changes (`listChanged`).
    pub lists_change: bool,
    /// Every definition, in the order of the lists; their locations are empty.
    pub definitions: Vec<Definition>,
    /// The lists that could not be read to their end.
    pub gaps: Vec<Gap>,
}

/// A list that could not be read to its end.
#[derive(Debug)]
pub struct Gap {
    /// Which list.
    pub kind: DefinitionKind,
    /// Why.
    pub error: ProbeError,
}
