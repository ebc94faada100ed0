use super::*;

#[test]
fn what_is_no_message_is_answered_and_never_passed_on() {
    let deep = format!(
        r#"{{"jsonrpc":"2.0","method":"ping","params":{}1{}}}"#,
        "[".repeat(9999),
        "]".repeat(9999)
    );
    for line in [
        &b"nonsense"[..],
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
        b"\xff\xfe",
        b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}"#,
        deep.as_bytes(),
    ] {
        let mut bench = Bench::tools(&["a", "b"]);
        let led = bench.client_line(line);
        assert!(led.to_server.is_empty());
        assert_eq!(reason(&led), "malformed-message");
        let led = bench.server_line(line);
        assert!(led.to_server.is_empty() && led.to_client.is_empty());
        assert_eq!(bench.events().len(), 2);
    }
}

#[test]
fn unknown_methods_stop_here_in_both_directions() {
    let mut bench = Bench::tools(&[]);
    for method in
        ["tools/destroy", "sampling/createMessage", "notifications/progress", "TOOLS/CALL"]
    {
        let led = bench.client(&json!({"jsonrpc": "2.0", "id": 1, "method": method}));
        assert!(led.to_server.is_empty());
        assert_eq!(led.to_client[0]["error"]["code"], -32601, "{method}");
    }
    let led = bench.server(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call"}));
    assert!(led.to_client.is_empty());
    assert_eq!(led.to_server[0]["error"]["code"], -32601);
    for method in ["notifications/evil", "tools/call"] {
        let note = json!({"jsonrpc": "2.0", "method": method});
        assert!(bench.client(&note).to_server.is_empty());
        assert!(bench.server(&note).to_client.is_empty());
    }
}

#[test]
fn an_answer_that_nobody_asked_for_is_dropped() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.call(1, "read");
    let result = json!({"content": []});
    assert!(bench.answer(&json!("1"), &result).to_client.is_empty(), "`\"1\"` is not `1`");
    assert!(bench.answer(&json!(2), &result).to_client.is_empty());
    assert_eq!(bench.answer(&json!(1), &result).to_client.len(), 1);
    assert!(bench.answer(&json!(1), &result).to_client.is_empty(), "it was answered");
}

#[test]
fn an_answer_to_a_call_that_is_still_held_is_dropped() {
    let mut bench = Bench::tools(&["read"]);
    let own = bench.call(1, "read").to_server[0]["id"].clone();
    assert!(bench.answer(&json!(1), &json!({"content": []})).to_client.is_empty());
    let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
    assert_eq!(led.to_server.len(), 1);
}

#[test]
fn an_identifier_is_used_once_at_a_time() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.call(1, "read");
    let led = bench.call(1, "read");
    assert!(led.to_server.is_empty());
    assert_eq!(reason(&led), "id-in-use");
    bench.answer(&json!(1), &json!({}));
    assert_eq!(bench.call(1, "read").to_server.len(), 1);
}

#[test]
fn a_call_without_a_name_stops_here() {
    let mut bench = Bench::tools(&["read"]);
    for params in [json!({}), json!({"name": 7}), json!({"arguments": {}})] {
        let led = bench.client(&json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params
        }));
        assert!(led.to_server.is_empty());
        assert_eq!(reason(&led), "no-name");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let limits = Limits { arguments: 200, answer: 50, ..Limits::default() };
    let tools = [(DefinitionKind::Tool, tool("read"))];
    let mut bench = Bench::with_limits(Some(pin(&tools, &[])), limits);
    bench.list(&[tool("read")]);
    let led = bench.client(&json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "read", "arguments": {"x": "y".repeat(300)}}
    }));
    assert_eq!(reason(&led), "size");
    assert!(led.to_server.is_empty());
    bench.call(2, "read");
    let led = bench.answer(&json!(2), &json!({"content": "z".repeat(100)}));
    assert_eq!(reason(&led), "size");
    assert_eq!(bench.events(), ["call.refused size", "call.intent", "call.closed size refused"]);
}

#[test]
fn a_line_that_was_too_long_to_keep_is_an_error_for_the_one_who_waits() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.call(1, "read");
    let id = Some(warden_mcp::IdKey::Number(1));
    let led = bench.run(|guard, now, batch| {
        guard.from_server(Line::TooLong { bytes: 1 << 30, id }, now, batch);
    });
    assert_eq!(led.to_client[0]["id"], 1);
    assert_eq!(reason(&led), "message-too-long");
}

#[test]
fn a_flood_of_dropped_messages_does_not_flood_the_ledger() {
    let mut bench = Bench::tools(&[]);
    for _ in 0..5000 {
        bench.server_line(b"noise");
    }
    assert!(bench.events().len() < 100);
}

proptest::proptest! {
    #[test]
    fn no_bytes_reach_the_other_side_that_are_not_a_known_message(
        line in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
    ) {
        let mut bench = Bench::tools(&["read"]);
        proptest::prop_assert!(bench.client_line(&line).to_server.is_empty());
        proptest::prop_assert!(bench.server_line(&line).to_client.is_empty());
    }
}
