//! Servers that agents set up in source code, as configured ones: they are listed and judged alike.

use serde_json::{Value, json};
use warden_collect::{RepositoryFile, collect_files};
use warden_model::{Connection, Scope};
use warden_scan::{AgentServer, TreeScan};

/// The path of a configuration that every reader of configurations knows.
const FILE: &str = ".mcp.json";

/// What stands before the name of the framework: the client of such a server.
const CLIENT: &str = "custom-agent/";

/// The servers that agents in these trees start or reach.
pub(super) fn connections(trees: &[TreeScan]) -> Vec<Connection> {
    trees.iter().flat_map(|tree| &tree.agents).flat_map(connection).collect()
}

/// A server as it would be configured: so packages and credentials are read by the code that reads
/// them everywhere.
fn connection(server: &AgentServer) -> Vec<Connection> {
    let name = server.name.clone().unwrap_or_else(|| unnamed(server));
    let config = json!({"mcpServers": {name: entry(server)}});
    let file = RepositoryFile { path: FILE.into(), bytes: config.to_string().into_bytes() };
    let mut found = collect_files(&[file]).connections;
    for connection in &mut found {
        connection.client = format!("{CLIENT}{}", server.framework);
        connection.scope = Scope::Given;
        connection.location = server.location.clone();
        for credential in &mut connection.credentials {
            credential.location = server.location.clone();
        }
    }
    found
}

/// What it is called where the source gives it no name: the last word that tells what it is.
fn unnamed(server: &AgentServer) -> String {
    let line = server.location.line.unwrap_or_default();
    let file = server.location.file.rsplit('/').next().unwrap_or_default();
    format!("{file}:{line}")
}

fn entry(server: &AgentServer) -> Value {
    // What a variable holds is not known here, and where it comes from does not matter.
    let env = server.env.iter().map(|name| (name.clone(), format!("${{{name}}}").into()));
    let env: serde_json::Map<String, Value> = env.collect();
    match (&server.command, &server.url) {
        (Some(line), _) => {
            let words = shell_words::split(line).unwrap_or_else(|_| vec![line.clone()]);
            let (command, args) = words.split_first().map_or(("", &[][..]), |(a, b)| (a, b));
            json!({"command": command, "args": args, "env": env})
        }
        (None, url) => json!({"type": "http", "url": url}),
    }
}
