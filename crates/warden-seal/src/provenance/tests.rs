use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NPM: &str = include_str!("../../../../tests/fixtures/provenance/npm-sigstore-2.0.0.json");
const PYPI: &str =
    include_str!("../../../../tests/fixtures/provenance/pypi-attestations-0.0.19.json");

fn root() -> Root {
    Root::built_in().unwrap()
}

/// What the registry of npm hands out around a bundle.
fn document(bundle: &Value) -> Vec<u8> {
    let one = json!({ "predicateType": "https://slsa.dev/provenance/v1", "bundle": bundle });
    json!({ "attestations": [one] }).to_string().into_bytes()
}

fn npm() -> Value {
    serde_json::from_str(NPM).unwrap()
}

fn only(form: Form, bytes: &[u8]) -> Attestation {
    let mut all = read(form, bytes).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn verify(bundle: &Value) -> Result<Proven, Unproven> {
    root().verify(&only(Form::Npm, &document(bundle)))
}

#[test]
fn what_was_signed_of_a_package_of_npm_is_proven_offline() {
    let proven = verify(&npm()).unwrap();
    assert_eq!(proven.issuer, "https://token.actions.githubusercontent.com");
    assert_eq!(proven.repository.as_deref(), Some("https://github.com/sigstore/sigstore-js"));
    assert_eq!(proven.claimed_repository, proven.repository);
    assert_eq!(proven.commit.as_deref(), Some("f0b49a04e5a62250e0f60fb128004a73110fe311"));
    let workflow =
        "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main";
    assert_eq!(proven.workflow.as_deref(), Some(workflow));
    assert_eq!(proven.signer, workflow);
    assert_eq!(proven.runner.as_deref(), Some("github-hosted"));
    // The time at which the log took it in.
    assert_eq!(proven.signed_at, 1_692_374_735);
    let [subject] = &proven.subjects[..] else { panic!("{:?}", proven.subjects) };
    assert_eq!(subject.name, "pkg:npm/sigstore@2.0.0");
    let [(algorithm, digest)] = &subject.digests[..] else { panic!("{subject:?}") };
    assert_eq!(algorithm, "sha512");
    assert!(digest.starts_with("46d4e2f74c4877316640000a6fdf8a8b59f1e084"), "{digest}");
}

#[test]
fn what_was_signed_of_a_package_of_python_is_proven_offline() {
    let proven = root().verify(&only(Form::PyPi, PYPI.as_bytes())).unwrap();
    let repository = "https://github.com/trailofbits/pypi-attestations";
    assert_eq!(proven.repository.as_deref(), Some(repository));
    assert_eq!(proven.commit.as_deref(), Some("08802efe1f8e5fec4ad842d6b8ce97656092ee72"));
    assert_eq!(proven.signed_at, 1_733_354_041);
    let [subject] = &proven.subjects[..] else { panic!("{:?}", proven.subjects) };
    assert_eq!(subject.name, "pypi_attestations-0.0.19.tar.gz");
    let digest = "9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3";
    assert_eq!(subject.digests, [("sha256".to_owned(), digest.to_owned())]);
    // A publisher is named beside it by the index alone, and proves nothing.
    let mut value: Value = serde_json::from_str(PYPI).unwrap();
    value["attestation_bundles"][0]["publisher"]["repository"] = "somebody/else".into();
    let same = root().verify(&only(Form::PyPi, value.to_string().as_bytes())).unwrap();
    assert_eq!(same, proven);
}

/// Changes one byte of what stands at `path` in base64.
fn flip(bundle: &mut Value, path: &str, at: impl Fn(usize) -> usize) {
    let slot = bundle.pointer_mut(path).unwrap_or_else(|| panic!("there is no {path}"));
    let mut bytes = STANDARD.decode(slot.as_str().unwrap()).unwrap();
    let at = at(bytes.len());
    bytes[at] ^= 1;
    *slot = STANDARD.encode(bytes).into();
}

/// Every place of the bundle that holds bytes which prove something.
const BYTES: &[&str] = &[
    "/dsseEnvelope/payload",
    "/dsseEnvelope/signatures/0/sig",
    "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes",
    "/verificationMaterial/tlogEntries/0/logId/keyId",
    "/verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp",
    "/verificationMaterial/tlogEntries/0/inclusionProof/rootHash",
    "/verificationMaterial/tlogEntries/0/inclusionProof/hashes/0",
    "/verificationMaterial/tlogEntries/0/inclusionProof/hashes/3",
    "/verificationMaterial/tlogEntries/0/canonicalizedBody",
];

#[test]
fn a_changed_byte_anywhere_proves_nothing() {
    for path in BYTES {
        for part in [0, 1, 2, 3] {
            let mut bundle = npm();
            flip(&mut bundle, path, |length| (length - 1) * part / 3);
            let told = verify(&bundle);
            assert!(told.is_err(), "{path} {part}: {told:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_changed_byte_at_any_place_proves_nothing(path in 0..BYTES.len(), at: prop::sample::Index) {
        let mut bundle = npm();
        flip(&mut bundle, BYTES[path], |length| at.index(length));
        prop_assert!(verify(&bundle).is_err());
    }
}

/// Changes the statement and signs nothing anew.
fn restated(change: impl FnOnce(&mut Value)) -> Value {
    let mut bundle = npm();
    let slot = bundle.pointer_mut("/dsseEnvelope/payload").unwrap();
    let mut statement: Value =
        serde_json::from_slice(&STANDARD.decode(slot.as_str().unwrap()).unwrap()).unwrap();
    change(&mut statement);
    *slot = STANDARD.encode(statement.to_string()).into();
    bundle
}

#[test]
fn what_was_put_in_place_of_the_truth_is_false() {
    let digest = "0".repeat(128);
    let other = restated(|statement| statement["subject"][0]["digest"]["sha512"] = digest.into());
    assert!(matches!(verify(&other), Err(Unproven::False(_))), "{:?}", verify(&other));
    let other = restated(|statement| statement["subject"][0]["name"] = "pkg:npm/evil@1.0.0".into());
    assert!(matches!(verify(&other), Err(Unproven::False(_))));
    // One subject more is as much a lie as another one.
    let other = restated(|statement| {
        let first = statement["subject"][0].clone();
        statement["subject"].as_array_mut().unwrap().push(first);
    });
    assert!(matches!(verify(&other), Err(Unproven::False(_))));
    for (path, value) in [
        ("/verificationMaterial/tlogEntries/0/integratedTime", json!("1692374736")),
        ("/verificationMaterial/tlogEntries/0/integratedTime", json!("1792374735")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/logIndex", json!("1")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/treeSize", json!("99999999")),
        ("/verificationMaterial/tlogEntries/0/inclusionProof/hashes", json!([])),
    ] {
        let mut bundle = npm();
        *bundle.pointer_mut(path).unwrap() = value;
        let told = verify(&bundle);
        assert!(matches!(told, Err(Unproven::False(_))), "{path}: {told:?}");
    }
}

#[test]
fn a_proof_that_was_left_out_is_missed() {
    for (place, name) in [
        ("/verificationMaterial", "tlogEntries"),
        ("/verificationMaterial", "x509CertificateChain"),
        ("/verificationMaterial/tlogEntries/0", "inclusionProof"),
        ("/verificationMaterial/tlogEntries/0/inclusionProof", "checkpoint"),
        ("/dsseEnvelope", "signatures"),
        ("", "dsseEnvelope"),
    ] {
        let mut bundle = npm();
        bundle.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        assert!(verify(&bundle).is_err(), "{place}/{name}");
    }
}

#[test]
fn the_proof_of_another_statement_is_none_of_this_one() {
    let other = read(Form::PyPi, PYPI.as_bytes()).unwrap().remove(0);
    let mut bundle = npm();
    bundle["verificationMaterial"]["tlogEntries"] =
        other.bundle()["verificationMaterial"]["tlogEntries"].clone();
    assert!(verify(&bundle).is_err());
    let mut bundle = npm();
    bundle["dsseEnvelope"] = other.bundle()["dsseEnvelope"].clone();
    assert!(verify(&bundle).is_err());
}

#[test]
fn who_is_not_in_the_root_is_not_trusted_and_not_called_a_liar() {
    let public: Value =
        serde_json::from_str(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT)
            .unwrap();
    for emptied in ["certificateAuthorities", "ctlogs", "tlogs"] {
        let mut less = public.clone();
        less[emptied] = json!([]);
        let less = Root::read(less.to_string().as_bytes()).unwrap();
        let told = less.verify(&only(Form::Npm, &document(&npm())));
        assert!(matches!(told, Err(Unproven::Untrusted(_))), "{emptied}: {told:?}");
    }
    let staging =
        Root::read(sigstore_verify::trust_root::SIGSTORE_STAGING_TRUSTED_ROOT.as_bytes()).unwrap();
    let told = staging.verify(&only(Form::Npm, &document(&npm())));
    assert!(matches!(told, Err(Unproven::Untrusted(_))), "{told:?}");
    assert_ne!(staging.digest(), root().digest());
}

#[test]
fn a_root_that_is_none_is_refused() {
    for text in ["", "{}", "[]", r#"{"mediaType":"x","mediaType":"x"}"#, "{\"mediaType\":3}"] {
        assert!(Root::read(text.as_bytes()).is_err(), "{text}");
    }
    assert!(matches!(Root::read(&vec![b' '; MOST_ROOT + 1]), Err(RootError::Json)));
}

#[test]
fn a_document_of_another_form_is_refused_whole() {
    let refused = |form, text: &str| read(form, text.as_bytes()).unwrap_err();
    assert_eq!(refused(Form::Npm, "{"), NotAttestations::Json);
    assert_eq!(refused(Form::Npm, "{}"), NotAttestations::Member("attestations"));
    assert_eq!(refused(Form::Npm, r#"{"attestations":[{}]}"#), NotAttestations::Member("bundle"));
    let twice = r#"{"attestations":[],"attestations":[]}"#;
    assert_eq!(refused(Form::Npm, twice), NotAttestations::Json);
    let many = json!({ "attestations": vec![json!({"bundle": {}}); MOST_ATTESTATIONS + 1] });
    assert_eq!(refused(Form::Npm, &many.to_string()), NotAttestations::TooMany);
    assert_eq!(refused(Form::PyPi, r#"{"version":2}"#), NotAttestations::Version);
    let mut value: Value = serde_json::from_str(PYPI).unwrap();
    value["attestation_bundles"][0]["attestations"][0]["envelope"]["statement"] = 1.into();
    assert_eq!(refused(Form::PyPi, &value.to_string()), NotAttestations::Member("statement"));
    assert_eq!(read(Form::Npm, br#"{"attestations":[]}"#).unwrap(), []);
}

#[test]
fn what_the_registry_itself_signed_is_told_apart() {
    let mut bundle = npm();
    let material = bundle["verificationMaterial"].as_object_mut().unwrap();
    material.remove("x509CertificateChain");
    material.insert("publicKey".into(), json!({ "hint": "SHA256:key" }));
    let own = only(Form::Npm, &document(&bundle));
    assert!(own.is_of_a_registry());
    assert!(root().verify(&own).is_err());
    assert!(!only(Form::Npm, &document(&npm())).is_of_a_registry());
}
