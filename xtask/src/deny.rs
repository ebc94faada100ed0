//! `deny.toml` held against the dependency graph, without network and without another program.
//!
//! It checks what `cargo deny` checks offline: licences, banned and doubled packages, sources.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{DocumentMut, Item};

use crate::graph::{self, Graph, Package};
use crate::shell::{self, Failure};

/// What `deny.toml` says.
#[derive(Debug, Default)]
pub struct Rules {
    licences: BTreeSet<String>,
    /// Banned names, each with the only packages that may use it.
    banned: BTreeMap<String, BTreeSet<String>>,
    doubled: BTreeSet<String>,
    registries: BTreeSet<String>,
}

/// Holds the graph against `deny.toml` and prints what is wrong.
///
/// # Errors
/// Something is wrong, or could not be looked at.
pub fn run() -> Result<(), Failure> {
    let rules = Rules::read(&shell::read(&shell::root().join("deny.toml"))?)?;
    let graph = graph::read()?;
    let problems = rules.problems(&graph);
    for problem in &problems {
        println!("{problem}");
    }
    if graph.partial {
        println!("only packages for this platform were looked at: the others are not downloaded");
    }
    println!("{} packages, {} problems", graph.packages.len(), problems.len());
    if problems.is_empty() { Ok(()) } else { Err(Failure("dependencies break `deny.toml`".into())) }
}

impl Rules {
    /// Reads `deny.toml`.
    ///
    /// # Errors
    /// It is not TOML, or one of its four lists is missing.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let document: DocumentMut =
            text.parse().map_err(|error| Failure(format!("deny.toml: {error}")))?;
        let list = |table: &str, key: &str| {
            let array = document.get(table).and_then(|table| table.get(key));
            let array = array.and_then(Item::as_array);
            array.ok_or_else(|| Failure(format!("deny.toml has no list `{key}` in `[{table}]`")))
        };
        let mut banned = BTreeMap::new();
        for entry in list("bans", "deny")? {
            let table = entry.as_inline_table();
            let name = table.and_then(|table| table.get("crate")).and_then(|name| name.as_str());
            let name = name.ok_or_else(|| Failure("deny.toml: a ban names no `crate`".into()))?;
            let wrappers = table.and_then(|table| table.get("wrappers"));
            let wrappers = wrappers.and_then(|wrappers| wrappers.as_array());
            banned.insert(name.to_owned(), wrappers.map(strings).unwrap_or_default());
        }
        Ok(Self {
            licences: strings(list("licenses", "allow")?),
            banned,
            doubled: strings(list("bans", "skip")?),
            registries: strings(list("sources", "allow-registry")?),
        })
    }

    /// Returns everything that is wrong with the graph, in sentences.
    #[must_use]
    pub fn problems(&self, graph: &Graph) -> Vec<String> {
        let mut problems = Vec::new();
        let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
        for package in &graph.packages {
            *versions.entry(&package.name).or_default() += 1;
            problems.extend(self.licence_problem(package));
            problems.extend(self.source_problem(package));
            problems.extend(self.ban_problem(package, graph));
        }
        for (name, count) in versions {
            if count > 1 && !self.doubled.contains(name) {
                problems.push(format!("`{name}` is there in {count} versions"));
            }
        }
        problems
    }

    fn licence_problem(&self, package: &Package) -> Option<String> {
        if package.source.is_none() || licensed(&package.licence, &self.licences) {
            return None;
        }
        Some(format!("`{}` has the licence `{}`", package.name, package.licence))
    }

    fn source_problem(&self, package: &Package) -> Option<String> {
        let source = package.source.as_deref()?;
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        let known = self.registries.contains(registry);
        (!known).then(|| format!("`{}` comes from `{source}`", package.name))
    }

    fn ban_problem(&self, package: &Package, graph: &Graph) -> Option<String> {
        let wrappers = self.banned.get(&package.name)?;
        let users = graph.users.get(&package.name).cloned().unwrap_or_default();
        let others: Vec<_> = users.difference(wrappers).cloned().collect();
        if others.is_empty() && !wrappers.is_empty() {
            return None;
        }
        Some(format!("`{}` is banned, and used by {}", package.name, others.join(", ")))
    }
}

fn strings(array: &toml_edit::Array) -> BTreeSet<String> {
    array.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect()
}

/// Returns whether one may choose allowed licences so that the expression is met.
fn licensed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // A slash is the old way to write OR. `WITH` belongs to the licence before it.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let spaced = spaced.replace(" WITH ", "-WITH-");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Expression { words: &words, at: 0, allowed };
    let met = parser.either();
    met && parser.at == words.len()
}

/// A licence expression being read: `OR` binds less than `AND`.
struct Expression<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a BTreeSet<String>,
}

impl Expression<'_> {
    fn either(&mut self) -> bool {
        let mut met = self.both();
        while self.take("OR") {
            met |= self.both();
        }
        met
    }

    fn both(&mut self) -> bool {
        let mut met = self.one();
        while self.take("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let met = self.either();
            return self.take(")") && met;
        }
        let word = self.words.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        self.allowed.contains(&word.replace("-WITH-", " WITH "))
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.words.get(self.at) == Some(&word);
        self.at += usize::from(here);
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, met: bool) {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
        let allowed = allowed.into_iter().map(str::to_owned).collect();
        assert_eq!(licensed(expression, &allowed), met, "{expression}");
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough() {
        check("MIT", true);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0 OR MIT", true);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("GPL-3.0", false);
    }

    #[test]
    fn all_licences_that_apply_together_must_be_allowed() {
        check("MIT AND Apache-2.0", true);
        check("MIT AND GPL-3.0", false);
        check("(MIT OR GPL-3.0) AND Apache-2.0", true);
        check("MIT OR GPL-3.0 AND LGPL-3.0", true);
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        check("", false);
        check("(MIT", false);
        check("MIT Apache-2.0", false);
        check("MIT OR", false);
        check("GPL-3.0 OR", false);
    }

    fn package(name: &str, source: &str) -> Package {
        let text = str::to_owned;
        Package {
            name: text(name),
            version: text("1.0.0"),
            licence: text("MIT"),
            source: Some(text(source)),
        }
    }

    #[test]
    fn bans_spare_their_wrappers_and_sources_are_known() {
        let rules = Rules::read(
            "[licenses]\nallow = [\"MIT\"]\n[bans]\nskip = []\ndeny = [{ crate = \"a\", wrappers = [\"b\"] }, { crate = \"c\" }]\n[sources]\nallow-registry = [\"here\"]\n",
        )
        .expect("the rules are well formed");
        let mut graph = Graph {
            packages: vec![package("a", "registry+here"), package("b", "git+there")],
            users: BTreeMap::from([("a".to_owned(), BTreeSet::from(["b".to_owned()]))]),
            partial: false,
        };
        assert_eq!(rules.problems(&graph), ["`b` comes from `git+there`"]);
        graph.packages = vec![package("c", "registry+here"), package("a", "registry+here")];
        graph.users.insert("a".into(), BTreeSet::from(["b".into(), "d".into()]));
        assert_eq!(rules.problems(&graph).len(), 2);
    }
}
