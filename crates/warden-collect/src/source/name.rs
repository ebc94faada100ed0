//! What a tree is called.

use warden_model::SourceTree;

use crate::document::{Document, Format};

/// Longest name that is taken over.
const LONGEST: usize = 100;

/// The name that a manifest at the top gives.
pub(super) fn of(tree: &SourceTree) -> Option<String> {
    let text = |path: &str| tree.file(path).and_then(|file| std::str::from_utf8(&file.bytes).ok());
    let member = |path: &str, format: Format, pointers: &[&str]| {
        let document = Document::parse(&tree.file(path)?.bytes, format).ok()?;
        pointers.iter().find_map(|pointer| document.at(pointer)?.text().map(str::to_owned))
    };
    let npm = || member("package.json", Format::Jsonc, &["/name"]);
    let python = || member("pyproject.toml", Format::Toml, &["/project/name", "/tool/poetry/name"]);
    let wheel = || {
        let metadata = tree.files.iter().find(|file| {
            file.folder().ends_with(".dist-info") && file.name() == "METADATA"
                || file.path == "PKG-INFO"
        })?;
        let text = std::str::from_utf8(&metadata.bytes).ok()?;
        text.lines().find_map(|line| line.strip_prefix("Name: ")).map(str::to_owned)
    };
    let go = || {
        let line = text("go.mod")?.lines().find_map(|line| line.trim().strip_prefix("module "))?;
        line.trim().trim_matches('"').rsplit('/').next().map(str::to_owned)
    };
    let found = npm().or_else(python).or_else(wheel).or_else(go)?;
    let found = plain(&found);
    (!found.is_empty()).then_some(found)
}

/// A name without what does not belong into one.
pub(super) fn plain(name: &str) -> String {
    name.trim().chars().filter(|char| !char.is_control()).take(LONGEST).collect()
}
