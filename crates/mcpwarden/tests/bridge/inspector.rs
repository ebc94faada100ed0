//! MCP Inspector's command line shows the same through the gateway.

use serde_json::{Value, json};
use warden_testkit::{Outcome, TestHome};

use crate::{
    Once,
    compare::differences,
    gateway::Gateway,
    parties::{Era, Server, Target, Transport, fixtures},
};

/// What is asked, one run each.
const ASKED: &[&[&str]] = &[
    &["--method", "tools/list"],
    &["--method", "tools/call", "--tool-name", "weather", "--tool-arg", "city=Oslo"],
    &["--method", "prompts/list"],
    &["--method", "prompts/get", "--prompt-name", "review", "--prompt-args", "language=rust"],
    &["--method", "resources/list"],
    &["--method", "resources/templates/list"],
    &["--method", "resources/read", "--uri", "notes://day/friday"],
];

/// Members that say who answers and for how long, or that only one era has.
const OWN: &[&str] = &["/ttlMs", "/cacheScope", "/execution", "/_meta"];

macro_rules! inspected {
    ($($name:ident: $era:ident, $on:ident => $server:ident, $at:ident;)*) => {$(
        #[test]
        fn $name() {
            check(Era::$era, Transport::$on, Server::$server, Transport::$at);
        }
    )*};
}

inspected! {
    legacy_typescript_on_http_is_the_same_to_the_inspector_on_http: Legacy, Http => TypeScriptV1, Http;
    modern_python_on_stdio_is_the_same_to_the_inspector_on_stdio: Legacy, Stdio => PythonV2, Stdio;
    modern_typescript_on_http_is_the_same_to_the_inspector_on_sse: Legacy, Sse => TypeScriptV2, Http;
    legacy_python_on_http_is_the_same_to_the_modern_inspector_on_stdio: Modern, Stdio => PythonV1, Http;
    modern_typescript_on_stdio_is_the_same_to_the_modern_inspector_on_http: Modern, Http => TypeScriptV2, Stdio;
}

#[test]
fn modern_python_on_http_directly_is_the_same_to_the_modern_inspector() {
    let home = TestHome::new();
    let running = Server::PythonV2.serve(&home, Transport::Http);
    let seen = ask_all(&home, Era::Modern, Transport::Http, &running.target);
    assert_eq!(direct(Server::PythonV2), seen);
}

/// Asks directly and through the gateway, and compares.
#[track_caller]
fn check(era: Era, on: Transport, server: Server, at: Transport) {
    let home = TestHome::new();
    let running = server.serve(&home, at);
    let gateway = Gateway::before(&home, &running, at, on);
    let through = ask_all(&home, era, on, &gateway.target);
    let mut found = differences(&direct(server.sibling(era)), &through);
    found.retain(|difference| !OWN.iter().any(|own| difference.at.contains(own)));
    assert!(found.is_empty(), "the inspector sees {server:?} changed: {found:#?}");
}

/// What the inspector sees of a server without a gateway, in the server's era.
#[track_caller]
fn direct(server: Server) -> Value {
    static SEEN: Once<Server> = Once::new();
    SEEN.get(server, || {
        let home = TestHome::new();
        let running = server.serve(&home, Transport::Stdio);
        ask_all(&home, server.era(), Transport::Stdio, &running.target)
    })
}

#[track_caller]
fn ask_all(home: &TestHome, era: Era, on: Transport, target: &Target) -> Value {
    let entry = match target {
        Target::Command(words) => {
            // The inspector hands on little of its own environment.
            let env = json!({"MCPWARDEN_HOME": home.warden()});
            json!({"type": "stdio", "command": words[0], "args": words[1..], "env": env})
        }
        Target::Url(url) if on == Transport::Sse => json!({"type": "sse", "url": url}),
        Target::Url(url) => json!({"type": "streamable-http", "url": url}),
    };
    let config = json!({"mcpServers": {"features": entry}}).to_string();
    let config = home.write("inspector.json", config);
    let script =
        "node/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js";
    let one = |asked: &&[&str]| {
        let mut command = home.command("node");
        command.arg(fixtures().join(script)).args(["--cli", "--quiet", "--config"]).arg(&config);
        let era = if era == Era::Legacy { "legacy" } else { "modern" };
        command.args(["--server", "features", "--protocol-era", era]).args(*asked);
        let answer = Outcome::of(&mut command, b"").success();
        match serde_json::from_str::<Value>(&answer) {
            Ok(answer) => answer,
            Err(error) => panic!("the inspector prints no answer: {error}\n{answer}"),
        }
    };
    ASKED.iter().map(one).collect()
}
