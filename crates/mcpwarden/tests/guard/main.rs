//! The guard as a whole program: real processes, real pipes, a real ledger.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod approval;
mod bad_servers;
mod crash;
mod drift;
mod ends;

use std::process::Command;

use serde_json::Value;
use warden_audit::{Filter, select, verify};
use warden_testkit::{Client, Era, TestHome, program};

const LEGACY: Era = Era::Legacy("2025-11-25");

/// The words that start the fixture server with these flags.
fn server(flags: &[&str]) -> Vec<String> {
    let program = program("fixture-server").display().to_string();
    std::iter::once(program).chain(flags.iter().map(|flag| (*flag).to_owned())).collect()
}

/// Approves the server as it is with these flags.
#[track_caller]
fn approve(home: &TestHome, flags: &[&str]) {
    approve_with(home, &[], flags);
}

#[track_caller]
fn approve_with(home: &TestHome, more: &[&str], flags: &[&str]) {
    let words = ["approve", "--name", "mail", "--by", "ann", "--yes"];
    let words = words.iter().chain(more).chain(&["--"]).map(|word| (*word).to_owned());
    drop(home.run(words.chain(server(flags))).success());
}

/// The server with these flags, behind the guard.
fn guarded(home: &TestHome, flags: &[&str]) -> Command {
    guarded_with(home, &[], flags)
}

fn guarded_with(home: &TestHome, more: &[&str], flags: &[&str]) -> Command {
    let words = ["run", "--name", "mail"];
    let words = words.iter().chain(more).chain(&["--"]).map(|word| (*word).to_owned());
    home.mcpwarden(words.chain(server(flags)))
}

/// A client of the guarded server.
#[track_caller]
fn connect(home: &TestHome, flags: &[&str]) -> Client {
    Client::connect(&mut guarded(home, flags), LEGACY)
}

/// Every record of this event or family of events, from a ledger that verifies.
#[track_caller]
fn records(home: &TestHome, event: &str) -> Vec<Value> {
    let ledger = home.warden().join("ledger");
    verify(&ledger).expect("the ledger verifies");
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&ledger, &filter, usize::MAX).expect("the ledger can be read");
    found.records.iter().map(|stored| serde_json::from_str(&stored.body).unwrap()).collect()
}
