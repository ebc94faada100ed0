//! People who answer at the command line.

use super::*;

// R6: with nothing set, what deletes waits for a person; another one than who asks lets just
// this call through, once.
#[test]
fn a_call_that_deletes_waits_and_passes_once_when_another_person_has_approved_it() {
    let bench = Bench::new("");
    let coder = bench.coder();
    let hold = waits(&delete(&coder, "a"));
    assert_eq!(waits(&delete(&coder, "a")), hold, "the same call is the same hold");
    assert_eq!(bench.pending(), std::slice::from_ref(&hold));
    let shown = bench.calls("ben", &["show", &hold]).success();
    assert!(shown.contains("delete_file") && shown.contains("\"path\": \"a\""), "{shown}");
    assert!(shown.contains("rule destructive"), "{shown}");
    assert!(!shown.contains("for good"), "what the server says of itself is shown: {shown}");
    // Nobody approves what he asks for.
    let own = bench.calls("coder", &["approve", &hold, "--yes"]);
    assert_eq!(own.code, Some(4), "{}", own.block());
    waits(&delete(&coder, "a"));
    // Without a terminal nobody was asked.
    assert_eq!(bench.calls("ben", &["approve", &hold]).code, Some(2));
    assert_eq!(bench.arrived(), 0);
    drop(bench.calls("ben", &["approve", &hold, "--yes"]).success());
    // It is bound to its arguments.
    let other = waits(&delete(&coder, "b"));
    assert_ne!(other, hold);
    assert_eq!(bench.arrived(), 0);
    passes(&delete(&coder, "a"));
    assert_eq!(bench.arrived(), 1);
    let again = waits(&delete(&coder, "a"));
    assert!(again != hold && again != other);
    assert_eq!(bench.arrived(), 1);
    passes(&coder.call("echo", &json!({"word": "x"})));
    recorded(&bench, &hold);
}

/// Who asked, who answered and what passed stand in the ledger, and belong together.
#[track_caller]
fn recorded(bench: &Bench, hold: &str) {
    let waits = records(&bench.home, "call.held");
    assert_eq!(waits.len(), 3, "{waits:?}");
    assert_eq!(waits[0]["reason"], hold);
    assert_eq!(waits[0]["tool"]["name"], "delete_file");
    assert_eq!(waits[0]["decision"], "require_approval");
    assert!(waits[0]["args"]["sha256"].is_string() && waits[0]["policy"].is_string());
    let answered = records(&bench.home, "call.answered");
    assert_eq!(answered.len(), 1, "{answered:?}");
    let answered = &answered[0];
    assert_eq!(answered["reason"], hold);
    assert_eq!((&answered["user"], &answered["agent"]), (&json!("ben"), &json!("coder")));
    assert_eq!(answered["decision"], "allow");
    let intents = records(&bench.home, "call.intent");
    let by = intents.iter().find(|intent| intent["tool"]["name"] == "delete_file");
    assert_eq!(by.expect("it passed")["reason"], format!("{hold} ben"));
}

// A no holds, and the agent is told why.
#[test]
fn a_call_that_was_refused_is_not_asked_again() {
    let bench = Bench::new("");
    let coder = bench.coder();
    let hold = waits(&delete(&coder, "a"));
    drop(bench.calls("ben", &["refuse", &hold, "--reason", "not that one"]).success());
    let answer = delete(&coder, "a");
    assert_eq!(answer.reason().as_deref(), Some("approval-refused"), "{}", answer.text());
    assert!(answer.text().contains("not that one"), "{}", answer.text());
    assert_eq!(bench.calls("coder", &["approve", &hold, "--yes"]).code, Some(4));
    assert!(bench.pending().is_empty());
    assert_eq!(bench.arrived(), 0);
}

// What cannot be read in one way only cannot be approved.
#[test]
fn arguments_that_two_readers_read_differently_do_not_even_wait() {
    let bench = Bench::new("");
    let coder = bench.coder();
    let mut message = coder.request(&json!(1), "tools/call", &json!({"name": "delete_file"}));
    message["params"]["arguments"] = json!({"number": "HERE"});
    let text = message.to_string().replace("\"HERE\"", "1.00000000000000000001");
    let also = [("Mcp-Method", "tools/call"), ("Mcp-Name", "delete_file")];
    let answer = coder.send_bytes(text.as_bytes(), &also);
    assert_eq!(answer.reason().as_deref(), Some("hold-not-canonical"), "{}", answer.text());
    assert!(bench.pending().is_empty());
}
