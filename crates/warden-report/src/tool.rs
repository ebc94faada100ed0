//! What a report says about the program that made it.

use warden_model::{Class, Severity};

/// The program that made the results.
#[derive(Clone, Copy, Debug)]
pub struct Tool<'a> {
    /// Its version.
    pub version: &'a str,
    /// The rules that it knows, in the order of the documentation.
    pub rules: &'a [Rule<'a>],
}

impl Tool<'_> {
    /// The name of the program in every format.
    pub const NAME: &'static str = "mcpwarden";
}

/// A rule as reports show it.
#[derive(Clone, Debug)]
pub struct Rule<'a> {
    /// Its identifier, for example `unpinned-package`.
    pub id: &'a str,
    /// What it finds, in one line.
    pub title: &'a str,
    /// What kind of problem that is.
    pub class: Class,
    /// CWE numbers, the closest first.
    pub cwe: &'a [u16],
    /// The languages that it reads; none for one that looks at configurations and definitions.
    pub languages: Vec<&'a str>,
    /// How bad it usually is.
    pub severity: Severity,
    /// Its page, in Markdown.
    pub page: &'a str,
}
