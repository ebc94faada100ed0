//! A policy that changes while a gateway runs by it.

use std::time::{Duration, Instant};

use serde_json::json;
use warden_testkit::gateway::{
    Gateway,
    upstream::{Trouble, Upstream},
};

use super::{world::*, *};

/// What it says once it has gone over to what is written now.
const AGAIN: &str = "read the configuration and the approvals again";
const STAYS: &str = "the configuration stays as it was";

/// A call that is answered once a file is there: tests decide when it ends.
static WAIT: &[(&str, Trouble)] = &[("wait", |talk| {
    let file = talk.message["params"]["arguments"]["until"].as_str().unwrap_or_default().to_owned();
    let deadline = Instant::now() + Duration::from_mins(1);
    while !std::path::Path::new(&file).exists() && Instant::now() < deadline {
        std::thread::yield_now();
    }
    talk.echo()
})];

/// The digests of the rules that each call was permitted by, in order.
#[track_caller]
fn policies(home: &TestHome) -> Vec<Value> {
    records(home, "call.intent").iter().map(|record| record["policy"].clone()).collect()
}

// A rule counts from the next call on; what is under way is not cut off.
#[test]
fn a_policy_that_changes_counts_at_once_and_drops_no_call() {
    let home = TestHome::new();
    write(&home, "rules", FILES, WAITS);
    let upstream = Upstream::modern(WAIT);
    let setup = setup(&home).url("slow", &upstream.url()).more("prefix = \"slow__\"");
    let gateway = Gateway::start(&home, &setup);
    let coder = coder(&gateway);
    passes(&coder.call("echo", &json!({"word": "x"})));
    let until = home.path().join("until");
    let params = json!({"name": "slow__wait",
        "arguments": {"until": until.display().to_string(), "word": "held"}});
    let mut held = coder.open(&coder.request(&json!("held"), "tools/call", &params));
    while upstream.seen("tools/call").is_empty() {
        std::thread::yield_now();
    }
    write(&home, "rules", FILES, STRICT);
    gateway.await_said(AGAIN, 1);
    assert_eq!(
        coder.call("echo", &json!({"word": "x"})).reason().as_deref(),
        Some("policy-refused")
    );
    passes(&coder.call("search_files", &json!({"word": "x"})));
    // What is wrong changes nothing, and is told with its place.
    home.write(
        "rules/rules.cedar",
        format!(
            "{WAITS}\n@id(\"odd\")\npermit (principal in \
        Warden::Role::\"raeder\", action, resource);"
        ),
    );
    gateway.await_said(STAYS, 1);
    let said = gateway.said();
    assert!(said.contains("cannot use the policy in `rules`"), "{said}");
    assert!(said.contains("there is no role `raeder`"), "{said}");
    assert_eq!(
        coder.call("echo", &json!({"word": "x"})).reason().as_deref(),
        Some("policy-refused")
    );
    home.write("rules/policy.toml", "role = [[");
    gateway.await_said(STAYS, 2);
    passes(&coder.call("search_files", &json!({"word": "x"})));
    // A file more is a change as well, and what is mended counts.
    write(&home, "rules", FILES, WAITS);
    gateway.await_said(AGAIN, 2);
    passes(&coder.call("echo", &json!({"word": "x"})));
    home.write(
        "rules/more.cedar",
        "@id(\"more\") forbid (principal, action == \
        Warden::Action::\"call\", resource == Warden::Tool::\"files/echo\");",
    );
    gateway.await_said(AGAIN, 3);
    assert_eq!(
        coder.call("echo", &json!({"word": "x"})).reason().as_deref(),
        Some("policy-refused")
    );
    std::fs::write(&until, "").expect("our own file");
    let reply = held.reply().expect("what was under way is answered");
    assert!(reply.json()["result"].to_string().contains("held"), "{}", reply.text());
    let counts = json(&home, &["check", "../rules"])["digest"].clone();
    assert!(gateway.said().contains(&format!("the rules that count are {}", text(&counts))));
    assert!(gateway.stop().status.success());
    // echo, wait; search_files twice under the strict rules; echo under the first again.
    let by = policies(&home);
    assert_eq!(by.len(), 5, "{by:?}");
    assert!(by[0] == by[1] && by[2] == by[3] && by[0] == by[4] && by[0] != by[2], "{by:?}");
    let refused = records(&home, "call.refused");
    let last = refused.last().expect("there is one");
    assert_eq!((&last["policy"], &last["rule"]), (&counts, &json!("more")));
    assert_eq!(records(&home, "call.closed").len(), by.len());
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

// Who approved a call has approved it under the rules that he was shown.
#[test]
fn an_approval_under_other_rules_is_no_good() {
    let home = TestHome::new();
    write(&home, "rules", FILES, WAITS);
    let gateway = Gateway::start(&home, &setup(&home));
    let coder = coder(&gateway);
    let first = waits(&coder, "a");
    approve(&home, &first);
    // Another rule that has nothing to do with it: the rules are others all the same.
    let more = "@id(\"more\") permit (principal, action, resource == \
                Warden::Tool::\"files/echo\");";
    write(&home, "rules", FILES, &format!("{WAITS}{more}"));
    gateway.await_said(AGAIN, 1);
    let second = waits(&coder, "a");
    assert_ne!(first, second, "it is asked for anew");
    assert_eq!(records(&home, "call.intent").len(), 0);
    approve(&home, &second);
    passes(&coder.call("delete_file", &json!({"path": "a"})));
    // The first ones again: an approval that was not used for them then counts still, once.
    let intent = &records(&home, "call.intent")[0];
    assert!(text(&intent["reason"]).starts_with(&second), "{intent}");
    let held = records(&home, "call.held");
    assert_eq!(held.len(), 2, "{held:?}");
    assert_ne!(held[0]["policy"], held[1]["policy"]);
    assert_eq!(held[1]["policy"], intent["policy"]);
}

// A configuration that names another folder is followed there, also while that cannot be used.
#[test]
fn another_folder_is_watched_once_it_is_named() {
    let home = TestHome::new();
    write(&home, "rules", FILES, WAITS);
    write(&home, "other", FILES, "permit");
    let setup = setup(&home);
    let gateway = Gateway::start(&home, &setup);
    let coder = coder(&gateway);
    passes(&coder.call("echo", &json!({"word": "x"})));
    let text = setup.text().replace("policy = \"rules\"", "policy = \"other\"");
    home.write("gateway.toml", &text);
    gateway.await_said(STAYS, 1);
    passes(&coder.call("echo", &json!({"word": "x"})));
    write(&home, "other", FILES, STRICT);
    gateway.await_said(AGAIN, 1);
    assert_eq!(
        coder.call("echo", &json!({"word": "x"})).reason().as_deref(),
        Some("policy-refused")
    );
}
