//! What could not be read, and the last line: what was found, in how much, and what is missing.

use std::collections::BTreeSet;

use warden_model::{Decision, Persona, Scan, Severity, SkipReason, SourceCoverage};

use super::findings::place_text;
use crate::{
    lines::count,
    pen::{BOLD, PLAIN, Pen, WARN},
};

/// How many places of each kind of gap are shown.
const PLACES: usize = 3;

pub(super) fn write(scan: &Scan, pen: &mut Pen) {
    if !scan.coverage.unread.is_empty() {
        pen.gap();
        pen.put(BOLD, "could not be read");
        pen.end();
    }
    for unread in &scan.coverage.unread {
        let client = unread.client.as_ref().map(|client| format!(" of {client}"));
        let client = client.unwrap_or_default();
        // A path is not wrapped, so that it can be copied.
        pen.put(PLAIN, &format!("  {}{client}", place_text(&unread.location)));
        pen.end();
        pen.block(4, WARN, &format!("{}: {}", unread.reason.name(), unread.detail));
    }
    gaps(&scan.coverage.source, pen);
    pen.gap();
    let style = if scan.findings.is_empty() && scan.coverage.complete() { PLAIN } else { BOLD };
    pen.block(0, style, &summary(scan));
}

/// What in source code was not understood, with the first places of each kind.
fn gaps(source: &SourceCoverage, pen: &mut Pen) {
    if !source.gaps.is_empty() {
        pen.gap();
        pen.put(BOLD, "not understood");
        pen.end();
    }
    for gaps in &source.gaps {
        let text = format!("{}: {}, in {}", gaps.kind, gaps.meaning, count(gaps.count, "place"));
        pen.block(2, WARN, &text);
        for place in gaps.places.iter().take(PLACES) {
            pen.put(PLAIN, &format!("    {}", place_text(place)));
            pen.end();
        }
        let more = gaps.count.saturating_sub(gaps.places.len().min(PLACES));
        if more > 0 {
            pen.block(4, PLAIN, &format!("and {more} more"));
        }
    }
}

/// The last line of every report for people.
#[must_use]
pub(crate) fn summary(scan: &Scan) -> String {
    let found = count(scan.findings.len(), "finding");
    let parts: Vec<String> = [levels(scan), settled(scan), held_back(scan)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) };
    format!("{found}{parts} in {}; {}", looked_at(scan), missing(scan))
}

/// What was decided about, which is not among the findings.
fn settled(scan: &Scan) -> String {
    let known = scan.settled.iter().filter(|one| one.decision == Decision::Known).count();
    let suppressed = scan.settled.len() - known;
    let parts = [(suppressed, "suppressed"), (known, "known")];
    let named: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    named.join(", ")
}

/// For whom this is, unless it is the usual and nothing was held back.
fn held_back(scan: &Scan) -> String {
    match (scan.held_back, scan.persona) {
        (0, Persona::Regular) => String::new(),
        (0, persona) => format!("persona {persona}"),
        (more, persona) => format!("{more} held back by persona {persona}"),
    }
}

fn looked_at(scan: &Scan) -> String {
    let source = &scan.coverage.source;
    let servers = count(scan.servers.len(), "server");
    let files = count(scan.coverage.files, "file");
    if source.files() == 0 {
        return format!("{servers} and {files}");
    }
    let languages: Vec<&str> = source.languages.iter().map(|one| one.language.as_str()).collect();
    let lines = count(source.lines(), "line");
    let code = count(source.files(), "source file");
    let code = format!("{code} ({lines} of {})", languages.join(", "));
    match scan.servers.len() + scan.coverage.files {
        0 => code,
        _ => format!("{servers}, {files} and {code}"),
    }
}

fn levels(scan: &Scan) -> String {
    let of = |severity| scan.findings.iter().filter(|finding| finding.severity == severity).count();
    let counted = Severity::ALL.iter().rev().map(|severity| (of(*severity), severity.name()));
    let named: Vec<_> =
        counted.filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    named.join(", ")
}

fn missing(scan: &Scan) -> String {
    let unread = match scan.coverage.unread.len() {
        0 => "everything that was there was read".to_owned(),
        number => format!("{} could not be read", count(number, "item")),
    };
    let source = &scan.coverage.source;
    let left_out: usize = source.skipped.iter().map(|skipped| skipped.files).sum();
    let unread = match source.gaps() {
        0 => unread,
        gaps => format!("{unread}; {} of code not understood", count(gaps, "place")),
    };
    let unread = match left_out {
        0 => unread,
        files => format!("{unread}; {} left out ({})", count(files, "file"), reasons(source)),
    };
    // The text that models read is known only of servers that were asked.
    let unknown = scan.servers.len().saturating_sub(scan.coverage.asked);
    match unknown {
        0 => unread,
        // Some were asked; of the others, one may have been asked and have said nothing.
        _ if scan.coverage.asked > 0 => {
            format!("{unread}; the tools of {} are not known", count(unknown, "server"))
        }
        1 => format!("{unread}; 1 server was not asked for its tools"),
        number => format!("{unread}; {number} servers were not asked for their tools"),
    }
}

/// Why files were left out, each reason once.
fn reasons(source: &SourceCoverage) -> String {
    let reasons: BTreeSet<SkipReason> = source.skipped.iter().map(|one| one.reason).collect();
    reasons.into_iter().map(SkipReason::name).collect::<Vec<_>>().join(", ")
}
