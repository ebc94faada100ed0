//! DSSE v1.0 envelopes: a payload, its type, and signatures over both.
//!
//! Source: <https://github.com/secure-systems-lab/dsse>, protocol.md and envelope.md.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, SignError, Signer, SigningKey};

/// Why an envelope was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a DSSE envelope.
    #[error("not a signed envelope")]
    Malformed,
    /// The payload is of another type.
    #[error("the envelope holds another type of payload")]
    Type,
    /// No signature by a trusted key fits.
    #[error("no trusted key has signed this")]
    Signature,
}

/// The longest envelope that is opened.
pub const MOST_ENVELOPE: usize = 8 * 1024 * 1024;

/// The most signatures that an envelope may have: each may be tried with each trusted key.
pub const MOST_SIGNATURES: usize = 16;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    payload: String,
    payload_type: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    /// A hint. Some tools leave it out, which is the same as an empty one.
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// Signs `payload` and returns the envelope as JSON.
#[must_use]
pub fn seal(payload_type: &str, payload: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&pre_authentication(payload_type, payload));
    let signature = WireSignature { keyid: key.public().id(), sig: STANDARD.encode(signature) };
    write(payload_type, payload, vec![signature])
}

/// Has every one of these sign `payload`, and returns the envelope as JSON. Signatures are named
/// by [`VerifyKey::id`](crate::VerifyKey::id).
///
/// # Errors
/// The first signer that does not sign, or more than [`MOST_SIGNATURES`] of them, or none.
pub fn seal_with(
    payload_type: &str,
    payload: &[u8],
    signers: &[&dyn Signer],
) -> Result<Vec<u8>, SealError> {
    if signers.is_empty() || signers.len() > MOST_SIGNATURES {
        return Err(SealError::Count);
    }
    let signed = pre_authentication(payload_type, payload);
    let signatures = signers.iter().map(|signer| {
        let sig = STANDARD.encode(signer.sign(&signed)?);
        Ok(WireSignature { keyid: signer.public().id(), sig })
    });
    let signatures = signatures.collect::<Result<_, SignError>>()?;
    let envelope = write(payload_type, payload, signatures);
    if envelope.len() > MOST_ENVELOPE { Err(SealError::Long) } else { Ok(envelope) }
}

/// Why nothing was sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no signer, or there are too many.
    #[error("an envelope has 1 to {MOST_SIGNATURES} signatures")]
    Count,
    /// The envelope would be longer than is opened.
    #[error("what is to be signed is too long")]
    Long,
    /// A signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

fn write(payload_type: &str, payload: &[u8], signatures: Vec<WireSignature>) -> Vec<u8> {
    let payload = STANDARD.encode(payload);
    let wire = Wire { payload, payload_type: payload_type.into(), signatures };
    // Strings alone always serialise.
    serde_json::to_vec(&wire).unwrap_or_default()
}

/// An envelope that was read, and of which nothing is verified yet.
pub(crate) struct Envelope {
    payload: Vec<u8>,
    payload_type: String,
    pub(crate) signatures: Vec<Signature>,
}

pub(crate) struct Signature {
    pub(crate) keyid: String,
    pub(crate) bytes: Vec<u8>,
}

impl Envelope {
    /// Reads an envelope in which every member stands once and nothing else is.
    pub(crate) fn read(envelope: &[u8]) -> Result<Self, EnvelopeError> {
        let malformed = |_| EnvelopeError::Malformed;
        if envelope.len() > MOST_ENVELOPE {
            return Err(EnvelopeError::Malformed);
        }
        let wire: Wire = serde_json::from_slice(envelope).map_err(|_| EnvelopeError::Malformed)?;
        if wire.signatures.is_empty() || wire.signatures.len() > MOST_SIGNATURES {
            return Err(EnvelopeError::Malformed);
        }
        let payload = STANDARD.decode(&wire.payload).map_err(malformed)?;
        let signatures = wire.signatures.into_iter().map(|signature| {
            let bytes = STANDARD.decode(&signature.sig).map_err(malformed)?;
            Ok(Signature { keyid: signature.keyid, bytes })
        });
        let signatures = signatures.collect::<Result<_, _>>()?;
        Ok(Self { payload, payload_type: wire.payload_type, signatures })
    }

    /// The bytes that were signed, if they are of this type.
    pub(crate) fn signed(&self, payload_type: &str) -> Result<Vec<u8>, EnvelopeError> {
        if self.payload_type == payload_type {
            Ok(pre_authentication(payload_type, &self.payload))
        } else {
            Err(EnvelopeError::Type)
        }
    }

    /// The payload, for whoever has verified a signature.
    pub(crate) fn verified(self) -> Vec<u8> {
        self.payload
    }
}

/// Verifies an envelope and returns its payload.
///
/// # Errors
/// Unless a trusted key has signed exactly this payload as exactly this type.
pub fn open(
    envelope: &[u8],
    payload_type: &str,
    trusted: &[PublicKey],
) -> Result<Vec<u8>, EnvelopeError> {
    let envelope = Envelope::read(envelope)?;
    let signed = envelope.signed(payload_type)?;
    let fits = |signature: &Signature| {
        // `keyid` is a hint that is not signed: every trusted key is tried.
        trusted.iter().any(|key| key.verify(&signed, &signature.bytes).is_ok())
    };
    if envelope.signatures.iter().any(fits) {
        Ok(envelope.verified())
    } else {
        Err(EnvelopeError::Signature)
    }
}

/// PAE of protocol.md: the lengths keep type and payload apart (CVE-2022-35929).
fn pre_authentication(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out =
        format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "application/vnd.example+json";

    #[test]
    fn the_signed_bytes_are_those_of_the_specification() {
        assert_eq!(
            pre_authentication("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn an_envelope_opens_only_for_its_type_and_its_key() {
        let key = SigningKey::generate().unwrap();
        let envelope = seal(TYPE, b"{}", &key);
        assert_eq!(open(&envelope, TYPE, &[key.public()]), Ok(b"{}".to_vec()));
        assert_eq!(open(&envelope, "text/plain", &[key.public()]), Err(EnvelopeError::Type));
        let other = SigningKey::generate().unwrap().public();
        assert_eq!(open(&envelope, TYPE, &[other]), Err(EnvelopeError::Signature));
        assert_eq!(open(&envelope, TYPE, &[]), Err(EnvelopeError::Signature));
        assert_eq!(open(&envelope, TYPE, &[other, key.public()]), Ok(b"{}".to_vec()));
    }

    #[test]
    fn no_byte_of_payload_type_or_signature_can_be_changed() {
        let key = SigningKey::generate().unwrap();
        let envelope = seal(TYPE, br#"{"a":1}"#, &key);
        for at in 0..envelope.len() {
            let mut bad = envelope.clone();
            bad[at] ^= 1;
            // The key's name is not signed, and only the key decides.
            if let Ok(payload) = open(&bad, TYPE, &[key.public()]) {
                assert_eq!(payload, br#"{"a":1}"#, "byte {at}");
            }
        }
    }
}
