//! What a ledger has, asked again under other rules.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::json;
use warden_audit::{Event, Facts, Ledger, Options, Record};
use warden_testkit::gateway::Gateway;

use super::{world::*, *};

/// A gateway has run: two calls passed, one waited and passed then, one waits, and one names what
/// there is not. Returns the digest by which it decided.
#[track_caller]
fn run(home: &TestHome) -> String {
    write(home, "rules", FILES, WAITS);
    let gateway = Gateway::start(home, &setup(home));
    let coder = coder(&gateway);
    passes(&coder.call("echo", &json!({"word": "x"})));
    passes(&coder.call("search_files", &json!({"word": "x"})));
    let hold = waits(&coder, "a");
    approve(home, &hold);
    passes(&coder.call("delete_file", &json!({"path": "a"})));
    waits(&coder, "b");
    assert!(gateway.stop().status.success());
    let first = &records(home, "call.intent")[0];
    first["policy"].as_str().expect("the digest is recorded").to_owned()
}

/// What is shown, with what is another each time taken out.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        // A time, a place and who it was.
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            [_, _, place, who @ ..] if line.starts_with("    ") && place.contains(':') => {
                out.push_str(&format!("    TIME  PLACE  {}\n", who.join(" ")));
            }
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

// A decision is a function of what is recorded: under the same rules each is the same again.
#[test]
fn under_the_same_policy_no_answer_is_another() {
    let home = TestHome::new();
    let digest = run(&home);
    let said = json(&home, &["check", "../rules"]);
    assert_eq!(said["digest"], digest.as_str());
    let outcome = policy(&home, &["simulate", "../rules"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    let said = json(&home, &["simulate", "../rules"]);
    let none = json!([]);
    assert_eq!((&said["differ"], &said["unread"]), (&none, &none), "{said}");
    assert_eq!(said["without"], json!({}), "{said}");
    let with = |event: &str| {
        records(&home, event).iter().filter(|record| record["facts"].is_object()).count()
    };
    let all = with("call") + with("request");
    assert_eq!(said["asked"], all, "every record with facts is asked again: {said}");
    assert!(all >= 6, "{said}");
}

// Before rules count, everybody sees what they would have changed.
#[test]
fn under_a_stricter_policy_each_difference_is_shown() {
    let home = TestHome::new();
    run(&home);
    write(&home, "strict", FILES, STRICT);
    let outcome = policy(&home, &["simulate", "../strict"]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    insta::assert_snapshot!(plain(&outcome.block()));
    let said = json(&home, &["simulate", "../strict"]);
    let differ = said["differ"].as_array().expect("there is a list");
    let echo = differ.iter().find(|one| one["about"] == "call files/echo").expect("it differs");
    assert_eq!(echo["then"], json!({"is": "permitted", "rules": ["all"]}), "{echo}");
    assert_eq!(echo["now"], json!({"is": "policy-refused", "rules": ["no-echo"]}), "{echo}");
    assert!(differ.iter().all(|one| one["about"] != "call files/search_files"), "{said}");
    // The place is one that the ledger can be asked for.
    let place = echo["place"].as_str().expect("it has one");
    let shown = home.run(["audit", "show", place]).success();
    assert!(shown.contains("call.intent") && shown.contains("echo"), "{shown}");
    assert_eq!(echo["seq"], records(&home, "call.intent")[0]["seq"]);
    // Who loses a role loses what it gave.
    write(
        &home,
        "shut",
        &FILES.replace("roles = [\"reader\"]", "roles = []"),
        "permit (principal in Warden::Role::\"reader\", action, resource);",
    );
    let shut = json(&home, &["simulate", "../shut"]);
    assert_eq!(
        shut["differ"].as_array().map(Vec::len),
        shut["asked"].as_u64().and_then(|n| usize::try_from(n).ok())
    );
}

#[test]
fn only_what_was_asked_in_a_time_is_asked_again() {
    let home = TestHome::new();
    run(&home);
    let asked = |words: &[&str]| {
        json(&home, &[&["simulate", "../rules"][..], words].concat())["asked"].clone()
    };
    let all = asked(&[]);
    assert_eq!(asked(&["--since", "1h"]), all);
    assert_eq!(asked(&["--until", "1h"]), 0);
    assert_eq!(asked(&["--since", "2020-01-01", "--until", "2020-01-02"]), 0);
    let first = records(&home, "call.intent")[0]["ts"].as_str().expect("a time").to_owned();
    assert_eq!(asked(&["--since", &first]), all);
    assert_eq!(asked(&["--until", &first]), 0);
    for wrong in [
        &["--since", "soon"][..],
        &["--facts", "f", "--since", "1h"],
        &["--facts", "f", "--ledger", "l"],
    ] {
        let words = [&["simulate", "../rules"][..], wrong].concat();
        assert_eq!(policy(&home, &words).code, Some(2), "{wrong:?}");
    }
}

/// Facts as they are recorded.
const FACTS: &str = r#"{"act":"call","approved":false,"args":{"breaches":[],"class":"public","copied":"public","credentials":false,"domains":[],"hosts":[],"steered":false,"unread":false,"untrusted":false,"walls":{}},"at":"2026-11-25T12:00:00.000000Z","kind":"tool","name":"send","server":"mail","session":{"blind":false,"class":"public","credentials":false,"hostile":false,"sources":[],"untrusted":false,"walls":{}},"thing":{"audience":"public","blast":1,"class":"confidential","effects":["send"],"effectsBy":"rule","environment":"production","labelsBy":"rule","level":0,"risk":100,"tenant":"","trusted":false},"verdict":{"is":"permitted","rules":["write"]},"version":1,"who":{"agent":"desk","delegation":[],"given":true,"how":"token","roles":["reader","writer"],"session":"SESSION","tenant":""}}"#;

fn facts() -> String {
    FACTS.replace("SESSION", &"5e".repeat(32))
}

// What could not be asked again is not taken for unchanged.
#[test]
fn what_cannot_be_asked_again_is_counted_with_its_reason() {
    let home = TestHome::new();
    desk(&home);
    let options = Options::new("laptop", Arc::new(noon));
    let ledger = Ledger::open(home.path().join("old"), options).expect("there is room");
    let with = |event, facts: &str| Record {
        facts: Facts::new(facts.into()),
        reason: Some("tool-drifted".into()),
        ..Record::of(event)
    };
    let policy_of =
        |event| Record { policy: Some(warden_model::Digest::of(b"rules")), ..Record::of(event) };
    let never = facts().replace(
        r#"{"is":"permitted","rules":["write"]}"#,
        r#"{"is":"policy-refused","rules":[]}"#,
    );
    for record in [
        with(Event::CallRefused, &facts()),
        with(Event::CallRefused, &facts().replace("\"version\":1", "\"version\":2")),
        with(Event::CallRefused, &facts().replace("\"how\":\"token\"", "\"how\":\"guess\"")),
        with(Event::CallRefused, &never),
        Record { reason: Some("limit-rate".into()), ..Record::of(Event::CallRefused) },
        policy_of(Event::CallHeld),
        Record::of(Event::CallHeld),
        Record::of(Event::ListFiltered),
    ] {
        ledger.append(record).expect("there is room");
    }
    ledger.close().expect("there is room");
    let outcome = policy(&home, &["simulate", "desk", "--ledger", "../old"]);
    assert_eq!(outcome.code, Some(13));
    let places = with_no_segment(&outcome.block());
    insta::assert_snapshot!(places);
    let said = json(&home, &["simulate", "desk", "--ledger", "../old"]);
    assert_eq!((&said["asked"], said["unread"].as_array().map(Vec::len)), (&1.into(), Some(2)));
    assert_eq!(said["before"], json!({"limit-rate": 1, "tool-drifted": 1}), "{said}");
}

/// The end of the segment's name is another each time.
fn with_no_segment(text: &str) -> String {
    let line = |line: &str| match line.split_once(": not asked") {
        Some((place, rest)) => {
            let seq = place.rsplit_once(':').map_or(place, |(_, seq)| seq);
            format!("SEGEND:{seq}: not asked{rest}\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// A time that never moves.
fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_hours(498_780)
}

#[test]
fn questions_of_a_file_are_asked_again() {
    let home = TestHome::new();
    desk(&home);
    let record = json!({"event": "call.intent", "facts": serde_json::from_str::<Value>(&facts())
        .expect("it is JSON")});
    let closed = json!({"event": "call.closed"});
    home.write("work/facts.jsonl", format!("{}\n\n{record}\n{closed}\n", facts()));
    let same = policy(&home, &["simulate", "desk", "--facts", "facts.jsonl"]);
    assert_eq!(same.code, Some(0), "{}", same.block());
    let strange = facts().replace(
        "\"hostile\":false,\"sources\":[],\"untrusted\":false",
        "\"hostile\":false,\"sources\":[],\"untrusted\":true",
    );
    home.write("work/facts.jsonl", format!("{strange}\nnothing\n"));
    let outcome = policy(&home, &["simulate", "desk", "--facts", "facts.jsonl"]);
    assert_eq!(outcome.code, Some(13));
    insta::assert_snapshot!(outcome.block());
    home.write("work/none.jsonl", format!("{closed}\n"));
    for file in ["none.jsonl", "nowhere.jsonl"] {
        let outcome = policy(&home, &["simulate", "desk", "--facts", file]);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    }
}

#[test]
fn a_ledger_that_is_not_there_or_damaged_is_an_input_error() {
    let home = TestHome::new();
    desk(&home);
    let outcome = policy(&home, &["simulate", "desk"]);
    assert_eq!(outcome.code, Some(4));
    insta::assert_snapshot!(outcome.block());
    let options = Options::new("laptop", Arc::new(noon));
    let ledger = Ledger::open(home.warden().join("ledger"), options).expect("there is room");
    let record = Record { facts: Facts::new(facts()), ..Record::of(Event::CallHeld) };
    ledger.append(record).expect("there is room");
    ledger.close().expect("there is room");
    assert_eq!(policy(&home, &["simulate", "desk"]).code, Some(0));
    let entries = std::fs::read_dir(home.warden().join("ledger")).expect("there is a ledger");
    let log = entries
        .map(|entry| entry.expect("an entry").path())
        .find(|file| file.extension().is_some_and(|end| end == "jsonl"))
        .expect("there is a segment");
    let text = std::fs::read_to_string(&log).expect("it is text");
    std::fs::write(&log, text.replacen("\"desk\"", "\"DESK\"", 1)).expect("there is room");
    let outcome = policy(&home, &["simulate", "desk"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("the ledger is damaged"), "{}", outcome.block());
    // A policy that is wrong is told before anything else is looked at.
    home.write("work/desk/rules.cedar", "permit");
    assert_eq!(policy(&home, &["simulate", "desk"]).code, Some(3));
}
