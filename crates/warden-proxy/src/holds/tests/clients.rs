//! Users who are asked through their client, and what becomes of them.

use super::*;

fn own() -> HoldSettings {
    HoldSettings { own: true, ..HoldSettings::default() }
}

#[tokio::test]
async fn the_user_at_the_client_is_asked_where_his_yes_counts() {
    let world = World::new(own());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    let question = world.holds.question(&hold).await.unwrap().unwrap();
    assert!(question.contains("This call waits for your decision"), "{question}");
    assert!(question.contains("send"), "{question}");
    world.holds.answer_of_client(&hold, true).await.unwrap();
    let Ok(Standing::Approved { approval, .. }) = world.ask(&call).await else { panic!() };
    assert_eq!((&*approval.by, approval.how), ("ann", Means::Client));
}

#[tokio::test]
async fn nobody_is_asked_in_vain() {
    let nobody = {
        let mut call = Call::new("x");
        call.who.user = None;
        call
    };
    let destructive = {
        let mut call = Call::new("x");
        call.effects.insert(Effect::Destructive);
        call
    };
    let operators = HoldSettings { through: BTreeSet::from([Way::Operator]), ..own() };
    for (settings, call) in [
        (HoldSettings::default(), Call::new("x")),
        (operators, Call::new("x")),
        (own(), nobody),
        (own(), destructive),
    ] {
        let world = World::new(settings);
        let hold = world.pending(&call).await;
        assert_eq!(world.holds.question(&hold).await, Ok(None));
        assert!(world.holds.answer_of_client(&hold, true).await.is_err());
        assert!(!world.is_approved(&call).await);
    }
}

// Consent that is given without looking does not count.
#[tokio::test]
async fn who_approves_everything_at_once_is_not_asked_any_more() {
    let world = World::new(own());
    for number in 0..20 {
        let call = Call::new(&number.to_string());
        let hold = world.pending(&call).await;
        world.wait(1);
        world.holds.answer_of_client(&hold, true).await.unwrap();
        assert!(world.is_approved(&call).await, "{number}");
    }
    let call = Call::new("one more");
    let hold = world.pending(&call).await;
    assert_eq!(world.holds.question(&hold).await, Ok(None));
    let tired = NotTaken::No(NoStep::MayNot(warden_policy::hold::MayNot::Tired));
    assert_eq!(world.holds.answer_of_client(&hold, true).await, Err(tired));
    let all = world.holds.fatigue().await.unwrap();
    assert_eq!(all.len(), 1);
    let (habits, fatigue) = &all[0];
    assert_eq!((&*habits.name, habits.answered, habits.quick), ("ann", 20, 20));
    assert_eq!((fatigue.level, fatigue.median), (Level::Tired, 1_000));
    assert_eq!(fatigue_json(habits, fatigue)["level"], "tired");
    // An operator still may, and the user may still say no.
    world.holds.answer(&hold.id, &operator("ben"), YES).await.unwrap();
    assert!(world.is_approved(&call).await);
    let hold = world.pending(&Call::new("no")).await;
    world.holds.answer_of_client(&hold, false).await.unwrap();
    // It wears off.
    world.wait(3_700);
    let hold = world.pending(&Call::new("later")).await;
    assert!(world.holds.question(&hold).await.unwrap().is_some());
}
