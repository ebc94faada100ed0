use std::collections::BTreeSet;

use warden_model::Effect;

use super::{
    super::record::tests::{hold, operator},
    *,
};

fn client(name: &str) -> Answerer {
    let session = Some(SessionKey::derived(&["s"]));
    Answerer { name: name.into(), how: Means::Client, session, credential: None }
}

fn own() -> HoldSettings {
    HoldSettings { own: true, ..HoldSettings::default() }
}

fn yes(hold: &Hold, by: &Answerer, settings: &HoldSettings) -> Result<(), MayNot> {
    may_answer(hold, by, (true, false), settings)
}

// Who asks never approves.
#[test]
fn nobody_in_whose_name_the_call_is_made_may_approve_as_operator() {
    let mut hold = hold();
    hold.by.delegation = vec!["Broker".into()];
    for name in ["ann", "ANN", " ann\t", "\u{ff41}nn", "a\u{200b}nn", "claude", "broker"] {
        let found = yes(&hold, &operator(name), &own());
        assert_eq!(found, Err(MayNot::Requester), "{name:?}");
    }
    let session = Some(SessionKey::derived(&["s"]));
    let found = yes(&hold, &Answerer { session, ..operator("ben") }, &own());
    assert_eq!(found, Err(MayNot::Requester));
    let credential = Some(Digest::of(b"token"));
    let found = yes(&hold, &Answerer { credential, ..operator("ben") }, &own());
    assert_eq!(found, Err(MayNot::Requester));
    assert_eq!(yes(&hold, &operator("ben"), &own()), Ok(()));
    // To have no credential is not to have the same one.
    hold.by.credential = None;
    assert_eq!(yes(&hold, &operator("ben"), &own()), Ok(()));
    for nobody in ["", "  ", "\u{200b}"] {
        assert_eq!(yes(&hold, &operator(nobody), &own()), Err(MayNot::NoName));
    }
}

#[test]
fn the_user_at_the_client_may_confirm_only_where_that_is_set() {
    let hold = hold();
    assert_eq!(yes(&hold, &client("ann"), &own()), Ok(()));
    assert_eq!(yes(&hold, &client("ann"), &HoldSettings::default()), Err(MayNot::Requester));
    assert_eq!(yes(&hold, &client("ben"), &own()), Err(MayNot::NotAsked));
    let elsewhere = Some(SessionKey::derived(&["t"]));
    let found = yes(&hold, &Answerer { session: elsewhere, ..client("ann") }, &own());
    assert_eq!(found, Err(MayNot::NotAsked));
    let found = yes(&hold, &Answerer { session: None, ..client("ann") }, &own());
    assert_eq!(found, Err(MayNot::NotAsked));
}

#[test]
fn where_nobody_knows_the_user_an_operator_decides() {
    let mut hold = hold();
    hold.by.user = None;
    assert_eq!(yes(&hold, &client("ann"), &own()), Err(MayNot::NobodyKnown));
    assert_eq!(yes(&hold, &operator("ben"), &own()), Ok(()));
    // An agent that calls itself its user is nobody else.
    hold.by.user = Some("Claude".into());
    assert_eq!(yes(&hold, &client("claude"), &own()), Err(MayNot::Requester));
}

#[test]
fn some_effects_and_tired_users_need_another_person() {
    let mut hold = hold();
    assert_eq!(may_answer(&hold, &client("ann"), (true, true), &own()), Err(MayNot::Tired));
    assert_eq!(may_answer(&hold, &operator("ben"), (true, true), &own()), Ok(()));
    hold.effects = BTreeSet::from([Effect::Read, Effect::Destructive]);
    assert_eq!(yes(&hold, &client("ann"), &own()), Err(MayNot::TwoPeople));
    assert_eq!(yes(&hold, &operator("ben"), &own()), Ok(()));
}

#[test]
fn a_no_is_taken_from_everybody_who_is_asked() {
    let hold = hold();
    for by in [operator("ann"), operator("ben"), client("ann")] {
        let found = may_answer(&hold, &by, (false, true), &HoldSettings::default());
        assert_eq!(found, Ok(()), "{by:?}");
    }
    let stranger = Answerer { session: None, ..client("ann") };
    assert_eq!(may_answer(&hold, &stranger, (false, false), &own()), Err(MayNot::NotAsked));
}

#[test]
fn only_the_ways_that_are_set_count() {
    for (way, by) in [(Way::Client, operator("ben")), (Way::Operator, client("ann"))] {
        let settings = HoldSettings { through: BTreeSet::from([way]), ..own() };
        assert_eq!(yes(&hold(), &by, &settings), Err(MayNot::Way));
    }
}

#[test]
fn codes_are_unique() {
    let codes: BTreeSet<_> = MayNot::ALL.iter().map(|why| why.code()).collect();
    assert_eq!(codes.len(), MayNot::ALL.len());
    assert!(Means::ALL.into_iter().all(|means| Means::parse(means.name()) == Some(means)));
}
