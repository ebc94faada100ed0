use proptest::prelude::*;

use super::*;
use crate::SigningKey;

const TEXT: &str = "example.com/log\n0\n\nwords\n";

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

fn signer<'a>(name: &str, kind: NoteKind, key: &'a SigningKey) -> NoteSigner<'a> {
    NoteSigner::new(name, kind, key).unwrap()
}

#[test]
fn a_note_of_another_implementation_is_verified() {
    // The example in the documentation of the package `note` of Go.
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key = NoteKey::parse(key).unwrap();
    let note = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = Note::read(note.as_bytes()).unwrap();
    let (text, signed) = note.verify(&[key]).unwrap();
    assert!(text.ends_with("problem is.\n"));
    assert_eq!(signed, [SignedBy { key: 0, time: None }]);
}

#[test]
fn a_key_has_one_spelling() {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(NoteKey::parse(text).unwrap().to_string(), text);
    for wrong in [
        text.replace("c74f", "C74F"),
        text.replace("c74f", "c74e"),
        text.replace("Peter", ""),
        text.replace("+AR", "+AT"),
        text.replace("10TW", "10T"),
        text.replace('+', "-"),
        text.replace("PeterNeumann", "Peter Neumann"),
        String::new(),
    ] {
        assert!(NoteKey::parse(&wrong).is_err(), "{wrong}");
    }
    assert_eq!(NoteKey::new("", NoteKind::Ed25519, key().public()), Err(BadNote::Name));
    assert_eq!(NoteKey::new("a+b", NoteKind::Ed25519, key().public()), Err(BadNote::Name));
}

#[test]
fn several_keys_sign_and_unknown_ones_are_passed_over() {
    let (log, witness, stranger) = (key(), key(), key());
    let log = signer("log", NoteKind::Ed25519, &log);
    let witness = signer("witness", NoteKind::Cosignature, &witness);
    let stranger = signer("log", NoteKind::Ed25519, &stranger);
    let lines = [
        stranger.line(TEXT, 0).unwrap(),
        log.line(TEXT, 0).unwrap(),
        witness.line(TEXT, 1_679_315_147).unwrap(),
    ];
    let note = Note::read(format!("{TEXT}\n{}", lines.concat()).as_bytes()).unwrap();
    let known = [witness.key().clone(), log.key().clone()];
    let (text, signed) = note.verify(&known).unwrap();
    assert_eq!(text, TEXT);
    let by_witness = SignedBy { key: 0, time: Some(1_679_315_147) };
    assert_eq!(signed, [SignedBy { key: 1, time: None }, by_witness]);
    assert_eq!(note.verify(&[]), Err(BadNote::Unknown));
    // The same key under another name or of another kind is another key.
    let other = NoteKey::new("other", NoteKind::Ed25519, log.key().key()).unwrap();
    let kind = NoteKey::new("log", NoteKind::Cosignature, log.key().key()).unwrap();
    assert_eq!(note.verify(&[other, kind]), Err(BadNote::Unknown));
}

#[test]
fn one_wrong_signature_of_a_known_key_spoils_the_note() {
    let (log, other) = (key(), key());
    let (log, other) =
        (signer("log", NoteKind::Ed25519, &log), signer("b", NoteKind::Ed25519, &other));
    let lines = [log.line(TEXT, 0).unwrap(), other.line("another text\n", 0).unwrap()];
    let note = Note::read(format!("{TEXT}\n{}", lines.concat()).as_bytes()).unwrap();
    assert!(note.verify(&[log.key().clone()]).is_ok());
    let both = [log.key().clone(), other.key().clone()];
    assert_eq!(note.verify(&both), Err(BadNote::Signature));
}

#[test]
fn the_time_of_a_witness_is_signed() {
    let key = key();
    let witness = signer("w", NoteKind::Cosignature, &key);
    let line = witness.line(TEXT, 5).unwrap();
    let bytes = STANDARD.decode(line.trim_end().rsplit_once(' ').unwrap().1).unwrap();
    let with = |time: u64| {
        let mut bytes = bytes.clone();
        bytes[4..12].copy_from_slice(&time.to_be_bytes());
        let note = format!("{TEXT}\n{DASH}w {}\n", STANDARD.encode(bytes));
        Note::read(note.as_bytes()).unwrap().verify(&[witness.key().clone()]).is_ok()
    };
    assert!(with(5));
    assert!(!with(6) && !with(0) && !with(u64::MAX));
}

#[test]
fn what_is_no_note_is_refused() {
    let key = key();
    let log = signer("log", NoteKind::Ed25519, &key);
    let good = log.note(TEXT, 0).unwrap();
    assert!(Note::read(good.as_bytes()).is_ok());
    let line = log.line(TEXT, 0).unwrap();
    for wrong in [
        String::new(),
        "\n\n".into(),
        TEXT.into(),
        format!("{TEXT}\n"),
        good.trim_end().to_owned(),
        format!("{good}\n"),
        good.replace('\u{2014}', "-"),
        good.replace(" log ", " "),
        good.replace(" log ", " l\u{a0}g "),
        good.replace("words", "wor\tds"),
        good.replace("words", "wor\rds"),
        good.replace("=\n", "\n"),
        format!("{TEXT}\n{DASH}log AAAAAA==\n"),
        format!("{TEXT}\n{}", line.repeat(MOST_LINES + 1)),
        format!("{TEXT}{}\n\n{line}", "x".repeat(MOST_NOTE)),
    ] {
        assert_eq!(Note::read(wrong.as_bytes()), Err(BadNote::Malformed), "{wrong}");
    }
    let many = format!("{TEXT}\n{}", line.repeat(16));
    let note = Note::read(many.as_bytes()).unwrap();
    assert_eq!(note.verify(&[log.key().clone()]).unwrap().1.len(), 16);
}

#[test]
fn no_bit_of_a_note_can_be_changed() {
    let key = key();
    for kind in [NoteKind::Ed25519, NoteKind::Cosignature] {
        let log = signer("log", kind, &key);
        let good = log.note(TEXT, 7).unwrap().into_bytes();
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            let opened = Note::read(&bad);
            let verified = opened.as_ref().map(|note| note.verify(&[log.key().clone()]));
            assert!(!matches!(verified, Ok(Ok(_))), "bit {at}");
        }
    }
}

proptest! {
    #[test]
    fn nobody_else_makes_a_note(text in "(\\PC|\n){0,60}") {
        let key = NoteKey::new("log", NoteKind::Ed25519, key().public()).unwrap();
        let verified = Note::read(text.as_bytes()).map(|note| note.verify(&[key]).is_ok());
        prop_assert!(!matches!(verified, Ok(true)));
    }
}
