//! Questions and answers as the ledger keeps them, so that they can be asked again.
//!
//! Version 1 is canonical JSON (RFC 8785) of at most 64 KiB. It has everything that rules can ask
//! for and none of the arguments themselves, except hosts and domains, which rules do ask for.

mod replay;
mod v1;

use warden_model::DataClass;

use super::{
    Act, Asked, Carries, Directory, Kind, KnownBy, Labels, Principal, Traits, Verdict, Why,
};
use crate::Time;

pub use replay::{Difference, Replay, replay};

/// The most bytes of one record of facts.
pub const MOST_FACTS: usize = 64 * 1024;

/// What arguments can break; what stands in [`super::Breach::what`].
pub const BREACHES: [&str; 14] = [
    "schema",
    "path-roots",
    "url-hosts",
    "sql-verbs",
    "recipients",
    "amount",
    "number",
    "one-of",
    "pattern",
    "length",
    "required",
    "absent",
    "look-alike",
    "unread",
];

/// A question that owns what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedAsked {
    /// Who asks.
    pub who: Principal,
    /// What it wants to do.
    pub act: Act,
    /// What kind of thing it is about.
    pub kind: Kind,
    /// The server.
    pub server: Box<str>,
    /// The name on its server, or the URI.
    pub name: Box<str>,
    /// What it is like.
    pub traits: Traits,
    /// What the arguments hold.
    pub carries: Carries,
    /// What has flowed into the session.
    pub labels: Labels,
    /// When.
    pub now: Time,
    /// A person has approved just this.
    pub approved: bool,
}

impl OwnedAsked {
    /// The question.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked {
            who: &self.who,
            act: self.act,
            server: &self.server,
            name: &self.name,
            traits: &self.traits,
            carries: &self.carries,
            labels: &self.labels,
            now: self.now,
            approved: self.approved,
        }
    }

    /// The same question as it would be put under this directory: with the roles that it gives and
    /// with what it says about the thing. Of what it says nothing, what was known then counts.
    ///
    /// A list of tools that the directory gives an agent narrows what its session was given. One
    /// that kept something out then still does: whether a token said the same is not recorded.
    #[must_use]
    pub fn under(mut self, directory: &Directory) -> Self {
        let agent = directory.agent(&self.who.agent);
        let user = self.who.user.as_deref().and_then(|user| directory.user(user));
        let written = agent.map(|agent| &agent.tenant).filter(|tenant| !tenant.is_empty());
        if let Some(tenant) = written.or_else(|| user.map(|user| &user.tenant)) {
            self.who.tenant = tenant.clone();
        }
        if self.who.allowlist.is_none() {
            self.who.allowlist = agent.and_then(|agent| agent.tools.clone());
        }
        self.who.roles = directory.roles(&self.who.agent, self.who.user.as_deref());
        let then = &self.traits;
        let classified = then.effects.first().copied();
        let classified = classified.filter(|_| then.effects_by == KnownBy::Classified);
        let (server, name) = (&*self.server, &*self.name);
        let mut now = directory.traits(server, self.kind, name, classified, then.level);
        if now.effects_by == KnownBy::Nobody {
            (now.effects, now.effects_by) = (then.effects.clone(), then.effects_by);
        }
        if now.labels_by == KnownBy::Nobody && then.labels_by == KnownBy::Detected {
            now.trusted &= then.trusted;
            now.class = now.class.max(then.class);
        }
        self.traits = now;
        self
    }
}

/// A question and what was answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The question.
    pub asked: OwnedAsked,
    /// The answer.
    pub verdict: Verdict,
}

impl Facts {
    /// Whether it was refused before any rule was asked: what it names was not approved, has
    /// drifted, or is not certified. Other rules change nothing about that.
    #[must_use]
    pub fn never_asked(&self) -> bool {
        // A rule that says no is always named.
        matches!(&self.verdict, Verdict::Refused { why: Why::Rule, rules } if rules.is_empty())
    }
}

/// Why facts could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// There is more than a record can hold.
    #[error("the facts are longer than {MOST_FACTS} bytes")]
    TooLong,
    /// It is not JSON of this form.
    #[error("these are no facts: {0}")]
    Form(String),
    /// It is of a version that is not known here.
    #[error("facts of version {0} are not known here")]
    Version(u32),
    /// A word has no meaning here.
    #[error("`{0}` has a value that is not known here")]
    Word(&'static str),
}

/// Writes a question and its answer.
///
/// # Errors
/// When it is longer than a record can hold; what cannot be recorded must not happen.
pub fn write(kind: Kind, asked: &Asked<'_>, verdict: &Verdict) -> Result<String, FactsError> {
    v1::write(kind, asked, verdict)
}

/// Reads what [`write()`] has written.
///
/// # Errors
/// When it was not written like that, or by a later version.
pub fn read(text: &str) -> Result<Facts, FactsError> {
    v1::read(text)
}

/// The class of this name.
fn class(name: &str) -> Option<DataClass> {
    DataClass::named(name)
}

#[cfg(test)]
mod tests;
