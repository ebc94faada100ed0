//! What a gateway is set up with, already read and checked.

use std::{
    collections::BTreeMap, ffi::OsString, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration,
};

use warden_detect::DataClass;
use warden_model::{Digest, Hidden};
use warden_policy::{
    Bundle,
    access::{How, Policies, Principal, SessionKey},
};

use super::metrics::Transport;
use crate::content::{Inspection, Limits};
use crate::credentials::Credentials;
use crate::identity::IdentitySettings;
use crate::{holds::WebhookSettings, operator::Operators};

/// Everything that can be set. Comparing two says what a reload has to change.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where and how clients are let in.
    pub listen: Listen,
    /// Who may come in, by tokens, keys and certificates. With it, `clients` are not asked.
    pub identity: Option<IdentitySettings>,
    /// Who may come in. Empty, and without `identity`: anybody who reaches the listener, as
    /// `anonymous`.
    pub clients: Vec<ClientKey>,
    /// The rules by which calls are judged beside what was approved; none judge without.
    pub policies: Option<Arc<Policies>>,
    /// The servers behind the door, in the order of their lists.
    pub servers: Vec<ServerSettings>,
    /// Named subsets of what the servers offer.
    pub views: Vec<View>,
    /// How large things may be.
    pub limits: Limits,
    /// What is looked for in what passes, and what follows.
    pub inspection: Arc<Inspection>,
    /// How long a look at a list is believed.
    pub trust: Duration,
    /// How long a look may take before what waits for it is refused.
    pub patience: Duration,
    /// How long a legacy session that says nothing is kept.
    pub session_idle: Duration,
    /// How long a request state or a parked request waits for its continuation.
    pub state_life: Duration,
    /// Who may read metrics.
    pub metrics: Watchers,
    /// Where traces are sent, if they are.
    pub traces: Option<Traces>,
    /// Who operates the gateway over HTTP.
    pub operators: Operators,
    /// Who is told of calls that wait for a person. It counts from the start of the gateway.
    pub webhook: Option<WebhookSettings>,
}

/// Who may read metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watchers {
    /// Whoever reaches the listener.
    Anybody,
    /// Those who may come in as clients, and nobody if there are none.
    Clients,
    /// Nobody.
    Nobody,
}

/// The listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The address. Anything but loopback has to be said in the configuration.
    pub address: SocketAddr,
    /// Names that `Host` may carry, without port; loopback names are always among them.
    pub hosts: Vec<String>,
    /// Origins that a browser may come from, as `scheme://host[:port]`; none by default.
    pub origins: Vec<String>,
    /// Certificate and key; plain HTTP without.
    pub tls: Option<Tls>,
    /// What a client may draw out.
    pub http: HttpLimits,
    /// How long what is under way may take once the gateway has been told to stop.
    pub drain: Duration,
    /// How many threads carry connections.
    pub threads: usize,
}

/// Where traces are sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Traces {
    /// The collector: an `http` or `https` URL, with its path, which is usually `/v1/traces`.
    pub endpoint: String,
    /// Headers for the collector, credentials included.
    pub headers: Vec<(String, Hidden)>,
    /// The share of traces that begin here which is kept, from 0 to 1. Whoever begins a trace
    /// elsewhere decides about it there.
    pub ratio: f64,
}

/// Files in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Who signs the certificates that clients have to show; none are asked for without.
    pub client_authority: Option<PathBuf>,
}

/// What a client may draw out of the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// The longest body, in bytes, also once it is decompressed.
    pub body: usize,
    /// The longest head of a request, in bytes.
    pub head: usize,
    /// How long the head of a request may take.
    pub head_time: Duration,
    /// How long a body may take.
    pub body_time: Duration,
    /// How long a connection may be idle between requests.
    pub idle: Duration,
    /// How many connections there may be at a time.
    pub connections: usize,
    /// How often a silent stream of events is kept alive with a comment.
    pub keep_alive: Duration,
    /// How many streams one HTTP/2 connection may have.
    pub streams: u32,
    /// How long a client may leave what it is sent in our hands.
    pub stall: Duration,
    /// How many bytes of bodies that come in pieces may be held at a time, over all clients.
    pub held: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body: 4 << 20,
            head: 32 << 10,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            connections: 20_000,
            keep_alive: Duration::from_secs(15),
            streams: 128,
            stall: Duration::from_mins(1),
            held: 256 << 20,
        }
    }
}

/// Who a client is, by what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    /// The name in the ledger.
    pub name: String,
    /// The person on whose behalf it asks, if that is always the same one.
    pub user: Option<String>,
    /// The digest of the bearer token that it shows.
    pub token: Option<Digest>,
    /// The common name in the certificate that it shows.
    pub certificate: Option<String>,
}

impl ClientKey {
    /// Who it is.
    pub(crate) fn principal(&self) -> Principal {
        let how = if self.certificate.is_some() { How::Certificate } else { How::Key };
        let session = SessionKey::derived(&["client", &self.name]);
        let user = self.user.as_deref().map(Into::into);
        Principal { session, user, ..Principal::of_agent(&self.name, how) }
    }
}

/// One server behind the gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// The name by which it was approved; the first part of the public names of its tools.
    pub name: String,
    /// What stands before the names of its tools and prompts; `""` to leave them as they are.
    pub prefix: String,
    /// How it is reached.
    pub reach: Reach,
    /// What it is shown on behalf of whom a request is for, beside the headers of `reach`. For URLs
    /// only.
    pub credentials: Option<Arc<Credentials>>,
    /// What was approved.
    pub bundle: Bundle,
    /// The digest of what runs, if it has one.
    pub artifact: Option<Digest>,
    /// How what it says has to be treated at least.
    pub class: DataClass,
    /// Who shares a connection.
    pub share: Share,
    /// How many connections there may be at a time, over all who share.
    pub most_connections: usize,
    /// How many requests may be under way on one connection.
    pub most_requests: usize,
    /// When a connection that nobody uses is closed.
    pub idle: Duration,
    /// How long requests may take.
    pub deadlines: Deadlines,
    /// When it is left alone because it fails.
    pub breaker: Breaker,
}

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A program of ours, on its standard input and output.
    Stdio(StdioReach),
    /// Streamable HTTP, of any revision.
    Http(HttpReach),
    /// The older HTTP with server-sent events (2024-11-05).
    Sse(HttpReach),
}

impl Reach {
    /// How messages get there.
    pub(crate) const fn transport(&self) -> Transport {
        match self {
            Self::Stdio(_) => Transport::Stdio,
            Self::Http(_) => Transport::Http,
            Self::Sse(_) => Transport::Sse,
        }
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StdioReach {
    /// This program, with the words that make it a supervisor.
    pub supervisor: Vec<OsString>,
    /// Program and arguments.
    pub command: Vec<OsString>,
    /// Where it starts.
    pub folder: Option<PathBuf>,
    /// Its whole environment, credentials included.
    pub environment: BTreeMap<OsString, Hidden>,
}

/// A URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReach {
    /// Where: `http` or `https`.
    pub url: String,
    /// Headers that are set on every request, credentials included. They never reach a client.
    pub headers: Vec<(String, Hidden)>,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub authorities: Option<PathBuf>,
}

/// Who shares a connection to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Everybody.
    All,
    /// Each principal has connections of its own.
    Principal,
    /// Each session of a legacy client has a connection of its own; modern clients, which have no
    /// sessions, share those of their principal.
    Session,
}

/// How long requests may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Until a connection is open and the server has introduced itself.
    pub open: Duration,
    /// A list, a ping, a completion.
    pub quick: Duration,
    /// A call, or reading something.
    pub call: Duration,
    /// A call that reports progress may take this long in all.
    pub whole: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            open: Duration::from_secs(30),
            quick: Duration::from_secs(15),
            call: Duration::from_mins(1),
            whole: Duration::from_mins(10),
        }
    }
}

/// When a server is left alone because it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// After so many failures in a row.
    pub failures: u32,
    /// For so long at first; twice as long each time it fails again.
    pub rest: Duration,
    /// And never longer than this.
    pub longest: Duration,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 5, rest: Duration::from_secs(1), longest: Duration::from_mins(1) }
    }
}

/// A named subset of what the servers offer, with an endpoint of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name: the last part of the endpoint's path.
    pub name: String,
    /// The servers in it.
    pub servers: Vec<String>,
    /// The public names of the tools in it, `*` standing for anything; all of them if empty.
    pub tools: Vec<String>,
}
