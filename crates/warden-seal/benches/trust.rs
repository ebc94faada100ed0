//! What it costs to verify an envelope of the size of a certificate.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::time::SystemTime;

use divan::Bencher;
use warden_seal::{
    KeyKind, LocalKey, STATEMENT_TYPE, Signer, Statement, Trust, TrustedKey, open_trusted,
    seal_with,
};

const KINDS: [KeyKind; 2] = [KeyKind::Ed25519, KeyKind::P256];

fn main() {
    divan::main();
}

/// A statement of 20 KB about 100 subjects.
fn statement() -> Vec<u8> {
    let subjects = (0..100).map(|at: u32| {
        let sha256 = warden_model::Digest::of(&at.to_be_bytes());
        warden_seal::Subject {
            name: format!("tool {at}"),
            sha256,
            others: std::collections::BTreeMap::default(),
        }
    });
    let statement = Statement {
        subjects: subjects.collect(),
        predicate_type: "https://example.com/certificate/v1".into(),
        predicate: serde_json::json!({ "evidence": "x".repeat(8_000) }),
    };
    statement.write().expect("it is one")
}

fn trust(key: &LocalKey) -> Trust {
    let trusted = TrustedKey {
        key: key.public(),
        name: "issuer".into(),
        uses: ["certificate".to_owned()].into(),
        not_before: None,
        not_after: None,
        revoked_since: None,
    };
    Trust::new(vec![trusted]).expect("one key")
}

#[divan::bench(args = KINDS)]
fn open_and_read(bencher: Bencher<'_, '_>, kind: KeyKind) {
    let key = LocalKey::generate(kind).expect("there is randomness");
    let envelope = seal_with(STATEMENT_TYPE, &statement(), &[&key]).expect("it is signed");
    assert!(envelope.len() > 20_000, "{}", envelope.len());
    let trust = trust(&key);
    bencher.bench_local(|| {
        let time = SystemTime::UNIX_EPOCH;
        let opened = open_trusted(&envelope, STATEMENT_TYPE, &trust, "certificate", time);
        Statement::read(&opened.expect("it is signed").payload).expect("it is one")
    });
}

#[divan::bench(args = KINDS)]
fn sign(bencher: Bencher<'_, '_>, kind: KeyKind) {
    let key = LocalKey::generate(kind).expect("there is randomness");
    let statement = statement();
    bencher.bench_local(|| seal_with(STATEMENT_TYPE, &statement, &[&key]).expect("it is signed"));
}
