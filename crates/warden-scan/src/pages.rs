//! Runs the examples on every page, and holds the house rules of the folder of rules.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value};
use warden_flow::{Limits, analyse, ir::Language};
use warden_model::{
    AutoApprove, Class, Connection, Definition, DefinitionKind, Endpoint, Finding, Hidden, Launch,
    Location, Origin, Package, Pinning, Registry, Remote, Scan, Scope, Setting, Snapshot,
    SourceFile, SourceTree, Surface, Transport,
};

use crate::{
    Context, Meta, RULES, Rule, SourceView,
    engine::{run, run_source, threads},
    models::models,
    rule,
    rules::{CONFIGURATION_RULES, SOURCE_RULES},
    scan,
    settle::{self, Decisions, Ignores, Show, Trust},
    source::program,
    supply::{
        Database, Judging, Known, LicencePolicy, Supply,
        example::{self, supply},
        judge,
    },
};

/// One example of a page.
struct Block {
    fires: bool,
    example: Example,
}

/// What an example is made of.
enum Example {
    /// A configuration or the answer to `tools/list`, by `connection` or `tools`.
    Json(String, Value),
    /// A file of suppressions.
    Ignores(String),
    /// Files of source code, in the language that the fence names.
    Code(Language, SourceTree),
    /// Lock files and what stands beside them.
    Supply(Box<Supply>),
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let body = body.join("\n");
        let tags: Vec<&str> = fence.split(' ').collect();
        let (verdict, example) = match tags[..] {
            ["json", sort @ ("connection" | "tools"), verdict] => {
                let json = serde_json::from_str(&body)
                    .unwrap_or_else(|error| panic!("{error} in {body:?}"));
                (verdict, Example::Json(sort.to_owned(), json))
            }
            ["toml", "ignore", verdict] => (verdict, Example::Ignores(body)),
            [_, name, verdict] => (verdict, Example::Supply(Box::new(supply(name, &body)))),
            [tag, verdict] => (verdict, code(tag, &body)),
            _ => panic!("a fence needs two or three words: {line}"),
        };
        assert!(matches!(verdict, "fires" | "clean"), "{line}");
        found.push(Block { fires: verdict == "fires", example });
    }
    found
}

/// The files of an example: one, or several that lines such as `# file: server/mail.py` begin.
fn code(tag: &str, body: &str) -> Example {
    let language = Language::of_path(&format!("server.{tag}"))
        .unwrap_or_else(|| panic!("no language is called `{tag}`"));
    let file = |(path, text): (String, String)| SourceFile { path, bytes: text.into_bytes() };
    let mut tree = SourceTree {
        name: "example".into(),
        files: files(&format!("server.{tag}"), body).into_iter().map(file).collect(),
        ..SourceTree::default()
    };
    tree.sort();
    Example::Code(language, tree)
}

/// The files of a body, of which the first is called `first` if it does not say so.
pub(crate) fn files(first: &str, body: &str) -> Vec<(String, String)> {
    let mut files = vec![(first.to_owned(), String::new())];
    for line in body.lines() {
        let path = ["# file: ", "// file: "].iter().find_map(|start| line.strip_prefix(start));
        match (path, files.last_mut()) {
            (Some(path), _) => files.push((path.trim().to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    files.retain(|(_, text)| !text.trim().is_empty());
    files
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
        user: None,
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

/// What a rule says of an example.
fn told(rule: &dyn Rule, example: &Example) -> Vec<Finding> {
    match example {
        Example::Json(sort, json) => run(rule, &Context::of(&snapshot(sort, json))),
        Example::Ignores(text) => ignored(text),
        Example::Supply(supply) => judged(supply, rule.meta().id),
        Example::Code(_, tree) => {
            let program = program(tree, Limits::default());
            let analysis = analyse(&program, models());
            run_source(rule, &SourceView::of(tree, &analysis))
        }
    }
}

/// What one rule says of lock files.
fn judged(supply: &Supply, rule: &str) -> Vec<Finding> {
    let database = Database::starter().expect("what is built in is whole");
    let policy = LicencePolicy::default();
    let how = Judging { known: Known::built_in(), licences: &policy, now: example::NOW };
    let mut findings = judge(supply, &database, &how).findings;
    findings.retain(|finding| finding.rule == rule);
    findings
}

/// What is said of a file of suppressions, about a scan with one finding.
fn ignored(text: &str) -> Vec<Finding> {
    let finding =
        settle::tests::sample("dangerous-capability", Class::ScopeExcess, "tools/run.py", 1);
    let mut scan = Scan { findings: vec![finding], ..Scan::default() };
    let ignores = Ignores::read(text, ".mcpwarden.toml").expect("the example is well formed");
    let decisions = Decisions {
        ignores: &ignores,
        comments: &[],
        trust: Trust::Nobody,
        baseline: None,
        show: Show::All,
        today: settle::tests::today(),
    };
    settle::settle(&mut scan, &decisions);
    scan.findings.retain(|finding| finding.rule == "invalid-suppression");
    scan.findings
}

/// TypeScript with JSX is TypeScript to a page.
fn page_language(language: Language) -> Language {
    if language == Language::Tsx { Language::TypeScript } else { language }
}

/// Both kinds of example are there at least twice, for every language that a rule reads.
fn enough(meta: &Meta, blocks: &[Block]) {
    let count = |fires: bool, wanted: Option<Language>| {
        let fits = |block: &&Block| {
            block.fires == fires
                && match block.example {
                    Example::Json(..) | Example::Ignores(_) | Example::Supply(_) => {
                        wanted.is_none()
                    }
                    Example::Code(language, _) => wanted == Some(page_language(language)),
                }
        };
        blocks.iter().filter(fits).count()
    };
    let mut wanted: Vec<Option<Language>> = meta.languages.iter().copied().map(Some).collect();
    if wanted.is_empty() {
        wanted.push(None);
    }
    for language in wanted {
        for fires in [true, false] {
            let count = count(fires, language);
            assert!(count >= 2, "{}: {count} for {language:?} with fires={fires}", meta.id);
        }
    }
    for block in blocks {
        if let Example::Code(language, _) = block.example {
            let known = meta.languages.contains(&page_language(language));
            assert!(known, "{}: an example in {language:?}, which it does not read", meta.id);
        }
    }
}

#[test]
fn every_example_on_every_page_does_what_the_page_says() {
    let pool = threads(0).expect("threads can be started");
    let wrong: Vec<String> = pool.install(|| {
        let mut wrong = Vec::new();
        for rule in RULES.iter() {
            let meta = rule.meta();
            let blocks = blocks(meta.page);
            enough(meta, &blocks);
            for (at, block) in blocks.iter().enumerate() {
                let found = told(*rule, &block.example);
                let told: Vec<&str> =
                    found.iter().map(|finding| finding.message.as_str()).collect();
                if found.is_empty() == block.fires {
                    wrong.push(format!("{}: example {} gives {told:?}", meta.id, at + 1));
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// R70: of each of the four things that can be wrong with identity and access there are rules, which
/// find what is wrong in every example of that, and nothing in what is right.
#[test]
fn identity_and_access_has_rules_that_find_what_is_wrong_and_nothing_else() {
    for (what, classes) in [
        ("no authentication", [Class::AuthNone].as_slice()),
        ("credentials in storage that is set up badly", &[Class::SecretExposure]),
        ("tools with too wide a scope", &[Class::ScopeExcess]),
        ("nobody asks who may do what in a session", &[Class::AuthzMissing, Class::SessionWeak]),
    ] {
        for class in classes {
            let rules: Vec<_> = RULES.iter().filter(|rule| rule.meta().class == *class).collect();
            assert!(!rules.is_empty(), "{what}: {class:?}");
            for rule in rules {
                let blocks = blocks(rule.meta().page);
                for fires in [true, false] {
                    let mut of_these = blocks.iter().filter(|block| block.fires == fires);
                    let right = |block: &Block| told(*rule, &block.example).is_empty() != fires;
                    assert!(blocks.iter().any(|block| block.fires == fires), "{what}");
                    assert!(of_these.all(right), "{what}: {}", rule.meta().id);
                }
            }
        }
    }
}

#[test]
fn identifiers_are_unique_kebab_case_and_on_their_page() {
    let mut seen = BTreeSet::new();
    for found in RULES.iter() {
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

#[track_caller]
fn check_folder(folder: &str, rules: &[&dyn Rule], others: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    // A folder for rules that nobody has written yet need not be there.
    let mut files: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    files.sort();
    let mut expected: Vec<String> = rules
        .iter()
        .map(|rule| rule.meta().id.replace('-', "_"))
        .flat_map(|name| [format!("{name}.md"), format!("{name}.rs")])
        .collect();
    expected.sort();
    assert_eq!(files, expected);
}

#[test]
fn every_rule_is_a_file_a_page_and_a_line() {
    check_folder("src/rules", CONFIGURATION_RULES, &["source", "source.rs"]);
    check_folder("src/rules/source", SOURCE_RULES, &[]);
}

#[test]
fn an_example_may_have_several_files() {
    let body = "// file: package.json\n{}\n// file: src/a.ts\nlet a = 1;\n";
    let Example::Code(language, tree) = code("ts", body) else { panic!("it is code") };
    let paths: Vec<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!((language, paths), (Language::TypeScript, vec!["package.json", "src/a.ts"]));
    let Example::Code(_, tree) = code("py", "x = 1\n") else { panic!("it is code") };
    assert_eq!(tree.files[0].path, "server.py");
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
