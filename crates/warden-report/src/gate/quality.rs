//! The report as GitLab's Code Quality reads it: a list of issues with places and fingerprints.

use serde::Serialize;
use warden_model::Severity;

use super::Report;
use crate::{clean::printable, json::to_text};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Everything that is in the way, as a JSON array ended by a line feed.
///
/// # Errors
/// If a value cannot be written as JSON.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let scan = report.scan();
    let issue = |finding: &warden_model::Finding| {
        let file = &finding.location.file;
        let path = file.strip_prefix("./").unwrap_or(file);
        Issue {
            description: printable(&format!("{} ({})", finding.message, finding.label))
                .into_owned(),
            check_name: finding.rule,
            fingerprint: finding.fingerprint.to_string(),
            severity: severity(finding.severity),
            location: Place {
                path: printable(path).into_owned(),
                lines: Lines { begin: finding.location.line.unwrap_or(1).max(1) },
            },
        }
    };
    to_text(&scan.findings.iter().map(issue).collect::<Vec<_>>())
}

/// The words of the Code Climate format.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
