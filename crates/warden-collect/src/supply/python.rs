//! Manifests and lock files of Python: those of pip, Poetry, uv, PDM and Pipenv.

mod dependency;
pub(super) mod ini;
pub(super) mod metadata;
pub(super) mod pdm;
pub(super) mod pipfile;
pub(super) mod poetry;
pub(super) mod pylock;
pub(super) mod pyproject;
pub(super) mod requirements;
pub(super) mod setup;
pub(super) mod uv;

use warden_model::{Component, Ecosystem};

use super::{
    ENTRY_CAP, RegistrySetting, RegistryUse, address,
    file::{Dropped, File, Reading, Trouble, component, pinned},
    graph::{Keyed, Lock},
    hash, name,
};
use crate::document::{Document, Format, Node};

/// The text of a member.
fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text)
}

/// A registry that a file sets.
fn setting(
    file: &File<'_>,
    holds: RegistryUse,
    url: &str,
    line: u32,
) -> (Ecosystem, RegistrySetting) {
    let url = address::plain(url);
    (Ecosystem::PyPi, RegistrySetting { holds, url, file: file.path.to_owned(), line })
}

/// A lock file in TOML that is a list of packages, on its way into a graph.
struct List<'n> {
    lock: Lock,
    dropped: Dropped,
    /// Each package that was understood, with its place in the lock.
    entries: Vec<(usize, &'n Node)>,
}

impl<'n> List<'n> {
    /// Reads the names and versions of the packages in a list of tables.
    fn of(file: &File<'_>, document: &'n Document, list: &str) -> Result<Self, Trouble> {
        let packages = document.root().get(list).and_then(Node::items).unwrap_or_default();
        if packages.len() > ENTRY_CAP {
            return Err(Trouble::full());
        }
        let mut made = Self {
            lock: Lock::new(Ecosystem::PyPi, file.path, Keyed::Name),
            dropped: Dropped::default(),
            entries: Vec::with_capacity(packages.len()),
        };
        for node in packages {
            let line = file.line_of(node);
            let Some(name) = text(node, "name").map(name::pypi).filter(|name| name::is_name(name))
            else {
                made.dropped.add(line);
                continue;
            };
            let mut package = component(Ecosystem::PyPi, name.clone(), file.path, line);
            package.version = text(node, "version").map(address::scrub);
            let at = made.lock.push(package);
            made.lock.key(name, at);
            made.entries.push((at, node));
        }
        Ok(made)
    }

    fn component(&mut self, at: usize) -> Option<&mut Component> {
        self.lock.nodes.get_mut(at).map(|node| &mut node.component)
    }

    /// Adds digests as they are written, `algorithm:hex`.
    fn hashes<'h>(&mut self, at: usize, hashes: impl Iterator<Item = &'h str>) {
        let mut malformed = false;
        let Some(package) = self.lock.nodes.get_mut(at).map(|node| &mut node.component) else {
            return;
        };
        for hash in hashes {
            match hash::from_pair(hash) {
                Some(hash) => package.hashes.push(hash),
                None => malformed = true,
            }
        }
        if malformed {
            self.dropped.add(package.line);
        }
    }

    /// Says how firmly every package is chosen, once all of them are known.
    fn finish(mut self, file: &File<'_>) -> Reading {
        for node in &mut self.lock.nodes {
            settle(&mut node.component);
        }
        let gaps = self.dropped.gap(file, "entries or digests are malformed");
        let gaps = gaps.into_iter().collect();
        Reading { lock: Some(self.lock), gaps, ..Reading::default() }
    }
}

/// Orders the digests of a package, and says how firmly it is chosen.
fn settle(package: &mut Component) {
    hash::rank(&mut package.hashes);
    package.pinning = pinned(&package.source, package.version.as_deref(), &package.hashes);
}

/// The texts of a member of every table in a list, or of one table alone.
fn each<'n>(node: Option<&'n Node>, key: &'static str) -> impl Iterator<Item = &'n str> {
    let items = node.and_then(Node::items).unwrap_or_default();
    let one = node.filter(|node| node.members().is_some());
    items.iter().chain(one).filter_map(move |item| text(item, key))
}

/// A file in TOML.
fn toml(file: &File<'_>) -> Result<Document, Trouble> {
    file.document(Format::Toml)
}
