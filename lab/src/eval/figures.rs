//! The figures of an evaluation, as they are committed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::score::Level;
use xtask::shell::{self, Failure, root};

/// Where they are.
const FILE: &str = "docs/evaluation/analysis.json";

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Pairs of commits, by name.
    pub pairs: BTreeMap<String, Pair>,
    /// Pairs of packages, by name.
    pub packages: BTreeMap<String, Pair>,
    /// Malicious servers and their twins, by name.
    pub malicious: BTreeMap<String, Case>,
    /// Packages without a known weakness, by name and version.
    pub benign: BTreeMap<String, Benign>,
    /// How long it took, by corpus.
    pub time: BTreeMap<String, Time>,
}

/// A vulnerable tree and a fixed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The weakness.
    pub class: String,
    /// How well the label was met in the vulnerable tree; nothing where there is no such tree.
    pub vulnerable: Option<Side>,
    /// What the fixed tree keeps; nothing where there is no such tree.
    pub fixed: Option<Side>,
    /// Whether the fixed tree is vulnerable as well.
    pub still: bool,
    /// Of how many labelled sinks a finding of the right rule was there.
    pub sinks: (usize, usize),
}

/// One tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// It was looked at.
    Seen(Level),
    /// It was not, and why.
    Unseen(String),
}

/// A malicious server and its twin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The first of its rules.
    pub class: String,
    /// How well the label was met.
    pub malicious: Level,
    /// The rules that accuse the twin, each once.
    pub accused: Vec<String>,
}

/// A package without a known weakness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benign {
    /// Why it was not looked at, if it was not.
    pub unseen: Option<String>,
    /// Lines of code, without blank ones.
    pub lines: usize,
    /// Findings of severity High or above.
    pub findings: Vec<Accusation>,
}

/// A finding in a package without a known weakness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accusation {
    /// The rule.
    pub rule: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: Option<u32>,
    /// The function.
    pub function: Option<String>,
    /// The tool.
    pub tool: Option<String>,
    /// The same for the same problem.
    pub fingerprint: String,
}

/// How long a corpus took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Trees.
    pub trees: usize,
    /// Of them, those of which the program says that it could not look at everything.
    pub incomplete: usize,
    /// Lines of code, without blank ones.
    pub lines: usize,
    /// Of all the processes together.
    pub seconds: f64,
}

impl Figures {
    /// What is committed.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn committed() -> Result<Self, Failure> {
        shell::read_json(&path())
    }

    /// Writes what is to be committed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self) -> Result<(), Failure> {
        shell::write_json(&path(), self)
    }

    /// What was not looked at, and why.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (id, pair) in self.pairs.iter().chain(&self.packages) {
            for side in [&pair.vulnerable, &pair.fixed] {
                if let Some(Side::Unseen(why)) = side {
                    all.push(format!("{id}: {why}"));
                }
            }
        }
        let benign = self.benign.iter();
        all.extend(benign.filter_map(|(id, one)| Some(format!("{id}: {}", one.unseen.as_ref()?))));
        all.dedup();
        all
    }
}

impl Side {
    /// The level, if it was looked at.
    #[must_use]
    pub const fn level(&self) -> Option<Level> {
        match self {
            Self::Seen(level) => Some(*level),
            Self::Unseen(_) => None,
        }
    }
}

impl Pair {
    /// The levels at which something should be found: of the vulnerable tree, and of the fixed one
    /// where that is vulnerable as well.
    pub fn positives(&self) -> impl Iterator<Item = Level> {
        let still = self.fixed.iter().filter(|_| self.still);
        self.vulnerable.iter().chain(still).filter_map(Side::level)
    }

    /// The level of the tree in which nothing should be found.
    pub fn negatives(&self) -> impl Iterator<Item = Level> {
        self.fixed.iter().filter(|_| !self.still).filter_map(Side::level)
    }
}

fn path() -> PathBuf {
    root().join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(still: bool) -> Pair {
        Pair {
            class: "command-injection".into(),
            vulnerable: Some(Side::Seen(Level::Rule)),
            fixed: Some(Side::Seen(Level::File)),
            still,
            sinks: (1, 2),
        }
    }

    #[test]
    fn a_fix_that_mends_nothing_is_one_more_tree_to_find_it_in() {
        assert_eq!(pair(true).positives().collect::<Vec<_>>(), [Level::Rule, Level::File]);
        assert_eq!(pair(true).negatives().count(), 0);
        assert_eq!(pair(false).positives().collect::<Vec<_>>(), [Level::Rule]);
        assert_eq!(pair(false).negatives().collect::<Vec<_>>(), [Level::File]);
    }

    #[test]
    fn what_was_not_looked_at_is_neither_found_nor_missed() {
        let unseen = Some(Side::Unseen("no mirror".into()));
        let pair = Pair { vulnerable: unseen.clone(), fixed: unseen, ..pair(false) };
        assert_eq!(pair.positives().count() + pair.negatives().count(), 0);
        let pairs = BTreeMap::from([("a".to_owned(), pair)]);
        let figures = Figures { pairs, ..Figures::default() };
        assert_eq!(figures.unseen(), ["a: no mirror"]);
    }

    #[test]
    fn figures_are_read_as_they_were_written() {
        let mut figures = Figures::default();
        figures.pairs.insert("a".into(), pair(false));
        figures
            .time
            .insert("pairs".into(), Time { trees: 2, incomplete: 1, lines: 10, seconds: 0.5 });
        let text = serde_json::to_string(&figures).expect("it can be written");
        assert_eq!(serde_json::from_str::<Figures>(&text).expect("it can be read"), figures);
    }
}
