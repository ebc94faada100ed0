//! The gateway as a whole program: real sockets, real processes, a real ledger, and everybody
//! around it ill-behaved.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod aggregate;
mod bodies;
mod content;
mod eras;
mod headers;
mod masks;
mod reload;
mod replicas;
mod routes;
mod sessions;
mod soak;
mod sockets;
mod upstreams;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use warden_audit::{Filter, select, verify};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{LEGACY, MODERN, Visitor},
    },
};

/// How long anybody may wait for an answer while others misbehave; long, since machines are busy.
const BEARABLE: Duration = Duration::from_secs(20);

/// So much more memory may be held than before by whatever others do, in KiB.
const ROOM: u64 = 64 * 1024;

/// A gateway before one fixture server with everything in it, called `fix`.
#[track_caller]
fn plain(home: &TestHome) -> Gateway {
    Gateway::start(home, &Setup::new().program("fix", &["--full"]))
}

/// Every revision, the oldest first.
fn revisions() -> impl Iterator<Item = &'static str> {
    LEGACY.iter().copied().chain([MODERN])
}

/// Does something while clients of both eras are served without a pause. Fails unless each of
/// them got its own answers in time, and the memory stayed what it was.
#[track_caller]
fn beside<T>(gateway: &Gateway, work: impl FnOnce() -> T) -> T {
    let clients = [Visitor::modern(gateway.address()), Visitor::of(gateway.address(), LEGACY[3])];
    clients.iter().for_each(Visitor::prove_served);
    let before = gateway.peak_kib();
    let done = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        for client in &clients {
            scope.spawn(|| {
                let mut served = 0;
                while !done.load(Ordering::Acquire) || served == 0 {
                    let began = Instant::now();
                    client.prove_served();
                    let took = began.elapsed();
                    assert!(took < BEARABLE, "{} waited {took:?}", client.revision);
                    served += 1;
                }
            });
        }
        // The others end as well when this panics.
        let ends = Ends(&done);
        let result = work();
        drop(ends);
        result
    });
    clients.iter().for_each(Visitor::prove_served);
    let grown = gateway.peak_kib().saturating_sub(before);
    assert!(grown < ROOM, "the memory has grown by {grown} KiB");
    result
}

struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Every record of this event or family of events, from a ledger that verifies.
#[track_caller]
fn records(home: &TestHome, event: &str) -> Vec<Value> {
    let ledger = home.warden().join("ledger");
    verify(&ledger).expect("the ledger verifies");
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&ledger, &filter, usize::MAX).expect("the ledger can be read");
    let read = |body: &str| serde_json::from_str(body).expect("a record is JSON");
    found.records.iter().map(|stored| read(&stored.body)).collect()
}

/// The reasons of every record of this event.
#[track_caller]
fn reasons(home: &TestHome, event: &str) -> Vec<String> {
    let reason = |record: &Value| record["reason"].as_str().unwrap_or_default().to_owned();
    records(home, event).iter().map(reason).collect()
}
