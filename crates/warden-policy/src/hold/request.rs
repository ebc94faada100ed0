//! Which call it is that waits.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use warden_model::{Digest, Effect};
use warden_seal::canonical;

use crate::access::{Act, Labels, Principal, RuleId, SessionKey};

/// What the digest begins with, so that it is a digest of nothing else.
const DOMAIN: &str = "mcpwarden hold 1";

/// A call for which policy wants a person.
#[derive(Clone, Copy, Debug)]
pub struct HoldRequest<'a> {
    /// What it wants to do.
    pub act: Act,
    /// The server, by the name that it is pinned under.
    pub server: &'a str,
    /// The tool, prompt or resource, by its pinned name.
    pub name: &'a str,
    /// The digest of its pinned definition; a tool or prompt has one.
    pub definition: Option<Digest>,
    /// The arguments, as they will be sent.
    pub arguments: &'a Value,
    /// Who asks.
    pub who: &'a Principal,
    /// The digest of the credential that was shown, where one was.
    pub credential: Option<Digest>,
    /// The digest of the policy that wants a person.
    pub policy: Digest,
    /// What has flowed into the session.
    pub labels: &'a Labels,
    /// What it does.
    pub effects: &'a BTreeSet<Effect>,
    /// The rules that want a person.
    pub rules: &'a [RuleId],
}

/// Why a call cannot wait for a person, and is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    /// The arguments cannot be written in one way only, so nobody can approve just them.
    #[error("the arguments have no canonical form")]
    NotCanonical,
    /// Nothing says what the tool is, so nobody knows what would be approved.
    #[error("there is no pinned definition")]
    NoDefinition,
}

impl HoldRequest<'_> {
    /// The SHA-256 digest of everything in which two calls can differ: each part with its length,
    /// and what may be missing with whether it is there. Arguments and labels are in their RFC 8785
    /// form.
    ///
    /// # Errors
    /// What cannot be bound cannot be approved.
    pub fn digest(&self) -> Result<Digest, NotHeld> {
        if self.definition.is_none() && matches!(self.act, Act::Call | Act::Prompt) {
            return Err(NotHeld::NoDefinition);
        }
        let arguments = canonical(self.arguments).map_err(|_| NotHeld::NotCanonical)?;
        let labels = canonical(&written(self.labels)).map_err(|_| NotHeld::NotCanonical)?;
        let mut parts = Parts::default();
        parts.text(DOMAIN);
        parts.text(self.act.name());
        parts.text(self.server);
        parts.text(self.name);
        parts.digest(self.definition);
        parts.bytes(&arguments);
        parts.text(&self.who.agent);
        parts.maybe(self.who.user.as_deref());
        parts.text(self.who.how.name());
        parts.number(self.who.delegation.len());
        self.who.delegation.iter().for_each(|actor| parts.text(actor));
        parts.text(&self.who.tenant);
        parts.text(self.who.session.as_str());
        parts.digest(self.credential);
        parts.digest(Some(self.policy));
        parts.bytes(&labels);
        parts.number(self.effects.len());
        self.effects.iter().for_each(|effect| parts.text(effect.name()));
        Ok(Digest::of(&parts.0))
    }

    /// Who asks, as far as it has to be known when somebody answers.
    #[must_use]
    pub fn requester(&self) -> Requester {
        let boxed = |text: &std::sync::Arc<str>| Box::from(&**text);
        Requester {
            user: self.who.user.as_ref().map(boxed),
            agent: boxed(&self.who.agent),
            delegation: self.who.delegation.iter().map(boxed).collect(),
            tenant: boxed(&self.who.tenant),
            session: self.who.session.clone(),
            credential: self.credential,
        }
    }
}

/// Who asked for a call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// The person on whose behalf.
    pub user: Option<Box<str>>,
    /// The agent.
    pub agent: Box<str>,
    /// Whom a token names as having passed it on.
    pub delegation: Vec<Box<str>>,
    /// The tenant.
    pub tenant: Box<str>,
    /// The session.
    pub session: SessionKey,
    /// The digest of the credential that was shown.
    pub credential: Option<Digest>,
}

/// The labels as a value. What is only for the record is in it as well: the person has seen it.
fn written(labels: &Labels) -> Value {
    // No pattern with `..`: a label that is added has to be thought about.
    let Labels { untrusted, hostile, class, credentials, blind, walls, sources } = labels;
    json!({
        "untrusted": untrusted,
        "hostile": hostile,
        "class": class.name(),
        "credentials": credentials,
        "blind": blind,
        "walls": walls,
        "sources": sources,
    })
}

/// What is digested: parts that cannot be moved from one to the next.
#[derive(Default)]
struct Parts(Vec<u8>);

impl Parts {
    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn digest(&mut self, digest: Option<Digest>) {
        self.0.push(u8::from(digest.is_some()));
        if let Some(digest) = digest {
            self.0.extend_from_slice(digest.bytes());
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
