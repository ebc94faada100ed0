//! Servers that misbehave: a clear error each, never a hang and never a lost record.

use std::time::Duration;

use serde_json::json;
use warden_testkit::{Client, Received, TestHome};

use crate::{LEGACY, approve, connect, guarded_with, records};

#[test]
fn a_server_that_floods_its_standard_error_is_served_on() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = connect(&home, &["--flood-stderr", "50000000"]);
    for _ in 0..20 {
        assert!(client.call("echo", json!({"x": 1})).is_ok());
    }
    client.shut_down();
}

#[test]
fn a_tool_that_never_answers_holds_up_nobody_else() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = connect(&home, &["--never-answer", "read_mail"]);
    let never = client.start("tools/call", json!({"name": "read_mail", "arguments": {"id": 1}}));
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    client.shut_down();
    let closed = records(&home, "call.closed");
    let never = serde_json::Value::from(never.to_string());
    let of_never = closed.iter().find(|record| record["request"] == never).unwrap();
    assert_eq!(of_never["outcome"], "failure");
}

#[test]
fn answers_that_nobody_asked_for_do_not_reach_the_client() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = connect(&home, &["--unsolicited"]);
    for _ in 0..5 {
        assert!(client.call("echo", json!({"x": 1})).is_ok());
    }
    client.shut_down();
    assert!(client.strays.is_empty(), "{:?}", client.strays);
    let dropped = records(&home, "message.dropped");
    assert!(dropped.iter().all(|record| record["reason"] == "not-asked"));
    assert!(!dropped.is_empty());
}

#[test]
fn requests_of_a_server_that_were_not_approved_do_not_reach_the_client() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = connect(&home, &["--unknown-requests"]);
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    client.shut_down();
    let asked: Vec<_> = client.requests.iter().map(|request| request["method"].clone()).collect();
    assert!(asked.iter().all(|method| method == "ping"), "{asked:?}");
    assert!(!records(&home, "message.dropped").is_empty());
    assert!(!records(&home, "request.refused").is_empty());
}

#[test]
fn what_is_no_message_is_dropped_and_the_rest_works() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = Client::spawn(&mut crate::guarded(&home, &["--garbage"]));
    client.open(LEGACY);
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    client.shut_down();
    assert_eq!(client.receive(), Received::Closed, "nothing but messages reached the client");
    assert!(!records(&home, "message.dropped").is_empty());
}

#[test]
fn an_answer_that_is_too_long_is_an_error_for_its_call_and_no_other() {
    let home = TestHome::new();
    approve(&home, &["--huge", "3000000"]);
    let more = ["--max-message", "1000000"];
    let mut client = Client::spawn(&mut guarded_with(&home, &more, &["--huge", "3000000"]));
    client.set_patience(Duration::from_mins(1));
    client.open(LEGACY);
    let listed = client.request("tools/list", json!({})).unwrap_err();
    assert_eq!(listed.data["reason"], "message-too-long");
    assert!(client.request("ping", json!({})).is_ok());
    client.shut_down();
}

#[test]
fn hostile_bytes_from_the_client_are_answered_and_do_not_reach_the_server() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = connect(&home, &[]);
    let deep = format!("{{\"a\":{}", "[".repeat(200_000));
    for line in [
        &b"\xff\xfe"[..],
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
        deep.as_bytes(),
    ] {
        client.send_raw(line);
        client.send_raw(b"\n");
        match client.receive() {
            Received::Message(answer) => {
                assert_eq!(answer["error"]["data"]["reason"], "malformed-message");
            }
            other => panic!("expected an answer: {other:?}"),
        }
    }
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    client.shut_down();
    assert_eq!(records(&home, "message.dropped").len(), 3);
}

#[test]
fn a_hundred_megabytes_on_one_line_are_refused_in_bounded_memory() {
    let home = TestHome::new();
    approve(&home, &[]);
    let mut client = Client::spawn(&mut guarded_with(&home, &["--max-message", "1000000"], &[]));
    client.open(LEGACY);
    client.send_raw(b"{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"ping\",\"params\":{\"x\":\"");
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..100 {
        client.send_raw(&piece);
    }
    client.send_raw(b"\"}}\n");
    match client.receive() {
        Received::Message(answer) => {
            assert_eq!(answer["id"], 77);
            assert_eq!(answer["error"]["data"]["reason"], "message-too-long");
        }
        other => panic!("expected an answer: {other:?}"),
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", client.process())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    assert!(peak < 100_000, "{peak} kB");
    assert!(client.call("echo", json!({})).is_ok());
    client.shut_down();
}
