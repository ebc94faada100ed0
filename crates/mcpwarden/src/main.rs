//! The binary: arguments, configuration, wiring, exit codes, signals.
//!
//! Invariant: the only crate that reads arguments, environment, home directory, clock and terminal.
//! Invariant: results go to standard output, talk goes to standard error, and exit codes never move.

mod analyse;
mod approvals;
mod artifact;
mod ask;
mod assessments;
mod certify;
mod cli;
mod commands;
mod estates;
mod failure;
mod files;
mod gate;
mod gateway;
mod gateway_state;
mod governed;
mod key;
mod machine;
mod moment;
mod output;
mod paths;
mod pins;
mod policies;
mod probe;
mod progress;
mod redteam;
mod supervise;
mod typeset;
mod wrap;

use std::process::ExitCode;

use clap::Parser as _;

use analyse::ANALYSE;
use certify::exec::EXEC;
use cli::Cli;
use failure::{Failure, Kind};
use machine::World;
use redteam::{SCRIPTED, serve_scripted};
use supervise::SUPERVISE;

#[expect(clippy::disallowed_methods, reason = "this is where arguments are read")]
fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    match words.next() {
        Some(word) if word == SUPERVISE => return supervise::run(&words.collect::<Vec<_>>()),
        Some(word) if word == EXEC => return certify::exec::run(&words.collect::<Vec<_>>()),
        Some(word) if word == ANALYSE => return analyse::work(&words.collect::<Vec<_>>()),
        Some(word) if word == SCRIPTED => return serve_scripted(&words.collect::<Vec<_>>()),
        Some(_) | None => {}
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let world = World::read(cli.color);
    let outcome = world.and_then(|world| cli.command.run(&world));
    outcome.unwrap_or_else(|failure| told(&failure, cli.color))
}

/// What `clap` has to say: the help that was asked for, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell when even that cannot be written.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(Kind::Usage.exit_code()) } else { ExitCode::SUCCESS }
}

fn told(failure: &Failure, color: cli::Color) -> ExitCode {
    output::tell(&failure.render(machine::error_colors(color)));
    ExitCode::from(failure.kind().exit_code())
}
