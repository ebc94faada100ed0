//! `CycloneDX` 1.7 as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use warden_model::{Digest, Severity};

use super::{
    Bom, Flow, Reference, ReferenceKind, Service, Vulnerability,
    declare::declarations,
    parts::{Part, bare, expression, parts, pinning, text, time, uuid},
};
use crate::Tool;

/// The reference of the server itself.
pub(super) const SUBJECT: &str = "subject";

/// The bill as `CycloneDX` 1.7, indented, with a line feed at the end.
#[must_use]
pub fn cyclonedx(bom: &Bom<'_>) -> String {
    let parts = parts(bom.components);
    let mut root = Map::new();
    root.insert("bomFormat".into(), "CycloneDX".into());
    root.insert("specVersion".into(), "1.7".into());
    root.insert("version".into(), 1.into());
    root.insert("metadata".into(), metadata(bom));
    root.insert("components".into(), parts.iter().map(component).collect());
    let mut services: Vec<&Service> = bom.services.iter().collect();
    services.sort();
    services.dedup();
    root.insert("services".into(), services.iter().enumerate().map(service).collect());
    root.insert("dependencies".into(), dependencies(&parts));
    root.insert("vulnerabilities".into(), vulnerabilities(bom, &parts));
    if !bom.claims.is_empty() {
        let (definitions, declarations) = declarations(bom.claims);
        root.insert("definitions".into(), definitions);
        root.insert("declarations".into(), declarations);
    }
    // The number of a bill is made from everything else that it says.
    let body = Value::Object(root.clone()).to_string();
    let serial = format!("urn:uuid:{}", uuid(&Digest::of(body.as_bytes())));
    let mut whole = Map::new();
    whole.insert("$schema".into(), "http://cyclonedx.org/schema/bom-1.7.schema.json".into());
    for (name, value) in root {
        let behind = name == "specVersion";
        whole.insert(name, value);
        if behind {
            whole.insert("serialNumber".into(), serial.clone().into());
        }
    }
    format!("{:#}\n", Value::Object(whole))
}

fn metadata(bom: &Bom<'_>) -> Value {
    let mut tool = Map::new();
    tool.insert("type".into(), "application".into());
    tool.insert("name".into(), Tool::NAME.into());
    tool.insert("version".into(), bom.version.into());
    json!({
        "timestamp": time(bom.timestamp),
        "tools": { "components": [tool] },
        "component": subject(bom),
    })
}

fn subject(bom: &Bom<'_>) -> Value {
    let subject = &bom.subject;
    let mut out = Map::new();
    out.insert("type".into(), "application".into());
    out.insert("bom-ref".into(), SUBJECT.into());
    out.insert("name".into(), text(subject.name).into());
    out.extend(subject.version.map(|version| ("version".into(), text(version).into())));
    out.extend(subject.description.map(|own| ("description".into(), text(own).into())));
    if let Some(digest) = &subject.digest {
        let hex: String = digest.hex().iter().map(|digit| char::from(*digit)).collect();
        out.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": hex }]));
    }
    out.extend(subject.licence.map(|own| ("licenses".into(), licences(own))));
    if let Some(purl) = subject_purl(bom) {
        out.insert("purl".into(), purl.into());
    }
    let mut references: BTreeSet<&Reference> = bom.references.iter().collect();
    references.retain(|reference| !reference.url.is_empty());
    if !references.is_empty() {
        let reference = |own: &Reference| json!({ "type": kind(own.kind), "url": bare(&own.url) });
        out.insert("externalReferences".into(), references.into_iter().map(reference).collect());
    }
    out.extend(tools(bom).map(|tools| ("properties".into(), tools)));
    Value::Object(out)
}

/// The package URL of the server, if it is published.
pub(super) fn subject_purl(bom: &Bom<'_>) -> Option<String> {
    let subject = &bom.subject;
    if let Some(purl) = subject.purl {
        return Some(purl.to_owned());
    }
    let component = warden_model::Component {
        ecosystem: subject.ecosystem?,
        name: subject.name.to_owned(),
        version: subject.version.map(str::to_owned),
        requirement: None,
        hashes: Vec::new(),
        pinning: warden_model::Pinning::Exact,
        source: warden_model::Source::Registry,
        direct: true,
        development: false,
        install_scripts: None,
        licence: None,
        depends: Vec::new(),
        file: String::new(),
        line: 0,
    };
    Some(component.purl())
}

fn tools(bom: &Bom<'_>) -> Option<Value> {
    let mut tools = BTreeMap::new();
    for tool in bom.tools {
        let name = text(&tool.name);
        tools.insert(format!("mcp:tool:{name}:hash"), tool.digest.to_string());
        if let Some(effect) = tool.effect {
            tools.insert(format!("mcp:tool:{name}:effect"), effect.name().to_owned());
        }
    }
    (!tools.is_empty()).then(|| tools.into_iter().map(property).collect())
}

fn property((name, value): (impl Into<String>, impl Into<String>)) -> Value {
    json!({ "name": name.into(), "value": value.into() })
}

fn component(part: &Part<'_>) -> Value {
    let own = part.component;
    let mut out = Map::new();
    out.insert("type".into(), "library".into());
    out.insert("bom-ref".into(), part.reference.clone().into());
    out.insert("name".into(), text(&own.name).into());
    out.extend(own.version.as_deref().map(|version| ("version".into(), text(version).into())));
    let scope = if part.development { "excluded" } else { "required" };
    out.insert("scope".into(), scope.into());
    if !part.hashes.is_empty() {
        let hash = |(algorithm, digits): &(super::parts::Algorithm, String)| json!({ "alg": algorithm.cyclonedx(), "content": digits });
        out.insert("hashes".into(), part.hashes.iter().map(hash).collect());
    }
    out.extend(own.licence.as_deref().map(|own| ("licenses".into(), licences(own))));
    out.insert("purl".into(), part.purl.clone().into());
    let mut properties: Vec<(&str, String)> = vec![("mcp:pinning", pinning(own).into())];
    properties.extend(part.other_hashes.iter().map(|hash| ("mcp:hash", text(hash))));
    let asked = own.requirement.as_deref();
    // An address among what was asked for can hold a password.
    let clean = |own: &str| if own.contains("://") { bare(own) } else { text(own) };
    properties.extend(asked.map(|own| ("mcp:requirement", clean(own))));
    if own.install_scripts == Some(true) {
        properties.push(("mcp:install-script", "true".into()));
    }
    let files = part.files.iter().filter(|file| !file.is_empty());
    properties.extend(files.map(|file| ("mcp:file", text(file))));
    out.insert("properties".into(), properties.into_iter().map(property).collect());
    Value::Object(out)
}

/// An expression where it is one, and a name otherwise.
fn licences(written: &str) -> Value {
    match expression(written) {
        Some(expression) => json!([{ "expression": expression }]),
        None => json!([{ "license": { "name": text(written) } }]),
    }
}

fn service((at, own): (usize, &&Service)) -> Value {
    let mut out = Map::new();
    out.insert("bom-ref".into(), format!("service-{}", at + 1).into());
    let provider = own.provider.as_deref();
    out.extend(provider.map(|name| ("provider".into(), json!({ "name": text(name) }))));
    out.insert("name".into(), text(&own.name).into());
    let endpoints: BTreeSet<String> = own.endpoints.iter().map(|url| bare(url)).collect();
    if !endpoints.is_empty() {
        out.insert("endpoints".into(), endpoints.into_iter().collect());
    }
    out.extend(own.authenticated.map(|own| ("authenticated".into(), own.into())));
    out.extend(own.crosses_boundary.map(|own| ("x-trust-boundary".into(), own.into())));
    let flows: BTreeSet<&(Flow, String)> = own.flows.iter().collect();
    if !flows.is_empty() {
        let flow = |(flow, class): &(Flow, String)| json!({ "flow": direction(*flow), "classification": text(class) });
        out.insert("data".into(), flows.into_iter().map(flow).collect());
    }
    let role = if own.own { "endpoint" } else { "reached" };
    out.insert("properties".into(), json!([property(("mcp:service:role", role))]));
    Value::Object(out)
}

const fn direction(flow: Flow) -> &'static str {
    match flow {
        Flow::Inbound => "inbound",
        Flow::Outbound => "outbound",
        Flow::Both => "bi-directional",
        Flow::Unknown => "unknown",
    }
}

fn dependencies(parts: &[Part<'_>]) -> Value {
    let direct: Vec<&str> =
        parts.iter().filter(|part| part.direct).map(|part| part.reference.as_str()).collect();
    let root = json!({ "ref": SUBJECT, "dependsOn": direct });
    let others =
        parts.iter().map(|part| json!({ "ref": part.reference, "dependsOn": part.depends }));
    std::iter::once(root).chain(others).collect()
}

fn vulnerabilities(bom: &Bom<'_>, parts: &[Part<'_>]) -> Value {
    let sorted: BTreeSet<&Vulnerability> = bom.vulnerabilities.iter().collect();
    let one = |(at, own): (usize, &Vulnerability)| {
        let mut out = Map::new();
        out.insert("bom-ref".into(), format!("vulnerability-{}", at + 1).into());
        out.insert("id".into(), text(&own.id).into());
        let aliases: BTreeSet<&String> = own.aliases.iter().collect();
        if !aliases.is_empty() {
            let alias = |id: &String| json!({ "id": text(id), "source": { "name": source(id) } });
            out.insert("references".into(), aliases.into_iter().map(alias).collect());
        }
        let severity = own.severity.map_or("unknown", Severity::name);
        out.insert("ratings".into(), json!([{ "severity": severity, "method": "other" }]));
        out.insert("description".into(), text(&own.description).into());
        let advice = own.recommendation.as_deref();
        out.extend(advice.map(|advice| ("recommendation".into(), text(advice).into())));
        // What is affected is named by its package URL; where it stands in the bill is our affair.
        let wanted: BTreeSet<&String> = own.affects.iter().collect();
        let hit = |part: &&Part<'_>| {
            wanted.iter().any(|purl| **purl == part.purl || **purl == part.component.purl())
        };
        let affects: Vec<Value> =
            parts.iter().filter(hit).map(|part| json!({ "ref": part.reference })).collect();
        out.insert("affects".into(), affects.into());
        Value::Object(out)
    };
    sorted.into_iter().enumerate().map(one).collect()
}

/// Who gives out identifiers that begin like this one.
fn source(id: &str) -> &'static str {
    let known = [
        ("CVE-", "CVE"),
        ("GHSA-", "GitHub Advisory Database"),
        ("PYSEC-", "Python Packaging Advisory Database"),
        ("RUSTSEC-", "RustSec Advisory Database"),
        ("GO-", "Go Vulnerability Database"),
        ("MAL-", "OpenSSF Malicious Packages"),
    ];
    known.iter().find(|(start, _)| id.starts_with(start)).map_or("OSV", |(_, name)| name)
}

const fn kind(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Repository => "vcs",
        ReferenceKind::Distribution => "distribution",
        ReferenceKind::SecurityContact => "security-contact",
        ReferenceKind::SecurityTxt => "rfc-9116",
        ReferenceKind::Attestation => "attestation",
        ReferenceKind::Certification => "certification-report",
        ReferenceKind::StaticAnalysis => "static-analysis-report",
        ReferenceKind::RiskAssessment => "risk-assessment",
        ReferenceKind::ThreatModel => "threat-model",
        ReferenceKind::Evidence => "evidence",
    }
}
