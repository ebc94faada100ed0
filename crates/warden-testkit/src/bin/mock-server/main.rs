//! An MCP server that costs as little as can be, so that what stands before it can be measured.
//!
//! It speaks both eras, over standard input and output or over HTTP, answers with plain English
//! of any length, and lies if it is told to.

#[cfg(target_os = "linux")]
mod answers;
#[cfg(target_os = "linux")]
mod http;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod reactor;
#[cfg(target_os = "linux")]
mod request;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod stdio;
#[cfg(target_os = "linux")]
mod tools;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own: flags are its interface")]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nobody is left to tell when this fails too.
            drop(writeln!(std::io::stderr(), "mock-server: {problem}"));
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn run(arguments: &[String]) -> Result<(), String> {
    run::run(arguments)
}

#[cfg(not(target_os = "linux"))]
fn run(_: &[String]) -> Result<(), String> {
    Err("this runs on Linux only".into())
}
