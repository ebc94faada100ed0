use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use proptest::{collection::vec, prelude::*};
use warden_audit::Clock;
use warden_policy::{
    Subject,
    limit::{Covers, Limit, Of, Pattern, Per, WhenAway, default_limits},
};

use super::*;
use crate::store::{MemoryStore, Space, faulty::FaultyStore};

const DAY: Duration = Duration::from_hours(24);

/// A clock that goes on when it is told to, in microseconds.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn go(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hand = Arc::clone(&self.0);
        Arc::new(move || {
            SystemTime::UNIX_EPOCH + Duration::from_micros(hand.load(Ordering::SeqCst))
        })
    }
}

fn limit(per: Per, of: Of, most: u64, window: Duration) -> Limit {
    Limit {
        name: "a".into(),
        per,
        of,
        most,
        window,
        burst: None,
        covers: Covers::default(),
        when_away: WhenAway::Closed,
    }
}

fn limits(all: Vec<Limit>) -> (Limits, Hand) {
    let hand = Hand::default();
    (Limits::new(all, Arc::new(MemoryStore::new()), hand.clock()), hand)
}

fn subject<'a>(session: &'a str, tool: &'a str) -> Subject<'a> {
    static ROLES: BTreeSet<Arc<str>> = BTreeSet::new();
    static EFFECTS: BTreeSet<warden_model::Effect> = BTreeSet::new();
    Subject {
        session,
        agent: "coder",
        user: None,
        tenant: "",
        server: "mail",
        tool,
        roles: &ROLES,
        effects: &EFFECTS,
    }
}

// R6: call N is let through, and call N+1 is refused until there is room again.
#[tokio::test]
async fn the_call_after_the_last_one_is_refused() {
    let (limits, hand) = limits(default_limits());
    for _ in 0..600 {
        limits.enter(&subject("s", "read"), 10, 0).await.unwrap().leave(10);
    }
    let out = limits.enter(&subject("s", "read"), 10, 0).await.unwrap_err();
    assert_eq!((&*out.limit, out.why.code()), ("session-rate", "limit-rate"));
    assert_eq!(out.retry_after, Duration::from_mins(1));
    limits.enter(&subject("other", "read"), 10, 0).await.unwrap().leave(0);
    hand.go(Duration::from_mins(1));
    limits.enter(&subject("s", "read"), 10, 0).await.unwrap().leave(0);
    assert_eq!(limits.refused().map(|(_, count)| count).collect::<Vec<_>>(), [1, 0, 0]);
}

#[tokio::test]
async fn who_is_refused_by_one_limit_has_used_nothing_of_another() {
    let some = limit(Per::All, Of::Calls, 3, Duration::from_secs(1));
    let one = limit(Per::Session, Of::Calls, 1, Duration::from_secs(1));
    let (limits, _) = limits(vec![some, Limit { name: "one".into(), ..one }]);
    limits.enter(&subject("a", "t"), 0, 0).await.unwrap().leave(0);
    for _ in 0..5 {
        limits.enter(&subject("a", "t"), 0, 0).await.unwrap_err();
    }
    limits.enter(&subject("b", "t"), 0, 0).await.unwrap().leave(0);
    limits.enter(&subject("c", "t"), 0, 0).await.unwrap().leave(0);
    let out = limits.enter(&subject("d", "t"), 0, 0).await.unwrap_err();
    assert_eq!(&*out.limit, "a");
}

#[tokio::test]
async fn calls_at_once_are_those_that_are_not_over() {
    let (limits, _) = limits(vec![limit(Per::Session, Of::Concurrent, 2, Duration::ZERO)]);
    let first = limits.enter(&subject("s", "t"), 0, 0).await.unwrap();
    let second = limits.enter(&subject("s", "t"), 0, 0).await.unwrap();
    let out = limits.enter(&subject("s", "t"), 0, 0).await.unwrap_err();
    assert_eq!(out.why, Limited::Concurrent);
    drop(first);
    let third = limits.enter(&subject("s", "t"), 0, 0).await.unwrap();
    limits.enter(&subject("s", "t"), 0, 0).await.unwrap_err();
    second.leave(5);
    third.leave(5);
    limits.sweep();
    assert_eq!(limits.counted(), 0);
}

#[tokio::test]
async fn bytes_of_answers_count_for_the_next_call() {
    let (limits, hand) = limits(vec![limit(Per::Agent, Of::Bytes, 100, Duration::from_mins(1))]);
    limits.enter(&subject("s", "t"), 40, 0).await.unwrap().leave(1000);
    limits.enter(&subject("s", "t"), 1, 0).await.unwrap_err();
    hand.go(Duration::from_mins(2));
    limits.enter(&subject("s", "t"), 101, 0).await.unwrap_err();
    limits.enter(&subject("s", "t"), 100, 0).await.unwrap().leave(0);
    // Also when the answer takes longer than the window.
    hand.go(Duration::from_mins(2));
    let slow = limits.enter(&subject("s", "t"), 1, 0).await.unwrap();
    hand.go(Duration::from_mins(2));
    limits.sweep();
    slow.leave(100);
    limits.enter(&subject("s", "t"), 1, 0).await.unwrap_err();
}

#[tokio::test]
async fn a_limit_is_for_what_it_says() {
    let covers = Covers { tool: Some(Pattern::new("send_*")), ..Covers::default() };
    let send = limit(Per::Tool, Of::Calls, 1, Duration::from_secs(1));
    let (limits, _) = limits(vec![Limit { covers, ..send }]);
    limits.enter(&subject("s", "send_mail"), 0, 0).await.unwrap().leave(0);
    limits.enter(&subject("s", "send_mail"), 0, 0).await.unwrap_err();
    limits.enter(&subject("s", "send_post"), 0, 0).await.unwrap().leave(0);
    for _ in 0..9 {
        limits.enter(&subject("s", "read"), 0, 0).await.unwrap().leave(0);
    }
}

#[tokio::test]
async fn what_is_spent_stays_spent_when_we_start_again() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (hand, cap) = (Hand::default(), limit(Per::User, Of::Cost, 1_000_000, DAY));
    let start = || Limits::new(vec![cap.clone()], Arc::clone(&store), hand.clock());
    let (first, who) = (start(), subject("s", "query"));
    for _ in 0..30 {
        first.enter(&who, 0, 20_000).await.unwrap().leave(0);
    }
    // Two processes share what is left.
    let second = start();
    let mut let_in = 0;
    for one in [&second, &first, &second].iter().cycle().take(60) {
        let_in += usize::from(one.enter(&who, 0, 20_000).await.is_ok());
    }
    assert!((18..=20).contains(&let_in), "{let_in} of the 20 that are left");
    let out = second.enter(&who, 0, 20_000).await.unwrap_err();
    assert_eq!(out.why.code(), "limit-spent");
    assert!(out.retry_after <= DAY + Duration::from_hours(1));
    drop((first, second));
    start().enter(&who, 0, 20_000).await.unwrap_err();
    hand.go(DAY + Duration::from_hours(1));
    start().enter(&who, 0, 20_000).await.unwrap().leave(0);
}

// Exact in one process, to the last millionth.
#[tokio::test]
async fn the_last_millionth_can_be_spent_and_no_more() {
    let (limits, hand) = limits(vec![limit(Per::All, Of::Cost, 1_000, DAY)]);
    let mut spent = 0;
    while limits.enter(&subject("s", "t"), 0, 7).await.is_ok() {
        spent += 7;
        // Over several slots: what was taken in one and not spent is given back.
        hand.go(Duration::from_mins(4));
    }
    assert_eq!(spent, 994);
    limits.enter(&subject("s", "t"), 0, 6).await.unwrap().leave(0);
    limits.enter(&subject("s", "t"), 0, 1).await.unwrap_err();
    limits.enter(&subject("s", "t"), 0, 0).await.unwrap().leave(0);
}

// What is not sent costs nothing, however often it is asked for.
#[tokio::test]
async fn what_was_not_sent_is_not_spent() {
    for window in [DAY, Duration::from_mins(1)] {
        let (limits, hand) = limits(vec![limit(Per::All, Of::Cost, 100, window)]);
        for _ in 0..10 {
            limits.enter(&subject("s", "t"), 0, 60).await.unwrap().unspent();
        }
        limits.enter(&subject("s", "t"), 0, 60).await.unwrap().leave(0);
        limits.enter(&subject("s", "t"), 0, 60).await.unwrap_err();
        limits.enter(&subject("s", "t"), 0, 40).await.unwrap().unspent();
        let late = limits.enter(&subject("s", "t"), 0, 40).await.unwrap();
        hand.go(2 * window);
        // What is gone from the window is not given back a second time.
        limits.enter(&subject("s", "t"), 0, 100).await.unwrap().leave(0);
        late.unspent();
        limits.enter(&subject("s", "t"), 0, 1).await.unwrap_err();
    }
    // Asking counts all the same.
    let (calls, _hand) = limits(vec![limit(Per::All, Of::Calls, 1, DAY)]);
    calls.enter(&subject("s", "t"), 0, 0).await.unwrap().unspent();
    calls.enter(&subject("s", "t"), 0, 0).await.unwrap_err();
}

#[tokio::test]
async fn what_was_taken_and_not_spent_is_given_back_at_the_end() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (hand, cap) = (Hand::default(), limit(Per::All, Of::Cost, 6_400, DAY));
    let start = || Limits::new(vec![cap.clone()], Arc::clone(&store), hand.clock());
    let first = start();
    first.enter(&subject("s", "t"), 0, 1).await.unwrap().leave(0);
    first.give_back().await;
    start().enter(&subject("s", "t"), 0, 6_399).await.unwrap().leave(0);
    start().enter(&subject("s", "t"), 0, 1).await.unwrap_err();
    hand.go(3 * DAY);
    first.tidy().await.unwrap();
    assert_eq!(store.all(Space::Limits).await, Ok(Vec::new()));
}

#[tokio::test]
async fn without_the_store_nothing_is_let_in_unless_somebody_said_so() {
    let store = Arc::new(FaultyStore::default());
    let hand = Hand::default();
    let cap = limit(Per::All, Of::Calls, 2, DAY);
    let closed = Limits::new(vec![cap.clone()], store.clone(), hand.clock());
    let open = Limit { when_away: WhenAway::Open, name: "open".into(), ..cap };
    let open = Limits::new(vec![open], store.clone(), hand.clock());
    store.set_away(true);
    let out = closed.enter(&subject("s", "t"), 0, 0).await.unwrap_err();
    assert_eq!(out.why.code(), "limit-away");
    for _ in 0..3 {
        let entered = open.enter(&subject("s", "t"), 0, 0).await.unwrap();
        assert_eq!(entered.unchecked(), ["open".into()]);
    }
    store.set_away(false);
    closed.enter(&subject("s", "t"), 0, 0).await.unwrap().leave(0);
    // What was let in meanwhile is owed.
    assert_eq!(open.enter(&subject("s", "t"), 0, 0).await.unwrap_err().why, Limited::Rate);
}

#[tokio::test]
async fn a_value_that_cannot_be_read_lets_nothing_in() {
    let store = Arc::new(MemoryStore::new());
    let limits = Limits::new(
        vec![limit(Per::All, Of::Calls, 2, DAY)],
        store.clone(),
        Hand::default().clock(),
    );
    limits.enter(&subject("s", "t"), 0, 0).await.unwrap().leave(0);
    let all = store.all(Space::Limits).await.unwrap();
    for (key, entry) in all {
        store.put(Space::Limits, &key, b"{\"v\":2}", Some(entry.number)).await.unwrap();
    }
    let out = limits.enter(&subject("s", "t"), 0, 0).await.unwrap_err();
    assert_eq!(out.why, Limited::Away);
}

#[tokio::test]
async fn where_too_much_is_counted_nobody_new_is_let_in() {
    let one = limit(Per::Session, Of::Calls, 5, Duration::from_mins(1));
    let hand = Hand::default();
    let limits = Limits::at_most(2, vec![one], Arc::new(MemoryStore::new()), hand.clock());
    for session in ["a", "b", "a"] {
        limits.enter(&subject(session, "t"), 0, 0).await.unwrap().leave(0);
    }
    let out = limits.enter(&subject("c", "t"), 0, 0).await.unwrap_err();
    assert_eq!(out.why.code(), "limit-crowded");
    hand.go(Duration::from_mins(1));
    limits.enter(&subject("c", "t"), 0, 0).await.unwrap().leave(0);
    assert_eq!(limits.counted(), 1, "those who were idle made room");
}

// R6: under any interleaving.
#[test]
fn of_many_threads_just_as_many_calls_get_in_as_there_may_be() {
    for window in [Duration::from_mins(1), DAY] {
        let (limits, _) = limits(vec![
            limit(Per::All, Of::Calls, 500, window),
            limit(Per::All, Of::Concurrent, 3, Duration::ZERO),
        ]);
        let (in_all, under, most) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    runtime.block_on(async {
                        for _ in 0..400 {
                            let Ok(entered) = limits.enter(&subject("s", "t"), 1, 0).await else {
                                continue;
                            };
                            let now = under.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            in_all.fetch_add(1, Ordering::SeqCst);
                            tokio::task::yield_now().await;
                            under.fetch_sub(1, Ordering::SeqCst);
                            entered.leave(1);
                        }
                    });
                });
            }
        });
        let got_in = in_all.load(Ordering::SeqCst);
        assert!(got_in <= 500 && most.load(Ordering::SeqCst) <= 3, "{got_in}");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let rest = runtime.block_on(async {
            let mut rest = 0;
            while limits.enter(&subject("s", "t"), 1, 0).await.is_ok() {
                rest += 1;
            }
            rest
        });
        assert_eq!(got_in + rest, 500, "not one more or less");
    }
}

proptest! {
    // R6: the same as a model that remembers every call.
    #[test]
    fn limits_say_what_a_simple_model_says(
        steps in vec((0..3_usize, 0..300_u64), 1..120),
        most in 1..6_u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let second = Duration::from_secs(1);
        let (limits, hand) = limits(vec![
            limit(Per::Session, Of::Calls, most, second),
            limit(Per::All, Of::Calls, most + 2, second),
        ]);
        let (mut now, mut log) = (0, Vec::<(usize, u64)>::new());
        for (session, step) in steps {
            hand.go(Duration::from_millis(step));
            now += step;
            let recent = log.iter().filter(|(_, at)| at + 1000 > now);
            let own = recent.clone().filter(|(other, _)| *other == session).count() as u64;
            let expected = own < most && (recent.count() as u64) < most + 2;
            let name = ["a", "b", "c"][session];
            let entered = runtime.block_on(limits.enter(&subject(name, "t"), 0, 0));
            prop_assert_eq!(entered.is_ok(), expected);
            if expected {
                log.push((session, now));
            }
        }
    }
}
