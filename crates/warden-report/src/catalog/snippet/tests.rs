use std::{collections::BTreeMap, fs};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use warden_collect::{CLIENTS, Machine, Os, collect};
use warden_model::{AutoApprove, Connection, Endpoint, Transport};

use super::*;
use crate::catalog::{percent, sample};

const GATEWAY: &str = "https://gateway.example/mcp/maps";

fn gateway() -> GatewayUrl {
    GatewayUrl::parse(GATEWAY).expect("an address")
}

fn local() -> Vec<Snippet> {
    let entry = sample::full();
    sample::catalog().snippets(&entry, &Door::to(&entry, None).expect("it starts here"))
}

fn remote() -> Vec<Snippet> {
    let entry = sample::elsewhere();
    sample::catalog()
        .snippets(&entry, &Door::to(&entry, Some(&gateway())).expect("there is a gateway"))
}

/// Writes a snippet where its client would read it, and has the scanner read it.
fn read_back(snippet: &Snippet) -> Connection {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, project) = (folder.path().join("home"), folder.path().join("project"));
    let path = snippet.place.linux;
    let file = match path.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => project.join(path.strip_prefix("./").expect("a project's file")),
    };
    for folder in [&home, &project, &file.parent().expect("a folder").to_owned()] {
        fs::create_dir_all(folder).expect("the folder can be made");
    }
    fs::write(&file, snippet.text.as_deref().expect("it has a text")).expect("it can be written");
    let machine = Machine {
        root: None,
        homes: vec![home],
        os: Os::Linux,
        env: BTreeMap::new(),
        cwd: Some(project),
    };
    let snapshot = collect(&machine, &());
    assert!(snapshot.unread.is_empty(), "{}: {:?}", snippet.client, snapshot.unread);
    let [one] = snapshot.connections.as_slice() else {
        panic!("{}: {:?}", snippet.client, snapshot.connections)
    };
    assert_eq!(one.client, snippet.client);
    assert!(one.enabled, "{}", snippet.client);
    one.clone()
}

#[test]
fn every_client_of_the_scanner_is_there_in_its_order() {
    let ours: Vec<_> = ADDERS.iter().map(|adder| adder.id).collect();
    // One is a catalog of its own, one no client.
    let known = CLIENTS.iter().map(|client| client.id);
    let known: Vec<_> = known.filter(|id| !matches!(*id, "docker-mcp" | "generic")).collect();
    assert_eq!(ours, known);
}

#[test]
fn every_client_starts_a_package_through_us() {
    for snippet in local() {
        let one = read_back(&snippet);
        assert_eq!((one.name.as_str(), one.transport), ("weather", Transport::Stdio));
        let Endpoint::Command(launch) = &one.endpoint else { panic!("{}", snippet.client) };
        let args: Vec<_> = launch.args.iter().map(|arg| arg.reveal().to_owned()).collect();
        assert_eq!(launch.command, "mcpwarden", "{}", snippet.client);
        assert_eq!(args, ["run", "com.example/weather"], "{}", snippet.client);
    }
}

#[test]
fn every_client_reaches_a_remote_server_through_the_gateway() {
    let mut read = 0;
    for snippet in remote().iter().filter(|snippet| snippet.text.is_some()) {
        let one = read_back(snippet);
        assert_eq!((one.name.as_str(), one.transport), ("maps", Transport::Http), "{}", one.client);
        let Endpoint::Remote(remote) = &one.endpoint else { panic!("{}", snippet.client) };
        assert_eq!(remote.url.reveal(), GATEWAY, "{}", snippet.client);
        read += 1;
    }
    assert!(read >= 35, "{read}");
}

#[test]
fn no_snippet_lets_tools_run_without_asking() {
    // For this client `tools` says which tools there are; the scanner takes it for the other.
    let asks = |snippet: &&Snippet| snippet.client != "copilot-cli" && snippet.text.is_some();
    for snippet in local().iter().chain(&remote()).filter(asks) {
        assert_eq!(read_back(snippet).auto_approve, AutoApprove::Ask, "{}", snippet.client);
    }
}

#[test]
fn snippets_read_as_people_write_them() {
    let chosen = ["claude-code", "vscode", "continue", "codex", "goose", "opencode", "vibe"];
    let mut out = String::new();
    for one in local().iter().chain(&remote()).filter(|one| chosen.contains(&one.client)) {
        out.push_str(&format!("# {}\n{}\n", one.client, one.text.as_deref().unwrap_or("-")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn links_hold_what_their_clients_expect() {
    let find = |list: &[Snippet], id: &str| {
        let one = list.iter().find(|one| one.client == id).expect("it is there");
        one.link.clone().expect("it has a link")
    };
    let code = find(&local(), "vscode");
    let inner = percent::decode(code.strip_prefix("vscode:mcp/install?").expect("its scheme"));
    let inner: Value = serde_json::from_str(&inner.expect("it is encoded")).expect("it is JSON");
    assert_eq!(
        inner,
        json!({
            "name": "weather",
            "type": "stdio",
            "command": "mcpwarden",
            "args": ["run", "com.example/weather"],
        })
    );
    for (id, start) in [
        ("cursor", "cursor://anysphere.cursor-deeplink/mcp/install?name=maps&config="),
        ("lm-studio", "lmstudio://add_mcp?name=maps&config="),
    ] {
        let link = find(&remote(), id);
        let config = percent::decode(link.strip_prefix(start).expect("its start"));
        let config = STANDARD.decode(config.expect("it is encoded")).expect("it is base64");
        let config: Value = serde_json::from_slice(&config).expect("it is JSON");
        assert_eq!(config, json!({"url": GATEWAY}));
    }
}

#[test]
fn commands_are_words_for_a_shell() {
    let all: Vec<_> = local().into_iter().chain(remote()).filter_map(|one| one.command).collect();
    insta::assert_snapshot!(all.join("\n"));
    for command in all {
        shell_words::split(&command).expect("a shell reads it");
    }
}

#[test]
fn a_server_elsewhere_needs_the_gateway() {
    assert_eq!(Door::to(&sample::elsewhere(), None), None);
}

#[test]
fn an_address_that_a_shell_or_a_page_could_misread_is_none() {
    for url in [
        "gateway.example/mcp",
        "https://gateway.example/mcp?a=b",
        "https://gateway.example/$(id)",
        "https://gateway.example/'",
        "https://gateway.example/;id",
        "javascript:alert(1)",
    ] {
        assert_eq!(GatewayUrl::parse(url), Err(BadUrl), "{url}");
    }
}

#[test]
fn a_name_with_dots_becomes_one_that_clients_take() {
    let mut entry = sample::full();
    entry.name = "com.example/weather.v2".to_owned();
    assert_eq!(sample::catalog().key_name(&entry), "weather-v2");
}

#[test]
fn two_servers_with_one_short_name_do_not_replace_each_other() {
    let pair = ["com.example/weather.v2", "org.example/weather-v2"];
    let pair = pair.map(|name| sample::plain(name, "1.0.0"));
    let catalog = Catalog::of(pair.to_vec(), sample::now()).expect("they fit");
    let [one, other] = pair.map(|entry| catalog.key_name(&entry));
    assert_ne!(one, other);
    assert!(one.starts_with("weather-v2-") && one.len() == 19, "{one}");
}
