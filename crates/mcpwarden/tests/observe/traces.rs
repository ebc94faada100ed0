//! Traces, as a collector gets them.

use serde_json::{Value, json};
use warden_testkit::{Outcome, TestHome};

use crate::collector::Party;
use crate::parties::{Gateway, approved, config, mcpwarden, upstream};
use crate::{ARGUMENT, tells_nothing};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn to(collector: &Party) -> String {
    format!(
        "[traces]\nendpoint = \"http://{}/v1/traces\"\nheaders = {{ x-key = \"${{COLLECTOR}}\" }}\n",
        collector.address
    )
}

fn attribute<'a>(span: &'a Value, name: &str) -> Option<&'a str> {
    let all = span["attributes"].as_array()?;
    let found = all.iter().find(|attribute| attribute["key"] == name)?;
    found["value"]["stringValue"].as_str()
}

/// The span of this kind and name: 2 is a server's, 3 a client's.
#[track_caller]
fn span<'a>(spans: &'a [Value], kind: u8, name: &str) -> &'a Value {
    let mut found = spans.iter().filter(|span| span["kind"] == kind && span["name"] == name);
    let span = found.next().unwrap_or_else(|| panic!("no {kind} {name} in {spans:#?}"));
    assert!(found.next().is_none(), "there are two of {name}");
    span
}

#[track_caller]
fn is(span: &Value, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        assert_eq!(attribute(span, name), Some(*value), "{name} of {span:#}");
    }
}

/// What the server was sent along with the only call.
#[track_caller]
fn along(upstream: &Party) -> (Value, Option<String>) {
    let came = upstream.came();
    let mut calls = came.iter().filter(|came| came.body["method"] == "tools/call");
    let call = calls.next().expect("the server was called");
    assert!(calls.next().is_none(), "it was called twice");
    (call.body["params"]["_meta"].clone(), call.header("traceparent").map(str::to_owned))
}

#[test]
fn a_trace_goes_through_the_gateway_to_a_server_of_either_era() {
    for modern in [false, true] {
        let (home, upstream, collector) = (TestHome::new(), upstream(modern), Party::collector());
        let gateway = Gateway::start(&home, &config(&upstream, &to(&collector)));
        let headers = format!("traceparent: {PARENT}\r\ntracestate: a=1\r\nbaggage: u=m\r\n");
        let answer = gateway.call("up__echo", &headers);
        assert!(answer["result"].is_object(), "{answer}");
        gateway.stop();

        let spans = collector.spans();
        let (server, client) =
            (span(&spans, 2, "tools/call up__echo"), span(&spans, 3, "tools/call echo"));
        assert_eq!((&server["traceId"], &client["traceId"]), (&json!(TRACE), &json!(TRACE)));
        assert_eq!(server["parentSpanId"], "b7ad6b7169203331");
        assert_eq!(client["parentSpanId"], server["spanId"]);
        let named = [("mcp.method.name", "tools/call"), ("gen_ai.operation.name", "execute_tool")];
        is(server, &named);
        is(server, &[("gen_ai.tool.name", "up__echo"), ("jsonrpc.request.id", "7")]);
        is(server, &[("mcp.protocol.version", "2026-07-28"), ("network.transport", "tcp")]);
        is(client, &named);
        is(client, &[("gen_ai.tool.name", "echo"), ("mcpwarden.server", "up")]);
        let spoken = if modern { "2026-07-28" } else { "2025-11-25" };
        is(client, &[("mcp.protocol.version", spoken), ("network.protocol.name", "http")]);

        let parent = format!("00-{TRACE}-{}-01", client["spanId"].as_str().unwrap_or_default());
        let (meta, header) = along(&upstream);
        assert_eq!(meta["traceparent"], parent.as_str());
        assert_eq!((&meta["tracestate"], &meta["baggage"]), (&json!("a=1"), &json!("u=m")));
        assert_eq!(header.as_deref(), Some(&*parent));
        let came = collector.came();
        assert!(came.iter().all(|came| came.header("x-key") == Some("secret-of-the-collector")));
        tells_nothing(&came.iter().map(|came| came.body.to_string()).collect::<String>());
    }
}

#[test]
fn spans_say_how_requests_ended() {
    let (home, upstream, collector) = (TestHome::new(), upstream(false), Party::collector());
    let gateway = Gateway::start(&home, &config(&upstream, &to(&collector)));
    for tool in ["up__fail", "up__no", "made-up-by-the-client"] {
        gateway.call(tool, "");
    }
    gateway.stop();
    let spans = collector.spans();
    for kind in [2, 3] {
        let prefix = if kind == 2 { "up__" } else { "" };
        let failed = span(&spans, kind, &format!("tools/call {prefix}fail"));
        is(failed, &[("error.type", "tool_error")]);
        let refused = span(&spans, kind, &format!("tools/call {prefix}no"));
        is(refused, &[("error.type", "-32602"), ("rpc.response.status_code", "-32602")]);
        assert_eq!(refused["status"], json!({"code": 2}));
    }
    is(span(&spans, 2, "tools/call"), &[("error.type", "not-approved")]);
    tells_nothing(&json!(spans).to_string());
}

#[test]
fn a_client_on_standard_input_is_traced_as_well() {
    let (home, upstream, collector) = (TestHome::new(), upstream(false), Party::collector());
    let path = approved(&home, &config(&upstream, &to(&collector)));
    let message = |id: u8, method: &str, params: Value| {
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string() + "\n"
    };
    let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "c", "version": "1"}});
    let call = json!({"name": "up__echo", "arguments": {"a": ARGUMENT},
        "_meta": {"traceparent": PARENT}});
    let input = message(1, "initialize", hello) + &message(2, "tools/call", call);
    let mut command = mcpwarden(&home, &["gateway", "--config", &path, "--stdio"]);
    let said = Outcome::of(&mut command, input.as_bytes()).success();
    assert!(said.contains(crate::ANSWER), "{said}");
    let spans = collector.spans();
    let (server, client) =
        (span(&spans, 2, "tools/call up__echo"), span(&spans, 3, "tools/call echo"));
    is(server, &[("network.transport", "pipe"), ("mcp.protocol.version", "2025-11-25")]);
    assert_eq!(attribute(server, "mcp.session.id").map(str::len), Some(32));
    assert_eq!((&server["traceId"], &client["parentSpanId"]), (&json!(TRACE), &server["spanId"]));
    let (meta, _) = along(&upstream);
    assert!(meta["traceparent"].as_str().is_some_and(|parent| parent.contains(TRACE)), "{meta}");
    tells_nothing(&json!(spans).to_string());
}

#[test]
fn without_a_collector_a_trace_goes_through_untouched() {
    let (home, upstream) = (TestHome::new(), upstream(true));
    let gateway = Gateway::start(&home, &config(&upstream, ""));
    gateway.call("up__echo", &format!("traceparent: {PARENT}\r\n"));
    let (meta, header) = along(&upstream);
    assert_eq!((&meta["traceparent"], header.as_deref()), (&json!(PARENT), Some(PARENT)));
}

#[test]
fn a_collector_that_cannot_be_is_refused_before_anything_is_served() {
    let (home, upstream) = (TestHome::new(), upstream(false));
    for more in ["endpoint = \"collector:4318\"", "endpoint = \"http://a/\"\nratio = 2.0"] {
        let path = home.write("bad.toml", config(&upstream, &format!("[traces]\n{more}\n")));
        let path = path.to_string_lossy().into_owned();
        let outcome = Outcome::of(&mut mcpwarden(&home, &["gateway", "--config", &path]), b"");
        assert_eq!(outcome.code, Some(3), "{outcome:?}");
    }
}
