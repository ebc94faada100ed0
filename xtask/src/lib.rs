//! One way to run things: tests with their fixtures, checks, and everything that the laboratory
//! measures, trains, shows and generates.
//!
//! Invariant: never a dependency of another crate but the laboratory.
//! Invariant: what it could not do it says, and then it does not end with success.

#![expect(clippy::print_stdout, reason = "a tool for developers talks to its terminal")]

pub mod check;
pub mod conformance;
pub mod deny;
pub mod fixtures;
pub mod graph;
pub mod invariants;
pub mod layers;
pub mod markers;
pub mod requirements;
pub mod shell;
pub mod test;
pub mod tiers;

use std::process::ExitCode;

use shell::{Failure, cargo};

/// One subcommand.
pub struct Task {
    /// What one types.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    run: Run,
}

/// Who does it.
enum Run {
    Here(fn(&[String]) -> Result<(), Failure>),
    /// What uses the crates of the product is in a crate of its own, so that this one is built in
    /// seconds.
    Lab,
}

/// Every subcommand.
pub static TASKS: &[Task] = &[
    Task {
        name: "test",
        help: "install the fixtures and run every test",
        run: Run::Here(test::run),
    },
    Task {
        name: "check",
        help: "format, lints, documents, licences, house tests",
        run: Run::Here(check::run),
    },
    Task {
        name: "fixtures",
        help: "only install the fixtures, and say where",
        run: Run::Here(fixtures::run),
    },
    Task {
        name: "conformance",
        help: "run the MCP conformance suite, and write docs/conformance.md",
        run: Run::Here(conformance::run),
    },
    Task { name: "bench", help: "measure, and write docs/performance.md", run: Run::Lab },
    Task {
        name: "eval",
        help: "evaluate what finds and what stops, and write docs/evaluation.md",
        run: Run::Lab,
    },
    Task { name: "train", help: "learn the weights of the learnt detector", run: Run::Lab },
    Task {
        name: "soak",
        help: "keep a gateway busy and troubled, and write docs/soak.md",
        run: Run::Lab,
    },
    Task {
        name: "demo",
        help: "make the report of a bank that does not exist, and write docs/demo",
        run: Run::Lab,
    },
    Task { name: "generate", help: "write the generated parts of the documents", run: Run::Lab },
];

/// Runs the subcommand that `arguments` names.
#[must_use]
pub fn run(arguments: &[String]) -> ExitCode {
    let name = arguments.first().map_or("", String::as_str);
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        help();
        return ExitCode::from(2);
    };
    match task.run {
        Run::Here(run) => ended(name, run(arguments.get(1..).unwrap_or_default())),
        Run::Lab => in_lab(arguments),
    }
}

/// What a subcommand ends with, and why it failed if it did.
#[must_use]
pub fn ended(name: &str, result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n{name} failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The names of those that the laboratory does.
pub fn left_to_the_lab() -> impl Iterator<Item = &'static str> {
    TASKS.iter().filter(|task| matches!(task.run, Run::Lab)).map(|task| task.name)
}

/// The laboratory says itself why it failed.
fn in_lab(arguments: &[String]) -> ExitCode {
    let mut lab = cargo(&["run", "--quiet", "--package", "lab", "--"]);
    match lab.args(arguments).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            println!("cannot start Cargo: {error}");
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
