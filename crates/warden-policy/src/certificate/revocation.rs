//! What is revoked or held back, whatever certificates say.

use std::collections::BTreeMap;

use warden_model::Digest;

use crate::Time;

/// Digests that nothing may be used under.
///
/// An entry counts from the moment it is known. Its time is for people: a gateway whose clock is
/// behind must not go on with what was revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revocations(BTreeMap<Digest, Revocation>);

/// One entry: of a certificate by its digest, or of anything that certificates hold for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// For ever, or until somebody lifts it.
    pub kind: RevocationKind,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// How a thing was stopped, the milder first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RevocationKind {
    /// Until it was looked at; a list without the entry lifts it.
    Quarantined,
    /// For ever.
    Revoked,
}

impl Revocations {
    /// No entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds an entry. Of two for one digest the graver one stays, then the earlier one.
    pub fn add(&mut self, digest: Digest, entry: Revocation) {
        use std::cmp::Reverse;
        match self.0.get_mut(&digest) {
            Some(known) if (known.kind, Reverse(known.at)) >= (entry.kind, Reverse(entry.at)) => {}
            Some(known) => *known = entry,
            None => {
                self.0.insert(digest, entry);
            }
        }
    }

    /// The entry of this digest.
    #[must_use]
    pub fn get(&self, digest: &Digest) -> Option<&Revocation> {
        self.0.get(digest)
    }

    /// The gravest entry of these digests.
    #[must_use]
    pub fn worst(&self, digests: impl IntoIterator<Item = Digest>) -> Option<&Revocation> {
        if self.0.is_empty() {
            return None;
        }
        digests.into_iter().filter_map(|digest| self.0.get(&digest)).max_by_key(|entry| entry.kind)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
