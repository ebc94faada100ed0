//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::HashMap;

use warden_model::{Component, Ecosystem, Source};

use super::{SECTIONS, manifest, package, pin, spec, texts};
use crate::{
    document::{Format, Kind, Node},
    supply::{
        ENTRY_CAP, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble},
        graph::{Ask, Importer, Keyed, Lock},
        name,
        nest::{Nest, TOP},
    },
};

/// Where packages lie.
const FOLDER: &str = "node_modules/";

/// Reads a lock file.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Json)?;
    let root = document.root();
    let version = root.get("lockfileVersion");
    let line = version.map_or(1, |node| file.line_of(node));
    match (version.and_then(Node::scalar), root.get("packages"), root.get("dependencies")) {
        (Some("2" | "3"), Some(packages), _) => flat(file, packages),
        (Some("1") | None, None, dependencies) => nested(file, dependencies),
        _ => Err(Trouble::version(line)),
    }
}

/// One package of a lock file, before it is known what it depends on.
struct Entry<'a> {
    node: &'a Node,
    at: usize,
    /// Its folder, if it is a project and no package that was fetched.
    folder: Option<&'a str>,
    /// The folder that it stands for, if it is a link.
    link: Option<&'a str>,
}

/// Versions 2 and 3: every package by the folder that it lies in.
fn flat(file: &File<'_>, packages: &Node) -> Result<Reading, Trouble> {
    let members = packages.members().unwrap_or_default();
    if members.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut lock = Lock::new(Ecosystem::Npm, file.path, Keyed::Name);
    let mut dropped = Dropped::default();
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(members.len());
    let mut paths: HashMap<&str, usize> = HashMap::new();
    for member in members {
        let line = file.line(member.key_span.start);
        let key = member.key.as_str();
        let inside = key.rfind(FOLDER).and_then(|at| key.get(at + FOLDER.len()..));
        let used = inside.or_else(|| member.value.get("name")?.text()).unwrap_or("");
        if member.value.members().is_none() || inside.is_some() && !name::is_name(used) {
            dropped.add(line);
            continue;
        }
        let at = lock.push(entry(file, &member.value, (used, line), &mut dropped));
        if let Some(resolved) = fetched_from(&member.value) {
            lock.fetched(resolved);
        }
        let is_link = member.value.get("link").and_then(Node::truth) == Some(true);
        let folder = inside.is_none().then_some(key);
        let target = member.value.get("resolved").and_then(Node::text).filter(|_| is_link);
        if let Some(node) = lock.nodes.get_mut(at) {
            node.own = folder.is_some();
            node.development = Some(is_development(&member.value));
        }
        paths.insert(key, at);
        entries.push(Entry { node: &member.value, at, folder, link: target });
    }
    let nest = laid_out(members.iter().map(|member| member.key.as_str()), &paths);
    connect(&mut lock, &entries, &nest);
    link(&mut lock, &entries, &paths);
    import(&mut lock, &entries, &nest);
    top_keys(&mut lock, &paths);
    finish(file, lock, &dropped)
}

fn is_development(node: &Node) -> bool {
    node.get("dev").and_then(Node::truth) == Some(true)
}

fn fetched_from(node: &Node) -> Option<&str> {
    node.get("resolved").and_then(Node::text).filter(|url| url.contains("://"))
}

fn laid_out<'a>(keys: impl Iterator<Item = &'a str>, paths: &HashMap<&'a str, usize>) -> Nest<'a> {
    let mut nest = Nest::default();
    let top = paths.get("").copied();
    for key in keys {
        let (Some(at), Some(cut)) = (paths.get(key), key.rfind(FOLDER)) else { continue };
        let outer = key.get(..cut).unwrap_or("").trim_end_matches('/');
        let parent = paths.get(outer).copied().filter(|parent| Some(*parent) != top);
        nest.put(*at, parent.unwrap_or(TOP), key.get(cut + FOLDER.len()..).unwrap_or(""));
    }
    nest
}

/// A package by what its entry says.
fn entry(
    file: &File<'_>,
    node: &Node,
    (used, line): (&str, u32),
    dropped: &mut Dropped,
) -> Component {
    let text = |key: &str| node.get(key).and_then(Node::text);
    // An alias is the folder; the name is that of the package.
    let real = text("name").filter(|name| name::is_name(name)).unwrap_or(used);
    let mut made = package(file, real, line, text("integrity"), dropped);
    made.version = text("version").map(address::scrub);
    made.source = match text("resolved") {
        Some(resolved) if node.get("link").is_some() => Source::Path(address::plain(resolved)),
        Some(resolved) => spec::fetched(resolved, real),
        None => Source::Registry,
    };
    // npm copies this from the registry, and looks into nothing else.
    let told = node.get("hasInstallScript").and_then(Node::truth);
    made.install_scripts = told.or((made.source == Source::Registry).then_some(false));
    made.licence = manifest::licence(node);
    pin(&mut made);
    made
}

/// Says what each package depends on.
fn connect<'a>(lock: &mut Lock, entries: &[Entry<'a>], nest: &Nest<'a>) {
    for entry in entries {
        for (section, kind) in SECTIONS {
            // What a package needs for its own development is not installed.
            if *kind == RequirementKind::Development {
                continue;
            }
            for (name, ..) in texts(entry.node.get(section)) {
                let found = nest.find(within(entry), name);
                let optional = *kind != RequirementKind::Normal;
                lock.need(entry.at, found.as_slice(), name, optional);
            }
        }
    }
}

/// Where names in an entry are looked for.
fn within(entry: &Entry<'_>) -> usize {
    if entry.folder == Some("") { TOP } else { entry.at }
}

/// A link stands for the folder that it leads to.
fn link(lock: &mut Lock, entries: &[Entry<'_>], paths: &HashMap<&str, usize>) {
    for entry in entries {
        let Some(target) = entry.link.and_then(|path| paths.get(path)).copied() else { continue };
        let Some(inside) = lock.nodes.get(target) else { continue };
        let (version, needs) = (inside.component.version.clone(), inside.needs.clone());
        if let Some(node) = lock.nodes.get_mut(entry.at) {
            node.component.version = version;
            node.needs = needs;
        }
    }
}

/// The projects, and what they ask for.
fn import<'a>(lock: &mut Lock, entries: &[Entry<'a>], nest: &Nest<'a>) {
    for entry in entries {
        let Some(folder) = entry.folder else { continue };
        let mut asks = Vec::new();
        for (section, kind) in SECTIONS {
            for (name, range, _) in texts(entry.node.get(section)) {
                let found = nest.find(within(entry), name).into_iter().collect();
                let requirement = Some(address::scrub(range));
                asks.push(Ask { name: name.to_owned(), requirement, kind: *kind, found });
            }
        }
        let name = entry.node.get("name").and_then(Node::text).map(str::to_owned);
        let folder = Some(folder.to_owned());
        lock.importers.push(Importer {
            folder,
            name,
            node: Some(entry.at),
            asks,
            ranges: true,
            own: true,
        });
    }
    disown(lock);
}

/// A folder that a project asks for by its path is a package beside it. One that nobody asks for
/// so is a part of the project.
fn disown(lock: &mut Lock) {
    let asked: std::collections::HashSet<String> = lock
        .importers
        .iter()
        .flat_map(|importer| &importer.asks)
        .filter(|ask| ask.requirement.as_deref().is_some_and(|range| range.starts_with("file:")))
        .flat_map(|ask| &ask.found)
        .filter_map(|at| match &lock.nodes.get(*at)?.component.source {
            Source::Path(path) => Some(path.clone()),
            _ => None,
        })
        .collect();
    for importer in &mut lock.importers {
        importer.own = importer.folder.as_ref().is_none_or(|folder| !asked.contains(folder));
    }
}

fn top_keys(lock: &mut Lock, paths: &HashMap<&str, usize>) {
    for (path, at) in paths {
        if let Some(name) = path.strip_prefix(FOLDER).filter(|name| !name.contains(FOLDER)) {
            lock.key(name.to_owned(), *at);
        }
    }
}

/// Version 1: packages inside each other.
fn nested(file: &File<'_>, dependencies: Option<&Node>) -> Result<Reading, Trouble> {
    let mut lock = Lock::new(Ecosystem::Npm, file.path, Keyed::Name);
    let mut dropped = Dropped::default();
    let mut nest = Nest::default();
    let mut entries = Vec::new();
    let mut open: Vec<(&Node, usize)> = dependencies.map(|node| (node, TOP)).into_iter().collect();
    while let Some((level, parent)) = open.pop() {
        for member in level.members().unwrap_or_default() {
            let line = file.line(member.key_span.start);
            if !name::is_name(&member.key) || member.value.members().is_none() {
                dropped.add(line);
                continue;
            }
            if entries.len() >= ENTRY_CAP {
                return Err(Trouble::full());
            }
            let made = old_entry(file, &member.value, (&member.key, line), &mut dropped);
            let at = lock.push(made);
            if let Some(resolved) = fetched_from(&member.value) {
                lock.fetched(resolved);
            }
            if let Some(node) = lock.nodes.get_mut(at) {
                node.development = Some(is_development(&member.value));
            }
            if parent == TOP {
                lock.key(member.key.clone(), at);
            }
            nest.put(at, parent, member.key.as_str());
            entries.push((at, member.value.get("requires")));
            open.extend(member.value.get("dependencies").map(|node| (node, at)));
        }
    }
    for (at, requires) in entries {
        // Optional dependencies stand here as well, and may be missing; which they are is not told.
        if requires.is_some_and(|node| matches!(node.kind, Kind::Object(_))) {
            for (name, ..) in texts(requires) {
                let found = nest.find(at, name);
                lock.need(at, found.as_slice(), name, true);
            }
        }
    }
    finish(file, lock, &dropped)
}

fn old_entry(
    file: &File<'_>,
    node: &Node,
    (used, line): (&str, u32),
    dropped: &mut Dropped,
) -> Component {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let asked =
        spec::requirement(used, text("version").unwrap_or(""), RequirementKind::Normal, line);
    let mut made = package(file, &asked.name, line, text("integrity"), dropped);
    made.source = match (&asked.source, text("resolved")) {
        (Source::Registry, Some(resolved)) => spec::fetched(resolved, &asked.name),
        (source, _) => source.clone(),
    };
    made.version = asked.version;
    pin(&mut made);
    made
}

fn finish(file: &File<'_>, lock: Lock, dropped: &Dropped) -> Result<Reading, Trouble> {
    if lock.nodes.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let gaps = dropped.gap(file, "packages or digests are malformed").into_iter().collect();
    Ok(Reading { lock: Some(lock), gaps, ..Reading::default() })
}
