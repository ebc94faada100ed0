//! What a certificate says, and that it can be verified elsewhere.

use std::fs;

use serde_json::Value;
use warden_testkit::TestHome;

use crate::{certificate, certify, connect, ready, shown};

#[test]
fn a_certified_server_is_started_from_the_store_and_called() {
    let home = TestHome::new();
    ready(&home);
    // The folder that it was certified from is not what runs.
    fs::remove_dir_all(home.work().join("clock")).unwrap();
    let mut client = connect(&home);
    assert_eq!(client.tool_names(), ["now", "wait"]);
    let answer = client.call("now", serde_json::json!({})).expect("it answers");
    assert_eq!(answer["content"][0]["text"], "noon");
    assert!(client.shut_down().success());
}

#[test]
fn a_certificate_says_what_was_looked_at_and_adds_up() {
    let home = TestHome::new();
    ready(&home);
    let found = shown(&home);
    assert_eq!(found["target"]["ecosystem"], "folder");
    assert_eq!(found["level"], 2, "{found}");
    let stages: Vec<&str> =
        found["stages"].as_array().unwrap().iter().map(|s| s["stage"].as_str().unwrap()).collect();
    let all =
        ["source", "taint", "secrets", "tool-text", "supply-chain", "configuration", "behaviour"];
    assert_eq!(stages, all);
    assert_eq!(found["stages"][6]["outcome"], "not-run");
    let points = found["score"]["items"].as_array().unwrap().iter();
    let sum: i64 = points.map(|item| item["points"].as_i64().unwrap()).sum();
    assert_eq!(Some(sum), found["score"]["total"].as_i64());
    for digest in ["tree", "manifest"] {
        assert!(found["digests"][digest].as_str().unwrap().starts_with("sha256:"));
    }
    assert_eq!(found["digests"]["tools"].as_array().unwrap().len(), 2);
}

// R49: the same input gives the same bytes.
#[test]
fn certifying_twice_says_the_same_but_for_time_and_history() {
    let home = TestHome::new();
    ready(&home);
    let first = shown(&home);
    drop(certify(&home, &[]).success());
    let second = shown(&home);
    let timeless = |mut value: Value| {
        let members = value.as_object_mut().unwrap();
        for member in ["issued", "expires", "previous"] {
            members.remove(member);
        }
        value
    };
    assert!(second["previous"].is_string(), "it names the one before");
    assert_eq!(timeless(first), timeless(second));
}

#[test]
fn what_was_not_started_is_at_level_0() {
    let home = TestHome::new();
    let outcome = certify(&home, &["--no-start"]);
    assert_eq!(outcome.code, Some(14), "{}", outcome.block());
    let found = shown(&home);
    assert_eq!(found["level"], 0);
    assert_eq!(found["stages"][3]["outcome"], "unfinished");
    assert!(outcome.stdout.contains("Integrity Verified"), "{}", outcome.stdout);
}

#[test]
fn a_certificate_is_verified_elsewhere_with_the_trusted_keys_alone() {
    let (home, other) = (TestHome::new(), TestHome::new());
    ready(&home);
    let file = certificate(&home).display().to_string();
    // Somebody who does not trust the issuer does not believe it.
    let outcome = other.run(["verify", &file]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("no trusted key"), "{}", outcome.stderr);
    let trust = other.work().join("trust.json").display().to_string();
    drop(home.run(["trust", "export", "--output", &trust]).success());
    let outcome = other.run(["verify", &file, "--trust", &trust]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[test]
fn a_low_level_ends_with_a_code_of_its_own() {
    let home = TestHome::new();
    let outcome = certify(&home, &["--level", "3"]);
    assert_eq!(outcome.code, Some(14), "{}", outcome.block());
}
