//! Two lock files of one project.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use warden_model::Source;

use crate::supply::{
    Gap, GapKind,
    graph::{Lock, Locked},
};

/// Where two lock files name different versions of a package, and where they name different
/// digests of one version.
pub(super) fn locks(first: &Lock, second: &Lock) -> Vec<Gap> {
    let (one, other) = (versions(first), versions(second));
    let differ: Vec<&&str> = one
        .iter()
        .filter(|(name, versions)| other.get(*name).is_some_and(|other| other != *versions))
        .map(|(name, _)| name)
        .collect();
    let versions = differ.first().map(|name| {
        format!(
            "`{}` has other versions of {} packages, the first `{name}`",
            first.file,
            differ.len()
        )
    });
    let mut known: HashMap<(&str, &str), &Locked> = HashMap::new();
    for node in registry(first) {
        known.insert(key(node), node);
    }
    let mut other: Vec<&str> = registry(second)
        .filter(|node| known.get(&key(node)).is_some_and(|first| contradict(first, node)))
        .map(|node| node.component.name.as_str())
        .collect();
    other.sort_unstable();
    let digests = other.first().map(|name| {
        format!(
            "`{}` has other digests of {} packages, the first `{name}`",
            first.file,
            other.len()
        )
    });
    let gap = |detail| Gap { file: second.file.clone(), line: 0, kind: GapKind::Disagree, detail };
    versions.into_iter().chain(digests).map(gap).collect()
}

fn registry(lock: &Lock) -> impl Iterator<Item = &Locked> {
    lock.nodes.iter().filter(|node| !node.own && node.component.source == Source::Registry)
}

fn key(node: &Locked) -> (&str, &str) {
    (&node.component.name, node.component.version.as_deref().unwrap_or(""))
}

fn versions(lock: &Lock) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, version) in registry(lock).map(key) {
        all.entry(name).or_default().insert(version);
    }
    all
}

fn contradict(one: &Locked, other: &Locked) -> bool {
    crate::supply::hash::contradict(&one.component.hashes, &other.component.hashes)
}
