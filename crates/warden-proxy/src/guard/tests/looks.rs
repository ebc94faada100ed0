use super::*;

#[test]
fn a_call_before_any_list_waits_until_we_have_looked_ourselves() {
    let mut bench = Bench::tools(&["read"]);
    let led = bench.call(1, "read");
    assert_eq!(led.to_server[0]["method"], "tools/list");
    assert!(led.to_client.is_empty());
    let own = led.to_server[0]["id"].clone();
    let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
    assert!(led.to_client.is_empty(), "the answer to our own request is not the client's");
    assert_eq!(led.to_server[0]["params"]["name"], "read");
}

#[test]
fn a_look_reads_every_page() {
    let mut bench = Bench::tools(&["read", "search"]);
    let own = bench.call(1, "search").to_server[0]["id"].clone();
    let led = bench.answer(&own, &json!({"tools": [tool("read")], "nextCursor": "p2"}));
    assert_eq!(led.to_server[0]["params"]["cursor"], "p2");
    let own = led.to_server[0]["id"].clone();
    let led = bench.answer(&own, &json!({"tools": [tool("search")]}));
    assert_eq!(led.to_server[0]["params"]["name"], "search");
}

#[test]
fn a_modern_look_carries_the_metadata_of_the_client() {
    let mut bench = Bench::tools(&["read"]);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "c", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut sent = meta.clone();
    sent["progressToken"] = json!(5);
    let led = bench.client(&json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "read", "_meta": sent}
    }));
    assert_eq!(led.to_server[0]["method"], "tools/list");
    assert_eq!(led.to_server[0]["params"]["_meta"], meta);
}

#[test]
fn a_changed_list_is_looked_at_at_once_and_nothing_passes_before() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    let note = json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"});
    let led = bench.server(&note);
    assert_eq!(led.to_client[0]["method"], "notifications/tools/list_changed");
    let own = led.to_server[0]["id"].clone();
    assert!(bench.call(1, "read").to_server.is_empty());
    let mut changed = tool("read");
    changed["description"] = json!("now it does more");
    let led = bench.answer(&own, &json!({"tools": [changed]}));
    assert_eq!(reason(&led), "definition-drifted");
}

#[test]
fn a_list_that_changes_while_it_is_read_is_read_again() {
    let mut bench = Bench::tools(&["read"]);
    let own = bench.call(1, "read").to_server[0]["id"].clone();
    bench.server(&json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}));
    let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
    assert_eq!(led.to_server[0]["method"], "tools/list");
    let own = led.to_server[0]["id"].clone();
    let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
    assert_eq!(led.to_server[0]["params"]["name"], "read");
}

#[test]
fn a_look_is_not_believed_for_ever() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.now += Duration::from_secs(31);
    assert_eq!(bench.call(1, "read").to_server[0]["method"], "tools/list");
}

#[test]
fn a_server_that_does_not_say_what_it_serves_is_not_called() {
    let mut bench = Bench::tools(&["read"]);
    bench.call(1, "read");
    assert!(bench.guard.waits());
    bench.now += Duration::from_secs(11);
    let led = bench.run(|guard, now, batch| guard.tick(now, batch));
    assert_eq!(reason(&led), "could-not-tell");
    assert!(!bench.guard.waits());
    assert_eq!(bench.events(), ["call.refused could-not-tell"]);
}

#[test]
fn a_list_that_changes_for_ever_holds_nobody_for_ever() {
    let mut bench = Bench::tools(&["read"]);
    let mut own = bench.call(1, "read").to_server[0]["id"].clone();
    for _ in 0..20 {
        bench.now += Duration::from_secs(1);
        let led = bench.run(|guard, now, batch| guard.tick(now, batch));
        if !led.to_client.is_empty() {
            assert_eq!(reason(&led), "could-not-tell");
            return;
        }
        bench.server(&json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}));
        let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
        own = led.to_server[0]["id"].clone();
    }
    panic!("the call is held for ever");
}

#[test]
fn a_look_that_ends_in_an_error_is_a_no() {
    let mut bench = Bench::tools(&["read"]);
    let own = bench.call(1, "read").to_server[0]["id"].clone();
    let led = bench.server(&json!({
        "jsonrpc": "2.0", "id": own, "error": {"code": -32601, "message": "no"}
    }));
    assert_eq!(reason(&led), "could-not-tell");
}

#[test]
fn a_held_call_that_is_cancelled_is_never_sent() {
    let mut bench = Bench::tools(&["read"]);
    let own = bench.call(1, "read").to_server[0]["id"].clone();
    let cancel = json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}
    });
    assert!(bench.client(&cancel).to_server.is_empty());
    let led = bench.answer(&own, &json!({"tools": [tool("read")]}));
    assert!(led.to_server.is_empty() && led.to_client.is_empty());
    assert_eq!(bench.events(), ["call.refused cancelled"]);
}

#[test]
fn a_page_that_shows_something_else_ends_the_trust_in_what_was_seen_before() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    let mut changed = tool("read");
    changed["description"] = json!("does something else");
    bench.client(&json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": "p"}
    }));
    bench.answer(&json!(1), &json!({"tools": [changed]}));
    let led = bench.call(2, "read");
    assert_eq!(led.to_server[0]["method"], "tools/list", "it is looked at again first");
    let own = led.to_server[0]["id"].clone();
    let led = bench.answer(&own, &json!({"tools": [changed]}));
    assert!(led.to_server.is_empty());
    assert_eq!(reason(&led), "definition-drifted");
}
