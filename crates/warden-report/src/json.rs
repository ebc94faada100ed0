//! The scan report as JSON, version 2.
//!
//! `schemas/scan-report-2.schema.json` is the published schema. The report is canonical: the same
//! scan gives the same bytes, so that two of them can be compared with `diff`.

mod v2;
mod write;

use serde_json::ser::Serializer;
use warden_model::Scan;

use crate::Tool;

pub(crate) use write::Printable;

/// The version of the report that [`render`] writes.
pub const VERSION: u32 = 2;

/// The report as indented JSON, ended by a line feed.
///
/// # Errors
/// If a value cannot be written as JSON; no report is then better than half of one.
pub fn render(scan: &Scan, tool: &Tool<'_>) -> Result<String, serde_json::Error> {
    to_text(&v2::Report::new(scan, tool))
}

/// Writes `value` without a single character that a terminal would act on.
pub(crate) fn to_text(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, Printable::default()))?;
    out.push(b'\n');
    String::from_utf8(out).map_err(serde::ser::Error::custom)
}

#[cfg(test)]
mod tests;
