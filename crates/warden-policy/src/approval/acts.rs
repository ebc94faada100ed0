//! The acts about one server, in the order in which they were done: the file, and who is believed.
//!
//! Each act is an envelope signed by a person. All of them together are signed once more, by the
//! machine that keeps them, so that none is taken away from the end.

use std::{collections::BTreeMap, time::SystemTime};

use serde::{Deserialize, Serialize};
use warden_model::Digest;
use warden_seal::{
    SealError, Signer, Trust, TrustedKey, Why, open_trusted, read_strict, seal_with,
};

use super::{
    Person,
    act::{ACT_TYPE, Act, ActError},
};

/// The type of the file in its envelope.
pub const ACTS_TYPE: &str = "application/vnd.mcpwarden.approval.v1+json";

/// What keys of people are trusted for.
pub const APPROVALS: &str = "approval";

/// What keys are trusted for that say what was measured: whoever may certify a server may also
/// answer from evidence, and say what changed.
const MEASURES: &str = "certificate";

/// The most acts of one file.
pub const MOST_ACTS: usize = 4096;

/// The largest file, without its envelope.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The file as it is signed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    server: String,
    acts: Vec<String>,
}

/// Every act about one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acts {
    server: String,
    acts: Vec<Signed>,
}

/// One act, and whether its signature counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The act.
    pub act: Act,
    /// The digest of its envelope.
    pub digest: Digest,
    /// Whether the signature counts for the person whose act it is.
    pub counts: Result<(), Unbelieved>,
    envelope: String,
}

/// Why a signature that fits does not count for the person whose act it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    /// The key does not count.
    #[error(transparent)]
    Key(Why),
    /// The key is somebody else's.
    #[error("`{key}` is not the key of `{by}`")]
    OtherPerson {
        /// The identifier of the key.
        key: String,
        /// Whose act it is said to be.
        by: Person,
    },
}

/// Why a file of acts is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActsError {
    /// The signature over all of it is not believed.
    #[error("the signature over it is not believed")]
    Envelope(#[source] Why),
    /// It is not of the form, or of another version.
    #[error("not a file of approvals of a version that this program reads")]
    Malformed,
    /// There are too many acts.
    #[error("there are more than {MOST_ACTS} acts")]
    Many,
    /// The signature of an act is not believed.
    #[error("the signature of act {number} is not believed")]
    Signature {
        /// Which one.
        number: usize,
        /// Why.
        source: Why,
    },
    /// What was signed is no act.
    #[error("act {number} is none")]
    Act {
        /// Which one.
        number: usize,
        /// Why.
        source: ActError,
    },
    /// An act is missing, moved, or of another server.
    #[error("act {0} does not follow the one before it")]
    Order(usize),
    /// Nothing was signed.
    #[error("it was not signed")]
    Sealing(#[from] SealError),
}

/// The person that a trusted key is of: its name, with spaces as `-`.
#[must_use]
pub fn person_of(key: &TrustedKey) -> Option<Person> {
    Person::new(&key.name.replace(' ', "-")).ok()
}

impl Acts {
    /// No acts about this server.
    #[must_use]
    pub fn none(server: &str) -> Self {
        Self { server: server.into(), acts: Vec::new() }
    }

    /// Verifies a file and every act in it. `now` is when signatures have to count.
    ///
    /// A signature by a key that is known and does not count any more does not make the rest
    /// unreadable: its act is there, and [`Signed::counts`] says no.
    ///
    /// # Errors
    /// A signature that does not fit or is of a key that nobody knows, another form, and acts that
    /// do not follow each other.
    pub fn open(bytes: &[u8], trust: &Trust, now: SystemTime) -> Result<Self, ActsError> {
        let opened = open_trusted(bytes, ACTS_TYPE, trust, APPROVALS, now)
            .or_else(|why| open_trusted(bytes, ACTS_TYPE, trust, MEASURES, now).map_err(|_| why))
            .map_err(ActsError::Envelope)?;
        let value = read_strict(&opened.payload, MOST_BYTES).map_err(|_| ActsError::Malformed)?;
        if warden_seal::canonical(&value).ok().as_deref() != Some(&*opened.payload) {
            return Err(ActsError::Malformed);
        }
        let wire: Wire = serde_json::from_value(value).map_err(|_| ActsError::Malformed)?;
        if wire.version != 1 {
            return Err(ActsError::Malformed);
        }
        if wire.acts.len() > MOST_ACTS {
            return Err(ActsError::Many);
        }
        let known = known(trust);
        let mut all = Self::none(&wire.server);
        for envelope in wire.acts {
            all.push(envelope, &known, trust, now)?;
        }
        Ok(all)
    }

    /// The acts with one more, which their person has signed.
    ///
    /// # Errors
    /// See [`Acts::open`].
    pub fn with(
        mut self,
        act: &Act,
        by: &dyn Signer,
        trust: &Trust,
        now: SystemTime,
    ) -> Result<Self, ActsError> {
        let number = self.acts.len();
        let text = act.write().map_err(|source| ActsError::Act { number, source })?;
        let envelope = seal_with(ACT_TYPE, &text, &[by])?;
        let envelope = String::from_utf8(envelope).map_err(|_| ActsError::Malformed)?;
        self.push(envelope, &known(trust), trust, now)?;
        if self.acts.len() > MOST_ACTS { Err(ActsError::Many) } else { Ok(self) }
    }

    /// Signs all of it.
    ///
    /// # Errors
    /// When it is too long, or is not signed.
    pub fn seal(&self, keeper: &dyn Signer) -> Result<Vec<u8>, ActsError> {
        let acts = self.acts.iter().map(|signed| signed.envelope.clone()).collect();
        let wire = Wire { version: 1, server: self.server.clone(), acts };
        let value = serde_json::to_value(&wire).map_err(|_| ActsError::Malformed)?;
        let text = warden_seal::canonical(&value).map_err(|_| ActsError::Malformed)?;
        if text.len() > MOST_BYTES {
            return Err(SealError::Long.into());
        }
        Ok(seal_with(ACTS_TYPE, &text, &[keeper])?)
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The acts, the first one first.
    #[must_use]
    pub fn all(&self) -> &[Signed] {
        &self.acts
    }

    /// The digest of the last act; none if there is none.
    #[must_use]
    pub fn last(&self) -> Option<Digest> {
        self.acts.last().map(|signed| signed.digest)
    }

    fn push(
        &mut self,
        envelope: String,
        known: &Trust,
        trust: &Trust,
        now: SystemTime,
    ) -> Result<(), ActsError> {
        let number = self.acts.len();
        let opened = open_trusted(envelope.as_bytes(), ACT_TYPE, known, APPROVALS, now)
            .map_err(|source| ActsError::Signature { number, source })?;
        let act = Act::read(&opened.payload).map_err(|source| ActsError::Act { number, source })?;
        let follows = act.server == self.server
            && usize::try_from(act.number) == Ok(number)
            && act.previous == self.last();
        if !follows {
            return Err(ActsError::Order(number));
        }
        let counts = counts(&act, &opened.keys, trust, now);
        let digest = Digest::of(envelope.as_bytes());
        self.acts.push(Signed { act, digest, counts, envelope });
        Ok(())
    }
}

/// The same keys without an end, for reading what was signed by one that has ended since.
pub(super) fn known(trust: &Trust) -> Trust {
    let endless = |key: &TrustedKey| {
        let mut key = key.clone();
        key.uses.insert(APPROVALS.into());
        TrustedKey { not_before: None, not_after: None, revoked_since: None, ..key }
    };
    // They were a set of keys before, and their ends are all that was changed.
    Trust::new(trust.keys().iter().map(endless).collect()).unwrap_or_default()
}

/// Whether one of the keys that signed an act is that of its person and counts.
fn counts(act: &Act, keys: &[String], trust: &Trust, now: SystemTime) -> Result<(), Unbelieved> {
    let mut why = None;
    let by_id: BTreeMap<String, &TrustedKey> =
        trust.keys().iter().map(|key| (key.key.id(), key)).collect();
    for id in keys {
        let Some(key) = by_id.get(id) else { continue };
        if person_of(key).as_ref() != Some(&act.by) {
            why = Some(Unbelieved::OtherPerson { key: id.clone(), by: act.by.clone() });
            continue;
        }
        let usage = if act.deed.is_measured() { MEASURES } else { APPROVALS };
        match key.counts(usage, now) {
            Ok(()) => return Ok(()),
            Err(no) => why = Some(Unbelieved::Key(no)),
        }
    }
    Err(why.unwrap_or(Unbelieved::Key(Why::UnknownKey)))
}
