//! A server as it is configured for one agent on one machine.

use crate::{Hidden, Location};

/// A server as configured for one agent: where it is written, how it starts, what it is given.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name in the configuration.
    pub name: String,
    /// The client whose configuration it is, by its identifier in the table of clients.
    pub client: String,
    /// For whom the configuration counts.
    pub scope: Scope,
    /// The entry: file, JSON pointer and line.
    pub location: Location,
    /// How messages travel.
    pub transport: Transport,
    /// What is started or spoken to.
    pub endpoint: Endpoint,
    /// The package that runs, if the command names one.
    pub package: Option<Package>,
    /// The credentials that it refers to, by name only.
    pub credentials: Vec<Credential>,
    /// What the client lets it do without asking.
    pub auto_approve: AutoApprove,
    /// Whether the client would start it.
    pub enabled: bool,
    /// Whether it starts through `mcpwarden run`; `endpoint` is then the server behind that.
    pub guarded: bool,
    /// The user of the machine who starts it, if it is known.
    pub user: Option<String>,
}

/// For whom a configuration counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One person on this machine.
    User,
    /// Everybody who opens this folder.
    Project,
    /// Set by the organisation.
    Managed,
    /// Brought by a plug-in or extension of the client.
    Plugin,
    /// A file that was named on the command line.
    Given,
}

impl Scope {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
            Self::Managed => "managed",
            Self::Plugin => "plugin",
            Self::Given => "given",
        }
    }
}

/// How messages travel between client and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Standard input and output of a child process.
    Stdio,
    /// Streamable HTTP.
    Http,
    /// HTTP with server-sent events, deprecated since revision 2025-03-26.
    Sse,
    /// `WebSocket`, not part of the specification.
    WebSocket,
    /// Part of the client itself.
    Builtin,
    /// The configuration does not say, or says something we do not know.
    Unknown,
}

impl Transport {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Http => "http",
            Self::Sse => "sse",
            Self::WebSocket => "ws",
            Self::Builtin => "builtin",
            Self::Unknown => "unknown",
        }
    }
}

/// What is started or spoken to.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// A child process.
    Command(Launch),
    /// A URL.
    Remote(Remote),
    /// Something inside the client.
    Builtin,
}

/// How a child process is started.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The program, as written.
    pub command: String,
    /// Its arguments, in order.
    pub args: Vec<Hidden>,
    /// Environment variables that the configuration sets.
    pub env: Vec<Setting>,
    /// A file with more of them, as written.
    pub env_file: Option<String>,
    /// The working directory, as written.
    pub cwd: Option<String>,
}

/// A server behind a URL.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    /// The URL as written; its query or user part may hold a secret.
    pub url: Hidden,
    /// Headers that the configuration sets.
    pub headers: Vec<Setting>,
}

/// A name with a value that may be secret: an environment variable or a header.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name.
    pub name: String,
    /// The value as written, references such as `${TOKEN}` not resolved.
    pub value: Hidden,
    /// Where the value stands.
    pub location: Location,
}

/// The package that a command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Where it comes from.
    pub registry: Registry,
    /// Its name there, for example `@modelcontextprotocol/server-memory`.
    pub name: String,
    /// The version, tag or range that was asked for, if any.
    pub version: Option<String>,
    /// Whether the next start can run something else.
    pub pinning: Pinning,
    /// Who publishes it, if the name tells: npm scope, image namespace, repository owner.
    pub publisher: Option<String>,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registry {
    /// npm: `npx`, `bunx`, `pnpm dlx`, `yarn dlx`, `npm exec`.
    Npm,
    /// PyPI: `uvx`, `uv tool run`, `pipx run`.
    PyPi,
    /// A container image: `docker run`, `podman run`, `nerdctl run`.
    Oci,
    /// A Git repository given to one of the above.
    Git,
    /// An archive or other address given to one of the above.
    Url,
    /// Other registries: JSR, Go modules, crates, .NET tools.
    Other,
    /// A file or folder of this machine.
    Local,
}

impl Registry {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "pypi",
            Self::Oci => "oci",
            Self::Git => "git",
            Self::Url => "url",
            Self::Other => "other",
            Self::Local => "local",
        }
    }
}

/// Whether the next start can run something other than the last one did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pinning {
    /// Bound to a digest or a commit.
    Digest,
    /// One version, which its registry does not let anybody change.
    Exact,
    /// A range, a tag, a branch or nothing: whatever is newest.
    Floating,
    /// A local file, which changes when somebody changes it.
    Local,
}

impl Pinning {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Exact => "exact",
            Self::Floating => "floating",
            Self::Local => "local",
        }
    }
}

/// A credential that a connection refers to. It holds a name and never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// How it is referred to.
    pub kind: CredentialKind,
    /// Its name: of the variable, header, parameter, file or input.
    pub name: String,
    /// Whether the value itself stands in the configuration.
    pub literal: bool,
    /// Where.
    pub location: Location,
    /// What says that it is one of production; none says nothing about it.
    pub production: Option<Production>,
}

/// What says that a credential is one of production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Production {
    /// Its name.
    Name,
    /// How its value begins: some services tell their live keys from those for tests.
    Value,
    /// The host that it is for.
    Host,
    /// The profile, context or account that is chosen beside it.
    Profile,
}

impl Production {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Value => "value",
            Self::Host => "host",
            Self::Profile => "profile",
        }
    }
}

/// How a connection refers to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialKind {
    /// An environment variable of the child process.
    Env,
    /// A file of environment variables.
    EnvFile,
    /// An HTTP header.
    Header,
    /// A command-line argument.
    Argument,
    /// The user part or the query of a URL.
    Url,
    /// OAuth client settings.
    OAuth,
    /// The client asks the person for it.
    Prompt,
    /// A command prints it.
    Helper,
}

impl CredentialKind {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::EnvFile => "env-file",
            Self::Header => "header",
            Self::Argument => "argument",
            Self::Url => "url",
            Self::OAuth => "oauth",
            Self::Prompt => "prompt",
            Self::Helper => "helper",
        }
    }
}

/// What the client lets a server do without asking the person.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum AutoApprove {
    /// It asks, or we know of nothing that says otherwise.
    #[default]
    Ask,
    /// These tools run without asking.
    Tools(Vec<String>),
    /// Every tool runs without asking; holds the setting that says so.
    All(String),
}
