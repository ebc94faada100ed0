//! Heads that contradict their bodies, hide a second request, or have no end.

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{MODERN, Visitor},
        wire::{Reply, Wire},
    },
};

use crate::{beside, plain, records, revisions};

/// A gateway before a server whose `echo` wants its argument `region` repeated in a header.
#[track_caller]
fn mirroring(home: &TestHome) -> Gateway {
    let tools = json!([
        {"name": "echo", "description": "Returns its arguments.", "inputSchema": {
            "type": "object", "properties": {
                "region": {"type": "string", "x-mcp-header": "Region"},
                "count": {"type": "integer", "x-mcp-header": "Count"}}}},
        {"name": "fail", "description": "Fails.", "inputSchema": {"type": "object"}},
    ]);
    let tools = home.write("tools.json", tools.to_string());
    let received = home.path().join("received");
    let record = format!("--record={}", received.display());
    let flags = ["--tools-file", &tools.to_string_lossy(), &record];
    Gateway::start(home, &Setup::new().program("fix", &flags))
}

/// The headers of a good call of `echo`.
const GOOD: &[(&str, &str)] = &[
    ("MCP-Protocol-Version", MODERN),
    ("Mcp-Method", "tools/call"),
    ("Mcp-Name", "echo"),
    ("Mcp-Param-Region", "eu"),
    ("Mcp-Param-Count", "3"),
];

/// The body of that call.
fn good(visitor: &Visitor) -> Value {
    let params = json!({"name": "echo", "arguments": {"region": "eu", "count": 3}});
    visitor.request(&json!("id"), "tools/call", &params)
}

#[track_caller]
fn send(gateway: &Gateway, headers: &[(&str, &str)], body: &Value) -> Reply {
    let mut wire = Wire::connect(gateway.address());
    wire.post("/mcp", headers, body.to_string().as_bytes()).expect("it is taken");
    wire.reply().expect("an answer")
}

/// How many calls have come to the server.
fn calls(home: &TestHome) -> usize {
    let received = std::fs::read_to_string(home.path().join("received")).unwrap_or_default();
    received.matches("\"tools/call\"").count()
}

#[test]
fn a_header_that_does_not_say_what_the_body_says_is_a_mismatch() {
    let home = TestHome::new();
    let gateway = mirroring(&home);
    let visitor = Visitor::modern(gateway.address());
    let body = good(&visitor);
    assert_eq!(send(&gateway, GOOD, &body).status, 200);
    let before = calls(&home);
    let with = |name: &str, value: Option<&'static str>| {
        let kept = GOOD.iter().copied().filter(|(known, _)| *known != name);
        let name = GOOD.iter().find(|(known, _)| *known == name).map_or("", |(known, _)| *known);
        kept.chain(value.map(|value| (name, value))).collect::<Vec<_>>()
    };
    for (header, values) in [
        ("MCP-Protocol-Version", &[Some("2025-11-25"), Some("2026-07-29"), Some("x")][..]),
        ("Mcp-Method", &[None, Some("tools/list"), Some("TOOLS/CALL"), Some("")]),
        (
            "Mcp-Name",
            &[
                None,
                Some("fail"),
                Some("Echo"),
                Some(""),
                Some("echo fail"),
                Some("=?base64?ZmFpbA==?="),
                Some("=?base64?%%?="),
            ],
        ),
        ("Mcp-Param-Region", &[None, Some("us"), Some("EU"), Some("=?base64?dXM=?=")]),
        ("Mcp-Param-Count", &[None, Some("4"), Some("3a"), Some("")]),
    ] {
        for value in values {
            let reply = send(&gateway, &with(header, *value), &body);
            let said = (reply.status, reply.code(), reply.json()["id"].clone());
            assert_eq!(
                said,
                (400, Some(-32020), json!("id")),
                "{header} {value:?}: {}",
                reply.text()
            );
        }
        let twice: Vec<_> = GOOD
            .iter()
            .copied()
            .chain(GOOD.iter().copied().filter(|(name, _)| *name == header))
            .collect();
        let reply = send(&gateway, &twice, &body);
        assert_eq!((reply.status, reply.code()), (400, Some(-32020)), "{header}: {}", reply.text());
    }
    assert_eq!(calls(&home), before, "nothing of it may reach the server");
    // The same said in another way is the same.
    assert_eq!(send(&gateway, &with("Mcp-Name", Some("=?base64?ZWNobw==?=")), &body).status, 200);
    assert_eq!(
        send(&gateway, &with("Mcp-Param-Region", Some("=?base64?ZXU=?=")), &body).status,
        200
    );
}

#[test]
fn a_message_without_its_headers_is_a_mismatch() {
    let home = TestHome::new();
    let gateway = mirroring(&home);
    let body = good(&Visitor::modern(gateway.address()));
    let reply = send(&gateway, &[], &body);
    assert_eq!((reply.status, reply.code()), (400, Some(-32020)), "{}", reply.text());
    // Of a session that there is not: the body cannot make it one of the older era.
    let session: Vec<_> = [("Mcp-Session-Id", "x")].into_iter().collect();
    let reply = send(&gateway, &session, &body);
    assert_eq!((reply.status, reply.code()), (400, Some(-32020)), "{}", reply.text());
    assert_eq!(calls(&home), 0);
}

#[test]
fn a_session_keeps_to_its_revision() {
    let home = TestHome::new();
    let gateway = plain(&home);
    for revision in revisions().filter(|revision| *revision != MODERN) {
        let visitor = Visitor::of(gateway.address(), revision);
        let other = if revision == "2025-06-18" { "2025-11-25" } else { "2025-06-18" };
        for said in [other, "2031-01-01", "x"] {
            let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
            let session = visitor.session.clone().unwrap_or_default();
            let mut wire = Wire::connect(gateway.address());
            let headers = [("Mcp-Session-Id", &*session), ("MCP-Protocol-Version", said)];
            wire.post("/mcp", &headers, body.as_bytes()).expect("it is taken");
            let reply = wire.reply().expect("an answer");
            assert_eq!(reply.status, 400, "{revision} {said}: {}", reply.text());
        }
    }
}

/// Requests whose end two readers could see at different places. Behind each stands a whole
/// second request, which must never be answered.
fn smuggled() -> Vec<String> {
    let inner = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":66,\"method\":\"ping\"}";
    let start = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let mut shapes: Vec<String> = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "Content-Length: 0, 40\r\n\r\n",
        "Content-Length: +0\r\n\r\n",
        "Content-Length: 0x0\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
        "X: a\r\n Content-Length: 0\r\n\r\n",
        "X: a\0b\r\nContent-Length: 0\r\n\r\n",
        "X: a\rContent-Length: 40\r\nContent-Length: 0\r\n\r\n",
        ": a\r\nContent-Length: 0\r\n\r\n",
        "Host: other\r\nContent-Length: 0\r\n\r\n",
    ]
    .map(|shape| format!("{start}{shape}{inner}"))
    .into();
    let first =
        |line: &str| format!("{line}\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n{inner}");
    shapes.extend([
        first("POST  /mcp HTTP/1.1"),
        first("POST /mcp HTTP/1.1 x"),
        first("POST /mcp HTTP/9.9"),
        first("POST /mcp"),
        first("PO\0ST /mcp HTTP/1.1"),
        first("POST http://elsewhere/mcp HTTP/1.1"),
        format!("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n{inner}"),
    ]);
    shapes
}

#[test]
fn what_two_readers_could_end_at_different_places_closes_the_connection() {
    let home = TestHome::new();
    let gateway = plain(&home);
    beside(&gateway, || {
        for shape in smuggled() {
            let mut wire = Wire::connect(gateway.address());
            // It may be refused before all of it was written.
            drop(wire.send(shape.as_bytes()));
            wire.finish();
            let answer = String::from_utf8_lossy(&wire.rest()).into_owned();
            assert!(!answer.contains("66"), "the second request was answered:\n{shape}\n{answer}");
            assert!(!answer.contains(" 200 "), "it was taken:\n{shape}\n{answer}");
        }
    });
    drop(gateway.stop());
    assert!(records(&home, "call").len() > 1);
}

#[test]
fn heads_without_measure_are_refused() {
    let home = TestHome::new();
    let gateway = plain(&home);
    let long = |what: &str, many: usize| what.repeat(many);
    let start = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
    let heads = [
        format!("{start}X: {}\r\n\r\n", long("x", 8 << 20)),
        format!("{start}{}: x\r\n\r\n", long("x", 8 << 20)),
        format!("{start}{}\r\n", long("X: y\r\n", 1 << 20)),
        format!("POST /mcp?{} HTTP/1.1\r\nHost: localhost\r\n\r\n", long("x", 8 << 20)),
        format!("{} /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", long("X", 8 << 20)),
        // One that never ends its first line.
        long("G", 8 << 20),
    ];
    beside(&gateway, || {
        for head in heads {
            let mut wire = Wire::connect(gateway.address());
            // It is cut off in the middle.
            drop(wire.send(head.as_bytes()));
            let answer = String::from_utf8_lossy(&wire.rest()).into_owned();
            let status = answer.split(' ').nth(1).unwrap_or_default();
            let expected = ["", "400", "414", "431"];
            assert!(expected.contains(&status), "{status}: {answer}");
        }
    });
}

#[test]
fn who_comes_from_elsewhere_is_not_let_in_in_any_revision() {
    let home = TestHome::new();
    let gateway = plain(&home);
    for revision in revisions() {
        let visitor = Visitor::of(gateway.address(), revision);
        let message = visitor.request(&json!(1), "tools/list", &json!({}));
        let headers = visitor.headers(&message);
        let also = |name: &'static str, value: &'static str| {
            headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .chain([(name, value)])
                .collect::<Vec<_>>()
        };
        let mut wire = Wire::connect(gateway.address());
        let body = message.to_string();
        let with = also("Origin", "https://evil.example");
        wire.post("/mcp", &with, body.as_bytes()).expect("it is taken");
        assert_eq!(wire.reply().expect("an answer").status, 403, "{revision}");
        let mut wire = Wire::connect(gateway.address());
        let text = format!(
            "POST /mcp HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        wire.send(text.as_bytes()).expect("it is taken");
        let status = wire.reply().expect("an answer").status;
        assert!([400, 403, 421].contains(&status), "{revision}: {status}");
        visitor.prove_served();
    }
}
