//! `cargo xtask test`: every test, with the fixtures that some of them need.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::conformance;
use crate::fixtures;
use crate::shell::{self, Failure, cargo, section};

/// All tests that need published servers have this in their names.
const REAL: &str = "_is_the_same_to_the_";

/// Programs of the system that some tests start: the program, the package of Debian that brings it,
/// and what the names of those tests have in them.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("softhsm2-util", "softhsm2", "a_token_signs"),
    ("openssl", "openssl", "openssl"),
    ("chromium", "chromium", "in_a_browser"),
];

/// Those that are not here.
fn missing_programs() -> Vec<&'static (&'static str, &'static str, &'static str)> {
    let there = |program: &str| {
        // Any answer will do: not every program knows the same question.
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    PROGRAMS.iter().filter(|(program, ..)| there(program).is_err()).collect()
}

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
    build(arguments)?;
    section("tests");
    let away = missing_programs();
    let skipped: Vec<&str> = away.iter().map(|(_, _, tests)| *tests).collect();
    let counted = run_tests(&mut command(arguments, fixtures.as_deref().ok(), &skipped))?;
    let conforms = match &fixtures {
        Ok(installed) if arguments.is_empty() => conforms(installed),
        _ => true,
    };
    if let Err(missing) = &fixtures {
        list_missing(missing);
    }
    for (program, package, tests) in &away {
        section("not run");
        println!("tests with `{tests}` in their names, because `{program}` is missing");
        println!("install it: `apt-get install {package}`");
    }
    println!("{} passed, {} failed", counted.passed, counted.failed);
    match (fixtures.is_ok() && away.is_empty(), counted.succeeded && conforms) {
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

/// Builds what tests start, and all tests if all are to run.
fn build(arguments: &[String]) -> Result<(), Failure> {
    if arguments.is_empty() {
        return shell::built().map(drop);
    }
    let programs = ["build", "--workspace", "--bins", "--exclude", "xtask", "--exclude", "lab"];
    shell::run(&mut cargo(&programs))
}

fn command(arguments: &[String], fixtures: Option<&Path>, skipped: &[&str]) -> Command {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    if arguments.is_empty() {
        command.arg("--workspace");
    }
    command.args(arguments);
    let mut skipped = skipped.to_vec();
    match fixtures {
        Some(folder) => drop(command.env("MCPWARDEN_FIXTURES", folder)),
        None => skipped.push(REAL),
    }
    if skipped.is_empty() {
        return command;
    }
    if !arguments.iter().any(|argument| argument == "--") {
        command.arg("--");
    }
    command.args(skipped.iter().flat_map(|tests| ["--skip", *tests]));
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
    let tests = ["--test", "real", "--test", "bridge", "--test", "gate"];
    let mut list = cargo(&["test", "--quiet", "-p", "mcpwarden", "-p", "warden-seal"]);
    list.args(tests).args(["--test", "independent"]).args(["--", "--list"]);
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
