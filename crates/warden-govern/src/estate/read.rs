//! Reading an estate from many files: tables that people keep, and parts that programs write.
//!
//! A file is CSV (its name is the table), JSON or TOML (`{"people": […]}`, `[[people]]`). A row that
//! has the same key as one that is there adds to it: so a scan says which servers there are, and a
//! file who owns them. Everything that is wrong is told at once, with file, row and column; nothing
//! is read from files of which one is wrong.

mod answers;
mod csv;
mod form;

use std::{collections::BTreeMap, fmt, sync::Arc};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::{Estate, VERSION};
pub(crate) use form::from_toml;
use form::{TABLES, Table};

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: Arc<str>,
    /// The row: of a CSV file its line, of another its place in the list; both from 1.
    pub row: Option<usize>,
    /// The column or member.
    pub column: Option<String>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// An estate that is being put together.
#[derive(Debug, Default)]
pub struct Draft {
    tables: BTreeMap<&'static str, Rows>,
    singles: BTreeMap<&'static str, (Map<String, Value>, Place)>,
    problems: Vec<Problem>,
}

/// Rows, each with its line or its place in a list.
type Lines = Vec<(usize, Map<String, Value>)>;

#[derive(Clone, Debug)]
struct Place {
    file: Arc<str>,
    row: Option<usize>,
}

#[derive(Debug, Default)]
struct Rows {
    rows: Vec<(Map<String, Value>, Place)>,
    by_key: FxHashMap<String, usize>,
}

/// Members that are one object, not a list.
const SINGLES: [&str; 2] = ["organisation", "traffic"];

impl Draft {
    /// Adds a file. Its name says what it is: `people.csv`, `estate.toml`, `scan.json`.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) {
        let file: Arc<str> = name.into();
        let place = Place { file: Arc::clone(&file), row: None };
        let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
        match stem.rsplit_once('.') {
            Some((table, "csv")) => self.add_csv(table, bytes, &file),
            Some((_, "json")) => match serde_json::from_slice(bytes) {
                Ok(Value::Object(members)) => self.add_members(members, &file),
                Ok(_) => self.refuse(&place, None, "it is no object of tables"),
                Err(error) => self.refuse(&place, None, error.to_string()),
            },
            Some((_, "toml")) => match from_toml(bytes) {
                Ok(members) => self.add_members(members, &file),
                Err(why) => self.refuse(&place, None, why),
            },
            _ => self.refuse(&place, None, "only .csv, .json and .toml files are read"),
        }
    }

    /// Adds what a program has found out, as the member of an estate with this name.
    pub fn add_part(&mut self, file: &str, members: Map<String, Value>) {
        self.add_members(members, &file.into());
    }

    fn add_csv(&mut self, name: &str, bytes: &[u8], file: &Arc<str>) {
        let place = Place { file: Arc::clone(file), row: None };
        let Some(table) = form::table(name) else {
            return self.refuse(&place, None, form::unknown_table(name));
        };
        match csv::rows(table, bytes, file) {
            Ok(rows) => self.add_rows(table, rows, file),
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn add_members(&mut self, members: Map<String, Value>, file: &Arc<str>) {
        for (name, value) in members {
            let place = Place { file: Arc::clone(file), row: None };
            match (form::table(&name), value) {
                (Some(table), Value::Array(all)) => {
                    let mut rows = Vec::with_capacity(all.len());
                    for (at, row) in all.into_iter().enumerate() {
                        if let Value::Object(row) = row {
                            rows.push((at + 1, row));
                        } else {
                            let place = Place { row: Some(at + 1), ..place.clone() };
                            self.refuse(&place, Some(&name), "it is no object");
                        }
                    }
                    self.add_rows(table, rows, file);
                }
                (Some(_), _) => self.refuse(&place, Some(&name), "it is no list"),
                (None, Value::Object(single)) if SINGLES.contains(&name.as_str()) => {
                    self.add_single(&name, single, place);
                }
                (None, _) if name == "version" || name == "as_of" => {}
                (None, _) => self.refuse(&place, Some(&name), form::unknown_table(&name)),
            }
        }
    }

    fn add_single(&mut self, name: &str, single: Map<String, Value>, place: Place) {
        let Some(name) = SINGLES.into_iter().find(|known| *known == name) else { return };
        let entry = self.singles.entry(name).or_insert_with(|| (Map::new(), place.clone()));
        add_to(&mut entry.0, single);
        entry.1 = place;
    }

    fn add_rows(&mut self, table: &'static Table, rows: Lines, file: &Arc<str>) {
        let mut here: FxHashMap<String, usize> = FxHashMap::default();
        let kept = self.tables.entry(table.name).or_default();
        for (at, row) in rows {
            let place = Place { file: Arc::clone(file), row: Some(at) };
            let Some(key) = table.key(&row) else {
                kept.rows.push((row, place));
                continue;
            };
            if let Some(first) = here.insert(key.clone(), at) {
                let why = format!("row {first} has the same {}", table.keys.join(" and "));
                let column = table.keys.first().map(|key| (*key).to_owned());
                self.problems.push(Problem { file: Arc::clone(file), row: Some(at), column, why });
                continue;
            }
            if let Some((known, from)) = kept.by_key.get(&key).and_then(|at| kept.rows.get_mut(*at))
            {
                add_to(known, row);
                *from = place;
            } else {
                kept.by_key.insert(key, kept.rows.len());
                kept.rows.push((row, place));
            }
        }
    }

    fn refuse(&mut self, place: &Place, column: Option<&str>, why: impl Into<String>) {
        self.problems.push(Problem {
            file: Arc::clone(&place.file),
            row: place.row,
            column: column.map(ToOwned::to_owned),
            why: why.into(),
        });
    }

    /// The estate, as it was at this time.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn finish(mut self, as_of: jiff::Timestamp) -> Result<Estate, Vec<Problem>> {
        let mut estate = Estate { version: VERSION, as_of, ..Estate::default() };
        let mut opened = 0;
        for table in TABLES {
            // Answers stand at the end of the table, each for an assessment of its own.
            if table.name == answers::TABLE {
                opened = estate.assessments.len();
            }
            for (row, place) in self.tables.remove(table.name).unwrap_or_default().rows {
                if let Err((column, why)) = (table.add)(&mut estate, Value::Object(row)) {
                    self.refuse(&place, column.as_deref(), why);
                }
            }
        }
        answers::joined(&mut estate, opened);
        for (name, (single, place)) in std::mem::take(&mut self.singles) {
            if let Err((column, why)) = form::single(&mut estate, name, Value::Object(single)) {
                self.refuse(&place, column.as_deref(), why);
            }
        }
        if self.problems.is_empty() { Ok(estate) } else { Err(self.problems) }
    }
}

/// What is said later goes before what was said earlier; evidence is all of it.
fn add_to(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (known.get_mut(&name), value) {
            (_, Value::Null) => {}
            (Some(Value::Array(old)), Value::Array(new)) if name == "evidence" => {
                for one in new {
                    if !old.contains(&one) {
                        old.push(one);
                    }
                }
            }
            (_, value) => drop(known.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests;
