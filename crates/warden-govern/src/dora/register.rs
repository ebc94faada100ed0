//! A register that is being filled.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Taxonomy, Template};

/// Whether an entity reports for itself or for its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// For itself.
    Individual,
    /// For its group.
    Consolidated,
}

impl Scope {
    /// As it stands in names and parameters: `IND` or `CON`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Individual => "IND",
            Self::Consolidated => "CON",
        }
    }
}

/// What a package says of itself beside its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// For whom.
    pub scope: Scope,
    /// The last day of the period, the 31 December before the year of the report.
    pub period: Date,
    /// When it was made, as `20270115093000000`.
    pub stamp: String,
}

/// Something that has to be in a register and is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Missing {
    /// The template.
    pub template: String,
    /// The row, as its key for people; empty if it is not a row's.
    pub row: String,
    /// The code of the column; empty if it is not a column's.
    pub column: String,
    /// What is missing, and what to do.
    pub why: String,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.template)?;
        for part in [&self.row, &self.column].into_iter().filter(|part| !part.is_empty()) {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// A row: a cell for each column, empty where nothing is known.
pub type Row = Vec<String>;

/// The rows of a template, and where each stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Table {
    rows: Vec<Row>,
    /// Rows by their key; one whose key is not whole by all of its cells, since it may be another
    /// row than one that looks like it.
    by_key: FxHashMap<Row, usize>,
    /// The rows whose key is not whole.
    open: Vec<usize>,
}

impl Table {
    /// Where a row that people wrote belongs, if a row whose key is not whole may be the same: no
    /// cell of the key says otherwise, and more cells are the same than of any other.
    fn likely(&self, form: &Template, row: &Row) -> Option<usize> {
        let fits = |other: &Row| {
            let mut cells = form.columns.iter().zip(other.iter().zip(row));
            cells.all(|(column, (a, b))| !column.key || a.is_empty() || b.is_empty() || a == b)
        };
        let same =
            |other: &Row| other.iter().zip(row).filter(|(a, b)| !a.is_empty() && a == b).count();
        let rows = self.open.iter().filter_map(|at| Some((*at, self.rows.get(*at)?)));
        let found = rows.filter(|(_, other)| fits(other)).map(|(at, other)| (same(other), at));
        // Of those that are as likely the first.
        let best = found.max_by_key(|(same, at)| (*same, std::cmp::Reverse(*at)));
        best.filter(|(same, _)| *same > 0).map(|(_, at)| at)
    }

    /// Writes down where the rows stand.
    fn index(&mut self, form: &Template) {
        self.by_key.clear();
        self.open.clear();
        for (at, row) in self.rows.iter().enumerate() {
            let (key, whole) = key(form, row);
            self.by_key.insert(key, at);
            if !whole {
                self.open.push(at);
            }
        }
    }
}

/// What tells a row from others, and whether that is its whole key. A template without a key has a
/// single row.
fn key(form: &Template, row: &Row) -> (Row, bool) {
    let cells = form.columns.iter().zip(row).filter(|(column, _)| column.key);
    let key: Row = cells.map(|(_, cell)| cell.clone()).collect();
    if key.iter().any(String::is_empty) { (row.clone(), false) } else { (key, true) }
}

/// The rows of all templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The version that it is in.
    pub taxonomy: &'static Taxonomy,
    tables: BTreeMap<String, Table>,
    /// What could not be placed: that makes it a draft.
    pub undecided: Vec<Missing>,
    /// What was taken for granted, for somebody to look at.
    pub taken: Vec<String>,
}

impl Register {
    /// A register without rows.
    #[must_use]
    pub fn new(taxonomy: &'static Taxonomy) -> Self {
        let empty = |template: &Template| (template.code.clone(), Table::default());
        let tables = taxonomy.templates.iter().map(empty).collect();
        Self { taxonomy, tables, undecided: Vec::new(), taken: Vec::new() }
    }

    /// The rows of a template.
    #[must_use]
    pub fn rows(&self, template: &str) -> &[Row] {
        self.tables.get(template).map_or(&[], |table| table.rows.as_slice())
    }

    /// A cell; empty where there is none.
    #[must_use]
    pub fn cell<'a>(&self, template: &str, row: &'a Row, column: &str) -> &'a str {
        let at = self.taxonomy.template(template).and_then(|template| template.position(column));
        at.and_then(|at| row.get(at)).map_or("", String::as_str)
    }

    /// Adds a row by its named cells. Where there is a row with the same key, only its empty cells
    /// are filled.
    pub fn add(&mut self, template: &str, cells: &[(&str, &str)]) {
        let Some(form) = self.taxonomy.template(template) else { return };
        let mut row = vec![String::new(); form.columns.len()];
        for (column, value) in cells {
            if let Some(cell) = form.position(column).and_then(|at| row.get_mut(at)) {
                (*value).clone_into(cell);
            }
        }
        self.merge(template, row, false);
    }

    /// Puts a whole row; cells that are filled win over those of a row with the same key.
    pub(super) fn put(&mut self, template: &str, row: Row) {
        self.merge(template, row, true);
    }

    fn merge(&mut self, template: &str, row: Row, over: bool) {
        let Some(form) = self.taxonomy.template(template) else { return };
        let Some(table) = self.tables.get_mut(template) else { return };
        let (new, whole) = key(form, &row);
        let mut found = table.by_key.get(&new).copied();
        if found.is_none() && over {
            found = table.likely(form, &row);
        }
        let Some(at) = found else {
            let at = table.rows.len();
            table.by_key.insert(new, at);
            table.rows.push(row);
            if !whole {
                table.open.push(at);
            }
            return;
        };
        let Some(there) = table.rows.get_mut(at) else { return };
        for (cell, value) in there.iter_mut().zip(row) {
            if !value.is_empty() && (over || cell.is_empty()) {
                *cell = value;
            }
        }
        // A key that is whole now is found by it from here on.
        let (now, whole) = key(form, there);
        table.by_key.insert(now, at);
        if whole {
            table.open.retain(|open| *open != at);
        }
    }

    /// Changes cells of every row of a template that are not part of its key.
    pub(super) fn each(&mut self, template: &str, change: impl FnMut(&mut Row)) {
        self.tables
            .get_mut(template)
            .into_iter()
            .flat_map(|table| &mut table.rows)
            .for_each(change);
    }

    /// Sorts the rows, so that the same facts give the same bytes.
    pub(super) fn sort(&mut self) {
        for (template, table) in &mut self.tables {
            table.rows.sort();
            if let Some(form) = self.taxonomy.template(template) {
                table.index(form);
            }
        }
    }

    /// How many rows there are in all.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.values().map(|table| table.rows.len()).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
