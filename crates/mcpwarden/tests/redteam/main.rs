//! Red-team exercises as a person runs them: the shipped policies, rules that stop nothing, a
//! configuration that must not be reached, packs that must not be played, and what is stored.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod given;
mod packs;
mod policies;
mod stored;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// `mcpwarden redteam` with these words, on 80 columns.
#[track_caller]
fn redteam(home: &TestHome, words: &[&str]) -> Outcome {
    let words = ["redteam"].iter().chain(words);
    let mut command = home.mcpwarden(words);
    Outcome::of(command.env("COLUMNS", "80"), b"")
}

/// The result of an exercise, whatever came of it.
#[track_caller]
fn result(home: &TestHome, words: &[&str]) -> Value {
    let words: Vec<_> =
        ["run", "--format", "json"].into_iter().chain(words.iter().copied()).collect();
    let outcome = redteam(home, &words);
    assert!([Some(0), Some(13)].contains(&outcome.code), "{}", outcome.block());
    serde_json::from_str(&outcome.stdout).expect("it is JSON")
}

/// What came of each attack, or of each piece of ordinary work.
fn outcomes(result: &Value, of: &str) -> Vec<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = result[of].as_array().into_iter().flatten();
    all.map(|one| (text(one, "id"), text(one, "outcome"))).collect()
}

/// The attacks with this outcome.
fn with(result: &Value, wanted: &str) -> Vec<String> {
    let all = outcomes(result, "attacks").into_iter();
    all.filter(|(_, outcome)| outcome == wanted).map(|(id, _)| id).collect()
}

/// A text without the times in it, which are others on every machine.
fn without_times(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let mut all: Vec<String> = words.map(str::to_owned).collect();
    for at in 1..all.len() {
        if ["ms,", "ms."].contains(&all[at].trim_end()) {
            all[at - 1] = "N ".into();
        }
    }
    all.concat()
}
