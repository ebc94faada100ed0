//! A file that a passphrase opens: a few secrets of others, kept whole in one piece.
//!
//! It is one PEM block. In it stand the version, how often the passphrase is hashed, salt and
//! nonce, and then the text, encrypted and authenticated together with what stands before it
//! (PBKDF2 with HMAC-SHA-256, RFC 8018; AES-256-GCM, NIST SP 800-38D). Each time it is written
//! salt and nonce are new, so that no key is used twice.

use std::{io, num::NonZeroU32, path::Path};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    pbkdf2::{self, PBKDF2_HMAC_SHA256},
};
use zeroize::Zeroizing;

use crate::{KeyError, Passphrase, pem, private, random};

/// The longest file, in bytes.
pub const MOST_COFFER: usize = 1 << 20;

const LABEL: &str = "MCPWARDEN SECRETS";
const VERSION: u8 = 1;
/// The number that OWASP names for this function: some tenths of a second for each guess.
const ROUNDS: u32 = 600_000;
/// What a file may ask for. More would let a file stop the program.
const MOST_ROUNDS: u32 = 10_000_000;
const KEY: usize = 32;
const SALT: usize = 16;
const NONCE: usize = 12;
/// What stands before the nonce: version, rounds, salt.
const HEAD: usize = 1 + 4 + SALT;

/// Why a file of secrets cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum CofferError {
    /// It cannot be read or written.
    #[error("the file of secrets cannot be used")]
    Io(#[source] io::Error),
    /// Others could read it.
    #[error("the file of secrets is open to others (mode {mode:o}); it must be 0600")]
    Open {
        /// Its mode.
        mode: u32,
    },
    /// It is no file of secrets, or of a kind that is not known.
    #[error("this is no file of secrets")]
    Malformed,
    /// The passphrase is wrong, or the file was changed.
    #[error("the passphrase does not open the file of secrets")]
    Passphrase,
    /// There is more in it than it can hold.
    #[error("the file of secrets would be longer than {MOST_COFFER} bytes")]
    Long,
    /// The library refused.
    #[error("the cryptographic library failed")]
    Library,
}

impl From<KeyError> for CofferError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Io(error) => Self::Io(error),
            KeyError::Open { mode } => Self::Open { mode },
            _ => Self::Library,
        }
    }
}

/// Writes a new file (mode 0600). One that is there stays as it is.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn create_coffer(
    path: &Path,
    plain: &[u8],
    passphrase: &Passphrase,
) -> Result<(), CofferError> {
    let text = seal(plain, passphrase, ROUNDS)?;
    Ok(private::create_new(path, text.as_bytes())?)
}

/// Writes a file in the place of another one; until it is whole, the other one stays.
///
/// # Errors
/// It cannot be written.
pub fn replace_coffer(
    path: &Path,
    plain: &[u8],
    passphrase: &Passphrase,
) -> Result<(), CofferError> {
    let text = seal(plain, passphrase, ROUNDS)?;
    Ok(private::replace(path, text.as_bytes())?)
}

/// What a file holds. It is wiped when it is no longer needed.
///
/// # Errors
/// A file that is missing, open to others, no file of secrets, or not of this passphrase.
pub fn open_coffer(
    path: &Path,
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, CofferError> {
    let text = private::read_most(path, MOST_COFFER as u64 + 1)?;
    open(&text, passphrase)
}

fn seal(plain: &[u8], passphrase: &Passphrase, rounds: u32) -> Result<String, CofferError> {
    let salt: [u8; SALT] = random()?;
    let mut head = Vec::with_capacity(HEAD);
    head.push(VERSION);
    head.extend_from_slice(&rounds.to_be_bytes());
    head.extend_from_slice(&salt);
    let key = derive(passphrase, &salt, rounds)?;
    // With room for the tag, so that no copy of the text is left behind by growing.
    let mut inside = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    inside.extend_from_slice(plain);
    let nonce = key.seal_in_place_append_tag(Aad::from(&head), &mut *inside);
    let nonce = nonce.map_err(|_| CofferError::Library)?;
    head.extend_from_slice(nonce.as_ref());
    head.extend_from_slice(&inside);
    let text = pem::write(LABEL, &head);
    if text.len() > MOST_COFFER { Err(CofferError::Long) } else { Ok(text) }
}

fn open(text: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, CofferError> {
    let whole = pem::read(text, LABEL, MOST_COFFER).map_err(|_| CofferError::Malformed)?;
    let (head, rest) = whole.split_at_checked(HEAD).ok_or(CofferError::Malformed)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(CofferError::Malformed)?;
    let [VERSION, a, b, c, d, salt @ ..] = head else { return Err(CofferError::Malformed) };
    let rounds = u32::from_be_bytes([*a, *b, *c, *d]);
    if rounds == 0 || rounds > MOST_ROUNDS {
        return Err(CofferError::Malformed);
    }
    let key = derive(passphrase, salt, rounds)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CofferError::Malformed)?;
    let mut inside = Zeroizing::new(sealed.to_vec());
    // A wrong passphrase looks like a file that was changed, and the other way round.
    let opened = key.open_in_place(nonce, Aad::from(head), &mut inside);
    let length = opened.map_err(|_| CofferError::Passphrase)?.len();
    inside.truncate(length);
    Ok(inside)
}

fn derive(
    passphrase: &Passphrase,
    salt: &[u8],
    rounds: u32,
) -> Result<RandomizedNonceKey, CofferError> {
    let rounds = NonZeroU32::new(rounds).ok_or(CofferError::Malformed)?;
    let mut key = Zeroizing::new([0; KEY]);
    pbkdf2::derive(PBKDF2_HMAC_SHA256, rounds, salt, passphrase.bytes(), &mut *key);
    RandomizedNonceKey::new(&AES_256_GCM, &*key).map_err(|_| CofferError::Library)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn what_was_put_in_comes_out_with_the_same_passphrase_only() {
        let text = seal(b"{\"a\":1}", &passphrase("right"), 2).unwrap();
        assert_eq!(&**open(text.as_bytes(), &passphrase("right")).unwrap(), b"{\"a\":1}");
        let wrong = open(text.as_bytes(), &passphrase("wrong"));
        assert!(matches!(wrong, Err(CofferError::Passphrase)));
        assert!(!text.contains("right"));
    }

    #[test]
    fn no_bit_of_a_file_can_be_changed() {
        let text = seal(b"secret", &passphrase("right"), 2).unwrap();
        let whole = pem::read(text.as_bytes(), LABEL, MOST_COFFER).unwrap();
        for at in 0..whole.len() * 8 {
            let mut bad = whole.to_vec();
            bad[at / 8] ^= 1 << (at % 8);
            // More rounds than a test has time for are not what is tried here.
            if u32::from_be_bytes([bad[1], bad[2], bad[3], bad[4]]) > 1000 {
                continue;
            }
            let bad = pem::write(LABEL, &bad);
            assert!(open(bad.as_bytes(), &passphrase("right")).is_err(), "bit {at}");
        }
    }

    #[test]
    fn a_file_cannot_ask_for_work_without_end() {
        let mut bad = vec![VERSION];
        bad.extend_from_slice(&u32::MAX.to_be_bytes());
        bad.extend_from_slice(&[0; 64]);
        let bad = pem::write(LABEL, &bad);
        assert!(matches!(open(bad.as_bytes(), &passphrase("x")), Err(CofferError::Malformed)));
        assert!(matches!(open(b"", &passphrase("x")), Err(CofferError::Malformed)));
        assert!(matches!(seal(&vec![0; MOST_COFFER], &passphrase("x"), 2), Err(CofferError::Long)));
    }

    #[test]
    fn a_file_is_only_for_its_owner_and_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        let (one, two) = (passphrase("one"), passphrase("two"));
        create_coffer(&path, b"first", &one).unwrap();
        assert!(matches!(create_coffer(&path, b"again", &one), Err(CofferError::Io(_))));
        replace_coffer(&path, b"second", &two).unwrap();
        assert_eq!(&**open_coffer(&path, &two).unwrap(), b"second");
        assert!(matches!(open_coffer(&path, &one), Err(CofferError::Passphrase)));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(open_coffer(&path, &two), Err(CofferError::Open { mode: 0o640 })));
    }
}
