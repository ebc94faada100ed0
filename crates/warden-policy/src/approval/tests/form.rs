//! The written form of a dossier.

use serde_json::Value;

use super::*;

const GOLDEN: &str = include_str!("../../../tests/data/approval-1.json");
const SCHEMA: &str = include_str!("../../../../../schemas/approval-1.schema.json");

/// A dossier with something of everything.
fn full() -> Dossier {
    let mut dossier = approved();
    dossier.same_as =
        vec![SameAs { subject: digest("earlier"), changes: vec![Immaterial::Repacked] }];
    dossier.answers.push(Answer {
        by: Answered::Automatic { version: "0.1.0".into() },
        evidence: None,
        ..answer("A12", Reply::Unknown)
    });
    dossier.waivers = vec![waiver("A11", "rita")];
    dossier.conditions = vec![Condition {
        text: "rotate the key".into(),
        owner: person("rita"),
        due: now().plus_days(7),
        met: None,
    }];
    dossier
}

#[test]
fn the_form_is_that_of_the_golden_file() {
    let bytes = full().write().unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), GOLDEN.trim_end());
    assert_eq!(Dossier::read(GOLDEN.trim_end().as_bytes()), Ok(full()));
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut value: Value = serde_json::from_slice(&full().write().unwrap()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value["answers"][0]["question"] = "A13".into();
    assert!(!validator.is_valid(&value));
}

#[track_caller]
fn refused(change: impl Fn(&mut Dossier), why: DossierError) {
    let mut dossier = full();
    change(&mut dossier);
    assert_eq!(dossier.write(), Err(why));
}

#[test]
fn what_says_nothing_is_refused() {
    refused(|it| it.version = 2, DossierError::Malformed);
    refused(
        |it| {
            it.subject.artifact = None;
            it.subject.tree = None;
            it.subject.manifest = None;
        },
        DossierError::NoSubject,
    );
    refused(|it| it.answers[0].question = "A13".into(), DossierError::NoQuestion("A13".into()));
    refused(|it| it.waivers[0].reason = " ".into(), DossierError::Empty("waiver's reason"));
    refused(|it| it.votes[0].expires = it.votes[0].at, DossierError::Times("vote"));
    let text = GOLDEN.trim_end();
    assert_eq!(Dossier::read(format!("{text} ").as_bytes()), Err(DossierError::NotCanonical));
    let more = text.replacen('{', "{\"a\":1,", 1);
    assert_eq!(Dossier::read(more.as_bytes()), Err(DossierError::Malformed));
    let loud = text.replacen("\"otto\"", "\"Otto\"", 1);
    assert_eq!(Dossier::read(loud.as_bytes()), Err(DossierError::Malformed));
}

#[test]
fn a_changed_byte_anywhere_is_refused_or_another_dossier() {
    let golden = GOLDEN.trim_end().as_bytes();
    for at in (0..golden.len()).step_by(7) {
        let mut bytes = golden.to_vec();
        bytes[at] ^= 1 << (at % 8);
        if let Ok(read) = Dossier::read(&bytes) {
            assert_ne!(read, full(), "byte {at}");
        }
    }
}
