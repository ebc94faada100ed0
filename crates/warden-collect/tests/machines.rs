//! Machines that are not as they should be: hostile files, moved directories, several people.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use warden_collect::{Machine, Os, collect};
use warden_model::{AutoApprove, Snapshot};

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        fs::create_dir(folder.path().join("home")).unwrap_or_else(|error| panic!("{error}"));
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{error}"));
        }
        path
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.at(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    fn machine(&self) -> Machine {
        Machine {
            root: None,
            homes: vec![self.0.path().join("home")],
            os: Os::Linux,
            env: BTreeMap::new(),
            cwd: None,
        }
    }
}

fn servers(snapshot: &Snapshot) -> Vec<String> {
    let line = |one: &warden_model::Connection| {
        format!("{} {} {}", one.client, one.location.file, one.name)
    };
    snapshot.connections.iter().map(line).collect()
}

fn unread(snapshot: &Snapshot) -> Vec<String> {
    let line = |one: &warden_model::Unread| format!("{} {}", one.location.file, one.reason.name());
    snapshot.unread.iter().map(line).collect()
}

const ONE: &str = r#"{"mcpServers": {"one": {"command": "x"}}}"#;

#[test]
fn every_bad_file_gets_its_line_and_the_good_one_is_read() {
    let place = Place::new();
    place.write("home/.cursor/mcp.json", ONE);
    fs::create_dir_all(place.at("home/.kimi/mcp.json")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let pipe = place.at("home/.factory/mcp.json");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let _listener =
        std::os::unix::net::UnixListener::bind(place.at("home/.qoder/mcp.json")).unwrap();
    place.write("home/.junie/mcp/mcp.json", ONE);
    fs::set_permissions(place.at("home/.junie/mcp/mcp.json"), fs::Permissions::from_mode(0o000))
        .unwrap();
    place.write("outside.json", ONE);
    symlink("../../outside.json", place.at("home/.trae/mcp.json")).unwrap();
    fs::File::create(place.at("home/.lmstudio/mcp.json")).unwrap().set_len(100 << 20).unwrap();
    place.write("home/.codeium/windsurf/mcp_config.json", "[".repeat(100_000));
    place.write("home/.hermes/config.yaml", "mcp_servers: [\n");
    place.write("home/.grok/config.toml", b"a = \"\xff\"");
    place.write("home/.warp/.mcp.json", r#"{"mcpServers": {"cut": {"comm"#);
    place.write("home/.tabnine/mcp_servers.json", "");
    place.write(
        "home/.openclaw/openclaw.json",
        "{mcp: {servers: {a: {command: 'x'}, a: {command: 'y'}}}}",
    );
    let started = Instant::now();
    let snapshot = collect(&place.machine(), &());
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(
        servers(&snapshot),
        ["cursor ~/.cursor/mcp.json one", "openclaw ~/.openclaw/openclaw.json a"]
    );
    assert_eq!(
        unread(&snapshot),
        [
            "~/.codeium/windsurf/mcp_config.json too-deep",
            "~/.junie/mcp/mcp.json denied",
            "~/.lmstudio/mcp.json too-large",
            "~/.warp/.mcp.json malformed",
            "~/.kimi/mcp.json not-a-file",
            "~/.factory/mcp.json not-a-file",
            "~/.qoder/mcp.json not-a-file",
            "~/.grok/config.toml encoding",
            "~/.trae/mcp.json outside",
            "~/.hermes/config.yaml malformed",
        ]
    );
}

#[test]
fn a_home_that_is_not_there_is_told() {
    let place = Place::new();
    let machine = Machine { homes: vec![place.0.path().join("nobody")], ..place.machine() };
    assert_eq!(unread(&collect(&machine, &())), ["~/ io"]);
}

#[test]
fn the_environment_moves_what_clients_read() {
    let place = Place::new();
    let moved = |name: &str| place.at(name).to_string_lossy().into_owned();
    place.write("claude/.claude.json", ONE);
    place.write("codex/config.toml", "[mcp_servers.two]\ncommand = 'x'\n");
    place.write("xdg/amp/settings.json", r#"{"amp.mcpServers": {"three": {"command": "x"}}}"#);
    place.write("own.json", r#"{"mcp": {"four": {"type": "local", "command": ["x"]}}}"#);
    place.write("portable/user-data/User/mcp.json", r#"{"servers": {"five": {"command": "x"}}}"#);
    place.write("seed/p/.mcp.json", r#"{"six": {"command": "x"}}"#);
    let env = [
        ("CLAUDE_CONFIG_DIR", moved("claude")),
        ("CODEX_HOME", moved("codex")),
        ("XDG_CONFIG_HOME", moved("xdg")),
        ("OPENCODE_CONFIG", moved("own.json")),
        (
            "OPENCODE_CONFIG_CONTENT",
            r#"{"mcp": {"seven": {"type": "remote", "url": "https://h"}}}"#.to_owned(),
        ),
        ("VSCODE_PORTABLE", moved("portable")),
        ("CLAUDE_CODE_PLUGIN_SEED_DIR", moved("seed")),
    ];
    let env = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let snapshot = collect(&Machine { env, ..place.machine() }, &());
    let mut names: Vec<_> = snapshot.connections.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["five", "four", "one", "seven", "six", "three", "two"]);
    assert_eq!(unread(&snapshot), [""; 0]);
}

#[test]
fn one_file_that_is_reached_twice_counts_once() {
    let place = Place::new();
    place.write("home/dotfiles/mcp.json", ONE);
    symlink("../dotfiles/mcp.json", place.at("home/.cursor/mcp.json")).unwrap();
    symlink("../dotfiles/mcp.json", place.at("home/.kimi/mcp.json")).unwrap();
    let project = place.at("home/p");
    place.write("home/p/.mcp.json", ONE);
    place.write(
        "home/.claude.json",
        format!(r#"{{"projects": {{"{0}": {{}}, "{0}/": {{}}}}}}"#, project.display()),
    );
    let machine = Machine { cwd: Some(project), ..place.machine() };
    let snapshot = collect(&machine, &());
    assert_eq!(
        servers(&snapshot),
        ["claude-code ~/p/.mcp.json one", "cursor ~/.cursor/mcp.json one"]
    );
}

#[test]
fn a_linked_extension_counts_while_it_stays_in_the_home() {
    let place = Place::new();
    place.write("home/work/ext/gemini-extension.json", ONE);
    place.write("away/gemini-extension.json", ONE);
    symlink("../../work/ext", place.at("home/.gemini/extensions/near")).unwrap();
    symlink("../../../away", place.at("home/.gemini/extensions/far")).unwrap();
    let snapshot = collect(&place.machine(), &());
    assert_eq!(
        servers(&snapshot),
        ["gemini-cli ~/.gemini/extensions/near/gemini-extension.json one"]
    );
    assert_eq!(unread(&snapshot), ["~/.gemini/extensions/far/gemini-extension.json outside"]);
}

#[test]
fn every_home_of_a_mounted_tree_is_scanned_in_every_layout() {
    let place = Place::new();
    place.write(
        "root/home/anna/.config/Code/User/mcp.json",
        r#"{"servers": {"a": {"command": "x"}}}"#,
    );
    place.write(
        "root/Users/ben/Library/Application Support/Code/User/mcp.json",
        r#"{"servers": {"b": {"command": "x"}}}"#,
    );
    place.write("root/C:/Users/cleo/AppData/Roaming/Claude/claude_desktop_config.json", ONE);
    place.write("root/root/.cursor/mcp.json", ONE);
    place.write("root/etc/claude-code/managed-mcp.json", ONE);
    place.write("root/home/anna/.claude.json", r#"{"projects": {"/srv/p": {}}}"#);
    place.write("root/srv/p/.mcp.json", ONE);
    place.write("outside.json", ONE);
    symlink("../../../../outside.json", place.at("root/home/anna/.kimi/mcp.json")).unwrap();
    let machine = Machine { root: Some(place.at("root")), ..place.machine() };
    let snapshot = collect(&machine, &());
    assert_eq!(
        servers(&snapshot),
        [
            "claude-desktop ~cleo/AppData/Roaming/Claude/claude_desktop_config.json one",
            "claude-code /etc/claude-code/managed-mcp.json one",
            "claude-code /srv/p/.mcp.json one",
            "cursor ~root/.cursor/mcp.json one",
            "vscode ~anna/.config/Code/User/mcp.json a",
            "vscode ~ben/Library/Application Support/Code/User/mcp.json b",
        ]
    );
    assert_eq!(unread(&snapshot), ["~anna/.kimi/mcp.json outside"]);
}

#[test]
fn what_settings_grant_is_told_of_the_servers_that_they_name() {
    let place = Place::new();
    place.write(
        "home/.claude.json",
        r#"{"mcpServers": {"git": {"command": "x"}, "web": {"command": "y"}}}"#,
    );
    place.write("home/.claude/settings.json", r#"{"permissions": {"allow": ["mcp__git__log"]}}"#);
    let snapshot = collect(&place.machine(), &());
    let found: Vec<_> = snapshot.connections.iter().map(|one| &one.auto_approve).collect();
    assert_eq!(found, [&AutoApprove::Tools(vec!["log".into()]), &AutoApprove::Ask]);
}

#[test]
fn fifty_files_with_three_hundred_servers_take_no_time() {
    let place = Place::new();
    let mut projects = Vec::new();
    for file in 0..50 {
        let servers: Vec<_> = (0..6)
            .map(|one| format!(r#""s{one}": {{"command": "npx", "args": ["-y", "p{one}@1.0.{file}"], "env": {{"API_KEY": "${{K}}"}}}}"#))
            .collect();
        place.write(
            &format!("home/p{file}/.mcp.json"),
            format!(r#"{{"mcpServers": {{{}}}}}"#, servers.join(",")),
        );
        projects.push(format!(
            r#""{}": {{}}"#,
            Path::new(&place.at("home")).join(format!("p{file}")).display()
        ));
    }
    place.write("home/.claude.json", format!(r#"{{"projects": {{{}}}}}"#, projects.join(",")));
    let started = Instant::now();
    let snapshot = collect(&place.machine(), &());
    let took = started.elapsed();
    assert_eq!(snapshot.connections.len(), 300);
    // Generous: the figure that counts is measured by the benchmark, without debug checks.
    assert!(took < Duration::from_secs(2), "{took:?}");
    println!("{took:?}");
}
