//! Advisories in the OSV format, version 1.7 of its schema, as far as a verdict needs them.
//!
//! Reading is strict about what decides and silent about what does not: fields that a later schema
//! adds are passed over, as the schema asks for, but a range that makes no sense is kept as one that
//! nothing can be said about. So a lookup of its package tells a gap instead of nothing.

mod evaluate;
mod read;
mod severity;

use warden_model::{Ecosystem, Severity};

pub use evaluate::{Unclear, Verdict};
pub use read::{Note, Refusal, read};

/// One advisory, checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advisory {
    /// Its identifier, for example `GHSA-6xpm-ggf7-wc3p`.
    pub id: String,
    /// When it was changed last, as written.
    pub modified: String,
    /// What other databases call the same.
    pub aliases: Vec<String>,
    /// What it is about, in one line.
    pub summary: String,
    /// How bad it is; none where it does not tell.
    pub severity: Option<Severity>,
    /// When it was taken back, in seconds since 1970.
    pub withdrawn: Option<i64>,
    /// Whether the package is there to do harm.
    pub malicious: bool,
    /// The packages that it is about, of the ecosystems that we know.
    pub affected: Vec<Affected>,
}

/// One package of an advisory, and the versions of it that are affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The package, as the ecosystem compares names.
    pub name: String,
    /// How bad it is for this package, where that is told apart.
    pub severity: Option<Severity>,
    /// The ranges that are affected; any one is enough.
    pub ranges: Vec<Range>,
    /// Versions that are affected besides.
    pub versions: Vec<String>,
    /// Why nothing can be said about versions that neither ranges nor versions hold.
    pub unclear: Option<Unclear>,
}

/// A range of versions, as its changes in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// Whether it counts in semantic versions, whatever the ecosystem does.
    pub semantic: bool,
    /// What changes where.
    pub events: Vec<Event>,
}

/// What changes at a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// From here on it is affected; `0` comes before every version.
    Introduced(String),
    /// From here on it is not.
    Fixed(String),
    /// After this one it is not.
    LastAffected(String),
    /// From here on nothing is said; `*` comes after every version.
    Limit(String),
}

impl Event {
    /// The version.
    #[must_use]
    pub fn version(&self) -> &str {
        match self {
            Self::Introduced(text)
            | Self::Fixed(text)
            | Self::LastAffected(text)
            | Self::Limit(text) => text,
        }
    }
}

impl Advisory {
    /// Whether it is taken back at `now`, in seconds since 1970.
    #[must_use]
    pub fn is_withdrawn(&self, now: i64) -> bool {
        self.withdrawn.is_some_and(|since| since <= now)
    }
}

/// The name as PyPI compares names (PEP 503); other ecosystems take them as written.
#[must_use]
pub fn normal_name(ecosystem: Ecosystem, name: &str) -> String {
    if ecosystem != Ecosystem::PyPi {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(&part.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests;
