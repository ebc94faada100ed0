//! Governance as a person runs it: an estate put together from what ran, and what is said of it.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod cmdb;
mod comply;
mod egress;
mod estate;
mod inventory;
mod probe;
mod risk;
mod schema;
mod sent;
mod surface;
mod world;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// `mcpwarden` with these words, in a terminal of 80 columns, in the folder `work`. What names the
/// folder of the test says `HOME`.
#[track_caller]
fn warden(home: &TestHome, words: &[&str]) -> Outcome {
    let mut command = home.mcpwarden(words);
    let outcome = Outcome::of(command.env("COLUMNS", "80"), b"");
    let folder = home.path().to_string_lossy().into_owned();
    let plain = |text: String| text.replace(&folder, "HOME");
    Outcome { stdout: plain(outcome.stdout), stderr: plain(outcome.stderr), ..outcome }
}

/// The JSON document in a file of the folder `work`.
#[track_caller]
fn document(home: &TestHome, file: &str) -> Value {
    let bytes = std::fs::read(home.work().join(file)).expect("the file is there");
    serde_json::from_slice(&bytes).expect("it is JSON")
}
