//! What a gate says of the servers that a repository brings.
//!
//! The values are what was judged; each format is one function from them to text. A server that
//! does not count is also a finding with a rule of its own, so that SARIF has places, help and
//! fingerprints as for every other finding.

mod human;
mod json;
mod markdown;
mod quality;
mod rules;
#[cfg(test)]
mod tests;

use warden_model::{
    Class, Confidence, Coverage, Decision, Digest, Finding, Location, Scan, Settled, Severity,
    Subject, SuppressedBy, Unread,
};

pub use human::render as human;
pub use json::{VERSION, render as json};
pub use markdown::render as markdown;
pub use quality::render as quality;
pub use rules::rules;

use crate::{Tool, github, sarif};

/// Everything that a gate found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Every server, in the order of files and lines.
    pub rows: Vec<Row>,
    /// Findings of a scan that are in the way as well, the worst first.
    pub findings: Vec<Finding>,
    /// What is to be told besides, each a sentence without a full stop.
    pub notes: Vec<String>,
    /// What was asked for.
    pub asked: Asked,
    /// What was looked at and could not be read.
    pub unread: Vec<Unread>,
    /// How many files were read.
    pub files: usize,
    /// How many certificates are believed.
    pub certificates: usize,
}

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The least level.
    pub level: u8,
    /// Where the servers are used.
    pub environment: &'static str,
    /// With which data.
    pub data: &'static str,
    /// Only what changed since this commit was judged.
    pub since: Option<String>,
    /// Where the policy is from; none if nobody has written one.
    pub policy: Option<String>,
}

/// One server.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name where it is written.
    pub name: String,
    /// Where that is.
    pub location: Location,
    /// By what it is brought.
    pub by: String,
    /// What would run; it may be printed.
    pub what: String,
    /// A digest of everything that is written about it.
    pub print: Digest,
    /// How it stands.
    pub standing: Standing,
}

/// How a server stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A certificate counts for it.
    Counts {
        /// Its level.
        level: u8,
        /// The day on which it expires.
        until: String,
        /// Who has certified it.
        issuer: String,
        /// Whether another version may run than the certified one.
        floats: bool,
    },
    /// None does.
    Fails {
        /// The reason, as a code that never moves.
        code: &'static str,
        /// The reason in words.
        why: String,
        /// What to do.
        help: String,
    },
    /// None does, and somebody answers for that.
    Waived {
        /// The reason that is waived.
        code: &'static str,
        /// The same in words.
        why: String,
        /// Who answers for it.
        owner: String,
        /// Why.
        reason: String,
        /// The last day on which that counts.
        until: String,
    },
    /// It was there before the change, and nobody has judged it.
    Known,
}

impl Report {
    /// How many servers are in the way.
    #[must_use]
    pub fn failing(&self) -> usize {
        self.count(|standing| matches!(standing, Standing::Fails { .. }))
    }

    /// Whether nothing is in the way.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.failing() == 0 && self.findings.is_empty()
    }

    fn count(&self, is: impl Fn(&Standing) -> bool) -> usize {
        self.rows.iter().filter(|row| is(&row.standing)).count()
    }

    /// The last line of every report for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let judged = self.rows.len() - self.count(|standing| *standing == Standing::Known);
        let files = crate::lines::count(self.files, "file");
        if self.rows.is_empty() && self.findings.is_empty() {
            return format!("no MCP server is brought by {files}");
        }
        let failing = match self.failing() {
            0 => "no server is in the way".to_owned(),
            1 => "1 server does not count".to_owned(),
            many => format!("{many} servers do not count"),
        };
        let mut out = format!("{failing}; {judged} judged in {files}");
        for (number, what) in [
            (self.count(|one| matches!(one, Standing::Waived { .. })), "waived"),
            (self.count(|one| *one == Standing::Known), "there before and not judged"),
        ] {
            if number > 0 {
                out.push_str(&format!(", {number} {what}"));
            }
        }
        if !self.findings.is_empty() {
            out.push_str(&format!(", {}", crate::lines::count(self.findings.len(), "finding")));
        }
        out
    }

    /// The same as a scan: each server that does not count is a finding.
    fn scan(&self) -> Scan {
        let mut scan = Scan {
            coverage: Coverage {
                files: self.files,
                unread: self.unread.clone(),
                ..Coverage::default()
            },
            ..Scan::default()
        };
        for row in &self.rows {
            match &row.standing {
                Standing::Fails { code, why, help } => {
                    scan.findings.push(finding(row, code, why, help));
                }
                Standing::Waived { code, why, owner, reason, until } => {
                    let decision = Decision::Suppressed {
                        reason: format!("{reason} ({owner}, until {until})"),
                        until: Some(until.clone()),
                        by: SuppressedBy::File,
                        place: Location::default(),
                    };
                    scan.settled.push(Settled { finding: finding(row, code, why, ""), decision });
                }
                Standing::Counts { .. } | Standing::Known => {}
            }
        }
        scan.findings.extend(self.findings.iter().cloned());
        scan
    }
}

/// A server that does not count, as a finding.
fn finding(row: &Row, code: &'static str, why: &str, help: &str) -> Finding {
    let place = &row.location;
    let pointer = place.pointer.as_deref().unwrap_or_default();
    // Without lines, so that it stays the same finding when they move.
    let parts = [code, &place.file, pointer, &row.name, &row.what];
    Finding {
        rule: code,
        class: Class::CertBelowPolicy,
        cwe: Class::CertBelowPolicy.info().cwe,
        severity: Severity::High,
        confidence: Confidence::High,
        message: format!("`{}` does not count as certified: {why}", crate::printable(&row.name)),
        label: row.what.clone(),
        location: place.clone(),
        subject: Subject { server: Some(row.name.clone()), ..Subject::default() },
        code: None,
        trace: Vec::new(),
        help: help.to_owned(),
        fingerprint: Digest::of_parts(parts.iter().map(|part| part.as_bytes())),
    }
}

/// The report as SARIF 2.1.0, ended by a line feed. `tool` has the rules of a scan, if there are
/// findings of one.
///
/// # Errors
/// If a value cannot be written as JSON.
pub fn sarif(report: &Report, tool: &Tool<'_>) -> Result<String, serde_json::Error> {
    let mut all = rules();
    all.extend(tool.rules.iter().cloned());
    sarif::render(&report.scan(), &Tool { version: tool.version, rules: &all })
}

/// The report as annotations of a GitHub workflow: one for everything that is in the way, one for
/// each note, and the summary.
#[must_use]
pub fn annotations(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.scan().findings {
        let text = [&finding.message, &finding.label, &finding.help];
        let text: Vec<&str> =
            text.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        github::annotation(&mut out, "error", (&finding.location, finding.rule), &text.join("\n"));
    }
    for note in &report.notes {
        github::annotation(&mut out, "warning", (&Location::default(), "gate"), note);
    }
    out.push_str(&crate::printable(&report.summary()));
    out.push('\n');
    out
}
