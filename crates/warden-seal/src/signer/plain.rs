//! A key in a file without a passphrase: PKCS #8 (RFC 5958), as PEM or as its DER, for its owner's
//! eyes only.

use std::path::Path;

use crate::{KeyError, LocalKey, pem, private, signer::encrypted};

const LABEL: &str = "PRIVATE KEY";
const MOST_PEM: usize = 4096;

/// What a file of a key needs before it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// Nothing.
    Plain,
    /// A passphrase.
    Encrypted,
}

/// Tells what the key in this file needs. Whether it is one is told by whoever reads it.
///
/// # Errors
/// A file that is missing or open to others.
pub fn key_form(path: &Path) -> Result<KeyForm, KeyError> {
    let head = format!("-----BEGIN {}-----", encrypted::LABEL);
    let bytes = zeroize::Zeroizing::new(private::read(path)?);
    let encrypted = bytes.trim_ascii_start().starts_with(head.as_bytes());
    Ok(if encrypted { KeyForm::Encrypted } else { KeyForm::Plain })
}

/// Writes `key` to a new file (mode 0600) as PEM. A file that is there stays as it is.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn create_plain(path: &Path, key: &LocalKey) -> Result<(), KeyError> {
    let text = zeroize::Zeroizing::new(pem::write(LABEL, &key.pkcs8()?));
    private::create_new(path, text.as_bytes())
}

/// Reads the key in this file: PEM, or DER as the key of a machine is kept.
///
/// # Errors
/// A file that is missing, open to others, or no such key.
pub fn load_plain(path: &Path) -> Result<LocalKey, KeyError> {
    let bytes = zeroize::Zeroizing::new(private::read(path)?);
    match pem::read(&bytes, LABEL, MOST_PEM) {
        Ok(der) => LocalKey::from_pkcs8(&der),
        Err(_) => LocalKey::from_pkcs8(&bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyKind, Passphrase, Signer as _, SigningKey, create_encrypted};

    #[test]
    fn a_key_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        for kind in [KeyKind::Ed25519, KeyKind::P256] {
            let key = LocalKey::generate(kind).unwrap();
            let path = folder.path().join(format!("{kind:?}.pem"));
            create_plain(&path, &key).unwrap();
            assert_eq!(key_form(&path).unwrap(), KeyForm::Plain);
            assert_eq!(load_plain(&path).unwrap().public(), key.public());
            assert!(matches!(create_plain(&path, &key), Err(KeyError::Io(_))));
        }
        let own = folder.path().join("key.pk8");
        let key = SigningKey::load_or_create(&own).unwrap();
        assert_eq!(load_plain(&own).unwrap().public(), key.public().into());
    }

    #[test]
    fn what_needs_a_passphrase_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let key = LocalKey::generate(KeyKind::P256).unwrap();
        let words = Passphrase::new(b"words".to_vec()).unwrap();
        create_encrypted(&path, &key, &words).unwrap();
        assert_eq!(key_form(&path).unwrap(), KeyForm::Encrypted);
        assert!(matches!(load_plain(&path), Err(KeyError::Malformed)));
    }
}
