//! What the files of a tree are imported as, from its manifests.

use serde_json::Value;
use warden_flow::Package;
use warden_model::{SourceFile, SourceTree};

/// Every package of the tree.
pub(crate) fn packages(tree: &SourceTree) -> Vec<Package> {
    tree.files.iter().filter_map(package).collect()
}

fn package(file: &SourceFile) -> Option<Package> {
    match file.name() {
        "package.json" => npm(file),
        "go.mod" => go(file),
        _ => None,
    }
}

fn npm(file: &SourceFile) -> Option<Package> {
    let manifest: Value = serde_json::from_slice(&file.bytes).ok()?;
    Some(Package {
        name: manifest.get("name")?.as_str()?.to_owned(),
        folder: file.folder().to_owned(),
        main: manifest.get("main").and_then(Value::as_str).map(str::to_owned),
        aliases: Vec::new(),
    })
}

fn go(file: &SourceFile) -> Option<Package> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    Some(Package {
        name: name.trim().trim_matches('"').to_owned(),
        folder: file.folder().to_owned(),
        main: None,
        aliases: Vec::new(),
    })
}
