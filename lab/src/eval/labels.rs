//! What is known of the corpora: the labels in `tests/corpus`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::weakness::Wanted;
use xtask::shell::{self, Failure, root};

/// Where everything is that belongs to the corpora.
pub const FOLDER: &str = "tests/corpus";

/// A vulnerable tree, and mostly the tree in which that was put right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair<Trees> {
    /// What it is called here.
    pub id: String,
    /// What it is called elsewhere.
    pub advisory: String,
    /// The weakness by number, as the advisory has it.
    pub cwe: String,
    /// The weakness by name; any of them is right.
    pub classes: Vec<String>,
    /// What kind of pair it is.
    pub kind: Kind,
    /// Where the trees are.
    pub trees: Trees,
    /// Where it is in the vulnerable tree.
    pub sinks: Vec<Sink>,
    /// Where it is in the fixed tree, if that is vulnerable as well and it has moved.
    #[serde(default)]
    pub fixed_sinks: Vec<Sink>,
}

/// What kind of pair it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// From a plain source to a sink.
    Taint,
    /// A weak validator stands between.
    TaintHard,
    /// What was meant to put it right leaves it there: both trees are vulnerable.
    TaintBadfix,
    /// How the server is set up.
    ConfigAuth,
    /// A construct that is wrong by itself.
    Pattern,
    /// There is no fixed tree.
    VulnOnly,
    /// There is no vulnerable tree.
    FixedOnly,
}

/// Commits of a public repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commits {
    /// `owner/name`.
    pub repository: String,
    /// The folder of the package; empty for the whole repository.
    pub folder: String,
    /// The vulnerable commit.
    pub vulnerable: String,
    /// The commit that put it right.
    pub fixed: Option<String>,
}

/// Versions of a package.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// The vulnerable one.
    pub vulnerable: Option<Package>,
    /// The one in which it was put right.
    pub fixed: Option<Package>,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Where it was published.
    pub registry: Registry,
    /// Its name there.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What the file is called.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// Where packages are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// npm
    Npm,
    /// PyPI
    Pypi,
}

/// Where a value does harm.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sink {
    /// The file, inside the package.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The function around it, if it has a name.
    pub function: Option<String>,
    /// Finds the line again, also in the fixed tree.
    pub pattern: Option<String>,
    /// What the file is called in the fixed tree, if it has another name there.
    pub fixed_file: Option<String>,
}

/// The labels of packages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// With a known weakness.
    pub vulnerable: Vec<Pair<Versions>>,
    /// Without one that is known.
    pub benign: Vec<Package>,
}

/// A malicious server with its twin.
#[derive(Clone, Debug)]
pub struct Case {
    /// `<language>/<case>`.
    pub id: String,
    /// Where both are.
    pub folder: PathBuf,
    /// What is known of it.
    pub label: CaseLabel,
}

/// What `case.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLabel {
    /// One line about it.
    pub title: String,
    /// A short name of the trick.
    pub trick: String,
    /// What it is written with.
    pub sdk: String,
    /// Rules of which any is right.
    pub rules: Vec<String>,
    /// The file that holds the malice.
    pub file: String,
    /// The function that holds it; none at module level.
    pub function: Option<String>,
    /// What the malicious side does and the twin does not.
    pub why: String,
}

/// Reads the pairs of commits.
///
/// # Errors
/// They cannot be read, or name a weakness that nobody knows.
pub fn pairs() -> Result<Vec<Pair<Commits>>, Failure> {
    let pairs: Vec<Pair<Commits>> = json("pairs.json")?;
    known(pairs.iter().flat_map(|pair| &pair.classes))?;
    Ok(pairs)
}

/// Reads the packages.
///
/// # Errors
/// They cannot be read, or name a weakness that nobody knows.
pub fn packages() -> Result<Packages, Failure> {
    let packages: Packages = json("packages.json")?;
    known(packages.vulnerable.iter().flat_map(|pair| &pair.classes))?;
    Ok(packages)
}

/// Reads the malicious cases, in the order of their names.
///
/// # Errors
/// One of them cannot be read, or names a rule that nobody knows.
pub fn cases() -> Result<Vec<Case>, Failure> {
    let top = root().join(FOLDER).join("malicious");
    let mut cases = Vec::new();
    for language in shell::names(&top)? {
        for name in shell::names(&top.join(&language))? {
            let folder = top.join(&language).join(&name);
            let path = folder.join("case.toml");
            let label: CaseLabel = toml_edit::de::from_str(&shell::read(&path)?)
                .map_err(|error| Failure(format!("{}: {error}", path.display())))?;
            known(&label.rules)?;
            cases.push(Case { id: format!("{language}/{name}"), folder, label });
        }
    }
    Ok(cases)
}

fn known<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<(), Failure> {
    let unknown = |name: String| Failure(format!("a label names `{name}`, which nobody knows"));
    Wanted::of(names).map(|_| ()).map_err(unknown)
}

fn json<T: DeserializeOwned>(name: &str) -> Result<T, Failure> {
    let path = root().join(FOLDER).join(name);
    parse(&path, &shell::read(&path)?)
}

fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::*;

    #[test]
    fn every_pair_has_what_its_kind_promises() {
        let pairs = pairs().expect("the pairs can be read");
        let names: BTreeSet<&str> = pairs.iter().map(|pair| pair.id.as_str()).collect();
        assert_eq!(names.len(), pairs.len());
        for pair in &pairs {
            assert!(!pair.sinks.is_empty(), "{}", pair.id);
            assert_eq!(pair.trees.fixed.is_none(), pair.kind == Kind::VulnOnly, "{}", pair.id);
            assert!([40].contains(&pair.trees.vulnerable.len()), "{}", pair.id);
        }
        let packages = packages().expect("the packages can be read");
        for pair in &packages.vulnerable {
            assert_eq!(pair.trees.fixed.is_none(), pair.kind == Kind::VulnOnly, "{}", pair.id);
            let none = pair.trees.vulnerable.is_none();
            assert_eq!(none, pair.kind == Kind::FixedOnly, "{}", pair.id);
        }
        for package in &packages.benign {
            assert_eq!(package.sha256.len(), 64, "{}", package.name);
        }
    }

    #[test]
    fn every_pattern_is_an_expression() {
        let pairs = pairs().expect("the pairs can be read");
        let packages = packages().expect("the packages can be read");
        let sinks = pairs.iter().flat_map(|pair| &pair.sinks);
        for sink in sinks.chain(packages.vulnerable.iter().flat_map(|pair| &pair.sinks)) {
            if let Some(pattern) = &sink.pattern {
                assert!(Regex::new(pattern).is_ok(), "{pattern}");
            }
        }
    }

    #[test]
    fn every_case_has_both_sides_and_the_file_that_it_names() {
        let cases = cases().expect("the cases can be read");
        assert!(cases.len() >= 60, "there are {}", cases.len());
        for case in &cases {
            let named = case.folder.join("malicious").join(&case.label.file);
            assert!(named.is_file(), "{}: {}", case.id, case.label.file);
            assert!(case.folder.join("twin").is_dir(), "{}", case.id);
        }
    }
}
