use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{KeyKind, LocalKey, Signer, SigningKey, seal, seal_with};

const TYPE: &str = "application/vnd.example+json";
const PAYLOAD: &[u8] = br#"{"a":1}"#;

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(second)
}

fn keys() -> [LocalKey; 2] {
    [KeyKind::Ed25519, KeyKind::P256].map(|kind| LocalKey::generate(kind).unwrap())
}

fn trusted(key: &LocalKey) -> TrustedKey {
    TrustedKey {
        key: key.public(),
        name: "a key".into(),
        uses: ["certificate".to_owned()].into(),
        not_before: None,
        not_after: None,
        revoked_since: None,
    }
}

fn only(key: TrustedKey) -> Trust {
    Trust::new(vec![key]).unwrap()
}

#[track_caller]
fn check(envelope: &[u8], trust: &Trust, second: u64, expected: Result<Vec<String>, Why>) {
    let opened = open_trusted(envelope, TYPE, trust, "certificate", at(second));
    let expected = expected.map(|keys| Opened { payload: PAYLOAD.to_vec(), keys });
    assert_eq!(opened, expected);
}

#[test]
fn every_reason_is_told_apart() {
    for key in keys() {
        let id = key.public().id();
        let name = || id.clone();
        let envelope = seal_with(TYPE, PAYLOAD, &[&key]).unwrap();
        check(&envelope, &only(trusted(&key)), 10, Ok(vec![name()]));
        check(&envelope, &Trust::default(), 10, Err(Why::UnknownKey));
        check(&envelope, &only(trusted(&keys()[0])), 10, Err(Why::UnknownKey));
        let timed = TrustedKey {
            not_before: Some(at(5)),
            not_after: Some(at(9)),
            revoked_since: Some(at(7)),
            ..trusted(&key)
        };
        check(&envelope, &only(timed.clone()), 4, Err(Why::NotYetValid { key: name() }));
        check(&envelope, &only(timed.clone()), 5, Ok(vec![name()]));
        check(&envelope, &only(timed.clone()), 6, Ok(vec![name()]));
        check(&envelope, &only(timed.clone()), 7, Err(Why::Revoked { key: name() }));
        check(&envelope, &only(timed.clone()), 20, Err(Why::Revoked { key: name() }));
        let kept = TrustedKey { revoked_since: None, ..timed };
        check(&envelope, &only(kept.clone()), 8, Ok(vec![name()]));
        check(&envelope, &only(kept), 9, Err(Why::NoLongerValid { key: name() }));
        let other = TrustedKey { uses: ["log".to_owned()].into(), ..trusted(&key) };
        check(&envelope, &only(other), 10, Err(Why::OtherUse { key: name() }));
        let wrong =
            open_trusted(&envelope, "text/plain", &only(trusted(&key)), "certificate", at(1));
        assert_eq!(wrong, Err(Why::Type));
        let text = String::from_utf8(envelope.clone()).unwrap();
        let forged = text.replace("eyJhIjoxfQ==", "eyJhIjoyfQ==");
        assert_ne!(forged, text);
        check(forged.as_bytes(), &only(trusted(&key)), 10, Err(Why::BadSignature { key: name() }));
    }
}

#[test]
fn a_successor_overlaps_with_the_key_before_it() {
    let [old, new] = keys();
    let both = Trust::new(vec![
        TrustedKey { not_after: Some(at(20)), ..trusted(&old) },
        TrustedKey { not_before: Some(at(10)), ..trusted(&new) },
    ]);
    let both = both.unwrap();
    for (second, by_old, by_new) in [(5, true, false), (15, true, true), (25, false, true)] {
        for (key, counts) in [(&old, by_old), (&new, by_new)] {
            let envelope = seal_with(TYPE, PAYLOAD, &[key]).unwrap();
            let opened = open_trusted(&envelope, TYPE, &both, "certificate", at(second));
            assert_eq!(opened.is_ok(), counts, "{second} {opened:?}");
        }
        // Signed by both it opens all the time, and says for whom.
        let envelope = seal_with(TYPE, PAYLOAD, &[&old, &new]).unwrap();
        let opened = open_trusted(&envelope, TYPE, &both, "certificate", at(second)).unwrap();
        assert_eq!(opened.keys.len(), usize::from(by_old) + usize::from(by_new));
    }
}

#[test]
fn names_beside_signatures_decide_nothing() {
    let [key, other] = keys();
    let envelope: Value =
        serde_json::from_slice(&seal_with(TYPE, PAYLOAD, &[&key]).unwrap()).unwrap();
    let both = Trust::new(vec![trusted(&key), trusted(&other)]).unwrap();
    // Another tool's name, an empty one, and none: the key is found all the same.
    for keyid in [json!("somebody"), json!("")] {
        let mut renamed = envelope.clone();
        renamed["signatures"][0]["keyid"] = keyid;
        check(renamed.to_string().as_bytes(), &both, 1, Ok(vec![key.public().id()]));
    }
    let mut nameless = envelope.clone();
    nameless["signatures"][0].as_object_mut().unwrap().remove("keyid");
    check(nameless.to_string().as_bytes(), &both, 1, Ok(vec![key.public().id()]));
    // The name of the other key: it did not sign.
    let mut lying = envelope;
    lying["signatures"][0]["keyid"] = json!(other.public().id());
    let wrong = Err(Why::BadSignature { key: other.public().id() });
    check(lying.to_string().as_bytes(), &both, 1, wrong);
}

#[test]
fn what_a_key_of_pins_has_sealed_is_opened() {
    let key = SigningKey::generate().unwrap();
    let envelope = seal(TYPE, PAYLOAD, &key);
    let key = LocalKey::Ed25519(key);
    check(&envelope, &only(trusted(&key)), 1, Ok(vec![key.public().id()]));
}

#[test]
fn one_key_that_signs_twice_counts_once() {
    let [key, _] = keys();
    let envelope = seal_with(TYPE, PAYLOAD, &[&key, &key]).unwrap();
    check(&envelope, &only(trusted(&key)), 1, Ok(vec![key.public().id()]));
}

#[test]
fn what_is_no_envelope_is_refused() {
    let [key, _] = keys();
    let trust = only(trusted(&key));
    let text = String::from_utf8(seal_with(TYPE, PAYLOAD, &[&key]).unwrap()).unwrap();
    let many = vec![&key as &dyn Signer; 16];
    assert!(seal_with(TYPE, PAYLOAD, &many).is_ok());
    let signature = text.split_once("\"signatures\":[").unwrap().1.strip_suffix("]}").unwrap();
    let repeated = |count: usize| vec![signature; count].join(",");
    let head = text.split_once("\"signatures\":[").unwrap().0;
    for wrong in [
        format!("{text}{text}"),
        format!("{text} x"),
        text.replace("{\"payload\":", "{\"payload\":\"e30=\",\"payload\":"),
        text.replace("\"keyid\":", "\"sig\":\"AAAA\",\"keyid\":"),
        text.replace("\"keyid\":", "\"key\":1,\"keyid\":"),
        text.replace("\"payloadType\":", "\"payloadtype\":"),
        text.replace("eyJhIjoxfQ==", "eyJhIjoxfQ"),
        text.replace("eyJhIjoxfQ==", "eyJhIjoxfR=="),
        format!("{head}\"signatures\":[]}}"),
        format!("{head}\"signatures\":[{}]}}", repeated(17)),
        String::new(),
        "[]".into(),
    ] {
        assert_ne!(wrong, text);
        check(wrong.as_bytes(), &trust, 1, Err(Why::Malformed));
    }
    check(&vec![b' '; MOST_ENVELOPE + 1], &trust, 1, Err(Why::Long));
    assert!(seal_with(TYPE, PAYLOAD, &[]).is_err());
}

#[test]
fn no_byte_of_an_envelope_can_be_changed() {
    for key in keys() {
        let envelope = seal_with(TYPE, PAYLOAD, &[&key]).unwrap();
        let trust = only(trusted(&key));
        let mut refused = 0;
        for place in 0..envelope.len() {
            for bit in 0..8 {
                let mut bad = envelope.clone();
                bad[place] ^= 1 << bit;
                match open_trusted(&bad, TYPE, &trust, "certificate", at(1)) {
                    // Only the name of the key, which is not signed.
                    Ok(opened) => assert_eq!(opened.payload, PAYLOAD, "byte {place}"),
                    Err(_) => refused += 1,
                }
            }
        }
        let name = 8 * key.public().id().len();
        assert!(refused >= 8 * envelope.len() - name, "{refused} of {}", envelope.len() * 8);
    }
}

#[test]
fn a_file_comes_back_and_fits_its_schema() {
    let [one, other] = keys();
    let trust = Trust::new(vec![
        TrustedKey {
            not_before: Some(at(5)),
            not_after: Some(at(1_795_169_813)),
            revoked_since: Some(at(7)),
            ..trusted(&one)
        },
        trusted(&other),
    ]);
    let trust = trust.unwrap();
    let text = trust.to_json().unwrap();
    assert_eq!(Trust::from_json(&text), Ok(trust));
    let schema = include_str!("../../../../schemas/trust-1.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    let problems = jsonschema::validator_for(&schema).unwrap();
    assert!(problems.is_valid(&file), "{file}");
    let mut unknown = file.clone();
    unknown["keys"][0]["use"] = json!("x");
    assert!(!problems.is_valid(&unknown), "the schema is as strict as the reader");
}

#[test]
fn a_file_that_is_not_understood_is_not_trusted() {
    let [one, other] = keys();
    let trust = Trust::new(vec![trusted(&one), trusted(&other)]).unwrap();
    let file: Value = serde_json::from_slice(&trust.to_json().unwrap()).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        Trust::from_json(file.to_string().as_bytes()).unwrap_err()
    };
    let first = |name: &'static str, value: Value| {
        changed(&move |file| file["keys"][0][name] = value.clone())
    };
    assert_eq!(changed(&|file| file["version"] = json!(2)), TrustError::Version(2));
    assert_eq!(changed(&|file| file["more"] = json!(2)), TrustError::Malformed);
    assert_eq!(first("more", json!(2)), TrustError::Malformed);
    assert_eq!(first("key", json!("x")), TrustError::Key(0));
    assert_eq!(first("id", json!("sha256:00")), TrustError::Identifier(0));
    assert_eq!(first("uses", json!([])), TrustError::Names(0));
    assert_eq!(first("uses", json!(["a", "a"])), TrustError::Names(0));
    assert_eq!(first("uses", json!([""])), TrustError::Names(0));
    assert_eq!(first("name", json!("")), TrustError::Names(0));
    assert_eq!(first("not_before", json!("yesterday")), TrustError::Times(0));
    let twice = changed(&|file| file["keys"][1] = file["keys"][0].clone());
    assert_eq!(twice, TrustError::Twice);
    let many = changed(&|file| {
        let row = file["keys"][0].clone();
        file["keys"] = Value::Array(vec![row; MOST_KEYS + 1]);
    });
    assert_eq!(many, TrustError::Many);
    let ends_first = changed(&|file| {
        file["keys"][1]["not_before"] = json!("2026-01-02T00:00:00Z");
        file["keys"][1]["not_after"] = json!("2026-01-01T00:00:00Z");
    });
    assert_eq!(ends_first, TrustError::Times(1));
    let twice = file.to_string().replace("\"version\":", "\"version\":1,\"version\":");
    assert_eq!(Trust::from_json(twice.as_bytes()), Err(TrustError::Malformed));
    assert_eq!(Trust::from_json(&vec![b' '; MOST_TRUST + 1]), Err(TrustError::Malformed));
}

proptest! {
    #[test]
    fn nobody_else_can_make_an_envelope(text in "\\PC{0,200}") {
        let trust = only(trusted(&keys()[0]));
        let opened = open_trusted(text.as_bytes(), TYPE, &trust, "certificate", at(1));
        prop_assert!(opened.is_err());
    }

    #[test]
    fn later_is_never_better_after_a_revocation(revoked in 0..50_u64, signed in 0..50_u64, later in 0..50_u64) {
        let [key, _] = keys();
        let key = TrustedKey { revoked_since: Some(at(revoked)), ..trusted(&key) };
        let counts = |second| key.counts("certificate", at(second)).is_ok();
        prop_assert!(counts(signed) || !counts(signed + later));
        prop_assert_eq!(counts(signed), signed < revoked);
    }
}

#[test]
fn an_answer_holds_until_a_key_begins_or_ends() {
    let [one, other] = keys();
    let one = TrustedKey { not_before: Some(at(10)), not_after: Some(at(40)), ..trusted(&one) };
    let other = TrustedKey { revoked_since: Some(at(20)), ..trusted(&other) };
    let trust = Trust::new(vec![one, other]).unwrap();
    for (now, next) in [(5, Some(10)), (10, Some(20)), (19, Some(20)), (20, Some(40)), (40, None)] {
        assert_eq!(trust.changes_after(at(now)), next.map(at), "{now}");
        // Between the two nothing changes for any key.
        for key in trust.keys() {
            let until = next.map_or(now + 100, |next| next - 1);
            assert_eq!(key.counts("certificate", at(now)), key.counts("certificate", at(until)));
        }
    }
    assert_eq!(Trust::default().changes_after(at(0)), None);
}
