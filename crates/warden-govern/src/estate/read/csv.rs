//! Tables as spreadsheets write them.

use std::sync::Arc;

use serde_json::{Map, Number, Value, json};

use super::{
    Lines, Problem,
    form::{Kind, Table},
};

/// The rows of a table, with their lines. An empty cell is no cell.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn rows(table: &Table, bytes: &[u8], file: &Arc<str>) -> Result<Lines, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let problem = |row: Option<usize>, column: Option<&str>, why: String| Problem {
        file: Arc::clone(file),
        row,
        column: column.map(ToOwned::to_owned),
        why,
    };
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![problem(Some(1), None, error.to_string())]),
    };
    let mut problems = Vec::new();
    for (at, name) in header.iter().enumerate() {
        if header.iter().take(at).any(|before| before == name) {
            problems.push(problem(Some(1), Some(name), "the column is there twice".into()));
        }
    }
    let mut rows = Vec::new();
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
        let mut row = Map::new();
        for (name, cell) in header.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty()) {
            match value(table.kind(name), cell) {
                Ok(value) => drop(row.insert(name.to_owned(), value)),
                Err(why) => problems.push(problem(Some(at), Some(name), why)),
            }
        }
        rows.push((at, row));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn line(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

fn value(kind: Kind, cell: &str) -> Result<Value, String> {
    match kind {
        Kind::Text => Ok(cell.into()),
        Kind::List => Ok(list(cell).into()),
        Kind::Number => number(cell).map(Value::Number),
        Kind::Flag => match cell.to_ascii_lowercase().as_str() {
            "yes" | "true" => Ok(true.into()),
            "no" | "false" => Ok(false.into()),
            "unknown" => Ok(Value::Null),
            _ => Err(format!("{cell:?} is neither yes nor no nor unknown")),
        },
        Kind::Pairs(left, right) => {
            let pair = |pair: &str| {
                let (a, b) = pair.split_once('=').ok_or_else(|| {
                    format!("{pair:?} is no pair; write {left}={right}; {left}={right}")
                })?;
                Ok(json!({left: a.trim(), right: b.trim()}))
            };
            let pairs: Result<Vec<_>, String> = list(cell).into_iter().map(pair).collect();
            pairs.map(Value::Array)
        }
        Kind::Range => range(cell),
    }
}

fn list(cell: &str) -> Vec<&str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn number(cell: &str) -> Result<Number, String> {
    let whole = cell.parse::<u64>().map(Number::from).ok();
    whole
        .or_else(|| cell.parse::<f64>().ok().and_then(Number::from_f64))
        .ok_or_else(|| format!("{cell:?} is no number; write 1200 or 0.5"))
}

/// `1/2/5`: the least, the most likely and the most; or one number for all three.
fn range(cell: &str) -> Result<Value, String> {
    let numbers = cell.split('/').map(|part| number(part.trim()));
    match numbers.collect::<Result<Vec<_>, _>>()?.as_slice() {
        [one] => Ok(json!({"min": one, "mode": one, "max": one})),
        [min, mode, max] => Ok(json!({"min": min, "mode": mode, "max": max})),
        _ => Err(format!("{cell:?} is no estimate; write least/likely/most, as 1/2/5")),
    }
}
