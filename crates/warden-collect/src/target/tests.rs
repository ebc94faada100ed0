use std::{collections::BTreeMap, io::Write};

use super::*;
use crate::machine::Os;

fn machine() -> Machine {
    Machine { root: None, homes: Vec::new(), os: Os::Linux, env: BTreeMap::new(), cwd: None }
}

fn write(folder: &Path, name: &str, text: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Every server as `client file pointer`, without the folder.
fn servers(snapshot: &Snapshot, folder: &Path) -> Vec<String> {
    let prefix = format!("{}/", slashes(folder));
    let line = |one: &warden_model::Connection| {
        let file = one.location.file.replace(&prefix, "");
        format!("{} {file} {}", one.client, one.location.pointer.as_deref().unwrap_or(""))
    };
    snapshot.connections.iter().map(line).collect()
}

fn reasons(snapshot: &Snapshot) -> Vec<&'static str> {
    snapshot.unread.iter().map(|one| one.reason.name()).collect()
}

const CLAUDE: &[u8] = br#"{"mcpServers": {"a": {"command": "x"}}}"#;

#[test]
fn a_folder_gives_what_clients_would_read_in_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".mcp.json", CLAUDE);
    write(folder.path(), "sub/.cursor/mcp.json", CLAUDE);
    write(folder.path(), "sub/.codex/config.toml", b"[mcp_servers.b]\ncommand = 'x'\n");
    write(
        folder.path(),
        "w.code-workspace",
        br#"{"settings": {"mcp": {"servers": {"c": {"command": "x"}}}}}"#,
    );
    write(folder.path(), "dotfiles/.codeium/windsurf/mcp_config.json", CLAUDE);
    write(folder.path(), "node_modules/p/.mcp.json", CLAUDE);
    write(folder.path(), "tools.json", br#"{"tools": [{"name": "t"}]}"#);
    write(folder.path(), "other.json", CLAUDE);
    let snapshot = collect_target(folder.path(), &machine(), &());
    assert_eq!(
        servers(&snapshot, folder.path()),
        [
            "claude-code .mcp.json /mcpServers/a",
            "cursor sub/.cursor/mcp.json /mcpServers/a",
            "vscode w.code-workspace /settings/mcp/servers/c",
            "windsurf dotfiles/.codeium/windsurf/mcp_config.json /mcpServers/a",
            "codex sub/.codex/config.toml /mcp_servers/b",
        ]
    );
    assert_eq!(reasons(&snapshot), [""; 0]);
    assert_eq!(snapshot.surfaces.len(), 1);
}

#[test]
fn of_a_single_file_the_shape_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, pointer) in [
        ("a.json", &br#"{"servers": {"a": {"command": "x"}}}"#[..], "/servers/a"),
        ("b.toml", b"[mcp_servers.a]\ncommand = 'x'\n", "/mcp_servers/a"),
        ("c.yaml", b"extensions:\n  a: {type: stdio, cmd: x}\n", "/extensions/a"),
        ("d.json", br#"{"context_servers": {"a": {"command": "x"}}}"#, "/context_servers/a"),
        ("e.json", br#"{"a": {"command": "x"}}"#, "/a"),
        ("f.json", br#"[{"name": "a", "command": "x"}]"#, "/0"),
        ("g.json", br#"{"mcp": {"a": {"type": "local", "command": ["x"]}}}"#, "/mcp/a"),
    ] {
        write(folder.path(), name, text);
        let snapshot = collect_target(&folder.path().join(name), &machine(), &());
        assert_eq!(servers(&snapshot, folder.path()), [format!("file {name} {pointer}")]);
        assert_eq!(reasons(&snapshot), [""; 0], "{name}");
        assert_eq!(snapshot.connections[0].scope, Scope::Given);
    }
    write(folder.path(), ".cursor/mcp.json", CLAUDE);
    let snapshot = collect_target(&folder.path().join(".cursor/mcp.json"), &machine(), &());
    assert_eq!(servers(&snapshot, folder.path()), ["cursor .cursor/mcp.json /mcpServers/a"]);
}

#[test]
fn a_target_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, reason) in [
        ("a.json", &b"{\"x\": 1}"[..], "unknown-shape"),
        ("b.json", b"{", "malformed"),
        ("c.json", b"\xff", "encoding"),
        ("d.zip", b"PK no zip", "malformed"),
        ("e.tgz", b"no gzip", "malformed"),
    ] {
        write(folder.path(), name, text);
        let snapshot = collect_target(&folder.path().join(name), &machine(), &());
        assert_eq!(reasons(&snapshot), [reason], "{name}");
    }
    let snapshot = collect_target(&folder.path().join("nothing"), &machine(), &());
    assert_eq!(reasons(&snapshot), ["io"]);
    let deep = "[".repeat(100_000);
    write(folder.path(), "f.json", deep.as_bytes());
    assert_eq!(
        reasons(&collect_target(&folder.path().join("f.json"), &machine(), &())),
        ["too-deep"]
    );
}

pub(crate) fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(gzip);
    for (name, text) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *text).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn archives_are_read_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let manifest =
        br#"{"name": "b", "server": {"mcp_config": {"command": "node", "args": ["s.js"]}}}"#;
    write(
        folder.path(),
        "b.mcpb",
        &zipped(&[("manifest.json", manifest), ("package.json", b"{}"), ("s.js", b"")]),
    );
    write(
        folder.path(),
        "c.tgz",
        &tarred(&[
            ("package/.mcp.json", CLAUDE),
            ("package/tools.json", br#"{"tools": []}"#),
            ("package/node_modules/x/.mcp.json", CLAUDE),
        ]),
    );
    let bundle = collect_target(&folder.path().join("b.mcpb"), &machine(), &());
    assert_eq!(
        servers(&bundle, folder.path()),
        ["bundle b.mcpb!/manifest.json /server/mcp_config"]
    );
    assert_eq!(bundle.looked.len(), 2);
    let package = collect_target(&folder.path().join("c.tgz"), &machine(), &());
    assert_eq!(
        servers(&package, folder.path()),
        ["claude-code c.tgz!/package/.mcp.json /mcpServers/a"]
    );
    assert_eq!(package.surfaces.len(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn an_entry_that_blows_up_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let spaces = vec![b' '; 9 << 20];
    write(folder.path(), "a.zip", &zipped(&[(".mcp.json", &spaces)]));
    assert_eq!(
        reasons(&collect_target(&folder.path().join("a.zip"), &machine(), &())),
        ["too-large"]
    );
}

#[test]
fn links_do_not_lead_out_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "outside.json", CLAUDE);
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::os::unix::fs::symlink("../outside.json", folder.path().join("in/.mcp.json")).unwrap();
    let snapshot = collect_target(&folder.path().join("in"), &machine(), &());
    assert_eq!(reasons(&snapshot), ["outside"]);
}
