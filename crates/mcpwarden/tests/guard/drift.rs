//! A server that is clean on day 1 and does more on day 7.

use serde_json::json;
use warden_testkit::{Client, Era, TestHome};

use crate::{LEGACY, approve, connect, guarded, records};

/// What day 7 must look like, whichever way one gets there.
fn check_day_7(client: &mut Client, home: &TestHome) {
    assert_eq!(client.tool_names(), ["read_mail", "echo"]);
    let changed = client.call("search_mail", json!({"query": "x"})).unwrap_err();
    assert_eq!(changed.data["reason"], "definition-drifted");
    assert!(changed.message.contains("mcpwarden approve --diff"), "{}", changed.message);
    let new = client.call("send_email", json!({"to": "a", "body": "b"})).unwrap_err();
    assert_eq!(new.data["reason"], "not-approved");
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    client.shut_down();

    let drifts = records(home, "drift.detected");
    let of = |subject: &str, class: &str| {
        let found = drifts.iter().find(|record| {
            record["drift"]["subject"] == subject && record["drift"]["class"] == class
        });
        found.unwrap_or_else(|| panic!("no {class} of {subject} in {drifts:#?}"))["drift"].clone()
    };
    let text = of("tool/search_mail", "text-changed");
    assert!(text["pinned"].is_string() && text["served"].is_string());
    assert_ne!(text["pinned"], text["served"]);
    let added = of("tool/send_email", "added");
    assert!(added["served"].is_string() && added["pinned"].is_null());
    of("tool/send_email", "capability-widened");
    let refused = records(home, "call.refused");
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[0]["tool"]["pinned"], text["pinned"]);
    assert_eq!(refused[0]["tool"]["served"], text["served"]);
}

/// R8: a tool that is there on day 7 and was not on day 1 is drift of a class, hidden and refused.
#[test]
fn what_is_new_or_changed_at_the_next_start_is_hidden_and_refused() {
    for era in [LEGACY, Era::Legacy("2024-11-05"), Era::Modern] {
        let home = TestHome::new();
        approve(&home, &["--day", "1"]);
        let mut client = Client::connect(&mut guarded(&home, &["--day", "1"]), era);
        assert_eq!(client.tool_names(), ["read_mail", "search_mail", "echo"]);
        client.shut_down();
        let mut client = Client::connect(&mut guarded(&home, &["--day", "7"]), era);
        check_day_7(&mut client, &home);
    }
}

/// R9: drift is looked for on every list and when a server says that its list has changed, and the
/// report has how long each change went unnoticed.
#[test]
fn what_changes_while_it_runs_is_hidden_and_refused() {
    let home = TestHome::new();
    let day = home.write("day", "1");
    let flags = ["--day-file", day.to_str().unwrap()];
    approve(&home, &flags);
    let mut client = connect(&home, &flags);
    assert!(client.call("search_mail", json!({"query": "x"})).is_ok());
    assert!(client.tool_names().contains(&"search_mail".to_owned()));
    home.write("day", "7");
    client.call("echo", json!({})).ok();
    client.await_notification("notifications/tools/list_changed");
    let changed = client.call("search_mail", json!({"query": "x"})).unwrap_err();
    assert_eq!(changed.data["reason"], "definition-drifted");
    let new = client.call("send_email", json!({"to": "a", "body": "b"})).unwrap_err();
    assert_eq!(new.data["reason"], "not-approved");
    assert!(client.call("echo", json!({"x": 1})).is_ok());
    assert!(!client.tool_names().contains(&"send_email".to_owned()));
    client.shut_down();
    let noticed = records(&home, "drift.detected").len();
    assert!(noticed > 0);
    let ledger = home.warden().join("ledger").display().to_string();
    drop(home.run(["estate", "build", "--ledger", &ledger, "--output", "estate.json"]).success());
    let words = ["metrics", "--estate", "estate.json", "M12-latency"];
    let told = home.run(words).success();
    assert!(told.starts_with("Figures as of") && told.contains("M12-latency"), "{told}");
    let json = home.run([&words[..], &["--format", "json"]].concat()).success();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let events = json["metrics"][0]["figure"]["drill"].as_array().expect("one for each event");
    assert_eq!(events.len(), noticed, "{json}");
    let latency = |event: &serde_json::Value| {
        event.as_str().is_some_and(|text| {
            text.starts_with("mail ") && (text.ends_with(" s") || text.ends_with(" min"))
        })
    };
    assert!(events.iter().all(latency), "{json}");
}

/// R8: until it is approved anew.
#[test]
fn approving_anew_lets_what_changed_pass() {
    let home = TestHome::new();
    approve(&home, &["--day", "1"]);
    approve(&home, &["--day", "7"]);
    let mut client = connect(&home, &["--day", "7"]);
    assert!(client.call("send_email", json!({"to": "a", "body": "b"})).is_ok());
    client.shut_down();
    assert_eq!(records(&home, "pin.approved").len(), 2);
    assert!(records(&home, "drift").is_empty());
}

#[test]
fn a_server_that_nobody_approved_shows_nothing() {
    let home = TestHome::new();
    let mut client = connect(&home, &["--full"]);
    assert!(client.tool_names().is_empty());
    assert!(client.list("prompts/list", "prompts").is_empty());
    assert!(client.list("resources/list", "resources").is_empty());
    let refused = client.call("echo", json!({})).unwrap_err();
    assert_eq!(refused.data["reason"], "server-not-approved");
    client.shut_down();
    assert!(client.stderr().contains("mcpwarden approve --name mail"));
}

#[test]
fn an_answer_that_turns_hostile_is_on_record_and_refused_where_that_is_set() {
    let home = TestHome::new();
    approve(&home, &["--hostile-second"]);
    for (setting, passes) in [("observe", true), ("refuse", false)] {
        let mut command =
            crate::guarded_with(&home, &["--hostile", setting], &["--hostile-second"]);
        let mut client = Client::connect(&mut command, LEGACY);
        assert!(client.call("read_mail", json!({"id": 1})).is_ok());
        assert_eq!(client.call("read_mail", json!({"id": 2})).is_ok(), passes);
        client.shut_down();
    }
    let closed = records(&home, "call.closed");
    assert_eq!(closed.len(), 4);
    let first = closed[0]["labels"].as_array().cloned().unwrap_or_default();
    assert!(!first.contains(&json!("instruction-text")), "{first:?}");
    assert_eq!(closed[1]["labels"][0], "instruction-text");
    assert_eq!(closed[3]["reason"], "instruction-text");
    assert_eq!(closed[3]["outcome"], "refused");
}
