//! `pdm.lock`.

use warden_model::Source;

use super::{List, dependency, each, pyproject, text, toml};
use crate::{
    document::Node,
    supply::{
        RequirementKind, address,
        file::{File, Reading, Trouble},
        graph::Covers,
        name,
    },
};

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let told = document.at("/metadata/lock_version");
    let major = told.and_then(Node::scalar).and_then(|text| text.split('.').next());
    if !matches!(major, Some("3" | "4")) {
        return Err(Trouble::version(told.map_or(1, |node| file.line_of(node))));
    }
    let mut list = List::of(file, &document, "package")?;
    // Groups are locked as they were chosen.
    list.lock.covers = Covers::Run;
    let files = document.at("/metadata/files").and_then(Node::members).unwrap_or_default();
    let entries = std::mem::take(&mut list.entries);
    for (at, node) in &entries {
        list.hashes(*at, each(node.get("files"), "hash"));
        let commit = text(node, "revision");
        let source = match text(node, "git") {
            Some(url) => Some(address::git(url, commit)),
            None => pyproject::elsewhere(node),
        };
        let groups = node.get("groups").and_then(Node::items);
        let development =
            groups.map(|groups| groups.iter().filter_map(Node::text).all(|group| group == "dev"));
        if let Some(locked) = list.lock.nodes.get_mut(*at) {
            locked.component.source = source.unwrap_or(Source::Registry);
            locked.development = development;
        }
        for one in node.get("dependencies").and_then(Node::items).unwrap_or_default() {
            depend(&mut list, *at, one);
        }
    }
    // `name version = [{file, hash}]`, in the first versions.
    for member in files {
        let named = member.key.split_whitespace().next().unwrap_or("");
        let version = member.key.split_whitespace().nth(1);
        for at in list.lock.of_key(&name::pypi(named)).to_vec() {
            let same = list.component(at).is_some_and(|made| made.version.as_deref() == version);
            if same {
                list.hashes(at, each(Some(&member.value), "hash"));
            }
        }
    }
    Ok(list.finish(file))
}

fn depend(list: &mut List<'_>, at: usize, node: &Node) {
    let made = node.text().and_then(|text| dependency::parse(text, RequirementKind::Normal, 0));
    let Some(made) = made else {
        list.dropped.add(0);
        return;
    };
    let mut found = list.lock.of_key(&made.name).to_vec();
    // An entry with extras depends on the one without, in that version.
    if let Some(version) = &made.version {
        let same: Vec<usize> = found
            .iter()
            .copied()
            .filter(|to| list.component(*to).is_some_and(|to| to.version.as_ref() == Some(version)))
            .collect();
        found = if same.is_empty() { found } else { same };
    }
    found.retain(|to| *to != at);
    let own = list.component(at).is_some_and(|package| package.name == made.name);
    list.lock.need(at, &found, &made.name, made.marker.is_some() || own);
}
