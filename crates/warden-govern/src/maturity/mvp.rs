//! The least programme: four elements that together reach the second maturity tier.

use serde::Serialize;

use super::{Standing, signals};
use crate::{Ratio, estate::Lookup};

/// One of the four.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// What it is.
    pub title: &'static str,
    /// Whether it is there.
    pub holds: bool,
    /// What the estate says of it.
    pub says: String,
    /// Identifiers of what is missing.
    pub missing: Vec<String>,
    /// What it is written to or read from: nothing but files and what takes syslog or HTTP.
    pub needs: &'static [Needs],
}

/// What an element of the least programme needs outside this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Needs {
    /// Files.
    File,
    /// Something that takes syslog, if it is not a file.
    Syslog,
    /// Something that takes HTTP, if it is not a file.
    Http,
}

/// How much of the least programme is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mvp {
    /// The four.
    pub elements: Vec<Element>,
    /// How many are there.
    pub met: Ratio,
}

/// The four, in the order in which they are named.
const TITLES: [(&str, &[Needs]); 4] = [
    ("Complete inventory", &[Needs::File]),
    ("Authentication on all endpoints with credential rotation policy", &[Needs::File]),
    ("Audit logging of all invocations to SIEM", &[Needs::File, Needs::Syslog, Needs::Http]),
    ("Vendor assessment before production connection", &[Needs::File]),
];

/// How much of the least programme an estate has.
#[must_use]
pub fn mvp(known: &Lookup<'_>) -> Mvp {
    let read = signals::elements(&Standing::new(known));
    let element =
        |((title, needs), reading): ((&'static str, &'static [Needs]), signals::Reading)| {
            let signals::Reading { holds, says, missing, .. } = reading;
            Element { title, holds, says, missing, needs }
        };
    let elements: Vec<_> = TITLES.into_iter().zip(read).map(element).collect();
    Mvp { met: Ratio::count(&elements, |element| element.holds), elements }
}
