//! The report as JSON. `schemas/gate-report-1.schema.json` is the published schema.

use serde::Serialize;

use super::{Report, Row, Standing};
use crate::{Tool, json::to_text};

/// The version of the report.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    tool: Program<'a>,
    passes: bool,
    asked: Asked<'a>,
    servers: Vec<Server<'a>>,
    findings: Vec<Finding<'a>>,
    notes: &'a [String],
    coverage: Coverage,
}

#[derive(Serialize)]
struct Program<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Asked<'a> {
    level: u8,
    environment: &'a str,
    data: &'a str,
    since: Option<&'a str>,
    policy: Option<&'a str>,
}

#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    brought_by: &'a str,
    runs: &'a str,
    location: Place<'a>,
    standing: &'static str,
    code: Option<&'a str>,
    why: Option<&'a str>,
    help: Option<&'a str>,
    certificate: Option<Certificate<'a>>,
    waiver: Option<Waiver<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    pointer: Option<&'a str>,
}

#[derive(Serialize)]
struct Certificate<'a> {
    level: u8,
    expires: &'a str,
    issuer: &'a str,
    any_version: bool,
}

#[derive(Serialize)]
struct Waiver<'a> {
    owner: &'a str,
    reason: &'a str,
    until: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    location: Place<'a>,
    fingerprint: String,
}

#[derive(Serialize)]
struct Coverage {
    files: usize,
    unread: usize,
    certificates: usize,
}

/// The report as indented JSON, ended by a line feed.
///
/// # Errors
/// If a value cannot be written as JSON; no report is then better than half of one.
pub fn render(report: &Report, tool: &Tool<'_>) -> Result<String, serde_json::Error> {
    let asked = &report.asked;
    to_text(&Whole {
        version: VERSION,
        tool: Program { name: Tool::NAME, version: tool.version },
        passes: report.passes(),
        asked: Asked {
            level: asked.level,
            environment: asked.environment,
            data: asked.data,
            since: asked.since.as_deref(),
            policy: asked.policy.as_deref(),
        },
        servers: report.rows.iter().map(server).collect(),
        findings: report.findings.iter().map(finding).collect(),
        notes: &report.notes,
        coverage: Coverage {
            files: report.files,
            unread: report.unread.len(),
            certificates: report.certificates,
        },
    })
}

fn place(location: &warden_model::Location) -> Place<'_> {
    Place {
        file: &location.file,
        line: location.line,
        column: location.column,
        pointer: location.pointer.as_deref(),
    }
}

fn finding(finding: &warden_model::Finding) -> Finding<'_> {
    Finding {
        rule: finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        help: &finding.help,
        location: place(&finding.location),
        fingerprint: finding.fingerprint.to_string(),
    }
}

fn server(row: &Row) -> Server<'_> {
    let mut out = Server {
        name: &row.name,
        brought_by: &row.by,
        runs: &row.what,
        location: place(&row.location),
        standing: "before",
        code: None,
        why: None,
        help: None,
        certificate: None,
        waiver: None,
    };
    match &row.standing {
        Standing::Known => {}
        Standing::Counts { level, until, issuer, floats } => {
            out.standing = "counts";
            out.certificate =
                Some(Certificate { level: *level, expires: until, issuer, any_version: *floats });
        }
        Standing::Fails { code, why, help } => {
            out.standing = "fails";
            (out.code, out.why, out.help) = (Some(*code), Some(why.as_str()), Some(help.as_str()));
        }
        Standing::Waived { code, why, owner, reason, until } => {
            out.standing = "waived";
            (out.code, out.why) = (Some(*code), Some(why.as_str()));
            out.waiver = Some(Waiver { owner, reason, until });
        }
    }
    out
}
