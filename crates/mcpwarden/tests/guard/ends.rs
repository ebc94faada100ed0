//! However one side ends, the other does, and nothing is left behind.

use std::{process::Command, time::Duration};

use serde_json::json;
use warden_testkit::{Client, TestHome, end_process, ends_within};

use crate::{LEGACY, approve, guarded, records};

const SOON: Duration = Duration::from_secs(20);

/// Starts a guarded server with a child of its own, ends the guard with `end`, and checks that
/// the child ends too.
fn check(flag: &str, end: impl FnOnce(&mut Client)) {
    let home = TestHome::new();
    approve(&home, &[]);
    let file = home.path().join("child");
    let mut client = Client::connect(&mut guarded(&home, &[flag, file.to_str().unwrap()]), LEGACY);
    let child = home.await_file(&file);
    end(&mut client);
    let ended = ends_within(&child, SOON);
    end_process(&child);
    assert!(ended, "the server's child outlives the guard");
}

fn signal(client: &Client, name: &str) {
    let process = client.process().to_string();
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn nothing_outlives_a_guard_whose_client_closes() {
    check("--spawn-child", |client| {
        assert!(client.shut_down().success());
    });
}

#[test]
fn nothing_outlives_a_guard_that_is_killed() {
    check("--spawn-child", Client::kill);
}

#[test]
fn nothing_outlives_a_guard_that_is_told_to_end() {
    for name in ["TERM", "INT", "HUP"] {
        check("--spawn-child", |client| {
            signal(client, name);
            client.wait();
        });
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_that_left_for_a_session_of_its_own_does_not_outlive_the_guard() {
    check("--spawn-session", |client| {
        client.shut_down();
    });
    check("--spawn-session", Client::kill);
}

#[test]
fn a_call_whose_server_dies_is_answered_and_recorded() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = Client::connect(&mut guarded(&home, &["--die-mid-answer"]), LEGACY);
    let failed = client.call("echo", json!({})).unwrap_err();
    assert_eq!(failed.data["reason"], "server-gone");
    assert_eq!(client.wait().code(), Some(3), "the exit code is the server's");
    let closed = records(&home, "call.closed");
    assert_eq!(closed[0]["outcome"], "failure");
    assert_eq!(records(&home, "server.stopped")[0]["process"]["exit"], 3);
}

#[test]
fn a_program_that_does_not_exist_is_an_error_and_not_a_hang() {
    let home = TestHome::new();
    let outcome = home.run(["run", "--name", "mail", "--", "/nowhere/at-all"]);
    assert_eq!(outcome.code, Some(127), "{}", outcome.block());
    assert!(outcome.stderr.contains("cannot start `/nowhere/at-all`"), "{}", outcome.stderr);
}

#[test]
fn without_a_ledger_nothing_starts() {
    let home = TestHome::new();
    approve(&home, &[]);
    let ledger = home.warden().join("ledger");
    std::fs::remove_dir_all(&ledger).unwrap();
    std::fs::write(&ledger, "not a folder").unwrap();
    let mut client = Client::spawn(&mut guarded(&home, &[]));
    assert_eq!(client.wait().code(), Some(3), "{}", client.stderr());
    assert!(client.stderr().contains("cannot write the ledger"), "{}", client.stderr());
}
