//! `cargo xtask conformance`: the MCP conformance suite, direct and through the gateway.
//!
//! The server and the client that the suite talks to are ours, on the official Rust SDK
//! (`tests/conformance/fixture`). Everything is run direct first; then the same is run through
//! the gateway, and what passes direct has to pass there too, check by check. What may not is in
//! `tests/conformance/expected-failures.toml`, with a reason.

mod compare;
mod page;
mod paths;
mod running;
mod suite;

use std::path::Path;
use std::thread;

use crate::fixtures;
use crate::shell::{self, Failure, root, section};
use compare::Expected;
use paths::{PATHS, Programs, Route};
use suite::{Leg, Outcome, REVISIONS, Suite};

/// Where the tables are.
const PAGE: &str = "docs/conformance.md";

/// What one way gave in one part of one requirement set.
struct Run {
    path: &'static paths::Path,
    revision: &'static str,
    leg: Leg,
    outcomes: Vec<Outcome>,
}

/// Runs the suite and writes the tables. `--through gateway` also goes through the gateway, and
/// `--check` compares the tables with those in the repository instead.
///
/// # Errors
/// Something fails direct, or passes direct and fails through the gateway without being expected.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (check, rest) = match words[..] {
        ["--check", ref rest @ ..] => (true, rest),
        ref rest => (false, rest),
    };
    let through = match rest {
        [] => false,
        ["--through", "gateway"] => true,
        _ => return Err(Failure(USAGE.into())),
    };
    let text = judge(&fixtures::install()?, through)?;
    if check {
        return compare_page(&text);
    }
    shell::write(&root().join(PAGE), &text)?;
    println!("{PAGE}: written");
    Ok(())
}

const USAGE: &str = "usage: cargo xtask conformance [--check] [--through gateway]";

/// Runs the suite as `cargo xtask test` does: the tables have to be the ones in the repository.
///
/// # Errors
/// As [`run`], or the tables are not what was found.
pub fn check(installed: &Path) -> Result<(), Failure> {
    compare_page(&judge(installed, THROUGH_IN_TESTS)?)
}

fn compare_page(found: &str) -> Result<(), Failure> {
    if shell::read(&root().join(PAGE)).is_ok_and(|present| present == found) {
        return Ok(());
    }
    Err(Failure(format!("{PAGE} is not what was found: run `cargo xtask conformance`")))
}

/// Whether tests go through the gateway as well.
const THROUGH_IN_TESTS: bool = true;

fn judge(installed: &Path, through: bool) -> Result<String, Failure> {
    let programs = paths::build(through)?;
    let suite = Suite::find(installed)?;
    section("scenarios");
    let paths = || PATHS.iter().filter(move |path| through || path.route == Route::Direct);
    let runs = run_all(&suite, &programs, &paths().collect::<Vec<_>>())?;
    let expected = Expected::read()?;
    let problems = compare::problems(&runs, &expected);
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        return Ok(page::write(&suite, &runs, &expected));
    }
    Err(Failure(format!("{} checks are not as they should be", problems.len())))
}

/// Runs every part at the same time: the scenarios wait more than they compute.
fn run_all(
    suite: &Suite,
    programs: &Programs,
    paths: &[&'static paths::Path],
) -> Result<Vec<Run>, Failure> {
    thread::scope(|scope| {
        let mut started = Vec::new();
        for path in paths {
            for leg in path.legs {
                started.push(scope.spawn(move || run_leg(suite, programs, path, *leg)));
            }
        }
        let mut runs = Vec::new();
        for one in started {
            let run = one.join().map_err(|_| Failure("a part of the suite panicked".into()))?;
            runs.extend(run?);
        }
        Ok(runs)
    })
}

fn run_leg(
    suite: &Suite,
    programs: &Programs,
    path: &'static paths::Path,
    leg: Leg,
) -> Result<Vec<Run>, Failure> {
    let mut runs = Vec::new();
    for revision in REVISIONS {
        let folder = programs.results.join(path.folder).join(revision);
        let outcomes = match leg {
            Leg::Server => {
                let server = paths::start(path, revision, programs)?;
                suite.test_server(revision, server.url(), &folder)?
            }
            Leg::Client => {
                suite.test_client(revision, &paths::client(path, revision, programs)?, &folder)?
            }
        };
        let (passed, judged) = suite::count(&outcomes);
        println!("{revision}, {}, {}: {passed} of {judged}", leg.name(), path.name);
        runs.push(Run { path, revision, leg, outcomes });
    }
    Ok(runs)
}
