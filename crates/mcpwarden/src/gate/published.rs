//! What a repository publishes or serves itself: `server.json` of the registry of MCP, and
//! configurations of our gateway.

use warden_collect::{
    Configurations, RepositoryFile,
    document::{Document, Format, Node, pointer_push},
    package, supply,
};
use warden_model::{Digest, Hidden, Launch, Location, Setting};

use super::{
    brought::{address, launched},
    what::{Brought, Registry, What, release},
};
use crate::gateway;

/// The registries that a `server.json` may name as where a package is: the host backwards, since
/// nothing here is to be mistaken for an address that is asked.
const USUAL: &[&[&str]] = &[&["registry", "npmjs", "org"], &["pypi", "org"]];

/// Whether a path is that of a configuration of our gateway.
pub(super) fn is_gateway(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "gateway.toml" || name.ends_with(".gateway.toml")
}

/// Whether a file is a configuration of our gateway: it is called like one, or its name says
/// nothing, and it has a list of servers as one has. Another program's file of that name has none.
pub(super) fn is_ours(names: &Configurations, path: &str, bytes: &[u8]) -> bool {
    let toml = path.rsplit_once('.').is_some_and(|(_, end)| end == "toml");
    let other = names.has(path) || supply::is_read(path);
    if !toml || other && !is_gateway(path) {
        return false;
    }
    match Document::parse(bytes, Format::Toml) {
        Ok(document) => document.root().get("server").is_some_and(|node| node.items().is_some()),
        Err(_) => is_gateway(path),
    }
}

/// Adds the servers of a gateway's configuration.
pub(super) fn gateway(file: &RepositoryFile, out: &mut Vec<Brought>) {
    let text = String::from_utf8_lossy(&file.bytes);
    let document = Document::parse(&file.bytes, Format::Toml).ok();
    let place = |nth: usize| {
        let pointer = format!("/server/{nth}");
        let node = document.as_ref().and_then(|document| document.at(&pointer));
        let at = node.and_then(|node| Some(document.as_ref()?.position(node.span.start)));
        Location {
            file: file.path.clone(),
            line: at.map(|at| at.line),
            column: at.map(|at| at.column),
            pointer: Some(pointer),
            function: None,
        }
    };
    match gateway::checked(&text) {
        Ok(config) => {
            let each = config.servers.iter().enumerate();
            out.extend(each.map(|(nth, server)| gateway_server(server, place(nth))));
        }
        Err(why) => out.push(Brought {
            name: "?".to_owned(),
            print: Digest::of_parts([file.path.as_bytes(), why.as_bytes()]),
            location: Location { file: file.path.clone(), ..Location::default() },
            by: "gateway".to_owned(),
            what: What::Unread { why: format!("no configuration of a gateway: {why}") },
        }),
    }
}

fn gateway_server(server: &gateway::Server, location: Location) -> Brought {
    let mut words = server.command.iter().flatten();
    let command = words.next().cloned().unwrap_or_default();
    let args: Vec<String> = words.cloned().collect();
    let what = match (&server.certified, &server.url, &server.command) {
        (_, Some(url), _) => address(url),
        (Some(name), None, None) => What::Certified(name.clone()),
        (_, None, Some(_)) => {
            let env = server.env.iter().map(|(name, value)| Setting {
                name: name.clone(),
                value: Hidden::from(value.as_str()),
                location: location.clone(),
            });
            let read = package::of(&command, &args);
            let hidden = args.iter().map(|word| Hidden::from(word.as_str())).collect();
            let launch = Launch {
                command: command.clone(),
                args: hidden,
                env: env.collect(),
                ..Launch::default()
            };
            launched(&launch, read.as_ref())
        }
        (None, None, None) => What::Untold {
            shown: server.name.clone(),
            why: "it names nothing that runs".to_owned(),
        },
    };
    // Everything that is written about it, with the values that `Debug` shows as they are.
    let whole = format!("{server:?}");
    Brought {
        name: server.name.clone(),
        print: Digest::of_parts([location.file.as_bytes(), whole.as_bytes()]),
        location,
        by: "gateway".to_owned(),
        what,
    }
}

/// Adds what a `server.json` publishes. A file of that name that is something else has nothing.
pub(super) fn server_json(file: &RepositoryFile, registries: &[String], out: &mut Vec<Brought>) {
    let document = match Document::parse(&file.bytes, Format::Json) {
        Ok(document) => document,
        Err(error) => {
            let why = format!("no `server.json`: {error}");
            out.push(Brought {
                name: "?".to_owned(),
                print: Digest::of_parts([file.path.as_bytes(), why.as_bytes()]),
                location: Location { file: file.path.clone(), ..Location::default() },
                by: "server.json".to_owned(),
                what: What::Unread { why },
            });
            return;
        }
    };
    // Older ones have it all below `server`.
    let (root, base) = match document.root().get("server") {
        Some(inner) if inner.members().is_some() => (inner, "/server"),
        _ => (document.root(), ""),
    };
    let name = root.get("name").and_then(Node::text).unwrap_or("?");
    for list in ["packages", "remotes"] {
        let items = root.get(list).and_then(Node::items).unwrap_or_default();
        for (nth, item) in items.iter().enumerate() {
            let pointer = pointer_push(&pointer_push(base, list), &nth.to_string());
            let at = document.position(item.span.start);
            let what = if list == "remotes" {
                address(text(item, &["url"]).unwrap_or_default())
            } else {
                published(item, registries)
            };
            let source = document.source(item.span.clone()).unwrap_or_default();
            out.push(Brought {
                name: name.to_owned(),
                print: Digest::of_parts([file.path.as_bytes(), name.as_bytes(), source.as_bytes()]),
                location: Location {
                    file: file.path.clone(),
                    pointer: Some(pointer),
                    line: Some(at.line),
                    column: Some(at.column),
                    function: None,
                },
                by: "server.json".to_owned(),
                what,
            });
        }
    }
}

/// The first of several spellings of a member.
fn text<'a>(node: &'a Node, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| node.get(name).and_then(Node::text))
}

/// What a package of a `server.json` is.
fn published(item: &Node, registries: &[String]) -> What {
    let kind = text(item, &["registryType", "registry_type", "registry_name"]).unwrap_or_default();
    let name = text(item, &["identifier", "name"]).unwrap_or_default().to_owned();
    let version = text(item, &["version"]);
    let shown = format!("{kind}:{name}");
    if let Some(base) = text(item, &["registryBaseUrl", "registry_base_url"])
        && !is_usual(base)
        && !registries.iter().any(|known| known.trim_end_matches('/') == base.trim_end_matches('/'))
    {
        return What::Untold { shown, why: "it names a registry that policy does not".to_owned() };
    }
    if item.get("runtimeArguments").and_then(Node::items).is_some_and(|all| !all.is_empty()) {
        let why = "its launcher is given arguments that can make it run something else".to_owned();
        return What::Untold { shown, why };
    }
    let digest = text(item, &["fileSha256", "file_sha256"]);
    let digest = digest.and_then(|hex| Digest::from_hex(hex.as_bytes()).ok());
    let registry = match kind {
        "npm" => Registry::Npm,
        "pypi" => Registry::PyPi,
        "oci" => return image(&name, version),
        _ => {
            return match digest {
                Some(digest) => What::Bytes { name: shown, digest },
                None => What::Untold { shown, why: "it names no digest of what it is".to_owned() },
            };
        }
    };
    match version.and_then(|version| release(registry, version)) {
        Some(version) => {
            What::Package { registry, name, version, allowed: digest.into_iter().collect() }
        }
        None => What::Floating { registry, name, asked: version.map(str::to_owned) },
    }
}

fn image(name: &str, version: Option<&str>) -> What {
    let word = match version {
        Some(version) if version.starts_with("sha256:") && !name.contains('@') => {
            format!("{name}@{version}")
        }
        _ => name.to_owned(),
    };
    match package::of("docker", &["run".to_owned(), word]) {
        Some(package) => super::brought::of_package(&package),
        None => What::Untold { shown: name.to_owned(), why: "it names no image".to_owned() },
    }
}

fn is_usual(base: &str) -> bool {
    let host = base.strip_prefix("https://").unwrap_or_default().trim_end_matches('/');
    USUAL.iter().any(|parts| parts.join(".") == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let file = RepositoryFile { path: path.into(), bytes: text.into() };
        let mut out = Vec::new();
        if is_ours(&Configurations::default(), path, text.as_bytes()) {
            gateway(&file, &mut out);
        } else {
            server_json(&file, &["https://npm.company.example".into()], &mut out);
        }
        let line = |one: &Brought| one.location.line.unwrap_or_default();
        out.iter().map(|one| format!("{} {} {}", line(one), one.name, one.what.shown())).collect()
    }

    #[test]
    fn what_is_published_is_told_with_its_place() {
        let usual = USUAL[0].join(".");
        let text = format!(
            r#"{{"name": "io.example/mail", "packages": [
                {{"registryType": "npm", "registryBaseUrl": "https://{usual}", "identifier": "@acme/mail", "version": "1.2.3"}},
                {{"registryType": "npm", "registryBaseUrl": "https://x.example", "identifier": "@acme/mail", "version": "1.2.3"}},
                {{"registryType": "npm", "registryBaseUrl": "https://npm.company.example/", "identifier": "a", "version": "1.2.3"}},
                {{"registryType": "pypi", "identifier": "mail", "version": ">=1"}},
                {{"registryType": "mcpb", "identifier": "https://x.example/a.mcpb", "fileSha256": "{}"}},
                {{"registryType": "npm", "identifier": "a", "version": "1.0.0", "runtimeArguments": [{{"type": "named"}}]}}],
              "remotes": [{{"type": "streamable-http", "url": "https://mcp.example/mcp"}},
                {{"type": "sse", "url": "https://{{host}}/mcp"}}]}}"#,
            "0".repeat(64)
        );
        let bundle =
            format!("6 io.example/mail mcpb:https://x.example/a.mcpb@sha256:{}", "0".repeat(64));
        assert_eq!(
            told("server.json", &text),
            [
                "2 io.example/mail npm:@acme/mail@1.2.3",
                "3 io.example/mail npm:@acme/mail",
                "4 io.example/mail npm:a@1.2.3",
                "5 io.example/mail pypi:mail@>=1",
                &bundle,
                "7 io.example/mail npm:a",
                "8 io.example/mail https://mcp.example/mcp",
                "9 io.example/mail https://{host}/mcp",
            ]
        );
        assert!(told("server.json", r#"{"listen": 80}"#).is_empty());
        assert_eq!(told("server.json", "{"), ["0 ? something that could not be read"]);
    }

    #[test]
    fn servers_of_a_gateway_are_told_with_their_places() {
        let text = "listen = \"127.0.0.1:0\"\n\n[[server]]\nname = \"mail\"\ncommand = [\"npx\", \"-y\", \"@acme/mail@1.2.3\"]\n\n\
                    [[server]]\nname = \"crm\"\nurl = \"https://crm.example/mcp\"\n\n\
                    [[server]]\nname = \"clock\"\ncertified = \"clock\"\n\n\
                    [[server]]\nname = \"own\"\ncommand = [\"./server\"]\n";
        assert_eq!(
            told("deploy/gateway.toml", text),
            [
                "3 mail npm:@acme/mail@1.2.3",
                "7 crm https://crm.example/mcp",
                "11 clock mcpwarden run clock",
                "15 own local:./server",
            ]
        );
        assert_eq!(told("gateway.toml", "["), ["0 ? something that could not be read"]);
        assert_eq!(
            told("gateway.toml", "[[server]]\nnam = \"x\"\n"),
            ["0 ? something that could not be read"]
        );
        let ours = |path, text: &str| is_ours(&Configurations::default(), path, text.as_bytes());
        assert!(!ours("gateway.toml", "[routes]\n"), "somebody else's");
        assert!(!ours(".codex/config.toml", "[[server]]\n"), "of a client, whatever is in it");
        assert!(ours("named.toml", "[[server]]\n"), "one that was named");
    }
}
