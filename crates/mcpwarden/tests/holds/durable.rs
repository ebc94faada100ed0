//! What outlives a gateway, and what does not last.

use warden_testkit::{Client, Era};

use super::*;

// Nothing that waits is lost, and nothing is approved, by a gateway that is killed.
#[test]
fn a_gateway_that_is_killed_keeps_what_waits() {
    let Bench { home, gateway } = Bench::new("");
    let bench = Bench { home, gateway };
    let hold = waits(&delete(&bench.coder(), "a"));
    let Bench { home, gateway } = bench;
    gateway.signal("KILL");
    drop(gateway.wait());
    drop(calls(&home, "ben", &["approve", &hold, "--yes"]).success());
    let gateway = Gateway::serve(&home);
    let bench = Bench { home, gateway };
    let coder = bench.coder();
    passes(&delete(&coder, "a"));
    assert_eq!(bench.arrived(), 1);
    assert_ne!(waits(&delete(&coder, "a")), hold);
}

// An approval ends, and so does the time to give one.
#[test]
fn what_nobody_answers_and_what_nobody_uses_is_over() {
    let bench = Bench::holding("life = \"2s\"\napproved_life = \"1s\"");
    let coder = bench.coder();
    let policy = bench.home.path().join("rules").to_string_lossy().into_owned();
    let state = |hold: &str| {
        let outcome = bench.calls("ben", &["show", hold, "--json", "--policy", &policy]);
        let shown: Value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
        shown["hold"]["state"].as_str().map(str::to_owned)
    };
    let first = waits(&delete(&coder, "a"));
    await_true(|| state(&first).as_deref() == Some("expired"));
    let approve =
        |hold: &str| bench.calls("ben", &["approve", hold, "--yes", "--policy", &policy]).code;
    assert_eq!(approve(&first), Some(4));
    let second = waits(&delete(&coder, "a"));
    assert_ne!(second, first);
    // It may take longer than it lasts to approve it; then there is nothing to be used either.
    if approve(&second) == Some(0) {
        await_true(|| state(&second).as_deref() == Some("expired"));
    }
    assert_ne!(waits(&delete(&coder, "a")), second);
    assert_eq!(bench.arrived(), 0);
}

#[test]
fn a_client_on_a_pipe_waits_like_any_other() {
    for era in [Era::Legacy("2025-11-25"), Era::Modern] {
        let home = TestHome::new();
        Gateway::write(&home, &setup(&home));
        Gateway::approve(&home, "files");
        let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
        let mut command = home.mcpwarden(["gateway", "--stdio", "--config", &config]);
        let mut client = Client::connect(&mut command, era);
        let delete = |client: &mut Client| client.call("delete_file", json!({"path": "a"}));
        let told = delete(&mut client).expect_err("it waits");
        let data = told.data;
        assert_eq!(data["reason"], "needs-approval", "{data}");
        let hold = data["hold"].as_str().expect("it has a name");
        assert_eq!(calls(&home, "local", &["approve", hold, "--yes"]).code, Some(4));
        drop(calls(&home, "ben", &["approve", hold, "--yes"]).success());
        delete(&mut client).expect("it was approved");
        delete(&mut client).expect_err("once");
    }
}
