//! `poetry.lock`.

use warden_model::Source;

use super::{List, each, text, toml};
use crate::{
    document::Node,
    supply::{
        address,
        file::{File, Reading, Trouble},
        name,
    },
};

/// Reads a lock file of any version.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let told = document.at("/metadata/lock-version");
    let major = told.and_then(Node::text).and_then(|text| text.split('.').next());
    // Before version 1.0 none was told.
    let dated = told.is_none() && document.at("/metadata/content-hash").is_some();
    if !dated && !matches!(major, Some("1" | "2")) {
        return Err(Trouble::version(told.map_or(1, |node| file.line_of(node))));
    }
    let mut list = List::of(file, &document, "package")?;
    let files = document.at("/metadata/files").and_then(Node::members).unwrap_or_default();
    let hashes = document.at("/metadata/hashes").and_then(Node::members).unwrap_or_default();
    let entries = std::mem::take(&mut list.entries);
    for (at, node) in &entries {
        list.hashes(*at, each(node.get("files"), "hash"));
        let source = node.get("source").map(source);
        if let Some(package) = list.component(*at) {
            package.source = source.unwrap_or(Source::Registry);
        }
        if let Some(url) = node.get("source").and_then(|node| text(node, "url")) {
            list.lock.fetched(url);
        }
        let development = development(node);
        if let Some(locked) = list.lock.nodes.get_mut(*at) {
            locked.development = development;
        }
        depend(&mut list, *at, node);
    }
    // Version 1 kept digests by name, away from the packages.
    for member in files {
        for at in list.lock.of_key(&name::pypi(&member.key)).to_vec() {
            list.hashes(at, each(Some(&member.value), "hash"));
        }
    }
    for member in hashes {
        for at in list.lock.of_key(&name::pypi(&member.key)).to_vec() {
            let digits = member.value.items().unwrap_or_default().iter().filter_map(Node::text);
            let pairs: Vec<String> = digits.map(|digits| format!("sha256:{digits}")).collect();
            list.hashes(at, pairs.iter().map(String::as_str));
        }
    }
    Ok(list.finish(file))
}

fn source(node: &Node) -> Source {
    let url = text(node, "url").unwrap_or("");
    match text(node, "type") {
        Some("git") => {
            let commit = text(node, "resolved_reference").or_else(|| text(node, "reference"));
            address::git(url, commit)
        }
        Some("url") => Source::Url(address::plain(url)),
        Some("directory" | "file") => Source::Path(address::plain(url)),
        _ => Source::Registry,
    }
}

/// Whether all the groups that want a package are for development, where the file tells.
fn development(node: &Node) -> Option<bool> {
    if let Some(category) = text(node, "category") {
        return Some(category == "dev");
    }
    let groups = node.get("groups")?.items()?;
    Some(groups.iter().filter_map(Node::text).all(|group| group != "main"))
}

fn depend(list: &mut List<'_>, at: usize, node: &Node) {
    for member in node.get("dependencies").and_then(Node::members).unwrap_or_default() {
        let name = name::pypi(&member.key);
        let found = list.lock.of_key(&name).to_vec();
        // Extras that nobody asked for are named here and not locked.
        list.lock.need(at, &found, &name, is_optional(&member.value));
    }
}

/// Whether a dependency may be left out: by its condition, or since it belongs to an extra.
fn is_optional(node: &Node) -> bool {
    let one = |node: &Node| {
        node.get("optional").and_then(Node::truth) == Some(true) || text(node, "markers").is_some()
    };
    match node.items() {
        Some(items) => items.iter().all(one),
        None => one(node),
    }
}
