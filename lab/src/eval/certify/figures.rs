//! The figures of certifying published servers, as they are committed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::record::{Open, Outcome};
use xtask::shell::{self, Failure, root};

/// Where they are.
const FILE: &str = "docs/evaluation/certify.json";

/// At least as many servers have to get a certificate.
pub const SERVERS: usize = 30;

/// No version with a known weakness may reach this level.
pub const LEVEL: u64 = 2;

/// Everything that came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Servers in which nothing wrong is known, by what one types after `certify`.
    pub servers: BTreeMap<String, Outcome>,
    /// Versions on a side of a pair, in the same way.
    pub sides: BTreeMap<String, Outcome>,
    /// Pairs, by name.
    pub pairs: BTreeMap<String, Pair>,
}

/// A version with a known weakness, and the one in which that was put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The weakness.
    pub class: String,
    /// The vulnerable version, one of the sides.
    pub vulnerable: Option<String>,
    /// The fixed version, one of the sides.
    pub fixed: Option<String>,
    /// Open findings of the weakness in the vulnerable version.
    pub found: usize,
    /// Of them, those that are open in the fixed version too.
    pub kept: usize,
    /// Open findings of the weakness in the fixed version, elsewhere.
    pub elsewhere: usize,
    /// Whether one of both sorts is grave enough to cap the level, and where the weakness was.
    pub held: bool,
}

impl Pair {
    /// Counts the findings of some rules on both sides. The weakness was in these files: the same
    /// elsewhere is another one, which nobody put right.
    pub fn count(
        &mut self,
        (rules, files): (&BTreeSet<String>, &BTreeSet<&str>),
        vulnerable: &[Open],
        fixed: &[Open],
    ) {
        let of = |one: &&Open| rules.contains(&one.rule);
        let known: BTreeSet<&str> =
            vulnerable.iter().filter(of).map(|one| one.fingerprint.as_str()).collect();
        let left: Vec<&Open> = fixed.iter().filter(of).collect();
        self.found = vulnerable.iter().filter(of).count();
        self.kept = left.iter().filter(|one| known.contains(one.fingerprint.as_str())).count();
        self.elsewhere = left.len() - self.kept;
        // Of what is in no file nobody can say that it is elsewhere.
        let there = |one: &Open| one.file.as_deref().is_none_or(|file| files.contains(file));
        let grave = |one: &Open| matches!(one.severity.as_str(), "high" | "critical");
        self.held = left.iter().any(|one| there(one) && grave(one));
    }
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

    /// How many servers got a certificate.
    #[must_use]
    pub fn certified(&self) -> usize {
        self.servers.values().filter(|outcome| outcome.row().is_some()).count()
    }

    /// What must not be so: too few servers with a certificate, a version with a known weakness at
    /// a level that it may not reach, a fixed one that is held back all the same, and a pair whose
    /// side is nowhere.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut all = Vec::new();
        if self.certified() < SERVERS {
            all.push(format!("only {} servers have a certificate", self.certified()));
        }
        for (id, pair) in &self.pairs {
            for side in pair.vulnerable.iter().chain(&pair.fixed) {
                if !self.sides.contains_key(side) {
                    all.push(format!("{id}: nobody looked at {side}"));
                }
            }
            let vulnerable = pair.vulnerable.as_ref().and_then(|side| self.sides.get(side)?.row());
            if vulnerable.is_some_and(|row| row.level >= LEVEL) {
                all.push(format!("{id}: the vulnerable version reaches level {LEVEL}"));
            }
            if pair.held {
                all.push(format!("{id}: the fixed version is held back by what was put right"));
            }
        }
        all
    }
}

fn path() -> PathBuf {
    root().join(FILE)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::eval::certify::record::Row;

    pub(in crate::eval::certify) fn row(level: u64) -> Row {
        Row {
            archive: Some("0123456789ab".into()),
            tree: None,
            tools: None,
            stages: [("taint".to_owned(), "unfinished".to_owned())].into(),
            open: [("high".to_owned(), 2)].into(),
            score: 71,
            level,
            caps: [(0, "stage-unfinished taint".to_owned())].into(),
        }
    }

    pub(in crate::eval::certify) fn figures(level: u64) -> Figures {
        let pair = Pair {
            class: "sql-injection".into(),
            vulnerable: Some("npm:a@1.0.0".into()),
            fixed: Some("npm:a@1.0.1".into()),
            found: 1,
            kept: 0,
            elsewhere: 1,
            held: false,
        };
        let sides = [
            ("npm:a@1.0.0".to_owned(), Outcome::Certified(row(level))),
            ("npm:a@1.0.1".to_owned(), Outcome::Refused("it | fails".into())),
        ];
        let servers = (0..SERVERS).map(|at| (format!("npm:s{at}@1"), Outcome::Certified(row(2))));
        Figures {
            servers: servers.collect(),
            sides: sides.into(),
            pairs: [("p".to_owned(), pair)].into(),
        }
    }

    fn open(rule: &str, fingerprint: &str, severity: &str) -> Open {
        let file = Some("server.py".into());
        Open { file, fingerprint: fingerprint.into(), rule: rule.into(), severity: severity.into() }
    }

    #[test]
    fn a_vulnerable_version_at_level_two_is_a_problem() {
        assert_eq!(figures(1).problems(), Vec::<String>::new());
        assert_eq!(figures(2).problems().len(), 1);
    }

    #[test]
    fn a_fixed_version_that_is_held_back_is_a_problem() {
        let mut all = figures(1);
        all.pairs.get_mut("p").expect("it is there").held = true;
        assert_eq!(all.problems().len(), 1);
    }

    #[test]
    fn too_few_servers_and_a_side_that_is_nowhere_are_problems() {
        let mut all = figures(0);
        all.servers.insert("npm:s0@1".into(), Outcome::Refused("gone".into()));
        all.sides.remove("npm:a@1.0.1");
        assert_eq!(all.problems().len(), 2);
    }

    #[test]
    fn findings_of_the_weakness_are_told_from_all_others() {
        let mut pair = figures(0).pairs.remove("p").expect("it is there");
        let rules = BTreeSet::from(["r".to_owned()]);
        let vulnerable = [open("r", "a", "high"), open("r", "b", "high"), open("x", "c", "high")];
        let fixed = [open("r", "a", "low"), open("r", "d", "medium"), open("x", "c", "high")];
        let files = BTreeSet::from(["server.py"]);
        pair.count((&rules, &files), &vulnerable, &fixed);
        assert_eq!((pair.found, pair.kept, pair.elsewhere, pair.held), (2, 1, 1, false));
        pair.count((&rules, &files), &vulnerable, &vulnerable);
        assert_eq!((pair.kept, pair.elsewhere, pair.held), (2, 0, true));
        pair.count((&rules, &BTreeSet::from(["other.py"])), &vulnerable, &vulnerable);
        assert_eq!((pair.kept, pair.held), (2, false), "another weakness than that one");
    }
}
