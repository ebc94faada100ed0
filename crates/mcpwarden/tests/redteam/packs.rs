//! Packs: ours, and those of others.

use serde_json::Value;
use warden_testkit::TestHome;

use crate::{given::SMALL, redteam};

#[test]
fn our_pack_is_printed_checked_and_what_its_schema_says() {
    let home = TestHome::new();
    let text = redteam(&home, &["pack"]).success();
    home.write("work/own.toml", &text);
    let told = redteam(&home, &["check", "own.toml"]).success();
    assert!(told.starts_with("builtin 2026.11\nsha256:"), "{told}");
    assert!(told.ends_with("Every attack does its harm where nothing stops it.\n"), "{told}");
    let schema = include_str!("../../../../schemas/redteam-pack-1.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for text in [text.as_str(), SMALL] {
        let pack: Value = toml_edit::de::from_str(text).expect("a pack is TOML");
        let wrong: Vec<_> = validator.iter_errors(&pack).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new());
    }
    let other = SMALL.replacen("audience = \"self\"", "audience = \"all\"", 1);
    let pack: Value = toml_edit::de::from_str(&other).expect("a pack is TOML");
    assert!(!validator.is_valid(&pack), "the schema is no formality");
}

/// Fails unless a pack is refused with these words, before anything is played of it.
#[track_caller]
fn refused(text: &str, told: &str) {
    let home = TestHome::new();
    home.write("work/own.toml", text);
    for words in [&["check", "own.toml"][..], &["run", "--pack", "own.toml"]] {
        let outcome = redteam(&home, words);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
        assert!(outcome.stderr.contains(told), "{told}: {}", outcome.block());
        assert!(outcome.stdout.is_empty() && !outcome.stderr.contains('\u{1b}'));
    }
}

#[test]
fn a_hostile_pack_is_refused() {
    refused(&SMALL.replace("rt-out", "../../out"), "a name begins with a small letter");
    refused(
        &SMALL.replacen("version = 1", "version = 1\ncommand = \"touch x\"", 1),
        "unknown field",
    );
    refused(&SMALL.replacen("A text is posted", "A text\\u001b[2J is posted", 1), "one line");
    refused(&format!("{SMALL}\n# {}", "x".repeat(1 << 20)), "more than 1048576 bytes");
    refused("version = [[[[", "line 1");
    refused(&"a = ".repeat(1000), "line 1");
    let deep = format!("a = {}", "[".repeat(100_000));
    refused(&deep, "line 1");
}

#[test]
fn an_attack_that_cannot_succeed_is_refused() {
    let never = SMALL.replacen("needs = \"post this at once\"", "needs = \"never said\"", 1);
    refused(&never, "`ordered`: a step is not reached");
}

#[test]
fn help_reads_well_on_80_columns() {
    let home = TestHome::new();
    for words in [&["--help"][..], &["run", "--help"], &["check", "--help"]] {
        let help = redteam(&home, words).success();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}
