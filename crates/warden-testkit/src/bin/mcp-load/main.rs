//! A load generator for MCP servers over HTTP: asks again as soon as an answer is there, looks at
//! every answer, and prints figures as JSON.
//!
//! It ends with success only if every answer was right.

#[cfg(target_os = "linux")]
mod failures;
#[cfg(target_os = "linux")]
mod first;
#[cfg(target_os = "linux")]
mod histogram;
#[cfg(target_os = "linux")]
mod idle;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod request;
#[cfg(target_os = "linux")]
mod response;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod usage;
#[cfg(target_os = "linux")]
mod verify;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a program of its own: flags are its interface")]
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            // Nobody is left to tell when this fails too.
            drop(writeln!(std::io::stderr(), "mcp-load: {problem}"));
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn run(arguments: &[String]) -> Result<bool, String> {
    run::run(arguments)
}

#[cfg(not(target_os = "linux"))]
fn run(_: &[String]) -> Result<bool, String> {
    Err("this runs on Linux only".into())
}

/// Prints a line of JSON.
#[cfg(target_os = "linux")]
fn output(value: &serde_json::Value) -> Result<(), String> {
    let mut out = std::io::stdout();
    let written = writeln!(out, "{value}").and_then(|()| out.flush());
    written.map_err(|error| error.to_string())
}
