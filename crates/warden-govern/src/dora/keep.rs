//! The tables that people keep for what no program can know.
//!
//! A table is a CSV file that is named like its template, `b_02.02.csv`. Its columns have readable
//! names, or the codes of the template; its cells words, or the codes of the closed lists. A row
//! with the same key as one that was filled from the estate adds to it, and wins.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Column, Kind, Register, Row, Taxonomy, Template, is_lei};
use crate::estate::read::Problem;

/// Adds the rows of a table to a register.
///
/// # Errors
/// Everything that is wrong with the file, with row and column. The register is then as it was.
pub fn add(register: &mut Register, name: &str, bytes: &[u8]) -> Result<(), Vec<Problem>> {
    let file: Arc<str> = name.into();
    let problem = |row: Option<usize>, column: Option<&str>, why: String| Problem {
        file: Arc::clone(&file),
        row,
        column: column.map(ToOwned::to_owned),
        why,
    };
    let taxonomy = register.taxonomy;
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let Some(template) = taxonomy.templates.iter().find(|template| template.file() == stem) else {
        let why = "it is no table of the register; there is b_01.01.csv to b_99.01.csv";
        return Err(vec![problem(None, None, why.into())]);
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![problem(Some(1), None, error.to_string())]),
    };
    let mut problems = Vec::new();
    let places = places(template, &header).map_err(|told| {
        told.into_iter()
            .map(|(column, why)| problem(Some(1), Some(&column), why))
            .collect::<Vec<_>>()
    })?;
    let mut rows: Vec<(usize, Row)> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(|at| line(at.line()));
                problems.push(problem(line, None, error.to_string()));
                continue;
            }
        };
        let at = record.position().map_or(0, |at| line(at.line()));
        let mut row = vec![String::new(); template.columns.len()];
        for (place, text) in places.iter().zip(&record).filter(|(_, text)| !text.is_empty()) {
            let (Some(column), Some(cell)) = (template.columns.get(*place), row.get_mut(*place))
            else {
                continue;
            };
            match value(taxonomy, column, text) {
                Ok(value) => *cell = value,
                Err(why) => problems.push(problem(Some(at), Some(&column.name), why)),
            }
        }
        rows.push((at, row));
    }
    let keys: Vec<usize> =
        (0..template.columns.len()).filter(|at| template.columns[*at].key).collect();
    let mut seen = std::collections::BTreeMap::new();
    for (at, row) in &rows {
        let key: Vec<_> = keys.iter().map(|at| row[*at].as_str()).collect();
        // Of two keys that are not whole nobody knows that they are the same.
        if key.contains(&"") {
            continue;
        }
        if let Some(first) = seen.insert(key, *at) {
            problems.push(problem(Some(*at), None, format!("row {first} has the same key")));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for (_, row) in rows {
        register.put(&template.code, row);
    }
    Ok(())
}

/// A table as people keep it: readable names and words.
#[must_use]
pub fn table(register: &Register, template: &Template) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    drop(out.write_record(template.columns.iter().map(|column| column.name.as_str())));
    for row in register.rows(&template.code) {
        let cells = template
            .columns
            .iter()
            .zip(row)
            .map(|(column, cell)| register.taxonomy.word(&column.list, cell).unwrap_or(cell));
        drop(out.write_record(cells));
    }
    out.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The place of each column of a header.
fn places(
    template: &Template,
    header: &csv::StringRecord,
) -> Result<Vec<usize>, Vec<(String, String)>> {
    let mut places = Vec::new();
    let mut told = Vec::new();
    for name in header {
        match template.position(name) {
            Some(at) if places.contains(&at) => {
                told.push((name.to_owned(), "the column is there twice".to_owned()));
            }
            Some(at) => places.push(at),
            None => {
                let names: Vec<_> = template.columns.iter().map(|c| c.name.as_str()).collect();
                let why =
                    format!("{} has no such column; there is {}", template.code, names.join(", "));
                told.push((name.to_owned(), why));
            }
        }
    }
    if told.is_empty() { Ok(places) } else { Err(told) }
}

/// What stands in the register for what somebody wrote.
fn value(taxonomy: &Taxonomy, column: &Column, text: &str) -> Result<String, String> {
    let never = taxonomy.filing("no_end");
    match column.kind {
        Kind::Text => Ok(text.to_owned()),
        Kind::Lei if is_lei(text) => Ok(text.to_owned()),
        Kind::Lei => Err(format!("{text:?} is no LEI: eighteen letters or digits, two digits")),
        Kind::List => taxonomy.code(&column.list, text).map(ToOwned::to_owned).ok_or_else(|| {
            let words: Vec<_> = taxonomy
                .list(&column.list)
                .iter()
                .take(24)
                .map(|(word, _)| word.as_str())
                .collect();
            let more = if taxonomy.list(&column.list).len() > words.len() { ", …" } else { "" };
            format!("{text:?} is not in the list; there is {}{more}", words.join(", "))
        }),
        Kind::Date if text == "never" => Ok(never.to_owned()),
        Kind::Date => match text.parse::<Date>() {
            Ok(day) if day.to_string() == text => Ok(text.to_owned()),
            _ => Err(format!("{text:?} is no day; write 2026-12-31, or never")),
        },
        Kind::Integer => match text.parse::<u64>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) => Err(format!("{text:?} is no whole number")),
        },
        Kind::Money => money(text).ok_or_else(|| {
            format!("{text:?} is no amount; write 120000 or 120000.50, without a currency")
        }),
        Kind::Link if matches!(text, "true" | "yes") => Ok("true".to_owned()),
        Kind::Link => Err("only true: where it is not so, there is no row".to_owned()),
    }
}

/// An amount as it stands in a file: digits, and at most two after a full stop.
fn money(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(part) && whole.len() <= 18 && part.len() <= 2).then(|| text.to_owned())
}

fn line(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}
