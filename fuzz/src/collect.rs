//! Shapes and entries of a configuration file: every file is accounted for, and every server that
//! is told stands where it is said to stand.

use std::{collections::BTreeMap, fs, path::Path};

use tempfile::TempDir;
use warden_collect::{
    Machine, Os, collect_target,
    document::{Document, Format},
};
use warden_model::{Connection, Snapshot};

/// Names that say what a file is, each below the home or project that is made for it.
const NAMES: &[&str] = &[
    "given.json",
    ".mcp.json",
    ".claude.json",
    ".cursor/mcp.json",
    ".vscode/mcp.json",
    ".vscode/settings.json",
    ".gemini/settings.json",
    ".codex/config.toml",
    "given.toml",
    ".continue/config.yaml",
    "given.yaml",
    "docker-compose.yml",
    ".config/goose/config.yaml",
    ".config/zed/settings.json",
    "opencode.jsonc",
    ".devcontainer/devcontainer.json",
    "tools.json",
    "manifest.json",
    "package.json",
    "given.mcpb",
    "given.tar",
    "given.tar.gz",
];

/// The first byte says the file's name (`A` is the first), the rest is the file.
pub fn check(data: &[u8]) {
    let [name, bytes @ ..] = data else { return };
    let name = NAMES[usize::from(name.wrapping_sub(b'A')) % NAMES.len()];
    let home = crate::memory();
    let path = home.path().join(name);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder");
    fs::write(&path, bytes).expect("room for a file");
    let machine = machine(&home);
    let alone = collected(&path, &machine);
    accounted(&alone);
    assert!(
        !alone.looked.is_empty()
            || !alone.unread.is_empty()
            || name.contains(".mcpb")
            || name.contains(".tar"),
        "nothing is said of `{name}`"
    );
    if !["mcpb", "tar", "tar.gz"].iter().any(|end| name.ends_with(end)) {
        alone.connections.iter().for_each(|connection| stands(connection, bytes));
    }
    accounted(&collected(home.path(), &machine));
}

fn machine(home: &TempDir) -> Machine {
    Machine {
        root: None,
        homes: vec![home.path().to_owned()],
        os: Os::Linux,
        env: BTreeMap::new(),
        cwd: None,
    }
}

/// Collects twice: nothing may depend on anything but the files.
fn collected(target: &Path, machine: &Machine) -> Snapshot {
    let snapshot = collect_target(target, machine, &());
    let again = collect_target(target, machine, &());
    assert!(format!("{snapshot:?}") == format!("{again:?}"), "two readings differ");
    snapshot
}

/// As many servers are told as were counted in the files.
fn accounted(snapshot: &Snapshot) {
    let counted: usize = snapshot.looked.iter().map(|looked| looked.servers).sum();
    assert_eq!(counted, snapshot.connections.len());
}

/// A server's entry is where its location says.
fn stands(connection: &Connection, bytes: &[u8]) {
    let location = &connection.location;
    let format = match location.file.rsplit('.').next() {
        Some("toml") => Format::Toml,
        Some("yaml" | "yml") => Format::Yaml,
        _ => Format::Jsonc,
    };
    let document = Document::parse(bytes, format).expect("a file with servers was parsed");
    let pointer = location.pointer.as_deref().expect("an entry has a pointer");
    assert!(document.at(pointer).is_some(), "nothing stands at `{pointer}`");
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    let line = location.line.expect("an entry has a line");
    assert!(line >= 1 && line as usize <= lines, "line {line} of {lines}");
}
