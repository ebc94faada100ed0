//! What an approval is about: a server as it was certified.

use std::{collections::BTreeSet, path::Path, time::SystemTime};

use serde_json::{Value, json};
use warden_collect::{
    fetch::{Fetched, Gap},
    store::{Check, Manifest, NodeKind, RefRecord, Store},
};
use warden_model::Digest;
use warden_policy::{
    approval::{FileDigest, Measured, Subject},
    certificate::Certificate,
};

use super::Desk;
use crate::{Failure, Kind, World, certify::keep};

/// How many files may differ before nobody looks whether code names them: no more than a few of a
/// tree are for people.
const MOST_CHANGED: usize = 32;

/// The certificate that is there of a server.
///
/// # Errors
/// When there is none, or it is not believed.
pub(crate) fn certificate(
    name: &str,
    desk: &Desk<'_>,
    world: &World,
) -> Result<Certificate, Failure> {
    let file = desk.paths.certificate(name);
    if !file.exists() {
        return Err(Failure::new(Kind::Input, format!("`{name}` has no certificate")).hint(
            "what is approved is what was certified: `mcpwarden certify TARGET --name NAME`",
        ));
    }
    let kept = keep::open(&keep::read(&file)?, &desk.trust, SystemTime::from(world.now()))?;
    Ok(kept.certificate)
}

/// What would be approved.
pub(crate) fn subject(name: &str, certificate: &Certificate, store: &Store) -> Subject {
    let digests = &certificate.digests;
    Subject {
        server: name.to_owned(),
        artifact: digests.artifact,
        tree: digests.tree,
        manifest: digests.manifest,
        dependencies: store.reference(name).ok().and_then(|record| dependencies(&record)),
    }
}

/// The digest of what a server depends on, as it was resolved; nothing if that is not known.
fn dependencies(record: &RefRecord) -> Option<Digest> {
    let fetched = record.about.get("fetched")?.clone();
    let fetched: Fetched = serde_json::from_value(fetched).ok()?;
    if fetched.gaps.iter().any(|gap| matches!(gap, Gap::Unresolved { .. })) {
        return None;
    }
    let mut rows: Vec<Value> = fetched
        .dependencies
        .iter()
        .map(|it| json!([it.name, it.version, it.place, it.archive.map(|it| it.to_string())]))
        .collect();
    rows.sort_by_key(Value::to_string);
    warden_seal::digest(&Value::Array(rows)).ok()
}

/// A server with its files, as far as they are in the store.
pub(crate) fn measured(subject: &Subject, store: &Store) -> Measured {
    let manifest = subject.tree.and_then(|tree| store.manifest(tree).ok());
    Measured { subject: subject.clone(), files: manifest.as_ref().map(files) }
}

fn files(manifest: &Manifest) -> Vec<FileDigest> {
    let of = |kind: &NodeKind| match kind {
        NodeKind::Folder => Digest::of(b"folder"),
        NodeKind::File { digest, executable, .. } => {
            let mode: &[u8] = if *executable { b"program" } else { b"file" };
            Digest::of_parts([mode, digest.to_string().as_bytes()])
        }
        NodeKind::Link { to } => Digest::of_parts([b"link".as_slice(), to.as_bytes()]),
    };
    let file = |node: &warden_collect::store::Node| FileDigest {
        path: node.path.clone(),
        digest: of(&node.kind),
    };
    manifest.nodes().iter().map(file).collect()
}

/// Which of the files that differ are named anywhere in the other files, in lower case; nothing if
/// nobody could look.
pub(crate) fn named_in_code(
    before: &Measured,
    after: &Measured,
    store: &Store,
) -> Option<BTreeSet<String>> {
    let (old, new) = (before.files.as_ref()?, after.files.as_ref()?);
    let (olds, news): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
    let changed: BTreeSet<&str> =
        olds.symmetric_difference(&news).map(|file| file.path.as_str()).collect();
    if changed.len() > MOST_CHANGED {
        return None;
    }
    let mut named = BTreeSet::new();
    for tree in [before.subject.tree?, after.subject.tree?] {
        let root = store.tree(tree, Check::Quick).ok()?.path;
        for node in store.manifest(tree).ok()?.nodes() {
            let NodeKind::File { .. } = node.kind else { continue };
            if !changed.contains(node.path.as_str()) {
                name_in(&root.join(&node.path), &changed, &mut named)?;
            }
        }
    }
    Some(named)
}

/// Adds the names that occur in a file; nothing if it cannot be read.
fn name_in(file: &Path, names: &BTreeSet<&str>, found: &mut BTreeSet<String>) -> Option<()> {
    let text = String::from_utf8_lossy(&std::fs::read(file).ok()?).to_lowercase();
    for name in names {
        let name = name.to_lowercase();
        if text.contains(&name) {
            found.insert(name);
        }
    }
    Some(())
}
