//! `mcpwarden risk`: how bad it is for the business, what to do first, and what it would cost.

mod cards;
mod catalogue;
mod explain;
mod money;
mod queue;
mod register;
mod servers;
mod told;
mod weights;

use std::{path::PathBuf, process::ExitCode};

use warden_govern::{Estate, risk::Weights};

use crate::{Failure, Kind, World, estates, output};

/// The exit code when something that has to be there is not: a plan of the catalogue.
const LACKS: u8 = 13;

/// Score what was found by what stands around it, and put scenarios in money
///
/// A finding is as bad for the business as it is technically, moved by at most one level by what
/// stands around it: what can be done, where data can go, who can reach it, what is written down,
/// what agents bring together. Every point is explained. What is not known counts as the worst.
/// Scenarios are put in money by drawing years from the estimates of named people.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden risk servers --estate estate.json
  mcpwarden risk explain mail --estate estate.json
  mcpwarden risk queue --estate estate.json
  mcpwarden risk catalogue --estate estate.json
  mcpwarden risk register --estate estate.json --format csv --output register.csv
  mcpwarden risk money --estate estate.json --seed 7
  mcpwarden risk weights check weights.toml

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input
  13        catalogue: a server below the level that is asked for has no whole
            plan, or nobody has said which level that is")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show every server with its score, the worst first
    Servers {
        #[command(flatten)]
        from: Inputs,
        #[command(flatten)]
        shown: Shown,
    },
    /// Explain the score of a finding or of a server: every term, and what would lower it
    Explain {
        /// A finding, or a server, whose worst finding is explained
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        from: Inputs,
        /// How to write it
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Show what to mend first: what is worst for the business, not what is worst technically
    Queue {
        #[command(flatten)]
        from: Inputs,
        #[command(flatten)]
        shown: Shown,
    },
    /// Show every server with its certification level, and the plan of those that are below
    Catalogue {
        #[command(flatten)]
        from: Inputs,
        #[command(flatten)]
        shown: Shown,
    },
    Register(register::Args),
    /// Put the scenarios in money: what a year would cost, with and without controls
    Money {
        #[command(flatten)]
        from: Inputs,
        #[command(flatten)]
        drawn: money::Drawn,
        /// How to write it
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Show the three risk cards of the board
    Cards {
        #[command(flatten)]
        from: Inputs,
        #[command(flatten)]
        drawn: money::Drawn,
        /// How to write it
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Show the weights of the score, or check others
    Weights {
        #[command(subcommand)]
        what: weights::What,
    },
}

/// What is computed from.
#[derive(Debug, clap::Args)]
struct Inputs {
    #[command(flatten)]
    from: estates::From,
    /// The weights, as TOML or JSON; otherwise those that are built in
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

impl Inputs {
    fn load(&self, world: &World) -> Result<(Estate, Weights), Failure> {
        let weights = match &self.weights {
            Some(file) => weights::load(file)?,
            None => Weights::default(),
        };
        Ok((self.from.load(world)?, weights))
    }
}

/// How much is shown, and how.
#[derive(Debug, clap::Args)]
struct Shown {
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// How many are shown at most; JSON has all
    #[arg(long, value_name = "COUNT", default_value_t = 25)]
    most: usize,
}

/// How to write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Servers { from, shown } => servers::run(&from, &shown, world)?,
            What::Explain { name, from, format } => explain::run(&name, &from, format, world)?,
            What::Queue { from, shown } => queue::run(&from, &shown, world)?,
            What::Catalogue { from, shown } => return catalogue::run(&from, &shown, world),
            What::Register(args) => args.run(world)?,
            What::Money { from, drawn, format } => money::run(&from, drawn, format, world)?,
            What::Cards { from, drawn, format } => cards::run(&from, drawn, format, world)?,
            What::Weights { what } => what.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes JSON for programs.
fn print_json(document: &serde_json::Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| {
        Failure::new(Kind::Internal, "cannot write the answer as JSON").caused_by(error)
    })?;
    output::print(&format!("{text}\n"))
}
