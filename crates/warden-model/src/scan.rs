//! What a scan found, ready to be shown: every text in here may be printed.

use crate::{
    AutoApprove, Credential, DefinitionKind, Effect, Finding, Location, Package, Scope, Transport,
    Unread,
};

/// The outcome of a scan.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Every server, in the order of client, file and pointer.
    pub servers: Vec<ServerEntry>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What servers show models.
    pub surfaces: Vec<SurfaceView>,
    /// What was looked at and what could not be.
    pub coverage: Coverage,
}

/// A configured server, with every secret taken out.
#[derive(Clone, Debug)]
pub struct ServerEntry {
    /// The name in the configuration.
    pub name: String,
    /// The client, by its identifier.
    pub client: String,
    /// For whom the configuration counts.
    pub scope: Scope,
    /// The entry.
    pub location: Location,
    /// How messages travel.
    pub transport: Transport,
    /// The command line, redacted.
    pub command: Option<String>,
    /// The URL, redacted.
    pub url: Option<String>,
    /// The package that runs.
    pub package: Option<Package>,
    /// The credentials that it refers to.
    pub credentials: Vec<Credential>,
    /// What the client lets it do without asking.
    pub auto_approve: AutoApprove,
    /// Whether the client would start it.
    pub enabled: bool,
    /// Whether it starts through `mcpwarden run`.
    pub guarded: bool,
}

/// What one server shows a model, with hidden characters made visible.
#[derive(Clone, Debug)]
pub struct SurfaceView {
    /// The server's name.
    pub server: String,
    /// Whether the running server was asked.
    pub live: bool,
    /// The protocol revision that was spoken.
    pub protocol: Option<String>,
    /// The server's name and version as it gives them.
    pub implementation: Option<(String, String)>,
    /// Every text that a model reads.
    pub texts: Vec<TextView>,
}

/// One text that a model reads.
#[derive(Clone, Debug)]
pub struct TextView {
    /// What it belongs to; `None` for the server's instructions.
    pub kind: Option<DefinitionKind>,
    /// The name of what it belongs to.
    pub name: String,
    /// RFC 6901 pointer inside the definition.
    pub pointer: String,
    /// The text with hidden characters made visible.
    pub shown: String,
    /// How many characters had to be made visible.
    pub hidden: usize,
    /// What the tool does; only on the first text of a tool.
    pub effect: Option<Effect>,
}

/// What was looked at, and what could not be.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many files were read.
    pub files: usize,
    /// How many running servers were asked.
    pub asked: usize,
    /// How many rules ran.
    pub rules: usize,
    /// What should have been read and could not be.
    pub unread: Vec<Unread>,
}

impl Coverage {
    /// Whether everything that should have been read was read.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.unread.is_empty()
    }
}
