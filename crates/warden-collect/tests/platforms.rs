//! R44: the five kinds of clients of a survey, where Linux, macOS and Windows have their files:
//! `tests/fixtures/platforms`. Agents of one's own have a configuration that several clients share;
//! those that have none are found in their source code.

use std::{collections::BTreeMap, path::Path};

use warden_collect::{Machine, Os, collect};

/// Client, file and server; what stands for the folder of settings is `SETTINGS`.
const WANTED: [[&str; 3]; 7] = [
    ["claude-desktop", "~/SETTINGS/Claude/claude_desktop_config.json", "claude-git"],
    ["cursor", "~/.cursor/mcp.json", "cursor-files"],
    ["vscode", "work/.vscode/mcp.json", "copilot-build"],
    ["vscode", "~/SETTINGS/Code/User/mcp.json", "copilot-tickets"],
    [
        "cline",
        "~/SETTINGS/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        "cline-db",
    ],
    ["generic", "work/mcp.json", "agent-mail"],
    ["generic", "~/.agents/mcp.json", "agent-notes"],
];

/// Each server of a machine, with its client and file.
fn found(os: Os, folder: &str) -> Vec<[String; 3]> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/platforms");
    let root = root.join(folder);
    let machine = Machine {
        root: None,
        homes: vec![root.join("home")],
        os,
        env: BTreeMap::new(),
        cwd: Some(root.join("work")),
    };
    let snapshot = collect(&machine, &());
    assert!(snapshot.unread.is_empty(), "{:?}", snapshot.unread);
    let work = format!("{}/", root.to_string_lossy());
    let one = |one: &warden_model::Connection| {
        let file = one.location.file.replace(&work, "");
        assert!(one.location.pointer.is_some(), "{file}");
        [one.client.clone(), file, one.name.clone()]
    };
    let mut all: Vec<_> = snapshot.connections.iter().map(one).collect();
    all.sort();
    all
}

fn wanted(settings: &str) -> Vec<[String; 3]> {
    let mut all: Vec<_> =
        WANTED.iter().map(|one| one.map(|text| text.replace("SETTINGS", settings))).collect();
    all.sort();
    all
}

#[test]
fn every_client_is_found_where_linux_has_its_files() {
    assert_eq!(found(Os::Linux, "linux"), wanted(".config"));
}

#[test]
fn every_client_is_found_where_macos_has_its_files() {
    assert_eq!(found(Os::MacOs, "macos"), wanted("Library/Application Support"));
}

#[test]
fn every_client_is_found_where_windows_has_its_files() {
    assert_eq!(found(Os::Windows, "windows"), wanted("AppData/Roaming"));
}
