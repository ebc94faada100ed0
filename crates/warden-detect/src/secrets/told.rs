//! What may be told of a credential: its kind, its last four characters, and a fingerprint.
//!
//! [`Secret`] never holds the value. What it tells is made while the value is looked at, so that
//! nothing that it is given to — a log, an answer, a report, a debugger — can show more.

use std::{fmt, ops::Range};

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use super::{SECRETS, SecretKind, find, kind::Form, shape::Fit};

/// A value that is shorter is told too well by four of its characters.
const LONG_ENOUGH: usize = 16;
/// So many credentials of one text are told of; a text with more is no text.
const MOST: usize = 4096;
/// The block of SHA-256.
const BLOCK: usize = 64;

/// The key under which fingerprints are made: without it nobody can try values against one.
pub struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// Takes 32 random bytes. Fingerprints under different keys cannot be compared.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// A name for the key, by which two fingerprints are known to be comparable. It tells nothing
    /// of the key.
    #[must_use]
    pub fn name(&self) -> [u8; 8] {
        let signed = self.sign(b"the name of a key of fingerprints");
        let mut name = [0; 8];
        name.iter_mut().zip(signed).for_each(|(slot, byte)| *slot = byte);
        name
    }

    /// HMAC-SHA-256 as in RFC 2104, whose key is shorter than a block.
    fn sign(&self, value: &[u8]) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; BLOCK];
            for (byte, key) in block.iter_mut().zip(self.0) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(value).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(…)")
    }
}

impl Drop for FingerprintKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Tells whether two credentials are the same, under one key, and nothing else of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 8]);

impl Fingerprint {
    /// The fingerprint as bytes, to be kept.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0
    }

    /// The fingerprint that was kept as these bytes, and is under the same key as then.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A credential in a text, as it may be told of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    kind: &'static SecretKind,
    start: usize,
    end: usize,
    last: Option<[u8; 4]>,
    fingerprint: Fingerprint,
}

impl Secret {
    /// Which sort of credential it is, with its issuer.
    #[must_use]
    pub const fn kind(&self) -> &'static SecretKind {
        self.kind
    }

    /// Where the value stands in the text, in bytes.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The last four letters or digits of a value of at least sixteen characters: enough for its
    /// owner to know which one it is.
    #[must_use]
    pub fn last_four(&self) -> Option<&str> {
        self.last.as_ref().and_then(|last| std::str::from_utf8(last).ok())
    }

    /// The same for the same value, wherever it stands.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.id)?;
        if let Some(last) = self.last_four() {
            write!(f, " …{last}")?;
        }
        write!(f, " #{}", self.fingerprint)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({self} at {}..{})", self.start, self.end)
    }
}

/// The credentials of a text, as they may be told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldSecrets {
    /// In order and without overlaps.
    pub secrets: Vec<Secret>,
    /// There were so many that what stands behind the last was not looked at.
    pub cut: bool,
}

/// Returns what may be told of each credential in `text`.
#[must_use]
pub fn tell_secrets(text: &str, key: &FingerprintKey) -> ToldSecrets {
    let found = find::find(text, Fit::Exact, MOST);
    let tell = |hit: &super::SecretHit| {
        let kind = SECRETS.iter().find(|kind| kind.id == hit.kind)?;
        let value = text.get(hit.range.clone())?.as_bytes();
        let signed = key.sign(value);
        Some(Secret {
            kind,
            start: hit.range.start,
            end: hit.range.end,
            last: last_four(kind, value),
            fingerprint: Fingerprint(signed.first_chunk().copied()?),
        })
    };
    ToldSecrets { secrets: found.hits.iter().filter_map(tell).collect(), cut: found.cut }
}

/// The last four letters or digits of a value, if they say little of it.
fn last_four(kind: &SecretKind, value: &[u8]) -> Option<[u8; 4]> {
    if value.len() < LONG_ENOUGH || matches!(kind.form, Form::Pem(_)) {
        return None;
    }
    let plain = value.iter().rev().filter(|byte| byte.is_ascii_alphanumeric());
    let mut last: Vec<u8> = plain.take(4).copied().collect();
    last.reverse();
    last.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::samples;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // Test case 1 of RFC 4231, whose key is padded with zeros to a block like every other.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let signed = FingerprintKey::new(key).sign(b"Hi There");
        assert_eq!(signed[..8], [0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53]);
    }

    #[test]
    fn a_secret_tells_its_kind_its_end_and_whether_it_is_another() {
        let key = FingerprintKey::new([7; 32]);
        let other = FingerprintKey::new([8; 32]);
        for (kind, text) in samples() {
            let told = tell_secrets(&format!("{text}\n{text}"), &key);
            let [first, second] = told.secrets[..] else { panic!("{kind}: {told:?}") };
            assert_eq!(first.fingerprint(), second.fingerprint());
            assert_ne!(first.fingerprint(), tell_secrets(&text, &other).secrets[0].fingerprint());
            let value = text.get(first.range()).expect("a range of the text");
            assert_eq!(first.last_four().is_some(), value.len() >= 16 && kind != "private-key");
            for shown in [format!("{first}"), format!("{first:?}"), format!("{told:#?}")] {
                assert!(shown.contains(first.kind().id) && !shown.contains(value), "{shown}");
            }
        }
        assert_eq!(format!("{key:?}"), "FingerprintKey(…)");
    }

    #[test]
    fn a_short_value_keeps_its_end() {
        let text = "postgres://app:s3cr3tPa55@db/app";
        let told = tell_secrets(text, &FingerprintKey::new([0; 32]));
        assert_eq!(told.secrets[0].last_four(), None);
        assert!(!told.cut);
    }

    #[test]
    fn a_text_of_nothing_else_is_cut_and_says_so() {
        let text = "postgres://app:s3cr3tPa55@db ".repeat(MOST + 9);
        let told = tell_secrets(&text, &FingerprintKey::new([0; 32]));
        assert!(told.cut && told.secrets.len() <= MOST, "{}", told.secrets.len());
    }
}
