//! The file, as it is written. What each setting is for stands in the [table](super::table).

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};

use serde::Deserialize;
use warden_detect::{DataClass, Examples, TermCheck};
use warden_proxy::{Follows, Matter, credentials::secrets::Secrets, operator::OperatorTable};

use super::{
    measure::{Size, Span},
    watch::{Metrics, Traces},
};

/// A gateway's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(default = "Config::loopback")]
    pub(crate) listen: SocketAddr,
    #[serde(default)]
    pub(crate) public: bool,
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    #[serde(default)]
    pub(crate) origins: Vec<String>,
    pub(crate) tls: Option<Tls>,
    pub(crate) threads: Option<usize>,
    pub(crate) drain: Option<Span>,
    #[serde(default)]
    pub(crate) names: Names,
    /// Who may do what: the name of a start policy, or a folder.
    pub(crate) policy: Option<String>,
    /// What outlives the process.
    pub(crate) state: Option<PathBuf>,
    pub(crate) secret: Option<PathBuf>,
    #[serde(default)]
    pub(crate) limits: Limits,
    #[serde(default)]
    pub(crate) inspect: Inspect,
    #[serde(default)]
    pub(crate) ledger: Ledger,
    /// Who may read metrics.
    pub(crate) metrics: Option<Metrics>,
    /// Where traces are sent.
    pub(crate) traces: Option<Traces>,
    /// What is asked of certificates.
    #[serde(default)]
    pub(crate) certificates: Certificates,
    /// Where secrets are kept.
    pub(crate) vault: Option<super::secrets::Vault>,
    #[serde(default, rename = "term")]
    pub(crate) terms: Vec<Term>,
    /// Who comes in, by tokens, keys and certificates.
    pub(crate) identity: Option<super::identity::Identity>,
    #[serde(default, rename = "issuer")]
    pub(crate) issuers: Vec<super::identity::Issuer>,
    #[serde(default, rename = "key")]
    pub(crate) keys: Vec<super::identity::Key>,
    #[serde(default, rename = "peer")]
    pub(crate) peers: Vec<super::identity::Peer>,
    #[serde(default, rename = "client")]
    pub(crate) clients: Vec<Client>,
    /// Who operates the gateway over HTTP.
    #[serde(default, rename = "operator")]
    pub(crate) operators: Vec<OperatorTable>,
    /// Who is told of calls that wait.
    pub(crate) webhook: Option<Webhook>,
    #[serde(default, rename = "server")]
    pub(crate) servers: Vec<Server>,
    #[serde(default, rename = "view")]
    pub(crate) views: Vec<View>,
    /// The folder that the file is in: relative paths begin there.
    #[serde(skip)]
    pub(crate) home: PathBuf,
    /// What the references to the vault stand for.
    #[serde(skip)]
    pub(crate) secrets: Option<Arc<Secrets>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) clients: Option<PathBuf>,
}

/// What is asked of certificates.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificates {
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) approved: bool,
    pub(crate) level: Option<u8>,
    pub(crate) trust: Option<PathBuf>,
    pub(crate) revocations: Option<PathBuf>,
    pub(crate) bundle: Option<PathBuf>,
}

/// Where a server is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Environment {
    Sandbox,
    #[default]
    Production,
}

/// What names of tools look like to clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Names {
    #[default]
    Prefixed,
    Plain,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) message: Option<Size>,
    pub(crate) body: Option<Size>,
    pub(crate) head: Option<Size>,
    pub(crate) held: Option<Size>,
    pub(crate) connections: Option<usize>,
    pub(crate) streams: Option<u32>,
    pub(crate) head_time: Option<Span>,
    pub(crate) body_time: Option<Span>,
    pub(crate) stall_time: Option<Span>,
    pub(crate) idle_time: Option<Span>,
    pub(crate) keep_alive: Option<Span>,
    pub(crate) session_time: Option<Span>,
    pub(crate) question_time: Option<Span>,
    pub(crate) recheck: Option<Span>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inspect {
    #[serde(default = "yes")]
    pub(crate) content: bool,
    pub(crate) level: Option<u32>,
    pub(crate) memory: Option<Size>,
    pub(crate) definitions: Option<Then>,
    pub(crate) unread: Option<Then>,
    pub(crate) carried_secrets: Option<Then>,
    pub(crate) copied: Option<Then>,
    pub(crate) secret_arguments: Option<Then>,
    pub(crate) personal_arguments: Option<Then>,
    pub(crate) hidden_arguments: Option<Then>,
    pub(crate) hostile: Option<Then>,
    pub(crate) hidden: Option<Then>,
    pub(crate) links: Option<Then>,
    pub(crate) turned: Option<Then>,
    pub(crate) shape: Option<Then>,
    pub(crate) secrets: Option<Then>,
    pub(crate) personal: Option<Then>,
}

impl Default for Inspect {
    fn default() -> Self {
        // What is not there has what a table without anything in it has.
        Self {
            content: true,
            level: None,
            memory: None,
            definitions: None,
            unread: None,
            carried_secrets: None,
            copied: None,
            secret_arguments: None,
            personal_arguments: None,
            hidden_arguments: None,
            hostile: None,
            hidden: None,
            links: None,
            turned: None,
            shape: None,
            secrets: None,
            personal: None,
        }
    }
}

impl Inspect {
    /// What is set for each matter.
    pub(crate) fn set(&self) -> [(Matter, Option<Then>); 14] {
        [
            (Matter::Definition, self.definitions),
            (Matter::Unread, self.unread),
            (Matter::CarriedSecret, self.carried_secrets),
            (Matter::Copied, self.copied),
            (Matter::SecretArgument, self.secret_arguments),
            (Matter::PersonalArgument, self.personal_arguments),
            (Matter::HiddenArgument, self.hidden_arguments),
            (Matter::Hostile, self.hostile),
            // Who refuses hostile text does not want what hides it either.
            (Matter::Hidden, self.hidden.or(self.hostile)),
            (Matter::Link, self.links),
            (Matter::Turn, self.turned),
            (Matter::Shape, self.shape),
            (Matter::Secret, self.secrets),
            (Matter::Personal, self.personal),
        ]
    }
}

/// A word or pattern that only this company has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Term {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) class: Class,
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) pattern: Option<String>,
    #[serde(default)]
    pub(crate) check: Check,
    #[serde(default)]
    pub(crate) matches: Vec<String>,
    #[serde(default)]
    pub(crate) passes: Vec<String>,
}

impl Term {
    /// The term as detectors take it.
    pub(crate) fn term(&self) -> warden_detect::Term {
        warden_detect::Term {
            name: self.name.clone(),
            class: self.class.0,
            words: self.words.clone(),
            pattern: self.pattern.clone(),
            check: self.check.0,
            examples: Examples { matches: self.matches.clone(), passes: self.passes.clone() },
        }
    }
}

/// How data has to be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Class(pub(crate) DataClass);

/// Terms are for what is to stay where it is.
impl Default for Class {
    fn default() -> Self {
        Self(DataClass::Confidential)
    }
}

impl TryFrom<String> for Class {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        DataClass::named(&word).map(Self).ok_or("no class of data")
    }
}

/// What the digits of a match must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Check(TermCheck);

impl TryFrom<String> for Check {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        TermCheck::named(&word).map(Self).ok_or("no check")
    }
}

/// What follows when something is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Then(pub(crate) Follows);

impl TryFrom<String> for Then {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        Follows::named(&word).map(Self).ok_or("nothing that can follow")
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ledger {
    #[serde(default)]
    pub(crate) outlives: Outlives,
}

/// What a record outlives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outlives {
    #[default]
    Process,
    Power,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) user: Option<String>,
    pub(crate) token_sha256: Option<String>,
    pub(crate) certificate: Option<String>,
}

/// Who is told of calls that wait for a person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    /// What it is signed with; usually a reference.
    pub(crate) secret: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) approved_as: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) command: Option<Vec<String>>,
    pub(crate) folder: Option<PathBuf>,
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) url: Option<String>,
    pub(crate) certified: Option<String>,
    #[serde(default)]
    pub(crate) environment: Environment,
    #[serde(default)]
    pub(crate) transport: Transport,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) class: Option<Class>,
    #[serde(default)]
    pub(crate) share: Share,
    pub(crate) connections: Option<usize>,
    pub(crate) requests: Option<usize>,
    pub(crate) idle_time: Option<Span>,
    pub(crate) open_time: Option<Span>,
    pub(crate) list_time: Option<Span>,
    pub(crate) call_time: Option<Span>,
    pub(crate) whole_time: Option<Span>,
    pub(crate) failures: Option<u32>,
    /// What it is shown on behalf of whom a request is for.
    pub(crate) credentials: Option<super::secrets::Credentials>,
    /// The folder that the file is in.
    #[serde(skip)]
    pub(crate) home: PathBuf,
    /// What the references to the vault stand for.
    #[serde(skip)]
    pub(crate) secrets: Option<Arc<Secrets>>,
}

/// How a URL is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Transport {
    #[default]
    Http,
    Sse,
}

/// Who shares a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Share {
    All,
    #[default]
    Client,
    Session,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) servers: Vec<String>,
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

    /// Makes relative paths begin in this folder.
    pub(super) fn at(mut self, home: PathBuf) -> Self {
        for server in &mut self.servers {
            server.home.clone_from(&home);
        }
        self.home = home;
        self
    }
}

impl Server {
    /// The name by which it was approved.
    pub(crate) fn approved_as(&self) -> &str {
        self.approved_as.as_deref().or(self.certified.as_deref()).unwrap_or(&self.name)
    }

    /// Where its program starts.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.as_ref().map_or_else(|| self.home.clone(), |folder| self.home.join(folder))
    }

    /// Program and arguments. A program that is named by a relative path is the one beside the
    /// file, wherever the server starts.
    pub(crate) fn words(&self) -> Vec<std::ffi::OsString> {
        let mut words = self.command.iter().flatten();
        let program = words.next().map(|program| {
            if program.contains('/') { self.home.join(program).into() } else { program.into() }
        });
        program.into_iter().chain(words.map(std::ffi::OsString::from)).collect()
    }
}
