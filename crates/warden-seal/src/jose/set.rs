//! The keys of one issuer (RFC 7517, section 5).

use serde_json::Value;

use super::{Algorithm, Header, jwk::Jwk};
use crate::strict::read_strict;

/// The longest set that is read, in bytes.
pub const MOST_SET: usize = 256 << 10;

/// The most keys in one set.
const MOST_KEYS: usize = 64;

/// The most keys of one name that are tried.
const MOST_TRIED: usize = 4;

/// The keys of one issuer. Keys of other kinds and for other uses are left out.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Jwk>);

/// The text is no set of keys, or has more of them than are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Web Key Set of at most {MOST_KEYS} keys")]
pub struct BadSet;

/// Why no key of a set can verify a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// There is none of this name; the issuer may have a new one.
    #[error("the issuer has no such key")]
    Unknown,
    /// There is one of this name, for something else.
    #[error("the key is not for this algorithm")]
    Unfit,
    /// The token names no key, and several could be meant.
    #[error("the token does not say by which key it is signed")]
    Unnamed,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// See [`BadSet`]. A key that cannot be used is no error: an issuer may have others (RFC 7517,
    /// section 5).
    pub fn read(text: &[u8]) -> Result<Self, BadSet> {
        let set = read_strict(text, MOST_SET).map_err(|_| BadSet)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(BadSet)?;
        if keys.len() > MOST_KEYS {
            return Err(BadSet);
        }
        Ok(Self(keys.iter().filter_map(|key| Jwk::read(key).ok()).collect()))
    }

    /// The thumbprint of each key.
    pub fn thumbprints(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Jwk::thumbprint)
    }

    /// Whether there is any key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that a token with this header may be signed by.
    ///
    /// # Errors
    /// See [`NoKey`].
    pub fn find(&self, header: &Header) -> Result<Vec<&Jwk>, NoKey> {
        let Some(kid) = &header.kid else {
            return self.only(header.algorithm).map(|key| vec![key]);
        };
        let mut named = self.0.iter().filter(|key| key.kid() == Some(kid)).peekable();
        if named.peek().is_none() {
            return Err(NoKey::Unknown);
        }
        let fit: Vec<_> = named.filter(|key| key.fits(header.algorithm)).take(MOST_TRIED).collect();
        if fit.is_empty() { Err(NoKey::Unfit) } else { Ok(fit) }
    }

    fn only(&self, algorithm: Algorithm) -> Result<&Jwk, NoKey> {
        let mut fit = self.0.iter().filter(|key| key.fits(algorithm));
        match (fit.next(), fit.next()) {
            (None, _) => Err(NoKey::Unknown),
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(NoKey::Unnamed),
        }
    }
}
