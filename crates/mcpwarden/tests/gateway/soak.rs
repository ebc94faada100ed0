//! A short version of `cargo xtask soak`.

use std::process::Command;

use warden_testkit::{Outcome, program};

#[test]
fn twenty_seconds_of_trouble_lose_nothing() {
    let mut soak = Command::new(program("mcp-soak"));
    let outcome = Outcome::of(soak.args(["--seconds", "20"]), b"");
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(!outcome.stdout.contains("bad**"), "{}", outcome.block());
}
