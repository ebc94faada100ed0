//! Manifests and lock files of npm, Yarn, pnpm and Bun.

pub(super) mod berry;
pub(super) mod bun;
pub(super) mod lock;
pub(super) mod manifest;
pub(super) mod pnpm;
pub(super) mod settings;
mod spec;
pub(super) mod yarn;

use warden_model::{Component, Ecosystem};

use super::{
    RequirementKind,
    file::{Dropped, File, component, pinned},
    hash,
};
use crate::document::Node;

/// The members of a manifest that ask for packages.
static SECTIONS: &[(&str, RequirementKind)] = &[
    ("dependencies", RequirementKind::Normal),
    ("optionalDependencies", RequirementKind::Optional),
    ("peerDependencies", RequirementKind::Peer),
    ("devDependencies", RequirementKind::Development),
];

/// The members of an object that are texts, with their keys.
fn texts(node: Option<&Node>) -> impl Iterator<Item = (&str, &str, &Node)> {
    let members = node.and_then(Node::members).unwrap_or_default();
    members
        .iter()
        .filter_map(|member| Some((member.key.as_str(), member.value.scalar()?, &member.value)))
}

/// A package of npm with its digests, or a note that they are none.
fn package(
    file: &File<'_>,
    name: &str,
    line: u32,
    integrity: Option<&str>,
    dropped: &mut Dropped,
) -> Component {
    let mut made = component(Ecosystem::Npm, name.to_owned(), file.path, line);
    match integrity.map(hash::from_integrity) {
        Some(Some(hashes)) => made.hashes = hashes,
        Some(None) => dropped.add(line),
        None => {}
    }
    made
}

/// Says how firmly a package is chosen, once all of it is known.
fn pin(component: &mut Component) {
    let version = component.version.as_deref();
    component.pinning = pinned(&component.source, version, &component.hashes);
}
