//! What the commands of governance have in common: how they print, and how they record a quarter.

use std::{io, path::Path};

use clap::ValueEnum;
use serde::Serialize;
use warden_govern::{
    Estate,
    estate::{Lookup, Past},
    maturity::{DAY_ZERO, maturity},
    metrics::{Metric, merge_csv, quarter, record, record_dimensions},
    money::{Portfolio, Settings},
};
use warden_report::{printable, wrap};

use crate::{Failure, Kind, World, files, output};

/// The columns that text is fitted into.
const COLUMNS: usize = 80;

/// How many identifiers are printed of what is missing.
const SHOWN: usize = 5;

/// How a result is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    #[default]
    Human,
    /// Everything, for programs
    Json,
}

impl Format {
    /// Prints a result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn print(
        self,
        value: &impl Serialize,
        human: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match self {
            Self::Human => output::print(&human()),
            Self::Json => output::print(&json(value)?),
        }
    }
}

/// A value as JSON, with a line end.
///
/// # Errors
/// A value that has no JSON, which none of ours is.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Kind::Internal, "a result has no JSON").caused_by(error))?;
    Ok(text + "\n")
}

/// Adds a text in lines of at most 80 columns, each after so many spaces.
pub(crate) fn add(out: &mut String, indent: usize, text: &str) {
    hang(out, (indent, indent), text);
}

/// The same with other spaces before its first line than before the others.
pub(crate) fn hang(out: &mut String, (first, then): (usize, usize), text: &str) {
    let text = printable(text);
    let head = wrap(&text, COLUMNS - first).into_iter().next().unwrap_or_default();
    out.push_str(&format!("{:first$}{head}\n", ""));
    let rest = text.strip_prefix(&head).unwrap_or_default().trim_start();
    if rest.is_empty() {
        return;
    }
    for line in wrap(rest, COLUMNS - then) {
        out.push_str(&format!("{:then$}{line}\n", ""));
    }
}

/// The first of these, and how many more there are.
pub(crate) fn some(all: &[String], count: usize) -> String {
    let mut text = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = count.saturating_sub(all.len().min(SHOWN));
    if more > 0 {
        text.push_str(&format!(", and {more} more"));
    }
    text
}

/// Who sees to something, for people.
pub(crate) fn owner(owner: Option<&str>) -> &str {
    owner.unwrap_or("nobody yet")
}

/// Where the figures of a quarter are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct RecordArgs {
    /// Add the figures of this quarter to a table `past.csv`, so that the next report has a trend
    #[arg(long, value_name = "FILE")]
    record: Option<std::path::PathBuf>,

    /// Record them as those of the first day of the programme
    #[arg(long, requires = "record")]
    day_zero: bool,
}

impl RecordArgs {
    /// Records the figures of an estate, if that was asked for.
    ///
    /// # Errors
    /// A file that is no such table, or cannot be written.
    pub(crate) fn run(
        &self,
        world: &World,
        estate: &Estate,
        metrics: &[Metric],
    ) -> Result<(), Failure> {
        let Some(file) = &self.record else { return Ok(()) };
        let name = if self.day_zero { DAY_ZERO.to_owned() } else { quarter(estate.day()) };
        let mut rows = record(&name, metrics, &maturity(&Lookup::new(estate)));
        rows.extend(record_dimensions(&name, &Portfolio::of(estate, Settings::default())));
        write(&world.cwd.join(file), &rows)?;
        output::tell(&format!("recorded {} figures of {name}\n", rows.len()));
        Ok(())
    }
}

fn write(file: &Path, rows: &[Past]) -> Result<(), Failure> {
    let before = text(file)?;
    let after = merge_csv(&before, rows).map_err(|error| {
        Failure::new(Kind::Input, format!("cannot add to `{}`", file.display()))
            .caused_by(error)
            .hint("name a file that is not there yet, or a table of quarter, figure and value")
    })?;
    put(file, &after)
}

/// The text of a file; nothing, if there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    match std::fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        found => found.map_err(|error| {
            Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
        }),
    }
}

/// Puts a text into a file.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn put(file: &Path, text: &str) -> Result<(), Failure> {
    files::put(file, text.as_bytes()).map_err(|error| {
        Failure::new(Kind::Usage, format!("cannot write `{}`", file.display()))
            .caused_by(error)
            .hint("name a file in a folder that exists and that you may write to")
    })
}
