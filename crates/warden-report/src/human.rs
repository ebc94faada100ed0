//! The report for a person at a terminal: inventory, findings, what models read, what is missing.
//!
//! An excerpt of a configuration is never the line of the file, which may hold a secret: it is the
//! redacted rendering of the entry, under the place where the entry stands. Source code is shown
//! as the scan gives it: line by line, without secrets.

mod code;
mod coverage;
mod excerpt;
mod findings;
mod inventory;
mod surfaces;

use warden_model::Scan;

use crate::{Tool, View, pen::Pen};
pub(crate) use coverage::summary;

/// Which parts a person wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// Findings, what could not be read, and the last line.
    Brief,
}

/// The report as lines of text, each ended by a line feed.
#[must_use]
pub fn render(scan: &Scan, tool: &Tool<'_>, view: View, detail: Detail) -> String {
    let mut pen = Pen::new(view);
    if detail == Detail::Full {
        inventory::write(scan, &mut pen);
        surfaces::write(scan, &mut pen);
    }
    findings::write(scan, tool, &mut pen);
    coverage::write(scan, &mut pen);
    pen.finish()
}

#[cfg(test)]
mod tests;
