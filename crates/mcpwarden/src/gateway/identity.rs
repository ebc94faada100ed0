//! Who comes in, as it is written.

mod contradict;
mod made;

use std::path::PathBuf;

use serde::Deserialize;
use warden_proxy::identity::Matches;

use super::{Config, measure::Span, words};

pub(super) use contradict::contradictions;
pub(super) use made::identity;
pub(crate) use made::made_key;

/// What holds for all who come in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    #[serde(default)]
    pub(crate) dpop: Dpop,
    #[serde(default)]
    pub(crate) nonces: bool,
    pub(crate) agent_headers: Option<Vec<String>>,
    pub(crate) user_headers: Option<Vec<String>>,
}

/// Whether a token has to be bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dpop {
    Off,
    #[default]
    Accepted,
    Required,
}

/// An authorization server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) realm: Option<String>,
    #[serde(default)]
    pub(crate) audiences: Vec<String>,
    #[serde(default)]
    pub(crate) keys: Keys,
    pub(crate) jwks: Option<String>,
    pub(crate) algorithms: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) any_type: bool,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) leeway: Option<Span>,
    pub(crate) authorities: Option<PathBuf>,
    #[serde(default)]
    pub(crate) claims: Claims,
    pub(crate) introspection: Option<Introspection>,
}

/// Where keys are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keys {
    #[default]
    Discovery,
    None,
}

/// What claims are called.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    pub(crate) user: Option<String>,
    pub(crate) agent: Option<Vec<String>>,
    pub(crate) session: Option<String>,
    pub(crate) roles: Option<String>,
    pub(crate) groups: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) tools: Option<String>,
}

/// Where to ask about tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Introspection {
    pub(crate) url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) life: Option<Span>,
}

/// A key of ours.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) sha256: String,
    #[serde(default)]
    pub(crate) holder: Holder,
    pub(crate) expires: Option<String>,
    pub(crate) tenant: Option<String>,
}

/// Who has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Holder {
    #[default]
    Agent,
    User,
}

/// Somebody who shows a certificate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) holder: Holder,
    pub(crate) common_name: Option<String>,
    pub(crate) dns: Option<String>,
    pub(crate) uri: Option<String>,
    pub(crate) spiffe: Option<String>,
    pub(crate) spiffe_under: Option<String>,
    pub(crate) tenant: Option<String>,
}

impl Peer {
    /// What is written of which certificates are meant: one of these, if it is right.
    fn matches(&self) -> Vec<Matches> {
        [
            self.common_name.clone().map(Matches::CommonName),
            self.dns.clone().map(Matches::Dns),
            self.uri.clone().map(Matches::Uri),
            self.spiffe.clone().map(Matches::Spiffe),
            self.spiffe_under.clone().map(Matches::SpiffeUnder),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
