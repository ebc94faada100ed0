//! What servers are shown and where secrets are kept, as it is written.

use std::path::PathBuf;

use serde::Deserialize;

use super::measure::Span;

/// What a server is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    pub(crate) kind: Way,
    pub(crate) header: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) resource: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) origins: Vec<String>,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    #[serde(default)]
    pub(crate) client_auth: Auth,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    pub(crate) assume_life: Option<Span>,
    pub(crate) subject_type: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) actor_token: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) client_name: Option<String>,
    #[serde(default)]
    pub(crate) unknown_browsers: bool,
}

/// How what a server is shown is come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    Static,
    ClientCredentials,
    Exchange,
    PerUser,
}

/// Where a client's secret stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Auth {
    #[default]
    Basic,
    Post,
}

/// Where secrets are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vault {
    pub(crate) kind: Store,
    pub(crate) path: Option<PathBuf>,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) passphrase_command: Option<Vec<String>>,
    pub(crate) command: Option<Vec<String>>,
    pub(crate) command_time: Option<Span>,
    pub(crate) address: Option<String>,
    pub(crate) mount: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) life: Option<Span>,
    pub(crate) max_age: Option<Span>,
    #[serde(default)]
    pub(crate) refuse_older: bool,
}

/// What secrets are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Store {
    File,
    Command,
    Http,
}
