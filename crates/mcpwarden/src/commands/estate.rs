//! `mcpwarden estate`: what governance is computed from.

mod egress;
mod export;
mod init;
mod show;

use std::{path::PathBuf, process::ExitCode};

use crate::{Failure, Kind, World, estates, files, output};

/// Put together, check and show what governance is computed from
///
/// The estate is one value: agents, servers, tools, systems, people, findings, certificates,
/// assessments, traffic and incidents. Programs find most of it; the rest is in tables that people
/// keep, as CSV, JSON or TOML. `risk`, `surface`, `maturity`, `comply` and `report` read it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden estate init estate
  mcpwarden estate check --estate estate
  mcpwarden estate build --tables estate --scan laptop-7=scan.json --here \
    --ledger gateway/ledger --egress access.log --output estate.json
  mcpwarden estate egress access.log dns.log --estate estate.json
  mcpwarden estate export --estate estate.json --format csv
  mcpwarden estate show --estate estate.json

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a folder of empty tables to fill in
    Init {
        /// The folder, which must not exist or be empty
        #[arg(value_name = "FOLDER", default_value = "estate")]
        folder: PathBuf,
    },
    /// Put an estate together and write it into one file
    Build {
        #[command(flatten)]
        sources: estates::Sources,
        /// The file to write
        #[arg(long, short, value_name = "FILE", default_value = "estate.json")]
        output: PathBuf,
    },
    /// Check that tables can be read and fit each other
    Check {
        #[command(flatten)]
        from: estates::From,
    },
    Egress(egress::Args),
    Export(export::Args),
    /// Show what is in an estate, and what nobody has said
    Show {
        #[command(flatten)]
        from: estates::From,
    },
}

impl Args {
    pub(crate) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Init { folder } => init::init(&folder)?,
            What::Build { sources, output: file } => {
                let (estate, told) = sources.build(world)?;
                for line in told {
                    output::tell(&format!("note: {line}\n"));
                }
                files::put(&world.cwd.join(&file), &estate.to_json()).map_err(|error| {
                    Failure::new(Kind::Usage, format!("cannot write `{}`", file.display()))
                        .caused_by(error)
                })?;
                output::print(&format!(
                    "`{}`: {} agents, {} servers, {} tools, {} findings, {}\n",
                    file.display(),
                    estate.agents.len(),
                    estate.servers.len(),
                    estate.tools.len(),
                    estate.findings.len(),
                    estate.digest()
                ))?;
            }
            What::Check { from } => {
                let estate = from.load(world)?;
                output::print(&format!("the estate fits, {}\n", estate.digest()))?;
            }
            What::Egress(args) => args.run(world)?,
            What::Export(args) => args.run(world)?,
            What::Show { from } => output::print(&show::show(&from.load(world)?))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
