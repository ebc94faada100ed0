//! A home directory with fifty configurations of many clients, and six servers in each.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use warden_testkit::TestHome;

/// How many servers each file has.
pub(crate) const SERVERS: usize = 6;
/// How many projects the clients have opened.
const PROJECTS: usize = 8;

/// How a client writes its servers.
type Shape = fn(usize) -> String;

/// The clients, and where each looks below the home directory.
static CLIENTS: &[(&str, Shape)] = &[
    (".claude.json", claude_code),
    (".cursor/mcp.json", common),
    (".codeium/windsurf/mcp_config.json", common),
    (".config/Claude/claude_desktop_config.json", common),
    (".config/Code/User/mcp.json", |file| document("servers", file)),
    (".config/Code - Insiders/User/mcp.json", |file| document("servers", file)),
    (".config/VSCodium/User/mcp.json", |file| document("servers", file)),
    (".config/zed/settings.json", |file| document("context_servers", file)),
    (".config/amp/settings.json", |file| document("amp.mcpServers", file)),
    (".config/crush/crush.json", |file| document("mcp", file)),
    (".config/opencode/opencode.json", opencode),
    (".config/goose/config.yaml", goose),
    (".gemini/settings.json", common),
    (".codex/config.toml", toml),
    (".grok/config.toml", toml),
    (".vibe/config.toml", toml_array),
    (".hermes/config.yaml", yaml),
    (".lmstudio/mcp.json", common),
    (".aws/amazonq/mcp.json", common),
    (".kiro/settings/mcp.json", common),
    (".warp/.mcp.json", common),
    (".qwen/settings.json", common),
    (".kimi/mcp.json", common),
    (".factory/mcp.json", common),
    (".copilot/mcp-config.json", common),
    (".junie/mcp/mcp.json", common),
];

/// What stands in every project.
static PROJECT: &[(&str, Shape)] = &[
    (".mcp.json", common),
    (".cursor/mcp.json", common),
    (".vscode/mcp.json", |file| document("servers", file)),
];

/// Writes them all and returns their paths.
pub(crate) fn fill(home: &TestHome) -> Vec<PathBuf> {
    let own = CLIENTS.iter().map(|(path, shape)| (format!("home/{path}"), *shape));
    let projects = (0..PROJECTS).flat_map(|project| {
        PROJECT.iter().map(move |(path, shape)| (format!("home/code/p{project}/{path}"), *shape))
    });
    let mut files = Vec::new();
    for (number, (path, shape)) in own.chain(projects).enumerate() {
        let text = shape(number);
        // The one file that names the projects has to say where they are.
        let text = text.replace("~/", &format!("{}/", home.home().display()));
        files.push(home.write(path, text));
    }
    files
}

/// One server, as most clients write it. Some are pinned and some are not, and some hold what
/// looks like a credential: a scan that finds nothing would have less to do.
fn server(file: usize, place: usize) -> (String, Value) {
    let name = format!("server-{file}-{place}");
    let value = match place {
        0 => json!({"command": "npx", "args": ["-y", format!("@acme/mcp-files-{file}@1.4.2"),
            format!("/srv/data/{file}")]}),
        1 => json!({"command": "uvx", "args": [format!("mcp-server-notes-{file}==2026.10.19")]}),
        2 => json!({"command": "npx", "args": ["-y", format!("acme-mail-{file}")],
            "env": {"ACME_API_KEY": format!("${{env:ACME_KEY_{file}}}"), "LOG_LEVEL": "info"}}),
        3 => json!({"command": "docker", "args": ["run", "-i", "--rm",
            format!("ghcr.io/acme/tickets-{file}:1.2.0")]}),
        4 => json!({"type": "http", "url": format!("https://mcp{file}.example.com/mcp"),
            "headers": {"X-Team": "payments"}}),
        _ => json!({"command": "node", "args": [format!("/opt/tools/{file}/server.js"),
            "--region", "eu"], "env": {"ACME_TOKEN": format!("tok-{file:04}-Zk4fQ9vLw2xR7sPd")}}),
    };
    (name, value)
}

fn servers(file: usize) -> Value {
    (0..SERVERS).map(|place| server(file, place)).collect()
}

fn document(member: &str, file: usize) -> String {
    pretty(&json!({ member: servers(file) }))
}

fn common(file: usize) -> String {
    document("mcpServers", file)
}

fn claude_code(file: usize) -> String {
    let project = |number| (format!("~/code/p{number}"), json!({"allowedTools": []}));
    let projects: Value = (0..PROJECTS).map(project).collect();
    pretty(&json!({"numStartups": 12, "mcpServers": servers(file), "projects": projects}))
}

/// One word list for the command, and other names for the rest.
fn opencode(file: usize) -> String {
    let entry = |place| {
        let (name, value) = server(file, place);
        let value = match words(&value) {
            Some(words) => json!({"type": "local", "command": words, "enabled": true}),
            None => json!({"type": "remote", "url": value["url"], "enabled": true}),
        };
        (name, value)
    };
    pretty(&json!({"mcp": (0..SERVERS).map(entry).collect::<Value>()}))
}

fn toml(file: usize) -> String {
    tables(file, |name| format!("[mcp_servers.{name}]\n"))
}

fn toml_array(file: usize) -> String {
    tables(file, |name| format!("[[mcp_servers]]\nname = \"{name}\"\n"))
}

fn tables(file: usize, head: fn(&str) -> String) -> String {
    let mut text = String::from("model = \"large\"\n\n");
    for (name, value) in (0..SERVERS).map(|place| server(file, place)) {
        text.push_str(&head(&name));
        for member in ["command", "args", "url"] {
            if let Some(value) = value.get(member) {
                writeln!(text, "{member} = {value}").expect("there is memory");
            }
        }
    }
    text
}

fn goose(file: usize) -> String {
    mapping("extensions", file, ["cmd", "uri"])
}

fn yaml(file: usize) -> String {
    mapping("mcp_servers", file, ["command", "url"])
}

fn mapping(root: &str, file: usize, [command, url]: [&str; 2]) -> String {
    let mut text = format!("# Written by hand\n{root}:\n");
    for (name, value) in (0..SERVERS).map(|place| server(file, place)) {
        writeln!(text, "  {name}:\n    enabled: true").expect("there is memory");
        for (from, to) in [("command", command), ("args", "args"), ("url", url)] {
            if let Some(value) = value.get(from) {
                writeln!(text, "    {to}: {value}").expect("there is memory");
            }
        }
    }
    text
}

fn words(server: &Value) -> Option<Vec<&Value>> {
    Some(std::iter::once(server.get("command")?).chain(server["args"].as_array()?).collect())
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("it is a value")
}
