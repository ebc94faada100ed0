//! Verifies one attestation against the root that is trusted.

use serde_json::Value;
use sigstore_verify::{
    CertificateError, Error, TransparencyLogError, VerificationPolicy, VerificationResult,
    Verifier,
    crypto::SubjectAltName,
    trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, TrustedRoot},
    types::{
        Artifact, Bundle, DigestBytes, HashAlgorithm, LogKeyId, SignatureContent,
        artifact::ArtifactDigest,
    },
};
use warden_model::Digest;

use super::Attestation;
use crate::read_strict;

/// The largest root that is read, in bytes.
pub const MOST_ROOT: usize = 1 << 20;

/// The largest statement that is read, in bytes.
const MOST_STATEMENT: usize = 1 << 20;

/// The types of statements, of in-toto v1 and of the version before.
const STATEMENTS: [&str; 2] =
    ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

/// Authorities, logs and keys that are trusted: a Sigstore trusted root.
pub struct Root {
    verifier: Verifier,
    /// The names of the logs that are trusted.
    logs: Vec<LogKeyId>,
    digest: Digest,
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Root").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// The bytes are no root.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// It is too large, or no JSON that every reader reads alike.
    #[error("it is no JSON that every reader reads alike, or larger than {MOST_ROOT} bytes")]
    Json,
    /// It has another form, or a key or certificate in it is none.
    #[error("it is no trusted root of Sigstore: {0}")]
    Form(String),
}

/// What an attestation proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Who vouched for the signer to the authority: the issuer of its identity.
    pub issuer: String,
    /// Who signed, as the certificate names it: mostly the address of a workflow.
    pub signer: String,
    /// The repository that was built, by the certificate.
    pub repository: Option<String>,
    /// The commit that was built, by the certificate.
    pub commit: Option<String>,
    /// The workflow that ran, by the certificate.
    pub workflow: Option<String>,
    /// Where it ran, by the certificate: `github-hosted` or `self-hosted`.
    pub runner: Option<String>,
    /// When it was signed, in seconds since 1970: the earliest time that a log or an authority in the
    /// root vouches for.
    pub signed_at: i64,
    /// The type of the predicate.
    pub predicate_type: String,
    /// The repository that the predicate says it built; the certificate knows better.
    pub claimed_repository: Option<String>,
    /// What the statement is about.
    pub subjects: Vec<ProvenSubject>,
}

/// Something that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenSubject {
    /// Its name: a package URL, or the name of a file.
    pub name: String,
    /// Its digests: the algorithm, and the digest in lower-case hexadecimal digits.
    pub digests: Vec<(String, String)>,
}

/// Why an attestation proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// It has a form that is not understood. It may be true.
    #[error("it is not understood: {0}")]
    Unknown(String),
    /// The root does not know who signed or logged it. It may be true.
    #[error("the trust root does not know who signed or logged it: {0}")]
    Untrusted(String),
    /// A signature, a proof or a time in it is false.
    #[error("it is false: {0}")]
    False(String),
}

impl Root {
    /// Reads a root in the form of Sigstore (`trusted_root.json`).
    ///
    /// # Errors
    /// When it is none. A root with a key that makes no sense is refused as a whole.
    pub fn read(bytes: &[u8]) -> Result<Self, RootError> {
        let value = read_strict(bytes, MOST_ROOT).map_err(|_| RootError::Json)?;
        let text = value.to_string();
        let root =
            TrustedRoot::from_json(&text).map_err(|error| RootError::Form(error.to_string()))?;
        let verifier = Verifier::new(&root).map_err(|error| RootError::Form(error.to_string()))?;
        let logs = root.tlogs.iter().map(|log| log.log_id.key_id.clone()).collect();
        Ok(Self { verifier, logs, digest: Digest::of(bytes) })
    }

    /// The public instance of Sigstore, as it was when this program was built.
    ///
    /// # Errors
    /// None, as a test holds: it is compiled in.
    pub fn built_in() -> Result<Self, RootError> {
        Self::read(SIGSTORE_PRODUCTION_TRUSTED_ROOT.as_bytes())
    }

    /// The digest of the bytes that it was read from.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Verifies an attestation: certificate chain, certificate transparency, inclusion in the log,
    /// signed times, signature, and that all of them speak of one statement.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, attestation: &Attestation) -> Result<Proven, Unproven> {
        let unknown = |what: &str| Unproven::Unknown(what.to_owned());
        let bundle = Bundle::from_json(&attestation.bundle.to_string())
            .map_err(|error| Unproven::Unknown(error.to_string()))?;
        // In its oldest form a promise of the log would be enough, which nobody can hold it to.
        let entries = &bundle.verification_material.tlog_entries;
        if entries.is_empty() || entries.iter().any(|entry| entry.inclusion_proof.is_none()) {
            return Err(unknown("nothing proves that a log has it"));
        }
        // The library tells no log from one whose promise is false.
        if entries.iter().any(|entry| !self.logs.contains(&entry.log_id.key_id)) {
            return Err(Unproven::Untrusted("another log has it".to_owned()));
        }
        let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
            return Err(unknown("it is no statement"));
        };
        let statement = read_strict(envelope.payload.as_bytes(), MOST_STATEMENT)
            .map_err(|_| unknown("what was signed is no JSON that every reader reads alike"))?;
        let kind = statement.get("_type").and_then(Value::as_str).unwrap_or_default();
        if !STATEMENTS.contains(&kind) {
            return Err(unknown("what was signed is no in-toto statement"));
        }
        let subjects = subjects(&statement).ok_or_else(|| unknown("it has no usable subject"))?;
        // Whether it is about the package in hand is asked once it is known to be true.
        let own =
            own(&subjects).ok_or_else(|| unknown("its subject has no digest that is known"))?;
        let policy = VerificationPolicy::any_identity();
        let result = self.verifier.verify(own, &bundle, &policy).map_err(|error| why(&error))?;
        proven(&result, &statement, subjects)
    }
}

/// The first subject as what is verified. The library asks for bytes or a digest of them.
fn own(subjects: &[ProvenSubject]) -> Option<Artifact<'static>> {
    let known = subjects.iter().flat_map(|subject| &subject.digests).find_map(|(name, hex)| {
        let algorithm = match name.as_str() {
            "sha256" => HashAlgorithm::Sha2256,
            "sha512" => HashAlgorithm::Sha2512,
            _ => return None,
        };
        ArtifactDigest::new(algorithm, DigestBytes::new(bytes_of(hex)?)).ok()
    })?;
    Some(Artifact::from_digest(known))
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    hex.as_bytes().chunks(2).map(pair).collect()
}

/// What the statement is about; nothing if any of it cannot be read.
fn subjects(statement: &Value) -> Option<Vec<ProvenSubject>> {
    let list = statement.get("subject")?.as_array()?;
    let subject = |one: &Value| {
        let name = match one.get("name") {
            None => "",
            Some(name) => name.as_str()?,
        };
        let digests = one.get("digest")?.as_object()?.iter();
        let digests = digests
            .map(|(name, hex)| Some((name.clone(), hex.as_str()?.to_ascii_lowercase())))
            .collect::<Option<Vec<_>>>()?;
        Some(ProvenSubject { name: name.to_owned(), digests })
    };
    list.iter().map(subject).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
}

/// What was proven. The library returns only what was verified in full; it is held to that here.
fn proven(
    result: &VerificationResult,
    statement: &Value,
    subjects: Vec<ProvenSubject>,
) -> Result<Proven, Unproven> {
    let unknown = |what: &str| Unproven::Unknown(what.to_owned());
    let all = result.certificate_verified() && result.sct_verified() && result.tlog_verified();
    let signed_at = result.verified_timestamps().iter().min().map(|time| time.as_second());
    let (true, Some(signed_at)) = (all, signed_at) else {
        return Err(unknown("not all of it was verified"));
    };
    let certificate = result.certificate().ok_or_else(|| unknown("it has no certificate"))?;
    let issuer = result.issuer().ok_or_else(|| unknown("its certificate names no issuer"))?;
    let signer = match result.identity() {
        Some(SubjectAltName::Uri(text) | SubjectAltName::Email(text)) => text.clone(),
        _ => return Err(unknown("its certificate names nobody")),
    };
    let claims = &certificate.ci_claims;
    let text = |path: &str| statement.pointer(path).and_then(Value::as_str).map(str::to_owned);
    Ok(Proven {
        issuer: issuer.to_owned(),
        signer,
        repository: claims.source_repository_uri.clone(),
        commit: claims.source_repository_digest.clone(),
        workflow: claims.build_config_uri.clone(),
        runner: claims.runner_environment.clone(),
        signed_at,
        predicate_type: text("/predicateType").unwrap_or_default(),
        // SLSA 1.0 and 0.2, as the build services of npm and Python fill them in.
        claimed_repository: text(
            "/predicate/buildDefinition/externalParameters/workflow/repository",
        )
        .or_else(|| text("/predicate/invocation/configSource/uri")),
        subjects,
    })
}

/// What a refusal means. A root that does not know somebody says nothing against what he signed.
fn why(error: &Error) -> Unproven {
    let told = error.to_string();
    match error {
        Error::SignatureInvalid(_)
        | Error::ArtifactMismatch(_)
        | Error::Certificate(
            CertificateError::NotYetValid { .. } | CertificateError::Expired { .. },
        )
        | Error::TransparencyLog(
            TransparencyLogError::InclusionProof(_)
            | TransparencyLogError::InclusionPromise(_)
            | TransparencyLogError::EntryMismatch(_)
            | TransparencyLogError::IntegratedTime(_),
        ) => Unproven::False(told),
        Error::Certificate(
            CertificateError::ChainInvalid(_)
            | CertificateError::NoValidAuthority { .. }
            | CertificateError::Sct(_),
        )
        | Error::TransparencyLog(
            TransparencyLogError::UnknownLog { .. } | TransparencyLogError::Checkpoint(_),
        )
        | Error::Timestamp(_)
        | Error::InvalidTrustRoot(_) => Unproven::Untrusted(told),
        _ => Unproven::Unknown(told),
    }
}
