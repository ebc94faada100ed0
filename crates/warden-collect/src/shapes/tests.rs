use warden_model::{AutoApprove, Endpoint, Scope};

use super::{Shape, entry, read_all};
use crate::document::{Document, Format};

/// Reads a file and writes every server as `pointer name transport endpoint`, every flaw as
/// `pointer reason`.
fn read(text: &str, format: Format, shapes: &[Shape]) -> Option<Vec<String>> {
    let document = Document::parse(text.as_bytes(), format).expect("the file is well formed");
    let mut found = read_all(document.root(), shapes)?;
    let context =
        entry::Context { document: &document, file: "f", client: "c", scope: Scope::User };
    let mut lines = Vec::new();
    for spot in &found.spots {
        let (connection, flaws) = entry::connection(context, spot);
        found.flaws.extend(flaws);
        lines.extend(connection.map(|one| {
            let endpoint = match &one.endpoint {
                Endpoint::Command(launch) => {
                    let args: Vec<_> =
                        launch.args.iter().map(warden_model::Hidden::reveal).collect();
                    [vec![launch.command.as_str()], args].concat().join(" ")
                }
                Endpoint::Remote(remote) => remote.url.reveal().to_owned(),
                Endpoint::Builtin => "-".to_owned(),
            };
            let pointer = one.location.pointer.unwrap_or_default();
            let off = if one.enabled { "" } else { " off" };
            format!("{pointer} {} {} {endpoint}{off}", one.name, one.transport.name())
        }));
    }
    lines.extend(
        found.flaws.iter().map(|flaw| format!("{} ! {}", flaw.pointer, flaw.reason.name())),
    );
    Some(lines)
}

#[track_caller]
fn check(text: &str, format: Format, shapes: &[Shape], expected: &[&str]) {
    assert_eq!(
        read(text, format, shapes).as_deref(),
        Some(&expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
        "{text}"
    );
}

use Format::{Jsonc, Toml, Yaml};

#[test]
fn shape_1_is_an_object_of_servers() {
    check(
        r#"{"mcpServers": {"a": {"command": "x", "args": ["y"]}, "b/c": {"url": "https://h/sse"}}}"#,
        Jsonc,
        &[Shape::Servers],
        &["/mcpServers/a a stdio x y", "/mcpServers/b~1c b/c sse https://h/sse"],
    );
    check(
        r#"{"mcpServers": {"a": {"serverUrl": "https://h/mcp", "disabled": true}}}"#,
        Jsonc,
        &[Shape::Servers],
        &["/mcpServers/a a http https://h/mcp off"],
    );
    check(r#"{"mcpServers": null}"#, Jsonc, &[Shape::Servers], &[]);
    check(r#"{"mcpServers": 3}"#, Jsonc, &[Shape::Servers], &["/mcpServers ! malformed"]);
}

#[test]
fn shape_2_is_a_list_of_servers() {
    let text = "mcpServers:\n  - name: a\n    command: x\n    args:\n      - y\n  - uses: hub/b\n  - name: c\n    type: sse\n    url: https://h\n";
    check(
        text,
        Yaml,
        &[Shape::List],
        &[
            "/mcpServers/0 a stdio x y",
            "/mcpServers/2 c sse https://h",
            "/mcpServers/1 ! unknown-shape",
        ],
    );
    check(r#"[{"name": "a", "command": "x y"}]"#, Jsonc, &[Shape::List], &["/0 a stdio x y"]);
    let legacy = r#"{"experimental": {"modelContextProtocolServers": [{"transport": {"type": "stdio", "command": "x"}}]}}"#;
    check(
        legacy,
        Jsonc,
        &[Shape::List],
        &["/experimental/modelContextProtocolServers/0 #0 stdio x"],
    );
}

#[test]
fn shape_3_is_that_of_vs_code() {
    check(
        r#"{"servers": {"a": {"type": "http", "url": "https://h"}}, "inputs": []}"#,
        Jsonc,
        &[Shape::VsCode],
        &["/servers/a a http https://h"],
    );
}

#[test]
fn shape_4_is_that_of_settings_nested_or_dotted() {
    check(
        r#"{"mcp": {"servers": {"a": {"command": "x"}}}, "mcp.servers": {"b": {"command": "y"}}}"#,
        Jsonc,
        &[Shape::Settings],
        &["/mcp/servers/a a stdio x", "/mcp.servers/b b stdio y"],
    );
    check(
        r#"{"folders": [], "settings": {"mcp": {"servers": {"a": {"command": "x"}}}}}"#,
        Jsonc,
        &[Shape::Settings],
        &["/settings/mcp/servers/a a stdio x"],
    );
    check(
        "{mcp: {servers: {a: {command: 'x'}}}}",
        Jsonc,
        &[Shape::Settings],
        &["/mcp/servers/a a stdio x"],
    );
}

#[test]
fn shape_5_has_nothing_around_its_entries() {
    check(
        r#"{"$schema": "s", "a": {"command": "x"}, "b": 1}"#,
        Jsonc,
        &[Shape::Servers, Shape::Flat],
        &["/a a stdio x", "/b ! malformed"],
    );
    check(
        r#"{"mcpServers": {"a": {"command": "x"}}}"#,
        Jsonc,
        &[Shape::Servers, Shape::Flat],
        &["/mcpServers/a a stdio x"],
    );
    assert_eq!(read(r#"{"a": {"b": 1}}"#, Jsonc, &[Shape::Flat]), None);
}

#[test]
fn shape_6_is_that_of_zed() {
    let text = r#"{"context_servers": {"a": {"command": {"path": "x", "args": ["y"], "env": {}}}, "b": {"command": "z"}, "c": {"source": "extension", "settings": {}}}} // zed"#;
    check(
        text,
        Jsonc,
        &[Shape::ContextServers],
        &[
            "/context_servers/a a stdio x y",
            "/context_servers/b b stdio z",
            "/context_servers/c c builtin -",
        ],
    );
}

#[test]
fn shape_7_is_that_of_opencode_and_crush() {
    let text = r#"{"mcp": {"a": {"type": "local", "command": ["x", "y"], "enabled": false}, "b": {"type": "remote", "url": "https://h"}, "timeout": 5}}"#;
    check(text, Jsonc, &[Shape::Mcp], &["/mcp/a a stdio x y off", "/mcp/b b http https://h"]);
    assert_eq!(read(r#"{"mcp": {"servers": {}}}"#, Jsonc, &[Shape::Mcp]), None);
}

#[test]
fn shape_8_is_that_of_amp() {
    check(
        r#"{"amp.mcpServers": {"a": {"command": "x"}}}"#,
        Jsonc,
        &[Shape::Amp],
        &["/amp.mcpServers/a a stdio x"],
    );
}

#[test]
fn shape_9_is_that_of_goose() {
    let text = "extensions:\n  a:\n    type: stdio\n    cmd: x\n    args: [y]\n    envs: {}\n    enabled: true\n  b:\n    type: builtin\n    enabled: false\n  c:\n    type: streamable_http\n    uri: https://h\n";
    check(
        text,
        Yaml,
        &[Shape::Extensions],
        &[
            "/extensions/a a stdio x y",
            "/extensions/b b builtin - off",
            "/extensions/c c http https://h",
        ],
    );
}

#[test]
fn shape_10_has_snake_case_in_toml_yaml_and_json() {
    check(
        "[mcp_servers.a]\ncommand = 'x'\nargs = ['y']\n[mcp_servers.a.env]\nK = 'v'\n",
        Toml,
        &[Shape::SnakeServers],
        &["/mcp_servers/a a stdio x y"],
    );
    check(
        "[[mcp_servers]]\nname = 'a'\ntransport = 'streamable-http'\nurl = 'https://h'\n",
        Toml,
        &[Shape::SnakeServers],
        &["/mcp_servers/0 a http https://h"],
    );
    check(
        "mcp_servers:\n  a:\n    command: x\n",
        Yaml,
        &[Shape::SnakeServers],
        &["/mcp_servers/a a stdio x"],
    );
}

#[test]
fn shape_11_has_servers_of_projects_and_powers() {
    let text = r#"{"mcpServers": {"a": {"command": "x"}}, "projects": {"/p/q": {"mcpServers": {"b": {"command": "y"}}}, "/r": {}}}"#;
    check(
        text,
        Jsonc,
        &[Shape::Servers, Shape::Projects],
        &["/mcpServers/a a stdio x", "/projects/~1p~1q/mcpServers/b b stdio y"],
    );
    check(
        r#"{"powers": {"mcpServers": {"a": {"command": "x"}}}}"#,
        Jsonc,
        &[Shape::Servers, Shape::Powers],
        &["/powers/mcpServers/a a stdio x"],
    );
}

#[test]
fn shape_12_is_a_manifest() {
    check(
        r#"{"name": "p", "mcpServers": {"a": {"httpUrl": "https://h"}, "b": {"url": "https://h"}}}"#,
        Jsonc,
        &[Shape::GeminiServers],
        &["/mcpServers/a a http https://h", "/mcpServers/b b sse https://h"],
    );
    assert_eq!(read(r#"{"name": "p", "mcpServers": "./x.json"}"#, Jsonc, &[Shape::Servers]), None);
    check(
        r#"{"name": "p", "server": {"mcp_config": {"command": "node", "args": ["s.js"]}}}"#,
        Jsonc,
        &[Shape::Bundle],
        &["/server/mcp_config p stdio node s.js"],
    );
}

#[test]
fn shape_13_is_that_of_dev_containers() {
    check(
        r#"{"customizations": {"vscode": {"mcp": {"servers": {"a": {"command": "x"}}}}}}"#,
        Jsonc,
        &[Shape::DevContainer],
        &["/customizations/vscode/mcp/servers/a a stdio x"],
    );
}

#[test]
fn shape_14_has_containers() {
    check(
        "registry:\n  git:\n    ref: ''\n",
        Yaml,
        &[Shape::DockerRegistry],
        &["/registry/git git builtin -"],
    );
    check(
        "services:\n  db: {image: postgres}\n  tools:\n    image: mcp/git:1\n    command: [serve]\n",
        Yaml,
        &[Shape::Compose],
        &["/services/tools tools stdio docker run mcp/git:1 serve"],
    );
    let text = "kind: Service\napiVersion: v1\n---\napiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: git-mcp\n          image: ghcr.io/o/i:2\n";
    check(
        text,
        Yaml,
        &[Shape::Kubernetes],
        &["/1/spec/template/spec/containers/0 git-mcp stdio docker run ghcr.io/o/i:2"],
    );
}

#[test]
fn one_bad_entry_leaves_the_others() {
    let text = r#"{"mcpServers": {"a": 1, "b": {}, "c": {"type": "ws", "url": "wss://h"}, "d": {"type": "new", "command": "x"}, "e": {"command": "x", "args": {"no": 1}}, "f": {"disabled": true}, "g": {"command": "x", "args": ["y", {}]}, "h": {"url": 3}}}"#;
    check(
        text,
        Jsonc,
        &[Shape::Servers],
        &[
            "/mcpServers/c c ws wss://h",
            "/mcpServers/d d unknown x",
            "/mcpServers/e e stdio x",
            "/mcpServers/g g stdio x y",
            "/mcpServers/a ! malformed",
            "/mcpServers/b ! unknown-shape",
            "/mcpServers/e/args ! malformed",
            "/mcpServers/g/args/1 ! malformed",
            "/mcpServers/h/url ! malformed",
        ],
    );
}

#[test]
fn of_two_entries_with_one_name_the_last_counts() {
    check(
        r#"{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}"#,
        Jsonc,
        &[Shape::Servers],
        &["/mcpServers/a a stdio y"],
    );
}

#[track_caller]
fn approves(entry: &str, expected: &AutoApprove) {
    let text = format!(r#"{{"mcpServers": {{"a": {entry}}}}}"#);
    let document = Document::parse(text.as_bytes(), Jsonc).unwrap();
    let found = Shape::Servers.read(document.root()).unwrap();
    let context =
        entry::Context { document: &document, file: "f", client: "c", scope: Scope::User };
    let (connection, _) = entry::connection(context, &found.spots[0]);
    assert_eq!(&connection.unwrap().auto_approve, expected, "{entry}");
}

#[test]
fn what_runs_without_asking_is_told_under_all_its_names() {
    let all = |key: &str| AutoApprove::All(key.to_owned());
    approves(r#"{"command": "x"}"#, &AutoApprove::Ask);
    approves(r#"{"command": "x", "trust": true}"#, &all("trust"));
    approves(r#"{"command": "x", "autoApprove": ["*"]}"#, &all("autoApprove"));
    approves(r#"{"command": "x", "tools": ["*"]}"#, &all("tools"));
    approves(r#"{"command": "x", "tools": ["a"]}"#, &AutoApprove::Ask);
    approves(
        r#"{"command": "x", "default_tools_approval_mode": "approve"}"#,
        &all("default_tools_approval_mode"),
    );
    approves(
        r#"{"command": "x", "alwaysAllow": ["a", "b"]}"#,
        &AutoApprove::Tools(vec!["a".into(), "b".into()]),
    );
    approves(
        r#"{"command": "x", "tools": {"a": {"approval_mode": "approve"}}}"#,
        &AutoApprove::Tools(vec!["a".into()]),
    );
}

#[test]
fn a_server_behind_the_wrapper_is_guarded() {
    let text = r#"{"mcpServers": {"a": {"command": "/bin/mcpwarden", "args": ["run", "--name", "a", "--", "npx", "p@1.0.0"]}}}"#;
    check(text, Jsonc, &[Shape::Servers], &["/mcpServers/a a stdio npx p@1.0.0"]);
}
