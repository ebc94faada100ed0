//! Runs the examples on every page, and holds the house rules of the folder of rules.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value};
use warden_model::{
    AutoApprove, Connection, Definition, DefinitionKind, Endpoint, Finding, Hidden, Launch,
    Location, Origin, Package, Pinning, Registry, Remote, Scope, Setting, Snapshot, Surface,
    Transport,
};

use crate::{Context, RULES, engine::run, rule, scan};

/// One example of a page.
struct Block {
    /// `connection` or `tools`.
    sort: String,
    fires: bool,
    json: Value,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let tags: Vec<&str> = fence.split(' ').collect();
        let [language, sort, verdict] = tags[..] else {
            panic!("a fence needs three words: {line}")
        };
        assert_eq!(language, "json");
        assert!(matches!(verdict, "fires" | "clean"), "{line}");
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let json = serde_json::from_str(&body.join("\n"))
            .unwrap_or_else(|error| panic!("{error} in {body:?}"));
        found.push(Block { sort: sort.to_owned(), fires: verdict == "fires", json });
    }
    found
}

/// The snapshot that a block describes.
pub(crate) fn snapshot(sort: &str, json: &Value) -> Snapshot {
    let mut snapshot = Snapshot::default();
    match sort {
        "connection" => {
            for (name, entry) in members(json, "mcpServers") {
                snapshot.connections.push(connection(name, entry));
            }
        }
        "tools" if json.get("servers").is_some() => {
            for (name, list) in members(json, "servers") {
                snapshot.surfaces.push(surface(name, list));
            }
        }
        "tools" => snapshot.surfaces.push(surface("example", json)),
        _ => panic!("`{sort}` is neither `connection` nor `tools`"),
    }
    snapshot
}

fn members<'a>(json: &'a Value, name: &str) -> &'a Map<String, Value> {
    json[name].as_object().unwrap_or_else(|| panic!("no `{name}` in {json}"))
}

fn surface(server: &str, list: &Value) -> Surface {
    let tools = list["tools"].as_array().cloned().unwrap_or_default();
    let place = |pointer: String| Location {
        file: "tools.json".into(),
        pointer: Some(pointer),
        ..Location::default()
    };
    let definition = |(at, body): (usize, Value)| Definition {
        kind: DefinitionKind::Tool,
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        location: place(format!("/{server}/tools/{at}")),
        body,
    };
    Surface {
        origin: Origin::Saved,
        server: server.to_owned(),
        instructions: list["instructions"].as_str().map(str::to_owned),
        definitions: tools.into_iter().enumerate().map(definition).collect(),
        location: place(format!("/{server}")),
        ..Surface::default()
    }
}

fn connection(name: &str, entry: &Value) -> Connection {
    let location = Location {
        file: "mcp.json".into(),
        pointer: Some(format!("/mcpServers/{name}")),
        ..Location::default()
    };
    let settings = |member: &str| -> Vec<Setting> {
        let values = entry[member].as_object().cloned().unwrap_or_default();
        let setting = |(name, value): (String, Value)| Setting {
            name,
            value: Hidden::new(value.as_str().unwrap_or_default()),
            location: Location::default(),
        };
        values.into_iter().map(setting).collect()
    };
    let args: Vec<&str> =
        entry["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let endpoint = match entry["url"].as_str() {
        Some(url) => Endpoint::Remote(Remote { url: url.into(), headers: settings("headers") }),
        None => Endpoint::Command(Launch {
            command: entry["command"].as_str().unwrap_or_default().to_owned(),
            args: args.iter().copied().map(Hidden::from).collect(),
            env: settings("env"),
            ..Launch::default()
        }),
    };
    let listed = entry["autoApprove"].as_array();
    let auto_approve = match listed {
        Some(tools) => {
            AutoApprove::Tools(tools.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        None if entry["trust"] == true => AutoApprove::All("trust".into()),
        None => AutoApprove::Ask,
    };
    Connection {
        name: name.to_owned(),
        client: "example".into(),
        scope: Scope::Given,
        location,
        transport: if entry["url"].is_string() { Transport::Http } else { Transport::Stdio },
        endpoint,
        package: package(entry["command"].as_str().unwrap_or_default(), &args),
        credentials: Vec::new(),
        auto_approve,
        enabled: true,
        guarded: false,
    }
}

/// As much of a package's name as the examples need; the collector does it properly.
fn package(command: &str, args: &[&str]) -> Option<Package> {
    let spec = args.iter().find(|arg| !arg.starts_with('-') && !arg.starts_with("https://"))?;
    let git = |spec: &str| spec.starts_with("git+");
    let (registry, name, version) = match command {
        "npx" => {
            let at = spec.char_indices().skip(1).find(|(_, char)| *char == '@').map(|(at, _)| at);
            let (name, version) =
                at.map_or((*spec, None), |at| (spec.split_at(at).0, spec.get(at + 1..)));
            (Registry::Npm, name, version)
        }
        "uvx" if git(spec) => {
            let (name, commit) = spec.rsplit_once('@').unwrap_or((spec, ""));
            (Registry::Git, name, Some(commit))
        }
        "uvx" => {
            let (name, version) = spec
                .split_once("==")
                .or_else(|| spec.split_once('@'))
                .map_or((*spec, None), |(n, v)| (n, Some(v)));
            (Registry::PyPi, name, version)
        }
        _ => return None,
    };
    let pinning = match version {
        Some(version) if registry == Registry::Git && version.len() == 40 => Pinning::Digest,
        Some(version)
            if registry != Registry::Git && version.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Pinning::Exact
        }
        _ => Pinning::Floating,
    };
    let publisher =
        name.strip_prefix('@').and_then(|rest| rest.split('/').next()).map(str::to_owned);
    Some(Package {
        registry,
        name: name.to_owned(),
        version: version.map(str::to_owned),
        pinning,
        publisher,
    })
}

#[test]
fn every_example_on_every_page_does_what_the_page_says() {
    for rule in RULES {
        let meta = rule.meta();
        let blocks = blocks(meta.page);
        for fires in [true, false] {
            let count = blocks.iter().filter(|block| block.fires == fires).count();
            assert!(count >= 2, "{}: {count} examples with fires={fires}", meta.id);
        }
        for block in blocks {
            let snapshot = snapshot(&block.sort, &block.json);
            let found: Vec<Finding> = run(*rule, &Context::of(&snapshot));
            let told: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(
                !found.is_empty(),
                block.fires,
                "{}: {} gives {told:?}",
                meta.id,
                block.json
            );
        }
    }
}

#[test]
fn identifiers_are_unique_kebab_case_and_on_their_page() {
    let mut seen = BTreeSet::new();
    for found in RULES {
        let meta = found.meta();
        assert!(
            meta.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{}",
            meta.id
        );
        assert!(seen.insert(meta.id), "{}", meta.id);
        let title = format!("# `{}`: {}\n\n", meta.id, meta.title);
        assert!(meta.page.starts_with(&title), "{} should start with {title}", meta.id);
        assert!(!meta.title.ends_with('.') && !meta.help.ends_with('.'), "{}", meta.id);
        assert_eq!(rule(meta.id).map(|found| found.meta().id), Some(meta.id));
    }
    assert!(rule("no-such-rule").is_none());
}

#[test]
fn every_rule_is_a_file_a_page_and_a_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("the folder of rules")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
        .collect();
    files.sort();
    let mut expected: Vec<String> = RULES
        .iter()
        .map(|rule| rule.meta().id.replace('-', "_"))
        .flat_map(|name| [format!("{name}.md"), format!("{name}.rs")])
        .collect();
    expected.sort();
    assert_eq!(files, expected);
}

#[test]
fn a_clean_machine_has_no_finding() {
    let clean = serde_json::json!({ "mcpServers": {
        "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory@2026.8.31"] },
        "docs": { "url": "https://mcp.example.org/mcp", "headers": { "Authorization": "Bearer ${DOCS_TOKEN}" } },
    } });
    let found = scan(&snapshot("connection", &clean)).findings;
    assert_eq!(found, []);
}
