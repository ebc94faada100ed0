//! Several replicas over one store.

use tokio::task::JoinSet;

use super::*;

async fn all_at_once<T: Send + 'static>(
    count: usize,
    one: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = T> + Send>>,
) -> Vec<T> {
    let mut set = JoinSet::new();
    for _ in 0..count {
        set.spawn(one());
    }
    set.join_all().await
}

// One approval lets one call pass, however many replicas are asked at once.
#[tokio::test]
async fn an_approval_is_used_by_one_replica_only() {
    for replicas in [2, 3, 8] {
        let world = World::new(HoldSettings::default());
        let call = Call::new("x");
        let hold = world.pending(&call).await;
        world.holds.answer(&hold.id, &operator("ben"), YES).await.unwrap();
        let found = all_at_once(replicas, || {
            let (world, call) = (world.clone(), call.clone());
            Box::pin(async move { world.ask(&call).await })
        })
        .await;
        let approved =
            found.iter().filter(|it| matches!(it, Ok(Standing::Approved { .. }))).count();
        assert_eq!(approved, 1, "{found:?}");
        let anew = found
            .iter()
            .filter(|it| matches!(it, Ok(Standing::Pending { asked_anew: true, .. })))
            .count();
        assert_eq!(anew, 1, "the others wait together: {found:?}");
    }
}

#[tokio::test]
async fn replicas_that_ask_at_once_make_one_hold() {
    let world = World::new(HoldSettings::default());
    let found = all_at_once(6, || {
        let world = world.clone();
        Box::pin(async move { world.pending(&Call::new("x")).await })
    })
    .await;
    let ids: BTreeSet<_> = found.iter().map(|hold| hold.id.clone()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(found.iter().map(|hold| hold.asked_times).max(), Some(6));
    assert_eq!(world.told.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn of_two_who_approve_at_once_one_does() {
    let world = World::new(HoldSettings::default());
    let hold = world.pending(&Call::new("x")).await;
    let found = all_at_once(4, || {
        let (world, id) = (world.clone(), hold.id.clone());
        Box::pin(async move { world.holds.answer(&id, &operator("ben"), YES).await })
    })
    .await;
    assert_eq!(found.iter().filter(|it| it.is_ok()).count(), 1);
    let already = Err(NotTaken::No(NoStep::Approved));
    assert_eq!(found.iter().filter(|it| **it == already).count(), 3);
}
