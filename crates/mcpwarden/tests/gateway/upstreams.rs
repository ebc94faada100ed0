//! Servers that answer badly, twice, for somebody else, or not at all.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Trouble, Upstream},
        visitor::Visitor,
        wire::Reply,
    },
};

use crate::{beside, records, revisions};

/// A server that never answers is waited for so long, in seconds.
const DEADLINE: u64 = 2;

/// Every trouble, and whether the client gets an answer all the same.
static TROUBLES: &[(&str, Trouble)] = &[
    ("truncated-stream", |talk| {
        talk.begin_events()?;
        let words = talk.words("never said to its end").to_string();
        talk.write(&format!("event: message\ndata: {}", half(&words)))?;
        talk.close()
    }),
    ("empty-stream", |talk| {
        talk.begin_events()?;
        talk.close()
    }),
    ("endless-comments", |talk| {
        talk.begin_events()?;
        loop {
            talk.write(": still here\n\n")?;
            talk.pause();
        }
    }),
    ("comment-without-end", |talk| {
        talk.begin_events()?;
        talk.write(":")?;
        loop {
            talk.write(&"x".repeat(1 << 16))?;
        }
    }),
    ("event-without-end", |talk| {
        talk.begin_events()?;
        talk.write("data: ")?;
        loop {
            talk.write(&"x".repeat(1 << 16))?;
        }
    }),
    ("events-of-others", |talk| {
        talk.begin_events()?;
        let strange = json!({"jsonrpc": "2.0", "id": "nobody", "result": {"stolen": true}});
        loop {
            talk.event(&strange)?;
            talk.pause();
        }
    }),
    ("another-id", |talk| {
        let mut answer = talk.words("stolen");
        answer["id"] = 999_999.into();
        talk.document(&answer)
    }),
    ("id-as-text", |talk| {
        let mut answer = talk.words("stolen");
        answer["id"] = answer["id"].to_string().into();
        talk.document(&answer)
    }),
    ("no-id", |talk| {
        let mut answer = talk.words("stolen");
        answer["id"] = Value::Null;
        talk.document(&answer)
    }),
    ("no-json", |talk| {
        let body = "{\"jsonrpc\":\"2.0\",";
        talk.write(&head(body.len(), "application/json", "200 OK"))?;
        talk.write(body)
    }),
    ("member-twice", |talk| {
        let id = &talk.message["id"];
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":{{"content":[]}},"result":{{"stolen":1}}}}"#
        );
        talk.write(&head(body.len(), "application/json", "200 OK"))?;
        talk.write(&body)
    }),
    ("deep", |talk| {
        let id = &talk.message["id"];
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"content":{open}{close}}}}}"#);
        talk.write(&head(body.len(), "application/json", "200 OK"))?;
        talk.write(&body)
    }),
    ("two-documents", |talk| {
        let body = format!("{}{}", talk.words("stolen"), talk.words("stolen"));
        talk.write(&head(body.len(), "application/json", "200 OK"))?;
        talk.write(&body)
    }),
    ("half-a-document", |talk| {
        let words = talk.words("never said to its end").to_string();
        talk.write(&head(words.len(), "application/json", "200 OK"))?;
        talk.write(half(&words))?;
        talk.close()
    }),
    ("web-page", |talk| {
        let body = "<html>stolen</html>";
        talk.write(&head(body.len(), "text/html", "200 OK"))?;
        talk.write(body)
    }),
    ("compressed", |talk| {
        let body = "stolen";
        talk.write(&format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }),
    ("huge-head", |talk| {
        talk.write("HTTP/1.1 200 OK\r\nX: ")?;
        loop {
            talk.write(&"x".repeat(1 << 16))?;
        }
    }),
    ("many-headers", |talk| {
        talk.write("HTTP/1.1 200 OK\r\n")?;
        loop {
            talk.write(&"X: y\r\n".repeat(1 << 12))?;
        }
    }),
    ("no-http", |talk| talk.write("SSH-2.0-OpenSSH_9.9\r\n\r\n")),
    ("huge-document", |talk| {
        talk.write(&head(10_000_000_000, "application/json", "200 OK"))?;
        loop {
            talk.write(&" ".repeat(1 << 16))?;
        }
    }),
    ("huge-chunks", |talk| {
        talk.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            talk.write(&format!("10000\r\n{}\r\n", " ".repeat(1 << 16)))?;
        }
    }),
    ("hangs-up", Talk::close),
    ("wrong-status", |talk| talk.status("500 Internal Server Error", &json!("stolen"))),
    ("elsewhere", |talk| {
        talk.write("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/mcp\r\nContent-Length: 0\r\n\r\n")
    }),
    ("never", Talk::hold),
];

/// Troubles after which the client has what it asked for.
static ANSWERED: &[(&str, Trouble)] = &[
    ("twice-in-a-stream", |talk| {
        talk.begin_events()?;
        let (first, second) = (talk.words("the first"), talk.words("the second"));
        talk.event(&first)?;
        talk.event(&second)?;
        talk.close()
    }),
    ("twice-in-a-connection", |talk| {
        let (first, second) = (talk.words("the first"), talk.words("the second"));
        talk.document(&first)?;
        talk.document(&second)
    }),
    ("others-first", |talk| {
        talk.begin_events()?;
        let mut strange = talk.words("stolen");
        for id in [json!(0), json!(-1), json!("1"), json!(999_999), Value::Null] {
            strange["id"] = id;
            talk.event(&strange)?;
        }
        talk.write(
            "event: endpoint\ndata: http://127.0.0.1:1/\n\n: x\n\nevent: x\ndata: no json\n\n",
        )?;
        let answer = talk.words("the first");
        talk.event(&answer)?;
        talk.close()
    }),
    ("no-end", |talk| {
        talk.begin_events()?;
        let answer = talk.words("the first");
        talk.event(&answer)?;
        // It holds the stream open after it has answered.
        talk.hold()
    }),
];

fn half(text: &str) -> &str {
    text.get(..text.len() / 2).unwrap_or_default()
}

fn head(length: usize, kind: &str, status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n")
}

/// A gateway before this server, and a good one beside it.
#[track_caller]
fn before(home: &TestHome, upstream: &Upstream) -> Gateway {
    let setup = Setup::new()
        .program("fix", &["--bare", "--tools-file", &good_tools(home)])
        .url("bad", &upstream.url())
        .more("prefix = \"bad__\"")
        .more(&format!("call_time = {DEADLINE}\nwhole_time = {DEADLINE}\nfailures = 1000"))
        // What comes from a server is held whole: a few of the largest must fit into the room.
        .table("[limits]\nmessage = 2097152");
    Gateway::start(home, &setup)
}

fn good_tools(home: &TestHome) -> String {
    let tools = json!([{"name": "echo", "description": "Returns its arguments.",
        "inputSchema": {"type": "object"}}]);
    home.write("tools.json", tools.to_string()).to_string_lossy().into_owned()
}

#[track_caller]
fn call(visitor: &Visitor, tool: &str) -> Reply {
    let message = visitor.request(
        &json!(format!("mine-{tool}")),
        "tools/call",
        &json!({"name": format!("bad__{tool}"), "arguments": {}}),
    );
    let reply = visitor.send(&message);
    let messages = reply.messages();
    assert_eq!(messages.len(), 1, "{tool}: one answer, not {messages:?}");
    assert_eq!(reply.json()["id"], message["id"], "{tool}: {}", reply.text());
    assert!(!reply.text().contains("stolen"), "{tool}: {}", reply.text());
    reply
}

/// Plays every trouble in every revision, the troubles beside each other.
#[track_caller]
fn play(upstream: &Upstream, troubles: &[(&str, Trouble)], expect: fn(&str, &Reply)) {
    let home = TestHome::new();
    let gateway = before(&home, upstream);
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            thread::scope(|scope| {
                for (tool, _) in troubles {
                    let visitor = &visitor;
                    scope.spawn(move || {
                        let began = Instant::now();
                        expect(tool, &call(visitor, tool));
                        let took = began.elapsed();
                        assert!(took.as_secs() < DEADLINE + 20, "{tool} took {took:?}");
                    });
                }
            });
            // The server itself is not given up for it.
            let reply = call(&visitor, "echo");
            assert!(reply.json().get("result").is_some(), "{}", reply.text());
        }
    });
    assert!(gateway.stop().status.success());
    let open = records(&home, "call.intent").len();
    assert_eq!(records(&home, "call.closed").len(), open, "every call has an end");
}

fn fails(tool: &str, reply: &Reply) {
    let code = reply.code();
    assert!(code.is_some_and(|code| code < 0), "{tool}: {}", reply.text());
    assert_eq!(reply.status, 200, "{tool}: {}", reply.text());
}

fn is_answered(tool: &str, reply: &Reply) {
    assert!(reply.text().contains("the first"), "{tool}: {}", reply.text());
}

#[test]
fn a_call_that_a_server_answers_badly_fails_alone() {
    play(&Upstream::legacy(TROUBLES), TROUBLES, fails);
}

#[test]
fn a_call_that_a_modern_server_answers_badly_fails_alone() {
    play(&Upstream::modern(TROUBLES), TROUBLES, fails);
}

#[test]
fn what_a_server_says_beside_its_answer_reaches_nobody() {
    play(&Upstream::legacy(ANSWERED), ANSWERED, is_answered);
}

#[test]
fn what_a_modern_server_says_beside_its_answer_reaches_nobody() {
    play(&Upstream::modern(ANSWERED), ANSWERED, is_answered);
}

/// A gateway before a fixture server with this trouble, and a good one beside it.
#[track_caller]
fn before_program(home: &TestHome, flags: &[&str]) -> Gateway {
    let setup = Setup::new()
        .program("fix", &["--bare", "--tools-file", &good_tools(home)])
        .program("bad", &[&["--bare"], flags].concat())
        .more("prefix = \"bad__\"")
        .more(&format!("call_time = {DEADLINE}\nwhole_time = {DEADLINE}\nfailures = 1000"))
        // What comes from a server is held whole: a few of the largest must fit into the room.
        .table("[limits]\nmessage = 2097152");
    Gateway::start(home, &setup)
}

#[test]
fn a_program_that_dies_in_the_middle_of_an_answer_is_started_anew() {
    let home = TestHome::new();
    let gateway = before_program(&home, &["--die-at", "2"]);
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            let replies: Vec<_> = (0..6).map(|_| call(&visitor, "echo")).collect();
            let failed = replies.iter().filter(|reply| reply.code().is_some()).count();
            assert!((2..=4).contains(&failed), "{failed} of 6 have failed");
        }
    });
    let ended = gateway.stop();
    assert!(ended.status.success() && ended.left.is_empty(), "{ended:?}");
}

#[test]
fn a_program_that_answers_twice_and_unasked_is_heard_once() {
    let home = TestHome::new();
    let gateway = before_program(&home, &["--unsolicited", "--unknown-requests", "--garbage"]);
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            for _ in 0..10 {
                let reply = call(&visitor, "echo");
                assert!(reply.json().get("result").is_some(), "{}", reply.text());
            }
        }
    });
}

#[test]
fn a_program_that_never_answers_is_waited_for_until_the_deadline() {
    let home = TestHome::new();
    let gateway = before_program(&home, &["--never-answer", "echo"]);
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            let began = Instant::now();
            fails("echo", &call(&visitor, "echo"));
            let took = began.elapsed();
            assert!(took >= Duration::from_secs(DEADLINE), "only {took:?}");
            assert!(took < Duration::from_secs(DEADLINE + 20), "{took:?}");
        }
    });
}

#[test]
fn a_program_that_says_too_much_is_bounded() {
    let home = TestHome::new();
    let gateway = before_program(&home, &["--huge", "3000000", "--page-size", "300"]);
    beside(&gateway, || {
        let visitor = Visitor::modern(gateway.address());
        fails("huge", &call(&visitor, "huge"));
        let reply = call(&visitor, "echo");
        assert!(reply.json().get("result").is_some(), "{}", reply.text());
    });
}
