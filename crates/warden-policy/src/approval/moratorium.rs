//! A moratorium: a written policy, signed by a named person, that nothing new comes into production
//! for a while.
//!
//! A server that enough people had said yes to before it began is not new: its next version may be
//! approved. What speaks against a server outlives the key that signed it, so a moratorium holds
//! until its end also when that key has ended.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use warden_model::Digest;
use warden_seal::{Signer, Trust, Why, open_trusted, seal_with};

use super::{ApprovalPolicy, Dossier, Environment, Person, Quorum, Role, Verdict, Vote, acts};
use crate::Time;

/// The type of a moratorium in its envelope.
pub const MORATORIUM_TYPE: &str = "application/vnd.mcpwarden.moratorium.v1+json";

/// The text of the policy, where nobody writes one of their own.
pub const MORATORIUM_TEXT: &str = "No new MCP server is connected to production in this time. \
Servers that were approved for production before it began stay, and so do their approved updates. \
Servers in a sandbox are not concerned.";

/// The largest one that is read, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// A moratorium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moratorium {
    /// The version of the format, 1.
    pub version: u32,
    /// Who approves it. The key that signs has to be this person's.
    pub by: Person,
    /// When it was signed.
    pub at: Time,
    /// From when on it holds, including.
    pub from: Time,
    /// Until when, excluding.
    pub until: Time,
    /// What it says, in words.
    pub text: String,
}

/// A moratorium that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// What it says.
    pub moratorium: Moratorium,
    /// The digest of its envelope, by which documents name it.
    pub digest: Digest,
}

/// Why something is no moratorium.
#[derive(Debug, thiserror::Error)]
pub enum NoMoratorium {
    /// It has no signature that is believed.
    #[error("the signature is not believed")]
    Signature(#[source] Why),
    /// It is not of the form, or of another version.
    #[error("not a moratorium of a version that this program reads")]
    Malformed,
    /// It ends before it begins, or says nothing.
    #[error("it ends before it begins, or has no words")]
    Empty,
    /// It is signed by the key of somebody else.
    #[error("`{0}` has not signed it")]
    Other(Person),
    /// Whoever signed it may not.
    #[error("`{0}` may not issue it: it takes a risk owner")]
    MayNot(Person),
    /// It could not be signed.
    #[error("it could not be signed")]
    Unsigned,
}

impl Moratorium {
    /// Signs it.
    ///
    /// # Errors
    /// One that says nothing, or that cannot be signed.
    pub fn seal(&self, by: &dyn Signer) -> Result<Vec<u8>, NoMoratorium> {
        self.check()?;
        let value = serde_json::to_value(self).map_err(|_| NoMoratorium::Malformed)?;
        let bytes = warden_seal::canonical(&value).map_err(|_| NoMoratorium::Malformed)?;
        seal_with(MORATORIUM_TYPE, &bytes, &[by]).map_err(|_| NoMoratorium::Unsigned)
    }

    /// Verifies one, and that whoever signed it may issue it by this policy.
    ///
    /// # Errors
    /// A signature that is nobody's who is known, another form, and a person who may not.
    pub fn open(
        envelope: &[u8],
        trust: &Trust,
        policy: &ApprovalPolicy,
    ) -> Result<Issued, NoMoratorium> {
        if envelope.len() > MOST_BYTES {
            return Err(NoMoratorium::Malformed);
        }
        let known = acts::known(trust);
        // Keys without an end count at any time.
        let now = SystemTime::UNIX_EPOCH;
        let opened = open_trusted(envelope, MORATORIUM_TYPE, &known, acts::APPROVALS, now)
            .map_err(NoMoratorium::Signature)?;
        let moratorium: Self =
            serde_json::from_slice(&opened.payload).map_err(|_| NoMoratorium::Malformed)?;
        moratorium.check()?;
        let mut signers = known.keys().iter().filter(|key| opened.keys.contains(&key.key.id()));
        if !signers.any(|key| acts::person_of(key).as_ref() == Some(&moratorium.by)) {
            return Err(NoMoratorium::Other(moratorium.by));
        }
        if policy.role(&moratorium.by).is_none_or(|role| role < Role::RiskOwner) {
            return Err(NoMoratorium::MayNot(moratorium.by));
        }
        Ok(Issued { moratorium, digest: Digest::of(envelope) })
    }

    fn check(&self) -> Result<(), NoMoratorium> {
        if self.version != 1 {
            return Err(NoMoratorium::Malformed);
        }
        let says = !self.text.trim().is_empty() && self.from < self.until;
        if says { Ok(()) } else { Err(NoMoratorium::Empty) }
    }

    /// Whether it holds at this time.
    #[must_use]
    pub fn holds(&self, at: Time) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether it is about what is asked for: anything but a sandbox, of a server that not enough
    /// people had said yes to before it began.
    #[must_use]
    pub fn concerns(&self, dossier: &Dossier, policy: &ApprovalPolicy) -> bool {
        let request = &dossier.request;
        let quorum = policy.quorum(super::tier(request.environment, request.data));
        request.environment != Environment::Sandbox && self.is_new(dossier, quorum)
    }

    fn is_new(&self, dossier: &Dossier, quorum: &Quorum) -> bool {
        let before = |vote: &&Vote| {
            vote.at < self.from
                && vote.verdict == Verdict::Approve
                && vote.by != dossier.request.by
                && quorum.eligible.contains(&vote.by)
        };
        let people: std::collections::BTreeSet<&Person> =
            dossier.votes.iter().filter(before).map(|vote| &vote.by).collect();
        people.len() < quorum.needed.max(1)
    }
}
