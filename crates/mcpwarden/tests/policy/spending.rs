//! What calls cost, and limits whose store is away.

use serde_json::json;
use warden_testkit::gateway::Gateway;

use super::{world::*, *};

const CAP: &str = r#"
[[limit]]
name = "spending"
per = "agent"
of = "cost"
most = 1.00
window = "30d"

[[price]]
server = "files"
cost = 0.4

[[price]]
server = "files"
tool = "search_files"
cost = 0
"#;

// R6: a cap on what is spent ends the call that would go over it, and no other.
#[test]
fn a_spending_cap_ends_the_third_call() {
    let home = TestHome::new();
    write(&home, "rules", &format!("{FILES}{CAP}"), WAITS);
    let gateway = Gateway::start(&home, &setup(&home));
    let agent = coder(&gateway);
    // What waits for a person is not sent, and costs nothing however often it is asked for.
    for _ in 0..5 {
        waits(&agent, "a");
    }
    let echo = json!({"word": "x"});
    passes(&agent.call("echo", &echo));
    passes(&agent.call("echo", &echo));
    assert_eq!(agent.call("echo", &echo).reason().as_deref(), Some("limit-spent"));
    // What costs nothing goes on.
    passes(&agent.call("search_files", &echo));
    let last = records(&home, "call.refused").pop().expect("there is one");
    assert_eq!((&last["reason"], &last["tool"]["name"]), (&json!("limit-spent"), &json!("echo")));
    // A restart gives nothing of it back.
    assert!(gateway.stop().status.success());
    let gateway = Gateway::serve(&home);
    let agent = coder(&gateway);
    assert_eq!(agent.call("echo", &echo).reason().as_deref(), Some("limit-spent"));
    // What was left is left: the price is another one now, and there is room for one more call.
    let cheap = CAP.replace("cost = 0.4", "cost = 0.2");
    write(&home, "rules", &format!("{FILES}{cheap}"), WAITS);
    gateway.await_said("read the configuration and the approvals again", 1);
    passes(&agent.call("echo", &echo));
    assert_eq!(agent.call("echo", &echo).reason().as_deref(), Some("limit-spent"));
    assert!(gateway.stop().status.success());
}

#[test]
fn a_price_that_makes_no_sense_is_told() {
    let home = TestHome::new();
    let prices = "[[price]]\nserver = \"fiels\"\ncost = 1\n\n[[price]]\nserver = \"*\"\ncost = \
                  0.0000001\n\n[[price]]\nserver = \"*\"\ncost = \"much\"\n\n[[price]]\ncost = 1\n";
    write(&home, "work/p", prices, "permit (principal, action, resource);");
    let outcome = policy(&home, &["check", "p"]);
    assert_eq!(outcome.code, Some(3));
    insta::assert_snapshot!(outcome.block());
}

const DAILY: &str = r#"
[[limit]]
name = "daily"
per = "agent"
of = "calls"
most = 100
window = "1d"
when-away = "open"
match = { tool = "echo" }

[[limit]]
name = "searches"
per = "agent"
of = "calls"
most = 100
window = "1d"
match = { tool = "search_files" }
"#;

// Whoever let calls in while nothing could be counted finds each of them on record.
#[test]
fn a_call_that_no_limit_was_asked_about_is_on_record_as_that() {
    let home = TestHome::new();
    write(&home, "rules", &format!("{FILES}{DAILY}"), WAITS);
    let gateway = Gateway::start(&home, &setup(&home));
    let agent = coder(&gateway);
    // A file where the counts would lie: they can be neither read nor written.
    let counts = home.warden().join("gateway/limits");
    let aside = home.path().join("aside");
    std::fs::rename(&counts, &aside).expect("it is ours");
    std::fs::write(&counts, "").expect("it is ours");
    let echo = json!({"word": "x"});
    passes(&agent.call("echo", &echo));
    assert_eq!(agent.call("search_files", &echo).reason().as_deref(), Some("limit-away"));
    std::fs::remove_file(&counts).expect("it is ours");
    std::fs::rename(&aside, &counts).expect("it is ours");
    passes(&agent.call("echo", &echo));
    passes(&agent.call("search_files", &echo));
    let intents = records(&home, "call.intent");
    let unchecked: Vec<_> = intents.iter().map(|intent| intent["unchecked"].clone()).collect();
    assert_eq!(unchecked, [json!(["daily"]), Value::Null, Value::Null]);
    assert_eq!(intents[0]["tool"]["name"], "echo");
}
