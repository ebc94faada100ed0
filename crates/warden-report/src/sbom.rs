//! Bills of materials: what a server is built from, what it reaches, and what is known of it.
//!
//! [`cyclonedx`] writes `CycloneDX` 1.7 (ECMA-424), [`spdx`] writes SPDX 2.3 (ISO/IEC 5962), both as
//! JSON. The time is handed in and the serial number is made from the content, so that one bill has
//! one spelling: the same parts in any order give the same bytes.

mod cyclonedx;
mod declare;
mod parts;
mod spdx;
#[cfg(test)]
mod tests;

use warden_model::{Component, Digest, Ecosystem, Effect, Severity};

pub use cyclonedx::cyclonedx;
pub use spdx::spdx;

/// Everything that a bill of materials says.
#[derive(Clone, Debug)]
pub struct Bom<'a> {
    /// The server.
    pub subject: Subject<'a>,
    /// What it is built from, in any order.
    pub components: &'a [Component],
    /// The tools that it offers, in any order.
    pub tools: &'a [ToolEntry],
    /// Its own endpoint and the systems that it reaches, in any order.
    pub services: &'a [Service],
    /// What is known to be wrong with its parts, in any order.
    pub vulnerabilities: &'a [Vulnerability],
    /// What is claimed of it against standards, in any order.
    pub claims: &'a [Claim],
    /// Where more is told: reports, contacts, certificates.
    pub references: &'a [Reference],
    /// The version of this program.
    pub version: &'a str,
    /// The time that the bill is made, in seconds since 1970.
    pub timestamp: i64,
}

/// The server that a bill is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its version.
    pub version: Option<&'a str>,
    /// The ecosystem that publishes it, if one does.
    pub ecosystem: Option<Ecosystem>,
    /// Its package URL, where its ecosystem, name and version alone do not make one.
    pub purl: Option<&'a str>,
    /// The digest of its archive or tree.
    pub digest: Option<Digest>,
    /// Its licence as written.
    pub licence: Option<&'a str>,
    /// What it is for.
    pub description: Option<&'a str>,
}

/// A tool that the server offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolEntry {
    /// Its name.
    pub name: String,
    /// The digest of its definition.
    pub digest: Digest,
    /// What it does to the world, if that is known.
    pub effect: Option<Effect>,
}

/// A service: the endpoint of the server, or a system that it reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// What it is called.
    pub name: String,
    /// Who runs it, if that is known.
    pub provider: Option<String>,
    /// Whether it is the server's own endpoint.
    pub own: bool,
    /// Where it is. Credentials and queries are left out.
    pub endpoints: Vec<String>,
    /// Whether it asks for authentication, if that is known.
    pub authenticated: Option<bool>,
    /// Whether calling it crosses a boundary of trust, if that is known.
    pub crosses_boundary: Option<bool>,
    /// What flows, and how it is classified.
    pub flows: Vec<(Flow, String)>,
}

/// In which direction data flows, as seen from the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// To the service.
    Inbound,
    /// From the service.
    Outbound,
    /// In both directions.
    Both,
    /// Nobody knows.
    Unknown,
}

/// A known vulnerability of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vulnerability {
    /// Its identifier.
    pub id: String,
    /// What other databases call the same.
    pub aliases: Vec<String>,
    /// How bad it is, if anybody tells.
    pub severity: Option<Severity>,
    /// What it is, in one sentence.
    pub description: String,
    /// What to do about it.
    pub recommendation: Option<String>,
    /// The package URLs of what it is in, as the components have them.
    pub affects: Vec<String>,
}

/// A claim that the server fulfils a requirement of a standard, or that it does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The standard, for example `MSSS`.
    pub standard: String,
    /// Its version.
    pub version: Option<String>,
    /// The requirement, as the standard numbers it.
    pub requirement: String,
    /// What is claimed.
    pub predicate: String,
    /// Whether the requirement is fulfilled; none if that was not decided.
    pub fulfilled: Option<bool>,
    /// The digest of the evidence.
    pub evidence: Option<Digest>,
    /// What the evidence is.
    pub evidence_is: String,
}

/// Where more is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// What is there.
    pub kind: ReferenceKind,
    /// The address.
    pub url: String,
}

/// What a reference leads to; each is a type of `CycloneDX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// The source code.
    Repository,
    /// Where it is published.
    Distribution,
    /// Whom to tell of vulnerabilities.
    SecurityContact,
    /// A `security.txt` (RFC 9116).
    SecurityTxt,
    /// An attestation.
    Attestation,
    /// A certificate.
    Certification,
    /// The report of an analysis of its source code.
    StaticAnalysis,
    /// An assessment of its risk.
    RiskAssessment,
    /// A model of its threats.
    ThreatModel,
    /// Other evidence.
    Evidence,
}
