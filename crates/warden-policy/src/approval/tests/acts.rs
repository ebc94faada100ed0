//! The file of acts: what is signed by whom, and what is refused.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use warden_seal::{LocalKey, Signer, SigningKey, Trust, TrustedKey, Why};

use super::*;

const SCHEMA: &str = include_str!("../../../../../schemas/approval-acts-1.schema.json");
const ACT: &str = include_str!("../../../../../schemas/approval-act-1.schema.json");

/// A key of its own for each person, and who keeps the file.
pub(super) struct Keys {
    keys: Vec<(String, LocalKey)>,
}

pub(super) const MACHINE: &str = "this machine";

impl Keys {
    pub(super) fn new() -> Self {
        let names = [MACHINE, "mia", "rita", "otto", "sven", "cleo"];
        let key =
            |name: &str| (name.to_owned(), LocalKey::Ed25519(SigningKey::generate().unwrap()));
        Self { keys: names.into_iter().map(key).collect() }
    }

    pub(super) fn of(&self, name: &str) -> &LocalKey {
        &self.keys.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// Everybody's key counts for approvals, and the machine's for what is measured.
    pub(super) fn trust(&self) -> Trust {
        self.trust_with(|_| {})
    }

    pub(super) fn trust_with(&self, change: impl Fn(&mut TrustedKey)) -> Trust {
        let key = |(name, key): &(String, LocalKey)| {
            let uses = if name == MACHINE { "certificate" } else { APPROVALS };
            let mut key = TrustedKey {
                key: key.public(),
                name: name.clone(),
                uses: BTreeSet::from([uses.to_owned()]),
                not_before: None,
                not_after: None,
                revoked_since: None,
            };
            change(&mut key);
            key
        };
        Trust::new(self.keys.iter().map(key).collect()).unwrap()
    }

    /// One more act, by this person.
    #[track_caller]
    pub(super) fn act(&self, acts: Acts, name: &str, deed: Deed) -> Acts {
        self.try_act(acts, name, name, deed).unwrap()
    }

    pub(super) fn try_act(
        &self,
        acts: Acts,
        by: &str,
        key: &str,
        deed: Deed,
    ) -> Result<Acts, ActsError> {
        self.act_at(acts, (by, key), ago(1), deed)
    }

    pub(super) fn act_at(
        &self,
        acts: Acts,
        (by, key): (&str, &str),
        at: Time,
        deed: Deed,
    ) -> Result<Acts, ActsError> {
        let act = Act {
            version: 1,
            server: acts.server().into(),
            number: acts.all().len() as u64,
            previous: acts.last(),
            by: person(&by.replace(' ', "-")),
            at,
            deed,
        };
        acts.with(&act, self.of(key), &self.trust(), system())
    }

    pub(super) fn open(&self, bytes: &[u8]) -> Result<Acts, ActsError> {
        Acts::open(bytes, &self.trust(), system())
    }
}

pub(super) fn system() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(now().micros().unsigned_abs())
}

pub(super) fn asked() -> Deed {
    Deed::Request { subject: subject(), request: Request { at: ago(1), ..request() } }
}

/// Something of everything.
fn all(keys: &Keys) -> Acts {
    let acts = keys.act(Acts::none("@example/mail"), "mia", asked());
    let by = Answered::Automatic { version: "0.1.0".into() };
    let found = Answer { by, evidence: None, ..answer("A12", Reply::Unknown) };
    let acts = keys.act(acts, MACHINE, Deed::Answers { answers: vec![found] });
    let acts = keys.act(acts, "otto", Deed::Answers { answers: vec![answer("A4", Reply::Yes)] });
    let acts = keys.act(acts, "rita", Deed::Waive { waiver: waiver("A11", "rita") });
    let acts = keys.act(acts, "rita", Deed::Accept { finding: finding("rita") });
    let due = now().plus_days(7);
    let condition = Condition { text: "rotate".into(), owner: person("rita"), due, met: None };
    let deed = Deed::Vote { vote: vote("otto", Verdict::Approve), conditions: vec![condition] };
    let acts = keys.act(acts, "otto", deed);
    let acts = keys.act(acts, "sven", Deed::Met { condition: "rotate".into() });
    let acts = keys.act(acts, "cleo", Deed::Lift { what: "A11".into() });
    let change = Deed::Change {
        from: subject().digest(),
        subject: Subject { tree: Some(digest("next")), ..subject() },
        immaterial: Vec::new(),
        material: vec!["a file".into()],
    };
    let acts = keys.act(acts, MACHINE, change);
    keys.act(acts, "mia", Deed::Withdraw { reason: "not needed".into() })
}

pub(super) fn finding(owner: &str) -> AcceptedFinding {
    AcceptedFinding {
        fingerprint: digest("finding"),
        rule: "weak-hash".into(),
        owner: person(owner),
        reason: "no secret is hashed".into(),
        until: "2026-12-31".into(),
    }
}

#[test]
fn what_was_signed_is_read_again() {
    let keys = Keys::new();
    let acts = all(&keys);
    let bytes = acts.seal(keys.of(MACHINE)).unwrap();
    assert_eq!(keys.open(&bytes), Ok(acts.clone()));
    assert!(acts.all().iter().all(|signed| signed.counts.is_ok()));
}

#[test]
fn what_is_written_is_what_the_schemas_say() {
    let keys = Keys::new();
    let bytes = all(&keys).seal(keys.of(MACHINE)).unwrap();
    let trust = keys.trust();
    let open = |bytes: &[u8], kind: &str, usage: &str| -> Value {
        let opened = warden_seal::open_trusted(bytes, kind, &trust, usage, system()).unwrap();
        serde_json::from_slice(&opened.payload).unwrap()
    };
    let file = open(&bytes, ACTS_TYPE, "certificate");
    check(SCHEMA, &file);
    for act in file["acts"].as_array().unwrap() {
        let text = act.as_str().unwrap().as_bytes();
        let usage =
            if keys_of(text) == keys.of(MACHINE).public().id() { "certificate" } else { APPROVALS };
        let mut value = open(text, ACT_TYPE, usage);
        check(ACT, &value);
        value["more"] = 1.into();
        assert!(!validator(ACT).is_valid(&value));
    }
}

fn keys_of(envelope: &[u8]) -> String {
    let value: Value = serde_json::from_slice(envelope).unwrap();
    value["signatures"][0]["keyid"].as_str().unwrap().into()
}

fn validator(schema: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

#[track_caller]
fn check(schema: &str, value: &Value) {
    let validator = validator(schema);
    let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {value:#}");
}

#[test]
fn a_changed_byte_anywhere_is_refused() {
    let keys = Keys::new();
    let bytes = keys.act(Acts::none("@example/mail"), "mia", asked());
    let bytes = bytes.seal(keys.of(MACHINE)).unwrap();
    let whole = keys.open(&bytes).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        if let Ok(read) = keys.open(&changed) {
            // A hint that nothing depends on.
            assert_eq!(read, whole, "byte {at}");
        }
    }
    for end in 0..bytes.len() {
        assert!(keys.open(&bytes[..end]).is_err(), "{end} bytes");
    }
}

/// Has the keeper sign other acts than it was given.
fn resealed(keys: &Keys, change: impl Fn(&mut Value)) -> Result<Acts, ActsError> {
    let bytes = all(keys).seal(keys.of(MACHINE)).unwrap();
    let opened =
        warden_seal::open_trusted(&bytes, ACTS_TYPE, &keys.trust(), "certificate", system());
    let mut file: Value = serde_json::from_slice(&opened.unwrap().payload).unwrap();
    change(&mut file);
    let text = warden_seal::canonical(&file).unwrap();
    keys.open(&warden_seal::seal_with(ACTS_TYPE, &text, &[keys.of(MACHINE)]).unwrap())
}

#[test]
fn the_keeper_of_a_file_cannot_change_what_others_have_said() {
    let keys = Keys::new();
    assert!(resealed(&keys, |_| {}).is_ok());
    let acts = |file: &mut Value, change: &dyn Fn(&mut Vec<Value>)| {
        change(file["acts"].as_array_mut().unwrap());
    };
    let refused =
        |change: &dyn Fn(&mut Vec<Value>)| resealed(&keys, |file| acts(file, change)).unwrap_err();
    assert_eq!(refused(&|all| _ = all.remove(3)), ActsError::Order(3));
    assert_eq!(refused(&|all| all.swap(2, 3)), ActsError::Order(2));
    assert_eq!(refused(&|all| _ = all.remove(0)), ActsError::Order(0));
    let twice = refused(&|all| all.push(all[4].clone()));
    assert_eq!(twice, ActsError::Order(10));
    let damaged = refused(&|all| {
        let text = all[5].as_str().unwrap().replacen("payload\":\"", "payload\":\"A", 1);
        all[5] = text.into();
    });
    assert!(matches!(damaged, ActsError::Signature { number: 5, .. }), "{damaged:?}");
    let elsewhere = resealed(&keys, |file| file["server"] = "other".into()).unwrap_err();
    assert_eq!(elsewhere, ActsError::Order(0));
    let later = resealed(&keys, |file| file["version"] = 2.into()).unwrap_err();
    assert_eq!(later, ActsError::Malformed);
}

#[test]
fn nobody_speaks_for_somebody_else() {
    let keys = Keys::new();
    let acts = keys.act(Acts::none("@example/mail"), "mia", asked());
    let yes =
        |name: &str| Deed::Vote { vote: vote(name, Verdict::Approve), conditions: Vec::new() };
    // The words of another in one's own act.
    let found = keys.try_act(acts.clone(), "otto", "otto", yes("sven")).unwrap_err();
    assert_eq!(found, ActsError::Act { number: 1, source: ActError::NotOwn });
    // An act of another, signed by oneself.
    let found = keys.try_act(acts.clone(), "sven", "otto", yes("sven")).unwrap();
    let key = keys.of("otto").public().id();
    let why = Unbelieved::OtherPerson { key, by: person("sven") };
    assert_eq!(found.all()[1].counts, Err(why));
    // What evidence shows is said by whoever may certify.
    let by = Answered::Automatic { version: "0.1.0".into() };
    let found = Deed::Answers { answers: vec![Answer { by, ..answer("A2", Reply::Yes) }] };
    let found = keys.try_act(acts, "otto", "otto", found).unwrap();
    assert!(matches!(found.all()[1].counts, Err(Unbelieved::Key(Why::OtherUse { .. }))));
}

#[test]
fn an_act_says_something_and_of_its_own_time() {
    let keys = Keys::new();
    let acts = keys.act(Acts::none("@example/mail"), "mia", asked());
    let refused = |deed: Deed| match keys.try_act(acts.clone(), "otto", "otto", deed).unwrap_err() {
        ActsError::Act { source, .. } => source,
        other => panic!("{other}"),
    };
    let vote = |change: &dyn Fn(&mut Vote)| {
        let mut vote = vote("otto", Verdict::Approve);
        change(&mut vote);
        Deed::Vote { vote, conditions: Vec::new() }
    };
    assert_eq!(refused(vote(&|it| it.at = ago(5))), ActError::NotOwn);
    assert_eq!(
        refused(vote(&|it| it.reason = " ".into())),
        ActError::Dossier(DossierError::Empty("vote's reason"))
    );
    assert_eq!(refused(Deed::Withdraw { reason: String::new() }), ActError::Empty("reason"));
    assert_eq!(refused(Deed::Answers { answers: Vec::new() }), ActError::Malformed);
    let mut day = finding("otto");
    day.until = "next year".into();
    assert_eq!(refused(Deed::Accept { finding: day }), ActError::Day("next year".into()));
    let from = subject().digest();
    let (immaterial, material) = (Vec::new(), Vec::new());
    let change = Deed::Change { from, subject: subject(), immaterial, material };
    assert_eq!(refused(change), ActError::Change);
}
