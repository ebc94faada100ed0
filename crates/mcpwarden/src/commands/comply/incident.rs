//! `mcpwarden comply incident`: what an incident is, by when which report is due, and its draft.

mod draft;
mod show;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::Timestamp;
use warden_govern::{Estate, case::Case, clock::Calendar};

use super::dora::Format;
use crate::{Failure, Kind, World, estates, files, output};

/// The exit code where something is missing, or a clock has run out.
const OPEN: u8 = 10;
/// The exit code where a report is wrong.
const WRONG: u8 = 13;
/// The largest case that is read.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// A case to start from.
const EXAMPLE: &str = include_str!("incident/example.toml");

/// Classify an incident, show its clocks and draft its reports
///
/// A case is one TOML or JSON file that people keep while an incident goes on. From it follow the
/// classification under DORA, the deadlines of six laws and drafts of reports. What is not known is
/// never taken for good: it is told as missing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply incident init case.toml
  mcpwarden comply incident classify case.toml
  mcpwarden comply incident clocks case.toml --estate estate
  mcpwarden comply incident draft case.toml --step dora/initial \\
      --estate estate
  mcpwarden comply incident validate report.json

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input
  10        clocks: one has run out; draft: something is missing;
            classify: too little is known
  13        validate: the report is wrong")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a case to start from
    Init {
        /// The file, which must not exist
        #[arg(value_name = "FILE", default_value = "case.toml")]
        file: PathBuf,
    },
    /// Say whether an incident is major under DORA
    Classify {
        /// The case; several of the same root cause are classified together too
        #[arg(value_name = "CASE", required = true)]
        cases: Vec<PathBuf>,
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        format: Format,
    },
    /// Show by when which report is due, and how much time is left
    Clocks {
        /// The case
        #[arg(value_name = "CASE")]
        case: PathBuf,
        #[command(flatten)]
        from: estates::From,
        #[command(flatten)]
        when: When,
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        format: Format,
    },
    /// Draft a report, and tell what is missing
    Draft {
        /// The case
        #[arg(value_name = "CASE")]
        case: PathBuf,
        /// The report: `dora/initial`, `dora/intermediate`, `dora/final`, `gdpr/authority`,
        /// `nis2/early-warning`, `nis2/notification`, `nis2/final` or `ai-act/serious`
        #[arg(long, value_name = "STEP")]
        step: String,
        #[command(flatten)]
        from: estates::From,
        /// Print only the document that is sent (DORA)
        #[arg(long)]
        document: bool,
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        format: Format,
    },
    /// Check the document of a report under DORA
    Validate {
        /// The document, as JSON
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
        format: Format,
    },
}

/// The time for which clocks are read.
#[derive(Debug, clap::Args)]
struct When {
    /// The time, if not now
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        match self.what {
            What::Init { file } => init(&file, world),
            What::Classify { cases, format } => {
                let cases: Result<Vec<_>, _> = cases.iter().map(|one| read(one, world)).collect();
                show::classify(&cases?, format)
            }
            What::Clocks { case, from, when, format } => {
                let now = when.now.unwrap_or_else(|| world.now());
                let estate = from.load(world)?;
                show::clocks(&read(&case, world)?, &calendar(&estate)?, now, format)
            }
            What::Draft { case, step, from, document, format } => {
                let how = draft::How { document, format };
                draft::draft(&read(&case, world)?, &from.load(world)?, &step, how)
            }
            What::Validate { file, format } => draft::validate(&world.cwd.join(file), format),
        }
    }
}

fn init(file: &Path, world: &World) -> Result<ExitCode, Failure> {
    let path = world.cwd.join(file);
    if path.exists() {
        return Err(Failure::new(Kind::Usage, format!("`{}` is there already", file.display()))
            .hint("name another file"));
    }
    files::put(&path, EXAMPLE.as_bytes()).map_err(|error| {
        Failure::new(Kind::Usage, format!("cannot write `{}`", file.display())).caused_by(error)
    })?;
    output::print(&format!("`{}` is a case to fill in\n", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The calendar of the organisation.
fn calendar(estate: &Estate) -> Result<Calendar, Failure> {
    Calendar::of(&estate.organisation).map_err(|error| {
        Failure::new(Kind::Input, "the organisation has no calendar").caused_by(error)
    })
}

/// A case that fits.
fn read(file: &Path, world: &World) -> Result<Case, Failure> {
    let bytes = bytes(&world.cwd.join(file))?;
    let case = Case::read(&bytes).map_err(|error| {
        Failure::new(Kind::Input, format!("`{}` is no case", file.display()))
            .caused_by(error)
            .hint("`mcpwarden comply incident init` writes one to start from")
    })?;
    let misfits = case.check();
    if misfits.is_empty() {
        return Ok(case);
    }
    let failure =
        Failure::new(Kind::Input, format!("the case in `{}` does not fit", file.display()));
    Err(misfits.iter().fold(failure, |failure, one| failure.hint(one.to_string())))
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    super::dora::read(file, MOST_BYTES)
}
