//! `pylock.toml`, as PEP 751 has it.

use warden_model::Source;

use super::{List, text, toml};
use crate::{
    document::Node,
    supply::{
        address,
        file::{File, Reading, Trouble},
        graph::Covers,
        name,
    },
};

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let told = document.root().get("lock-version");
    let major = told.and_then(Node::text).and_then(|text| text.split('.').next());
    if major != Some("1") {
        return Err(Trouble::version(told.map_or(1, |node| file.line_of(node))));
    }
    let mut list = List::of(file, &document, "packages")?;
    // Groups, extras and places were chosen when it was written.
    list.lock.covers = Covers::Here;
    let entries = std::mem::take(&mut list.entries);
    let mut graph = false;
    for (at, node) in &entries {
        about(&mut list, *at, node);
        for one in node.get("dependencies").and_then(Node::items).unwrap_or_default() {
            graph = true;
            let name = text(one, "name").map(name::pypi).unwrap_or_default();
            let version = text(one, "version");
            let mut found = list.lock.of_key(&name).to_vec();
            if version.is_some() && found.len() > 1 {
                found.retain(|to| {
                    list.component(*to).is_some_and(|to| to.version.as_deref() == version)
                });
            }
            list.lock.need(*at, &found, &name, false);
        }
    }
    list.lock.graph = graph;
    Ok(list.finish(file))
}

fn about(list: &mut List<'_>, at: usize, node: &Node) {
    let archives = ["archive", "sdist"].into_iter().filter_map(|key| node.get(key));
    let wheels = node.get("wheels").and_then(Node::items).unwrap_or_default();
    let pairs: Vec<String> = archives
        .chain(wheels)
        .filter_map(|archive| archive.get("hashes"))
        .flat_map(|hashes| hashes.members().unwrap_or_default())
        .filter_map(|member| Some(format!("{}:{}", member.key, member.value.text()?)))
        .collect();
    list.hashes(at, pairs.iter().map(String::as_str));
    let mut source = Source::Registry;
    if let Some(vcs) = node.get("vcs") {
        let url = text(vcs, "url").or_else(|| text(vcs, "path")).unwrap_or("");
        // Only Git names a commit by the digest of all that is in it.
        let commit = text(vcs, "commit-id").filter(|_| text(vcs, "type") == Some("git"));
        source = address::git(url, commit);
    } else if let Some(folder) = node.get("directory") {
        source = Source::Path(address::plain(text(folder, "path").unwrap_or(".")));
    } else if let Some(archive) = node.get("archive") {
        source = match (text(archive, "url"), text(archive, "path")) {
            (Some(url), _) => Source::Url(address::plain(url)),
            (None, path) => Source::Path(address::plain(path.unwrap_or("."))),
        };
    }
    if let Some(package) = list.component(at) {
        package.source = source;
    }
    if let Some(index) = text(node, "index") {
        list.lock.fetched(index);
    }
}
