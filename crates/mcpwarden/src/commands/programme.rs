//! `mcpwarden programme`: the plan of ninety days, and what goes on after it.

mod gate;
mod moratorium;
mod ninety;
mod show;
mod sign;
mod steady;

use std::process::ExitCode;

use crate::{Failure, World};

pub(super) use sign::kept;

/// Follow the programme: tasks, documents, gates, and what has to be done again
///
/// Two published 90-day plans are one plan here. Progress is read from the estate; a person's word
/// counts only where no data can say it. Days 30 and 60 belong to the earlier phase.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden programme show --estate estate
  mcpwarden programme gate --estate estate.json --agent support-bot
  mcpwarden programme due --estate estate
  mcpwarden programme skills --estate estate --format csv
  mcpwarden programme sign-off --estate estate --signer ann --record estate/deliverables.csv
  mcpwarden programme ninety --estate estate --board board.pdf --person ann --output day-90
  mcpwarden programme moratorium issue --until 2026-12-31 --key ann.key

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input
  13        something is in the way: gate, and due with --fail")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Show(show::Args),
    Gate(gate::Args),
    Due(steady::DueArgs),
    Skills(steady::SkillsArgs),
    SignOff(sign::Args),
    Ninety(ninety::Args),
    Moratorium(moratorium::Args),
}

/// The exit code when something is in the way.
const IN_THE_WAY: u8 = 13;

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Show(args) => args.run(world),
            What::Gate(args) => args.run(world),
            What::Due(args) => args.run(world),
            What::Skills(args) => args.run(world),
            What::SignOff(args) => args.run(world),
            What::Ninety(args) => args.run(world),
            What::Moratorium(args) => args.run(world),
        }
    }
}
