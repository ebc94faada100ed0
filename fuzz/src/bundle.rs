//! Bundles: only a signed head opens, every part has one spelling, and no byte of the body can be
//! changed without its digest.

use std::{sync::LazyLock, time::SystemTime};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use warden_model::Digest;
use warden_policy::certificate::{
    ApprovalLine, BUNDLE_TYPE, BundleHead, CertificateLine, MOST_HOURS, RevocationsLine,
    body_digest,
};
use warden_seal::{
    KeyKind, LocalKey, Signer, Trust, TrustedKey, canonical, open_trusted, seal_with,
};

const USE: &str = "bundle";

/// A key, and the set that trusts it.
static KEY: LazyLock<(LocalKey, Trust)> = LazyLock::new(|| {
    let key = LocalKey::generate(KeyKind::Ed25519).expect("a key");
    let trusted = TrustedKey {
        key: key.public(),
        name: "a key".into(),
        uses: [USE.to_owned()].into(),
        not_before: None,
        not_after: None,
        revoked_since: None,
    };
    (key, Trust::new(vec![trusted]).expect("one key"))
});

/// The first byte says what follows: `E` an envelope, `H` a head that is signed for it, `R` a list
/// of revocations, `C` a certificate, `A` an approval; anything else three bytes that say which byte of the lines
/// behind them is changed, and how.
pub fn check(data: &[u8]) {
    match data {
        [b'E', envelope @ ..] => assert!(open(envelope).is_none(), "a forged bundle was opened"),
        [b'H', payload @ ..] => head(payload),
        [b'R', line @ ..] => {
            if let Ok(read) = RevocationsLine::read(line) {
                one_spelling(&read, line, &read.write().expect("it was read"));
            }
        }
        [b'C', line @ ..] => {
            if let Ok(read) = CertificateLine::read(line) {
                one_spelling(&read, line, &read.write().expect("it was read"));
            }
        }
        [b'A', line @ ..] => {
            if let Ok(read) = ApprovalLine::read(line) {
                one_spelling(&read, line, &read.write().expect("it was read"));
            }
        }
        [what, high, low, body @ ..] => changed(*what, [*high, *low], body),
        _ => {}
    }
}

fn open(envelope: &[u8]) -> Option<Vec<u8>> {
    let now = SystemTime::UNIX_EPOCH;
    Some(open_trusted(envelope, BUNDLE_TYPE, &KEY.1, USE, now).ok()?.payload)
}

fn head(payload: &[u8]) {
    let signer: &dyn Signer = &KEY.0;
    let envelope = seal_with(BUNDLE_TYPE, payload, &[signer]).expect("it signs");
    let opened = open(&envelope).expect("what was sealed is opened");
    let Ok(head) = BundleHead::read(&opened) else { return };
    one_spelling(&head, payload, &head.write().expect("it was read"));
    // What a reader may count on.
    assert!(head.version == 1 && head.sequence > 0 && !head.issuer.trim().is_empty());
    let hours = (head.expires.micros() - head.issued.micros()) / 3_600_000_000;
    assert!(head.expires > head.issued && hours <= i64::from(MOST_HOURS));
    assert!(head.stands(head.issued, 0).is_ok() && head.stands(head.expires, 3600).is_err());
    assert_eq!(head.lines(), head.certificates + head.approvals + u64::from(head.revocations));
}

/// What is read is what any parser reads, in its canonical form.
fn one_spelling<T: Serialize + DeserializeOwned>(part: &T, bytes: &[u8], written: &[u8]) {
    assert_eq!(written, bytes);
    let wire: Value = serde_json::from_slice(bytes).expect("it is JSON");
    assert_eq!(canonical(&wire).as_deref(), Ok(bytes));
    assert_eq!(serde_json::to_value(part).expect("it is a value"), wire);
}

fn changed(what: u8, place: [u8; 2], body: &[u8]) {
    let digest = |body: &[u8]| {
        let lines: Vec<Digest> = body.split(|byte| *byte == b'\n').map(Digest::of).collect();
        body_digest(&lines)
    };
    if body.is_empty() {
        return;
    }
    let mut other = body.to_vec();
    let at = usize::from(u16::from_be_bytes(place)) % other.len();
    other[at] ^= what;
    assert_eq!(digest(&other) == digest(body), what == 0, "every byte is covered");
}
