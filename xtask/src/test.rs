//! `cargo xtask test`: every test, with the fixtures that some of them need.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::conformance;
use crate::fixtures;
use crate::shell::{self, Failure, cargo, section};

/// All tests that need published servers have this in their names.
const REAL: &str = "_is_the_same_to_the_";

/// Installs the fixtures, builds what tests start, runs every test and the conformance suite.
/// Arguments go to `cargo test`, instead of `--workspace`; then the suite is left out.
///
/// # Errors
/// A test failed, or could not be run.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    section("fixtures");
    let fixtures = fixtures::install();
    if let Err(missing) = &fixtures {
        println!("{missing}");
    }
    section("build");
    shell::run(&mut cargo(&["build", "--workspace", "--bins", "--exclude", "xtask"]))?;
    section("tests");
    let counted = run_tests(&mut command(arguments, fixtures.as_deref().ok()))?;
    let conforms = match &fixtures {
        Ok(installed) if arguments.is_empty() => conforms(installed),
        _ => true,
    };
    if let Err(missing) = &fixtures {
        list_missing(missing);
    }
    println!("{} passed, {} failed", counted.passed, counted.failed);
    match (fixtures.is_ok(), counted.succeeded && conforms) {
        (_, false) => Err(Failure("not every test passed".into())),
        (false, true) => Err(Failure("not every test was run".into())),
        (true, true) => Ok(()),
    }
}

fn conforms(installed: &Path) -> bool {
    section("conformance");
    match conformance::check(installed) {
        Ok(()) => true,
        Err(failure) => {
            println!("conformance: {failure}");
            false
        }
    }
}

/// What all test programs together said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    passed: u64,
    failed: u64,
    /// Whether Cargo is content; it knows of programs that ended before they could count.
    succeeded: bool,
}

fn command(arguments: &[String], fixtures: Option<&Path>) -> Command {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    if arguments.is_empty() {
        command.arg("--workspace");
    }
    command.args(arguments);
    if let Some(folder) = fixtures {
        command.env("MCPWARDEN_FIXTURES", folder);
        return command;
    }
    if !arguments.iter().any(|argument| argument == "--") {
        command.arg("--");
    }
    command.args(["--skip", REAL]);
    command
}

/// Runs the tests, shows what they say, and counts.
fn run_tests(command: &mut Command) -> Result<Counted, Failure> {
    let unreadable = |error: std::io::Error| Failure(format!("cargo test: {error}"));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(unreadable)?;
    let mut counted = Counted::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(unreadable)?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            counted.add(&line);
        }
    }
    counted.succeeded = child.wait().map_err(unreadable)?.success();
    Ok(counted)
}

impl Counted {
    /// Counts `test result: ok. 12 passed; 0 failed; …`.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let count = |word: &str| {
            let part = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
            part.and_then(|number| number.trim().parse::<u64>().ok()).unwrap_or_default()
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

fn list_missing(missing: &Failure) {
    section("not run");
    println!("the conformance suite");
    let tests = ["--test", "real", "--test", "bridge"];
    let mut list = cargo(&["test", "--quiet", "-p", "mcpwarden"]);
    list.args(tests).args(["--", "--list"]);
    match shell::capture(&mut list) {
        Ok(names) => {
            let names = names.lines().filter_map(|line| line.strip_suffix(": test"));
            for name in names.filter(|name| name.contains(REAL)) {
                println!("{name}");
            }
        }
        Err(failure) => println!("the tests with published servers ({failure})"),
    }
    println!("because:\n{missing}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_programs_are_added_up() {
        let mut counted = Counted::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ] {
            counted.add(line);
        }
        assert_eq!(counted, Counted { passed: 14, failed: 3, succeeded: false });
    }
}
