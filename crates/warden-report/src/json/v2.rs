//! Version 2 of the report: the wire types and how a scan becomes them.
//!
//! Every member is always there; what is not known is `null`.

use serde::{Serialize, Serializer};
use warden_model as model;
use warden_model::Scan;

use crate::Tool;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    version: u32,
    tool: Program<'a>,
    servers: Vec<Server<'a>>,
    findings: Vec<Finding<'a>>,
    settled: Vec<Settled<'a>>,
    surfaces: Vec<Surface<'a>>,
    tools: Vec<Profile<'a>>,
    coverage: Coverage<'a>,
    persona: Persona,
}

#[derive(Serialize)]
struct Persona {
    name: &'static str,
    held_back: usize,
}

#[derive(Serialize)]
struct Program<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    client: &'a str,
    scope: &'static str,
    location: Location<'a>,
    transport: &'static str,
    command: Option<&'a str>,
    url: Option<&'a str>,
    package: Option<Package<'a>>,
    credentials: Vec<Credential<'a>>,
    auto_approve: AutoApprove<'a>,
    enabled: bool,
    guarded: bool,
    /// Came later: a report without it is one of an earlier program.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
}

#[derive(Serialize)]
struct Package<'a> {
    registry: &'static str,
    name: &'a str,
    version: Option<&'a str>,
    pinning: &'static str,
    publisher: Option<&'a str>,
}

#[derive(Serialize)]
struct Credential<'a> {
    kind: &'static str,
    name: &'a str,
    literal: bool,
    location: Location<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    production: Option<&'static str>,
}

#[derive(Serialize)]
struct AutoApprove<'a> {
    mode: &'static str,
    tools: &'a [String],
    setting: Option<&'a str>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    class: &'static str,
    cwe: Vec<String>,
    frameworks: Frameworks,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    label: &'a str,
    fingerprint: String,
    location: Location<'a>,
    code: Option<Excerpt<'a>>,
    server: Option<&'a str>,
    tool: Option<&'a str>,
    parameter: Option<&'a str>,
    trace: Vec<Step<'a>>,
    help: &'a str,
}

#[derive(Serialize)]
struct Step<'a> {
    location: Location<'a>,
    note: &'a str,
    code: Option<Excerpt<'a>>,
}

#[derive(Serialize)]
struct Excerpt<'a> {
    text: &'a str,
    start: usize,
    length: usize,
}

#[derive(Serialize)]
struct Settled<'a> {
    decision: &'static str,
    reason: Option<&'a str>,
    until: Option<&'a str>,
    by: Option<&'static str>,
    location: Option<Location<'a>>,
    finding: Finding<'a>,
}

/// The identifiers by framework.
struct Frameworks(&'static [model::Control]);

impl Serialize for Frameworks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|control| (control.framework, &control.ids)))
    }
}

#[derive(Serialize)]
struct Location<'a> {
    file: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    pointer: Option<&'a str>,
    function: Option<&'a str>,
}

#[derive(Serialize)]
struct Surface<'a> {
    server: &'a str,
    origin: &'static str,
    protocol: Option<&'a str>,
    implementation: Option<Implementation<'a>>,
    texts: Vec<Text<'a>>,
}

#[derive(Serialize)]
struct Implementation<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    kind: &'static str,
    name: &'a str,
    pointer: &'a str,
    shown: &'a str,
    hidden: usize,
    effect: Option<&'static str>,
}

#[derive(Serialize)]
struct Profile<'a> {
    server: &'a str,
    tool: Option<&'a str>,
    location: Location<'a>,
    effects: Vec<Act<'a>>,
    hosts: &'a [String],
    systems: &'a [String],
    credentials: &'a [String],
}

#[derive(Serialize)]
struct Act<'a> {
    effect: &'static str,
    kind: &'a str,
    call: &'a str,
    certain: bool,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Coverage<'a> {
    complete: bool,
    files: usize,
    servers_asked: usize,
    rules: usize,
    source: Source<'a>,
    unread: Vec<Unread<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    files: usize,
    lines: usize,
    languages: Vec<Language<'a>>,
    gaps: Vec<Gap<'a>>,
    skipped: Vec<Skipped<'a>>,
}

#[derive(Serialize)]
struct Language<'a> {
    #[serde(rename = "language")]
    name: &'a str,
    files: usize,
    lines: usize,
}

#[derive(Serialize)]
struct Gap<'a> {
    kind: &'a str,
    meaning: &'a str,
    count: usize,
    places: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    path: &'a str,
    reason: &'static str,
    files: usize,
}

#[derive(Serialize)]
struct Unread<'a> {
    location: Location<'a>,
    client: Option<&'a str>,
    reason: &'static str,
    detail: &'a str,
}

impl<'a> Report<'a> {
    pub(super) fn new(scan: &'a Scan, tool: &Tool<'a>) -> Self {
        Self {
            version: super::VERSION,
            tool: Program { name: Tool::NAME, version: tool.version },
            servers: scan.servers.iter().map(Server::new).collect(),
            findings: scan.findings.iter().map(Finding::new).collect(),
            settled: scan.settled.iter().map(Settled::new).collect(),
            surfaces: scan.surfaces.iter().map(Surface::new).collect(),
            tools: scan.tools.iter().map(Profile::new).collect(),
            coverage: Coverage::new(&scan.coverage),
            persona: Persona { name: scan.persona.name(), held_back: scan.held_back },
        }
    }
}

impl<'a> Server<'a> {
    fn new(entry: &'a model::ServerEntry) -> Self {
        Self {
            name: &entry.name,
            client: &entry.client,
            scope: entry.scope.name(),
            location: Location::new(&entry.location),
            transport: entry.transport.name(),
            command: entry.command.as_deref(),
            url: entry.url.as_deref(),
            package: entry.package.as_ref().map(Package::new),
            credentials: entry.credentials.iter().map(Credential::new).collect(),
            auto_approve: AutoApprove::new(&entry.auto_approve),
            enabled: entry.enabled,
            guarded: entry.guarded,
            user: entry.user.as_deref(),
        }
    }
}

impl<'a> Package<'a> {
    fn new(package: &'a model::Package) -> Self {
        Self {
            registry: package.registry.name(),
            name: &package.name,
            version: package.version.as_deref(),
            pinning: package.pinning.name(),
            publisher: package.publisher.as_deref(),
        }
    }
}

impl<'a> Credential<'a> {
    fn new(credential: &'a model::Credential) -> Self {
        Self {
            kind: credential.kind.name(),
            name: &credential.name,
            literal: credential.literal,
            location: Location::new(&credential.location),
            production: credential.production.map(model::Production::name),
        }
    }
}

impl<'a> AutoApprove<'a> {
    fn new(auto_approve: &'a model::AutoApprove) -> Self {
        match auto_approve {
            model::AutoApprove::Ask => Self { mode: "ask", tools: &[], setting: None },
            model::AutoApprove::Tools(tools) => Self { mode: "tools", tools, setting: None },
            model::AutoApprove::All(setting) => {
                Self { mode: "all", tools: &[], setting: Some(setting) }
            }
        }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a model::Finding) -> Self {
        let step = |step: &'a model::TraceStep| Step {
            location: Location::new(&step.location),
            note: &step.note,
            code: step.code.as_ref().map(Excerpt::new),
        };
        Self {
            rule: finding.rule,
            class: finding.class.id(),
            cwe: finding.cwe.iter().map(|number| format!("CWE-{number}")).collect(),
            frameworks: Frameworks(finding.class.controls()),
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            message: &finding.message,
            label: &finding.label,
            fingerprint: finding.fingerprint.to_string(),
            location: Location::new(&finding.location),
            code: finding.code.as_ref().map(Excerpt::new),
            server: finding.subject.server.as_deref(),
            tool: finding.subject.tool.as_deref(),
            parameter: finding.subject.parameter.as_deref(),
            trace: finding.trace.iter().map(step).collect(),
            help: &finding.help,
        }
    }
}

impl<'a> Excerpt<'a> {
    fn new(excerpt: &'a model::Excerpt) -> Self {
        Self { text: &excerpt.text, start: excerpt.start, length: excerpt.length }
    }
}

impl<'a> Settled<'a> {
    fn new(settled: &'a model::Settled) -> Self {
        let finding = Finding::new(&settled.finding);
        match &settled.decision {
            model::Decision::Known => Self {
                decision: "known",
                reason: None,
                until: None,
                by: None,
                location: None,
                finding,
            },
            model::Decision::Suppressed { reason, until, by, place } => Self {
                decision: "suppressed",
                reason: Some(reason),
                until: until.as_deref(),
                by: Some(match by {
                    model::SuppressedBy::Comment => "comment",
                    model::SuppressedBy::File => "file",
                }),
                location: Some(Location::new(place)),
                finding,
            },
        }
    }
}

impl<'a> Location<'a> {
    fn new(location: &'a model::Location) -> Self {
        Self {
            file: &location.file,
            line: location.line,
            column: location.column,
            pointer: location.pointer.as_deref(),
            function: location.function.as_deref(),
        }
    }
}

impl<'a> Surface<'a> {
    fn new(view: &'a model::SurfaceView) -> Self {
        let text = |text: &'a model::TextView| Text {
            kind: text.kind.map_or("instructions", model::DefinitionKind::name),
            name: &text.name,
            pointer: &text.pointer,
            shown: &text.shown,
            hidden: text.hidden,
            effect: text.effect.map(model::Effect::name),
        };
        let implementation = view.implementation.as_ref();
        Self {
            server: &view.server,
            origin: view.origin.name(),
            protocol: view.protocol.as_deref(),
            implementation: implementation.map(|(name, version)| Implementation { name, version }),
            texts: view.texts.iter().map(text).collect(),
        }
    }
}

impl<'a> Profile<'a> {
    fn new(profile: &'a model::ToolProfile) -> Self {
        let act = |act: &'a model::ToolAct| Act {
            effect: act.effect.name(),
            kind: &act.kind,
            call: &act.call,
            certain: act.certain,
            location: Location::new(&act.location),
        };
        Self {
            server: &profile.server,
            tool: profile.tool.as_deref(),
            location: Location::new(&profile.location),
            effects: profile.effects.iter().map(act).collect(),
            hosts: &profile.hosts,
            systems: &profile.systems,
            credentials: &profile.credentials,
        }
    }
}

impl<'a> Coverage<'a> {
    fn new(coverage: &'a model::Coverage) -> Self {
        let unread = |unread: &'a model::Unread| Unread {
            location: Location::new(&unread.location),
            client: unread.client.as_deref(),
            reason: unread.reason.name(),
            detail: &unread.detail,
        };
        Self {
            complete: coverage.complete(),
            files: coverage.files,
            servers_asked: coverage.asked,
            rules: coverage.rules,
            source: Source::new(&coverage.source),
            unread: coverage.unread.iter().map(unread).collect(),
        }
    }
}

impl<'a> Source<'a> {
    fn new(source: &'a model::SourceCoverage) -> Self {
        let language = |one: &'a model::LanguageCoverage| Language {
            name: &one.language,
            files: one.files,
            lines: one.lines,
        };
        let gap = |one: &'a model::Gaps| Gap {
            kind: &one.kind,
            meaning: &one.meaning,
            count: one.count,
            places: one.places.iter().map(Location::new).collect(),
        };
        let skipped = |one: &'a model::Skipped| Skipped {
            path: &one.path,
            reason: one.reason.name(),
            files: one.files,
        };
        Self {
            files: source.files(),
            lines: source.lines(),
            languages: source.languages.iter().map(language).collect(),
            gaps: source.gaps.iter().map(gap).collect(),
            skipped: source.skipped.iter().map(skipped).collect(),
        }
    }
}
