//! One way to run things: tests with their fixtures, checks, benchmarks, generated documents.
//!
//! Invariant: never a dependency of another crate.
//! Invariant: what it could not do it says, and then it does not end with success.

#![expect(clippy::print_stdout, reason = "a tool for developers talks to its terminal")]

pub mod bench;
pub mod check;
pub mod conformance;
pub mod demo;
pub mod deny;
pub mod eval;
pub mod fixtures;
pub mod generate;
pub mod graph;
pub mod invariants;
pub mod layers;
pub mod markers;
pub mod requirements;
pub mod shell;
pub mod soak;
pub mod test;
pub mod tiers;
pub mod train;

use std::process::ExitCode;

use shell::Failure;

/// One subcommand.
pub struct Task {
    /// What one types.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

/// Every subcommand.
pub static TASKS: &[Task] = &[
    Task { name: "test", help: "install the fixtures and run every test", run: test::run },
    Task {
        name: "check",
        help: "format, lints, documents, licences, house tests",
        run: check::run,
    },
    Task { name: "fixtures", help: "only install the fixtures, and say where", run: fixtures::run },
    Task {
        name: "conformance",
        help: "run the MCP conformance suite, and write docs/conformance.md",
        run: conformance::run,
    },
    Task { name: "bench", help: "measure, and write docs/performance.md", run: bench::run },
    Task {
        name: "eval",
        help: "evaluate the source analysis, and write docs/evaluation.md",
        run: eval::run,
    },
    Task { name: "train", help: "learn the weights of the learnt detector", run: train::run },
    Task {
        name: "soak",
        help: "keep a gateway busy and troubled, and write docs/soak.md",
        run: soak::run,
    },
    Task {
        name: "demo",
        help: "make the report of a bank that does not exist, and write docs/demo",
        run: demo::run,
    },
    Task {
        name: "generate",
        help: "write the generated parts of the documents",
        run: generate::run,
    },
];

/// Runs the subcommand that `arguments` names.
#[must_use]
pub fn run(arguments: &[String]) -> ExitCode {
    let name = arguments.first().map_or("", String::as_str);
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        help();
        return ExitCode::from(2);
    };
    match (task.run)(arguments.get(1..).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n{name} failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn help() {
    println!("usage: cargo xtask <task>\n");
    for task in TASKS {
        println!("  {:<11} {}", task.name, task.help);
    }
}
