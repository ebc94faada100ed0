//! `package.json`.

use warden_model::Ecosystem;

use super::{SECTIONS, spec, texts};
use crate::{
    document::{Format, Kind, Node},
    supply::{
        ENTRY_CAP, GapKind, Manifest, RequirementKind, address,
        file::{Dropped, File, Reading, Trouble},
        name,
    },
};

/// Scripts that npm runs when a package is installed, or fetched from a repository.
static INSTALL: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
    "prepublish",
    "dependencies",
];

/// Reads a manifest.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let document = file.document(Format::Json)?;
    let root = document.root();
    let mut manifest = file.manifest(Ecosystem::Npm);
    manifest.name = root.get("name").and_then(Node::text).map(address::scrub);
    manifest.version = root.get("version").and_then(Node::text).map(address::scrub);
    manifest.licence = licence(root);
    manifest.repository = repository(root.get("repository"));
    manifest.engines = texts(root.get("engines"))
        .map(|(name, range, _)| (address::scrub(name), address::scrub(range)))
        .collect();
    manifest.workspace = root.get("workspaces").is_some();
    manifest.bundled = bundled(root);
    manifest.bin = bin(root, manifest.name.as_deref());
    manifest.install_scripts = scripts(root);
    let gaps = requirements(file, root, &mut manifest)?;
    Ok(Reading { manifest: Some(manifest), gaps, ..Reading::default() })
}

/// A licence, also in the older forms: an object with a type, and a list of these.
pub(super) fn licence(node: &Node) -> Option<String> {
    let one = |node: &Node| {
        node.text().or_else(|| node.get("type").and_then(Node::text)).map(address::scrub)
    };
    if let Some(licence) = node.get("license").or_else(|| node.get("licence")) {
        return one(licence);
    }
    let all: Vec<String> = node.get("licenses")?.items()?.iter().filter_map(one).collect();
    // Of several, whoever uses it may choose.
    (!all.is_empty()).then(|| all.join(" OR "))
}

fn repository(node: Option<&Node>) -> Option<String> {
    let node = node?;
    let url = node.text().or_else(|| node.get("url").and_then(Node::text))?;
    Some(address::plain(url.strip_prefix("git+").unwrap_or(url)))
}

fn bundled(root: &Node) -> Vec<String> {
    let node = root.get("bundleDependencies").or_else(|| root.get("bundledDependencies"));
    match node.map(|node| &node.kind) {
        Some(Kind::Bool(true)) => vec!["*".to_owned()],
        Some(Kind::Array(items)) => {
            items.iter().filter_map(Node::text).map(address::scrub).collect()
        }
        _ => Vec::new(),
    }
}

/// The commands; one without a name is called like the package, without its scope.
fn bin(root: &Node, name: Option<&str>) -> Vec<(String, String)> {
    let node = root.get("bin");
    if let Some(path) = node.and_then(Node::text) {
        let name = name.unwrap_or("").rsplit('/').next().unwrap_or("");
        return vec![(address::scrub(name), address::scrub(path))];
    }
    texts(node).map(|(name, path, _)| (address::scrub(name), address::scrub(path))).collect()
}

fn scripts(root: &Node) -> Vec<(String, String)> {
    let node = root.get("scripts");
    texts(node)
        .filter(|(name, ..)| INSTALL.contains(name))
        .map(|(name, command, _)| (name.to_owned(), address::scrub(command)))
        .collect()
}

fn requirements(
    file: &File<'_>,
    root: &Node,
    manifest: &mut Manifest,
) -> Result<Vec<crate::supply::Gap>, Trouble> {
    let mut dropped = Dropped::default();
    let mut gaps = Vec::new();
    for (section, kind) in SECTIONS {
        let Some(node) = root.get(section) else { continue };
        let Some(members) = node.members() else {
            let detail = format!("`{section}` is no object");
            gaps.push(file.gap(GapKind::Entries, file.line_of(node), detail));
            continue;
        };
        for member in members {
            let line = file.line(member.key_span.start);
            match member.value.text() {
                Some(range) if name::is_name(&member.key) => {
                    manifest.requirements.push(spec::requirement(&member.key, range, *kind, line));
                }
                _ => dropped.add(line),
            }
        }
    }
    if manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    override_optional(manifest);
    gaps.extend(dropped.gap(file, "dependencies are no name with a range"));
    Ok(gaps)
}

/// What is optional is so wherever else it stands, and what is needed to run need not be told to
/// be needed for development as well.
fn override_optional(manifest: &mut Manifest) {
    let names = |kind: RequirementKind| -> std::collections::HashSet<String> {
        let of_kind = manifest.requirements.iter().filter(|asked| asked.kind == kind);
        of_kind.map(|asked| asked.alias.clone().unwrap_or_else(|| asked.name.clone())).collect()
    };
    let (optional, normal) = (names(RequirementKind::Optional), names(RequirementKind::Normal));
    manifest.requirements.retain(|asked| {
        let name = asked.alias.as_ref().unwrap_or(&asked.name);
        match asked.kind {
            RequirementKind::Normal => !optional.contains(name),
            RequirementKind::Development => !optional.contains(name) && !normal.contains(name),
            _ => true,
        }
    });
}
