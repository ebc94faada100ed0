//! Whose signature counts for what, and from when until when.

mod file;

use std::{collections::BTreeSet, time::SystemTime};

use crate::{
    VerifyKey,
    envelope::{Envelope, EnvelopeError, MOST_ENVELOPE, Signature},
};

pub use file::MOST_TRUST;

/// The most keys in one set. With the bound on signatures it bounds the work that an envelope can
/// cause.
pub const MOST_KEYS: usize = 64;

/// The longest name of a key or of a use.
const MOST_NAME: usize = 200;

/// A key that is trusted for some uses, for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: VerifyKey,
    /// What people call it.
    pub name: String,
    /// What its signatures count for, for example `certificate`. Never empty.
    pub uses: BTreeSet<String>,
    /// The first moment at which its signatures count.
    pub not_before: Option<SystemTime>,
    /// The first moment at which its signatures do not count any more. A key and its successor
    /// may overlap.
    pub not_after: Option<SystemTime>,
    /// The moment from which nothing counts that it signed: when it was, or may have been, stolen.
    pub revoked_since: Option<SystemTime>,
}

/// The keys that are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Sorted by identifier, and each there once.
    keys: Vec<TrustedKey>,
}

/// Why these keys are no set of trusted keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The file is too long, no JSON of the form, or has a member twice or one that is not known.
    #[error("not a file of trusted keys")]
    Malformed,
    /// The file is of a version that is not known.
    #[error("the file of trusted keys has version {0}, and this program reads version 1")]
    Version(u64),
    /// A key cannot be read.
    #[error("key {0} in the file is no Ed25519 or P-256 public key in PEM")]
    Key(usize),
    /// The identifier beside a key is not that of the key.
    #[error("key {0} in the file has the identifier of another key")]
    Identifier(usize),
    /// A time cannot be read, or a key ends before it begins.
    #[error("key {0} has no usable times: they are RFC 3339 in UTC, the end after the beginning")]
    Times(usize),
    /// A key has no use, or a use or name that is empty or too long.
    #[error("key {0} needs a name and at least one use")]
    Names(usize),
    /// A key stands twice.
    #[error("a key stands twice")]
    Twice,
    /// There are too many.
    #[error("there are more than {MOST_KEYS} keys")]
    Many,
}

/// What an envelope held, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The payload.
    pub payload: Vec<u8>,
    /// The identifiers of the trusted keys whose signatures count, sorted, each once. Never empty.
    pub keys: Vec<String>,
}

/// Why an envelope was not opened. Where signatures fail in different ways, it is the last of them
/// in the order of this list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Why {
    /// More bytes than any envelope has.
    #[error("the envelope is longer than {MOST_ENVELOPE} bytes")]
    Long,
    /// Not a DSSE envelope with 1 to 16 signatures, a member twice, or something after it.
    #[error("not a signed envelope")]
    Malformed,
    /// The payload is of another type.
    #[error("the envelope holds another type of payload")]
    Type,
    /// No signature names a trusted key, and none fits one.
    #[error("no trusted key has signed this")]
    UnknownKey,
    /// A signature names a trusted key and does not fit it: something was changed.
    #[error("the signature of `{key}` does not fit")]
    BadSignature {
        /// The identifier of the key.
        key: String,
    },
    /// A trusted key has signed that is not trusted for this.
    #[error("`{key}` has signed, and is not trusted for this use")]
    OtherUse {
        /// The identifier of the key.
        key: String,
    },
    /// A trusted key has signed before its time.
    #[error("`{key}` has signed before it was valid")]
    NotYetValid {
        /// The identifier of the key.
        key: String,
    },
    /// A trusted key has signed after its time.
    #[error("`{key}` has signed when it was no longer valid")]
    NoLongerValid {
        /// The identifier of the key.
        key: String,
    },
    /// A key has signed that had been revoked.
    #[error("`{key}` has signed after it was revoked")]
    Revoked {
        /// The identifier of the key.
        key: String,
    },
}

impl Trust {
    /// Makes a set of keys.
    ///
    /// # Errors
    /// A key that stands twice, too many, and keys without a use or with impossible times. The
    /// number in an error is the position, from 0.
    pub fn new(mut keys: Vec<TrustedKey>) -> Result<Self, TrustError> {
        if keys.len() > MOST_KEYS {
            return Err(TrustError::Many);
        }
        for (at, key) in keys.iter().enumerate() {
            let fine = |name: &String| !name.is_empty() && name.len() <= MOST_NAME;
            if key.uses.is_empty() || !key.uses.iter().all(fine) || !fine(&key.name) {
                return Err(TrustError::Names(at));
            }
            if let (Some(from), Some(until)) = (key.not_before, key.not_after)
                && from >= until
            {
                return Err(TrustError::Times(at));
            }
        }
        keys.sort_by_cached_key(|trusted| trusted.key.id());
        let twice = keys.iter().zip(keys.iter().skip(1)).any(|(one, next)| one.key == next.key);
        if twice { Err(TrustError::Twice) } else { Ok(Self { keys }) }
    }

    /// Whom to believe about what was signed before `moment`, if somebody can vouch for that: a
    /// key that was stolen later was still its owner's then. When a key begins and ends is left.
    #[must_use]
    pub fn as_of(&self, moment: SystemTime) -> Self {
        let mut keys = self.keys.clone();
        for key in &mut keys {
            key.revoked_since = key.revoked_since.filter(|since| moment >= *since);
        }
        Self { keys }
    }

    /// The key that has this identifier, if it is one of them.
    #[must_use]
    pub fn find(&self, key: &VerifyKey) -> Option<&TrustedKey> {
        self.keys.iter().find(|known| known.key == *key)
    }

    /// The keys, sorted by identifier.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The next moment after `now` at which a signature may count that did not, or no more: when a
    /// key begins, ends or was stolen. Until then an answer that was given for `now` can be kept.
    #[must_use]
    pub fn changes_after(&self, now: SystemTime) -> Option<SystemTime> {
        let edges =
            self.keys.iter().flat_map(|key| [key.not_before, key.not_after, key.revoked_since]);
        edges.flatten().filter(|edge| *edge > now).min()
    }
}

impl TrustedKey {
    /// Whether what this key signed at that time counts for `usage`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn counts(&self, usage: &str, signed_at: SystemTime) -> Result<(), Why> {
        let key = || self.key.id();
        if self.revoked_since.is_some_and(|since| signed_at >= since) {
            return Err(Why::Revoked { key: key() });
        }
        if self.not_after.is_some_and(|until| signed_at >= until) {
            return Err(Why::NoLongerValid { key: key() });
        }
        if self.not_before.is_some_and(|from| signed_at < from) {
            return Err(Why::NotYetValid { key: key() });
        }
        if self.uses.contains(usage) { Ok(()) } else { Err(Why::OtherUse { key: key() }) }
    }
}

/// Verifies an envelope for one use, and says who signed it.
///
/// `signed_at` is when the signatures were made, from somebody who can vouch for it: the moment of
/// issue if a transparency log proves that it existed then, and otherwise the present. A time that
/// the payload itself tells is the signer's own word; whoever stole a key can write any.
///
/// # Errors
/// Unless at least one signature fits a key that is trusted for `usage` and was valid then.
pub fn open_trusted(
    envelope: &[u8],
    payload_type: &str,
    trust: &Trust,
    usage: &str,
    signed_at: SystemTime,
) -> Result<Opened, Why> {
    if envelope.len() > MOST_ENVELOPE {
        return Err(Why::Long);
    }
    let envelope = Envelope::read(envelope)?;
    let signed = envelope.signed(payload_type)?;
    let mut keys = BTreeSet::new();
    let mut why = Why::UnknownKey;
    for signature in &envelope.signatures {
        let by = whose(signature, &signed, trust);
        match by.and_then(|key| key.counts(usage, signed_at).map(|()| key)) {
            Ok(key) => {
                keys.insert(key.key.id());
            }
            Err(reason) => why = why.max(reason),
        }
    }
    if keys.is_empty() {
        return Err(why);
    }
    Ok(Opened { payload: envelope.verified(), keys: keys.into_iter().collect() })
}

/// Finds the key that a signature fits.
///
/// The name beside it is not signed and therefore only a hint: it saves trying, and a key that is
/// named and does not fit is told. A name that nobody here has may be another tool's, so then every
/// key is tried.
fn whose<'a>(
    signature: &Signature,
    signed: &[u8],
    trust: &'a Trust,
) -> Result<&'a TrustedKey, Why> {
    let fits = |key: &&TrustedKey| key.key.verify(signed, &signature.bytes).is_ok();
    if let Some(named) = trust.keys.iter().find(|key| key.key.is_named(&signature.keyid)) {
        return Some(named).filter(fits).ok_or_else(|| Why::BadSignature { key: named.key.id() });
    }
    trust.keys.iter().find(fits).ok_or(Why::UnknownKey)
}

impl From<EnvelopeError> for Why {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Malformed => Self::Malformed,
            EnvelopeError::Type => Self::Type,
            EnvelopeError::Signature => Self::UnknownKey,
        }
    }
}

#[cfg(test)]
mod tests;
