//! `Cargo.toml` and `Cargo.lock`.

use std::collections::HashMap;

use warden_model::{Ecosystem, Pinning, Source};

use super::{
    ENTRY_CAP, GapKind, Manifest, RegistrySetting, RegistryUse, Requirement, RequirementKind,
    address,
    file::{Dropped, File, Reading, Trouble, asked, component, pinned},
    graph::{Importer, Keyed, Lock},
    hash, name,
};
use crate::document::{Format, Node};

/// The tables that ask for packages, in both spellings.
static SECTIONS: &[(&str, RequirementKind)] = &[
    ("dependencies", RequirementKind::Normal),
    ("dev-dependencies", RequirementKind::Development),
    ("dev_dependencies", RequirementKind::Development),
    ("build-dependencies", RequirementKind::Build),
    ("build_dependencies", RequirementKind::Build),
];

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text)
}

/// Reads `Cargo.toml`.
pub(super) fn manifest(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Toml)?;
    let root = document.root();
    let mut manifest = file.manifest(Ecosystem::Cargo);
    manifest.workspace = root.get("workspace").is_some();
    if let Some(package) = root.get("package") {
        manifest.name = text(package, "name").map(address::scrub);
        manifest.version = text(package, "version").map(address::scrub);
        manifest.licence = text(package, "license").map(address::scrub);
        manifest.repository = text(package, "repository").map(address::plain);
        let rust = text(package, "rust-version").map(|version| ("rust".into(), version.into()));
        manifest.engines.extend(rust);
        let build = text(package, "build").map(|path| ("build".into(), address::scrub(path)));
        manifest.install_scripts.extend(build);
    }
    for bin in root.get("bin").and_then(Node::items).unwrap_or_default() {
        let path = text(bin, "path").unwrap_or("");
        manifest.bin.extend(text(bin, "name").map(|name| (name.into(), address::scrub(path))));
    }
    let mut dropped = Dropped::default();
    tables(file, root, None, &mut manifest, &mut dropped);
    for target in root.get("target").and_then(Node::members).unwrap_or_default() {
        tables(file, &target.value, Some(&target.key), &mut manifest, &mut dropped);
    }
    if manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let gaps = dropped.gap(file, "dependencies are malformed").into_iter().collect();
    Ok(Reading { manifest: Some(manifest), gaps, ..Reading::default() })
}

fn tables(
    file: &File<'_>,
    node: &Node,
    target: Option<&str>,
    manifest: &mut Manifest,
    dropped: &mut Dropped,
) {
    for (section, kind) in SECTIONS {
        for member in node.get(section).and_then(Node::members).unwrap_or_default() {
            let line = file.line(member.key_span.start);
            match requirement(&member.key, &member.value, *kind, line) {
                Some(mut made) => {
                    made.marker = target.map(address::scrub);
                    manifest.requirements.push(made);
                }
                None => dropped.add(line),
            }
        }
    }
}

fn requirement(key: &str, node: &Node, kind: RequirementKind, line: u32) -> Option<Requirement> {
    let mut made = asked(key.to_owned(), kind, line);
    let mut range = node.text();
    if range.is_none() {
        node.members()?;
        range = text(node, "version");
        if let Some(real) = text(node, "package").filter(|real| *real != key) {
            made.alias = Some(std::mem::replace(&mut made.name, real.to_owned()));
        }
        let optional = node.get("optional").and_then(Node::truth) == Some(true);
        if optional && kind == RequirementKind::Normal {
            made.kind = RequirementKind::Optional;
        }
        if let Some(url) = text(node, "git") {
            made.source = address::git(url, text(node, "rev"));
        } else if let Some(path) = text(node, "path") {
            made.source = Source::Path(address::plain(path));
        }
    }
    if !name::is_name(&made.name) {
        return None;
    }
    made.requirement = range.map(address::scrub);
    let exact = range.and_then(|range| range.trim().strip_prefix('=')).map(str::trim);
    made.version = exact.filter(|version| name::is_semver(version)).map(str::to_owned);
    made.pinning = match (&made.source, &made.version) {
        (Source::Registry, Some(_)) => Pinning::Exact,
        (source, _) => pinned(source, None, &[]),
    };
    Some(made)
}

/// Reads `Cargo.lock` of versions 1 to 4.
pub(super) fn lock(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Toml)?;
    let root = document.root();
    let unknown = |node: &&Node| !matches!(node.scalar(), Some("1" | "2" | "3" | "4"));
    if let Some(version) = root.get("version").filter(unknown) {
        return Err(Trouble::version(file.line_of(version)));
    }
    let packages = root.get("package").and_then(Node::items).unwrap_or_default();
    if packages.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut lock = Lock::new(Ecosystem::Cargo, file.path, Keyed::Name);
    let mut dropped = Dropped::default();
    let sums = old_sums(root);
    let mut entries = Vec::with_capacity(packages.len());
    for node in packages {
        match add(file, &mut lock, node, &sums, &mut dropped) {
            Some(at) => entries.push((at, node)),
            None => dropped.add(file.line_of(node)),
        }
    }
    for (at, node) in &entries {
        for one in node.get("dependencies").and_then(Node::items).unwrap_or_default() {
            // `name`, `name version`, or `name version (source)`, whatever is enough.
            let words = one.text().unwrap_or("");
            let bare = words.split(" (").next().unwrap_or(words);
            let found = lock.of_key(if lock.of_key(words).is_empty() { bare } else { words });
            let found = found.to_vec();
            lock.need(*at, &found, bare.split(' ').next().unwrap_or(bare), false);
        }
        if node.get("source").is_none() {
            let name = text(node, "name").map(str::to_owned);
            let node = Some(*at);
            let asks = Vec::new();
            lock.importers.push(Importer {
                folder: None,
                name,
                node,
                asks,
                ranges: false,
                own: true,
            });
        }
    }
    let gaps = dropped.gap(file, "entries or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}

/// Version 1 kept digests in a table of their own, as `checksum name version (source)`.
fn old_sums(root: &Node) -> HashMap<&str, &str> {
    let members = root.get("metadata").and_then(Node::members).unwrap_or_default();
    members
        .iter()
        .filter_map(|member| Some((member.key.strip_prefix("checksum ")?, member.value.text()?)))
        .collect()
}

fn add(
    file: &File<'_>,
    lock: &mut Lock,
    node: &Node,
    sums: &HashMap<&str, &str>,
    dropped: &mut Dropped,
) -> Option<usize> {
    let (name, version) = (text(node, "name")?, text(node, "version")?);
    if !name::is_name(name) {
        return None;
    }
    let line = file.line_of(node);
    let mut made = component(Ecosystem::Cargo, name.to_owned(), file.path, line);
    made.version = Some(address::scrub(version));
    let source = text(node, "source");
    let whole = format!("{name} {version} ({})", source.unwrap_or(""));
    made.source = match source {
        None => Source::Path(name.to_owned()),
        Some(source) => fetched(source, lock),
    };
    let sum = text(node, "checksum").or_else(|| sums.get(whole.as_str()).copied());
    // A repository has none, and says so in version 1.
    if let Some(sum) = sum.filter(|sum| *sum != "<none>") {
        match hash::from_hex("sha256", sum) {
            Some(sum) => made.hashes.push(sum),
            None => dropped.add(line),
        }
    }
    made.pinning = pinned(&made.source, made.version.as_deref(), &made.hashes);
    let at = lock.push(made);
    if let Some(locked) = lock.nodes.get_mut(at) {
        locked.own = source.is_none();
    }
    lock.key(name.to_owned(), at);
    lock.key(format!("{name} {version}"), at);
    lock.key(whole, at);
    Some(at)
}

fn fetched(source: &str, lock: &mut Lock) -> Source {
    let (kind, url) = source.split_once('+').unwrap_or(("", source));
    if kind == "git" {
        let (bare, commit) = url.split_once('#').unwrap_or((url, ""));
        return address::git(bare, Some(commit));
    }
    lock.fetched(url);
    match kind {
        "registry" | "sparse" => Source::Registry,
        "path" => Source::Path(address::plain(url)),
        _ => Source::Url(address::plain(url)),
    }
}

/// Reads `.cargo/config.toml`: what takes the place of a registry, and further ones.
pub(super) fn settings(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Toml)?;
    let mut reading = Reading::default();
    for (table, key) in [("source", "registry"), ("registries", "index")] {
        for member in document.root().get(table).and_then(Node::members).unwrap_or_default() {
            let Some(node) = member.value.get(key) else { continue };
            reading.settings.push((
                Ecosystem::Cargo,
                RegistrySetting {
                    holds: RegistryUse::Named(member.key.clone()),
                    url: address::plain(node.text().unwrap_or("")),
                    file: file.path.to_owned(),
                    line: file.line_of(node),
                },
            ));
        }
    }
    if let Some(node) = document.root().at("/source/crates-io/replace-with") {
        let detail = "another source takes the place of the registry";
        reading.gaps.push(file.gap(GapKind::Unknown, file.line_of(node), detail));
    }
    Ok(reading)
}
