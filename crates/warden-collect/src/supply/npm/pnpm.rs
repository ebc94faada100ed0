//! `pnpm-lock.yaml`, versions 5, 6 and 9.

use std::collections::HashMap;

use warden_model::{Component, Ecosystem, Source};

use super::{SECTIONS, package, pin, spec, texts};
use crate::{
    document::{Format, Node},
    supply::{
        ENTRY_CAP, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble},
        graph::{Ask, Importer, Keyed, Lock},
        name,
    },
};

/// The versions, which spell keys differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// `/name/1.0.0_peers`
    Five,
    /// `/name@1.0.0(peer@2.0.0)`
    Six,
    /// `name@1.0.0(peer@2.0.0)`, with what depends on what in a list of its own.
    Nine,
}

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Yaml)?;
    let root = document.root();
    let told = root.get("lockfileVersion");
    let number = told.and_then(Node::scalar).unwrap_or("");
    let version = match number.split('.').next() {
        Some("5") => Version::Five,
        Some("6") => Version::Six,
        Some("9") => Version::Nine,
        _ => return Err(Trouble::version(told.map_or(1, |node| file.line_of(node)))),
    };
    let mut reader = Reader {
        file,
        version,
        lock: Lock::new(Ecosystem::Npm, file.path, Keyed::Name),
        dropped: Dropped::default(),
        keys: HashMap::new(),
        // Overrides are written over the ranges of the manifest.
        ranges: root.get("overrides").is_none(),
    };
    reader.packages(root)?;
    match root.get("importers").and_then(Node::members) {
        Some(importers) => {
            for importer in importers {
                reader.import(&importer.key, &importer.value);
            }
        }
        None => reader.import(".", root),
    }
    let gaps = reader.dropped.gap(file, "entries or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(reader.lock), gaps, ..Reading::default() })
}

struct Reader<'f, 'b> {
    file: &'f File<'b>,
    version: Version,
    lock: Lock,
    dropped: Dropped,
    keys: HashMap<String, usize>,
    ranges: bool,
}

impl Reader<'_, '_> {
    fn packages(&mut self, root: &Node) -> Result<(), Trouble> {
        let packages = root.get("packages").and_then(Node::members).unwrap_or_default();
        let about: HashMap<&str, (&Node, u32)> = packages
            .iter()
            .map(|member| {
                (member.key.as_str(), (&member.value, self.file.line(member.key_span.start)))
            })
            .collect();
        let snapshots = match self.version {
            Version::Nine => root.get("snapshots").and_then(Node::members).unwrap_or_default(),
            Version::Five | Version::Six => packages,
        };
        if packages.len() + snapshots.len() > ENTRY_CAP {
            return Err(Trouble::full());
        }
        let mut open = Vec::with_capacity(snapshots.len());
        for member in snapshots {
            let key = member.key.as_str();
            let told = about.get(key).or_else(|| about.get(without_peers(key)));
            let Some((node, line)) = told.copied() else {
                self.dropped.add(self.file.line(member.key_span.start));
                continue;
            };
            match self.package(key, node, line) {
                Some(made) => {
                    let at = self.lock.push(made);
                    let dev = node.get("dev").and_then(Node::truth);
                    if let Some(locked) = self.lock.nodes.get_mut(at) {
                        locked.development = dev;
                    }
                    self.keys.insert(key.to_owned(), at);
                    open.push((at, &member.value));
                }
                None => self.dropped.add(line),
            }
        }
        self.left_over(packages);
        for (at, node) in open {
            for (section, kind) in SECTIONS.iter().take(2) {
                for (name, reference, _) in texts(node.get(section)) {
                    let found = self.keys.get(&self.key(name, reference)).copied();
                    let optional =
                        *kind == RequirementKind::Optional || reference.starts_with("link:");
                    self.lock.need(at, found.as_slice(), name, optional);
                }
            }
        }
        Ok(())
    }

    /// Packages of version 9 that no snapshot is about are told all the same.
    fn left_over(&mut self, packages: &[crate::document::Member]) {
        if self.version != Version::Nine {
            return;
        }
        let known: std::collections::HashSet<String> =
            self.keys.keys().map(|key| without_peers(key).to_owned()).collect();
        for member in packages.iter().filter(|member| !known.contains(&member.key)) {
            let line = self.file.line(member.key_span.start);
            match self.package(&member.key, &member.value, line) {
                Some(made) => {
                    let at = self.lock.push(made);
                    self.keys.insert(member.key.clone(), at);
                }
                None => self.dropped.add(line),
            }
        }
    }

    fn package(&mut self, key: &str, node: &Node, line: u32) -> Option<Component> {
        let (name, version) = self.split(key);
        let text = |key: &str| node.get(key).and_then(Node::scalar);
        let name = text("name").unwrap_or(name);
        if !name::is_name(name) {
            return None;
        }
        let resolution = node.get("resolution");
        let part = |key: &str| resolution.and_then(|node| node.get(key)).and_then(Node::scalar);
        let mut made = package(self.file, name, line, part("integrity"), &mut self.dropped);
        made.source = match (part("tarball"), part("repo"), part("directory")) {
            (_, Some(repo), _) => address::git(repo, part("commit")),
            (Some(tarball), ..) => spec::fetched(tarball, name),
            (_, _, Some(folder)) => Source::Path(address::plain(folder)),
            _ => spec::source(version),
        };
        // A version that leads somewhere says so in front of its first colon.
        let told = text("version").or_else(|| Some(version).filter(|text| !text.contains(':')));
        made.version = told.filter(|text| !text.is_empty()).map(address::scrub);
        made.install_scripts = match (node.get("requiresBuild").and_then(Node::truth), self.version)
        {
            (Some(build), _) => Some(build),
            (None, Version::Five | Version::Six) => Some(false),
            (None, Version::Nine) => None,
        };
        if let Some(tarball) = part("tarball") {
            self.lock.fetched(tarball);
        }
        pin(&mut made);
        Some(made)
    }

    /// The name and version in a key.
    fn split<'k>(&self, key: &'k str) -> (&'k str, &'k str) {
        let bare = without_peers(key);
        let inner = bare.strip_prefix('/').unwrap_or(bare);
        if self.version == Version::Five {
            let (name, version) = inner.rsplit_once('/').unwrap_or((inner, ""));
            let version = version.split('_').next().unwrap_or(version);
            // Packages of other registries begin with their host.
            let own = bare.starts_with('/') || name.starts_with('@');
            let name = if own { name } else { name.split_once('/').map_or(name, |(_, rest)| rest) };
            return (name, version);
        }
        name::split_at(inner).unwrap_or((inner, ""))
    }

    /// The key of the package that a reference means.
    fn key(&self, name: &str, reference: &str) -> String {
        let whole = match self.version {
            Version::Five => reference.contains('/') || reference.starts_with("file:"),
            Version::Six => reference.starts_with('/') || reference.starts_with("file:"),
            Version::Nine => false,
        };
        match (whole || self.keys.contains_key(reference), self.version) {
            (true, _) => reference.to_owned(),
            (false, Version::Five) => format!("/{name}/{reference}"),
            (false, Version::Six) => format!("/{name}@{reference}"),
            (false, Version::Nine) => format!("{name}@{reference}"),
        }
    }

    /// A project: its ranges stand beside its versions, or in a list of their own.
    fn import(&mut self, folder: &str, node: &Node) {
        let mut asks = Vec::new();
        for (section, kind) in SECTIONS {
            for member in node.get(section).and_then(Node::members).unwrap_or_default() {
                let text = |key: &str| member.value.get(key).and_then(Node::scalar);
                let version = member.value.scalar().or_else(|| text("version")).unwrap_or("");
                let listed = || node.get("specifiers")?.get(&member.key)?.scalar();
                let range = text("specifier").or_else(listed);
                let found = self.keys.get(&self.key(&member.key, version)).copied();
                let linked = version.strip_prefix("link:");
                let found = found.or_else(|| {
                    let line = self.file.line(member.key_span.start);
                    linked.map(|path| self.linked(&member.key, path, line))
                });
                asks.push(Ask {
                    name: member.key.clone(),
                    requirement: range.map(address::scrub),
                    kind: *kind,
                    found: found.into_iter().collect(),
                });
            }
        }
        let folder = Some(if folder == "." { String::new() } else { folder.to_owned() });
        self.lock.importers.push(Importer {
            folder,
            name: None,
            node: None,
            asks,
            ranges: self.ranges,
            own: true,
        });
    }

    /// A folder that is used as it is.
    fn linked(&mut self, name: &str, path: &str, line: u32) -> usize {
        let mut made = package(self.file, name, line, None, &mut self.dropped);
        made.source = Source::Path(address::plain(path));
        pin(&mut made);
        self.lock.push(made)
    }
}

/// A key without the peers that it was resolved with.
fn without_peers(key: &str) -> &str {
    key.split('(').next().unwrap_or(key)
}
