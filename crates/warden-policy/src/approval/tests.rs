mod acts;
mod automatic;
mod change;
mod form;
mod gates;
mod history;
mod moratorium;
mod questions;
mod votes;

use std::collections::{BTreeMap, BTreeSet};

use warden_model::Digest;

use super::*;
use crate::Time;

pub(super) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub(super) fn now() -> Time {
    at("2026-11-21T12:00:00.000000Z")
}

/// A time that many days before now.
pub(super) fn ago(days: i64) -> Time {
    Time::from_micros(now().micros() - days * 86_400_000_000)
}

pub(super) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub(super) fn person(name: &str) -> Person {
    Person::new(name).unwrap()
}

pub(super) fn people(names: &[&str]) -> BTreeSet<Person> {
    names.iter().map(|name| person(name)).collect()
}

pub(super) fn policy() -> ApprovalPolicy {
    let roles = [
        ("rita", Role::RiskOwner),
        ("otto", Role::SecurityOfficer),
        ("sven", Role::SecurityOfficer),
        ("cleo", Role::Ciso),
        ("mia", Role::Member),
    ];
    let quorum = |needed, names: &[&str]| Quorum { needed, eligible: people(names) };
    let policy = ApprovalPolicy {
        people: roles
            .into_iter()
            .map(|(name, role)| (person(name), role))
            .collect::<BTreeMap<_, _>>(),
        tier_1: quorum(2, &["otto", "sven", "cleo"]),
        tier_2: quorum(1, &["otto", "sven", "cleo"]),
        tier_3: quorum(1, &["otto", "sven", "cleo", "rita"]),
        most_days: 180,
        moratorium: None,
    };
    assert_eq!(policy.check(), Ok(()));
    policy
}

pub(super) fn subject() -> Subject {
    Subject {
        server: "@example/mail".into(),
        artifact: Some(digest("artifact")),
        tree: Some(digest("tree")),
        manifest: Some(digest("manifest")),
        dependencies: Some(digest("dependencies")),
    }
}

/// A request for what asks for the most.
pub(super) fn request() -> Request {
    Request {
        by: person("mia"),
        at: ago(2),
        owner: person("rita"),
        environment: Environment::Production,
        data: DataClass::Regulated,
        scope: Scope::default(),
        third_party: Some(true),
    }
}

/// What a yes to this question has to say.
fn content(id: &str) -> Content {
    match id {
        "A4" => Content::Systems(vec!["example mail".into()]),
        "V4" => Content::Authentication(vec![AuthMethod::OauthV21]),
        "V8" => Content::Places(vec![Place::VendorCloud { country: "DE".into() }]),
        "V14" => Content::Clauses(Clauses {
            service_level: Some("4.1".into()),
            breach_notification: Some("4.2".into()),
            audit: Some("5".into()),
        }),
        _ => Content::None,
    }
}

pub(super) fn answer(id: &str, reply: Reply) -> Answer {
    Answer {
        question: id.into(),
        reply,
        detail: "as it was shown".into(),
        content: content(id),
        evidence: Some(digest(id)),
        evidence_at: ago(10),
        by: Answered::Person { person: person("otto") },
        at: ago(1),
        expires: now().plus_days(60),
        subject: subject().digest(),
    }
}

pub(super) fn waiver(id: &str, owner: &str) -> Waiver {
    Waiver {
        question: id.into(),
        owner: person(owner),
        reason: "until the vendor is done".into(),
        at: ago(1),
        expires: now().plus_days(30),
        subject: subject().digest(),
    }
}

pub(super) fn vote(name: &str, verdict: Verdict) -> Vote {
    Vote {
        by: person(name),
        verdict,
        reason: "looked at".into(),
        at: ago(1),
        expires: now().plus_days(90),
        subject: subject().digest(),
    }
}

/// A dossier in which everything is answered with yes.
pub(super) fn answered() -> Dossier {
    let mut dossier = Dossier::new(subject(), request());
    let asked = set(Set::Approval).chain(set(Set::Vendor));
    dossier.answers = asked.map(|question| answer(question.id, Reply::Yes)).collect();
    dossier
}

/// One that two of three have approved.
pub(super) fn approved() -> Dossier {
    let mut dossier = answered();
    dossier.votes = vec![vote("otto", Verdict::Approve), vote("sven", Verdict::Approve)];
    dossier
}
