//! `yarn.lock` of Yarn 2 and later, which is YAML.

use warden_model::{Ecosystem, Source};

use super::{package, pin, spec, texts};
use crate::{
    document::{Format, Node},
    supply::{
        ENTRY_CAP, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble},
        graph::{Ask, Importer, Keyed, Lock},
        hash, name,
    },
};

/// Reads a lock file.
pub(super) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Yaml)?;
    let members = document.root().members().unwrap_or_default();
    let version = document.at("/__metadata/version");
    let number = version.and_then(Node::scalar).and_then(|text| text.parse::<u32>().ok());
    if !number.is_some_and(|number| (3..=10).contains(&number)) {
        return Err(Trouble::version(version.map_or(1, |node| file.line_of(node))));
    }
    if members.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut lock = Lock::new(Ecosystem::Npm, file.path, Keyed::Protocol);
    let mut dropped = Dropped::default();
    let mut entries: Vec<(usize, &Node)> = Vec::with_capacity(members.len());
    for member in members.iter().filter(|member| member.key != "__metadata") {
        let line = file.line(member.key_span.start);
        match add(file, &mut lock, (&member.key, line), &member.value, &mut dropped) {
            Some(at) => entries.push((at, &member.value)),
            None => dropped.add(line),
        }
    }
    for (at, node) in entries {
        connect(&mut lock, at, node);
    }
    let gaps = dropped.gap(file, "entries or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}

/// `name@protocol:range`, without what binds it to a place.
fn key(name: &str, range: &str) -> String {
    let range = range.split("::").next().unwrap_or(range);
    format!("{name}@{}", address::scrub(range))
}

fn add(
    file: &File<'_>,
    lock: &mut Lock,
    (keys, line): (&str, u32),
    node: &Node,
    dropped: &mut Dropped,
) -> Option<usize> {
    let text = |key: &str| node.get(key).and_then(Node::scalar);
    let (name, range) = name::split_at(text("resolution")?)?;
    if !name::is_name(name) {
        return None;
    }
    let asked = spec::requirement(name, range, RequirementKind::Normal, line);
    let mut made = package(file, &asked.name, line, None, dropped);
    made.source = asked.source;
    made.version = text("version").map(address::scrub);
    if let Some(sum) = text("checksum") {
        // The number before the slash says how the archive was made.
        let digits = sum.rsplit('/').next().unwrap_or(sum);
        match hash::from_hex("yarn-sha512", digits) {
            Some(hash) => made.hashes.push(hash),
            None => dropped.add(line),
        }
    }
    // A build may be switched off here, and that there is one is not told.
    pin(&mut made);
    if let Source::Url(url) = &made.source {
        lock.fetched(&url.clone());
    }
    let at = lock.push(made);
    for one in keys.split(',') {
        if let Some((name, range)) = name::split_at(one.trim()) {
            lock.key(key(name, range), at);
        }
    }
    Some(at)
}

fn connect(lock: &mut Lock, at: usize, node: &Node) {
    let optional = |name: &str| {
        let meta = node.get("dependenciesMeta").and_then(|meta| meta.get(name));
        meta.and_then(|meta| meta.get("optional")).and_then(Node::truth) == Some(true)
    };
    let mut asks = Vec::new();
    for (name, range, _) in texts(node.get("dependencies")) {
        let mut found = lock.of_key(&key(name, range)).to_vec();
        if found.is_empty() {
            // Before version 8 the protocol was left out here.
            found = lock.of_key(&key(name, &format!("npm:{range}"))).to_vec();
        }
        lock.need(at, &found, name, optional(name));
        let requirement = Some(address::scrub(range.strip_prefix("npm:").unwrap_or(range)));
        let kind = RequirementKind::Normal;
        asks.push(Ask { name: name.to_owned(), requirement, kind, found });
    }
    let resolution = node.get("resolution").and_then(Node::text).and_then(name::split_at);
    let Some((name, folder)) = resolution else { return };
    if let Some(folder) = folder.strip_prefix("workspace:") {
        if let Some(node) = lock.nodes.get_mut(at) {
            node.own = true;
        }
        let folder = Some(if folder == "." { String::new() } else { folder.to_owned() });
        let name = Some(name.to_owned());
        // Aliases lose their protocol above, so that ranges are not those of the manifest.
        lock.importers.push(Importer {
            folder,
            name,
            node: Some(at),
            asks,
            ranges: false,
            own: true,
        });
    }
}
