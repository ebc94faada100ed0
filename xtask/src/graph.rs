//! What the workspace depends on, as Cargo tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::shell::{self, Failure, cargo};

/// A package that some build of the workspace compiles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence expression; empty if it has none.
    pub licence: String,
    /// Where it comes from; `None` for a folder of this machine.
    pub source: Option<String>,
}

/// Every package that is compiled for some platform, and who uses whom.
#[derive(Debug)]
pub struct Graph {
    /// The packages, sorted.
    pub packages: Vec<Package>,
    /// The names of the packages that use each name directly.
    pub users: BTreeMap<String, BTreeSet<String>>,
    /// Whether only packages for this platform could be looked at.
    pub partial: bool,
}

/// Reads the whole graph.
///
/// # Errors
/// Cargo does not tell.
pub fn read() -> Result<Graph, Failure> {
    if let Ok(graph) = read_for(&[], &["--target", "all"]) {
        return Ok(graph);
    }
    // Packages for other platforms are not on this machine, and there is no network.
    let host = host()?;
    let mut graph = read_for(&["--offline", "--filter-platform", &host], &["--offline"])?;
    graph.partial = true;
    Ok(graph)
}

/// Returns the normal dependencies between crates of the workspace.
///
/// # Errors
/// Cargo does not tell.
pub fn inner() -> Result<Vec<(String, String)>, Failure> {
    let metadata = metadata(&["--no-deps", "--offline"])?;
    let members: BTreeSet<&str> = list(&metadata["packages"]).filter_map(name).collect();
    let mut pairs = Vec::new();
    for package in list(&metadata["packages"]) {
        // A null kind is a normal dependency.
        let normal = list(&package["dependencies"]).filter(|used| used["kind"].is_null());
        for used in normal.filter_map(name).filter(|used| members.contains(used)) {
            pairs.push((name(package).unwrap_or_default().to_owned(), used.to_owned()));
        }
    }
    Ok(pairs)
}

fn read_for(metadata_flags: &[&str], tree_flags: &[&str]) -> Result<Graph, Failure> {
    let metadata = metadata(metadata_flags)?;
    let compiled = compiled(tree_flags)?;
    let mut names = BTreeMap::new();
    let mut packages = Vec::new();
    for package in list(&metadata["packages"]) {
        let text = |member: &str| package[member].as_str().unwrap_or_default().to_owned();
        let found = Package {
            name: text("name"),
            version: text("version"),
            licence: text("license"),
            source: package["source"].as_str().map(str::to_owned),
        };
        // Metadata lists what some feature could bring in; the tree what is really compiled.
        if compiled.contains(&(found.name.clone(), found.version.clone())) {
            names.insert(text("id"), found.name.clone());
            packages.push(found);
        }
    }
    packages.sort();
    Ok(Graph { packages, users: users(&metadata, &names), partial: false })
}

fn users(metadata: &Value, names: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(user) = node["id"].as_str().and_then(|id| names.get(id)) else { continue };
        for used in list(&node["deps"]).filter_map(|used| names.get(used["pkg"].as_str()?)) {
            users.entry(used.clone()).or_default().insert(user.clone());
        }
    }
    users
}

/// The names and versions that the resolver takes into some build.
fn compiled(flags: &[&str]) -> Result<BTreeSet<(String, String)>, Failure> {
    let mut command = cargo(&["tree", "--locked", "--workspace", "--prefix", "none"]);
    command.args(["--edges", "normal,build,dev", "--format", "{p}"]).args(flags);
    let mut found = BTreeSet::new();
    for line in shell::capture(&mut command)?.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            found.insert((name.to_owned(), version.trim_start_matches('v').to_owned()));
        }
    }
    Ok(found)
}

fn metadata(flags: &[&str]) -> Result<Value, Failure> {
    let mut command = cargo(&["metadata", "--locked", "--format-version", "1"]);
    let text = shell::capture(command.args(flags))?;
    serde_json::from_str(&text).map_err(|error| Failure(format!("`cargo metadata`: {error}")))
}

fn host() -> Result<String, Failure> {
    let told = shell::capture(std::process::Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure("`rustc -vV` names no host".into()))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn name(value: &Value) -> Option<&str> {
    value["name"].as_str()
}
