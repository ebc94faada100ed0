//! `mcpwarden assess`: questions about servers, their answers, and what these come to.

mod decide;
mod form;
mod import;
mod list;
mod say;
mod sheet;
mod show;

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use jiff::civil::Date;
use warden_govern::{Estate, estate::Server};
use warden_model::questions::Set;

use crate::{Failure, Kind, World, estates, output};

/// Ask vendors about servers, and see what the answers come to
///
/// A form is one file of HTML that a vendor fills in without an account and without a network; its
/// answers are taken only with the files that show them, and signed by the one who brings them in.
/// What is answered is held against what was seen. The questions are the 12 of an approval, the 15
/// for a vendor, and the 20 that both were merged into; an answer to one counts for all that ask for
/// no more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden assess form mail --set vendor-15 -o form.html
  mcpwarden assess import answers.json --evidence report.pdf --by ann@example.com --key ann.key
  mcpwarden assess show mail --here
  mcpwarden assess decide mail passed --reason 'all shown' --by ann@example.com --key ann.key
  mcpwarden assess list --here --overdue
  mcpwarden assess sheet --set diligence-20 -o sheet.html

Exit codes:
  0         done, and for `findings` there are none
  1 to 4    it could not be done: internal, usage, configuration, input
  11 to 14  `findings` has some, the worst one low, medium, high or critical")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Questions(sheet::QuestionsArgs),
    Sheet(sheet::Args),
    Form(form::Args),
    Import(import::Args),
    Decide(decide::Args),
    Show(show::Args),
    List(list::Args),
    Findings(list::FindingsArgs),
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Questions(args) => args.run(world)?,
            What::Sheet(args) => args.run(world)?,
            What::Form(args) => args.run(world)?,
            What::Import(args) => args.run(world)?,
            What::Decide(args) => args.run(world)?,
            What::Show(args) => args.run(world)?,
            What::List(args) => args.run(world)?,
            What::Findings(args) => return args.run(world),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Which questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum List {
    /// The 12 of an approval
    #[value(name = "approval-12")]
    Approval,
    /// The 15 for a vendor
    #[value(name = "vendor-15")]
    Vendor,
    /// The 20 that both were merged into
    #[value(name = "diligence-20")]
    Merged,
}

impl From<List> for Set {
    fn from(list: List) -> Self {
        match list {
            List::Approval => Self::Approval,
            List::Vendor => Self::Vendor,
            List::Merged => Self::Merged,
        }
    }
}

/// For whom it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// For a program
    Json,
}

/// What is known.
#[derive(Debug, clap::Args)]
struct Known {
    #[command(flatten)]
    from: estates::From,

    /// Also what was asked, answered and decided on this machine
    #[arg(long)]
    here: bool,
}

impl Known {
    /// The estate, and the day that it is looked at for.
    fn load(&self, world: &World) -> Result<(Estate, Date), Failure> {
        let mut estate = if self.here {
            let (estate, told) = estates::load_here(&self.from.estate, world)?;
            for one in told {
                output::tell(&format!("mcpwarden: {}\n", warden_report::printable(&one)));
            }
            estate
        } else {
            estates::load(&self.from.estate, world.now())?
        };
        if let Some(day) = self.from.as_of {
            estate.as_of = estates::midnight(day)?;
        }
        let day = estate.day();
        Ok((estate, day))
    }
}

/// The server with this identifier.
fn server<'a>(estate: &'a Estate, id: &str) -> Result<&'a Server, Failure> {
    estate.servers.iter().find(|server| server.id == id).ok_or_else(|| {
        Failure::new(Kind::Input, format!("no server of the estate is `{id}`"))
            .hint("`mcpwarden assess list` shows every server")
    })
}

/// Writes a document into a file, or to standard output.
fn write(text: &str, file: Option<&PathBuf>, world: &World) -> Result<(), Failure> {
    match file {
        Some(file) => output::save(&world.cwd.join(file), text),
        None => output::print(text),
    }
}

/// A value as JSON for people to look at.
fn pretty(value: &serde_json::Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text
        .map_err(|error| Failure::new(Kind::Internal, "it cannot be written").caused_by(error))?;
    Ok(format!("{text}\n"))
}
