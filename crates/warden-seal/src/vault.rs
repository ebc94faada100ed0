//! State that we hand to somebody else and want back as it was: sealed, and bound to where it may
//! be used.
//!
//! A token is base64url without padding of version, key, nonce, ciphertext and tag (AES-256-GCM).
//! What it is bound to is not in it but has to be said again to open it. Nonces are random, so a
//! secret is good for some 2^32 tokens (NIST SP 800-38D, section 8.3) and then has to be changed.

use std::path::Path;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{KeyError, private};

/// The longest token that is made or opened.
pub const MOST_TOKEN: usize = 256 * 1024;

/// The bytes of a fresh secret, and the fewest that one may have.
const SECRET: usize = 32;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
/// What stands before the ciphertext: version, key, nonce.
const HEAD: usize = 2 + NONCE;

/// Random bytes of the system.
///
/// # Errors
/// When the library has no randomness.
pub fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| KeyError::Library)?;
    Ok(bytes)
}

/// What keys are derived from. It cannot be printed.
pub struct Secret(Box<[u8]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// Makes a new secret from the system's randomness.
    ///
    /// # Errors
    /// When the library has no randomness.
    pub fn random() -> Result<Self, KeyError> {
        let mut bytes = [0; SECRET];
        rand::fill(&mut bytes).map_err(|_| KeyError::Library)?;
        Ok(Self(Box::new(bytes)))
    }

    /// Takes a secret of at least 32 bytes.
    ///
    /// # Errors
    /// Fewer bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() < SECRET { Err(KeyError::Short) } else { Ok(Self(bytes.into())) }
    }

    /// Reads the secret in this file.
    ///
    /// # Errors
    /// A file that is missing, open to others, or too short.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::from_bytes(&private::read(path)?)
    }

    /// Reads the secret in this file, or makes one (mode 0600) if there is no file.
    ///
    /// # Errors
    /// See [`Secret::load`].
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        Self::from_bytes(&private::read_or_create(path, || Ok(Self::random()?.0))?)
    }

    /// Derives 32 bytes for `purpose` (HKDF of RFC 5869 with SHA-256): the same each time, and of no
    /// use to tell the secret or what is derived for anything else.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn derive(&self, purpose: &'static str) -> Result<[u8; SECRET], KeyError> {
        let mut bytes = [0; SECRET];
        Salt::new(HKDF_SHA256, b"mcpwarden derived 1")
            .extract(&self.0)
            .expand(&[purpose.as_bytes()], HKDF_SHA256)
            .and_then(|material| material.fill(&mut bytes))
            .map_err(|_| KeyError::Library)?;
        Ok(bytes)
    }
}

/// Seals and opens tokens for one purpose. The keys are derived once, when it is made.
pub struct Vault {
    /// The current key, then those that tokens may still come back under.
    keys: Vec<Key>,
}

struct Key {
    /// Which key it is, so that few have to be tried; replicas with one secret agree on it.
    id: u8,
    key: RandomizedNonceKey,
}

/// The token is not one that we sealed for this use.
///
/// There is one error for everything, so that nobody learns by trying what is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a token of ours for this use")]
pub struct NotOurs;

/// What was to be sealed is too long, or the library has no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this cannot be sealed")]
pub struct NotSealed;

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("keys", &self.keys.len()).finish()
    }
}

impl Vault {
    /// Derives the key for `purpose`. Tokens of one purpose are of no use for another.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn new(secret: &Secret, purpose: &'static str) -> Result<Self, KeyError> {
        Self::rotating(secret, &[], purpose)
    }

    /// The same, and also opens what was sealed with one of the `previous` secrets.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn rotating(
        current: &Secret,
        previous: &[Secret],
        purpose: &'static str,
    ) -> Result<Self, KeyError> {
        let keys = std::iter::once(current).chain(previous);
        let keys = keys.map(|secret| Key::derive(secret, purpose)).collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    /// A vault whose tokens nobody else can open, and nobody at all once it is gone.
    ///
    /// # Errors
    /// When the library has no randomness.
    pub fn random(purpose: &'static str) -> Result<Self, KeyError> {
        Self::new(&Secret::random()?, purpose)
    }

    /// Seals `plain` into a token that opens only for the same `bound_to`.
    ///
    /// # Errors
    /// What makes a token longer than [`MOST_TOKEN`].
    pub fn seal(&self, plain: &[u8], bound_to: &[&[u8]]) -> Result<String, NotSealed> {
        let whole = HEAD + plain.len() + TAG;
        let key = self.keys.first().ok_or(NotSealed)?;
        if base64::encoded_len(whole, false).is_none_or(|length| length > MOST_TOKEN) {
            return Err(NotSealed);
        }
        let mut token = Vec::with_capacity(whole);
        token.extend_from_slice(&[VERSION, key.id]);
        token.extend_from_slice(&[0; NONCE]);
        token.extend_from_slice(plain);
        let bound = Aad::from(bound(key.id, bound_to));
        let inside = token.get_mut(HEAD..).ok_or(NotSealed)?;
        let sealed = key.key.seal_in_place_separate_tag(bound, inside);
        let (nonce, tag) = sealed.map_err(|_| NotSealed)?;
        token.get_mut(2..HEAD).ok_or(NotSealed)?.copy_from_slice(nonce.as_ref());
        token.extend_from_slice(tag.as_ref());
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    /// Opens a token.
    ///
    /// # Errors
    /// Everything that is not a token of ours for this use.
    pub fn open(&self, token: &str, bound_to: &[&[u8]]) -> Result<Vec<u8>, NotOurs> {
        if token.len() > MOST_TOKEN {
            return Err(NotOurs);
        }
        let token = URL_SAFE_NO_PAD.decode(token).map_err(|_| NotOurs)?;
        let (head, sealed) = token.split_at_checked(HEAD).ok_or(NotOurs)?;
        let [VERSION, id, nonce @ ..] = head else { return Err(NotOurs) };
        let bound = bound(*id, bound_to);
        // Keys may share an identifier, as it is but a byte.
        for key in self.keys.iter().filter(|key| key.id == *id) {
            let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| NotOurs)?;
            let mut inside = sealed.to_vec();
            let opened = key.key.open_in_place(nonce, Aad::from(&bound), &mut inside);
            if let Ok(plain) = opened.map(|plain| plain.len()) {
                inside.truncate(plain);
                return Ok(inside);
            }
        }
        Err(NotOurs)
    }
}

impl Key {
    fn derive(secret: &Secret, purpose: &str) -> Result<Self, KeyError> {
        /// An identifier and a key.
        #[derive(Clone, Copy)]
        struct Both;
        impl KeyType for Both {
            fn len(&self) -> usize {
                1 + SECRET
            }
        }
        let mut both = [0; 1 + SECRET];
        Salt::new(HKDF_SHA256, b"mcpwarden vault 1")
            .extract(&secret.0)
            .expand(&[purpose.as_bytes()], Both)
            .and_then(|material| material.fill(&mut both))
            .map_err(|_| KeyError::Library)?;
        let [id, key @ ..] = &both;
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| KeyError::Library)?;
        Ok(Self { id: *id, key })
    }
}

/// What is authenticated beside the text: each part with its length, so that no two lists are
/// alike.
fn bound(id: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len() + 8).sum();
    let mut bound = Vec::with_capacity(length + 2);
    bound.extend_from_slice(&[VERSION, id]);
    for part in parts {
        bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bound.extend_from_slice(part);
    }
    bound
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use proptest::prelude::*;

    use super::*;

    fn secret(byte: u8) -> Secret {
        Secret::from_bytes(&[byte; 32]).unwrap()
    }

    #[test]
    fn what_is_derived_depends_on_secret_and_purpose_alone() {
        let first = secret(1).derive("a").unwrap();
        assert_eq!(secret(1).derive("a").unwrap(), first);
        assert_ne!(secret(1).derive("b").unwrap(), first);
        assert_ne!(secret(2).derive("a").unwrap(), first);
    }

    #[test]
    fn a_token_opens_only_for_what_it_is_bound_to() {
        let vault = Vault::random("a").unwrap();
        let token = vault.seal(b"state", &[b"alice", b"request"]).unwrap();
        assert_eq!(vault.open(&token, &[b"alice", b"request"]).unwrap(), b"state");
        let others: [&[&[u8]]; 6] = [
            &[b"bob", b"request"],
            &[b"alice"],
            &[b"request", b"alice"],
            &[b"alicer", b"equest"],
            &[b"alice", b"request", b""],
            &[],
        ];
        for other in others {
            assert_eq!(vault.open(&token, other), Err(NotOurs), "{other:?}");
        }
    }

    #[test]
    fn a_token_is_of_one_purpose_and_one_secret() {
        let vault = Vault::new(&secret(1), "a").unwrap();
        let token = vault.seal(b"state", &[]).unwrap();
        assert_eq!(Vault::new(&secret(1), "a").unwrap().open(&token, &[]).unwrap(), b"state");
        assert_eq!(Vault::new(&secret(1), "b").unwrap().open(&token, &[]), Err(NotOurs));
        assert_eq!(Vault::new(&secret(2), "a").unwrap().open(&token, &[]), Err(NotOurs));
        assert_ne!(vault.seal(b"state", &[]).unwrap(), token);
    }

    #[test]
    fn tokens_survive_one_change_of_the_secret_until_it_is_dropped() {
        let old = Vault::new(&secret(1), "a").unwrap();
        let both = Vault::rotating(&secret(2), &[secret(1)], "a").unwrap();
        let new = Vault::new(&secret(2), "a").unwrap();
        let token = old.seal(b"old", &[]).unwrap();
        assert_eq!(both.open(&token, &[]).unwrap(), b"old");
        assert_eq!(new.open(&token, &[]), Err(NotOurs));
        let token = both.seal(b"new", &[]).unwrap();
        assert_eq!(new.open(&token, &[]).unwrap(), b"new");
        assert_eq!(old.open(&token, &[]), Err(NotOurs));
    }

    #[test]
    fn keys_that_share_an_identifier_are_told_apart() {
        let id = |byte| Key::derive(&secret(byte), "a").unwrap().id;
        // Of 257 secrets two would have to share the byte.
        let (one, other) = (0..=255_u8)
            .flat_map(|one| (0..one).map(move |other| (one, other)))
            .find(|(one, other)| id(*one) == id(*other))
            .expect("so do two of these");
        let vault = Vault::rotating(&secret(one), &[secret(other)], "a").unwrap();
        let token = Vault::new(&secret(other), "a").unwrap().seal(b"x", &[]).unwrap();
        assert_eq!(vault.open(&token, &[]).unwrap(), b"x");
    }

    #[test]
    fn no_bit_of_a_token_can_be_changed() {
        let vault = Vault::random("a").unwrap();
        let token = vault.seal(b"state", &[b"x"]).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert_eq!(vault.open(&URL_SAFE_NO_PAD.encode(bad), &[b"x"]), Err(NotOurs));
        }
        for end in 0..token.len() {
            assert_eq!(vault.open(token.get(..end).unwrap(), &[b"x"]), Err(NotOurs));
        }
        // A token has one spelling.
        assert_eq!(vault.open(&format!("{token}="), &[b"x"]), Err(NotOurs));
        assert_eq!(vault.open(&format!(" {token}"), &[b"x"]), Err(NotOurs));
    }

    #[test]
    fn what_is_too_long_is_neither_sealed_nor_opened() {
        let vault = Vault::random("a").unwrap();
        let most = MOST_TOKEN / 4 * 3 - HEAD - TAG;
        let token = vault.seal(&vec![7; most], &[]).unwrap();
        assert_eq!(token.len(), MOST_TOKEN);
        assert_eq!(vault.open(&token, &[]).unwrap().len(), most);
        assert_eq!(vault.seal(&vec![7; most + 1], &[]), Err(NotSealed));
        assert_eq!(vault.open(&"A".repeat(MOST_TOKEN + 1), &[]), Err(NotOurs));
    }

    #[test]
    fn a_secret_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.secret");
        let all: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Secret::load_or_create(&path).unwrap().0)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
        assert!(matches!(Secret::load(&path), Err(KeyError::Open { mode: 0o604 })));
        assert!(matches!(Secret::from_bytes(&[1; 31]), Err(KeyError::Short)));
    }

    #[test]
    fn debug_output_does_not_tell_the_secret() {
        assert_eq!(format!("{:?}", secret(65)), "Secret(..)");
        assert_eq!(format!("{:?}", Vault::new(&secret(65), "a").unwrap()), "Vault { keys: 1 }");
    }

    proptest! {
        #[test]
        fn nothing_else_opens(token in "[A-Za-z0-9_-]{0,80}|\\PC{0,20}") {
            let vault = Vault::new(&secret(1), "a").unwrap();
            prop_assert_eq!(vault.open(&token, &[]), Err(NotOurs));
        }

        #[test]
        fn what_was_sealed_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..300)) {
            let vault = Vault::new(&secret(1), "a").unwrap();
            let token = vault.seal(&plain, &[&plain]).unwrap();
            prop_assert_eq!(vault.open(&token, &[&plain]).unwrap(), plain);
        }
    }
}
