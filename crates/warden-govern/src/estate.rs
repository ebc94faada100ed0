//! The estate: everything that governance is computed from, as one value.
//!
//! It is read from what the product has produced (scans, certificates, policies, ledgers) and from
//! the files in which people keep what only they know ([`read`]). The types are the format,
//! version 1 (`schemas/estate-1.schema.json`). Parts name each other by identifiers, which
//! [`check`] holds against each other.

mod activity;
mod agents;
mod assurance;
mod beyond;
pub mod check;
mod lookup;
mod parties;
pub mod read;
mod servers;

pub use activity::{
    Asked, Card, Decided, Decision, Detection, Dimension, Drift, DriftKind, Estimate, Impact,
    Incident, IncidentKind, Past, Reported, Scenario, Traffic, Treatment,
};
pub use agents::{
    Agent, AgentFactor, Connection, DomainReview, FactorDegree, RatedFactor, RegulatedDomain,
    ReviewOutcome, ReviewStatus, Ruled, Ruling,
};
pub use assurance::{
    Answer, AnswerState, AnsweredBy, Assessment, AssessmentState, Attack, AttackOutcome, Control,
    Deliverable, DeliverableKind, Exercise, ExerciseKind, Measure, Playbook, TaskNote, Waiver,
};
pub use beyond::Beyond;
pub use lookup::Lookup;
pub use parties::{
    Environment, Machine, Organisation, Person, Process, Qualification, Relation, Skill, System,
    SystemKind, Vendor,
};
pub use servers::{
    Audit, Authentication, Capability, Certificate, Egress, Finding, FindingState, HostCountry,
    Monitoring, Network, Persistence, Posture, Server, Stage, StageRun, StageStatus, Tool,
};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use warden_model::Digest;

/// A file that something was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// The identifier, by which others name it.
    pub id: String,
    /// What it is, for example `scan-report`, `ledger`, `certificate`, `contract`.
    pub kind: String,
    /// The name of the file, without its folder.
    pub name: String,
    /// Its SHA-256, as `sha256:…`; for a ledger that of its heads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The day that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Date>,
    /// Until when it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
}

/// A server that was seen, and that nobody has registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shadow {
    /// Where it is: a host, a URL or a command.
    pub endpoint: String,
    /// When it was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Date>,
    /// Who was seen to use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What makes it look like a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How many requests and connections went there, by egress logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// Lines of egress logs that show it; not all, where there are many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LogLine>,
    /// Where it was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// A line of a log that shows something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogLine {
    /// The log, by [`Evidence::id`].
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What was seen: `request`, `connection` or `lookup`.
    pub what: String,
    /// When, as the log writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The machine that it came from, as the log names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The user, as the log names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// Everything that governance is computed from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Estate {
    /// The version of the format, 1.
    pub version: u32,
    /// The time at which all of this was so.
    pub as_of: Timestamp,
    /// Who answers for it.
    pub organisation: Organisation,
    /// The people.
    pub people: Vec<Person>,
    /// What they are certified for.
    pub qualifications: Vec<Qualification>,
    /// The machines.
    pub machines: Vec<Machine>,
    /// The systems that tools reach.
    pub systems: Vec<System>,
    /// The business processes.
    pub processes: Vec<Process>,
    /// Who makes or runs servers.
    pub vendors: Vec<Vendor>,
    /// The agents.
    pub agents: Vec<Agent>,
    /// The servers.
    pub servers: Vec<Server>,
    /// Their tools.
    pub tools: Vec<Tool>,
    /// Which agent is connected to which server.
    pub connections: Vec<Connection>,
    /// What came of looking at agents, domain by domain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<DomainReview>,
    /// Servers that nobody has registered.
    pub shadows: Vec<Shadow>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What was certified.
    pub certificates: Vec<Certificate>,
    /// What was assessed.
    pub assessments: Vec<Assessment>,
    /// What somebody accepts for a while.
    pub waivers: Vec<Waiver>,
    /// What the organisation has in place.
    pub controls: Vec<Control>,
    /// What went through gateways.
    pub traffic: Traffic,
    /// What changed after approval.
    pub drifts: Vec<Drift>,
    /// What went wrong.
    pub incidents: Vec<Incident>,
    /// What was tried.
    pub exercises: Vec<Exercise>,
    /// What to do when it goes wrong.
    pub playbooks: Vec<Playbook>,
    /// What may happen.
    pub scenarios: Vec<Scenario>,
    /// What was signed or handed over.
    pub deliverables: Vec<Deliverable>,
    /// What people say of tasks of the programme.
    pub tasks: Vec<TaskNote>,
    /// Figures of earlier quarters.
    pub past: Vec<Past>,
    /// What the board is asked.
    pub decisions: Vec<Decision>,
    /// The files that all this was read from.
    pub evidence: Vec<Evidence>,
}

/// The version of the format.
pub const VERSION: u32 = 1;

/// Why an estate is none.
#[derive(Debug, thiserror::Error)]
pub enum NoEstate {
    /// It is not in the format.
    #[error("{place}: {why}")]
    Form {
        /// Where, as a path in the document.
        place: String,
        /// Why.
        why: String,
    },
    /// Another version.
    #[error("version {0} of the format is not known; this program reads version {VERSION}")]
    Version(u32),
}

impl Estate {
    /// Reads an estate.
    ///
    /// # Errors
    /// Anything that is not in the format, with the place where it is not.
    pub fn from_json(bytes: &[u8]) -> Result<Self, NoEstate> {
        let mut from = serde_json::Deserializer::from_slice(bytes);
        let estate: Self = serde_path_to_error::deserialize(&mut from).map_err(|error| {
            NoEstate::Form { place: error.path().to_string(), why: error.inner().to_string() }
        })?;
        from.end().map_err(|error| NoEstate::Form { place: ".".into(), why: error.to_string() })?;
        if estate.version != VERSION {
            return Err(NoEstate::Version(estate.version));
        }
        Ok(estate)
    }

    /// The estate as canonical JSON (RFC 8785), with a line end.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Numbers that JSON cannot hold are refused when they are read.
        let mut bytes = serde_json_canonicalizer::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The digest that figures name as what they were computed from: over [`Self::to_json`].
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_json())
    }

    /// The day of [`Self::as_of`], in UTC.
    #[must_use]
    pub fn day(&self) -> Date {
        self.as_of.to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}
