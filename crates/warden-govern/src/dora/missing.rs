//! Which cells have to be filled, and are not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Missing, Need, Register, Taxonomy, Template};

/// The cells of a row by the codes of their columns; one that is empty is not there.
pub(super) type Cells<'a> = BTreeMap<&'a str, &'a str>;

/// The rows of all templates, wherever they were read.
pub(super) type View<'a> = BTreeMap<&'a str, Vec<Cells<'a>>>;

/// Everything that a register has to say and does not. A register of which anything is missing is
/// a draft.
#[must_use]
pub fn missing(register: &Register) -> Vec<Missing> {
    let view = view(register);
    let needs = Needs::of(register.taxonomy, &view);
    let mut found = register.undecided.clone();
    if register.rows("B_02.02").is_empty() {
        found.push(Missing {
            template: "B_02.02".into(),
            row: String::new(),
            column: String::new(),
            why: "no arrangement is in the register".into(),
        });
    }
    for template in &register.taxonomy.templates {
        for row in view.get(template.code.as_str()).into_iter().flatten() {
            for column in needs.open(template, row) {
                found.push(Missing {
                    template: template.code.clone(),
                    row: key(template, row),
                    column: column.code.clone(),
                    why: format!("missing mandatory field: {} ({})", column.label, column.name),
                });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn view(register: &Register) -> View<'_> {
    let mut view = View::new();
    for template in &register.taxonomy.templates {
        let rows = register.rows(&template.code).iter().map(|row| cells(template, row));
        view.insert(&template.code, rows.collect());
    }
    view
}

fn cells<'a>(template: &'a Template, row: &'a [String]) -> Cells<'a> {
    let cells = template.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    cells.map(|(column, cell)| (column.code.as_str(), cell.as_str())).collect()
}

/// A row as people find it: the cells of its key.
pub(super) fn key(template: &Template, row: &Cells<'_>) -> String {
    let keys = template.columns.iter().filter(|column| column.key);
    let cells = keys.filter_map(|column| row.get(column.code.as_str()).copied());
    let key = cells.take(3).collect::<Vec<_>>().join(" ");
    if key.is_empty() { "a row".into() } else { key }
}

/// What rows of other templates say of a need.
pub(super) struct Needs<'a> {
    taxonomy: &'a Taxonomy,
    /// Functions that are critical or important, with their entity.
    pub(super) critical: BTreeSet<(&'a str, &'a str)>,
    /// Providers that sign.
    direct: BTreeSet<&'a str>,
}

impl<'a> Needs<'a> {
    /// What is needed of these rows.
    pub(super) fn of(taxonomy: &'a Taxonomy, view: &View<'a>) -> Self {
        let rows = |template: &str| view.get(template).into_iter().flatten();
        let yes = taxonomy.code("assessed", "yes");
        let functions = rows("B_06.01").filter(|row| row.get("c0050").copied() == yes);
        let pair = |row: &Cells<'a>| Some((*row.get("c0010")?, *row.get("c0040")?));
        Self {
            taxonomy,
            critical: functions.filter_map(pair).collect(),
            direct: rows("B_03.02").filter_map(|row| row.get("c0020").copied()).collect(),
        }
    }

    /// Whether a row of `B_02.02` is of a function that is critical.
    pub(super) fn is_critical(&self, row: &Cells<'_>) -> bool {
        match (row.get("c0050"), row.get("c0020")) {
            (Some(function), Some(entity)) => self.critical.contains(&(*function, *entity)),
            _ => false,
        }
    }

    /// The columns of a row that are to be filled and are not.
    pub(super) fn open<'t>(
        &self,
        template: &'t Template,
        row: &Cells<'_>,
    ) -> impl Iterator<Item = &'t super::Column> {
        let empty =
            template.columns.iter().filter(|column| !row.contains_key(column.code.as_str()));
        let open: Vec<_> = empty.filter(|column| self.holds(column.need, row)).collect();
        open.into_iter()
    }

    fn holds(&self, need: Need, row: &Cells<'_>) -> bool {
        let is = |column: &str, list: &str, words: &[&str]| {
            let word = row.get(column).and_then(|code| self.taxonomy.word(list, code));
            word.is_some_and(|word| words.contains(&word))
        };
        match need {
            Need::Always => true,
            Need::No => false,
            Need::WithAssets | Need::WithParent => row.contains_key("c0110"),
            Need::Financial => {
                let other = ["intra-group-ict-provider", "other-non-financial-entity"];
                !is("c0040", "scope-entity", &other)
            }
            Need::Subsequent => is("c0020", "arrangement", &["subsequent"]),
            Need::Critical => self.is_critical(row),
            Need::CriticalStored => self.is_critical(row) && is("c0140", "yes-no", &["yes"]),
            Need::WithOtherCode => row.contains_key("c0030"),
            Need::WithExpense => row.contains_key("c0100"),
            Need::Direct => row.get("c0010").is_some_and(|code| self.direct.contains(code)),
            Need::WithRecipient => row.contains_key("c0060"),
            Need::HardToReplace => is("c0050", "substitutability", &["not", "highly-complex"]),
        }
    }
}
