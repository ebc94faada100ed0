//! What happened: calls, drift, incidents; and what somebody expects to happen.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::word::{self, words};

/// What went through gateways in a period, taken from their ledgers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traffic {
    /// From when, including.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when, excluding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Calls that were seen.
    pub calls: u64,
    /// Calls whose record is whole, and was taken by a SIEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<u64>,
    /// Calls at whose time digest and certification level were looked at, and were good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attested: Option<u64>,
    /// Connections to MCP endpoints that went through a gateway, by egress logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through_gateway: Option<u64>,
    /// All connections to MCP endpoints, by egress logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated: Option<u64>,
    /// The egress logs that connections were counted in, by
    /// [`Evidence::id`](super::Evidence).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<String>,
    /// Calls from one agent to another, or between servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_to_agent: Option<u64>,
    /// Those of them that were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_to_agent_recorded: Option<u64>,
    /// What was decided, by rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decided>,
    /// What people were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Asked>,
    /// The ledgers that this was read from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// How often a rule decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The rule or the reason.
    pub rule: String,
    /// What came of it.
    pub ruling: super::Ruling,
    /// How often.
    pub count: u64,
    /// How often somebody said afterwards that it should have been otherwise.
    #[serde(default)]
    pub overridden: u64,
}

/// A question to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// After how many milliseconds it was answered; none if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
    /// Who answered; none if a standing answer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether it was a yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<bool>,
}

words! {
    /// What a change of a served definition is.
    DriftKind, "kind of drift" {
        /// A definition that was not there.
        ToolAdded = "added",
        /// A definition that is gone.
        ToolRemoved = "removed",
        /// Other words.
        TextChanged = "text-changed",
        /// Takes more.
        SchemaWidened = "schema-widened",
        /// Takes something else.
        SchemaChanged = "schema-changed",
        /// Says something else about itself.
        AnnotationFlipped = "annotation-flipped",
        /// Can do more.
        CapabilityWidened = "capability-widened",
        /// Talks to somebody else.
        NewEndpoint = "new-endpoint",
        /// Another program.
        ArtifactChanged = "artifact-changed",
        /// Any other member.
        OtherChanged = "other-changed",
    }
}

/// A change that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The server.
    pub server: String,
    /// What changed.
    pub kind: DriftKind,
    /// The earliest time at which it can have been: the last look that found nothing.
    pub occurred: Timestamp,
    /// When it was noticed; none if an exercise or an audit found it later by other ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected: Option<Timestamp>,
    /// Whether it was stopped by itself.
    #[serde(default)]
    pub blocked: bool,
    /// Whether somebody approved it since.
    #[serde(default)]
    pub approved: bool,
    /// Whether whoever makes the server had announced it; not known counts as no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<bool>,
}

words! {
    /// What kind of incident it was, for targets.
    IncidentKind, "kind of incident" {
        /// An agent did what it should not.
        Behaviour = "behaviour",
        /// Definitions changed.
        Drift = "manifest-drift",
        /// Somebody got a credential.
        Credential = "credential-leak",
        /// A server that nobody knew.
        Shadow = "shadow-server",
        /// A hole was used.
        Exploit = "exploit",
        /// Data left.
        Exfiltration = "exfiltration",
    }
}

/// An incident, as its case records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// The identifier.
    pub id: String,
    /// What it was.
    pub kind: IncidentKind,
    /// In one line.
    pub title: String,
    /// When it began.
    pub occurred: Timestamp,
    /// When something noticed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected: Option<Timestamp>,
    /// When a person knew what it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified: Option<Timestamp>,
    /// When it was classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classified: Option<Timestamp>,
    /// When it could do no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contained: Option<Timestamp>,
    /// When all was as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Timestamp>,
    /// When the case was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// The servers that had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// The agents that had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
    /// Reports that were due and when they were sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Reported>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// A report to an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// The regime and the step, for example `dora/initial`.
    pub step: String,
    /// By when.
    pub due: Timestamp,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
}

words! {
    /// The three dimensions that a board asks about.
    Dimension, "dimension" {
        /// Data gets out.
        DataExposure = "data-exposure",
        /// Agents do what they should not.
        OperationalIntegrity = "operational-integrity",
        /// Somebody else lets us down.
        ThirdPartyTrust = "third-party-trust",
    }
}

/// The least, the most likely and the most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The least.
    pub min: f64,
    /// The most likely.
    pub mode: f64,
    /// The most.
    pub max: f64,
}

/// Something that may happen, with what it would cost. Nothing in it has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The identifier.
    pub id: String,
    /// What happens, in one sentence.
    pub title: String,
    /// The dimension that it belongs to.
    pub dimension: Dimension,
    /// Who answers for the estimates.
    pub owner: String,
    /// Where they come from.
    pub source: String,
    /// When they were made.
    pub at: Date,
    /// How often it is tried in a year; none until somebody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Estimate>,
    /// The share that succeeds without further controls, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub susceptibility: Option<Estimate>,
    /// The share that succeeds with the controls that are in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual_susceptibility: Option<Estimate>,
    /// What it costs at once, in whole units of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_loss: Option<Estimate>,
    /// The share of cases that cost something afterwards, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_probability: Option<Estimate>,
    /// What it costs afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_loss: Option<Estimate>,
    /// What is exposed, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exposed: Vec<String>,
    /// The controls that stand against it, as `C6`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// The risk card of the board that it belongs to.
    #[serde(default, with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// How bad it would be, as somebody rated it.
    #[serde(default, with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// How easily it would be noticed, as somebody rated it.
    #[serde(default, with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub detection: Option<Detection>,
    /// What is done about it: accept, reduce, avoid, transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment: Option<Treatment>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

words! {
    /// A risk card of the board.
    Card, "risk card" {
        /// An agent is told by what it reads to copy data elsewhere.
        Exfiltration = "data-exfiltration",
        /// What was approved is replaced, and nobody is told.
        Substitution = "supply-chain-substitution",
        /// An authority asks for control over tools of third parties.
        Regulation = "regulatory-exposure",
    }
}

words! {
    /// How bad it would be.
    Impact, "impact" {
        /// Hardly.
        Low = "low",
        /// It would be felt.
        Medium = "medium",
        /// It would be in the papers.
        High = "high",
        /// The business would stand still.
        Critical = "critical",
    }
}

words! {
    /// How easily it would be noticed.
    Detection, "detection" {
        /// At once.
        Easy = "easy",
        /// By those who look.
        Moderate = "moderate",
        /// Hardly.
        Hard = "hard",
    }
}

words! {
    /// What is done about a risk.
    Treatment, "treatment" {
        /// Lived with.
        Accept = "accept",
        /// Made smaller.
        Reduce = "reduce",
        /// No longer run.
        Avoid = "avoid",
        /// Insured or handed on.
        Transfer = "transfer",
    }
}

/// A figure as it was at the end of an earlier quarter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// The quarter, for example `2026-Q3`.
    pub quarter: String,
    /// The figure, for example `M10`.
    pub figure: String,
    /// Its value.
    pub value: f64,
}

/// A decision that the board is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What is asked.
    pub title: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// What it costs, in whole units of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// What is recommended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommended: Option<String>,
}
