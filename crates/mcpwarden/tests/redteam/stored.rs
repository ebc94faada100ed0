//! What is stored of an exercise, and what an estate makes of it.

use std::fs;

use serde_json::Value;
use warden_model::Digest;
use warden_testkit::TestHome;

use crate::{given::SMALL, redteam};

/// R127: an injection campaign of the built-in pack is stored with what came of each attack, and the
/// estate takes it: the figure for red teams is counted over it, and the signal holds.
#[test]
fn an_exercise_is_stored_and_an_estate_takes_it() {
    let home = TestHome::new();
    home.write("work/estate/people.csv", "id\nann\n");
    let words = ["run", "--policy", "team", "--output", "result.json"];
    let record = ["--record", "estate/exercises.json", "--owner", "ann"];
    let outcome = redteam(&home, &[&words[..], &record].concat());
    assert!([Some(0), Some(13)].contains(&outcome.code), "{}", outcome.block());

    let bytes = fs::read(home.work().join("result.json")).expect("the result is stored");
    let result: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let stored = fs::read(home.work().join("estate/exercises.json")).expect("it is recorded");
    let stored: Value = serde_json::from_slice(&stored).expect("it is JSON");
    let exercise = &stored["exercises"][0];
    assert_eq!(exercise["subject"], "builtin 2026.11");
    assert_eq!(exercise["owner"], "ann");
    let attacks = exercise["attacks"].as_array().expect("it has attacks");
    assert_eq!(attacks.len(), result["attacks"].as_array().map_or(0, Vec::len));
    let injection = attacks.iter().filter(|one| one["campaign"] == "injection");
    let known = ["blocked", "detected", "missed"];
    let told = injection.filter(|one| known.iter().any(|word| one["outcome"] == *word)).count();
    assert!(told >= 4, "{exercise:#}");
    // The evidence is the file with the whole result.
    let evidence = &stored["evidence"][0];
    assert_eq!(evidence["digest"], Digest::of(&bytes).to_string());
    assert_eq!(exercise["evidence"][0], evidence["id"]);
    assert_eq!(evidence["name"], "result.json");

    drop(home.run(["estate", "build", "--tables", "estate", "--output", "estate.json"]).success());
    let figure = home.run(["metrics", "--estate", "estate.json", "M16"]).success();
    assert!(figure.contains("exercise: builtin 2026.11 on "), "{figure}");
    assert!(figure.contains("in the last 92 days: yes"), "{figure}");
    let signals = home.run(["maturity", "--estate", "estate.json"]).success();
    let holds = signals.lines().any(|line| line.contains("yes S-red-team"));
    assert!(holds, "{signals}");
}

#[test]
fn a_table_keeps_what_is_in_it() {
    let home = TestHome::new();
    home.write("work/small.toml", SMALL);
    home.write("work/kept.json", r#"{"playbooks": [{"id": "PB-1", "scenario": "drift"}]}"#);
    let run = |record: &str| {
        let words = ["run", "--policy", "open", "--pack", "small.toml", "--output", "result.json"];
        redteam(&home, &[&words[..], &["--record", record]].concat())
    };
    for count in 1..=2 {
        assert_eq!(run("kept.json").code, Some(0));
        let kept = fs::read(home.work().join("kept.json")).expect("it is there");
        let kept: Value = serde_json::from_slice(&kept).expect("it is JSON");
        assert_eq!(kept["playbooks"][0]["id"], "PB-1");
        // Two exercises on one day are two.
        assert_eq!(kept["exercises"].as_array().map(Vec::len), Some(count), "{kept:#}");
        assert_eq!(kept["evidence"].as_array().map(Vec::len), Some(count), "{kept:#}");
    }
    home.write("work/other.json", "[1]");
    home.write("work/table.csv", "id\n");
    for file in ["other.json", "table.csv"] {
        let outcome = run(file);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
        assert!(outcome.stderr.contains("cannot add to `"), "{}", outcome.block());
    }
}
