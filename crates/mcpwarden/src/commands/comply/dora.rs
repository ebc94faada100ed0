//! `mcpwarden comply dora`: the register of information and the inventory of ICT assets.

mod assets;
mod make;
mod read;

use std::{path::PathBuf, process::ExitCode};

use jiff::civil::Date;

use crate::{Failure, World, estates};

pub(super) use make::read;

/// The exit code of a draft: it was made, and something in it is missing.
const DRAFT: u8 = 10;
/// The exit code where an authority would refuse a package.
const REFUSED: u8 = 13;

/// Make and check the register of information of DORA, and list ICT assets
///
/// The register (Implementing Regulation (EU) 2024/2956) is filled from the estate: each server that
/// somebody operates for us, or that we run under a contract, is an ICT service. What no program can
/// know stands in tables that people keep. Nothing is made up: what is not known is told as missing,
/// and makes a draft.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply dora tables --estate estate --out dora
  mcpwarden comply dora register --estate estate --tables dora \\
      --output register
  mcpwarden comply dora check register/*.zip
  mcpwarden comply dora assets --estate estate --format csv

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input
  10        register: it is a draft, since something is missing
  13        check: an authority would refuse it")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write the fifteen tables, as far as the estate fills them, for people to go on
    Tables {
        #[command(flatten)]
        from: Kept,
        /// The folder to write; a table that is there is left as it is
        #[arg(long, value_name = "FOLDER", default_value = "dora")]
        out: PathBuf,
    },
    /// Make the package: an archive that an authority takes, and its tables as plain CSV
    Register(Box<make::Make>),
    /// Hold a package against the published rules
    Check {
        /// The archive; its name is part of what is checked
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        format: Format,
    },
    /// List every server as an ICT asset (RTS (EU) 2024/1774 Art. 4(2)(b))
    Assets {
        #[command(flatten)]
        from: estates::From,
        #[arg(long, value_enum, default_value_t = assets::Format::Text, value_name = "FORMAT")]
        format: assets::Format,
    },
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What a register is filled from.
#[derive(Debug, clap::Args)]
struct Kept {
    #[command(flatten)]
    from: estates::From,
    /// The folder with the tables that people keep
    #[arg(long, value_name = "FOLDER")]
    tables: Option<PathBuf>,
    /// The day of the report, if not that of the estate
    #[arg(long, value_name = "DAY")]
    date: Option<Date>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Tables { from, out } => make::tables(&from, &out, world),
            What::Register(make) => make.run(world),
            What::Check { file, format } => read::check(&world.cwd.join(file), format),
            What::Assets { from, format } => assets::assets(&from.load(world)?, format),
        }
    }
}
