//! Bodies that are no messages, or not here.

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        visitor::{LEGACY, MODERN, Visitor, next},
        wire::Reply,
    },
};

use crate::{beside, plain, reasons, revisions};

/// What a refused message looks like: the status, the code, and whose answer it is.
#[track_caller]
fn expect(reply: &Reply, status: u16, code: i64, id: &Value) {
    assert_eq!((reply.status, reply.code()), (status, Some(code)), "{}", reply.text());
    assert_eq!(&reply.json()["id"], id, "{}", reply.text());
    assert_eq!(reply.json()["jsonrpc"], "2.0", "{}", reply.text());
}

/// Sends a body in every revision; each is refused as what cannot be read, and nobody else feels it.
#[track_caller]
fn is_no_message(bodies: &[Vec<u8>]) {
    let home = TestHome::new();
    let gateway = plain(&home);
    beside(&gateway, || {
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            for body in bodies {
                let reply = visitor.send_bytes(body, &[]);
                expect(&reply, 400, -32700, &Value::Null);
            }
            visitor.prove_served();
        }
    });
    assert!(gateway.stop().status.success());
    assert!(reasons(&home, "message.dropped").iter().all(|reason| reason == "malformed-message"));
}

#[test]
fn a_member_that_stands_twice_is_no_message_in_any_revision() {
    is_no_message(&[
        br#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","name":"fail"}}"#
            .to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","n\u0061me":"fail"}}"#
            .to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":{"b":1,"b":2}}}}"#
            .to_vec(),
    ]);
}

#[test]
fn invalid_utf_8_is_no_message_in_any_revision() {
    let of = |bad: &[u8]| {
        [br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":""#,
            bad, br#""}}}"#].concat()
    };
    is_no_message(&[
        of(b"\xff"),
        of(b"\xc0\xaf"),
        of(b"\xed\xa0\x80"),
        of(b"\xf4\x90\x80\x80"),
        of(b"\xe2\x82"),
        of(br"\ud800"),
    ]);
}

#[test]
fn a_message_that_is_nested_200_deep_is_none_in_any_revision() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(200), close.repeat(200));
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"echo","arguments":{{"a":{open}1{close}}}}}}}"#)
            .into_bytes()
    };
    // A million brackets that nobody closes must not cost a stack either.
    let endless = [b"[".repeat(1_000_000), b"{\"a\":".repeat(200_000)];
    is_no_message(&[deep("[", "]"), deep(r#"{"a":"#, "}"), endless[1].clone()]);
    let home = TestHome::new();
    let gateway = plain(&home);
    beside(&gateway, || {
        for revision in revisions() {
            let reply = Visitor::of(gateway.address(), revision).send_bytes(&endless[0], &[]);
            assert_eq!(reply.status, 400, "{}", reply.text());
        }
    });
}

#[test]
fn what_is_not_one_json_rpc_message_is_none_in_any_revision() {
    is_no_message(&[
        b"".to_vec(),
        b"null".to_vec(),
        b"\"ping\"".to_vec(),
        b"{}".to_vec(),
        br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_vec(),
        br#"{"id":1,"method":"ping"}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}"#
            .to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":5}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":5}"#.to_vec(),
        br#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#.to_vec(),
        b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}".to_vec(),
    ]);
}

/// Identifiers that answers have to carry as they were written.
fn good_ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        r#""""#,
        r#""1""#,
        r#"" ""#,
        r#""a\"b\\c\u0041\ud83d\ude00""#,
        "\"\u{1f600}\u{202e}\"",
        r#""null""#,
        r#""__proto__""#,
    ]
    .map(String::from)
    .into();
    ids.push(format!("\"{}\"", "x".repeat(1000)));
    ids
}

#[test]
fn an_answer_carries_the_identifier_of_its_request_as_it_was_written() {
    let home = TestHome::new();
    let gateway = plain(&home);
    for revision in revisions() {
        let visitor = Visitor::of(gateway.address(), revision);
        for id in good_ids() {
            for (method, params) in [
                ("tools/call", json!({"name": "echo", "arguments": {}})),
                ("tools/list", json!({})),
            ] {
                let message = visitor.request(&json!("THE-ID"), method, &params);
                let body = message.to_string().replace("\"THE-ID\"", &id);
                let headers = visitor.headers(&message);
                let also = headers.iter().map(|(name, value)| (*name, value.as_str()));
                let mut wire = warden_testkit::gateway::wire::Wire::connect(gateway.address());
                wire.post("/mcp", &also.collect::<Vec<_>>(), body.as_bytes()).expect("it is taken");
                let reply = wire.reply().expect("an answer");
                assert_eq!(reply.status, 200, "{revision} {id}: {}", reply.text());
                assert!(
                    reply.text().contains(&format!("\"id\":{id}")),
                    "{revision} {id}: {}",
                    reply.text()
                );
                assert!(reply.json().get("result").is_some(), "{}", reply.text());
            }
        }
    }
}

#[test]
fn an_identifier_of_another_kind_or_size_is_no_message_in_any_revision() {
    let long = format!("\"{}\"", "x".repeat(1100));
    let huge = format!("\"{}\"", "x".repeat(1 << 20));
    let digits = "9".repeat(400);
    // Beyond 2^53 - 1, parsers round: one request could be taken for another.
    let ids = [
        "9007199254740992",
        "-9007199254740992",
        "9223372036854775807",
        "null",
        "1.5",
        "1e3",
        "1.0",
        "-0.0",
        "true",
        "{}",
        r#"{"a":1}"#,
        "[]",
        "[1]",
        "9223372036854775808",
        "01",
        "+1",
        &long,
        &huge,
        &digits,
    ];
    let body = |id: &&str| {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"echo"}}}}"#)
            .into_bytes()
    };
    is_no_message(&ids.iter().map(body).collect::<Vec<_>>());
}

#[test]
fn responses_to_what_nobody_asked_are_dropped_and_recorded() {
    let home = TestHome::new();
    let gateway = plain(&home);
    let responses = |id: &Value| {
        [
            json!({"jsonrpc": "2.0", "id": id, "result": {}}),
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": 1, "message": "no"}}),
        ]
    };
    let ids = [json!(1), json!("1"), json!((1_u64 << 53) - 1), json!("x".repeat(1000))];
    let sent = beside(&gateway, || {
        let mut sent = 0;
        for revision in revisions() {
            let visitor = Visitor::of(gateway.address(), revision);
            for response in ids.iter().flat_map(responses) {
                let reply = visitor.send(&response);
                if revision == MODERN {
                    // Nothing in that revision is answered by a client.
                    expect(&reply, 400, -32600, &Value::Null);
                } else {
                    assert_eq!((reply.status, reply.body.len()), (202, 0), "{}", reply.text());
                }
                sent += 1;
            }
            visitor.prove_served();
        }
        sent
    });
    assert!(gateway.stop().status.success());
    let dropped = reasons(&home, "message.dropped");
    assert_eq!(dropped.iter().filter(|reason| *reason == "not-asked").count(), sent, "{dropped:?}");
}

#[test]
fn a_body_of_another_type_is_not_read_in_any_revision() {
    let home = TestHome::new();
    let gateway = plain(&home);
    for revision in revisions() {
        let visitor = Visitor::of(gateway.address(), revision);
        let message = visitor.request(
            &next().into(),
            "tools/call",
            &json!({"name": "echo", "arguments": {}}),
        );
        let headers = visitor.headers(&message);
        for kind in [
            "text/plain",
            "text/json",
            "application/jsonx",
            "multipart/form-data",
            "",
            "application/x-www-form-urlencoded",
            "text/event-stream",
            "application/json-patch+json",
        ] {
            let mut also: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            also.push(("Content-Type", kind));
            let mut wire = warden_testkit::gateway::wire::Wire::connect(gateway.address());
            wire.post("/mcp", &also, message.to_string().as_bytes()).expect("it is taken");
            assert_eq!(wire.reply().expect("an answer").status, 415, "{revision} {kind}");
        }
        visitor.prove_served();
    }
}

/// A batch with two calls, a notification and something unknown.
fn batch() -> Vec<u8> {
    json!([
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "echo", "arguments": {"word": "first"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": "two", "method": "tools/call",
            "params": {"name": "echo", "arguments": {"word": "second"}}},
        {"jsonrpc": "2.0", "id": 3, "method": "no/such/method"},
        {"jsonrpc": "2.0", "id": 4, "method": "initialize", "params": {}},
    ])
    .to_string()
    .into_bytes()
}

#[test]
fn the_one_revision_with_batches_has_each_message_answered_once() {
    let home = TestHome::new();
    let gateway = plain(&home);
    let visitor = Visitor::of(gateway.address(), "2025-03-26");
    for body in [batch(), [b" \r\n\t".to_vec(), batch()].concat()] {
        let reply = visitor.send_bytes(&body, &[]);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answers = reply.json();
        let answers = answers.as_array().expect("an array");
        let ids: Vec<_> = answers.iter().map(|answer| answer["id"].clone()).collect();
        assert_eq!(ids, [json!(1), json!("two"), json!(3), json!(4)], "{answers:?}");
        assert!(answers[0].to_string().contains("first"));
        assert!(answers[1].to_string().contains("second"));
        assert_eq!(answers[2]["error"]["code"], -32601);
        assert_eq!(answers[3]["error"]["code"], -32601);
    }
    let silent = br#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#;
    assert_eq!(visitor.send_bytes(silent, &[]).status, 202);
}

#[test]
fn a_batch_is_refused_in_every_other_revision() {
    let home = TestHome::new();
    let gateway = plain(&home);
    beside(&gateway, || {
        for revision in revisions().filter(|revision| *revision != "2025-03-26") {
            let visitor = Visitor::of(gateway.address(), revision);
            let also: &[_] = if revision == MODERN { &[("Mcp-Method", "tools/call")] } else { &[] };
            expect(&visitor.send_bytes(&batch(), also), 400, -32600, &Value::Null);
        }
        let stranger =
            Visitor { revision: "2025-03-26".into(), ..Visitor::modern(gateway.address()) };
        expect(&stranger.send_bytes(&batch(), &[]), 400, -32600, &Value::Null);
    });
}

#[test]
fn a_batch_is_bounded_and_each_of_its_messages_is_verified() {
    let home = TestHome::new();
    let gateway = plain(&home);
    let visitor = Visitor::of(gateway.address(), "2025-03-26");
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for body in
        ["[]".into(), format!("[{ping}"), format!("[{}]", [ping; 101].join(",")), "[[".into()]
    {
        expect(&visitor.send_bytes(body.as_bytes(), &[]), 400, -32600, &Value::Null);
    }
    let body = format!(r#"[{ping},{{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}},[{ping}],5]"#);
    let reply = visitor.send_bytes(body.as_bytes(), &[]);
    let answers = reply.json();
    let codes: Vec<_> = answers
        .as_array()
        .expect("an array")
        .iter()
        .map(|answer| answer["error"]["code"].as_i64())
        .collect();
    assert_eq!(codes, [None, Some(-32700), Some(-32700), Some(-32700)], "{answers}");
}

#[test]
fn an_unknown_method_is_refused_in_the_words_of_each_revision() {
    let home = TestHome::new();
    let gateway = plain(&home);
    for revision in LEGACY {
        let visitor = Visitor::of(gateway.address(), revision);
        expect(
            &visitor.send(&json!({"jsonrpc": "2.0", "id": 5, "method": "server/reboot"})),
            200,
            -32601,
            &json!(5),
        );
        // What only the newer era has.
        expect(
            &visitor.send(
                &json!({"jsonrpc": "2.0", "id": 6, "method": "subscriptions/listen", "params": {}}),
            ),
            200,
            -32601,
            &json!(6),
        );
        // What only servers ask.
        expect(&visitor.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "sampling/createMessage", "params": {}})), 200, -32601, &json!(7));
    }
    let visitor = Visitor::modern(gateway.address());
    for method in ["server/reboot", "initialize", "logging/setLevel", "resources/subscribe", "ping"]
    {
        let reply = visitor.send(&visitor.request(&json!("8"), method, &json!({})));
        expect(&reply, 404, -32601, &json!("8"));
    }
}
