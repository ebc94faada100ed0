//! What could not be read, and the last line: what was found, in how much, and what is missing.

use warden_model::{Scan, Severity};

use super::findings::place_text;
use crate::{
    lines::count,
    pen::{BOLD, PLAIN, Pen, WARN},
};

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
    pen.gap();
    let style = if scan.findings.is_empty() && scan.coverage.complete() { PLAIN } else { BOLD };
    pen.block(0, style, &summary(scan));
}

/// The last line of every report for people.
#[must_use]
pub(crate) fn summary(scan: &Scan) -> String {
    let found = count(scan.findings.len(), "finding");
    let levels = match levels(scan) {
        levels if levels.is_empty() => String::new(),
        levels => format!(" ({levels})"),
    };
    let servers = count(scan.servers.len(), "server");
    let files = count(scan.coverage.files, "file");
    format!("{found}{levels} in {servers} and {files}; {}", missing(scan))
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
