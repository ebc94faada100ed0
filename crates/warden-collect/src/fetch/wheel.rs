//! What a wheel says of itself (`PyPA` "Binary distribution format", "Recording installed projects",
//! "Entry points").

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use warden_model::Digest;

use super::compare::{Discrepancy, Subject, differ};
use crate::store::{Manifest, NodeKind};

/// The most that is read of one file about a wheel.
const MOST: u64 = 32 << 20;

/// The folder with what a wheel says of itself.
pub(crate) fn info_folder(manifest: &Manifest) -> Option<&str> {
    let mut folders = manifest
        .nodes()
        .iter()
        .filter(|node| node.kind == NodeKind::Folder && !node.path.contains('/'))
        .map(|node| node.path.as_str())
        .filter(|path| path.ends_with(".dist-info"));
    // Two of them are read in two ways.
    folders.next().filter(|_| folders.next().is_none())
}

/// A file about a wheel, as text.
pub(crate) fn about(root: &Path, folder: &str, name: &str) -> Option<String> {
    let file = File::open(root.join(folder).join(name)).ok()?;
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Holds the list of files that a wheel carries against its files.
pub(crate) fn check_record(name: &str, manifest: &Manifest, root: &Path) -> Vec<Discrepancy> {
    let nothing = |what: &str| {
        vec![Discrepancy {
            subject: Subject::Manifest,
            registry: format!("{name}: {what}"),
            archive: String::new(),
        }]
    };
    let Some(folder) = info_folder(manifest) else { return nothing("one folder `.dist-info`") };
    let Some(record) = about(root, folder, "RECORD") else { return nothing("RECORD") };
    // A signature of the list cannot be in it.
    let unlisted = |path: &str| {
        ["RECORD", "RECORD.jws", "RECORD.p7s"].iter().any(|own| path == format!("{folder}/{own}"))
    };
    let mut listed = BTreeMap::new();
    for line in record.lines().filter(|line| !line.trim().is_empty()) {
        let Some((path, hash)) = row(line) else { return nothing("a readable RECORD") };
        if !unlisted(&path) {
            listed.insert(path, hash);
        }
    }
    let mut own = BTreeMap::new();
    let mut strong = BTreeSet::new();
    for node in manifest.nodes() {
        if let NodeKind::File { digest, .. } = &node.kind
            && !unlisted(&node.path)
        {
            let hash = format!("sha256={}", URL_SAFE_NO_PAD.encode(digest.bytes()));
            // Of other digests it is only seen that there is one.
            if listed
                .get(&node.path)
                .is_some_and(|other| other.starts_with("sha384=") || other.starts_with("sha512="))
            {
                strong.insert(node.path.clone());
            }
            own.insert(node.path.clone(), hash);
        }
    }
    let keep = |all: BTreeMap<String, String>| -> BTreeMap<String, String> {
        all.into_iter().filter(|(path, _)| !strong.contains(path)).collect()
    };
    let mut found = Vec::new();
    differ(&keep(listed), &keep(own), Subject::File, &mut found);
    found
}

/// A row of comma-separated values: a path, a hash and a size.
fn row(line: &str) -> Option<(String, String)> {
    if let Some(quoted) = line.strip_prefix('"') {
        let mut path = String::new();
        let mut rest = quoted;
        loop {
            let (part, tail) = rest.split_once('"')?;
            path.push_str(part);
            if let Some(more) = tail.strip_prefix('"') {
                path.push('"');
                rest = more;
            } else {
                let hash = tail.strip_prefix(',')?.split(',').next()?;
                return Some((path, hash.trim_end_matches('=').to_owned()));
            }
        }
    }
    let mut parts = line.rsplitn(3, ',');
    let (_, hash, path) = (parts.next()?, parts.next()?, parts.next()?);
    Some((path.to_owned(), hash.trim_end_matches('=').to_owned()))
}

/// The members of `METADATA` that matter here: those that can come more than once as well.
pub(crate) fn metadata(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The description stands behind an empty line.
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if let Some((key, value)) = line.split_once(':')
            && !key.starts_with([' ', '\t'])
        {
            members.entry(key.to_ascii_lowercase()).or_default().push(value.trim().to_owned());
        }
    }
    members
}

/// The programs of a wheel: their names, and what each calls.
pub(crate) fn programs(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.trim_end_matches(']').trim() == "console_scripts";
        } else if inside
            && !line.starts_with(['#', ';'])
            && let Some((name, value)) = line.split_once('=')
        {
            let value = value.split('[').next().unwrap_or(value);
            found.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    found
}

/// A name as PyPI compares names (PEP 503).
pub(crate) fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            other => out.push(other.to_ascii_lowercase()),
        }
    }
    out
}

/// A digest as pip writes it.
pub(crate) fn sha256_hex(digest: Digest) -> String {
    digest.hex().iter().copied().map(char::from).collect()
}
