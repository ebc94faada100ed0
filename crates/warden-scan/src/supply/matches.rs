//! Looks components up, and puts together advisories that are one under several names.

use std::collections::{BTreeMap, BTreeSet};

use warden_model::{Component, Severity, Source};

use super::{
    Database, Entry, SupplyGap,
    osv::{Unclear, Verdict},
};

/// A vulnerability that a component has, from all advisories that tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The identifier that people know best.
    pub id: String,
    /// The other ones.
    pub aliases: BTreeSet<String>,
    /// What it is about.
    pub summary: String,
    /// How bad it is, by whoever takes it worst; none where nobody tells.
    pub severity: Option<Severity>,
    /// Whether the package is there to do harm.
    pub malicious: bool,
    /// The lowest version that mends it, newer than the one that is used.
    pub fixed: Option<String>,
}

/// What the database has about a component. What cannot be decided goes to `gaps`.
pub(super) fn hits(
    component: &Component,
    database: &Database<'_>,
    now: i64,
    gaps: &mut BTreeSet<SupplyGap>,
) -> Vec<Hit> {
    // A folder beside the manifest is the server's own code, whatever it is called.
    if matches!(component.source, Source::Path(_)) {
        return Vec::new();
    }
    let mut gap = |detail: String| {
        gaps.insert(SupplyGap {
            file: component.file.clone(),
            line: component.line,
            component: super::parts::shown(component),
            detail,
        });
    };
    let entries = match database.about_package(component.ecosystem, &component.name) {
        Ok(entries) => entries,
        Err(error) => {
            gap(error.to_string());
            return Vec::new();
        }
    };
    let mut found: Vec<Entry> = Vec::new();
    let mut unclear: BTreeMap<Unclear, BTreeSet<String>> = BTreeMap::new();
    for entry in entries {
        // One taken back says nothing any more.
        if entry.withdrawn.is_some_and(|since| since <= now) {
            continue;
        }
        match entry.affected.verdict(component.version.as_deref()) {
            Verdict::Affected => found.push(entry),
            Verdict::NotAffected => {}
            Verdict::Unknown(reason) => {
                unclear.entry(reason).or_default().insert(entry.id);
            }
        }
    }
    let groups = groups(found);
    for (reason, ids) in unclear {
        // Another advisory on the same matter has said it already.
        let said = |id: &String| {
            groups.iter().flatten().any(|entry| entry.id == *id || entry.aliases.contains(id))
        };
        let ids: Vec<String> = ids.into_iter().filter(|id| !said(id)).collect();
        if !ids.is_empty() {
            gap(format!("not known whether {} holds: {}", listed(&ids), reason.reason()));
        }
    }
    let mut hits: Vec<Hit> = groups.iter().filter_map(|group| hit(group, component)).collect();
    hits.sort_by(|a, b| a.id.cmp(&b.id));
    hits
}

fn listed(ids: &[String]) -> String {
    match ids {
        all if all.len() <= 3 => all.join(", "),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
        _ => String::new(),
    }
}

/// Advisories by the matter that they are about. Names are followed in both directions and through
/// each other; what has been reached is not followed again, so that circles end.
fn groups(found: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, entry) in found.iter().enumerate() {
        for name in std::iter::once(&entry.id).chain(&entry.aliases) {
            by_name.entry(name).or_default().push(at);
        }
    }
    let mut group = vec![usize::MAX; found.len()];
    let mut count = 0;
    for start in 0..found.len() {
        if group.get(start) != Some(&usize::MAX) {
            continue;
        }
        let mut queue = vec![start];
        while let Some(at) = queue.pop() {
            let (Some(own), Some(entry)) = (group.get_mut(at), found.get(at)) else { continue };
            if *own != usize::MAX {
                continue;
            }
            *own = count;
            for name in std::iter::once(&entry.id).chain(&entry.aliases) {
                // Taken out, so that each name is followed once.
                queue.extend(by_name.remove(name.as_str()).into_iter().flatten());
            }
        }
        count += 1;
    }
    let mut groups: Vec<Vec<Entry>> = vec![Vec::new(); count];
    for (at, entry) in found.into_iter().enumerate() {
        if let Some(own) = group.get(at).and_then(|own| groups.get_mut(*own)) {
            own.push(entry);
        }
    }
    groups
}

/// How well people know an identifier, the best first.
fn rank(name: &str) -> (usize, &str) {
    let known = ["CVE-", "MAL-", "GHSA-", "PYSEC-", "GO-", "RUSTSEC-"];
    (known.iter().position(|start| name.starts_with(start)).unwrap_or(known.len()), name)
}

fn hit(group: &[Entry], component: &Component) -> Option<Hit> {
    let mut names: BTreeSet<String> =
        group.iter().flat_map(|entry| entry.aliases.iter().chain([&entry.id])).cloned().collect();
    // A malicious package goes by what says so.
    let malicious = group.iter().any(|entry| entry.malicious);
    let own = group.iter().map(|entry| &entry.id).min_by_key(|name| rank(name))?;
    let best = names.iter().min_by_key(|name| rank(name))?;
    let id = if malicious { own.clone() } else { best.clone() };
    names.remove(&id);
    let version = component.version.as_deref();
    let summary = group.iter().map(|entry| &entry.summary).filter(|text| !text.is_empty()).min();
    let fixes: Vec<&str> =
        group.iter().filter_map(|entry| entry.affected.fix_for(version)).collect();
    // Only what every advisory on it takes for mended is: the highest of them.
    let read = |text: &&str| super::order::Version::parse(component.ecosystem, text).ok();
    let highest = fixes.iter().max_by_key(|text| (read(text), **text));
    Some(Hit {
        id,
        aliases: names,
        summary: summary.cloned().unwrap_or_default(),
        severity: group.iter().filter_map(|entry| entry.severity).max(),
        malicious,
        fixed: highest.map(|text| (*text).to_owned()),
    })
}
