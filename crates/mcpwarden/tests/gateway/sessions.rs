//! Sessions and request states that are somebody else's, made up, or over.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{LEGACY, Old, Visitor},
        wire::{Reply, Wire},
    },
};

use crate::{beside, reasons};

/// A gateway with two clients and two views.
#[track_caller]
fn shared(home: &TestHome, flags: &[&str]) -> Gateway {
    let view = |name: &str| format!("[[view]]\nname = \"{name}\"\nservers = [\"fix\"]");
    let setup = Setup::new()
        .program("fix", flags)
        .client("ann", "token-of-ann")
        .client("bob", "token-of-bob")
        .table(&view("one"))
        .table(&view("two"));
    Gateway::start(home, &setup)
}

#[track_caller]
fn visitor(gateway: &Gateway, revision: &str, token: &str, view: &str) -> Visitor {
    let mut visitor =
        Visitor { revision: revision.into(), ..Visitor::modern(gateway.address()) }.showing(token);
    if !view.is_empty() {
        visitor = visitor.at(view);
    }
    if !visitor.is_modern() {
        visitor.begin();
    }
    visitor
}

/// POST, GET and DELETE in this session: the statuses.
fn tried(visitor: &Visitor) -> [u16; 3] {
    let post = visitor.ask("tools/list", &json!({})).status;
    let verb = |verb: &str| {
        let headers = visitor.headers(&Value::Null);
        let mut headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        headers.push(("Accept", "text/event-stream"));
        let mut wire = Wire::connect(visitor.address);
        wire.ask(verb, &visitor.path, &headers).expect("it is taken");
        wire.head().expect("an answer").status
    };
    [post, verb("GET"), verb("DELETE")]
}

#[test]
fn a_session_that_is_not_ones_own_does_not_exist() {
    let home = TestHome::new();
    let gateway = shared(&home, &["--full"]);
    for revision in LEGACY {
        let ann = visitor(&gateway, revision, "token-of-ann", "one");
        ann.prove_served();
        let theirs = ann.session.clone();
        // Of another client, and of another view.
        let bob = visitor(&gateway, revision, "token-of-bob", "one");
        for stranger in [
            Visitor { session: theirs.clone(), ..bob },
            Visitor { path: "/mcp/two".into(), ..ann.clone() },
            Visitor { path: "/mcp".into(), ..ann.clone() },
        ] {
            assert_eq!(tried(&stranger), [404; 3], "{revision} {}", stranger.path);
        }
        // Nobody has come in by it, and nobody was put out.
        ann.prove_served();
        let nobody = Visitor { token: None, ..ann.clone() };
        assert_eq!(tried(&nobody), [401; 3]);
        let wrong = ann.clone().showing("token-of-eve");
        assert_eq!(tried(&wrong), [401; 3]);
        ann.prove_served();
    }
}

#[test]
fn a_session_that_was_made_up_or_changed_does_not_exist() {
    let home = TestHome::new();
    let gateway = shared(&home, &["--full"]);
    for revision in LEGACY {
        let ann = visitor(&gateway, revision, "token-of-ann", "");
        let own = ann.session.clone().expect("a session");
        let mut forged: Vec<String> =
            ["x", "0", "../../etc/passwd", "null", "%00", "{}"].map(String::from).into();
        forged.push("A".repeat(6000));
        forged.push(format!("{own}A"));
        forged.push(own.chars().rev().collect());
        // Every part of it matters.
        for at in (0..own.len()).step_by(7) {
            let mut bytes = own.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            forged.push(String::from_utf8(bytes).expect("it was ASCII"));
            forged.extend(own.get(..at).map(String::from));
        }
        forged.retain(|forged| !forged.is_empty());
        for session in forged {
            let stranger = Visitor { session: Some(session.clone()), ..ann.clone() };
            assert_eq!(stranger.ask("tools/list", &json!({})).status, 404, "{session}");
        }
        let without = Visitor { session: None, ..ann.clone() };
        assert_eq!(without.ask("tools/list", &json!({})).status, 400);
        ann.prove_served();
    }
}

#[test]
fn a_session_that_was_ended_does_not_come_back() {
    let home = TestHome::new();
    let gateway = shared(&home, &["--full"]);
    for revision in LEGACY {
        let ann = visitor(&gateway, revision, "token-of-ann", "");
        let headers = ann.headers(&Value::Null);
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let mut stream = Wire::connect(gateway.address());
        let with = [&headers[..], &[("Accept", "text/event-stream")]].concat();
        stream.ask("GET", "/mcp", &with).expect("it is taken");
        assert_eq!(stream.head().expect("an answer").status, 200);
        let mut wire = Wire::connect(gateway.address());
        wire.ask("DELETE", "/mcp", &headers).expect("it is taken");
        assert_eq!(wire.head().expect("an answer").status, 204);
        // Its stream has ended with it.
        drop(stream.rest());
        assert_eq!(tried(&ann), [404; 3], "{revision}");
    }
}

#[test]
fn a_stream_of_the_older_transport_is_its_owners_alone() {
    let home = TestHome::new();
    let gateway = shared(&home, &["--full"]);
    let mut ann = Old::open(gateway.address(), "one", Some("token-of-ann"));
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "echo", "arguments": {"word": "mine"}}});
    let mut stranger = Old::open(gateway.address(), "one", Some("token-of-bob"));
    let own = std::mem::replace(&mut stranger.endpoint, ann.endpoint.clone());
    assert_eq!(stranger.post(&call).status, 404);
    for endpoint in [
        own.replace("/one", "/two"),
        ann.endpoint.replace("/one", "/two"),
        ann.endpoint.replace("/one", ""),
        "/messages/one".into(),
        "/messages/one?sessionId=".into(),
        "/messages/one?sessionId=x".into(),
        format!("{}x", ann.endpoint),
    ] {
        stranger.endpoint = endpoint.clone();
        assert_eq!(stranger.post(&call).status, 404, "{endpoint}");
    }
    assert!(ann.ask(&call).to_string().contains("mine"));
    // A stream that has ended takes nothing any more.
    let endpoint = ann.endpoint.clone();
    drop(ann);
    let mut late = Old::open(gateway.address(), "one", Some("token-of-ann"));
    late.endpoint = endpoint;
    let deadline = Instant::now() + Duration::from_secs(30);
    while late.post(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).status != 404
    {
        assert!(Instant::now() < deadline, "the end of the stream is not noticed");
    }
}

/// Calls `elicit`, and returns the state that comes back with the question.
#[track_caller]
fn question(visitor: &Visitor, tool: &str) -> String {
    let reply = visitor.call(tool, &json!({}));
    let state = reply.json()["result"]["requestState"].as_str().map(str::to_owned);
    state.unwrap_or_else(|| panic!("no question: {}", reply.text()))
}

/// Calls again with a state and the answer to the question.
fn again(visitor: &Visitor, tool: &str, arguments: &Value, state: &str) -> Reply {
    let reply = visitor.call("echo", &json!({}));
    let asked = visitor.call(tool, &json!({})).json();
    drop(reply);
    let requests = asked["result"]["inputRequests"].as_object().cloned().unwrap_or_default();
    let answer = json!({"action": "accept", "content": {"name": "Ann"}});
    let responses: Value = requests.keys().map(|key| (key.clone(), answer.clone())).collect();
    visitor.ask(
        "tools/call",
        &json!({"name": tool, "arguments": arguments,
        "requestState": state, "inputResponses": responses}),
    )
}

fn able(visitor: Visitor) -> Visitor {
    visitor.able(json!({"elicitation": {"form": {}}, "sampling": {}, "roots": {}}))
}

/// States of a server of this era belong to who got them, for what, and for a while.
#[track_caller]
fn keeps_states_apart(era: &str) {
    let home = TestHome::new();
    let gateway = shared(&home, &["--full", "--era", era]);
    let ann = able(visitor(&gateway, "2026-07-28", "token-of-ann", ""));
    let bob = able(visitor(&gateway, "2026-07-28", "token-of-bob", ""));
    let own = question(&ann, "elicit");
    let refused = |reply: Reply, what: &str| {
        assert_eq!(
            reply.reason().as_deref(),
            Some("bad-request-state"),
            "{what}: {}",
            reply.text()
        );
        assert_eq!(reply.code(), Some(-32602), "{what}");
    };
    beside_others(&gateway, || {
        refused(again(&bob, "elicit", &json!({}), &own), "of another principal");
        refused(again(&ann, "sample", &json!({}), &own), "for another tool");
        refused(again(&ann, "elicit", &json!({"more": 1}), &own), "for other arguments");
        for forged in [
            "",
            "x",
            "state-of-elicit",
            own.get(1..).unwrap_or_default(),
            &format!("{own}A"),
            &own.replace('A', "B"),
        ] {
            refused(again(&ann, "elicit", &json!({}), forged), forged);
        }
        for value in [json!(1), json!(null), json!({}), json!([own])] {
            let reply = ann.ask(
                "tools/call",
                &json!({"name": "elicit", "arguments": {},
                "requestState": value, "inputResponses": {}}),
            );
            refused(reply, "no text");
        }
        let prompt = ann.ask("prompts/get", &json!({"name": "greeting", "requestState": own}));
        refused(prompt, "for another method");
        let reply = again(&ann, "elicit", &json!({}), &own);
        assert!(reply.text().contains("Ann"), "{}", reply.text());
        if era == "legacy" {
            refused(again(&ann, "elicit", &json!({}), &own), "a second time");
        }
    });
    drop(gateway.stop());
    assert!(reasons(&home, "call.refused").iter().all(|reason| reason == "bad-request-state"));
}

/// Others are served meanwhile; they have to show a token.
fn beside_others(gateway: &Gateway, work: impl FnOnce()) {
    work();
    visitor(gateway, "2026-07-28", "token-of-bob", "two").prove_served();
    visitor(gateway, "2025-11-25", "token-of-ann", "one").prove_served();
}

#[test]
fn the_state_of_a_request_that_waits_here_is_its_owners_alone() {
    keeps_states_apart("legacy");
}

#[test]
fn the_state_of_a_modern_server_is_its_owners_alone() {
    keeps_states_apart("modern");
}

#[test]
fn a_state_that_is_too_old_continues_nothing() {
    let home = TestHome::new();
    let setup = Setup::new()
        .program("fix", &["--bare", "--full", "--era", "legacy"])
        .program("new", &["--bare", "--full", "--era", "modern"])
        .more("prefix = \"new__\"")
        .table("[limits]\nquestion_time = 1");
    let gateway = Gateway::start(&home, &setup);
    let client = able(Visitor::modern(gateway.address()));
    let parked = question(&client, "elicit");
    let theirs = question(&client, "new__elicit");
    let deadline = Instant::now() + Duration::from_secs(30);
    // The one of the modern server is good until it is too old; then so is the other.
    while again(&client, "new__elicit", &json!({}), &theirs).code().is_none() {
        assert!(Instant::now() < deadline, "it does not grow old");
    }
    for (tool, state) in [("new__elicit", theirs), ("elicit", parked)] {
        let reply = again(&client, tool, &json!({}), &state);
        assert_eq!(reply.reason().as_deref(), Some("bad-request-state"), "{}", reply.text());
    }
    beside(&gateway, || {});
}
