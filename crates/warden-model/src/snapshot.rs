//! What a scan looked at, before any rule ran.

use crate::{Connection, Location, SourceTree, Surface};

/// What collectors read of the world: rules see this and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Every server that is configured somewhere.
    pub connections: Vec<Connection>,
    /// What servers show models, live or saved.
    pub surfaces: Vec<Surface>,
    /// Source code.
    pub sources: Vec<SourceTree>,
    /// The files that were read.
    pub looked: Vec<Looked>,
    /// What should have been read and could not be.
    pub unread: Vec<Unread>,
}

/// A file that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The file.
    pub file: String,
    /// The client that it belongs to, by its identifier.
    pub client: String,
    /// How many servers stood in it.
    pub servers: usize,
}

/// Something that should have been read and could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file, or the entry in it.
    pub location: Location,
    /// The client that it belongs to, if it belongs to one.
    pub client: Option<String>,
    /// Why.
    pub reason: UnreadReason,
    /// More about it, for people; never a secret.
    pub detail: String,
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadReason {
    /// The system does not let us.
    Denied,
    /// It is a directory, socket, pipe or device.
    NotAFile,
    /// It is larger than we read.
    TooLarge,
    /// It is nested deeper than we follow.
    TooDeep,
    /// It is not in the format that it should be in.
    Malformed,
    /// It is not UTF-8.
    Encoding,
    /// It is a link that leaves what was to be scanned.
    Outside,
    /// It is code in a form that is not analysed: compiled, native, or packed once more.
    Opaque,
    /// It has a shape that we do not know.
    Unknown,
    /// The server could not be started or reached.
    Unreachable,
    /// The server did not answer in time.
    Timeout,
    /// The server's answer breaks the protocol.
    Protocol,
    /// Its analysis did not come to an end.
    Unfinished,
    /// Anything else the system said.
    Io,
}

impl UnreadReason {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NotAFile => "not-a-file",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::Malformed => "malformed",
            Self::Encoding => "encoding",
            Self::Outside => "outside",
            Self::Opaque => "opaque-code",
            Self::Unknown => "unknown-shape",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::Unfinished => "unfinished",
            Self::Io => "io",
        }
    }
}
