//! The tables of a taxonomy: templates, columns, closed lists and references.
//!
//! They are CSV files below `data/dora`, one folder per version. Columns, keys and codes are those
//! of the EBA's reporting framework 4.0, module DORA 1.1; what is mandatory is taken from the DPM
//! rules of 28 April 2025 and from the ITS, whose code stands beside each column.

use std::{collections::BTreeMap, sync::LazyLock};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A legal entity identifier.
    Lei,
    /// A code of a closed list.
    List,
    /// A day, as `2026-12-31`.
    Date,
    /// A whole number.
    Integer,
    /// An amount.
    Money,
    /// `true`: the row itself is what is said.
    Link,
}

/// When a cell has to be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// In every row.
    Always,
    /// Never.
    No,
    /// Where total assets are reported.
    WithAssets,
    /// For entities that are financial.
    Financial,
    /// For an arrangement that is subsequent to another.
    Subsequent,
    /// For a service that supports a critical or important function.
    Critical,
    /// For such a service that stores data.
    CriticalStored,
    /// Where an additional code is given.
    WithOtherCode,
    /// Where an expense is given.
    WithExpense,
    /// For a provider that signs an arrangement.
    Direct,
    /// Where a parent is given.
    WithParent,
    /// Where a recipient is given.
    WithRecipient,
    /// For a provider that cannot, or can hardly, be replaced.
    HardToReplace,
}

/// A column of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The code, for example `c0010`.
    pub code: String,
    /// The name in the tables that people keep.
    pub name: String,
    /// What it is, for people.
    pub label: String,
    /// What a cell holds.
    pub kind: Kind,
    /// The closed list, if it is one.
    pub list: String,
    /// Whether it is part of the key.
    pub key: bool,
    /// Whether it is a typed dimension: where it does not apply, a value stands for nothing.
    pub typed: bool,
    /// When it has to be filled.
    pub need: Need,
    /// The rule that says so.
    pub rule: String,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The code, for example `B_02.02`.
    pub code: String,
    /// The columns, in their order.
    pub columns: Vec<Column>,
}

impl Template {
    /// The name of its file, for example `b_02.02.csv`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.csv", self.code.to_lowercase())
    }

    /// Where the column with this code or name stands.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|one| one.code == column || one.name == column)
    }
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The template.
    pub template: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// A reference from one template to another: what stands here has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name, ours.
    pub name: String,
    /// The template.
    pub template: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Where it leads; one of them is enough.
    pub to: Vec<Target>,
}

/// The tables of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// The version.
    pub version: &'static str,
    /// The templates, in order.
    pub templates: Vec<Template>,
    /// The references.
    pub links: Vec<Link>,
    lists: BTreeMap<String, Vec<(String, String)>>,
    filing: BTreeMap<String, String>,
}

macro_rules! versions {
    ($($version:literal),*) => {
        static VERSIONS: LazyLock<Vec<Taxonomy>> = LazyLock::new(|| vec![$(Taxonomy::read(
            $version,
            include_str!(concat!("../../data/dora/", $version, "/columns.csv")),
            include_str!(concat!("../../data/dora/", $version, "/lists.csv")),
            include_str!(concat!("../../data/dora/", $version, "/links.csv")),
            include_str!(concat!("../../data/dora/", $version, "/filing.csv")),
        )),*]);
    };
}
versions!("4.0");

impl Taxonomy {
    /// Every version that is known, the oldest first.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &VERSIONS
    }

    /// The version that is in force.
    #[must_use]
    pub fn current() -> &'static Self {
        &VERSIONS[VERSIONS.len() - 1]
    }

    /// The template with this code.
    #[must_use]
    pub fn template(&self, code: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.code == code)
    }

    /// The words and codes of a closed list; nothing if there is no such list.
    #[must_use]
    pub fn list(&self, name: &str) -> &[(String, String)] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The code of a word of a list, or of a text that is such a code already.
    #[must_use]
    pub fn code(&self, list: &str, text: &str) -> Option<&str> {
        let found = self.list(list).iter().find(|(word, code)| word == text || code == text);
        found.map(|(_, code)| code.as_str())
    }

    /// The word for a code of a list.
    #[must_use]
    pub fn word(&self, list: &str, code: &str) -> Option<&str> {
        self.list(list).iter().find(|(_, one)| one == code).map(|(word, _)| word.as_str())
    }

    /// What this version says of the form of a package; empty for a name that it does not know.
    #[must_use]
    pub fn filing(&self, name: &str) -> &str {
        self.filing.get(name).map_or("", String::as_str)
    }

    fn read(version: &'static str, columns: &str, lists: &str, links: &str, filing: &str) -> Self {
        let mut templates: Vec<Template> = Vec::new();
        for [code, rest @ ..] in rows::<9>(columns) {
            match templates.last_mut().filter(|last| last.code == code) {
                Some(last) => last.columns.push(column(rest)),
                None => templates.push(Template { code, columns: vec![column(rest)] }),
            }
        }
        let mut by_name: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for [list, word, code] in rows(lists) {
            by_name.entry(list).or_default().push((word, code));
        }
        let links = rows(links).map(|[name, template, columns, to]| Link {
            name,
            template,
            columns: parts(&columns, '+'),
            to: parts(&to, '|').iter().filter_map(|one| target(one)).collect(),
        });
        Self {
            version,
            templates,
            links: links.collect(),
            lists: by_name,
            filing: rows(filing).map(|[name, value]| (name, value)).collect(),
        }
    }
}

/// The rows of a table of ours below its header. That none of them is left out is what a test holds.
fn rows<const N: usize>(text: &str) -> impl Iterator<Item = [String; N]> {
    let reader = csv::Reader::from_reader(text.as_bytes());
    reader.into_records().filter_map(|row| {
        let cells: Vec<String> = row.ok()?.iter().map(ToOwned::to_owned).collect();
        cells.try_into().ok()
    })
}

fn column([code, name, label, kind, list, key, need, rule]: [String; 8]) -> Column {
    Column {
        code,
        name,
        label,
        kind: kind_of(&kind),
        list,
        key: !key.is_empty(),
        typed: key == "typed",
        need: need_of(&need),
        rule,
    }
}

fn kind_of(word: &str) -> Kind {
    match word {
        "lei" => Kind::Lei,
        "list" => Kind::List,
        "date" => Kind::Date,
        "integer" => Kind::Integer,
        "money" => Kind::Money,
        "link" => Kind::Link,
        _ => Kind::Text,
    }
}

fn need_of(word: &str) -> Need {
    match word {
        "no" => Need::No,
        "with-assets" => Need::WithAssets,
        "financial" => Need::Financial,
        "subsequent" => Need::Subsequent,
        "critical" => Need::Critical,
        "critical-stored" => Need::CriticalStored,
        "with-other-code" => Need::WithOtherCode,
        "with-expense" => Need::WithExpense,
        "direct" => Need::Direct,
        "with-parent" => Need::WithParent,
        "with-recipient" => Need::WithRecipient,
        "hard-to-replace" => Need::HardToReplace,
        // A word that is not known counts as the strictest.
        _ => Need::Always,
    }
}

fn target(text: &str) -> Option<Target> {
    let (template, columns) = text.split_once(':')?;
    Some(Target { template: template.to_owned(), columns: parts(columns, '+') })
}

fn parts(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole_and_fit_each_other() {
        for taxonomy in Taxonomy::all() {
            assert_eq!(taxonomy.templates.len(), 15);
            assert_eq!(taxonomy.templates.iter().map(|t| t.columns.len()).sum::<usize>(), 120);
            assert_eq!(taxonomy.links.len(), 27);
            for template in &taxonomy.templates {
                let last = template.code == "B_99.01";
                assert_eq!(template.columns.iter().any(|column| column.key), !last);
                for (at, column) in template.columns.iter().enumerate() {
                    assert_eq!(template.position(&column.code), Some(at));
                    assert_eq!(template.position(&column.name), Some(at), "{}", column.name);
                    assert_eq!(column.kind == Kind::List, !column.list.is_empty());
                    assert!(column.list.is_empty() || !taxonomy.list(&column.list).is_empty());
                    assert_eq!(column.rule.is_empty(), column.need == Need::No);
                }
            }
            let there = |template: &str, columns: &[String]| {
                let template = taxonomy.template(template).unwrap();
                columns.iter().all(|column| template.position(column).is_some())
            };
            for link in &taxonomy.links {
                assert!(there(&link.template, &link.columns), "{}", link.name);
                assert!(!link.to.is_empty());
                for to in &link.to {
                    assert!(there(&to.template, &to.columns), "{}", link.name);
                    assert_eq!(to.columns.len(), link.columns.len());
                }
            }
            for list in taxonomy.lists.values() {
                let mut codes: Vec<_> = list.iter().map(|(_, code)| code).collect();
                codes.sort();
                codes.dedup();
                assert_eq!(codes.len(), list.len());
            }
            assert_eq!(taxonomy.filing.len(), 11);
        }
        let current = Taxonomy::current();
        assert_eq!(current.code("service", "S19"), Some("eba_TA:S19"));
        assert_eq!(current.code("level", "eba_ZZ:x793"), Some("eba_ZZ:x793"));
        assert_eq!(current.code("country", "XX"), None);
        assert_eq!(current.list("activity").len(), 128);
    }
}
