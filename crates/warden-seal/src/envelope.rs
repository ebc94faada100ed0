//! DSSE v1.0 envelopes: a payload, its type, and signatures over both.
//!
//! Source: <https://github.com/secure-systems-lab/dsse>, protocol.md and envelope.md.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, SigningKey};

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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    keyid: String,
    sig: String,
}

/// Signs `payload` and returns the envelope as JSON.
#[must_use]
pub fn seal(payload_type: &str, payload: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&pre_authentication(payload_type, payload));
    let envelope = Envelope {
        payload: STANDARD.encode(payload),
        payload_type: payload_type.into(),
        signatures: vec![Signature { keyid: key.public().id(), sig: STANDARD.encode(signature) }],
    };
    // Strings alone always serialise.
    serde_json::to_vec(&envelope).unwrap_or_default()
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
    let envelope: Envelope =
        serde_json::from_slice(envelope).map_err(|_| EnvelopeError::Malformed)?;
    if envelope.payload_type != payload_type {
        return Err(EnvelopeError::Type);
    }
    let payload = STANDARD.decode(&envelope.payload).map_err(|_| EnvelopeError::Malformed)?;
    let signed = pre_authentication(payload_type, &payload);
    let fits = |signature: &Signature| {
        let Ok(bytes) = STANDARD.decode(&signature.sig) else { return false };
        // `keyid` is a hint that is not signed: every trusted key is tried.
        trusted.iter().any(|key| key.verify(&signed, &bytes).is_ok())
    };
    if envelope.signatures.iter().any(fits) { Ok(payload) } else { Err(EnvelopeError::Signature) }
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
