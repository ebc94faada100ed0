use std::{collections::BTreeSet, time::SystemTime};

use warden_policy::stop::Lifted;

use super::*;
use crate::store::{FolderStore, faulty::FaultyStore};

fn clock() -> Clock {
    Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1000))
}

fn stops(store: &Arc<FaultyStore>) -> Arc<Stops> {
    Arc::new(Stops::new(store.clone(), clock(), Patience::default()))
}

fn stop(id: &str, scope: Scope) -> Stop {
    Stop {
        v: 1,
        id: id.into(),
        scope,
        mode: Mode::Pause,
        by: "ann".into(),
        at: Time::from_micros(5),
        why: "to look at it".into(),
        until: None,
        lifted: None,
    }
}

async fn put(store: &dyn Store, stop: &Stop, before: Option<u64>) -> u64 {
    let bytes = stop.to_bytes().unwrap();
    store.put(Space::Stops, &stop.id, &bytes, before).await.unwrap()
}

/// What stops a call of `mail/send` by the agent `coder`.
fn hit(stops: &Stops) -> Option<String> {
    let (roles, effects) = (BTreeSet::new(), BTreeSet::new());
    let subject = Subject {
        session: "5e55",
        agent: "coder",
        user: None,
        tenant: "",
        server: "mail",
        tool: "send",
        roles: &roles,
        effects: &effects,
    };
    stops.stopped(&subject).map(|stop| stop.id.to_string())
}

// What is stopped is stopped from the next look on, and goes on when it is lifted.
#[tokio::test(start_paused = true)]
async fn what_is_stopped_stays_so_until_it_is_lifted() {
    let store = Arc::<FaultyStore>::default();
    let stops = stops(&store);
    assert_eq!(hit(&stops).as_deref(), Some("unknown"), "nobody has looked yet");
    stops.refresh().await.unwrap();
    assert_eq!(hit(&stops), None);
    put(&*store, &stop("other", Scope::Agent("writer".into())), None).await;
    let number = put(&*store, &stop("a", Scope::Tool("mail/send".into())), None).await;
    stops.refresh().await.unwrap();
    assert_eq!(hit(&stops).as_deref(), Some("a"));
    put(&*store, &stop("b", Scope::All), None).await;
    stops.refresh().await.unwrap();
    assert_eq!(hit(&stops).as_deref(), Some("b"), "the one that stops most is told");
    store.forget(Space::Stops, "b").await.unwrap();
    let by = Lifted { by: "ben".into(), at: Time::from_micros(6), why: "fine".into() };
    let lifted = Stop { lifted: Some(by), ..stop("a", Scope::Tool("mail/send".into())) };
    put(&*store, &lifted, Some(number)).await;
    stops.refresh().await.unwrap();
    assert_eq!((hit(&stops), stops.standing()), (None, 1));
}

// What is under way hears of it, well within a second.
#[tokio::test(start_paused = true)]
async fn a_watcher_tells_those_who_have_something_under_way() {
    let store = Arc::<FaultyStore>::default();
    let stops = stops(&store);
    stops.refresh().await.unwrap();
    let mut changes = stops.changes();
    let watcher = stops.watch();
    put(&*store, &stop("a", Scope::All), None).await;
    let told = Instant::now();
    changes.changed().await.unwrap();
    assert!(told.elapsed() <= Duration::from_millis(250), "{:?}", told.elapsed());
    assert_eq!(hit(&stops).as_deref(), Some("a"));
    drop(stops);
    watcher.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_for_a_while_is_over_after_it() {
    let store = Arc::<FaultyStore>::default();
    let micros = Arc::new(AtomicU64::new(10));
    let clock: Clock = {
        let micros = Arc::clone(&micros);
        Arc::new(move || {
            SystemTime::UNIX_EPOCH + Duration::from_micros(micros.load(Ordering::SeqCst))
        })
    };
    let stops = Stops::new(store.clone(), clock, Patience::default());
    let until = Some(Time::from_micros(20));
    put(&*store, &Stop { until, ..stop("a", Scope::All) }, None).await;
    stops.refresh().await.unwrap();
    assert_eq!(hit(&stops).as_deref(), Some("a"));
    micros.store(20, Ordering::SeqCst);
    stops.refresh().await.unwrap();
    assert_eq!(hit(&stops), None);
}

// Not to know is to stop.
#[tokio::test(start_paused = true)]
async fn when_the_store_is_away_for_long_everything_is_stopped() {
    let store = Arc::<FaultyStore>::default();
    let stops = stops(&store);
    stops.refresh().await.unwrap();
    let mut changes = stops.changes();
    let _watcher = stops.watch();
    store.set_away(true);
    tokio::time::advance(Duration::from_secs(9)).await;
    assert_eq!(hit(&stops), None, "what was read last holds for a while");
    changes.changed().await.unwrap();
    assert_eq!(hit(&stops).as_deref(), Some("unknown"));
    store.set_away(false);
    changes.changed().await.unwrap();
    assert_eq!(hit(&stops), None);
}

#[tokio::test(start_paused = true)]
async fn nobody_has_to_watch_for_it_to_be_stopped() {
    let store = Arc::<FaultyStore>::default();
    let stops = stops(&store);
    stops.refresh().await.unwrap();
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(hit(&stops).as_deref(), Some("unknown"), "the watcher itself may be gone");
}

#[tokio::test(start_paused = true)]
async fn who_wants_to_go_on_without_the_store_has_to_say_so() {
    let store = Arc::<FaultyStore>::default();
    let patience = Patience { then: WhenAway::Open, ..Patience::default() };
    let stops = Stops::new(store.clone(), clock(), patience);
    assert_eq!(hit(&stops).as_deref(), Some("unknown"), "nothing was ever read");
    put(&*store, &stop("a", Scope::Agent("writer".into())), None).await;
    stops.refresh().await.unwrap();
    assert!(!stops.is_unchecked());
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!((hit(&stops), stops.is_unchecked()), (None, true));
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_cannot_be_read_is_not_passed_over() {
    let store = Arc::<FaultyStore>::default();
    let stops = stops(&store);
    stops.refresh().await.unwrap();
    store.put(Space::Stops, "a", b"{}", None).await.unwrap();
    assert_eq!(stops.refresh().await, Err(Away));
    assert_eq!(hit(&stops), None);
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(stops.refresh().await, Err(Away));
    assert_eq!(hit(&stops).as_deref(), Some("unknown"));
}

#[tokio::test]
async fn another_process_is_noticed_through_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let open = || FolderStore::open(&folder.path().join("state")).unwrap();
    let (ours, theirs) = (Arc::new(open()), open());
    let stops = Arc::new(Stops::new(ours, clock(), Patience::default()));
    stops.refresh().await.unwrap();
    let mut changes = stops.changes();
    let _watcher = stops.watch();
    put(&theirs, &stop("a", Scope::All), None).await;
    let since = std::time::Instant::now();
    changes.changed().await.unwrap();
    assert_eq!(hit(&stops).as_deref(), Some("a"));
    // Generous, for a machine that has other things to do.
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
}
