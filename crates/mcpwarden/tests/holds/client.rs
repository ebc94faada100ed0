//! Users who are asked at the client.

use super::*;

/// The user may confirm what his own agent asks.
const SELF: &str = "self = true\ntwo_people = [\"admin\"]";

fn form() -> Value {
    json!({"elicitation": {"form": {}}})
}

/// Calls the tool that deletes in a legacy session, answers the question with this, and returns the
/// question and the answer to the call.
#[track_caller]
fn asked(visitor: &Visitor, path: &str, result: &Value) -> (Value, Value) {
    let params = json!({"name": "delete_file", "arguments": {"path": path}});
    let mut wire = visitor.open(&visitor.request(&json!(path), "tools/call", &params));
    assert_eq!(wire.head().expect("an answer").status, 200);
    let question = wire.event().expect("a question");
    assert_eq!(question["method"], "elicitation/create", "{question}");
    let answer = json!({"jsonrpc": "2.0", "id": question["id"], "result": result});
    assert_eq!(visitor.send(&answer).status, 202);
    (question, wire.event().expect("an answer"))
}

// The user of a legacy session is asked at once, and only an explicit yes is one.
#[test]
fn a_legacy_client_is_asked_while_its_call_waits() {
    for revision in ["2025-06-18", "2025-11-25"] {
        let bench = Bench::holding(SELF);
        let visitor = bench.visitor(revision, form());
        let yes = json!({"action": "accept", "content": {"decision": "approve"}});
        let (question, answer) = asked(&visitor, "a", &yes);
        let text = question["params"]["message"].as_str().expect("a text");
        assert!(text.contains("delete_file") && text.contains("\"path\": \"a\""), "{text}");
        assert!(!text.contains("for good"), "what the server says of itself is shown: {text}");
        assert!(answer["result"].is_object(), "{answer}");
        assert_eq!(bench.arrived(), 1);
        let (_, answer) = asked(&visitor, "b", &json!({"action": "cancel"}));
        waits_in(&answer);
        let default = json!({"action": "accept", "content": {}});
        waits_in(&asked(&visitor, "b", &default).1);
        let (_, answer) = asked(&visitor, "c", &json!({"action": "decline"}));
        assert_eq!(answer["error"]["data"]["reason"], "approval-refused", "{answer}");
        // A no holds, without another question.
        assert_eq!(delete(&visitor, "c").reason().as_deref(), Some("approval-refused"));
        assert_eq!(bench.arrived(), 1);
        let answered = records(&bench.home, "call.answered");
        assert_eq!(answered.len(), 2, "{answered:?}");
        assert!(answered.iter().all(|answered| answered["user"] == "ann"), "{answered:?}");
    }
}

// The user of a modern client answers with the same call once more.
#[test]
fn a_modern_client_is_asked_by_its_answer() {
    let bench = Bench::holding(SELF);
    let visitor = bench.visitor(MODERN, form());
    let asks = |path: &str| {
        let answer = delete(&visitor, path).json();
        let result = &answer["result"];
        assert_eq!(result["resultType"], "input_required", "{answer}");
        let question = &result["inputRequests"]["approval"];
        assert_eq!(question["method"], "elicitation/create", "{answer}");
        assert!(question["params"]["message"].to_string().contains("delete_file"), "{answer}");
        result["requestState"].clone()
    };
    let again = |path: &str, state: &Value, said: &Value| {
        let params = json!({"name": "delete_file", "arguments": {"path": path},
            "requestState": state, "inputResponses": {"approval": said}});
        visitor.ask("tools/call", &params)
    };
    let yes = json!({"action": "accept", "content": {"decision": "approve"}});
    let state = asks("a");
    // The answer belongs to the call that was shown.
    assert_eq!(again("b", &state, &yes).reason().as_deref(), Some("bad-request-state"));
    assert_eq!(bench.arrived(), 0);
    passes(&again("a", &state, &yes));
    assert_eq!(bench.arrived(), 1);
    let received = std::fs::read_to_string(record(&bench.home)).expect("our own file");
    assert!(!received.contains("inputResponses") && !received.contains("approval"), "{received}");
    // It counts once.
    waits(&again("a", &state, &yes));
    let state = asks("b");
    waits(&again("b", &state, &json!({"action": "cancel"})));
    let refused = again("b", &state, &json!({"action": "decline"}));
    assert_eq!(refused.reason().as_deref(), Some("approval-refused"), "{}", refused.text());
    assert_eq!(bench.arrived(), 1);
}

// Whose yes would not count is not asked.
#[test]
fn nobody_is_asked_in_vain() {
    let default = "life = \"10m\"";
    for hold in [default, "self = true", "self = true\ntwo_people = []\nthrough = [\"operator\"]"] {
        let bench = Bench::holding(hold);
        for revision in ["2025-11-25", MODERN] {
            waits(&delete(&bench.visitor(revision, form()), revision));
        }
        assert_eq!(bench.pending().len(), 2, "{hold}");
    }
    // A client that shows no forms.
    let bench = Bench::holding(SELF);
    for revision in ["2025-03-26", "2025-11-25", MODERN] {
        waits(&delete(&bench.visitor(revision, json!({})), revision));
        waits(&delete(&bench.visitor(revision, json!({"elicitation": {"url": {}}})), revision));
    }
}
