//! `uv.lock`.

use std::collections::{HashMap, HashSet};

use warden_model::Source;

use super::{List, dependency, each, text, toml};
use crate::{
    document::Node,
    supply::{
        RequirementKind, address,
        file::{File, Reading, Trouble},
        graph::{Ask, Importer},
        name,
    },
};

/// Gives the name of a dependency, and the packages that it means.
type Find<'a> = &'a dyn Fn(&List<'_>, &Node) -> (String, Vec<usize>);

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = toml(file)?;
    let root = document.root();
    let version = root.get("version");
    if version.and_then(Node::scalar) != Some("1") {
        return Err(Trouble::version(version.map_or(1, |node| file.line_of(node))));
    }
    let mut list = List::of(file, &document, "package")?;
    let entries = std::mem::take(&mut list.entries);
    let mut versions: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (at, node) in &entries {
        about(&mut list, *at, node);
        if let (Some(package), Some(version)) = (list.component(*at), text(node, "version")) {
            let key = (package.name.clone(), version.to_owned());
            versions.entry(key).or_default().push(*at);
        }
    }
    let found = |list: &List<'_>, node: &Node| -> (String, Vec<usize>) {
        let name = text(node, "name").map(name::pypi).unwrap_or_default();
        let exact = text(node, "version")
            .and_then(|version| versions.get(&(name.clone(), version.to_owned())).cloned());
        let found = exact.unwrap_or_else(|| list.lock.of_key(&name).to_vec());
        (name, found)
    };
    let members = members(root);
    for (at, node) in &entries {
        for (dependencies, optional) in depends(node) {
            for one in dependencies.items().unwrap_or_default() {
                let (name, found) = found(&list, one);
                list.lock.need(*at, &found, &name, optional);
            }
        }
        if let Some(folder) = project(node) {
            import(&mut list, (*at, node), folder, &members, &found);
        }
    }
    Ok(list.finish(file))
}

/// The names of the projects in a workspace; empty if there is one project alone.
fn members(root: &Node) -> HashSet<String> {
    let items = root.at("/manifest/members").and_then(Node::items).unwrap_or_default();
    items.iter().filter_map(Node::text).map(name::pypi).collect()
}

/// The folder of a project that lies beside the lock file.
fn project(node: &Node) -> Option<&str> {
    let source = node.get("source")?;
    text(source, "editable").or_else(|| text(source, "virtual"))
}

/// Digests and source of a package.
fn about(list: &mut List<'_>, at: usize, node: &Node) {
    list.hashes(at, each(node.get("wheels"), "hash").chain(each(node.get("sdist"), "hash")));
    let Some(source) = node.get("source") else { return };
    let place = |key| text(source, key);
    let made = if let Some(url) = place("git") {
        let (bare, commit) = url.split_once('#').unwrap_or((url, ""));
        address::git(bare, Some(commit))
    } else if let Some(url) = place("url") {
        Source::Url(address::plain(url))
    } else if let Some(registry) = place("registry") {
        list.lock.fetched(registry);
        Source::Registry
    } else {
        let path = ["path", "directory", "editable", "virtual"].into_iter().find_map(place);
        path.map_or(Source::Registry, |path| Source::Path(address::plain(path)))
    };
    if let Some(package) = list.component(at) {
        package.source = made;
    }
}

/// The lists of what a package depends on, and whether it may be missing there.
fn depends(node: &Node) -> impl Iterator<Item = (&Node, bool)> {
    let extras = node.get("optional-dependencies").and_then(Node::members).unwrap_or_default();
    let always = node.get("dependencies").into_iter().map(|list| (list, false));
    always.chain(extras.iter().map(|extra| (&extra.value, true)))
}

/// A project and what it asks for: the ranges stand in one place, and what was found in another.
fn import(
    list: &mut List<'_>,
    (at, node): (usize, &Node),
    folder: &str,
    members: &HashSet<String>,
    find: Find<'_>,
) {
    let name = text(node, "name").map(name::pypi).unwrap_or_default();
    // Another project's folder that this one uses is a package beside it.
    let own = folder == "." || members.contains(&name);
    let mut asks = Vec::new();
    let metadata = node.get("metadata");
    let groups = |node: Option<&Node>, key: &str| -> Vec<Node> {
        let groups = node.and_then(|node| node.get(key)).and_then(Node::members);
        groups.unwrap_or_default().iter().map(|group| group.value.clone()).collect()
    };
    let normal = metadata.and_then(|node| node.get("requires-dist"));
    for one in normal.and_then(Node::items).unwrap_or_default() {
        let extra = text(one, "marker").is_some_and(|marker| marker.contains("extra =="));
        let kind = if extra { RequirementKind::Optional } else { RequirementKind::Normal };
        asks.push(ask(list, one, kind));
    }
    for group in groups(metadata, "requires-dev") {
        for one in group.items().unwrap_or_default() {
            asks.push(ask(list, one, RequirementKind::Development));
        }
    }
    for group in groups(Some(node), "dev-dependencies") {
        for one in group.items().unwrap_or_default() {
            let (name, found) = find(list, one);
            let kind = RequirementKind::Development;
            asks.push(Ask { name, requirement: None, kind, found });
        }
    }
    if let Some(locked) = list.lock.nodes.get_mut(at) {
        locked.own = own;
    }
    let folder = Some(if folder == "." { String::new() } else { folder.to_owned() });
    list.lock.importers.push(Importer {
        folder,
        name: Some(name),
        node: Some(at),
        asks,
        ranges: true,
        own,
    });
}

fn ask(list: &List<'_>, node: &Node, kind: RequirementKind) -> Ask {
    let name = text(node, "name").map(name::pypi).unwrap_or_default();
    let found = list.lock.of_key(&name).to_vec();
    let extras: Vec<&str> = node
        .get("extras")
        .and_then(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .collect();
    let range = text(node, "specifier").unwrap_or("");
    Ask { name, requirement: dependency::shown(&extras.join(","), range), kind, found }
}
