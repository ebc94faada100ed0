//! What a server says of itself to those who install it: hosts, addresses and words of its
//! README, manifests and tool definitions.
//!
//! A destination that stands here was named before anything was sent to it. Comments and
//! variables of the program do not count: who installs a server does not read them.

pub(crate) mod host;

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::Value;
use warden_model::{SourceFile, SourceTree};

use super::surface::ServerSurface;
use host::{Host, label, registrable};

/// Bytes of one file that are looked at.
const LARGEST: usize = 512 << 10;

/// What is said before anybody runs anything.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// Everything that is said, in lower case.
    text: String,
    /// What each tool says, in lower case, in the order of the surface.
    tools: Vec<String>,
    hosts: BTreeSet<String>,
    domains: BTreeSet<String>,
    mails: BTreeSet<String>,
    words: Words,
    /// Whether there is a text for people, and not a manifest alone.
    described: bool,
}

/// The words of texts. Names are written as one word or as several: up to three that follow each
/// other count as one.
#[derive(Debug, Default)]
struct Words {
    /// All of them without anything between them, but for texts.
    letters: String,
    /// Where they begin and end in that, in order.
    bounds: Vec<usize>,
}

impl Words {
    fn add(&mut self, text: &str) {
        self.letters.push('\n');
        self.bounds.push(self.letters.len());
        for word in text.split(|char: char| !char.is_alphanumeric()).filter(|w| !w.is_empty()) {
            self.letters.push_str(word);
            self.bounds.push(self.letters.len());
        }
    }

    fn has(&self, word: &str) -> bool {
        let Some(step) = word.chars().next().map(char::len_utf8) else { return false };
        let mut from = 0;
        while let Some(found) = self.letters.get(from..).and_then(|rest| rest.find(word)) {
            let start = from + found;
            if self.is_whole(start, start + word.len()) {
                return true;
            }
            from = start + step;
        }
        false
    }

    /// Whether one word or up to three stand between two places.
    fn is_whole(&self, start: usize, end: usize) -> bool {
        let Ok(first) = self.bounds.binary_search(&start) else { return false };
        self.bounds.iter().skip(first + 1).take(3).any(|bound| *bound == end)
    }
}

/// How a destination stands to what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It is named.
    Named,
    /// It belongs to what is named: the same domain, or the product that the texts speak of.
    Kin,
    /// Nothing speaks of it.
    Foreign,
}

impl Declared {
    /// Collects what a tree and its tools say.
    pub(crate) fn of(tree: &SourceTree, surface: &ServerSurface) -> Self {
        let mut declared = Self::default();
        for file in &tree.files {
            if let Some(text) = declaration(file) {
                declared.described |= file.name().rsplit('.').next() != Some("json");
                declared.add(&text);
            }
        }
        declared.add(&tree.name);
        for server in &surface.servers {
            let said = [&server.name, &server.instructions];
            said.into_iter().flatten().for_each(|text| declared.add(text));
        }
        for tool in &surface.tools {
            let mut said = String::new();
            let head = [&tool.name, &tool.title, &tool.description];
            for text in head.into_iter().flatten() {
                said.push_str(text);
                said.push('\n');
            }
            for param in &tool.params {
                said.push_str(&param.name);
                said.push(' ');
                said.push_str(param.description.as_deref().unwrap_or_default());
                said.push('\n');
            }
            declared.add(&said);
            declared.tools.push(said.to_lowercase());
        }
        declared
    }

    fn add(&mut self, text: &str) {
        let lower = text.to_lowercase();
        for found in HOSTS.find_iter(&lower) {
            let name = found.as_str().trim_end_matches('.');
            if host::plausible(name) {
                self.domains.insert(registrable(name).to_owned());
                self.hosts.insert(name.to_owned());
            }
        }
        self.mails.extend(MAILS.find_iter(&lower).map(|found| found.as_str().to_owned()));
        self.words.add(&lower);
        self.text.push_str(&lower);
        self.text.push('\n');
    }

    /// How a host stands to what is said.
    pub(crate) fn standing(&self, host: &Host) -> Standing {
        match host {
            Host::Name(name) => self.name(name),
            // The start of it is worked out: what is left is the domain.
            Host::Below(name) => match self.name(name) {
                Standing::Named => Standing::Named,
                other => other,
            },
            Host::Address(address) if self.text.contains(&address.to_string()) => Standing::Named,
            Host::Address(_) => Standing::Foreign,
        }
    }

    fn name(&self, name: &str) -> Standing {
        let name = name.to_lowercase();
        let above = |known: &String| {
            name.strip_suffix(known.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        if self.hosts.contains(&name) {
            return Standing::Named;
        }
        // `*.example.org` names everything below it.
        let wild = self.hosts.iter().filter(|known| above(known));
        if wild.into_iter().any(|known| self.text.contains(&format!("*.{known}"))) {
            return Standing::Named;
        }
        let domain = registrable(&name);
        if self.domains.contains(domain) {
            return Standing::Kin;
        }
        let plain = |text: &str| text.replace(['-', '_'], "");
        let word = plain(label(&name));
        let spoken = word.len() >= 4 && !GENERIC.contains(&word.as_str()) && self.words.has(&word);
        // `en.wikipedia.org` by its domain, `hn.algolia.com` by the product before it.
        let inner = name.strip_suffix(domain).unwrap_or_default().split('.').map(plain);
        let part = |part: String| {
            part.len() >= 5 && !GENERIC.contains(&part.as_str()) && self.words.has(&part)
        };
        if spoken || inner.into_iter().any(part) { Standing::Kin } else { Standing::Foreign }
    }

    /// Whether anything in the domain of a host is named.
    pub(crate) fn names_domain(&self, host: &Host) -> bool {
        match host {
            Host::Name(name) | Host::Below(name) => self.domains.contains(registrable(name)),
            Host::Address(_) => false,
        }
    }

    /// Whether a mail address is named.
    pub(crate) fn mail(&self, address: &str) -> bool {
        self.mails.contains(&address.to_lowercase())
    }

    /// Whether a text for people is there.
    pub(crate) fn described(&self) -> bool {
        self.described
    }

    /// Whether any of these, in lower case, is spoken of.
    pub(crate) fn says(&self, any: &[&str]) -> bool {
        any.iter().any(|wanted| self.text.contains(wanted))
    }

    /// Whether a tool speaks of any of these, in lower case.
    pub(crate) fn tool_says(&self, tool: usize, any: &[&str]) -> bool {
        self.tools.get(tool).is_some_and(|text| any.iter().any(|wanted| text.contains(wanted)))
    }

    /// Whether a word, in lower case, is among the words.
    pub(crate) fn word(&self, word: &str) -> bool {
        self.words.has(word)
    }
}

static HOSTS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[a-z0-9](?:[a-z0-9_-]{0,62}\.)+[a-z][a-z0-9-]{1,24}"));
static MAILS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}"));

/// A pattern of ours.
#[expect(clippy::expect_used, reason = "a constant that every test runs through")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours is well formed")
}

/// Words that name no product.
const GENERIC: &[&str] = &[
    "access",
    "account",
    "agent",
    "analytics",
    "api",
    "apis",
    "auth",
    "backup",
    "beacon",
    "cache",
    "cdn",
    "check",
    "client",
    "cloud",
    "code",
    "collect",
    "collector",
    "config",
    "content",
    "data",
    "default",
    "deploy",
    "desk",
    "develop",
    "docs",
    "download",
    "edge",
    "event",
    "events",
    "example",
    "files",
    "gateway",
    "health",
    "hooks",
    "host",
    "http",
    "https",
    "image",
    "images",
    "info",
    "ingest",
    "install",
    "internal",
    "item",
    "items",
    "link",
    "list",
    "local",
    "login",
    "logs",
    "mail",
    "manager",
    "metrics",
    "mirror",
    "model",
    "name",
    "names",
    "network",
    "node",
    "note",
    "package",
    "page",
    "pages",
    "path",
    "ping",
    "plugin",
    "proxy",
    "public",
    "query",
    "registry",
    "relay",
    "release",
    "releases",
    "remote",
    "report",
    "reports",
    "request",
    "requests",
    "root",
    "script",
    "search",
    "server",
    "servers",
    "service",
    "services",
    "setup",
    "share",
    "source",
    "start",
    "static",
    "stats",
    "status",
    "storage",
    "store",
    "support",
    "sync",
    "system",
    "team",
    "telemetry",
    "test",
    "text",
    "token",
    "tool",
    "tools",
    "trace",
    "track",
    "update",
    "updates",
    "upload",
    "usage",
    "user",
    "users",
    "version",
    "webhook",
    "work",
    "workers",
];

/// The text of a file that speaks to whoever installs the server.
fn declaration(file: &SourceFile) -> Option<String> {
    let name = file.name().to_ascii_lowercase();
    let top = file.path.matches('/').count() <= 1;
    let docs = file.path.starts_with("docs/") || file.path.contains("/docs/");
    let text =
        || String::from_utf8_lossy(file.bytes.get(..LARGEST).unwrap_or(&file.bytes)).into_owned();
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let prose = matches!(end, "md" | "rst" | "mdx");
    let history =
        ["changelog", "license", "contributing", "code_of_conduct", "history", "claude", "agents"];
    if prose && (top || docs || name.starts_with("readme")) {
        return (!history.iter().any(|start| name.starts_with(start))).then(text);
    }
    match name.as_str() {
        "package.json" | "manifest.json" | "server.json" | "mcp.json" => said_in_json(&file.bytes),
        "readme" | "readme.txt" | "metadata" | "pkg-info" | "pyproject.toml" | "setup.cfg"
        | "smithery.yaml" | "smithery.yml" | ".env.example" | ".env.sample" | ".env.template"
        | "env.example" | "server.yaml" | "privacy.txt" => Some(text()),
        "go.mod" => text().lines().find(|line| line.starts_with("module ")).map(str::to_owned),
        _ => None,
    }
}

/// Members of a manifest that speak to people. What scripts and dependencies hold does not.
fn said_in_json(bytes: &[u8]) -> Option<String> {
    let manifest: Value = serde_json::from_slice(bytes).ok()?;
    let mut said = String::new();
    let members = manifest.as_object()?;
    for (name, value) in members {
        let silent = [
            "scripts",
            "dependencies",
            "devDependencies",
            "peerDependencies",
            "overrides",
            "optionalDependencies",
            "bundleDependencies",
            "resolutions",
            "files",
            "exports",
            "imports",
        ];
        if !silent.contains(&name.as_str()) {
            said.push_str(&value.to_string());
            said.push('\n');
        }
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_three_words_that_follow_each_other_are_one() {
        let mut words = Words::default();
        words.add("the hacker-news aa a search");
        words.add("api of elsewhere");
        for known in ["hacker", "hackernews", "thehackernews", "aaa", "aaasearch", "api"] {
            assert!(words.has(known), "{known}");
        }
        for unknown in ["", "hack", "ackernews", "thehackernewsaa", "searchapi", "aasearch"] {
            assert!(!words.has(unknown), "{unknown}");
        }
    }

    fn declared(readme: &str) -> Declared {
        let file = |(path, text): (&str, &str)| SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let manifest = r#"{"name": "skywatch-mcp", "scripts": {"x": "curl https://evil.example"}}"#;
        let files = [("README.md", readme), ("package.json", manifest)].map(file).to_vec();
        let mut tree = SourceTree { files, ..SourceTree::default() };
        tree.sort();
        Declared::of(&tree, &ServerSurface::default())
    }

    #[track_caller]
    fn check(readme: &str, host: &str, standing: Standing) {
        let found = declared(readme).standing(&Host::of(host).expect("a host"));
        assert_eq!(found, standing, "{host} in {readme:?}");
    }

    #[test]
    fn hosts_stand_where_the_texts_put_them() {
        let readme =
            "Weather from `https://api.weather.example/v1`, and Open-Meteo. *.tiles.example";
        check(readme, "api.weather.example", Standing::Named);
        check(readme, "stats.weather.example", Standing::Kin);
        check(readme, "api.open-meteo.com", Standing::Kin);
        check(readme, "a.tiles.example", Standing::Named);
        check(readme, "skywatch.example", Standing::Kin);
        check(readme, "sky-diag.example", Standing::Foreign);
        check(readme, "evil.example", Standing::Foreign);
        check(readme, "203.0.113.9", Standing::Foreign);
        check("sends to 203.0.113.9", "203.0.113.9", Standing::Named);
    }

    #[test]
    fn names_of_files_are_no_hosts() {
        assert!(declared("run server.py or index.js").hosts.is_empty());
        assert!(declared("write to help@weather.example").mail("Help@weather.example"));
    }
}
