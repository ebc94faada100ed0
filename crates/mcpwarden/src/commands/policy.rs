//! `mcpwarden policy`: the rules of who may do what, in which session, with which data.

mod ask;
mod load;
mod offer;
mod set;
mod simulate;
mod surface;
mod told;

use std::{path::PathBuf, process::ExitCode};

use crate::{Failure, World, output};

/// The exit code when rules answer something else than is wanted, or would answer otherwise.
const OTHERWISE: u8 = 13;

/// Write, check, test and explain the rules of who may do what
///
/// A policy is a folder: `policy.toml` says who and what there is, every `*.cedar` file in it says
/// who may do what, and `cases.toml` says what these have to answer. Nothing is permitted that no
/// rule permits, and nothing that one forbids.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden policy init team policy
  mcpwarden policy check policy
  mcpwarden policy test policy
  mcpwarden policy explain policy --agent desk --tool mail/send \\
      --effect send --audience public --label untrusted
  mcpwarden policy who-can policy --effect execute --class regulated
  mcpwarden policy surface policy --agent desk
  mcpwarden policy simulate policy --since 7d

Exit codes:
  0         done, and nothing is otherwise than it should be
  1 to 4    it could not be done: internal, usage, configuration, input
  13        test: an answer is another than is wanted; simulate: one would be;
            format --check: a file would be changed; surface: tools are
            dangerous together and nothing stops it")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write rules to start from into a new folder
    Init(set::Init),
    /// Check rules and `policy.toml`: form, types, names, and what can never match
    Check(set::Check),
    /// Write rules in the usual layout
    Format(set::Format),
    /// Print the schema that rules are written about
    Schema,
    /// Ask what the cases ask, and compare the answers
    Test(set::Test),
    /// Ask one question: the answer, the rules that gave it, and what would change it
    Explain(Box<ask::Explain>),
    /// Show which agents can do something to data of a class
    WhoCan(surface::WhoCan),
    /// Show what an agent can reach, and which of its tools are dangerous together
    Surface(surface::Surface),
    Simulate(Box<simulate::Simulate>),
}

/// The folder of a policy.
#[derive(Debug, clap::Args)]
struct Folder {
    /// The folder with `policy.toml` and `*.cedar`
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Init(init) => init.run(world),
            What::Check(check) => check.run(world),
            What::Format(format) => format.run(world),
            What::Schema => {
                output::print(warden_policy::access::SCHEMA)?;
                Ok(ExitCode::SUCCESS)
            }
            What::Test(test) => test.run(world),
            What::Explain(explain) => explain.run(world),
            What::WhoCan(who) => who.run(world),
            What::Surface(surface) => surface.run(world),
            What::Simulate(simulate) => simulate.run(world),
        }
    }
}
