//! `mcpwarden completions`: completions for a shell.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{Failure, Kind, World, cli::Cli, output};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  mcpwarden completions bash > ~/.local/share/bash-completion/completions/mcpwarden"
)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub(super) fn run(self, _world: &World) -> Result<ExitCode, Failure> {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "mcpwarden", &mut out);
        let text = String::from_utf8(out).map_err(|error| {
            Failure::new(Kind::Internal, "the completions are not text").caused_by(error)
        })?;
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
