//! `cargo xtask demo`: a bank that does not exist, and what the product says of it.
//!
//! `demo/recorded` holds what programs found: scans, certificates and the ledger of a gateway, made
//! by `cargo xtask demo record`. `demo/estate` holds what people keep. `cargo xtask demo` puts both
//! together and writes what is shown in `docs/demo`; the same files give the same bytes.

pub mod build;
pub mod machines;
pub mod pack;
pub mod plan;
pub mod play;
pub mod record;
pub mod retime;

use std::path::PathBuf;
use std::process::Command;

use warden_testkit::{Outcome, TestHome};

use xtask::shell::{self, Failure, root, section};

const USAGE: &str = "usage: cargo xtask demo [record] [--check] [--built]

  record   run the scans, the certification and the gateway again, which needs the fixtures and
           package registries, and keep what came of them in demo/recorded
  --check  compare with what is committed, and write nothing
  --built  the programs are built already";

/// Makes the demonstration, or records what it is made of.
///
/// # Errors
/// The first command of the product that does not succeed, or a file that cannot be used.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (built, words): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|word| *word == "--built");
    let what: fn() -> Result<(), Failure> = match words[..] {
        [] => || build::write(&build::make()?),
        ["--check"] => || build::check(&build::make()?),
        ["record"] => record::record,
        _ => return Err(Failure(USAGE.into())),
    };
    if built.is_empty() {
        section("build");
        shell::built()?;
    }
    what()
}

/// The folder of what the demonstration is made of.
#[must_use]
pub fn folder() -> PathBuf {
    root().join("demo")
}

/// Runs the product as somebody would, and returns what it printed.
///
/// # Errors
/// It ends with another code than 0, or one of these.
pub(crate) fn product(home: &TestHome, words: &[&str], also: &[i32]) -> Result<String, Failure> {
    of(words, home.run(words), also)
}

/// The same by a person.
///
/// # Errors
/// It does not succeed.
pub(crate) fn by(home: &TestHome, person: &str, words: &[&str]) -> Result<String, Failure> {
    let mut command = home.mcpwarden(words);
    of(words, Outcome::of(command.env("USER", person), b""), &[])
}

fn of(words: &[&str], outcome: Outcome, also: &[i32]) -> Result<String, Failure> {
    let code = outcome.code.unwrap_or(-1);
    if code == 0 || also.contains(&code) {
        return Ok(outcome.stdout);
    }
    Err(Failure(format!("mcpwarden {}\n{}", words.join(" "), outcome.block())))
}

/// Runs another program in a home.
///
/// # Errors
/// It does not succeed.
pub(crate) fn program(home: &TestHome, words: &[&str]) -> Result<(), Failure> {
    let (name, rest) = words.split_first().unwrap_or((&"", &[]));
    let mut command: Command = home.command(name);
    shell::capture(command.args(rest)).map(drop)
}
