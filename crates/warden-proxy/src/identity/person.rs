//! Who came in.

use std::{collections::BTreeSet, sync::Arc};

use warden_model::{Digest, Hidden};
use warden_policy::{
    Time,
    access::{How, Principal, SessionKey},
};

use super::settings::{CertificateEntry, Holder, KeyEntry};

/// Somebody who came in with this request.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who that is.
    pub who: Arc<Identity>,
    /// The token that was shown, to be exchanged for others (RFC 8693). It must not be sent on: it
    /// is for us alone.
    pub token: Option<Hidden>,
    /// What a proof says of the body of the request (`content_digest` of the profile of `DPoP`
    /// for MCP), if it says anything.
    pub(super) content: Option<Box<str>>,
}

/// Who somebody was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who asks. The roles of a key or a certificate are those of its entry; what a token claims
    /// is in `claimed_roles`, and what that is worth here is for others to say.
    pub principal: Principal,
    /// The roles that a token claims.
    pub claimed_roles: BTreeSet<Arc<str>>,
    /// The groups that a token claims.
    pub claimed_groups: BTreeSet<Arc<str>>,
    /// The token, if it was one.
    pub from: Option<FromToken>,
    /// Until when all this can be said without asking again; `None` if nothing ends it.
    pub until: Option<Time>,
    /// What the token is bound to.
    pub(super) bound: Bound,
}

/// The token that somebody came in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromToken {
    /// Who issued it.
    pub issuer: Arc<str>,
    /// Its `sub`.
    pub subject: Box<str>,
    /// Its agent, as it has it.
    pub agent: Box<str>,
    /// Its `jti`.
    pub id: Option<Box<str>>,
    /// The session at its issuer.
    pub session: Option<Box<str>>,
    /// When it was issued, in seconds since 1970.
    pub issued: Option<i64>,
}

/// What a token is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    /// The thumbprint of a key (RFC 9449, section 6).
    pub(super) key: Option<Box<str>>,
    /// The digest of a certificate (RFC 8705, section 3.1).
    pub(super) certificate: Option<Digest>,
}

impl Admitted {
    /// Whether the body of the request is the one that a proof speaks of; also if none does.
    #[must_use]
    pub fn fits(&self, body: &[u8]) -> bool {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let Some(said) = &self.content else { return true };
        **said == format!("sha-256=:{}:", STANDARD.encode(Digest::of(body).bytes()))
    }
}

impl Identity {
    /// The name under which it is set up here: that of the agent, or of the person without one.
    pub(super) fn name(&self) -> &str {
        &self.principal.agent
    }

    /// Whoever has this key.
    pub(super) fn of_key(entry: &KeyEntry) -> Self {
        Self::named(How::Key, (entry.holder, &entry.name), &entry.roles, &entry.tenant)
            .until(entry.expires)
    }

    /// Whoever shows a certificate with this name in it.
    pub(super) fn of_certificate(entry: &CertificateEntry, shown: &str) -> Self {
        let name = entry.name.as_deref().unwrap_or(shown);
        let mut who =
            Self::named(How::Certificate, (entry.holder, name), &entry.roles, &entry.tenant);
        who.principal.machine = Some(shown.into());
        who
    }

    fn named(
        how: How,
        (holder, name): (Holder, &str),
        roles: &BTreeSet<String>,
        tenant: &str,
    ) -> Self {
        let principal = Principal {
            how,
            user: (holder == Holder::User).then(|| name.into()),
            agent: name.into(),
            client: None,
            machine: None,
            delegation: Vec::new(),
            tenant: tenant.into(),
            purpose: None,
            roles: roles.iter().map(|role| role.as_str().into()).collect(),
            scopes: None,
            allowlist: None,
            session: SessionKey::derived(&[how.name(), name]),
            expires: None,
        };
        Self {
            principal,
            claimed_roles: BTreeSet::new(),
            claimed_groups: BTreeSet::new(),
            from: None,
            until: None,
            bound: Bound::default(),
        }
    }

    fn until(mut self, expires: Option<Time>) -> Self {
        (self.principal.expires, self.until) = (expires, expires);
        self
    }
}
