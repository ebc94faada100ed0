//! What stands in the catalog: one version of a server, and why it is trusted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use warden_model::{Digest, Effect};

/// One certified version of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The server's name in reverse-DNS form, for example `com.example/weather`.
    pub name: String,
    /// The name by which `mcpwarden run` starts it: the one it was certified by.
    pub runs_as: String,
    /// A name for people.
    pub title: Option<String>,
    /// What the server does, in at most 100 characters.
    pub description: String,
    /// Its version; one version, no range.
    pub version: String,
    /// Where its source is.
    pub repository: Option<Repository>,
    /// Where people read more.
    pub website: Option<String>,
    /// The packages it comes as.
    pub packages: Vec<Package>,
    /// The addresses at which it can be reached.
    pub remotes: Vec<Remote>,
    /// What its tools do, so that people see it before they add it.
    pub effects: BTreeSet<Effect>,
    /// Why it is in the catalog.
    pub certificate: Certificate,
    /// Whether it may still be used.
    pub status: Status,
    /// When it came into the catalog.
    pub published: Timestamp,
    /// When anything about it changed for the last time.
    pub updated: Timestamp,
}

impl Entry {
    /// The part of the name behind the slash.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// What people call it.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// Where the source of a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// For people and for `git clone`.
    pub url: String,
    /// The service, for example `github`.
    pub source: String,
    /// The service's own identifier.
    pub id: Option<String>,
    /// The folder of the server in it.
    pub subfolder: Option<String>,
}

/// Whether a version may still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is certified.
    Active,
    /// It is certified, and people are asked to move on.
    Deprecated(Change),
    /// Its certificate is revoked or has expired. Clients that follow the catalog see it go.
    Deleted(Change),
}

impl Status {
    /// The word of the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deprecated(_) => "deprecated",
            Self::Deleted(_) => "deleted",
        }
    }

    /// When and why it changed, if it did.
    #[must_use]
    pub const fn change(&self) -> Option<&Change> {
        match self {
            Self::Active => None,
            Self::Deprecated(change) | Self::Deleted(change) => Some(change),
        }
    }

    /// Whether it is gone.
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        matches!(self, Self::Deleted(_))
    }
}

/// When a status changed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Why, in at most 500 characters.
    pub why: Option<String>,
}

/// What the certificate of a version says, as far as the catalog shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The level, 0 to 3.
    pub level: u8,
    /// The score, 0 to 100.
    pub score: u8,
    /// From when it counts.
    pub issued: Timestamp,
    /// From when on it does not count any more.
    pub expires: Timestamp,
    /// The digest of the certificate itself.
    pub digest: Digest,
    /// The digest of what was certified; a server elsewhere has none.
    pub artifact: Option<Digest>,
    /// The digest of the manifest with the definitions of its tools.
    pub manifest: Option<Digest>,
}

/// How a package is distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistryType {
    /// Node packages.
    Npm,
    /// Python packages.
    Pypi,
    /// Container images. The version is in the identifier.
    Oci,
    /// Bundles for desktop clients, by URL. They need a digest.
    Mcpb,
}

impl RegistryType {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Npm, Self::Pypi, Self::Oci, Self::Mcpb];

    /// The word of the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Oci => "oci",
            Self::Mcpb => "mcpb",
        }
    }
}

/// One package of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// How it is distributed.
    pub registry: RegistryType,
    /// Its name, its image reference or its URL.
    pub identifier: String,
    /// Its version, where the identifier does not have it already.
    pub version: Option<String>,
    /// The digest of its file.
    pub sha256: Option<Digest>,
    /// How one speaks to it once it runs.
    pub transport: Transport,
    /// What runs it, for example `npx`.
    pub runtime_hint: Option<String>,
    /// Arguments for what runs it.
    pub runtime_arguments: Vec<Argument>,
    /// Arguments for the server.
    pub arguments: Vec<Argument>,
    /// The environment variables that it reads.
    pub environment: Vec<Variable>,
}

/// How one speaks to a package that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Over its pipes.
    Stdio,
    /// Over HTTP.
    Http(Remote),
}

/// An argument of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A word, or a place for one.
    Positional {
        /// What belongs there.
        hint: Option<String>,
        /// The word; whoever adds the server is asked if there is none.
        value: Option<String>,
    },
    /// A flag with its value.
    Named {
        /// The flag, with its dashes.
        name: String,
        /// Its value.
        value: Option<String>,
    },
}

/// An environment variable or a header that a server wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its value, if there is only one. Never one that is secret.
    pub value: Option<String>,
    /// Its value if nobody gives one. Never one that is secret.
    pub default: Option<String>,
    /// Whether the server does not work without it.
    pub required: bool,
    /// Whether its value is a secret.
    pub secret: bool,
}

/// An address at which a server can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Which protocol is spoken there.
    pub kind: RemoteKind,
    /// The address.
    pub url: String,
    /// The headers that it wants.
    pub headers: Vec<Variable>,
}

/// What is spoken at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteKind {
    /// Streamable HTTP.
    StreamableHttp,
    /// The older HTTP with server-sent events.
    Sse,
}

impl RemoteKind {
    /// The word of the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StreamableHttp => "streamable-http",
            Self::Sse => "sse",
        }
    }
}
