//! Exercises in a table of an estate.

use std::path::Path;

use serde_json::{Map, Value};
use warden_govern::estate::{Evidence, Exercise};

use crate::{Failure, Kind, governed};

/// Adds an exercise and its evidence to a file that `estate build --tables` reads. What is in it
/// stays; the same exercise recorded again is there once.
///
/// # Errors
/// A file that is no such table, or cannot be written.
pub(super) fn add(file: &Path, (exercise, evidence): &(Exercise, Evidence)) -> Result<(), Failure> {
    let refused = || {
        Failure::new(Kind::Input, format!("cannot add to `{}`", file.display())).hint(
            "name a file that ends in `.json` and is not there yet, or one that has `exercises`",
        )
    };
    if file.extension().is_none_or(|end| end != "json") {
        return Err(refused());
    }
    let before = governed::text(file)?;
    let mut tables = match before.trim() {
        "" => Map::new(),
        text => serde_json::from_str::<Map<String, Value>>(text)
            .map_err(|error| refused().caused_by(error))?,
    };
    let no_json = |error| Failure::new(Kind::Internal, "a result has no JSON").caused_by(error);
    let rows = [
        ("exercises", &exercise.id, serde_json::to_value(exercise).map_err(no_json)?),
        ("evidence", &evidence.id, serde_json::to_value(evidence).map_err(no_json)?),
    ];
    for (name, id, row) in rows {
        let table = tables.entry(name).or_insert_with(|| Value::Array(Vec::new()));
        let table = table.as_array_mut().ok_or_else(refused)?;
        table.retain(|one| one.get("id").and_then(Value::as_str) != Some(id));
        table.push(row);
    }
    governed::put(file, &governed::json(&tables)?)
}
