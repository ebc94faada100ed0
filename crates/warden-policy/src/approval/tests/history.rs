//! What acts amount to, with keys that count and with keys that do not any more.

use super::{
    acts::{Keys, MACHINE, asked, finding, system},
    *,
};
use crate::certificate::{Subjects, Use};

/// Everything is answered with yes.
fn ready(keys: &Keys) -> Acts {
    let acts = keys.act(Acts::none("@example/mail"), "mia", asked());
    let asked = set(Set::Approval).chain(set(Set::Vendor));
    let answers = asked.map(|question| answer(question.id, Reply::Yes)).collect();
    keys.act(acts, "otto", Deed::Answers { answers })
}

fn votes(keys: &Keys, acts: Acts, names: &[&str]) -> Acts {
    names.iter().fold(acts, |acts, name| {
        let vote = vote(name, Verdict::Approve);
        keys.act(acts, name, Deed::Vote { vote, conditions: Vec::new() })
    })
}

fn of(acts: &Acts) -> History {
    History::of(acts, &policy())
}

fn word(acts: &Acts) -> &'static str {
    let history = of(acts);
    history.word(&history.standing(&policy(), now()))
}

fn digests() -> Subjects {
    let subject = subject();
    Subjects {
        artifact: subject.artifact,
        tree: subject.tree,
        manifest: subject.manifest,
        tools: Vec::new(),
    }
}

const GRAVE: Use = Use { environment: Environment::Production, data: DataClass::Regulated };

#[test]
fn two_of_three_approve_the_gravest_use_and_milder_ones_with_it() {
    let keys = Keys::new();
    let acts = ready(&keys);
    assert_eq!(word(&votes(&keys, acts.clone(), &["otto"])), "pending");
    // Whoever asks does not decide, and one person is one.
    assert_eq!(word(&votes(&keys, acts.clone(), &["otto", "otto"])), "pending");
    assert_eq!(word(&votes(&keys, acts.clone(), &["otto", "mia"])), "pending");
    let acts = votes(&keys, acts, &["otto", "sven"]);
    assert_eq!(word(&acts), "approved");
    let history = of(&acts);
    let approves = |wanted, digests: &Subjects| history.approves(digests, wanted, &policy(), now());
    assert!(approves(GRAVE, &digests()));
    assert!(approves(Use { environment: Environment::Sandbox, ..GRAVE }, &digests()));
    assert!(approves(Use { data: DataClass::Public, ..GRAVE }, &digests()));
    // Other bytes, another list of tools, or a time at which it is over.
    let other = Some(digest("other"));
    assert!(!approves(GRAVE, &Subjects { tree: other, ..digests() }));
    assert!(!approves(GRAVE, &Subjects { manifest: other, ..digests() }));
    assert!(!approves(GRAVE, &Subjects { artifact: None, ..digests() }));
    assert!(!history.approves(&digests(), GRAVE, &policy(), now().plus_days(60)));
}

#[test]
fn an_approval_for_a_milder_use_is_none_for_a_graver_one() {
    let keys = Keys::new();
    let request = Request { at: ago(1), data: DataClass::Internal, ..request() };
    let deed = Deed::Request { subject: subject(), request };
    let acts = keys.act(ready(&keys), "mia", deed);
    let history = of(&votes(&keys, acts, &["otto"]));
    let approves = |wanted| history.approves(&digests(), wanted, &policy(), now());
    assert!(approves(Use { data: DataClass::Internal, ..GRAVE }));
    assert!(!approves(Use { data: DataClass::Confidential, ..GRAVE }));
    assert!(!approves(Use { data: DataClass::Unknown, ..GRAVE }));
}

#[test]
fn what_is_asked_anew_is_decided_anew() {
    let keys = Keys::new();
    let acts = votes(&keys, ready(&keys), &["otto", "sven"]);
    let waiver = waiver("A1", "rita");
    let acts = keys.act(acts, "rita", Deed::Waive { waiver });
    let acts = keys.act(acts, "mia", asked());
    let dossier = of(&acts).dossier.unwrap();
    assert!(dossier.votes.is_empty() && dossier.waivers.is_empty());
    assert_eq!(dossier.answers.len(), 27, "what the server is like is still known");
    assert_eq!(word(&acts), "pending");
}

#[test]
fn what_is_taken_back_counts_for_nothing_until_it_is_asked_for_again() {
    let keys = Keys::new();
    let acts = votes(&keys, ready(&keys), &["otto", "sven"]);
    let acts = keys.act(acts, "rita", Deed::Withdraw { reason: "a leak".into() });
    assert_eq!(word(&acts), "withdrawn");
    assert!(!of(&acts).approves(&digests(), GRAVE, &policy(), now()));
    let acts = votes(&keys, acts, &["cleo"]);
    assert_eq!(word(&acts), "withdrawn");
    assert_eq!(word(&keys.act(acts, "mia", asked())), "pending");
}

/// The same acts, read when this person's key has ended.
fn ended(keys: &Keys, acts: &Acts, name: &str) -> History {
    let trust = keys.trust_with(|key| {
        if key.name == name {
            key.not_after = Some(system());
        }
    });
    let bytes = acts.seal(keys.of(MACHINE)).unwrap();
    of(&Acts::open(&bytes, &trust, system()).unwrap())
}

#[test]
fn a_key_that_ends_lets_nothing_in() {
    let keys = Keys::new();
    let acts = votes(&keys, ready(&keys), &["sven", "cleo"]);
    let state = |name: &str, acts: &Acts| {
        let history = ended(&keys, acts, name);
        history.word(&history.standing(&policy(), now()))
    };
    assert_eq!(state("rita", &acts), "approved");
    // A yes of a key that has ended is none, nor is what it has answered or asked for.
    assert_eq!(state("sven", &acts), "pending");
    assert_eq!(state("otto", &acts), "blocked");
    assert_eq!(state("mia", &acts), "not requested");
    // A no stays one, and what was taken back stays so.
    let no = Deed::Vote { vote: vote("otto", Verdict::Reject), conditions: Vec::new() };
    assert_eq!(state("otto", &keys.act(acts.clone(), "otto", no)), "blocked");
    let back = Deed::Withdraw { reason: "a leak".into() };
    assert_eq!(state("rita", &keys.act(acts.clone(), "rita", back)), "withdrawn");
    // Nor does anybody's end bring back a yes that was answered otherwise since.
    let part = Deed::Answers {
        answers: vec![Answer {
            by: Answered::Person { person: person("rita") },
            ..answer("A8", Reply::Partial)
        }],
    };
    assert_eq!(state("rita", &keys.act(acts, "rita", part)), "blocked");
}

// R41: another digest is another server, unless somebody who may measure says what changed and that
// it does not matter.
#[test]
fn a_change_opens_what_is_bound_to_the_version() {
    let keys = Keys::new();
    let acts = votes(&keys, ready(&keys), &["otto", "sven"]);
    let next = Subject { artifact: Some(digest("repacked")), ..subject() };
    let change = |immaterial: &[Immaterial], material: &[&str]| Deed::Change {
        from: subject().digest(),
        subject: next.clone(),
        immaterial: immaterial.to_vec(),
        material: material.iter().map(|&it| it.to_owned()).collect(),
    };
    let packed = Subjects { artifact: next.artifact, ..digests() };
    let same = keys.act(acts.clone(), MACHINE, change(&[Immaterial::Repacked], &[]));
    assert_eq!(word(&same), "approved");
    assert!(of(&same).approves(&packed, GRAVE, &policy(), now()));
    assert!(!of(&same).approves(&digests(), GRAVE, &policy(), now()));
    let other = keys.act(acts.clone(), MACHINE, change(&[], &["what a model sees"]));
    assert_eq!(word(&other), "review due");
    let changed = of(&other).changed.unwrap();
    assert_eq!(changed.void, people(&["otto", "sven"]));
    assert_eq!(changed.tell, people(&["mia", "otto", "rita", "sven"]));
    assert!(changed.reopened.contains(&"A1") && !changed.reopened.contains(&"A3"));
    // Somebody who may not measure says that it does not matter.
    let said = keys.act(acts, "mia", change(&[Immaterial::Repacked], &[]));
    assert_eq!(word(&said), "review due");
    // Everybody looks again.
    let digest = next.digest();
    let bound = ["A1", "A2", "A4", "A5", "A7", "A8", "A9", "V1", "V3", "V7"];
    let again = |id: &&str| Answer { subject: digest, at: now(), ..answer(id, Reply::Yes) };
    let answers = bound.iter().map(again).collect();
    let acts = keys.act_at(other, ("otto", "otto"), now(), Deed::Answers { answers }).unwrap();
    assert_eq!(word(&acts), "review due");
    let acts = ["otto", "sven"].iter().fold(acts, |acts, name| {
        let vote = Vote { subject: digest, ..vote(name, Verdict::Approve) };
        keys.act(acts, name, Deed::Vote { vote, conditions: Vec::new() })
    });
    assert_eq!(word(&acts), "approved");
}

#[test]
fn a_condition_is_met_when_somebody_says_so_who_may() {
    let keys = Keys::new();
    let due = now().plus_days(7);
    let condition = Condition { text: "rotate".into(), owner: person("rita"), due, met: None };
    let yes = Deed::Vote { vote: vote("otto", Verdict::Approve), conditions: vec![condition] };
    let acts = votes(&keys, keys.act(ready(&keys), "otto", yes), &["sven"]);
    let until = |acts: &Acts| match of(acts).standing(&policy(), now()) {
        Standing::Decided(Decision::Approved { until, .. }) => until,
        other => panic!("{other:?}"),
    };
    assert_eq!(until(&acts), due);
    let met = || Deed::Met { condition: "rotate".into() };
    assert_eq!(until(&keys.act(acts.clone(), "rita", met())), due, "a risk owner does not decide");
    assert!(until(&keys.act(acts, "cleo", met())) > due);
}

#[test]
fn a_finding_is_accepted_until_its_day_by_somebody_who_may() {
    let keys = Keys::new();
    let accepted = |acts: &Acts, at: Time| of(acts).accepted(&policy(), at).count();
    let none = || Acts::none("@example/mail");
    let acts = keys.act(none(), "rita", Deed::Accept { finding: finding("rita") });
    let end = at("2027-01-01T00:00:00.000000Z");
    assert_eq!(accepted(&acts, now()), 1);
    assert_eq!(accepted(&acts, Time::from_micros(end.micros() - 1)), 1);
    assert_eq!(accepted(&acts, end), 0);
    // A member owns no risk, and a key that has ended accepts none.
    let member = keys.act(none(), "mia", Deed::Accept { finding: finding("mia") });
    assert_eq!(accepted(&member, now()), 0);
    assert_eq!(ended(&keys, &acts, "rita").accepted(&policy(), now()).count(), 0);
    let what = digest("finding").to_string();
    assert_eq!(accepted(&keys.act(acts, "mia", Deed::Lift { what }), now()), 0);
}

#[test]
fn evidence_may_change_its_mind_and_people_do_not_speak_for_it() {
    let keys = Keys::new();
    let by = || Answered::Automatic { version: "0.1.0".into() };
    let no = Answer { by: by(), ..answer("A2", Reply::No) };
    let acts = votes(&keys, ready(&keys), &["otto", "sven"]);
    let acts = keys.act(acts, MACHINE, Deed::Answers { answers: vec![no] });
    assert_eq!(word(&acts), "blocked");
    let yes = || Deed::Answers { answers: vec![Answer { by: by(), ..answer("A2", Reply::Yes) }] };
    let mine = keys.act(acts.clone(), "otto", yes());
    assert_eq!(word(&mine), "blocked");
    // As old as the no: both are held, and the no counts.
    assert_eq!(word(&keys.act(acts, MACHINE, yes())), "blocked");
}

#[test]
fn a_filled_form_says_who_said_so_and_computes_nothing() {
    let mut dossier = approved();
    dossier.answers[0].detail = "=HYPERLINK(\"x\"), <b>".into();
    dossier.waivers = vec![waiver("V13", "cleo")];
    let policy = policy();
    let rows = filled(Set::Approval, &dossier, &policy, now());
    assert_eq!(rows.len(), 12);
    let csv = filled_csv(&rows);
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\"), <b>\""), "{csv}");
    let page = filled_page("mail", &rows);
    assert!(page.contains("[x] **A1**") && page.contains("by otto") && page.contains("&lt;b>"));
    let merged = filled(Set::Merged, &dossier, &policy, now());
    let at = |id: &str| merged.iter().find(|row| row.question.id == id).unwrap();
    assert_eq!(at("Q1").answers.len(), 2, "of A1 and V3");
    assert_eq!(at("Q18").waivers.len(), 1);
    dossier.answers.retain(|answer| answer.question != "V3");
    let merged = filled(Set::Merged, &dossier, &policy, now());
    assert_eq!(merged[0].standing, Err(Refused::Unanswered), "a part is not all of it");
    assert_eq!(filled_json(&merged)[0]["passes"], false);
}
