//! Ed25519 keys (RFC 8032) and the file that a local key lives in.

use std::{io, path::Path};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use warden_model::Digest;

use crate::private;

/// A key that signs. It cannot be printed.
pub struct SigningKey(Ed25519KeyPair);

/// A key that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("cannot use the key file")]
    Io(#[from] io::Error),
    /// Others could read the file.
    #[error("the key file is open to others (mode {mode:o}); it must be 0600")]
    Open {
        /// Its mode.
        mode: u32,
    },
    /// The file does not hold a key.
    #[error("the key file does not hold an Ed25519 or P-256 key")]
    Malformed,
    /// The file or value is too short to be a secret.
    #[error("a secret has at least 32 bytes")]
    Short,
    /// The key is encrypted in a way that is not read here.
    #[error("the key file is not encrypted with PBES2, PBKDF2-HMAC-SHA256 and AES-256-CBC")]
    Encryption,
    /// The passphrase is wrong, or the file is damaged.
    #[error("the passphrase does not open the key file")]
    Passphrase,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    NoPassphrase,
    /// A file that is no passphrase at all.
    #[error("the passphrase is longer than 4095 bytes")]
    LongPassphrase,
    /// The library refused.
    #[error("the cryptographic library failed")]
    Library,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public().id()).finish()
    }
}

impl SigningKey {
    /// Makes a new key from the system's randomness.
    ///
    /// # Errors
    /// When the library has no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        Ed25519KeyPair::generate().map(Self).map_err(|_| KeyError::Library)
    }

    /// Reads the key in this file.
    ///
    /// # Errors
    /// A file that is missing, open to others, or no key.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::from_pkcs8(&private::read(path)?)
    }

    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_pkcs8(pkcs8).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// Reads the key in this file, or makes one (mode 0600) if there is no file.
    ///
    /// # Errors
    /// See [`SigningKey::load`].
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        let pkcs8 = private::read_or_create(path, || {
            Self::generate()?.0.to_pkcs8().map_err(|_| KeyError::Library)
        })?;
        Self::from_pkcs8(&pkcs8)
    }

    pub(crate) const fn pair(&self) -> &Ed25519KeyPair {
        &self.0
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

impl PublicKey {
    /// The key with these 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of this key: the digest of its bytes.
    #[must_use]
    pub fn id(&self) -> String {
        Digest::of(&self.0).to_string()
    }

    /// The key as a PEM `SubjectPublicKeyInfo` (RFC 8410), as other tools read it.
    #[must_use]
    pub fn pem(&self) -> String {
        // SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING }
        const HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
        let der = [&HEAD[..], &self.0].concat();
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }

    /// Whether `signature` is over `message` by this key.
    ///
    /// # Errors
    /// When it is not.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(message, signature)
            .map_err(|_| BadSignature)
    }
}

/// The signature is not over this message by this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pk8");
        let first = SigningKey::load_or_create(&path).unwrap().public();
        let second = SigningKey::load_or_create(&path).unwrap().public();
        assert_eq!(first, second);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SigningKey::load(&path), Err(KeyError::Open { mode: 0o640 })));
    }

    #[test]
    fn a_public_key_is_written_as_others_read_it() {
        // RFC 8410, section 10.1.
        let bytes =
            Digest::from_hex(b"19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assert!(
            PublicKey::from_bytes(*bytes.unwrap().bytes())
                .pem()
                .contains("\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n")
        );
    }

    #[test]
    fn debug_output_does_not_tell_the_key() {
        let key = SigningKey::generate().unwrap();
        assert!(format!("{key:?}").starts_with("SigningKey(\"sha256:"));
    }

    #[test]
    fn only_the_key_and_the_message_verify() {
        let key = SigningKey::generate().unwrap();
        let signature = key.sign(b"message");
        assert_eq!(key.public().verify(b"message", &signature), Ok(()));
        assert_eq!(key.public().verify(b"massage", &signature), Err(BadSignature));
        let other = SigningKey::generate().unwrap();
        assert_eq!(other.public().verify(b"message", &signature), Err(BadSignature));
    }
}
