//! Fake servers for both transports, and what they try.

mod http;
mod stdio;

use std::time::Duration;

use serde_json::{Value, json};
use warden_model::DefinitionKind;

use super::{Limits, Shown};

/// Patience that no test needs to its end.
fn limits() -> Limits {
    let long = Duration::from_secs(20);
    Limits { whole: long, silence: long, ending: Duration::from_millis(50), ..Limits::default() }
}

/// A well-behaved server's answer, in the era that the request is of.
fn behave(request: &Value) -> Option<Value> {
    let modern = request.pointer("/params/_meta").is_some();
    let capabilities = json!({"tools": {}, "resources": {}});
    let result = match request["method"].as_str()? {
        "server/discover" if modern => json!({
            "resultType": "complete",
            "supportedVersions": ["2026-07-28"],
            "capabilities": capabilities,
            "instructions": "modern words",
            "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "fake", "version": "2"}},
        }),
        "initialize" => json!({
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": capabilities,
            "instructions": "old words",
            "serverInfo": {"name": "fake", "version": "1"},
        }),
        "tools/list" => match request["params"]["cursor"].as_str() {
            None => {
                json!({"tools": [{"name": "b", "x-unknown": {"z": 1, "a": 2}}], "nextCursor": "p2"})
            }
            Some("p2") => json!({"tools": [{"name": "a"}], "nextCursor": null}),
            Some(_) => return Some(failure(request, -32602)),
        },
        "resources/list" => json!({"resources": [{"uri": "file:///x", "name": "x"}]}),
        "notifications/initialized" => return None,
        _ => return Some(failure(request, -32601)),
    };
    Some(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
}

fn failure(request: &Value, code: i64) -> Value {
    json!({"jsonrpc": "2.0", "id": request["id"], "error": {"code": code, "message": "no"}})
}

/// Checks that everything [`behave`] shows was read.
#[track_caller]
fn all_of_it(shown: &Shown, protocol: &str) {
    assert_eq!(shown.protocol, protocol);
    let modern = protocol == "2026-07-28";
    let (version, words) = if modern { ("2", "modern words") } else { ("1", "old words") };
    assert_eq!(shown.implementation, Some(("fake".into(), version.into())));
    assert_eq!(shown.instructions.as_deref(), Some(words));
    let names: Vec<_> =
        shown.definitions.iter().map(|definition| (definition.kind, &*definition.name)).collect();
    let (tool, resource) = (DefinitionKind::Tool, DefinitionKind::Resource);
    assert_eq!(names, [(tool, "b"), (tool, "a"), (resource, "file:///x")]);
    let body = shown.definitions[0].body.to_string();
    assert_eq!(body, r#"{"name":"b","x-unknown":{"z":1,"a":2}}"#, "members keep their order");
    assert!(shown.gaps.is_empty(), "{:?}", shown.gaps);
}

// R34: what is not plainly denied counts as a list that changes.
#[test]
fn a_server_says_whether_its_lists_change() {
    for (tools, expected) in [
        (json!({}), false),
        (json!({"listChanged": false}), false),
        (json!({"listChanged": true}), true),
        (json!({"listChanged": "perhaps"}), true),
    ] {
        let result = json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": tools}});
        let greeting = super::lists::Greeting::initialized(&result.to_string()).expect("it is one");
        assert_eq!(greeting.lists_change, expected, "{result}");
    }
}
