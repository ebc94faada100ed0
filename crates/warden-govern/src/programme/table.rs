//! Tables as spreadsheets read them: what is due, the skills register, and documents that were
//! handed over.

use super::Due;
use crate::{estate::Deliverable, table::Table};

/// Rows as CSV for spreadsheets, the first of them its header.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let mut rows = rows.iter().map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
    let mut table = Table::new(&rows.next().unwrap_or_default());
    for row in rows {
        table.row(&row);
    }
    table.finish()
}

fn written(rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// What has to be done again and again, as rows.
#[must_use]
pub fn due_rows(all: &[Due]) -> Vec<Vec<String>> {
    const COLUMNS: [&str; 8] =
        ["what", "subject", "state", "last", "due", "days_late", "step", "owner"];
    let mut rows = vec![COLUMNS.map(ToOwned::to_owned).to_vec()];
    rows.extend(all.iter().map(|one| {
        vec![
            one.what.to_owned(),
            one.subject.clone(),
            one.state.to_string(),
            one.last.map(|day| day.to_string()).unwrap_or_default(),
            one.due.map(|day| day.to_string()).unwrap_or_default(),
            one.late.map(|days| days.to_string()).unwrap_or_default(),
            one.step.clone().unwrap_or_default(),
            one.owner.clone().unwrap_or_default(),
        ]
    }));
    rows
}

/// The text of a table `deliverables` with these at its end. Columns that it lacks are added.
///
/// # Errors
/// A text that is no table.
pub fn with_deliverables(text: &str, more: &[Deliverable]) -> Result<String, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut header: Vec<String> = reader.headers()?.iter().map(ToOwned::to_owned).collect();
    header.retain(|column| !column.is_empty());
    for column in ["kind", "at", "time", "person", "digest"] {
        if !header.iter().any(|known| known == column) {
            header.push(column.to_owned());
        }
    }
    let mut rows = vec![header.clone()];
    for record in reader.records() {
        let mut row: Vec<String> = record?.iter().map(ToOwned::to_owned).collect();
        row.resize(header.len(), String::new());
        rows.push(row);
    }
    for one in more {
        let cell = |column: &String| match column.as_str() {
            "kind" => one.kind.to_string(),
            "at" => one.at.to_string(),
            "time" => one.time.map(|time| time.to_string()).unwrap_or_default(),
            "person" => one.person.clone(),
            "digest" => one.digest.clone(),
            _ => String::new(),
        };
        rows.push(header.iter().map(cell).collect());
    }
    // Texts go in, texts come out. It is read again, so that no cell is guarded as one that only
    // spreadsheets read is.
    Ok(String::from_utf8(written(&rows)?).unwrap_or_default())
}
