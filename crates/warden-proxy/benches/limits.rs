//! What limits and the kill switch cost each call, beside a counter that is the least there can be.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use divan::Bencher;
use warden_policy::{
    Subject,
    limit::{Covers, Limit, Of, Per, WhenAway},
};
use warden_proxy::{
    limits::Limits,
    stops::{Patience, Stops},
    store::MemoryStore,
};

fn main() {
    divan::main();
}

fn ready<T>(what: impl Future<Output = T>) -> bool {
    let mut what = std::pin::pin!(what);
    what.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn clock() -> warden_audit::Clock {
    let micros = AtomicU64::new(0);
    // A millisecond for each look, so that windows slide.
    Arc::new(move || {
        let micros = micros.fetch_add(1000, Ordering::Relaxed);
        std::time::SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
    })
}

fn limit(at: usize, of: Of) -> Limit {
    let scopes = [Per::Session, Per::Agent, Per::Tool, Per::Server, Per::All];
    Limit {
        name: format!("limit-{at}").into(),
        per: scopes.get(at % scopes.len()).copied().unwrap_or(Per::All),
        of,
        most: 1_000_000_000,
        window: if of == Of::Concurrent { Duration::ZERO } else { Duration::from_mins(1) },
        burst: None,
        covers: Covers::default(),
        when_away: WhenAway::Closed,
    }
}

fn with_subject<T>(act: impl FnOnce(&Subject<'_>) -> T) -> T {
    let (roles, effects, session) = (BTreeSet::new(), BTreeSet::new(), "5e".repeat(32));
    act(&Subject {
        session: &session,
        agent: "coder",
        user: Some("ann@example.com"),
        tenant: "acme",
        server: "mail",
        tool: "send_message",
        roles: &roles,
        effects: &effects,
    })
}

/// The least there can be: a number that goes up.
#[divan::bench(threads = [1, 2])]
fn a_counter(bencher: Bencher<'_, '_>) {
    let count = AtomicU64::new(0);
    bencher.bench(|| count.fetch_add(1, Ordering::AcqRel));
}

/// Ten limits of all sorts that are about the call.
#[divan::bench(threads = [1, 2])]
fn ten_limits(bencher: Bencher<'_, '_>) {
    let of = |at| [Of::Calls, Of::Bytes, Of::Cost, Of::Concurrent][at % 4];
    let all = (0..10).map(|at| limit(at, of(at))).collect();
    let limits = Limits::new(all, Arc::new(MemoryStore::new()), clock());
    with_subject(|subject| bencher.bench(|| ready(limits.enter(subject, 100, 10))));
}

/// The limits of a fresh installation, made so great that they never refuse.
#[divan::bench(threads = [1, 2])]
fn three_limits(bencher: Bencher<'_, '_>) {
    let all = vec![limit(0, Of::Calls), limit(0, Of::Concurrent), limit(1, Of::Calls)];
    let limits = Limits::new(all, Arc::new(MemoryStore::new()), clock());
    with_subject(|subject| bencher.bench(|| ready(limits.enter(subject, 100, 10))));
}

/// Nothing is stopped.
#[divan::bench(threads = [1, 2])]
fn the_kill_switch(bencher: Bencher<'_, '_>) {
    let stops = Stops::new(Arc::new(MemoryStore::new()), clock(), Patience::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let read = runtime.map(|runtime| runtime.block_on(stops.refresh()));
    assert!(matches!(read, Ok(Ok(()))), "nothing is stopped");
    with_subject(|subject| bencher.bench(|| stops.stopped(subject).is_some()));
}
