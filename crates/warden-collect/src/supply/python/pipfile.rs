//! `Pipfile` and `Pipfile.lock`.

use warden_model::{Ecosystem, Source};

use super::{dependency, pyproject, setting, settle, text, toml};
use crate::{
    document::{Format, Node},
    supply::{
        ENTRY_CAP, RegistryUse, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble, component},
        graph::{Keyed, Lock},
        hash, name,
    },
};

/// Reads the manifest.
pub(in crate::supply) fn manifest(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let mut manifest = file.manifest(Ecosystem::PyPi);
    let mut reading = Reading::default();
    let mut dropped = Dropped::default();
    let mut first = true;
    for section in document.root().members().unwrap_or_default() {
        let kind = match section.key.as_str() {
            "source" => {
                sources(file, &section.value, &mut first, &mut reading);
                continue;
            }
            "requires" | "scripts" | "pipenv" => continue,
            "packages" => RequirementKind::Normal,
            // Every other section is a group.
            _ => RequirementKind::Development,
        };
        for member in section.value.members().unwrap_or_default() {
            let line = file.line(member.key_span.start);
            match pyproject::table(&member.key, &member.value, kind, line) {
                Some(made) => manifest.requirements.push(made),
                None => dropped.add(line),
            }
        }
    }
    if manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    reading.gaps.extend(dropped.gap(file, "entries are no requirement"));
    reading.manifest = Some(manifest);
    Ok(reading)
}

/// The first source is the default, and packages name the others.
fn sources(file: &File<'_>, node: &Node, first: &mut bool, reading: &mut Reading) {
    for source in node.items().unwrap_or_default() {
        let Some(url) = source.get("url") else { continue };
        let name = text(source, "name").unwrap_or("").to_owned();
        let holds = if *first { RegistryUse::Default } else { RegistryUse::Named(name) };
        *first = false;
        let line = file.line_of(url);
        reading.settings.push(setting(file, holds, url.text().unwrap_or(""), line));
    }
}

/// Reads the lock file.
pub(in crate::supply) fn lock(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Json)?;
    let root = document.root();
    let told = document.at("/_meta/pipfile-spec");
    if told.and_then(Node::scalar) != Some("6") {
        return Err(Trouble::version(told.map_or(1, |node| file.line_of(node))));
    }
    let mut lock = Lock::new(Ecosystem::PyPi, file.path, Keyed::Name);
    lock.graph = false;
    let mut dropped = Dropped::default();
    for source in document.at("/_meta/sources").and_then(Node::items).unwrap_or_default() {
        if let Some(url) = text(source, "url") {
            lock.fetched(url);
        }
    }
    // The sources are told, and not which package is from which.
    lock.hosts.values_mut().for_each(|count| *count = 0);
    for section in root.members().unwrap_or_default() {
        if section.key == "_meta" {
            continue;
        }
        for member in section.value.members().unwrap_or_default() {
            if lock.nodes.len() >= ENTRY_CAP {
                return Err(Trouble::full());
            }
            let line = file.line(member.key_span.start);
            let development = section.key != "default";
            if !add(file, &mut lock, (&member.key, line), &member.value, development) {
                dropped.add(line);
            }
        }
    }
    let gaps = dropped.gap(file, "entries or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}

/// Adds a package; whether all of it was understood.
fn add(
    file: &File<'_>,
    lock: &mut Lock,
    (key, line): (&str, u32),
    node: &Node,
    development: bool,
) -> bool {
    let name = name::pypi(key);
    if !name::is_name(&name) || node.members().is_none() {
        return false;
    }
    let mut made = component(Ecosystem::PyPi, name.clone(), file.path, line);
    let range = text(node, "version").unwrap_or("");
    made.version = dependency::exact(range);
    made.source = pyproject::elsewhere(node).unwrap_or(Source::Registry);
    made.requirement = (made.version.is_none() && !range.is_empty()).then(|| address::scrub(range));
    let written = node.get("hashes").and_then(Node::items).unwrap_or_default();
    made.hashes = written.iter().filter_map(Node::text).filter_map(hash::from_pair).collect();
    let whole = made.hashes.len() == written.len();
    settle(&mut made);
    let at = lock.push(made);
    if let Some(locked) = lock.nodes.get_mut(at) {
        locked.development = Some(development);
    }
    lock.key(name, at);
    whole
}
