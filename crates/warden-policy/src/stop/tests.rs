use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn stop(scope: Scope, mode: Mode) -> Stop {
    Stop {
        v: 1,
        id: "a".into(),
        scope,
        mode,
        by: "ann".into(),
        at: Time::from_micros(5),
        why: "it talks to strangers".into(),
        until: None,
        lifted: None,
    }
}

fn lifted(by: &str) -> Lifted {
    Lifted { by: by.into(), at: Time::from_micros(9), why: "looked at".into() }
}

fn agent() -> Scope {
    Scope::Agent("coder".into())
}

// A session, a tool, a server, an agent, a tenant and everything can be stopped.
#[test]
fn each_scope_has_what_is_in_it_and_nothing_else() {
    let (roles, effects) = (BTreeSet::new(), BTreeSet::new());
    let subject = Subject {
        session: "5e55",
        agent: "coder",
        user: Some("ann"),
        tenant: "acme",
        server: "mail",
        tool: "send/now",
        roles: &roles,
        effects: &effects,
    };
    for (name, scope) in [
        ("5e55", Scope::Session as fn(Arc<str>) -> Scope),
        ("mail/send/now", Scope::Tool),
        ("mail", Scope::Server),
        ("coder", Scope::Agent),
        ("acme", Scope::Tenant),
    ] {
        assert!(stop(scope(name.into()), Mode::Pause).hits(&subject), "{name}");
        for other in ["", "5e5", "mail/send", "mailsend/now", "mai", "coders", "Acme"] {
            assert!(!stop(scope(other.into()), Mode::Pause).hits(&subject), "{other}");
        }
    }
    assert!(stop(Scope::All, Mode::Pause).hits(&subject));
}

#[test]
fn a_pause_is_over_when_it_said_or_when_somebody_lifts_it() {
    let mut pause = Stop { until: Some(Time::from_micros(7)), ..stop(agent(), Mode::Pause) };
    assert!(pause.stands(Time::from_micros(6)) && !pause.stands(Time::from_micros(7)));
    pause.until = None;
    assert_eq!(pause.lift(lifted("ann"), false), Ok(()));
    assert!(!pause.stands(Time::from_micros(6)));
    assert_eq!(pause.lift(lifted("ben"), false), Err(NotLifted::Already));
}

#[test]
fn what_is_revoked_comes_back_through_another_person_and_a_session_never() {
    let mut revoked = Stop { until: Some(Time::from_micros(7)), ..stop(agent(), Mode::Revoke) };
    assert!(revoked.stands(Time::LAST), "it has no end");
    assert_eq!(revoked.lift(lifted("ben"), false), Err(NotLifted::Revoked));
    assert_eq!(revoked.lift(lifted("ann"), true), Err(NotLifted::SamePerson));
    assert!(revoked.stands(Time::LAST));
    assert_eq!(revoked.lift(lifted("ben"), true), Ok(()));
    assert!(!revoked.stands(Time::LAST));
    let mut session = stop(Scope::Session("5e55".into()), Mode::Revoke);
    assert_eq!(session.lift(lifted("ben"), true), Err(NotLifted::Session));
}

#[test]
fn the_form_is_this_one() {
    let text = r#"{"v":1,"id":"a","scope":{"agent":"coder"},"mode":"pause","by":"ann",
        "at":"1970-01-01T00:00:00.000005Z","why":"it talks to strangers"}"#;
    let expected = stop(agent(), Mode::Pause);
    assert_eq!(Stop::from_bytes(text.as_bytes()), Ok(expected.clone()));
    assert_eq!(Stop::from_bytes(&expected.to_bytes().unwrap()), Ok(expected));
    let all = text.replace(r#"{"agent":"coder"}"#, r#""all""#);
    assert_eq!(Stop::from_bytes(all.as_bytes()).unwrap().scope, Scope::All);
    for (from, to) in [
        (r#""v":1"#, r#""v":2"#),
        ("pause", "hold"),
        (r#""id":"a","#, ""),
        ("agent", "planet"),
        ("}\"", "},\"more\":1,\""),
        ("it talks", &"x".repeat(3000)),
    ] {
        let other = text.replacen(from, to, 1);
        if other != text {
            assert_eq!(Stop::from_bytes(other.as_bytes()), Err(NotAStop), "{to}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_is_read_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(stop) = Stop::from_bytes(&bytes) {
            prop_assert!(stop.to_bytes().is_ok());
        }
    }
}
