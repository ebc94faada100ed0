//! Servers, their tools, what was found in them and what was certified.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use warden_model::{Class, DataClass, Effect, Severity};

use super::Environment;
use crate::word::{self, words};

words! {
    /// Who can reach an endpoint.
    Network, "network" {
        /// Only its own machine, or a network in which everybody is trusted.
        Trusted = "trusted",
        /// A part of the network that others are kept out of.
        Segmented = "segmented",
        /// The whole company.
        Flat = "flat",
        /// Everybody.
        Internet = "internet",
    }
}

words! {
    /// How a server knows who calls.
    Authentication, "authentication" {
        /// Mutual TLS.
        Mtls = "mtls",
        /// OAuth 2 with tokens that end.
        Oauth = "oauth",
        /// A process of the caller's own, on pipes that nobody else has.
        Local = "local",
        /// One key that does not end.
        Static = "static",
        /// It does not.
        None = "none",
    }
}

words! {
    /// How much of what a server does is written down.
    Audit, "audit" {
        /// Every call, and it reaches the SIEM.
        Full = "full",
        /// Some of it.
        Partial = "partial",
        /// Nothing.
        None = "none",
    }
}

words! {
    /// How long a changed definition would stay without being noticed.
    Persistence, "persistence" {
        /// To the end of a session at the most: changes are noticed and stopped.
        Session = "session",
        /// Over sessions.
        CrossSession = "cross-session",
        /// For good.
        Undetected = "undetected",
    }
}

words! {
    /// What is known of who makes it.
    Posture, "posture" {
        /// We make it.
        FirstParty = "first-party",
        /// The maker was assessed.
        Assessed = "assessed",
        /// The maker has answered for himself.
        SelfAttested = "self-attested",
        /// Nobody has looked.
        Unassessed = "unassessed",
    }
}

words! {
    /// What is watched.
    Monitoring, "monitoring" {
        /// Rate limits and behaviour.
        Full = "full",
        /// Behaviour, without rate limits.
        NoRateLimit = "no-rate-limit",
        /// Nothing.
        None = "none",
    }
}

words! {
    /// Where data can go from here.
    Egress, "egress" {
        /// Nowhere.
        None = "none",
        /// To places on a list.
        Listed = "allow-listed",
        /// Anywhere.
        Unrestricted = "unrestricted",
    }
}

words! {
    /// What an agent can do with a tool, as a board asks for it.
    Capability, "capability" {
        /// Read somebody's mail.
        ReadEmail = "read-email",
        /// Change a database.
        WriteDatabase = "write-database",
        /// Run code.
        ExecuteCode = "execute-code",
        /// Send messages, mail or calls.
        SendCommunication = "send-communication",
        /// Get at secrets.
        AccessSecret = "access-secret",
        /// Start workflows.
        TriggerWorkflow = "trigger-workflow",
        /// Read files.
        ReadFile = "read-file",
        /// Change files.
        WriteFile = "write-file",
        /// Read a database.
        ReadDatabase = "read-database",
        /// Move money.
        MoveMoney = "move-money",
        /// Read what strangers publish.
        ReadPublic = "read-public",
    }
}

/// A server: an identity, a version, a publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The identifier.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The version that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The package, image or URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Who publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The vendor who makes or runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The accountable person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The business processes that use it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<String>,
    /// The worst data that it may see; not known counts as regulated.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub data: Option<DataClass>,
    /// Where it is used; not known counts as production.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Whether somebody operates it for us under a contract or terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<bool>,
    /// The type of ICT service that it is (DORA), `S01` to `S19`, where it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Until when whoever makes it supports this version (RTS (EU) 2024/1774 Art. 4(2)(b)(ix)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_ends: Option<Date>,
    /// Who can reach its endpoint.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// How it knows who calls.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// Whether its traffic is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The age of the oldest credential that it is called with, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_days: Option<u32>,
    /// After how many days a credential of its kind is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_days: Option<u32>,
    /// How much is written down of it.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audit>,
    /// How long a change would stay without being noticed.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub persistence: Option<Persistence>,
    /// When its definitions were last compared with what was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift_checked: Option<Timestamp>,
    /// What is known of who makes it.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub posture: Option<Posture>,
    /// What is watched of it.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Monitoring>,
    /// Whether it may be called through a gateway only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced: Option<bool>,
    /// Whether it runs confined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandboxed: Option<bool>,
    /// The digest that is approved, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<String>,
    /// Whether its signature was checked and holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// Who approved it, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Timestamp>,
    /// Hosts that it says it talks to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declared_hosts: Vec<String>,
    /// Hosts that it was seen to talk to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observed_hosts: Vec<String>,
    /// Fields that it says it sends, beside the parameters of its tools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declared_fields: Vec<String>,
    /// Fields that it was seen to send, by their names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observed_fields: Vec<String>,
    /// In which countries hosts are, as far as somebody knows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_countries: Vec<HostCountry>,
    /// The stages of certification that are current, with the day of their run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageRun>,
    /// Where this was read, by [`Evidence::id`](super::Evidence).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Where a host is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HostCountry {
    /// The host, as it was observed.
    pub host: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: String,
}

words! {
    /// A stage of certification.
    Stage, "stage" {
        /// Source analysis.
        Static = "static-analysis",
        /// Data flow from what a model says to what is done.
        Taint = "taint",
        /// Dependencies, signatures, provenance.
        Supply = "supply-chain",
        /// Secrets in what is shipped.
        Secrets = "secrets",
    }
}

words! {
    /// How the run of a stage ended.
    StageStatus, "status of a stage" {
        /// It looked at everything, and found nothing.
        Clean = "clean",
        /// It looked at everything, and found something.
        Findings = "findings",
        /// It broke off.
        Failed = "failed",
    }
}

/// A stage that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRun {
    /// Which.
    pub stage: Stage,
    /// When.
    pub at: Date,
    /// How it ended.
    #[serde(default, with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub status: Option<StageStatus>,
    /// The digest of the rules that it was run with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
}

/// A tool of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tool {
    /// The server.
    pub server: String,
    /// The name.
    pub name: String,
    /// What it does to the world; not known counts as everything.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What says so: an annotation, the name, a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect_by: Option<String>,
    /// What it lets an agent do; nothing counts as not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Capability>,
    /// The systems that it reaches; nothing counts as not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub systems: Vec<String>,
    /// The names of its parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// The worst data that it hands out or takes; not known is that of its server.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub data: Option<DataClass>,
    /// Whether its answers hold what strangers wrote; not known counts as yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untrusted: Option<bool>,
    /// Where data can go through it; not known counts as anywhere.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub egress: Option<Egress>,
    /// The digest of its definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

words! {
    /// What became of a finding.
    FindingState, "state of a finding" {
        /// It stands.
        Open = "open",
        /// Somebody accepts it until a day; it still counts.
        Accepted = "accepted",
        /// It is mended.
        Closed = "closed",
    }
}

/// A problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The identifier: the fingerprint.
    pub id: String,
    /// The class.
    #[serde(with = "word")]
    pub class: Class,
    /// How bad it is technically.
    #[serde(with = "word")]
    pub severity: Severity,
    /// The server.
    pub server: String,
    /// The tool, if it is one tool's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// In one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The CVSS vector, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvss: Option<String>,
    /// What became of it.
    pub state: FindingState,
    /// When it was found.
    pub found: Date,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Date>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// A certificate of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The server.
    pub server: String,
    /// The level, 0 to 3.
    pub level: u8,
    /// The score, 0 to 100.
    pub score: u8,
    /// Since when.
    pub issued: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
    /// Who issued it.
    pub issuer: String,
    /// The digest of its file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}
