//! Revoked, held back, expired and too low: while a server runs, and before it starts.

use serde_json::json;
use warden_testkit::TestHome;

use crate::{certify, connect, ready, refused};

#[test]
fn what_is_revoked_while_it_runs_is_ended_with_what_waits() {
    let home = TestHome::new();
    ready(&home);
    let mut client = connect(&home);
    assert!(client.call("now", json!({})).is_ok());
    let waits = client.start("tools/call", json!({"name": "wait", "arguments": {}}));
    drop(home.run(["revoke", "clock", "--reason", "it was stolen"]).success());
    let answer = client.finish(waits).expect_err("nobody answers any more");
    assert!(!answer.message.is_empty());
    client.wait();
    assert!(client.stderr().contains("certificate-revoked"), "{}", client.stderr());
    assert!(refused(&home).contains("certificate-revoked"));
    // Another certificate for the same bytes does not let them in again.
    drop(certify(&home, &[]).success());
    assert!(refused(&home).contains("certificate-revoked"));
}

#[test]
fn what_is_held_back_counts_again_when_it_is_lifted() {
    let home = TestHome::new();
    ready(&home);
    drop(home.run(["quarantine", "clock", "--reason", "a new host"]).success());
    assert!(refused(&home).contains("certificate-quarantined"));
    let outcome = home.run(["verify", "--server", "clock"]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    drop(home.run(["quarantine", "clock", "--lift", "--reason", "it is known"]).success());
    assert!(connect(&home).call("now", json!({})).is_ok());
}

#[test]
fn what_is_below_the_level_is_not_started_where_more_is_needed() {
    let home = TestHome::new();
    let outcome = certify(&home, &["--no-start"]);
    assert_eq!(outcome.code, Some(14), "{}", outcome.block());
    drop(home.run(["approve", "clock", "--yes"]).success());
    // Nobody has seen what it shows: the certificate is not about what was approved.
    assert!(refused(&home).contains("certificate-wrong-subject"));
}

#[test]
fn nothing_runs_without_a_certificate() {
    let home = TestHome::new();
    let outcome = home.run(["run", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("no server is certified"), "{}", outcome.stderr);
}
