//! What signs: a key in memory or in an encrypted file, a token, or a program that is asked.

mod command;
mod encrypted;
mod plain;
mod token;
mod uri;

pub use command::{CommandSigner, MOST_ANSWER};
pub use encrypted::{Passphrase, create_encrypted, load_encrypted};
pub use plain::{KeyForm, create_plain, key_form, load_plain};
pub use token::{TokenKey, TokenSigner};
pub use uri::{BadUri, TokenUri};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use zeroize::Zeroizing;

use crate::{KeyError, KeyKind, SigningKey, VerifyKey, verifying::POINT};

/// Signs for one key, wherever that key is.
pub trait Signer {
    /// The key that verifies what this one signs.
    fn public(&self) -> VerifyKey;

    /// Signs `message`.
    ///
    /// # Errors
    /// Why there is no signature.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The library refused.
    #[error("the cryptographic library failed")]
    Library,
    /// What the signer returned is not over the message by the key that was configured.
    #[error("the signer's answer is not a signature by the configured key")]
    NotByKey,
    /// The program cannot be started or talked to.
    #[error("cannot run the signer command ({0})")]
    Command(std::io::ErrorKind),
    /// The program ended with a failure.
    #[error("the signer command failed with {}", .0.map_or_else(|| "a signal".into(), |code| format!("status {code}")))]
    Failed(Option<i32>),
    /// The program took too long and was ended.
    #[error("the signer command took too long")]
    Late,
    /// The program said more than any signature has.
    #[error("the signer command's answer is too long")]
    Long,
    /// There is no program to run.
    #[error("the signer command is empty")]
    NoCommand,
    /// The PKCS #11 library or token refused.
    #[error("the token refuses: {0}")]
    Token(TokenTrouble),
}

/// What went wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenTrouble {
    /// The library cannot be loaded, or is no PKCS #11 library.
    #[error("the library cannot be loaded")]
    Module,
    /// The library is there and does not start.
    #[error("the library does not start")]
    Start,
    /// No token has this label.
    #[error("there is no token with this label")]
    NoToken,
    /// Several tokens have this label.
    #[error("there are several tokens with this label")]
    ManyTokens,
    /// The PIN is not right, or the user may not log in.
    #[error("the PIN is refused")]
    Pin,
    /// Too many wrong PINs were given, and the token takes none any more.
    #[error("the PIN is locked")]
    Locked,
    /// No private key has this label.
    #[error("there is no private key with this label")]
    NoKey,
    /// Several private keys have this label.
    #[error("there are several keys with this label")]
    ManyKeys,
    /// The token cannot sign with this key.
    #[error("it does not sign")]
    Sign,
}

/// A key of either kind in memory. It cannot be printed.
pub enum LocalKey {
    /// Ed25519.
    Ed25519(SigningKey),
    /// ECDSA over P-256.
    P256(EcdsaKey),
}

/// An ECDSA key over P-256.
pub struct EcdsaKey(EcdsaKeyPair);

impl std::fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LocalKey").field(&self.public()).finish()
    }
}

impl LocalKey {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    /// When the library has no randomness.
    pub fn generate(kind: KeyKind) -> Result<Self, KeyError> {
        match kind {
            KeyKind::Ed25519 => SigningKey::generate().map(Self::Ed25519),
            KeyKind::P256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)
                .map(|pair| Self::P256(EcdsaKey(pair)))
                .map_err(|_| KeyError::Library),
        }
    }

    /// Reads PKCS #8 (RFC 5958) of either kind.
    ///
    /// # Errors
    /// What holds no such key.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = SigningKey::from_pkcs8(pkcs8) {
            return Ok(Self::Ed25519(key));
        }
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8)
            .map(|pair| Self::P256(EcdsaKey(pair)))
            .map_err(|_| KeyError::Malformed)
    }

    /// The key as PKCS #8 in the form that every reader takes, without the public half of an
    /// Ed25519 key.
    fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match self {
            Self::Ed25519(key) => key.pair().to_pkcs8v1(),
            Self::P256(key) => key.0.to_pkcs8v1(),
        };
        document
            .map(|document| Zeroizing::new(document.as_ref().to_vec()))
            .map_err(|_| KeyError::Library)
    }
}

impl Signer for LocalKey {
    fn public(&self) -> VerifyKey {
        match self {
            Self::Ed25519(key) => key.public().into(),
            Self::P256(key) => {
                let mut point = [0; POINT];
                // The library gives the uncompressed form, which is as long as that.
                for (to, from) in point.iter_mut().zip(key.0.public_key().as_ref()) {
                    *to = *from;
                }
                VerifyKey::P256(point)
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message)),
            Self::P256(key) => key
                .0
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError::Library),
        }
    }
}

impl Signer for SigningKey {
    fn public(&self) -> VerifyKey {
        Self::public(self).into()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(Self::sign(self, message))
    }
}
