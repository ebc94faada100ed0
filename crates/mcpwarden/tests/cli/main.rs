//! The commands as a person runs them: standard output, standard error and exit code.

#![expect(clippy::expect_used, reason = "a panic is how a test fails, also in its helpers")]

mod explain;
mod fixtures;
mod gateway;
mod gateway_reload;
mod gateway_secrets;
mod hostile_sources;
mod incremental;
mod inspect;
mod live;
mod paper;
mod same_bytes;
mod scan;
mod secrets;
mod source;
mod stops;
mod usage;

use std::process::Command;

use warden_testkit::{Outcome, TestHome};

/// `mcpwarden` in this home, which sees nothing of the real one.
fn mcpwarden(home: &TestHome, arguments: &[&str]) -> Command {
    let mut command = home.command(env!("CARGO_BIN_EXE_mcpwarden"));
    command.args(arguments);
    command
}

fn run(home: &TestHome, arguments: &[&str]) -> Outcome {
    Outcome::of(&mut mcpwarden(home, arguments), b"")
}
