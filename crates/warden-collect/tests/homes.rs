//! The fixture homes: every server in them is found, and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::Value;
use warden_collect::{Machine, Os, collect, collect_target};
use warden_model::{Location, Pinning, Snapshot};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn machine(home: &Path) -> Machine {
    Machine {
        root: None,
        homes: vec![home.to_owned()],
        os: Os::Linux,
        env: BTreeMap::new(),
        cwd: None,
    }
}

fn expected(home: &Path) -> Value {
    let path = home.join("expected.json");
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(expected: &Value, list: &str, fields: &[&str]) -> Vec<String> {
    let rows = expected[list].as_array().unwrap_or_else(|| panic!("`{list}` is a list"));
    let field = |row: &Value, name: &str| row[name].as_str().unwrap_or("-").to_owned();
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| fields.iter().map(|name| field(row, name)).collect::<Vec<_>>().join(" | "))
        .collect();
    rows.sort();
    rows
}

fn row(client: &str, place: &Location, rest: &[&str]) -> String {
    let pointer = place.pointer.as_deref().unwrap_or("-");
    [&[client, place.file.as_str(), pointer], rest].concat().join(" | ")
}

fn servers(snapshot: &Snapshot) -> Vec<String> {
    let mut rows: Vec<_> = snapshot
        .connections
        .iter()
        .map(|one| row(&one.client, &one.location, &[&one.name, one.transport.name()]))
        .collect();
    rows.sort();
    rows
}

fn unread(snapshot: &Snapshot) -> Vec<String> {
    let mut rows: Vec<_> = snapshot
        .unread
        .iter()
        .map(|one| row(one.client.as_deref().unwrap_or("-"), &one.location, &[one.reason.name()]))
        .collect();
    rows.sort();
    rows
}

#[track_caller]
fn check(name: &str, clients: usize) -> Snapshot {
    let home = fixtures().join(name);
    let expected = expected(&home);
    let snapshot = collect(&machine(&home), &());
    let fields = ["client", "file", "pointer", "name", "transport"];
    assert_eq!(servers(&snapshot), rows(&expected, "servers", &fields));
    let fields = ["client", "file", "pointer", "reason"];
    assert_eq!(unread(&snapshot), rows(&expected, "unread", &fields));
    let found: BTreeSet<_> = snapshot.connections.iter().map(|one| one.client.as_str()).collect();
    assert!(found.len() >= clients, "{found:?}");
    snapshot
}

#[test]
fn the_home_gives_exactly_its_servers_and_its_broken_entries() {
    let snapshot = check("home", 30);
    let guarded: Vec<_> = snapshot.connections.iter().filter(|one| one.guarded).collect();
    assert_eq!(guarded.len(), 1);
    assert_eq!(guarded[0].package.as_ref().map(|one| one.name.as_str()), Some("mcp-server-git"));
}

#[test]
fn in_the_clean_twin_nothing_floats_and_no_credential_stands() {
    let snapshot = check("home-clean", 20);
    for one in &snapshot.connections {
        let floats =
            one.package.as_ref().is_some_and(|package| package.pinning == Pinning::Floating);
        assert!(!floats, "{one:?}");
        assert!(one.credentials.iter().all(|credential| !credential.literal), "{one:?}");
    }
}

#[test]
fn every_entry_has_its_line_and_the_line_has_its_name() {
    let home = fixtures().join("home");
    for one in &collect(&machine(&home), &()).connections {
        let path = one.location.file.replace('~', &home.to_string_lossy());
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let line = one.location.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
        let line = text.lines().nth(line - 1).unwrap_or_default();
        let table = text.contains("[[mcp_servers]]");
        assert!(line.contains(&one.name) || table, "{path}: `{}` is not in {line:?}", one.name);
    }
}

#[test]
fn the_order_is_always_the_same() {
    let home = fixtures().join("home");
    let once = format!("{:?}", collect(&machine(&home), &()));
    for _ in 0..5 {
        assert_eq!(format!("{:?}", collect(&machine(&home), &())), once);
    }
}

#[test]
fn a_home_in_a_mounted_tree_gives_the_same_servers() {
    let root = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    copy(&fixtures().join("home"), &root.path().join("home/dev"));
    let machine = Machine { root: Some(root.path().to_owned()), ..machine(Path::new("/nowhere")) };
    let mounted = collect(&machine, &());
    let direct = collect(&self::machine(&fixtures().join("home")), &());
    assert_eq!(servers(&mounted), servers(&direct));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    let entries = std::fs::read_dir(from).unwrap_or_else(|error| panic!("{error}"));
    for entry in entries.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn the_folder_of_a_project_can_be_named_alone() {
    let home = fixtures().join("home");
    let snapshot = collect_target(&home.join("code/shop"), &machine(&home), &());
    let files: BTreeSet<_> =
        snapshot.connections.iter().map(|one| one.location.file.as_str()).collect();
    assert_eq!(
        files.into_iter().collect::<Vec<_>>(),
        [
            "~/code/shop/.continue/mcpServers/claude-style.json",
            "~/code/shop/.continue/mcpServers/fetch.yaml",
            "~/code/shop/.cursor/mcp.json",
            "~/code/shop/.mcp.json",
            "~/code/shop/docker-compose.yml",
        ]
    );
}

#[test]
fn no_secret_of_the_home_is_told_by_debug_output() {
    let home = fixtures().join("home");
    let told = format!("{:?}", collect(&machine(&home), &()));
    for secret in [
        "ghp_Zx81",
        "sk_live_Zx81",
        "xoxb-1234",
        "AIzaZx81",
        "github_pat_Zx81",
        "hf_Zx81",
        "Tr0ub4dor",
    ] {
        assert!(!told.contains(secret), "{secret}");
    }
}
