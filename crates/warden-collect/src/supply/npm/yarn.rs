//! `yarn.lock` of Yarn 1, which is read by lines.

use warden_model::Ecosystem;

use super::{berry, package, pin, spec};
use crate::supply::{
    ENTRY_CAP, GapKind, RequirementKind, address,
    file::{Dropped, File, Reading, Trouble},
    graph::{Keyed, Lock},
    hash, name,
};

/// Reads a lock file of any version of Yarn.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let text = file.text()?;
    let begins = |line: &str| line.starts_with("__metadata:");
    if text.lines().any(begins) { berry::read(file) } else { old(file, text) }
}

/// One package as it is written.
#[derive(Default)]
struct Entry<'a> {
    line: u32,
    /// `name@range`, each of which means it.
    keys: Vec<&'a str>,
    version: Option<&'a str>,
    resolved: Option<&'a str>,
    integrity: Option<&'a str>,
    /// Name, range and whether it may be missing.
    depends: Vec<(&'a str, &'a str, bool)>,
}

fn old(file: &File<'_>, text: &str) -> Result<Reading, Trouble> {
    let mut dropped = Dropped::default();
    let entries = entries(text, &mut dropped)?;
    if entries.is_empty() && !text.contains("# yarn lockfile v1") {
        return Err(Trouble::new(GapKind::Malformed, 1, "it is no lock file of Yarn"));
    }
    let mut lock = Lock::new(Ecosystem::Npm, file.path, Keyed::Range);
    for entry in &entries {
        add(file, &mut lock, entry, &mut dropped);
    }
    for (at, entry) in entries.iter().enumerate() {
        for (name, range, optional) in &entry.depends {
            let found = lock.of_key(&key(name, range)).to_vec();
            lock.need(at, &found, name, *optional);
        }
    }
    let gaps = dropped.gap(file, "lines or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}

fn key(name: &str, range: &str) -> String {
    format!("{name}@{}", address::scrub(range))
}

/// Every entry gives one package, so that places in both are the same.
fn add(file: &File<'_>, lock: &mut Lock, entry: &Entry<'_>, dropped: &mut Dropped) {
    let (used, range) = entry.keys.first().and_then(|key| name::split_at(key)).unwrap_or_default();
    let asked = spec::requirement(used, range, RequirementKind::Normal, entry.line);
    let mut made = package(file, &asked.name, entry.line, entry.integrity, dropped);
    made.version = entry.version.map(address::scrub);
    if let Some(resolved) = entry.resolved {
        made.source = spec::fetched(resolved, &asked.name);
        // The archive's SHA-1 stands behind its address.
        let sum = resolved.split_once('#').and_then(|(_, sum)| hash::from_hex("sha1", sum));
        let is_archive = !matches!(made.source, warden_model::Source::Git { .. });
        made.hashes.extend(sum.filter(|_| is_archive));
        lock.fetched(resolved);
    } else {
        made.source = asked.source;
    }
    hash::rank(&mut made.hashes);
    pin(&mut made);
    let at = lock.push(made);
    for one in &entry.keys {
        if let Some((name, range)) = name::split_at(one) {
            lock.key(key(name, range), at);
        }
    }
}

/// Which list the lines that are indented further belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Fields,
    Depends { optional: bool },
    Unknown,
}

fn entries<'a>(text: &'a str, dropped: &mut Dropped) -> Result<Vec<Entry<'a>>, Trouble> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut part = Part::Fields;
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let bare = line.trim_start_matches(' ');
        if bare.trim().is_empty() || bare.starts_with('#') {
            continue;
        }
        let indent = line.len() - bare.len();
        if indent == 0 {
            if entries.len() >= ENTRY_CAP {
                return Err(Trouble::full());
            }
            part = Part::Fields;
            entries.extend(head(bare, number, dropped));
            continue;
        }
        let (Some(entry), Some((name, value))) = (entries.last_mut(), pair(bare)) else {
            dropped.add(number);
            continue;
        };
        match (indent, part) {
            (2, _) => part = field(entry, name, value),
            (4, Part::Depends { optional }) => entry.depends.push((name, value, optional)),
            (4, Part::Unknown) => {}
            _ => dropped.add(number),
        }
    }
    Ok(entries)
}

/// `"a@^1", a@^2:`
fn head<'a>(line: &'a str, number: u32, dropped: &mut Dropped) -> Option<Entry<'a>> {
    let keys: Vec<&str> = line.trim_end().strip_suffix(':').map(list).unwrap_or_default();
    let is_key = |key: &&str| name::split_at(key).is_some_and(|(name, _)| name::is_name(name));
    if keys.is_empty() || !keys.iter().all(is_key) {
        dropped.add(number);
        return None;
    }
    Some(Entry { line: number, keys, ..Entry::default() })
}

/// Words between commas, each in quotes or not. A comma in quotes is part of the word.
fn list(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (word, behind) = match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((word, behind)) => (word, behind.trim_start().trim_start_matches(',')),
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        words.push(word.trim());
        rest = behind.trim_start();
    }
    words
}

/// `name value`, each in quotes or not.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    if let Some(name) = line.strip_suffix(':') {
        return Some((name.trim_matches('"'), ""));
    }
    let (name, value) = match line.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((name, rest)) => (name, rest.trim_start()),
        None => line.split_once(' ')?,
    };
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    Some((name, quoted.unwrap_or(value)))
}

fn field<'a>(entry: &mut Entry<'a>, name: &str, value: &'a str) -> Part {
    match name {
        "version" => entry.version = Some(value),
        "resolved" => entry.resolved = Some(value),
        "integrity" => entry.integrity = Some(value),
        "dependencies" => return Part::Depends { optional: false },
        "optionalDependencies" => return Part::Depends { optional: true },
        _ => return Part::Unknown,
    }
    Part::Fields
}
