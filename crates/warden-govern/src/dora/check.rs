//! Reads the files of a package back, and holds them against the published rules.
//!
//! Nothing here knows what wrote them: it takes bytes by name, as they lie in the archive. A rule
//! has the number of the EBA's technical checks and validation rules of 28 April 2025 where there is
//! one; `ITS` is what Implementing Regulation (EU) 2024/2956 asks for and no rule enforces, and
//! `LEI` is ISO 17442.

mod files;
mod rows;

use std::collections::BTreeMap;

use serde::Serialize;

use super::Taxonomy;

/// The files of a package by their path in the archive.
pub type Files = BTreeMap<String, Vec<u8>>;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The authority refuses the package.
    Refused,
    /// It is taken, and somebody asks.
    Warning,
}

/// Something that is wrong with a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// How bad it is.
    pub weight: Weight,
    /// The rule.
    pub rule: String,
    /// The file.
    pub file: String,
    /// The line in it, from 1; none if it is the whole file.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong.
    pub why: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {} ({})", self.why, self.rule)
    }
}

/// Everything that is wrong with a package of this name: that of its archive, without `.zip`.
///
/// Faults are sorted: what is refused first, then by file and line.
#[must_use]
pub fn check(name: &str, files: &Files) -> Vec<Fault> {
    let taxonomy = files::taxonomy(name, files);
    let mut faults = Faults::default();
    let tables = files::check(name, files, taxonomy, &mut faults);
    rows::check(taxonomy, &tables, &mut faults);
    faults.0.sort_by(|a, b| {
        (a.weight, &a.file, a.line, &a.column, &a.rule)
            .cmp(&(b.weight, &b.file, b.line, &b.column, &b.rule))
    });
    faults.0.dedup();
    faults.0
}

/// A table as it was read: lines with their cells, by code of column.
#[derive(Debug, Default)]
struct Table {
    /// The name of its file in the folder of reports.
    file: String,
    /// The lines, with the cells that are filled.
    rows: Vec<(usize, BTreeMap<String, String>)>,
}

/// Tables by template.
type Tables = BTreeMap<String, Table>;

#[derive(Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn tell(&mut self, (weight, rule): (Weight, &str), place: Place<'_>, why: impl Into<String>) {
        self.0.push(Fault {
            weight,
            rule: rule.to_owned(),
            file: place.file.to_owned(),
            line: place.line,
            column: place.column.map(ToOwned::to_owned),
            why: why.into(),
        });
    }

    fn refuse(&mut self, rule: &str, place: Place<'_>, why: impl Into<String>) {
        self.tell((Weight::Refused, rule), place, why);
    }

    fn warn(&mut self, rule: &str, place: Place<'_>, why: impl Into<String>) {
        self.tell((Weight::Warning, rule), place, why);
    }
}

/// Where something is.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<&'a str>,
}

impl<'a> Place<'a> {
    const fn file(file: &'a str) -> Self {
        Self { file, line: None, column: None }
    }

    const fn cell(file: &'a str, line: usize, column: &'a str) -> Self {
        Self { file, line: Some(line), column: Some(column) }
    }
}

/// The version whose entry point a text names.
fn version(entry: &str) -> Option<&'static Taxonomy> {
    Taxonomy::all().iter().find(|taxonomy| taxonomy.filing("extends") == entry)
}
