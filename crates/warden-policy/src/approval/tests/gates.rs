//! What has to be answered before anybody's yes counts (R40, R114, R115).

use super::*;

type Found = Result<Time, Vec<(&'static str, Refused)>>;

fn r40(dossier: &Dossier) -> Found {
    short(gate_r40(dossier, &policy(), now()))
}

fn r114(dossier: &Dossier) -> Found {
    short(gate_r114(dossier, &policy(), now()))
}

fn short(found: Result<Time, Vec<(&'static Question, Refused)>>) -> Found {
    found.map_err(|refused| refused.into_iter().map(|(question, why)| (question.id, why)).collect())
}

fn with(id: &str, change: impl Fn(&mut Answer)) -> Dossier {
    let mut dossier = answered();
    dossier.answers.iter_mut().filter(|answer| answer.question == id).for_each(change);
    dossier
}

/// R40: the scopes one by one; what is unknown counts as near.
#[test]
fn three_scopes_need_every_answer_and_nothing_else_does() {
    let far = Scope {
        regulated_data: Some(false),
        production_credentials: Some(false),
        customer_communications: Some(false),
    };
    let mut dossier = Dossier::new(subject(), request());
    dossier.request.data = DataClass::Internal;
    dossier.request.scope = far;
    assert_eq!(r40(&dossier), Ok(Time::LAST));
    for near in [Some(true), None] {
        for scope in [
            Scope { regulated_data: near, ..far },
            Scope { production_credentials: near, ..far },
            Scope { customer_communications: near, ..far },
        ] {
            dossier.request.scope = scope;
            assert_eq!(r40(&dossier).unwrap_err().len(), 12);
        }
    }
    dossier.request.scope = far;
    for data in [DataClass::Regulated, DataClass::Unknown] {
        dossier.request.data = data;
        assert_eq!(r40(&dossier).unwrap_err().len(), 12);
    }
}

/// R40: no, unknown and expired, for each of the 12.
#[test]
fn each_of_the_12_questions_stands_in_the_way_by_itself() {
    assert_eq!(r40(&answered()), Ok(now().plus_days(60)));
    for question in set(Set::Approval) {
        // Nobody has answered another question that would answer this one as well.
        let alone = |mut dossier: Dossier| {
            let other = |id: &str| super::question(id).is_some_and(|it| it.answers(question));
            dossier.answers.retain(|it| it.question == question.id || !other(&it.question));
            dossier
        };
        let with = |id: &str, change: &dyn Fn(&mut Answer)| alone(with(id, change));
        for reply in [Reply::No, Reply::Unknown, Reply::Partial, Reply::NotApplicable] {
            let dossier = with(question.id, &|answer| answer.reply = reply);
            assert_eq!(r40(&dossier), Err(vec![(question.id, Refused::Replied(reply))]));
        }
        let expired = with(question.id, &|answer| answer.expires = now());
        assert_eq!(r40(&expired), Err(vec![(question.id, Refused::Expired)]));
        let bare = with(question.id, &|answer| answer.evidence = None);
        assert_eq!(r40(&bare), Err(vec![(question.id, Refused::NoEvidence)]));
        let early = with(question.id, &|answer| answer.at = now().plus_days(1));
        assert_eq!(r40(&early), Err(vec![(question.id, Refused::NotYet)]));
        let mut none = alone(answered());
        none.answers.retain(|answer| answer.question != question.id);
        assert_eq!(r40(&none), Err(vec![(question.id, Refused::Unanswered)]));
    }
}

/// R145: an answer counts for every question that asks for no more, a no as well as a yes.
#[test]
fn an_answer_to_v12_answers_a3() {
    let mut dossier = answered();
    dossier.answers.retain(|answer| answer.question != "A3");
    assert_eq!(r40(&dossier), Ok(now().plus_days(60)));
    for answer in &mut dossier.answers {
        if answer.question == "V12" {
            answer.reply = Reply::No;
        }
    }
    assert_eq!(r40(&dossier), Err(vec![("A3", Refused::Replied(Reply::No))]));
}

/// R31: a list of systems, and no way of saying that it depends.
#[test]
fn reach_is_a_list_of_names() {
    for systems in [vec![], vec!["*"], vec!["depends on configuration"], vec!["mail", "any"]] {
        let systems: Vec<String> = systems.into_iter().map(Into::into).collect();
        let dossier = with("A4", |answer| answer.content = Content::Systems(systems.clone()));
        assert_eq!(r40(&dossier), Err(vec![("A4", Refused::SaysTooLittle)]));
    }
}

/// R114: each MUST, and only for somebody else's server in production.
#[test]
fn each_must_stands_in_the_way_of_a_server_of_somebody_else() {
    assert!(r114(&answered()).is_ok());
    for question in set(Set::Vendor) {
        let dossier = with(question.id, |answer| answer.reply = Reply::No);
        let must = question.need == Need::Must;
        let expected = vec![(question.id, Refused::Replied(Reply::No))];
        assert_eq!(r114(&dossier).err(), must.then_some(expected));
    }
    let mut dossier = Dossier::new(subject(), request());
    assert_eq!(r114(&dossier).unwrap_err().len(), 10);
    dossier.request.third_party = None;
    dossier.request.environment = Environment::Unknown;
    assert_eq!(r114(&dossier).unwrap_err().len(), 10);
    dossier.request.environment = Environment::Sandbox;
    assert!(r114(&dossier).is_ok());
    dossier.request.environment = Environment::Production;
    dossier.request.third_party = Some(false);
    assert!(r114(&dossier).is_ok());
}

/// R115: the five one by one, by every role.
#[test]
fn five_questions_are_waived_by_the_ciso_and_nobody_else() {
    for question in set(Set::Vendor).filter(|question| question.need == Need::Must) {
        let mut dossier = with(question.id, |answer| answer.reply = Reply::No);
        for (owner, role) in
            [("rita", Role::RiskOwner), ("otto", Role::SecurityOfficer), ("cleo", Role::Ciso)]
        {
            dossier.waivers = vec![waiver(question.id, owner)];
            let allowed = !question.non_negotiable || role == Role::Ciso;
            let refused = vec![(question.id, Refused::MayNotWaive { needed: Role::Ciso })];
            assert_eq!(r114(&dossier).err(), (!allowed).then_some(refused), "{owner}");
        }
    }
}

/// R40: a waiver has an owner who may, a reason and an end, and is for this version.
#[test]
fn a_waiver_counts_only_with_everything_that_it_needs() {
    let with_waiver = |change: fn(&mut Waiver)| {
        let mut dossier = with("A11", |answer| answer.reply = Reply::No);
        let mut waiver = waiver("A11", "rita");
        change(&mut waiver);
        dossier.waivers = vec![waiver];
        r40(&dossier)
    };
    assert_eq!(with_waiver(|_| ()), Ok(now().plus_days(30)));
    assert!(with_waiver(|it| it.expires = now()).is_err());
    assert!(with_waiver(|it| it.at = now().plus_days(1)).is_err());
    assert!(with_waiver(|it| it.reason = " ".into()).is_err());
    assert!(with_waiver(|it| it.subject = digest("another version")).is_err());
    assert!(with_waiver(|it| it.question = "A10".into()).is_err());
    // Somebody who may accept no risks, nobody knows, or who asks.
    for owner in ["mia", "nobody"] {
        let mut dossier = with("A11", |answer| answer.reply = Reply::No);
        dossier.waivers = vec![waiver("A11", owner)];
        let needed = Role::RiskOwner;
        assert_eq!(r40(&dossier), Err(vec![("A11", Refused::MayNotWaive { needed })]));
    }
    let mut own = with("A11", |answer| answer.reply = Reply::No);
    own.waivers = vec![waiver("A11", "rita")];
    own.request.by = person("rita");
    assert!(r40(&own).is_err());
}

/// R108: a year, counted from the test and not from the answer.
#[test]
fn a_penetration_test_counts_for_365_days() {
    let old = with("V10", |answer| answer.evidence_at = ago(365));
    assert_eq!(r114(&old), Err(vec![("V10", Refused::Expired)]));
    let young = with("V10", |answer| answer.evidence_at = ago(364));
    assert_eq!(r114(&young), Ok(now().plus_days(1)));
}

/// R102, R106, R112: a yes says what is asked.
#[test]
fn a_yes_that_says_too_little_is_none() {
    let mut clauses = Clauses { service_level: Some("1".into()), ..Clauses::default() };
    clauses.audit = Some("2".into());
    for (id, content) in [
        ("V4", Content::Authentication(vec![AuthMethod::StaticKey])),
        ("V4", Content::None),
        ("V8", Content::Places(Vec::new())),
        ("V8", Content::Places(vec![Place::ThirdParty { country: "somewhere".into() }])),
        ("V14", Content::Clauses(clauses)),
        ("V14", Content::None),
    ] {
        let dossier = with(id, |answer| answer.content = content.clone());
        assert_eq!(r114(&dossier), Err(vec![(id, Refused::SaysTooLittle)]), "{content:?}");
    }
}

#[test]
fn a_merged_question_answers_those_that_it_was_merged_from() {
    let mut dossier = answered();
    dossier.answers.retain(|answer| !["V2", "A12"].contains(&answer.question.as_str()));
    assert!(r114(&dossier).is_err());
    dossier.answers.extend([answer("Q14", Reply::Yes), answer("Q12", Reply::Yes)]);
    assert!(r114(&dossier).is_ok());
    assert!(r40(&dossier).is_ok());
    // A no beside a yes stays a no, whichever way it was asked.
    dossier.answers.push(answer("V2", Reply::No));
    assert_eq!(r114(&dossier), Err(vec![("V2", Refused::Replied(Reply::No))]));
    // And a waiver of a merged question is bound by the strictest that it was merged from.
    dossier.waivers = vec![waiver("Q14", "otto")];
    let needed = Role::Ciso;
    assert_eq!(r114(&dossier), Err(vec![("V2", Refused::MayNotWaive { needed })]));
}

#[test]
fn what_the_program_does_not_know_a_person_may_and_a_no_of_it_stays() {
    let by = Answered::Automatic { version: "0.1.0".into() };
    let automatic = |reply| Answer { by: by.clone(), ..answer("A12", reply) };
    for (reply, refused) in
        [(Reply::Unknown, false), (Reply::Partial, false), (Reply::No, true), (Reply::Yes, false)]
    {
        let mut dossier = answered();
        dossier.answers.push(automatic(reply));
        assert_eq!(r40(&dossier).is_err(), refused, "{reply:?}");
    }
    // The latest of one kind counts, and of two at once the one that is no yes.
    let mut dossier = answered();
    dossier.answers.push(Answer { at: ago(3), ..answer("A12", Reply::No) });
    assert!(r40(&dossier).is_ok());
    dossier.answers.push(answer("A12", Reply::No));
    assert!(r40(&dossier).is_err());
    // One from the future takes back neither a no nor a yes.
    let early = |reply| Answer { at: now().plus_days(1), ..answer("A12", reply) };
    dossier.answers.push(early(Reply::Yes));
    dossier.answers.push(automatic(Reply::Yes));
    assert_eq!(r40(&dossier), Err(vec![("A12", Refused::Replied(Reply::No))]));
    let mut dossier = answered();
    dossier.answers.push(early(Reply::No));
    assert!(r40(&dossier).is_ok());
}
