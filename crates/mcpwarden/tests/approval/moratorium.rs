//! Nothing new comes into production while somebody with a name has said so.

use std::fs;

use serde_json::Value;

use crate::{SANDBOX, day, key, no, person, ready, request, sign, state};

/// What is asked for in production where no question has to be answered.
const PRODUCTION: &[&str] =
    &["--environment", "production", "--data", "internal", "--near", "none", "--own"];

fn issue(home: &warden_testkit::TestHome, name: &str, more: &[&str]) -> warden_testkit::Outcome {
    let key = key(home, name);
    let words = ["programme", "moratorium", "issue", "--key", &key];
    home.run(words.iter().chain(more).map(|word| (*word).to_owned()))
}

/// R43: a written policy that nothing new comes into production is issued, signed by a named person
/// with day and digest, and an approval of a server for production in its time is refused.
#[test]
fn nothing_new_is_approved_for_production_in_a_moratorium() {
    let home = ready(&["mia", "ann"]);
    drop(issue(&home, "ann", &["--until", &day(10)]).success());
    let shown = home.run(["programme", "moratorium", "show", "--format", "json"]).success();
    let shown: Value = serde_json::from_str(&shown).expect("it is JSON");
    assert_eq!(shown["moratorium"]["by"], "ann");
    assert!(shown["digest"].as_str().unwrap().starts_with("sha256:"), "{shown}");
    assert!(shown["moratorium"]["text"].as_str().unwrap().contains("No new MCP server"));

    request(&home, "mia", PRODUCTION);
    no(&sign(&home, "ann", "approve"), 4, "`ann` has said that nothing new comes into production");
    assert_eq!(state(&home), "blocked");
    // A no may be said at any time, and a sandbox is not concerned.
    drop(sign(&home, "ann", "refuse").success());
    request(&home, "mia", SANDBOX);
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");

    // Another one with an earlier end takes its place.
    request(&home, "mia", PRODUCTION);
    let past = ["--from", &day(-20), "--until", &day(-10)].map(str::to_owned);
    drop(issue(&home, "ann", &past.each_ref().map(String::as_str)).success());
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");
}

#[test]
fn what_was_approved_for_production_before_stays() {
    let home = ready(&["mia", "ann"]);
    request(&home, "mia", PRODUCTION);
    drop(sign(&home, "ann", "approve").success());
    drop(issue(&home, "ann", &["--until", &day(10)]).success());
    assert_eq!(state(&home), "approved");
    drop(sign(&home, "ann", "approve").success());
    assert_eq!(state(&home), "approved");
}

#[test]
fn a_moratorium_is_not_taken_away_or_made_up() {
    let home = ready(&["mia", "ann"]);
    request(&home, "mia", PRODUCTION);
    drop(issue(&home, "ann", &["--until", &day(10)]).success());
    let file = home.warden().join("moratorium.json");
    let issued = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    no(&sign(&home, "ann", "approve"), 3, "its file is gone");
    fs::write(&file, "{}").unwrap();
    no(&sign(&home, "ann", "approve"), 3, "cannot believe the moratorium");
    fs::write(&file, &issued).unwrap();
    no(&sign(&home, "ann", "approve"), 4, "nothing new comes into production");
    // An older one is not put back in place of the last one.
    drop(issue(&home, "ann", &["--until", &day(20)]).success());
    fs::write(&file, &issued).unwrap();
    no(&sign(&home, "ann", "approve"), 3, "not the last one in the log");
}

#[test]
fn only_somebody_who_owns_risks_issues_one() {
    let home = ready(&["ann", "ben"]);
    no(&issue(&home, "ann", &["--until", &day(-1), "--from", &day(1)]), 4, "cannot be issued");
    home.write(
        "warden/approval.toml",
        "[people]\nann = \"member\"\nben = \"ciso\"\ncleo = \"ciso\"\n",
    );
    no(&issue(&home, "ann", &["--until", &day(10)]), 4, "cannot be issued");
    assert!(!home.warden().join("moratorium.json").exists());
    drop(issue(&home, "ben", &["--until", &day(10)]).success());
    person(&home, "eve");
    no(&issue(&home, "eve", &["--until", &day(10)]), 4, "cannot be issued");
}
