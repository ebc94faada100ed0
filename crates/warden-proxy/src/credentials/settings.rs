//! How the gateway shows a server who it is, already read and checked.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
    time::Duration,
};

use hyper::header::HeaderName;
use warden_model::Hidden;

/// What is shown to one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSettings {
    /// The server's name.
    pub server: String,
    /// The server as authorization servers know it: its URL without query (RFC 8707).
    pub resource: String,
    /// Authorities of the server itself that are trusted beside those of the system.
    pub authorities: Option<PathBuf>,
    /// How it is come by.
    pub kind: Kind,
}

impl CredentialSettings {
    /// Whether what is shown depends on who asks, so that connections cannot be shared.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        matches!(self.kind, Kind::Exchange(_) | Kind::PerUser(_))
    }
}

/// How a credential is come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A secret that somebody has put somewhere.
    Static {
        /// The header that it stands in.
        header: HeaderName,
        /// What stands there.
        value: Template,
    },
    /// A token for the gateway itself (RFC 6749, section 4.4).
    Client(Grant),
    /// The caller's token, exchanged for one for this server only (RFC 8693).
    Exchange(Exchange),
    /// What the person has agreed to (RFC 6749, section 4.1, with RFC 7636).
    PerUser(PerUser),
}

impl Kind {
    /// The name in the configuration and in records.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Static { .. } => "static",
            Self::Client(_) => "client-credentials",
            Self::Exchange(_) => "exchange",
            Self::PerUser(_) => "per-user",
        }
    }
}

/// What every grant needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who issues tokens.
    pub issuer: Issuer,
    /// What we are called there.
    pub client: String,
    /// How we show that it is us.
    pub auth: ClientAuth,
    /// What the token may do.
    pub scopes: BTreeSet<String>,
    /// How long a token is taken to be good if nothing says so; without it such a token is refused.
    pub assumed: Option<Duration>,
}

/// A token exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What every grant needs.
    pub grant: Grant,
    /// The type of the token that callers show, as a URI.
    pub subject_type: String,
    /// For whom the token is to be, if the authorization server wants more than the resource.
    pub audience: Option<String>,
    /// Who acts for the caller, and the type of that token.
    pub actor: Option<(Template, String)>,
}

/// What a person agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerUser {
    /// What every grant needs.
    pub grant: Grant,
    /// Where people's browsers reach the gateway, without a path: `https://gate.example.com`.
    pub public: String,
    /// What the gateway is called on the page where people agree.
    pub client_name: String,
    /// Whether a browser that shows nothing may agree for whoever was asked. Without it only one
    /// that is known to be that person's may, unless `public` is on this machine.
    pub unknown_browsers: bool,
}

/// An authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its identifier (RFC 8414), from which its metadata are found.
    pub identifier: Option<String>,
    /// Where tokens are asked for; without it, as the metadata say.
    pub token_endpoint: Option<String>,
    /// Other origins that its metadata may name.
    pub origins: Vec<String>,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub authorities: Option<PathBuf>,
}

/// How we show an authorization server that it is us (RFC 6749, section 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// Not at all: a public client.
    None,
    /// `client_secret_basic`.
    Basic(Template),
    /// `client_secret_post`.
    Post(Template),
}

/// A text in which secrets are filled in when it is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(pub Vec<Part>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it is.
    Text(Hidden),
    /// The secret of this name.
    Secret(Box<str>),
}

impl Template {
    /// A text without secrets that have to be looked up.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self(vec![Part::Text(Hidden::new(text))])
    }

    /// The secret of this name.
    #[must_use]
    pub fn secret(name: &str) -> Self {
        Self(vec![Part::Secret(name.into())])
    }

    /// The names of the secrets in it.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Secret(name) => Some(&**name),
            Part::Text(_) => None,
        })
    }
}

/// Where secrets are kept, and how old they may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSettings {
    /// Where.
    pub source: Source,
    /// How long one is believed before it is asked for again.
    pub life: Duration,
    /// How old one may be before that is told.
    pub max_age: Option<Duration>,
    /// Whether one that is older, or whose age nobody knows, is refused.
    pub refuse_older: bool,
}

/// Where secrets are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file that a passphrase opens.
    File {
        /// The file.
        path: PathBuf,
        /// What opens it.
        passphrase: PassphraseFrom,
    },
    /// A program that prints a secret.
    Command(Program),
    /// A server that speaks as `HashiCorp` Vault does, with a key-value store of version 2.
    Http(KeyValue),
}

/// Where a passphrase comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseFrom {
    /// A file that only its owner may read.
    File(PathBuf),
    /// A program that prints it.
    Command(Program),
}

/// A program that is asked for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Program and arguments; no shell has a part in it. A secret's name is added at the end.
    pub argv: Vec<OsString>,
    /// Its whole environment.
    pub environment: BTreeMap<OsString, OsString>,
    /// How long it may take.
    pub patience: Duration,
}

/// A key-value store over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// Where, without a path: `https://vault.example.com:8200`.
    pub address: String,
    /// The path under which the store is mounted.
    pub mount: String,
    /// The namespace, if there are several.
    pub namespace: Option<String>,
    /// A file with the token that opens it. It is read again each time.
    pub token: PathBuf,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub authorities: Option<PathBuf>,
}
