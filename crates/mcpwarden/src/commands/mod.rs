//! The commands. A new one is a file with an `Args` that has `run`, and its lines here.

mod audit;
mod completions;
mod wrap;

use std::process::ExitCode;

use crate::{Failure, World};

/// What the program is asked to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Audit(audit::Args),
    Wrap(wrap::Args),
    Unwrap(wrap::UnwrapArgs),
    Completions(completions::Args),
}

impl Command {
    /// Does it, and returns the exit code.
    ///
    /// # Errors
    /// Why it could not be done.
    pub(crate) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self {
            Self::Audit(args) => args.run(world),
            Self::Wrap(args) => args.run(world),
            Self::Unwrap(args) => args.run(world),
            Self::Completions(args) => args.run(world),
        }
    }
}
