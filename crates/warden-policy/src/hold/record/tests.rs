use proptest::prelude::*;

use super::{super::request::tests::Owned, *};
use crate::access::SessionKey;

const START: Time = Time::from_micros(1_795_000_000_000_000);

/// A hold that waits, asked for by ann's agent.
pub(in crate::hold) fn hold() -> Hold {
    let owned = Owned::new();
    let request = owned.request();
    Hold {
        id: "01990000-0000-7000-8000-000000000001".into(),
        digest: request.digest().unwrap(),
        policy: request.policy,
        requested_at: START,
        asked_at: START,
        asked_times: 1,
        expires_at: START.plus_seconds(600),
        by: request.requester(),
        rules: owned.rules.clone(),
        effects: owned.effects.clone(),
        state: HoldState::Pending,
        rendering: Rendering::default(),
    }
}

/// Somebody who operates the gateway.
pub(in crate::hold) fn operator(name: &str) -> Answerer {
    Answerer { name: name.into(), how: Means::Http, session: None, credential: None }
}

fn settings() -> HoldSettings {
    HoldSettings::default()
}

fn says(by: &Answerer, yes: bool) -> HoldEvent<'_> {
    HoldEvent::Answered { by, yes, reason: "", tired: false }
}

fn uses(hold: &Hold) -> HoldEvent<'static> {
    HoldEvent::Used { digest: hold.digest, policy: hold.policy }
}

// An approval is used once.
#[test]
fn an_approval_lets_one_call_pass() {
    let (hold, ben) = (hold(), operator("ben"));
    let now = START.plus_seconds(30);
    assert_eq!(hold.after(&uses(&hold), &settings(), now), Err(NoStep::NotApproved));
    let approved = hold.after(&says(&ben, true), &settings(), now).unwrap();
    let HoldState::Approved(approval) = &approved.state else { panic!("{approved:?}") };
    assert_eq!((&*approval.by, approval.at, approval.how), ("ben", now, Means::Http));
    assert_eq!(approval.until, now.plus_seconds(300));
    let used = approved.after(&uses(&hold), &settings(), now).unwrap();
    assert!(matches!(&used.state, HoldState::Used { at, .. } if *at == now));
    assert_eq!(used.after(&uses(&hold), &settings(), now), Err(NoStep::Used));
    assert_eq!(used.after(&says(&ben, true), &settings(), now), Err(NoStep::Used));
}

#[test]
fn an_approval_is_of_one_call_and_one_policy() {
    let (hold, ben) = (hold(), operator("ben"));
    let approved = hold.after(&says(&ben, true), &settings(), START).unwrap();
    let other = Digest::of(b"other");
    let used = |digest, policy| {
        approved.after(&HoldEvent::Used { digest, policy }, &settings(), START).map(|_| ())
    };
    assert_eq!(used(other, hold.policy), Err(NoStep::OtherCall));
    assert_eq!(used(hold.digest, other), Err(NoStep::OtherPolicy));
    assert_eq!(used(hold.digest, hold.policy), Ok(()));
}

#[test]
fn a_no_also_takes_back_a_yes_and_then_sticks() {
    let (hold, ben) = (hold(), operator("ben"));
    let approved = hold.after(&says(&ben, true), &settings(), START).unwrap();
    let refused = approved.after(&says(&ben, false), &settings(), START).unwrap();
    for event in [says(&ben, true), says(&ben, false), uses(&hold), HoldEvent::Asked] {
        assert_eq!(refused.after(&event, &settings(), START), Err(NoStep::Refused), "{event:?}");
    }
    assert_eq!(refused.state_at(hold.expires_at), HoldState::Expired);
}

#[test]
fn reasons_are_made_visible_and_bounded() {
    let ben = operator("ben\u{202e}");
    let reason = "\u{1b}[2J".repeat(1_000);
    let event = HoldEvent::Answered { by: &ben, yes: false, reason: &reason, tired: false };
    let refused = hold().after(&event, &settings(), START).unwrap();
    let HoldState::Refused { by, reason, .. } = &refused.state else { panic!("{refused:?}") };
    assert_eq!(&**by, "ben\\u{202e}");
    assert!(reason.starts_with("\\u{1b}[2J") && reason.len() < 5_000);
    assert!(reason.is_ascii() || !reason.chars().any(char::is_control));
}

#[test]
fn asking_again_is_counted_up_to_a_bound() {
    let mut again = hold();
    for number in 2..=1_100_u32 {
        again = again.after(&HoldEvent::Asked, &settings(), START.plus_seconds(1)).unwrap();
        assert_eq!(again.asked_times, number.min(1_000));
    }
    assert_eq!((again.requested_at, again.asked_at), (START, START.plus_seconds(1)));
}

/// Anything that can happen, by anybody, some seconds later.
fn events() -> impl Strategy<Value = Vec<(u32, u8, usize, bool, bool)>> {
    let event = (0..400_u32, 0..3_u8, 0..6_usize, any::<bool>(), any::<bool>());
    proptest::collection::vec(event, 0..40)
}

fn people() -> Vec<Answerer> {
    let session = Some(SessionKey::derived(&["s"]));
    vec![
        operator("ben"),
        operator("Ann "),
        operator("claude"),
        Answerer { session: session.clone(), ..operator("eve") },
        Answerer { credential: Some(Digest::of(b"token")), ..operator("eve") },
        Answerer { name: "ann".into(), how: Means::Client, session, credential: None },
    ]
}

proptest! {
    // Whatever happens in whatever order, each use has its own yes, of somebody who may.
    #[test]
    fn every_use_has_a_yes_of_its_own(events in events(), own in any::<bool>()) {
        let people = people();
        let settings = HoldSettings { own, ..settings() };
        let (mut hold, mut now) = (hold(), START);
        let (mut given, mut used, mut refused) = (0, 0, false);
        for (wait, what, who, yes, same) in events {
            now = now.plus_seconds(wait);
            let before = hold.state_at(now);
            let by = &people[who];
            let event = match what {
                0 => HoldEvent::Asked,
                1 => says(by, yes),
                _ => HoldEvent::Used {
                    digest: if same { hold.digest } else { Digest::of(b"other") },
                    policy: hold.policy,
                },
            };
            let Ok(next) = hold.after(&event, &settings, now) else { continue };
            prop_assert!(before != HoldState::Expired, "nothing happens after the end");
            prop_assert!(!refused || now >= hold.expires_at, "a no sticks");
            match &next.state {
                HoldState::Approved(approval) => {
                    prop_assert!(now < hold.expires_at);
                    // Only ben is nobody in whose name the call is made; ann only at her client.
                    prop_assert!(who == 0 || (own && who == 5), "{:?}", by);
                    prop_assert_eq!(approval.at, now);
                    given += 1;
                }
                HoldState::Used { approval, at } => {
                    prop_assert!(same && *at < approval.until);
                    used += 1;
                }
                HoldState::Refused { .. } => refused = true,
                HoldState::Pending | HoldState::Expired => {}
            }
            hold = next;
        }
        prop_assert!(used <= given && used <= 1);
    }
}
