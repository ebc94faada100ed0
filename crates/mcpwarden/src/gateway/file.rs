//! The file, as it is written.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::Deserialize;

/// A gateway's configuration.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where it listens.
    #[serde(default = "Config::loopback")]
    pub(crate) listen: SocketAddr,
    /// That it may be reached from other machines.
    #[serde(default)]
    pub(crate) public: bool,
    /// Names that `Host` may carry beside those of loopback.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// Origins that browsers may come from.
    #[serde(default)]
    pub(crate) origins: Vec<String>,
    pub(crate) tls: Option<Tls>,
    /// Threads that carry connections; as many as there are processors otherwise.
    pub(crate) threads: Option<usize>,
    /// Seconds that what is under way may take once the gateway is told to stop.
    #[serde(default = "Config::drain")]
    pub(crate) drain: u64,
    /// What names of tools look like to clients, unless a server says otherwise.
    #[serde(default)]
    pub(crate) names: Names,
    /// The file with the secret that session identifiers are sealed with; replicas share it.
    pub(crate) secret: Option<PathBuf>,
    #[serde(default)]
    pub(crate) limits: Limits,
    #[serde(default)]
    pub(crate) inspect: Inspect,
    #[serde(default)]
    pub(crate) ledger: Ledger,
    #[serde(default, rename = "client")]
    pub(crate) clients: Vec<Client>,
    #[serde(default, rename = "server")]
    pub(crate) servers: Vec<Server>,
    #[serde(default, rename = "view")]
    pub(crate) views: Vec<View>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// Who signs the certificates that clients have to show.
    pub(crate) clients: Option<PathBuf>,
}

/// What names of tools look like to clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Names {
    /// `server__tool`.
    #[default]
    Prefixed,
    /// As the servers give them.
    Plain,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// The longest message, in bytes.
    pub(crate) message: Option<usize>,
    /// The longest body of a request, in bytes.
    pub(crate) body: Option<usize>,
    /// The longest head of a request, in bytes.
    pub(crate) head: Option<usize>,
    /// Seconds for the head of a request.
    pub(crate) head_seconds: Option<u64>,
    /// Seconds for its body.
    pub(crate) body_seconds: Option<u64>,
    /// Seconds that a connection may be idle.
    pub(crate) idle_seconds: Option<u64>,
    /// Connections at a time.
    pub(crate) connections: Option<usize>,
    /// Seconds of silence after which a stream gets a comment.
    pub(crate) keep_alive_seconds: Option<u64>,
    /// Seconds that a session may be idle.
    pub(crate) session_seconds: Option<u64>,
    /// Seconds that a question to a client may wait.
    pub(crate) question_seconds: Option<u64>,
    /// Seconds that a look at a server's lists is believed.
    pub(crate) recheck_seconds: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inspect {
    /// Whether arguments and answers are looked at.
    #[serde(default = "yes")]
    pub(crate) content: bool,
    /// What to do with an answer that holds text hostile to a model.
    #[serde(default)]
    pub(crate) hostile: Hostile,
}

impl Default for Inspect {
    fn default() -> Self {
        Self { content: true, hostile: Hostile::Observe }
    }
}

/// What to do with an answer that holds text hostile to a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hostile {
    /// It is written into the ledger.
    #[default]
    Observe,
    /// It is refused.
    Refuse,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ledger {
    /// What a record outlives before its call is forwarded.
    #[serde(default)]
    pub(crate) outlives: Outlives,
}

/// What a record outlives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outlives {
    /// The end of the process.
    #[default]
    Process,
    /// The loss of power.
    Power,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) name: String,
    /// The SHA-256 digest of its bearer token, in hexadecimal.
    pub(crate) token_sha256: Option<String>,
    /// The name in its certificate.
    pub(crate) certificate: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) name: String,
    /// The name by which it was approved, if that is another one.
    pub(crate) approved_as: Option<String>,
    /// What stands before the names of its tools and prompts.
    pub(crate) prefix: Option<String>,
    /// A program and its arguments.
    pub(crate) command: Option<Vec<String>>,
    /// Where it starts.
    pub(crate) folder: Option<PathBuf>,
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Where it is reached.
    pub(crate) url: Option<String>,
    /// `http` or `sse`.
    #[serde(default)]
    pub(crate) transport: Transport,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// Who signs its certificate, beside those whom the system trusts.
    pub(crate) authorities: Option<PathBuf>,
    #[serde(default)]
    pub(crate) share: Share,
    /// Connections at a time.
    pub(crate) connections: Option<usize>,
    /// Requests under way on one connection.
    pub(crate) requests: Option<usize>,
    /// Seconds after which a connection that nobody uses is closed.
    pub(crate) idle_seconds: Option<u64>,
    /// Seconds until it has introduced itself.
    pub(crate) open_seconds: Option<u64>,
    /// Seconds that a list or a completion may take.
    pub(crate) quick_seconds: Option<u64>,
    /// Seconds that a call may take, and again after each report of progress.
    pub(crate) call_seconds: Option<u64>,
    /// Seconds that a call may take in all.
    pub(crate) whole_seconds: Option<u64>,
    /// Failures in a row after which it is left alone for a while.
    pub(crate) failures: Option<u32>,
}

/// How a URL is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Transport {
    /// Streamable HTTP.
    #[default]
    Http,
    /// HTTP with server-sent events, of 2024-11-05.
    Sse,
}

/// Who shares a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Share {
    /// Everybody.
    All,
    /// Each client has its own.
    #[default]
    Client,
    /// Each session has its own.
    Session,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    pub(crate) name: String,
    /// The servers in it.
    pub(crate) servers: Vec<String>,
    /// Its tools, by their names for clients; `*` stands for anything.
    #[serde(default)]
    pub(crate) tools: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl Config {
    const fn loopback() -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8931)
    }

    const fn drain() -> u64 {
        30
    }

    /// What the form alone does not say.
    ///
    /// # Errors
    /// The first contradiction.
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.listen.ip().is_loopback() {
            if !self.public {
                return Err(format!(
                    "`listen = \"{}\"` can be reached from other machines; \
                     say `public = true` if that is wanted",
                    self.listen
                ));
            }
            if self.clients.is_empty() {
                return Err("whoever can be reached from other machines has to know its clients; \
                            add a `[[client]]`"
                    .into());
            }
        }
        for client in &self.clients {
            client.check()?;
        }
        if self.clients.iter().any(|client| client.certificate.is_some())
            && self.tls.as_ref().is_none_or(|tls| tls.clients.is_none())
        {
            return Err("a client shows a certificate, but `tls.clients` names no authority".into());
        }
        if self.servers.is_empty() {
            return Err("there is no `[[server]]`".into());
        }
        self.servers.iter().try_for_each(Server::check)?;
        self.views.iter().try_for_each(|view| name("view", &view.name))
    }
}

impl Client {
    fn check(&self) -> Result<(), String> {
        name("client", &self.name)?;
        if let Some(digest) = &self.token_sha256
            && warden_model::Digest::from_hex(digest.as_bytes()).is_err()
        {
            return Err(format!(
                "`token_sha256` of client `{}` is not a SHA-256 digest in lower-case hexadecimal",
                self.name
            ));
        }
        if self.token_sha256.is_none() && self.certificate.is_none() {
            return Err(format!(
                "client `{}` shows nothing: give it `token_sha256` or `certificate`",
                self.name
            ));
        }
        Ok(())
    }
}

impl Server {
    fn check(&self) -> Result<(), String> {
        name("server", &self.name)?;
        let Self { name, command, url, .. } = self;
        match (command, url) {
            (Some(_), Some(_)) => Err(format!("server `{name}` has both `command` and `url`")),
            (None, None) => Err(format!("server `{name}` has neither `command` nor `url`")),
            (Some(command), None) if command.is_empty() => {
                Err(format!("`command` of server `{name}` is empty"))
            }
            (Some(_), None) if !self.headers.is_empty() || self.authorities.is_some() => {
                Err(format!("server `{name}` is a program and has no headers or authorities"))
            }
            (None, Some(_)) if !self.env.is_empty() || self.folder.is_some() => {
                Err(format!("server `{name}` is a URL and has no environment or folder"))
            }
            _ => Ok(()),
        }
    }
}

/// Names stand in paths, in the ledger and before tools.
fn name(what: &str, name: &str) -> Result<(), String> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(good) {
        return Ok(());
    }
    Err(format!("the {what} name `{name}` is not of 1 to 64 letters, digits, `-`, `_` and `.`"))
}
