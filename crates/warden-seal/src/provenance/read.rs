//! Takes apart what a registry hands out.

use serde_json::{Value, json};

use crate::read_strict;

/// The largest document that is read, in bytes.
pub const MOST_DOCUMENT: usize = 8 << 20;

/// The most attestations in one document that are read.
pub const MOST_ATTESTATIONS: usize = 64;

/// The type of what statements are written in.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The version of bundles that attestations of Python are written as.
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// How a registry writes attestations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The registry of npm: a list of Sigstore bundles.
    Npm,
    /// The index of Python: a provenance object (PEP 740).
    PyPi,
}

/// One attestation of a document. Nothing about it is verified yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Attestation {
    /// The Sigstore bundle.
    pub(super) bundle: Value,
}

impl Attestation {
    /// The bundle as JSON.
    #[must_use]
    pub fn bundle(&self) -> &Value {
        &self.bundle
    }

    /// Whether a key signed it that is no part of it. The registry of npm says with such a one that it
    /// has published the package, which is no statement of where it was built.
    #[must_use]
    pub fn is_of_a_registry(&self) -> bool {
        let material = self.bundle.get("verificationMaterial");
        material.and_then(|material| material.get("publicKey")).is_some()
    }
}

/// The document has another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAttestations {
    /// It is no JSON that every reader reads alike, or too long.
    #[error("it is no JSON that every reader reads alike")]
    Json,
    /// A member is missing or of another kind.
    #[error("it has no usable `{0}`")]
    Member(&'static str),
    /// It is of a version that is not known.
    #[error("it is of a version that is not known")]
    Version,
    /// There are too many.
    #[error("it has more than {MOST_ATTESTATIONS} attestations")]
    TooMany,
}

/// Reads the attestations of a document, in its order. There may be none.
///
/// # Errors
/// When the document has another form. Half of one is never read.
pub fn read(form: Form, document: &[u8]) -> Result<Vec<Attestation>, NotAttestations> {
    let document = read_strict(document, MOST_DOCUMENT).map_err(|_| NotAttestations::Json)?;
    let bundles = match form {
        Form::Npm => npm(&document)?,
        Form::PyPi => pypi(&document)?,
    };
    if bundles.len() > MOST_ATTESTATIONS {
        return Err(NotAttestations::TooMany);
    }
    Ok(bundles.into_iter().map(|bundle| Attestation { bundle }).collect())
}

fn npm(document: &Value) -> Result<Vec<Value>, NotAttestations> {
    let bundle = |one: &Value| {
        let bundle = one.get("bundle").filter(|bundle| bundle.is_object());
        bundle.cloned().ok_or(NotAttestations::Member("bundle"))
    };
    list(document, "attestations")?.iter().map(bundle).collect()
}

/// PEP 740, "Provenance objects".
fn pypi(document: &Value) -> Result<Vec<Value>, NotAttestations> {
    version(document)?;
    let mut all = Vec::new();
    for bundles in list(document, "attestation_bundles")? {
        for attestation in list(bundles, "attestations")? {
            all.push(as_bundle(attestation)?);
        }
    }
    Ok(all)
}

/// The same attestation as a Sigstore bundle: PEP 740 takes it from one, and names the parts anew.
fn as_bundle(attestation: &Value) -> Result<Value, NotAttestations> {
    version(attestation)?;
    let text = |path: &str, name: &'static str| {
        let found = attestation.pointer(path).and_then(Value::as_str);
        found.ok_or(NotAttestations::Member(name))
    };
    let certificate = text("/verification_material/certificate", "certificate")?;
    let statement = text("/envelope/statement", "statement")?;
    let signature = text("/envelope/signature", "signature")?;
    let material = attestation.get("verification_material").unwrap_or(&Value::Null);
    let entries = list(material, "transparency_entries")?;
    Ok(json!({
        "mediaType": BUNDLE,
        "verificationMaterial": {
            "certificate": { "rawBytes": certificate },
            "tlogEntries": entries,
        },
        "dsseEnvelope": {
            "payload": statement,
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{ "sig": signature, "keyid": "" }],
        },
    }))
}

fn version(value: &Value) -> Result<(), NotAttestations> {
    match value.get("version").and_then(Value::as_u64) {
        Some(1) => Ok(()),
        _ => Err(NotAttestations::Version),
    }
}

fn list<'v>(value: &'v Value, name: &'static str) -> Result<&'v [Value], NotAttestations> {
    let found = value.get(name).and_then(Value::as_array);
    found.map(Vec::as_slice).ok_or(NotAttestations::Member(name))
}
