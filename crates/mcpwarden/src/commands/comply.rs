//! `mcpwarden comply`: what laws, standards and lists of threats ask, and what shows it.

mod act;
mod controls;
mod dora;
mod frameworks;
mod gdpr;
mod incident;
mod library;
mod pack;
mod server;
mod table;
pub(super) mod text;

use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value};
use warden_govern::{Estate, comply::Ground, estate::Lookup};

use crate::{Failure, Kind, World, estates, output};

/// Show what laws and standards ask, and what the estate shows for it
///
/// Twenty controls are each answered from the estate, with evidence and its age. Frameworks are
/// answered from the controls, and from what is open. What nobody knows is never met.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply frameworks --estate estate.json
  mcpwarden comply framework DORA --estate estate.json
  mcpwarden comply control C3 C13 --estate estate.json
  mcpwarden comply server mail --estate estate.json
  mcpwarden comply pack --from 2026-07-01 --until 2026-10-01 \\
    --ledger gateway/ledger --output q3.zip --estate estate.json
  mcpwarden comply dora register --estate estate --tables dora
  mcpwarden comply incident clocks case.toml --estate estate

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Frameworks(frameworks::All),
    Framework(frameworks::One),
    Control(controls::Args),
    Table(table::Args),
    Server(server::Args),
    AiAct(act::Args),
    Nis2(act::Nis2),
    Dora(dora::Args),
    Incident(incident::Args),
    Gdpr(gdpr::Args),
    Pack(pack::Args),
    Facts(library::Facts),
    Cases(library::Cases),
    Playbook(library::Playbook),
    Playbooks(library::Playbooks),
}

impl Args {
    pub(crate) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Frameworks(args) => args.run(world),
            What::Framework(args) => args.run(world),
            What::Control(args) => args.run(world),
            What::Table(args) => args.run(world),
            What::Server(args) => args.run(world),
            What::AiAct(args) => args.run(world),
            What::Nis2(args) => args.run(world),
            What::Dora(args) => args.run(world),
            What::Incident(args) => args.run(world),
            What::Gdpr(args) => args.run(world),
            What::Pack(args) => args.run(world),
            What::Facts(args) => args.run(),
            What::Cases(args) => args.run(),
            What::Playbook(args) => args.run(),
            What::Playbooks(args) => args.run(world),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Human,
    /// One JSON document
    Json,
}

/// Which estate, and how to show what it says.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    #[command(flatten)]
    from: estates::From,
    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

impl Common {
    /// Asks the estate, and prints the answer: as text, or as a document that names what it was
    /// computed from.
    fn answer<T: Serialize>(
        &self,
        world: &World,
        name: &str,
        ask: impl FnOnce(&Ground<'_>) -> Result<T, Failure>,
        text: impl FnOnce(&T, &Ground<'_>) -> String,
    ) -> Result<ExitCode, Failure> {
        let estate = self.from.load(world)?;
        let lookup = Lookup::new(&estate);
        let ground = Ground::new(&lookup, estate.day());
        let answer = ask(&ground)?;
        match self.format {
            Format::Human => output::print(&text(&answer, &ground))?,
            Format::Json => output::print(&document(&estate, name, &answer)?)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn document<T: Serialize>(estate: &Estate, name: &str, answer: &T) -> Result<String, Failure> {
    let mut members = Map::new();
    members.insert("v".into(), 1.into());
    members.insert("estate".into(), estate.digest().to_string().into());
    members.insert("as_of".into(), estate.as_of.to_string().into());
    members.insert(name.into(), value(answer)?);
    pretty(&members)
}

fn value<T: Serialize>(answer: &T) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(unwritable)
}

fn pretty<T: Serialize>(answer: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(answer).map(|text| text + "\n").map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> Failure {
    Failure::new(Kind::Internal, "cannot write the answer as JSON").caused_by(error)
}

/// Something was asked for by a name that nothing has.
fn no_such(what: &str, name: &str, known: impl Iterator<Item = String>) -> Failure {
    let mut known: Vec<_> = known.collect();
    known.sort();
    let more = if known.len() > 30 { ", …" } else { "" };
    known.truncate(30);
    Failure::new(Kind::Usage, format!("there is no {what} `{name}`"))
        .hint(format!("there is {}{more}", known.join(", ")))
}
