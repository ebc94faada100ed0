//! The homes of real-shaped configurations: everything that is planted is found, nothing else is.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::scan::{check, fixture, official};

/// What the home is said to hold.
fn expected(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    let text = fs::read_to_string(file.join("expected.json")).expect("the list is there");
    serde_json::from_str(&text).expect("the list is JSON")
}

fn report(name: &str) -> Value {
    let outcome = fixture(name, &["scan", "--persona", "auditor", "--format", "json"]);
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.block()))
}

/// The entries of a list as lines that can be compared; `members` are looked for in the entry and
/// in its location.
fn lines(list: &Value, members: &[&str]) -> BTreeSet<String> {
    let of = |entry: &Value, member: &&str| {
        let value = entry.get(member).or_else(|| entry.get("location")?.get(member));
        value.and_then(Value::as_str).unwrap_or("-").to_owned()
    };
    let line = |entry: &Value| members.iter().map(|member| of(entry, member)).collect::<Vec<_>>();
    let entries = list.as_array().expect("it is a list").iter();
    entries.map(|entry| line(entry).join(" ")).collect()
}

#[track_caller]
fn same(found: &Value, expected: &Value, members: &[&str]) {
    let (found, expected) = (lines(found, members), lines(expected, members));
    let missing: Vec<_> = expected.difference(&found).collect();
    let surplus: Vec<_> = found.difference(&expected).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:#?}, surplus {surplus:#?}");
}

#[test]
fn every_planted_problem_is_found_where_it_was_planted() {
    let (report, expected) = (report("home"), expected("home"));
    assert!(lines(&expected["planted"], &["rule", "file", "pointer"]).len() >= 80);
    same(&report["findings"], &expected["planted"], &["rule", "file", "pointer"]);
}

#[test]
fn every_server_and_every_gap_is_listed_and_no_other() {
    for name in ["home", "home-clean"] {
        let (report, expected) = (report(name), expected(name));
        let server = ["client", "file", "pointer", "name", "transport"];
        same(&report["servers"], &expected["servers"], &server);
        let gap = ["client", "file", "pointer", "reason"];
        same(&report["coverage"]["unread"], &expected["unread"], &gap);
        let count = |list: &Value| list.as_array().map(Vec::len);
        assert_eq!(count(&report["servers"]), count(&expected["servers"]), "{name}");
    }
}

#[test]
fn the_clean_twin_has_no_finding_and_no_gap() {
    let report = report("home-clean");
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    assert_eq!(report["coverage"]["unread"], Value::Array(Vec::new()));
    assert!(report["servers"].as_array().is_some_and(|servers| !servers.is_empty()));
}

#[test]
fn the_logs_of_both_homes_are_valid_and_complete() {
    for (name, code) in [("home", 10), ("home-clean", 0)] {
        let outcome = fixture(name, &["scan", "--persona", "auditor", "--format", "sarif"]);
        assert_eq!(outcome.code, Some(code), "{name}");
        let log: Value = serde_json::from_str(&outcome.stdout).expect("the log is JSON");
        check(&official(), &log);
        let results = log["runs"][0]["results"].as_array().expect("it has results");
        let findings = report(name)["findings"].as_array().map(Vec::len);
        assert_eq!(Some(results.len()), findings, "{name}");
    }
}

#[test]
fn a_package_without_a_pin_is_unpinned_and_has_not_drifted() {
    let report = report("home");
    let findings = report["findings"].as_array().expect("there are findings");
    let unpinned = findings.iter().filter(|finding| finding["rule"] == "unpinned-package");
    let classes: BTreeSet<_> = unpinned.filter_map(|finding| finding["class"].as_str()).collect();
    assert_eq!(classes, BTreeSet::from(["UNPINNED_UNSIGNED"]));
}
