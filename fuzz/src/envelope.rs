//! Envelopes, statements, keys and files of trusted keys: only what was sealed is opened, and what
//! is read has one spelling.

use std::{sync::LazyLock, time::SystemTime};

use serde_json::Value;
use warden_seal::{
    KeyKind, LocalKey, Signer, Statement, Trust, TrustedKey, VerifyKey, open_trusted, read_strict,
    seal_with,
};

const TYPE: &str = "application/vnd.in-toto+json";
const USE: &str = "certificate";

/// Keys of both kinds, and the set that trusts them.
static KEYS: LazyLock<([LocalKey; 2], Trust)> = LazyLock::new(|| {
    let keys =
        [KeyKind::Ed25519, KeyKind::P256].map(|kind| LocalKey::generate(kind).expect("a key"));
    let trusted = keys.each_ref().map(|key| TrustedKey {
        key: key.public(),
        name: "a key".into(),
        uses: [USE.to_owned()].into(),
        not_before: None,
        not_after: None,
        revoked_since: None,
    });
    let trust = Trust::new(trusted.into()).expect("two keys");
    (keys, trust)
});

/// The first byte says what follows: `E` an envelope, `S` a statement, `T` a file of trusted keys,
/// `K` a key, `J` any JSON; anything else three bytes that say how an envelope around what is
/// behind them is damaged.
pub fn check(data: &[u8]) {
    match data {
        // Nobody has signed anything here.
        [b'E', envelope @ ..] => {
            assert!(open(envelope).is_none(), "a forged envelope was opened");
        }
        [b'S', text @ ..] => statement(text),
        [b'T', text @ ..] => trust(text),
        [b'K', pem @ ..] => key(pem),
        [b'J', text @ ..] => json(text),
        [what, high, low, payload @ ..] => damaged(*what, [*high, *low], payload),
        _ => {}
    }
}

fn open(envelope: &[u8]) -> Option<Vec<u8>> {
    let opened = open_trusted(envelope, TYPE, &KEYS.1, USE, SystemTime::UNIX_EPOCH).ok()?;
    assert!(!opened.keys.is_empty(), "what is opened was signed by somebody");
    Some(opened.payload)
}

fn damaged(what: u8, place: [u8; 2], payload: &[u8]) {
    let [one, other] = &KEYS.0;
    let signers: [&dyn Signer; 2] = [one, other];
    let mut envelope = seal_with(TYPE, payload, &signers).expect("both sign");
    let at = usize::from(u16::from_be_bytes(place)) % envelope.len();
    envelope[at] ^= what;
    let opened = open(&envelope);
    assert!(opened.is_some() || what != 0, "what was sealed is opened");
    assert!(opened.is_none_or(|opened| opened == payload), "nothing else is");
}

fn statement(text: &[u8]) {
    let Ok(statement) = Statement::read(text) else { return };
    let wire: Value = serde_json::from_slice(text).expect("a statement is JSON");
    assert_eq!(wire["subject"].as_array().map(Vec::len), Some(statement.subjects.len()));
    assert_eq!(wire["predicate"], statement.predicate);
    for subject in &statement.subjects {
        assert!(statement.is_about(&subject.sha256));
    }
    // Numbers that readers round are read and not written.
    if let Ok(written) = statement.write() {
        let again = Statement::read(&written).expect("it was written");
        assert_eq!(again.write().as_ref(), Ok(&written));
        assert_eq!(warden_seal::canonical(&wire).ok(), Some(written));
    }
}

fn trust(text: &[u8]) {
    let Ok(trust) = Trust::from_json(text) else { return };
    let written = trust.to_json().expect("times that were read are written");
    assert_eq!(Trust::from_json(&written), Ok(trust));
}

fn key(pem: &[u8]) {
    let Ok(key) = VerifyKey::from_pem(pem) else { return };
    assert_eq!(VerifyKey::from_pem(key.pem().as_bytes()), Ok(key));
    // White space around lines aside, there is one spelling.
    let bare = |text: &[u8]| -> Vec<u8> {
        let lines = std::str::from_utf8(text).expect("a key is text").trim().lines();
        lines.flat_map(|line| line.trim().bytes()).collect()
    };
    assert_eq!(bare(pem), bare(key.pem().as_bytes()));
    assert!(key.is_named(&key.id()));
    assert!(key.verify(b"", &[]).is_err());
}

fn json(text: &[u8]) {
    if let Ok(value) = read_strict(text, 1 << 20) {
        assert_eq!(serde_json::from_slice::<Value>(text).expect("it is JSON"), value);
    }
}
