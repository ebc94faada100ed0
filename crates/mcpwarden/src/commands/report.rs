//! `mcpwarden report`: what a board is given, made from an estate.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use warden_govern::{
    Estate,
    estate::{Deliverable, DeliverableKind, Lookup},
};
use warden_model::Digest;
use warden_report::{
    board::{Ground, NoUpdate, Options, Refused, board, deep_dive, incident, sheet},
    paper::{Document, Language, Paper},
};

use super::{
    paper::{self, save},
    programme::kept,
};
use crate::{
    Failure, Kind, World,
    estates::From,
    governed::{json, put},
    output,
};

/// Write what a board is given: the report, an update on an incident, a deep dive, a sheet
///
/// A report is a template whose blanks are filled from an estate; what nobody has measured says so.
/// Every figure has the command that shows it, the time and the digest of the estate. A report that
/// rates with words instead of scenarios and money, or that states a published figure without what
/// came of checking it, is not written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden report board --estate estate --output board.html
  mcpwarden report board --estate estate --format pdf --language de \\
      --output board.pdf --recipient ann --record estate/deliverables.csv
  mcpwarden report board --estate estate --format png --paper slide --output slides
  mcpwarden report incident i7 --estate estate --format pdf --output update.pdf
  mcpwarden report deep-dive --estate estate --output quarter.html
  mcpwarden report sheet --estate estate --format pdf --output metrics.pdf

Exit codes:
  0         it is written
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write the report to the board: ten parts and an annex, the answer on the first page
    Board {
        #[command(flatten)]
        made: Box<Made>,
    },
    /// Write one page on an incident of the estate
    Incident {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        id: String,
        #[command(flatten)]
        made: Box<Made>,
    },
    /// Write the figures of the quarter in depth: every scenario, metric, framework and control
    DeepDive {
        #[command(flatten)]
        made: Box<Made>,
    },
    /// Write the sheet of all metrics: what each counts, and how it stands
    Sheet {
        #[command(flatten)]
        made: Box<Made>,
    },
}

/// Of which estate, how, and where to.
#[derive(Debug, clap::Args)]
struct Made {
    #[command(flatten)]
    from: From,

    /// As what
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Html)]
    format: Format,

    /// In which language
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t = Tongue::En)]
    language: Tongue,

    /// On which paper
    #[arg(long, value_enum, value_name = "PAPER", default_value_t = Sheet::A4)]
    paper: Sheet,

    /// Who may read it, as it stands on every page, if it is not confidential
    #[arg(long, value_name = "WORDS")]
    classification: Option<String>,

    /// Write it into a file; pictures into a folder that is there
    #[arg(short, long, value_name = "PATH", required_if_eq_any([("format", "pdf"), ("format", "png")]))]
    output: Option<PathBuf>,

    /// How many pixels an inch of a picture has
    #[arg(long, value_name = "NUMBER", default_value_t = 144, value_parser = clap::value_parser!(u32).range(36..=600))]
    ppi: u32,

    /// To whom it is given: a person of the estate
    #[arg(long, value_name = "PERSON", requires = "record")]
    recipient: Option<String>,

    /// The table `deliverables.csv` to keep day, recipient and digest in
    #[arg(long, value_name = "FILE", requires = "recipient")]
    record: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One page without scripts
    Html,
    /// PDF/A-2a and PDF/UA-1
    Pdf,
    /// A picture of each page
    Png,
    /// The document, for programs and for `mcpwarden paper`
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tongue {
    /// English
    En,
    /// German
    De,
    /// French
    Fr,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sheet {
    /// 210 mm by 297 mm
    A4,
    /// 8.5 in by 11 in
    Letter,
    /// 16 to 9, for pictures in a presentation
    Slide,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Board { made } => {
                made.run(world, Some(DeliverableKind::BoardReport), |ground, options| {
                    board(ground, options).map_err(|why| refused(&why))
                })?;
            }
            What::Incident { id, made } => {
                made.run(world, Some(DeliverableKind::IncidentUpdate), |ground, options| {
                    incident(ground, options, &id).map_err(no_update)
                })?;
            }
            What::DeepDive { made } => {
                made.run(world, Some(DeliverableKind::DeepDive), |ground, options| {
                    deep_dive(ground, options).map_err(|why| refused(&why))
                })?;
            }
            What::Sheet { made } => {
                made.run(world, None, |ground, options| {
                    sheet(ground, options).map_err(|why| refused(&why))
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Made {
    fn run(
        &self,
        world: &World,
        kind: Option<DeliverableKind>,
        report: impl FnOnce(&Ground<'_>, &Options) -> Result<Document, Failure>,
    ) -> Result<(), Failure> {
        if kind.is_none() && self.record.is_some() {
            let why = "a sheet is not handed over by itself: it goes with a report or a deep dive";
            return Err(Failure::new(Kind::Usage, why));
        }
        let estate = self.from.load(world)?;
        let known = Lookup::new(&estate);
        let recipient = self.recipient(&known)?;
        let document = report(&Ground::of(&known), &self.options())?;
        let path = self.output.as_ref().map(|path| world.cwd.join(path));
        let bytes = self.write(&document, path.as_deref())?;
        match (kind, recipient, &self.record) {
            (Some(kind), Some(person), Some(file)) => {
                record(&world.cwd.join(file), &handed(&estate, kind, person, &bytes))
            }
            _ => Ok(()),
        }
    }

    /// The identifier of whom it is given to.
    fn recipient(&self, known: &Lookup<'_>) -> Result<Option<String>, Failure> {
        let Some(id) = &self.recipient else { return Ok(None) };
        if self.format == Format::Png {
            let why = "pictures have no digest that can be kept: hand over a PDF, HTML or JSON";
            return Err(Failure::new(Kind::Usage, why));
        }
        let person = known.accountable(Some(id)).ok_or_else(|| {
            Failure::new(Kind::Usage, format!("`{id}` is no person of the estate"))
        })?;
        Ok(Some(person.id.clone()))
    }

    fn options(&self) -> Options {
        Options {
            language: match self.language {
                Tongue::En => Language::En,
                Tongue::De => Language::De,
                Tongue::Fr => Language::Fr,
            },
            paper: match self.paper {
                Sheet::A4 => Paper::A4,
                Sheet::Letter => Paper::Letter,
                Sheet::Slide => Paper::Slide,
            },
            classification: self.classification.clone(),
        }
    }

    fn write(&self, document: &Document, path: Option<&Path>) -> Result<Vec<u8>, Failure> {
        let format = match self.format {
            Format::Html => paper::Format::Html,
            Format::Pdf => paper::Format::Pdf,
            Format::Png => paper::Format::Png,
            Format::Json => {
                let text = json(document)?;
                match path {
                    None => output::print(&text)?,
                    Some(file) => save(file, text.as_bytes())?,
                }
                return Ok(text.into_bytes());
            }
        };
        paper::write(document, format, path, self.ppi)
    }
}

fn handed(estate: &Estate, kind: DeliverableKind, person: String, bytes: &[u8]) -> Deliverable {
    Deliverable {
        kind,
        at: estate.day(),
        time: None,
        person,
        digest: Digest::of(bytes).to_string(),
    }
}

fn record(file: &Path, row: &Deliverable) -> Result<(), Failure> {
    put(file, &kept(file, std::slice::from_ref(row))?)?;
    output::tell(&format!("recorded: {} given to {} on {}\n", row.kind, row.person, row.at));
    Ok(())
}

fn refused(why: &Refused) -> Failure {
    let told = Failure::new(Kind::Input, "the report is not written: a board is not told so");
    why.0.iter().take(20).fold(told, |told, one| told.hint(one.to_string()))
}

fn no_update(why: NoUpdate) -> Failure {
    match why {
        NoUpdate::Refused(why) => refused(&why),
        unknown @ NoUpdate::Unknown(_) => Failure::new(Kind::Usage, unknown.to_string())
            .hint("`mcpwarden estate show` says what is in an estate; `incidents.csv` names them"),
    }
}
