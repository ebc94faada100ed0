//! A key in a file that a passphrase opens: PKCS #8 `EncryptedPrivateKeyInfo` (RFC 5958) in PEM,
//! with PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, and AES-256-CBC. `openssl pkey` reads it.

use std::{num::NonZeroU32, path::Path};

use aws_lc_rs::{
    cipher::{
        AES_256, DecryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
        UnboundCipherKey,
    },
    iv::FixedLength,
    pbkdf2::{self, PBKDF2_HMAC_SHA256},
};
use zeroize::Zeroizing;

use crate::{
    KeyError, LocalKey,
    der::{self, NotDer, Reader},
    pem, private, random,
};

pub(super) const LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// 1.2.840.113549.1.5.13 (RFC 8018, appendix A.4).
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
/// 1.2.840.113549.1.5.12 (RFC 8018, appendix A.2).
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
/// 1.2.840.113549.2.9 (RFC 8018, appendix B.1.2).
const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
/// 2.16.840.1.101.3.4.1.42 (RFC 8018, appendix B.2.5).
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];

/// How often a guess has to be hashed: some tenths of a second. It is the number that OWASP names
/// for this function.
const ROUNDS: u32 = 600_000;
/// What a file may ask for. More would let a file stop the program.
const MOST_ROUNDS: u32 = 10_000_000;
const KEY: usize = 32;
const SALT: usize = 16;
const BLOCK: usize = 16;
/// The longest key, salt and text that there is any use for.
const MOST_PEM: usize = 4096;
/// The longest passphrase in a file.
const MOST_PASSPHRASE: usize = 4096;

/// What opens a key. It cannot be printed, and is wiped when it is no longer needed.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Both are there to be compared by whoever typed them, so it does not matter how long that takes.
impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl Passphrase {
    /// Takes a passphrase.
    ///
    /// # Errors
    /// An empty one.
    pub fn new(bytes: Vec<u8>) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(bytes);
        if bytes.is_empty() { Err(KeyError::NoPassphrase) } else { Ok(Self(bytes)) }
    }

    /// Reads the passphrase that a file holds, without the line end after it.
    ///
    /// # Errors
    /// A file that is missing, open to others, empty, or longer than any passphrase.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(private::read(path)?);
        if bytes.len() >= MOST_PASSPHRASE {
            return Err(KeyError::LongPassphrase);
        }
        for end in [b'\n', b'\r'] {
            bytes.pop_if(|last| *last == end);
        }
        Self::new(std::mem::take(&mut *bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Writes `key` to a new file (mode 0600). A file that is there stays as it is.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn create_encrypted(
    path: &Path,
    key: &LocalKey,
    passphrase: &Passphrase,
) -> Result<(), KeyError> {
    let text = seal(&key.pkcs8()?, passphrase, ROUNDS)?;
    private::create_new(path, text.as_bytes())
}

/// Reads the key in this file.
///
/// # Errors
/// A file that is missing, open to others, encrypted in another way, or not with this passphrase.
pub fn load_encrypted(path: &Path, passphrase: &Passphrase) -> Result<LocalKey, KeyError> {
    open(&private::read(path)?, passphrase)
}

fn seal(pkcs8: &[u8], passphrase: &Passphrase, rounds: u32) -> Result<String, KeyError> {
    let salt: [u8; SALT] = random()?;
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher_key(passphrase, &salt, rounds)?)
        .map_err(|_| KeyError::Library)?;
    // With room for the padding, so that no copy of the key is left behind by growing.
    let mut inside = Zeroizing::new(Vec::with_capacity(pkcs8.len() + BLOCK));
    inside.extend_from_slice(pkcs8);
    let context = cipher.encrypt(&mut *inside).map_err(|_| KeyError::Library)?;
    let DecryptionContext::Iv128(iv) = context else { return Err(KeyError::Library) };
    let parameters = sequence(&[
        &der::value(der::OCTET_STRING, &[&salt]),
        &der::number(rounds),
        &sequence(&[&der::value(der::OID, &[HMAC_SHA256]), &der::value(der::NULL, &[])]),
    ]);
    let derivation = sequence(&[&der::value(der::OID, &[PBKDF2]), &parameters]);
    let encryption = sequence(&[
        &der::value(der::OID, &[AES_256_CBC]),
        &der::value(der::OCTET_STRING, &[iv.as_ref()]),
    ]);
    let scheme =
        sequence(&[&der::value(der::OID, &[PBES2]), &sequence(&[&derivation, &encryption])]);
    let whole = sequence(&[&scheme, &der::value(der::OCTET_STRING, &[&inside])]);
    Ok(pem::write(LABEL, &whole))
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der::value(der::SEQUENCE, parts)
}

fn open(text: &[u8], passphrase: &Passphrase) -> Result<LocalKey, KeyError> {
    let der = pem::read(text, LABEL, MOST_PEM).map_err(|_| KeyError::Malformed)?;
    let sealed = Sealed::read(&der)?;
    let key = cipher_key(passphrase, sealed.salt, sealed.rounds)?;
    let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| KeyError::Library)?;
    let mut inside = Zeroizing::new(sealed.encrypted.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(sealed.iv));
    // A wrong passphrase looks like damage, and the other way round.
    let plain = cipher.decrypt(&mut inside, context).map_err(|_| KeyError::Passphrase)?;
    LocalKey::from_pkcs8(plain).map_err(|_| KeyError::Passphrase)
}

fn cipher_key(
    passphrase: &Passphrase,
    salt: &[u8],
    rounds: u32,
) -> Result<UnboundCipherKey, KeyError> {
    let rounds = NonZeroU32::new(rounds).ok_or(KeyError::Malformed)?;
    let mut key = Zeroizing::new([0; KEY]);
    pbkdf2::derive(PBKDF2_HMAC_SHA256, rounds, salt, &passphrase.0, &mut *key);
    UnboundCipherKey::new(&AES_256, &*key).map_err(|_| KeyError::Library)
}

/// An `EncryptedPrivateKeyInfo`, taken apart.
struct Sealed<'a> {
    salt: &'a [u8],
    rounds: u32,
    iv: [u8; BLOCK],
    encrypted: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn read(der: &'a [u8]) -> Result<Self, KeyError> {
        let (scheme, mut parameters, encrypted) =
            Self::outer(der).map_err(|NotDer| KeyError::Malformed)?;
        if scheme != PBES2 {
            return Err(KeyError::Encryption);
        }
        let (derivation, encryption) =
            Self::both(&mut parameters).map_err(|NotDer| KeyError::Malformed)?;
        // A form that others write and we do not read: said as such, since nothing is damaged.
        let (salt, rounds) = Self::derivation(derivation).map_err(|NotDer| KeyError::Encryption)?;
        let iv = Self::encryption(encryption).map_err(|NotDer| KeyError::Encryption)?;
        if rounds == 0 || rounds > MOST_ROUNDS || salt.is_empty() {
            return Err(KeyError::Encryption);
        }
        Ok(Self { salt, rounds, iv, encrypted })
    }

    fn outer(der: &'a [u8]) -> Result<(&'a [u8], Reader<'a>, &'a [u8]), NotDer> {
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        outer.end()?;
        let mut scheme = info.sequence()?;
        let encrypted = info.take(der::OCTET_STRING)?;
        info.end()?;
        let name = scheme.take(der::OID)?;
        let parameters = scheme.sequence()?;
        scheme.end()?;
        Ok((name, parameters, encrypted))
    }

    fn both(parameters: &mut Reader<'a>) -> Result<(Reader<'a>, Reader<'a>), NotDer> {
        let both = (parameters.sequence()?, parameters.sequence()?);
        parameters.end()?;
        Ok(both)
    }

    fn derivation(mut derivation: Reader<'a>) -> Result<(&'a [u8], u32), NotDer> {
        if derivation.take(der::OID)? != PBKDF2 {
            return Err(NotDer);
        }
        let mut parameters = derivation.sequence()?;
        derivation.end()?;
        let salt = parameters.take(der::OCTET_STRING)?;
        let rounds = parameters.number()?;
        // The length of the key may be said; the cipher says it as well.
        if parameters.is_next(der::INTEGER) && parameters.number()? as usize != KEY {
            return Err(NotDer);
        }
        let mut function = parameters.sequence()?;
        parameters.end()?;
        if function.take(der::OID)? != HMAC_SHA256 {
            return Err(NotDer);
        }
        function.take(der::NULL)?;
        function.end()?;
        Ok((salt, rounds))
    }

    fn encryption(mut encryption: Reader<'a>) -> Result<[u8; BLOCK], NotDer> {
        if encryption.take(der::OID)? != AES_256_CBC {
            return Err(NotDer);
        }
        let iv = encryption.take(der::OCTET_STRING)?;
        encryption.end()?;
        iv.try_into().map_err(|_| NotDer)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::{KeyKind, Signer};

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into()).unwrap()
    }

    #[test]
    fn a_key_comes_back_with_its_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        for (name, kind) in [("ed25519", KeyKind::Ed25519), ("p256", KeyKind::P256)] {
            let path = folder.path().join(name);
            let key = LocalKey::generate(kind).unwrap();
            create_encrypted(&path, &key, &words("correct horse")).unwrap();
            let back = load_encrypted(&path, &words("correct horse")).unwrap();
            assert_eq!(back.public(), key.public());
            let wrong = load_encrypted(&path, &words("battery staple"));
            assert!(matches!(wrong, Err(KeyError::Passphrase)));
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let before = fs::read(&path).unwrap();
            let again = create_encrypted(&path, &key, &words("correct horse"));
            assert!(matches!(again, Err(KeyError::Io(_))), "a key is never written over");
            assert_eq!(fs::read(&path).unwrap(), before);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let open = load_encrypted(&path, &words("correct horse"));
            assert!(matches!(open, Err(KeyError::Open { mode: 0o644 })));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn no_byte_of_a_file_can_be_changed_into_another_key() {
        let key = LocalKey::generate(KeyKind::P256).unwrap();
        let text = seal(&key.pkcs8().unwrap(), &words("x"), 1).unwrap();
        for at in 0..text.len() {
            let mut bad = text.clone().into_bytes();
            bad[at] ^= 1;
            if let Ok(other) = open(&bad, &words("x")) {
                assert_eq!(other.public(), key.public(), "byte {at}");
            }
        }
    }

    #[test]
    fn what_would_take_forever_is_refused() {
        let key = LocalKey::generate(KeyKind::Ed25519).unwrap();
        let text = seal(&key.pkcs8().unwrap(), &words("x"), 0x00ab_cdef).unwrap_or_default();
        let der = pem::read(text.as_bytes(), LABEL, MOST_PEM).unwrap();
        let at = der.windows(3).position(|three| three == [0xab, 0xcd, 0xef]).unwrap();
        let mut endless = der.to_vec();
        endless[at] = 0xff;
        let text = pem::write(LABEL, &endless);
        assert!(matches!(open(text.as_bytes(), &words("x")), Err(KeyError::Encryption)));
    }

    #[test]
    fn nothing_of_a_passphrase_is_printed() {
        assert_eq!(format!("{:?}", words("secret")), "Passphrase(..)");
        assert!(matches!(Passphrase::new(Vec::new()), Err(KeyError::NoPassphrase)));
    }
}
