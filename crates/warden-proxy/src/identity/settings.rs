//! What is set about who comes in, already read.

use std::collections::{BTreeMap, BTreeSet};

use hyper::Uri;
use warden_model::{Digest, Hidden};
use warden_policy::Time;
use warden_seal::jose::Algorithm;

use super::web;

/// The most of anything that can be set up here.
const MOST: usize = 1024;

/// The most seconds that clocks may differ.
const MOST_LEEWAY: u32 = 300;

/// Who comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentitySettings {
    /// The gateway's own address as clients know it (RFC 8707): what a token has to be for.
    pub resource: String,
    /// The scopes that clients are told of (RFC 9728).
    pub scopes: Vec<String>,
    /// Whose tokens are taken.
    pub issuers: Vec<Issuer>,
    /// Keys of ours.
    pub keys: Vec<KeyEntry>,
    /// Whose certificates are taken, the first that matches.
    pub certificates: Vec<CertificateEntry>,
    /// Whether clients can or have to prove that a token is theirs.
    pub dpop: Dpop,
    /// Whether proofs have to carry a number of ours (RFC 9449, section 9).
    pub nonces: bool,
    /// Headers by which a client says who it is. They prove nothing; one that says something else
    /// than what was proven is a reason to refuse.
    pub said: BTreeMap<String, Holder>,
}

/// One authorization server.
#[derive(Clone, Debug, PartialEq)]
pub struct Issuer {
    /// Its identifier, which is an `https` URL, to the letter.
    pub url: String,
    /// What stands before the names of its users and agents, with a colon; needed as soon as
    /// there are several issuers, since each may call somebody `ann`.
    pub realm: String,
    /// What else than the resource its tokens may be for, if it knows no resource indicators.
    pub audiences: Vec<String>,
    /// Where its keys are.
    pub keys: KeysFrom,
    /// Where to ask about tokens that say nothing by themselves.
    pub introspection: Option<Introspection>,
    /// How its tokens may be signed.
    pub algorithms: Vec<Algorithm>,
    /// Whether tokens without the type of RFC 9068 are taken, if they do not look like tokens for
    /// something else. Many servers know no type.
    pub any_type: bool,
    /// What its claims are called.
    pub claims: ClaimNames,
    /// The tenant of whoever comes with its tokens, unless a claim says it.
    pub tenant: String,
    /// Scopes that each token needs.
    pub scopes: Vec<String>,
    /// How many seconds clocks may differ.
    pub leeway: u32,
    /// Certificates of authorities in PEM form, besides those of the system.
    pub authorities: Option<Vec<u8>>,
}

/// Where the keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysFrom {
    /// Where its metadata say (RFC 8414, or `OpenID` Connect Discovery).
    Discovery,
    /// At this URL.
    Url(String),
    /// Nowhere: all its tokens say nothing by themselves.
    Nowhere,
}

/// Where to ask about tokens (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// The endpoint.
    pub url: String,
    /// Who we are there.
    pub client: String,
    /// Our secret there.
    pub secret: Hidden,
    /// How many seconds an answer is believed.
    pub believed: u32,
}

/// What claims are called: a member of the token, or an RFC 6901 pointer that begins with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The person.
    pub user: String,
    /// The agent: each that is there has to say the same.
    pub agent: Vec<String>,
    /// The session at the issuer.
    pub session: String,
    /// Roles.
    pub roles: Option<String>,
    /// Groups.
    pub groups: Option<String>,
    /// The tenant. If it is set, a token without it is refused.
    pub tenant: Option<String>,
    /// What the session is for.
    pub purpose: Option<String>,
    /// The public names of the tools that may be used.
    pub tools: Option<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            user: "sub".into(),
            agent: vec!["client_id".into(), "azp".into()],
            session: "sid".into(),
            roles: None,
            groups: None,
            tenant: None,
            purpose: None,
            tools: None,
        }
    }
}

/// Whom a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person.
    User,
    /// An agent.
    Agent,
}

/// A key of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// The name of who has it.
    pub name: String,
    /// What that is.
    pub holder: Holder,
    /// The SHA-256 of the key. Keys are random and long, so that a salt would add nothing.
    pub digest: Digest,
    /// When it ends.
    pub expires: Option<Time>,
    /// The roles that come with it.
    pub roles: BTreeSet<String>,
    /// The tenant; `""` where there is only one.
    pub tenant: String,
}

/// Whose certificate it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateEntry {
    /// Which certificates.
    pub matches: Matches,
    /// What shows it.
    pub holder: Holder,
    /// The name of who shows it; the name in the certificate without.
    pub name: Option<String>,
    /// The roles that come with it.
    pub roles: BTreeSet<String>,
    /// The tenant; `""` where there is only one.
    pub tenant: String,
}

/// Which certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matches {
    /// With just this common name.
    CommonName(String),
    /// With this DNS name among its alternative names.
    Dns(String),
    /// With this URI among its alternative names.
    Uri(String),
    /// With this SPIFFE id.
    Spiffe(String),
    /// With any SPIFFE id beneath this one: `spiffe://example.org/agents`, or a whole trust domain.
    SpiffeUnder(String),
}

/// Whether clients can or have to prove that a token is theirs (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dpop {
    /// Such tokens are refused.
    Off,
    /// They can.
    Accepted,
    /// Every token has to be bound, to a key or to a certificate.
    Required,
}

/// What is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    /// The resource is no URL that clients could use.
    #[error("the resource has to be an https URL without query and fragment")]
    Resource,
    /// Nobody could come in.
    #[error("no issuer, key or certificate is set up, so that nobody could come in")]
    Nobody,
    /// Too many of something.
    #[error("more than {MOST} issuers, keys or certificates")]
    Many,
    /// An address is none, or is not reached with TLS.
    #[error("`{0}` has to be an https URL")]
    Url(String),
    /// Names of two issuers could be the same.
    #[error("with several issuers each needs a realm of its own, without colon")]
    Realm,
    /// There would be two to ask about a token that does not say whose it is.
    #[error("only one issuer can be asked about tokens")]
    Introspection,
    /// No token of an issuer could be verified.
    #[error("`{0}` has neither keys and algorithms nor introspection")]
    Unverifiable(String),
    /// Clocks may differ by too much.
    #[error("clocks may differ by {MOST_LEEWAY} seconds at most")]
    Leeway,
    /// A name is missing or is there twice.
    #[error("each key needs a digest of its own and a name")]
    Key,
    /// A pattern of certificates matches none.
    #[error("`{0}` is no SPIFFE id")]
    Spiffe(String),
    /// No header has this name.
    #[error("`{0}` is no name of a header")]
    Header(String),
}

impl IdentitySettings {
    /// Settings under which only `keys` come in, for the small case.
    #[must_use]
    pub fn new(resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            scopes: Vec::new(),
            issuers: Vec::new(),
            keys: Vec::new(),
            certificates: Vec::new(),
            dpop: Dpop::Accepted,
            nonces: false,
            said: [("mcp-agent".to_owned(), Holder::Agent), ("mcp-user".to_owned(), Holder::User)]
                .into(),
        }
    }

    /// Says what is wrong.
    ///
    /// # Errors
    /// See [`BadIdentity`].
    pub fn check(&self) -> Result<(), BadIdentity> {
        let resource = self.resource.parse::<Uri>().map_err(|_| BadIdentity::Resource)?;
        if !web::is_safe(&resource) || resource.query().is_some() || self.resource.contains('#') {
            return Err(BadIdentity::Resource);
        }
        let counts = [self.issuers.len(), self.keys.len(), self.certificates.len()];
        if counts.iter().all(|count| *count == 0) {
            return Err(BadIdentity::Nobody);
        }
        if counts.iter().any(|count| *count > MOST) {
            return Err(BadIdentity::Many);
        }
        self.issuers.iter().try_for_each(Issuer::check)?;
        self.check_realms()?;
        if self.issuers.iter().filter(|issuer| issuer.introspection.is_some()).count() > 1 {
            return Err(BadIdentity::Introspection);
        }
        let digests: BTreeSet<_> = self.keys.iter().map(|key| key.digest).collect();
        if digests.len() != self.keys.len() || self.keys.iter().any(|key| key.name.is_empty()) {
            return Err(BadIdentity::Key);
        }
        for entry in &self.certificates {
            entry.matches.check()?;
        }
        for name in self.said.keys() {
            hyper::header::HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| BadIdentity::Header(name.clone()))?;
        }
        Ok(())
    }

    fn check_realms(&self) -> Result<(), BadIdentity> {
        let realms: BTreeSet<_> = self.issuers.iter().map(|issuer| &issuer.realm).collect();
        let urls: BTreeSet<_> = self.issuers.iter().map(|issuer| &issuer.url).collect();
        let distinct = realms.len() == self.issuers.len() && urls.len() == self.issuers.len();
        let named = self.issuers.len() < 2 || realms.iter().all(|realm| !realm.is_empty());
        let plain = realms.iter().all(|realm| !realm.contains(':'));
        if distinct && named && plain { Ok(()) } else { Err(BadIdentity::Realm) }
    }
}

impl Issuer {
    /// An issuer of which only the address is known.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            realm: String::new(),
            audiences: Vec::new(),
            keys: KeysFrom::Discovery,
            introspection: None,
            algorithms: Algorithm::USUAL.to_vec(),
            any_type: false,
            claims: ClaimNames::default(),
            tenant: String::new(),
            scopes: Vec::new(),
            leeway: 30,
            authorities: None,
        }
    }

    fn check(&self) -> Result<(), BadIdentity> {
        let safe = |url: &str| match url.parse::<Uri>() {
            Ok(uri) if web::is_safe(&uri) => Ok(()),
            Ok(_) | Err(_) => Err(BadIdentity::Url(url.to_owned())),
        };
        safe(&self.url)?;
        if let KeysFrom::Url(url) = &self.keys {
            safe(url)?;
        }
        if let Some(introspection) = &self.introspection {
            safe(&introspection.url)?;
        }
        let keyed = self.keys != KeysFrom::Nowhere && !self.algorithms.is_empty();
        if !keyed && self.introspection.is_none() {
            return Err(BadIdentity::Unverifiable(self.url.clone()));
        }
        if self.leeway > MOST_LEEWAY {
            return Err(BadIdentity::Leeway);
        }
        Ok(())
    }
}

impl Matches {
    fn check(&self) -> Result<(), BadIdentity> {
        match self {
            Self::CommonName(_) | Self::Dns(_) | Self::Uri(_) => Ok(()),
            Self::Spiffe(id) if super::certificate::is_spiffe(id) => Ok(()),
            Self::SpiffeUnder(id) if super::certificate::is_spiffe(&format!("{id}/x")) => Ok(()),
            Self::Spiffe(id) | Self::SpiffeUnder(id) => Err(BadIdentity::Spiffe(id.clone())),
        }
    }
}
