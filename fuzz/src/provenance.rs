//! Attestations of registries: nobody here can sign one, so that nothing but what was really signed
//! is ever proven, however it is written.

use std::sync::LazyLock;

use serde_json::{Value, json};
use warden_seal::provenance::{Attestation, Form, MOST_ATTESTATIONS, Root, read};

/// What was really signed.
const BUNDLE: &str = include_str!("../../tests/fixtures/provenance/npm-sigstore-2.0.0.json");

static ROOT: LazyLock<Root> = LazyLock::new(|| Root::built_in().expect("it is compiled in"));

/// The first byte says what follows: `N` a document of npm, `P` one of Python, `R` a root, `B` a
/// bundle; anything else three bytes that say how the real one is damaged.
pub fn check(data: &[u8]) {
    match data {
        [b'N', document @ ..] => all(Form::Npm, document),
        [b'P', document @ ..] => all(Form::PyPi, document),
        // Whether it is one is the library's to say; it has to say something.
        [b'R', root @ ..] => drop(Root::read(root)),
        [b'B', bundle @ ..] => {
            if let Ok(bundle) = serde_json::from_slice::<Value>(bundle) {
                all(Form::Npm, &document(&bundle));
            }
        }
        [what, high, low, ..] => damaged(*what, usize::from(u16::from_be_bytes([*high, *low]))),
        _ => {}
    }
}

fn document(bundle: &Value) -> Vec<u8> {
    json!({ "attestations": [{ "bundle": bundle }] }).to_string().into_bytes()
}

fn all(form: Form, document: &[u8]) {
    let Ok(attestations) = read(form, document) else { return };
    assert!(attestations.len() <= MOST_ATTESTATIONS);
    // What is read is no more than what any reader finds in it.
    let plain: Value = serde_json::from_slice(document).expect("it was read as JSON");
    match form {
        Form::Npm => {
            let listed = plain["attestations"].as_array().expect("a list");
            assert_eq!(attestations.len(), listed.len());
        }
        Form::PyPi => assert_eq!(plain["version"], 1),
    }
    attestations.iter().for_each(only_the_truth);
}

/// Whatever is proven was signed by somebody, and we have only seen one who did.
fn only_the_truth(attestation: &Attestation) {
    let Ok(proven) = ROOT.verify(attestation) else { return };
    let known = ["pkg:npm/sigstore@2.0.0", "pypi_attestations-0.0.19.tar.gz"];
    assert!(proven.subjects.iter().all(|subject| known.contains(&subject.name.as_str())));
    assert!(!proven.issuer.is_empty() && !proven.signer.is_empty());
}

/// One byte of the real one is changed: then it is no bundle, proves nothing, or proves the same.
fn damaged(what: u8, at: usize) {
    let mut bytes = BUNDLE.as_bytes().to_vec();
    let at = at % bytes.len();
    bytes[at] ^= what;
    if let Ok(bundle) = serde_json::from_slice::<Value>(&bytes) {
        all(Form::Npm, &document(&bundle));
    }
}
