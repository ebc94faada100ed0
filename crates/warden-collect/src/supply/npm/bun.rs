//! `bun.lock`, JSON with comments in which every package is a list.

use std::collections::HashMap;

use warden_model::{Ecosystem, Source};

use super::{SECTIONS, package, pin, spec, texts};
use crate::{
    document::{Format, Node},
    supply::{
        ENTRY_CAP, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble},
        graph::{Ask, Importer, Keyed, Lock},
        name,
        nest::{Nest, TOP},
    },
};

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Jsonc)?;
    let root = document.root();
    let version = root.get("lockfileVersion");
    if !matches!(version.and_then(Node::scalar), Some("0" | "1")) {
        return Err(Trouble::version(version.map_or(1, |node| file.line_of(node))));
    }
    let members = root.get("packages").and_then(Node::members).unwrap_or_default();
    if members.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut lock = Lock::new(Ecosystem::Npm, file.path, Keyed::Name);
    let mut dropped = Dropped::default();
    let mut entries: HashMap<&str, usize> = HashMap::new();
    let mut parts: Vec<(usize, &Node)> = Vec::new();
    for member in members {
        let line = file.line(member.key_span.start);
        match add(file, &mut lock, (&member.key, line), &member.value, &mut dropped) {
            Some(at) => {
                entries.insert(&member.key, at);
                let about = member.value.items().unwrap_or_default();
                parts.extend(about.iter().find(|item| item.members().is_some()).map(|i| (at, i)));
            }
            None => dropped.add(line),
        }
    }
    let nest = laid_out(&entries);
    for (at, node) in parts {
        for (section, kind) in SECTIONS {
            if *kind == RequirementKind::Development {
                continue;
            }
            for (name, ..) in texts(node.get(section)) {
                let optional = *kind != RequirementKind::Normal;
                lock.need(at, nest.find(at, name).as_slice(), name, optional);
            }
        }
    }
    import(&mut lock, root.get("workspaces"), &nest);
    let gaps = dropped.gap(file, "entries or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}

/// `["name@version", registry, {…}, integrity]`; a repository, archive or folder has no registry.
fn add(
    file: &File<'_>,
    lock: &mut Lock,
    (key, line): (&str, u32),
    node: &Node,
    dropped: &mut Dropped,
) -> Option<usize> {
    let items = node.items()?;
    let (name, range) = name::split_at(items.first()?.text()?)?;
    if !name::is_name(name) {
        return None;
    }
    let source = spec::source(range);
    let texts: Vec<&str> = items.iter().skip(1).filter_map(Node::text).collect();
    let integrity = texts.last().copied().filter(|text| text.contains('-') && is_integrity(text));
    let mut made = package(file, name, line, integrity, dropped);
    if source == Source::Registry {
        made.version = Some(address::scrub(range));
        if let Some(registry) = texts.first().filter(|text| text.contains("://")) {
            lock.fetched(registry);
        }
    }
    made.source = source;
    pin(&mut made);
    let at = lock.push(made);
    if let Some(node) = lock.nodes.get_mut(at) {
        node.own = range.starts_with("workspace:");
    }
    if split_key(key).0.is_empty() {
        lock.key(key.to_owned(), at);
    }
    Some(at)
}

fn is_integrity(text: &str) -> bool {
    ["sha512-", "sha384-", "sha256-", "sha1-"].iter().any(|begin| text.starts_with(begin))
}

/// `a/@b/c/d` is `d` in `@b/c` in `a`: what it lies in, and its own name.
fn split_key(key: &str) -> (&str, &str) {
    let Some((outer, last)) = key.rsplit_once('/') else { return ("", key) };
    let scope = outer.rsplit('/').next().unwrap_or(outer);
    if !scope.starts_with('@') {
        return (outer, last);
    }
    let cut = outer.len() - scope.len();
    (key.get(..cut.saturating_sub(1)).unwrap_or(""), key.get(cut..).unwrap_or(last))
}

fn laid_out<'a>(entries: &HashMap<&'a str, usize>) -> Nest<'a> {
    let mut nest = Nest::default();
    for (key, at) in entries {
        let (outer, name) = split_key(key);
        nest.put(*at, entries.get(outer).copied().unwrap_or(TOP), name);
    }
    nest
}

fn import<'a>(lock: &mut Lock, workspaces: Option<&'a Node>, nest: &Nest<'a>) {
    for member in workspaces.and_then(Node::members).unwrap_or_default() {
        let mut asks = Vec::new();
        for (section, kind) in SECTIONS {
            for (name, range, _) in texts(member.value.get(section)) {
                let found = nest.find(TOP, name).into_iter().collect();
                let requirement = Some(address::scrub(range));
                asks.push(Ask { name: name.to_owned(), requirement, kind: *kind, found });
            }
        }
        let name = member.value.get("name").and_then(Node::text).map(str::to_owned);
        let folder = Some(member.key.clone());
        lock.importers.push(Importer { folder, name, node: None, asks, ranges: true, own: true });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_way_through_packages() {
        assert_eq!(split_key("a"), ("", "a"));
        assert_eq!(split_key("@a/b"), ("", "@a/b"));
        assert_eq!(split_key("a/b"), ("a", "b"));
        assert_eq!(split_key("@a/b/@c/d"), ("@a/b", "@c/d"));
        assert_eq!(split_key("a/@c/d/e"), ("a/@c/d", "e"));
    }
}
