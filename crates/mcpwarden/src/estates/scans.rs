//! What a scan report says of an estate: servers, agents, connections, tools and findings.
//!
//! An agent is a client program on a machine. A server is called as it is in the configuration;
//! where two machines call different things the same, what runs is added to the name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use warden_govern::Word as _;
use warden_govern::estate::{Authentication, Network, Persistence};

use crate::{Failure, Kind};

/// The version of the report that is read.
const VERSION: u32 = 2;

/// A report, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    version: u32,
    servers: Vec<Entry>,
    findings: Vec<Found>,
    settled: Vec<Settled>,
    surfaces: Vec<Shown>,
    tools: Vec<Profile>,
    coverage: Coverage,
}

#[derive(Debug, Deserialize)]
struct Coverage {
    complete: bool,
}

#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    client: String,
    location: Place,
    transport: String,
    command: Option<String>,
    url: Option<String>,
    package: Option<Package>,
    credentials: Vec<Credential>,
    auto_approve: AutoApprove,
    guarded: bool,
    user: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Place {
    file: String,
    pointer: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Package {
    registry: String,
    name: String,
    version: Option<String>,
    publisher: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Credential {
    kind: String,
    name: String,
    literal: bool,
    production: Option<String>,
}

#[derive(Debug, Deserialize)]
struct AutoApprove {
    mode: String,
}

#[derive(Debug, Deserialize)]
struct Found {
    class: String,
    severity: String,
    message: String,
    fingerprint: String,
    server: Option<String>,
    tool: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Settled {
    until: Option<String>,
    finding: Found,
}

#[derive(Debug, Deserialize)]
struct Shown {
    server: String,
    texts: Vec<Text>,
}

#[derive(Debug, Deserialize)]
struct Text {
    kind: String,
    name: String,
    pointer: String,
    shown: String,
    effect: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    server: String,
    tool: Option<String>,
    effects: Vec<Act>,
    hosts: Vec<String>,
    systems: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Act {
    effect: String,
    certain: bool,
}

impl Report {
    /// Reads the report that is called so.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Self, Failure> {
        let bad = |why: String| {
            Failure::new(Kind::Input, format!("`{name}` is no scan report"))
                .caused_by(std::io::Error::other(why))
                .hint("make one with `mcpwarden scan --format json`")
        };
        let report: Self = serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
        if report.version != VERSION {
            return Err(bad(format!("version {} is not read; make one anew", report.version)));
        }
        Ok(report)
    }

    /// Whether everything that was there was read.
    pub(super) const fn is_complete(&self) -> bool {
        self.coverage.complete
    }

    /// Its servers, and what of each is certified, as it is written on the command line: each pair
    /// once, whatever the machine.
    pub(crate) fn targets(&self) -> BTreeSet<(String, Option<String>)> {
        self.servers.iter().map(|entry| (entry.name.clone(), entry.target())).collect()
    }

    /// What runs, for telling servers of one name apart.
    pub(super) fn runs(&self) -> impl Iterator<Item = (&str, String)> {
        self.servers.iter().map(|entry| (entry.name.as_str(), entry.runs()))
    }
}

impl Text {
    /// The parameter that it is the name of.
    fn parameter(&self) -> Option<&str> {
        let name = self.pointer.strip_prefix("/inputSchema/properties/")?;
        (!name.contains('/')).then_some(&self.shown)
    }
}

impl Entry {
    fn runs(&self) -> String {
        match (&self.package, &self.url, &self.command) {
            (Some(package), _, _) => format!("{}:{}", package.registry, package.name),
            (None, Some(url), _) => url.clone(),
            (None, None, Some(command)) => command.clone(),
            (None, None, None) => String::new(),
        }
    }

    fn target(&self) -> Option<String> {
        let Some(package) = &self.package else { return self.url.clone() };
        let Package { registry, name, version, .. } = package;
        let with = |between: &str| match version {
            Some(version) => format!("{registry}:{name}{between}{version}"),
            None => format!("{registry}:{name}"),
        };
        match registry.as_str() {
            "npm" => Some(with("@")),
            "pypi" => Some(with("==")),
            "git" => version.is_some().then(|| with("@")),
            "oci" if version.as_deref().is_some_and(|it| it.starts_with("sha256:")) => {
                Some(with("@"))
            }
            "oci" => version.is_some().then(|| with(":")),
            "local" => Some(name.clone()),
            _ => None,
        }
    }

    /// The credentials that it refers to, by kind and name; those of production, or all.
    fn credentials(&self, production: bool) -> Vec<String> {
        let all = self.credentials.iter().filter(|one| !production || one.production.is_some());
        all.map(|one| format!("{} {}", one.kind, one.name)).collect()
    }

    fn authentication(&self) -> Option<Authentication> {
        if self.transport == "stdio" {
            return Some(Authentication::Local);
        }
        // A key that stands in the file is all that the server can know of its caller.
        self.credentials.iter().any(|one| one.literal).then_some(Authentication::Static)
    }

    fn network(&self) -> Option<Network> {
        if self.transport == "stdio" {
            return Some(Network::Trusted);
        }
        let url = self.url.as_deref()?;
        let host = url.split_once("://")?.1;
        let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| host.starts_with(own));
        local.then_some(Network::Trusted)
    }
}

/// Which names stand for several things, over all reports.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, BTreeSet<String>>);

impl Names {
    /// Adds the names of a report.
    pub(super) fn add(&mut self, report: &Report) {
        for (name, runs) in report.runs() {
            self.0.entry(name.to_owned()).or_default().insert(runs);
        }
    }

    fn of(&self, entry: &Entry) -> String {
        match self.0.get(&entry.name) {
            Some(several) if several.len() > 1 => format!("{} ({})", entry.name, entry.runs()),
            _ => entry.name.clone(),
        }
    }

    /// What a report calls so; its first where it has several.
    fn called(&self, name: &str, report: &Report) -> String {
        let entry = report.servers.iter().find(|entry| entry.name == name);
        entry.map_or_else(|| name.to_owned(), |entry| self.of(entry))
    }
}

/// What a report of a machine says, as members of an estate.
pub(super) fn members(
    report: &Report,
    names: &Names,
    machine: &str,
    evidence: &str,
    day: jiff::civil::Date,
) -> Map<String, Value> {
    let mut servers: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut agents = BTreeMap::new();
    let mut connections = BTreeMap::new();
    for entry in &report.servers {
        let id = names.of(entry);
        let agent = format!("{}@{machine}", entry.client);
        agents.insert(
            agent.clone(),
            json!({"id": agent, "name": agent, "client": entry.client, "machine": machine,
                "evidence": [evidence]}),
        );
        connections.entry((agent.clone(), id.clone())).or_insert_with(|| {
            let (credentials, production) = (entry.credentials(false), entry.credentials(true));
            json!({"agent": agent, "server": id, "auto_approve": entry.auto_approve.mode != "ask",
                "file": entry.location.file, "pointer": entry.location.pointer,
                "user": entry.user, "credentials": credentials,
                "production_credentials": production})
        });
        let row = server(entry, &id, evidence);
        servers.entry(id).or_default().extend(row);
    }
    let mut hosts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let tools = tools(report, names, &mut hosts);
    for name in tools.keys().map(|(server, _)| server).chain(hosts.keys()) {
        let row = servers.entry(name.clone()).or_default();
        row.entry("id").or_insert_with(|| name.as_str().into());
        row.entry("name").or_insert_with(|| name.as_str().into());
    }
    for (name, hosts) in hosts {
        if let Some(row) = servers.get_mut(&name) {
            row.insert("declared_hosts".into(), json!(hosts));
        }
    }
    let findings = findings(report, names, evidence, day);
    let known =
        |finding: &Value| finding["server"].as_str().is_some_and(|id| servers.contains_key(id));
    let findings: Vec<_> = findings.into_iter().filter(known).collect();
    let list = |rows: Vec<Value>| Value::Array(rows);
    Map::from_iter([
        ("machines".into(), json!([{"id": machine, "scanned": day}])),
        ("agents".into(), list(agents.into_values().collect())),
        ("servers".into(), list(servers.into_values().map(Value::Object).collect())),
        ("connections".into(), list(connections.into_values().collect())),
        ("tools".into(), list(tools.into_values().map(Value::Object).collect())),
        ("findings".into(), list(findings)),
    ])
}

fn server(entry: &Entry, id: &str, evidence: &str) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert("id".into(), id.into());
    row.insert("name".into(), entry.name.as_str().into());
    row.insert("evidence".into(), json!([evidence]));
    row.insert("remote".into(), (entry.transport != "stdio").into());
    row.insert("enforced".into(), entry.guarded.into());
    let persistence = if entry.guarded { Persistence::Session } else { Persistence::Undetected };
    row.insert("persistence".into(), persistence.word().into());
    row.insert("package".into(), entry.runs().into());
    if let Some(package) = &entry.package {
        row.extend(package.version.clone().map(|version| ("version".into(), version.into())));
        let publisher = package.publisher.clone();
        row.extend(publisher.map(|publisher| ("publisher".into(), publisher.into())));
    }
    if let Some(known) = entry.authentication() {
        row.insert("authentication".into(), known.word().into());
    }
    if let Some(known) = entry.network() {
        row.insert("network".into(), known.word().into());
    }
    match entry.url.as_deref() {
        Some(url) => drop(row.insert("encrypted".into(), url.starts_with("https:").into())),
        None if entry.transport == "stdio" => drop(row.insert("encrypted".into(), true.into())),
        None => {}
    }
    row
}

type Tools = BTreeMap<(String, String), Map<String, Value>>;

fn tools<'a>(
    report: &'a Report,
    names: &Names,
    hosts: &mut BTreeMap<String, BTreeSet<&'a str>>,
) -> Tools {
    let mut tools = Tools::new();
    let row = |server: &str, name: &str| {
        Map::from_iter([("server".into(), server.into()), ("name".into(), name.into())])
    };
    for shown in &report.surfaces {
        let server = names.called(&shown.server, report);
        for text in shown.texts.iter().filter(|text| text.kind == "tool") {
            let key = (server.clone(), text.name.clone());
            let tool = tools.entry(key).or_insert_with(|| row(&server, &text.name));
            if let Some(effect) = &text.effect {
                tool.insert("effect".into(), effect.as_str().into());
                tool.insert("effect_by".into(), "definition".into());
            }
            if let Some(name) = text.parameter() {
                let all = tool.entry("parameters").or_insert_with(|| json!([]));
                // Two surfaces can have the same tool.
                if let Some(all) =
                    all.as_array_mut().filter(|all| !all.iter().any(|one| one == name))
                {
                    all.push(name.into());
                }
            }
        }
    }
    for profile in &report.tools {
        let server = names.called(&profile.server, report);
        hosts.entry(server.clone()).or_default().extend(profile.hosts.iter().map(String::as_str));
        let Some(name) = &profile.tool else { continue };
        let tool =
            tools.entry((server.clone(), name.clone())).or_insert_with(|| row(&server, name));
        if !profile.systems.is_empty() {
            tool.insert("systems".into(), json!(profile.systems));
        }
        // What the code certainly does outweighs what a name sounds like, never the other way.
        let certain = profile.effects.iter().filter(|act| act.certain);
        let certain = certain.filter_map(|act| warden_model::Effect::parse(&act.effect)).max();
        let said = tool.get("effect").and_then(Value::as_str).and_then(warden_model::Effect::parse);
        if let Some(worst) = certain.max(said) {
            tool.insert("effect".into(), worst.name().into());
            if said != Some(worst) {
                tool.insert("effect_by".into(), "code".into());
            }
        }
    }
    tools
}

fn findings(report: &Report, names: &Names, evidence: &str, day: jiff::civil::Date) -> Vec<Value> {
    let row = |found: &Found, state: &str, due: Option<&str>| {
        let server = found.server.as_deref().map(|name| names.called(name, report));
        json!({"id": found.fingerprint, "class": found.class, "severity": found.severity,
            "server": server, "tool": found.tool, "title": found.message, "state": state,
            "found": day, "due": due, "evidence": [evidence]})
    };
    let open = report.findings.iter().map(|found| row(found, "open", None));
    let settled = report.settled.iter();
    let settled = settled.map(|one| row(&one.finding, "accepted", one.until.as_deref()));
    open.chain(settled).filter(|row| row["server"].is_string()).collect()
}
