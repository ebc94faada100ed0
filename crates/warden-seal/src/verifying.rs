//! Keys that verify, of either kind, as `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use warden_model::Digest;

use crate::{
    BadSignature, PublicKey,
    der::{self, NotDer, Reader},
    pem,
};

/// More than any key of ours needs.
const MOST_PEM: usize = 4096;
const LABEL: &str = "PUBLIC KEY";

/// 1.3.101.112 (RFC 8410, section 3).
pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// 1.2.840.10045.2.1 (RFC 5480, section 2.1.1).
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.3.1.7 (RFC 5480, section 2.1.1.1).
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The length of an uncompressed point of P-256.
pub(crate) const POINT: usize = 65;

/// A key that verifies signatures.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerifyKey {
    /// Ed25519 (RFC 8032).
    Ed25519([u8; 32]),
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5), as an uncompressed point. Signatures are the
    /// ASN.1 sequence of two numbers, as DSSE implementations and cosign write them.
    P256([u8; POINT]),
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    P256,
}

/// The text is no public key of a kind that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 or P-256 public key in PEM")]
pub struct NotAKey;

impl From<NotDer> for NotAKey {
    fn from(_: NotDer) -> Self {
        Self
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyKey({:?}, {})", self.kind(), self.id())
    }
}

impl From<PublicKey> for VerifyKey {
    fn from(key: PublicKey) -> Self {
        Self::Ed25519(*key.bytes())
    }
}

impl VerifyKey {
    /// Reads one PEM `PUBLIC KEY` block.
    ///
    /// # Errors
    /// Other kinds of keys, other blocks, DER in another than its one form, compressed points, and
    /// points that are not on the curve.
    pub fn from_pem(text: &[u8]) -> Result<Self, NotAKey> {
        Self::from_spki(&pem::read(text, LABEL, MOST_PEM).map_err(|_| NotAKey)?)
    }

    /// Reads the DER of a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// See [`VerifyKey::from_pem`].
    pub fn from_spki(der: &[u8]) -> Result<Self, NotAKey> {
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        outer.end()?;
        let mut algorithm = info.sequence()?;
        let bits = info.bits()?;
        info.end()?;
        let key = match algorithm.take(der::OID)? {
            ED25519 => Self::Ed25519(bits.try_into().map_err(|_| NotAKey)?),
            EC if algorithm.take(der::OID)? == P256 => Self::from_point(bits)?,
            _ => return Err(NotAKey),
        };
        algorithm.end()?;
        Ok(key)
    }

    /// The key with this uncompressed point of P-256.
    ///
    /// # Errors
    /// What is no point of the curve, or in another form.
    pub fn from_point(point: &[u8]) -> Result<Self, NotAKey> {
        let whole: [u8; POINT] = point.try_into().map_err(|_| NotAKey)?;
        let [4, ..] = whole else { return Err(NotAKey) };
        // The library checks that it is on the curve.
        let parsed =
            aws_lc_rs::signature::ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, whole.as_slice());
        parsed.map(|_| Self::P256(whole)).map_err(|_| NotAKey)
    }

    /// The kind of this key.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        match self {
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::P256(_) => KeyKind::P256,
        }
    }

    /// The DER of the `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        let (algorithm, key): (Vec<u8>, &[u8]) = match self {
            Self::Ed25519(key) => (der::value(der::OID, &[ED25519]), key),
            Self::P256(point) => {
                ([der::value(der::OID, &[EC]), der::value(der::OID, &[P256])].concat(), point)
            }
        };
        let algorithm = der::value(der::SEQUENCE, &[&algorithm]);
        let key = der::value(der::BIT_STRING, &[&[0], key]);
        der::value(der::SEQUENCE, &[&algorithm, &key])
    }

    /// The key as one PEM block.
    #[must_use]
    pub fn pem(&self) -> String {
        pem::write(LABEL, &self.spki())
    }

    /// The name of this key: `sha256:` and the digest of its `SubjectPublicKeyInfo`.
    ///
    /// It covers the algorithm as well as the key, so that the bytes of one kind can never name a
    /// key of another, and `openssl pkey -pubin -outform DER | sha256sum` gives the same. Keys
    /// that sign pins are named by [`PublicKey::id`], which is older and stays.
    #[must_use]
    pub fn id(&self) -> String {
        Digest::of(&self.spki()).to_string()
    }

    /// Whether `name` names this key: by [`VerifyKey::id`], or by [`PublicKey::id`].
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        match self {
            Self::Ed25519(key) => PublicKey::from_bytes(*key).id() == name || self.id() == name,
            Self::P256(_) => self.id() == name,
        }
    }

    /// Whether `signature` is over `message` by this key.
    ///
    /// # Errors
    /// When it is not.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::Ed25519(key) => PublicKey::from_bytes(*key).verify(message, signature),
            Self::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                .verify(message, signature)
                .map_err(|_| BadSignature),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{LocalKey, Signer};

    fn both() -> [LocalKey; 2] {
        [KeyKind::Ed25519, KeyKind::P256].map(|kind| LocalKey::generate(kind).unwrap())
    }

    #[test]
    fn a_key_comes_back_from_its_pem() {
        for key in both() {
            let public = key.public();
            assert_eq!(VerifyKey::from_pem(public.pem().as_bytes()), Ok(public));
            assert!(public.is_named(&public.id()) && !public.is_named("sha256:00"));
        }
    }

    #[test]
    fn an_ed25519_key_is_written_like_the_keys_of_pins() {
        // RFC 8410, section 10.1.
        let bytes =
            Digest::from_hex(b"19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        let old = PublicKey::from_bytes(*bytes.unwrap().bytes());
        let key = VerifyKey::from(old);
        assert_eq!(key.pem(), old.pem());
        assert_ne!(key.id(), old.id());
        assert!(key.is_named(&old.id()));
    }

    #[test]
    fn a_key_of_another_tool_is_read() {
        // The generator of P-256 (SEC 2, section 2.4.2), which is nobody's key.
        let text = "-----BEGIN PUBLIC KEY-----\n\
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n\
            6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n\
            -----END PUBLIC KEY-----\n";
        let key = VerifyKey::from_pem(text.as_bytes()).unwrap();
        assert_eq!(key.kind(), KeyKind::P256);
        assert_eq!(key.pem(), text);
    }

    #[test]
    fn no_byte_of_a_key_can_be_changed_unnoticed() {
        for key in both() {
            let spki = key.public().spki();
            for at in 0..spki.len() {
                for bit in 0..8 {
                    let mut bad = spki.clone();
                    bad[at] ^= 1 << bit;
                    assert_ne!(VerifyKey::from_spki(&bad), Ok(key.public()), "byte {at}");
                }
            }
            for end in 0..spki.len() {
                assert_eq!(VerifyKey::from_spki(&spki[..end]), Err(NotAKey));
            }
            assert_eq!(VerifyKey::from_spki(&[&spki[..], &[0]].concat()), Err(NotAKey));
        }
    }

    #[test]
    fn points_off_the_curve_are_no_keys() {
        let mut point = [1; POINT];
        point[0] = 4;
        assert_eq!(VerifyKey::from_point(&point), Err(NotAKey));
        assert_eq!(VerifyKey::from_point(&[]), Err(NotAKey));
        // A compressed point is another spelling of a key that there is.
        let LocalKey::P256(_) = &both()[1] else { panic!("the second is of P-256") };
        let VerifyKey::P256(whole) = both()[1].public() else { panic!("of P-256") };
        let mut compressed = whole[..33].to_vec();
        compressed[0] = 2 + (whole[64] & 1);
        assert_eq!(VerifyKey::from_point(&compressed), Err(NotAKey));
    }

    #[test]
    fn only_the_key_and_the_message_verify() {
        let keys = both();
        for key in &keys {
            let signature = key.sign(b"message").unwrap();
            assert_eq!(key.public().verify(b"message", &signature), Ok(()));
            assert_eq!(key.public().verify(b"massage", &signature), Err(BadSignature));
            for other in both() {
                assert_eq!(other.public().verify(b"message", &signature), Err(BadSignature));
            }
        }
    }

    proptest! {
        #[test]
        fn a_key_has_one_spelling(der in proptest::collection::vec(any::<u8>(), 0..120)) {
            if let Ok(key) = VerifyKey::from_spki(&der) {
                prop_assert_eq!(key.spki(), der);
            }
        }
    }
}
