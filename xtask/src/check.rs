//! `cargo xtask check`: everything that keeps the house in order.

use std::process::Command;

use crate::deny;
use crate::shell::{self, Failure, cargo, section};

/// One thing that is checked.
struct Step {
    name: &'static str,
    run: fn() -> Result<(), Failure>,
}

static STEPS: &[Step] = &[
    Step { name: "format", run: format },
    Step { name: "lints", run: lints },
    Step { name: "documents", run: documents },
    Step { name: "dependencies", run: dependencies },
    Step { name: "oracles", run: oracles },
    Step { name: "house", run: house },
];

/// Runs the steps that `arguments` name, or all, also after one has failed.
///
/// # Errors
/// The steps that failed.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let unknown = |name: &&String| !STEPS.iter().any(|step| step.name == name.as_str());
    if let Some(unknown) = arguments.iter().find(unknown) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(Failure(format!(
            "no check is called `{unknown}`; there are {}",
            names.join(", ")
        )));
    }
    let mut failed = Vec::new();
    let wanted = |step: &&Step| arguments.is_empty() || arguments.iter().any(|a| a == step.name);
    for step in STEPS.iter().filter(wanted) {
        section(step.name);
        if let Err(failure) = (step.run)() {
            println!("{failure}");
            failed.push(step.name);
        }
    }
    if failed.is_empty() {
        println!("\nall checks passed");
        return Ok(());
    }
    Err(Failure(failed.join(", ")))
}

/// The product, and the fuzz targets, which are a workspace of their own.
fn format() -> Result<(), Failure> {
    shell::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    shell::run(&mut cargo(&["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"]))
}

fn lints() -> Result<(), Failure> {
    let flags = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    shell::run(&mut cargo(&flags))
}

fn documents() -> Result<(), Failure> {
    let mut command = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// What fuzzing holds, for the seeds alone. It is a workspace of its own, which no other step builds.
fn oracles() -> Result<(), Failure> {
    let flags = ["test", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    shell::run(&mut cargo(&flags))
}

/// The rules of the house. What trains and measures for minutes is a test, and runs with the tests.
/// The whole workspace is named, since what tests have built is used again only then.
fn house() -> Result<(), Failure> {
    let flags = ["test", "--quiet", "--workspace"];
    let tests = ["--test", "house", "--test", "links", "--test", "pages"];
    shell::run(cargo(&flags).args(tests))
}

/// Our own check always; `cargo deny`, which can do more, where it is installed.
fn dependencies() -> Result<(), Failure> {
    deny::run()?;
    if shell::capture(Command::new("cargo-deny").arg("--version")).is_err() {
        println!("cargo-deny is not installed: advisories were not looked at");
        return Ok(());
    }
    let flags = ["deny", "--offline", "check", "licenses", "bans", "sources"];
    shell::run(&mut cargo(&flags))
}
