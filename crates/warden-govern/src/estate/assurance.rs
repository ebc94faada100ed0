//! What was assessed, accepted, exercised and set up.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// What was answered.
    AnswerState, "answer" {
        /// It is so.
        Yes = "yes",
        /// It is not.
        No = "no",
        /// It is so in part.
        Partial = "partial",
        /// It does not apply.
        NotApplicable = "n/a",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

words! {
    /// Who says so.
    AnsweredBy, "source of an answer" {
        /// A scan or a certification.
        Scan = "auto-scan",
        /// The gateway.
        Runtime = "auto-runtime",
        /// The vendor.
        Vendor = "vendor",
        /// Somebody of us.
        Person = "person",
    }
}

/// An answer to one question about one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question, for example `A4`, `V10`, `Q17`.
    pub question: String,
    /// What was answered.
    pub state: AnswerState,
    /// Who says so.
    pub source: AnsweredBy,
    /// Which person, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What the question wants to know exactly, for example `vendor:DE`, `oauth-v21`,
    /// `patch-days=30`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// What shows it: identifiers of [`Evidence`](super::Evidence).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// When.
    pub at: Date,
    /// Until when it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// The version or digest of which it was said; it reopens when there is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_to: Option<String>,
}

words! {
    /// How far an assessment is.
    AssessmentState, "state of an assessment" {
        /// Asked for.
        Opened = "opened",
        /// The vendor answers.
        WithVendor = "with-vendor",
        /// We look at the answers.
        InReview = "in-review",
        /// Done, and good.
        Passed = "passed",
        /// Done, and not good.
        Failed = "failed",
        /// To be done again.
        ReviewDue = "review-due",
    }
}

/// An assessment of one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The server.
    pub server: String,
    /// How far it is.
    pub state: AssessmentState,
    /// When it was opened.
    pub opened: Date,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Date>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// After how many days it is to be done again; a year if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_days: Option<u32>,
    /// When it is to be done again, if that is earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Date>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

/// A risk that somebody accepts for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The identifier.
    pub id: String,
    /// What it is for: a finding, or a question of a server as `server/V10`.
    pub subject: String,
    /// Who accepts it.
    pub owner: String,
    /// The role in which that person does.
    pub role: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub from: Date,
    /// Until when.
    pub until: Date,
}

words! {
    /// What an exercise was.
    ExerciseKind, "kind of exercise" {
        /// Attacks against a gateway.
        RedTeam = "red-team",
        /// A playbook, played through.
        Playbook = "playbook",
        /// Stopping agents.
        KillSwitch = "kill-switch",
        /// Bringing back what was lost.
        Recovery = "recovery",
    }
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The identifier.
    pub id: String,
    /// What it was.
    pub kind: ExerciseKind,
    /// When.
    pub at: Date,
    /// What was tried: the pack of a red team with its version, the playbook.
    pub subject: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What came of each attack of a red team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attacks: Vec<Attack>,
    /// The seconds that it took until it was stopped or brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// The file with its result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

words! {
    /// What came of an attack.
    AttackOutcome, "outcome of an attack" {
        /// It did not reach its goal.
        Blocked = "blocked",
        /// It reached its goal, and was noticed.
        Detected = "detected",
        /// It reached its goal, and nobody noticed.
        Missed = "missed",
    }
}

/// An attack of an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// Its name in the pack.
    pub id: String,
    /// The campaign that it belongs to, for example `injection`.
    pub campaign: String,
    /// What came of it.
    pub outcome: AttackOutcome,
    /// The milliseconds from its first step until it was noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected_after_ms: Option<u64>,
}

/// A playbook for incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// The identifier, for example `PB-1`.
    pub id: String,
    /// What it is for, for example `injection-exfiltration`.
    pub scenario: String,
    /// Who keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was last changed to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
}

words! {
    /// A control of the organisation that is not one server's.
    Measure, "measure" {
        /// A place that records are sent to, such as a SIEM.
        SiemSink = "siem-sink",
        /// An alert on calls that nobody may make.
        AlertUnauthorised = "alert-unauthorised-call",
        /// An alert on sessions of unusual length.
        AlertSession = "alert-session-duration",
        /// An alert on limits that were reached.
        AlertRate = "alert-rate-limit",
        /// An alert on endpoints that were not there before.
        AlertEndpoint = "alert-new-endpoint",
        /// An alert on definitions that changed.
        AlertDefinition = "alert-new-definition",
        /// An alert on more data than usual.
        AlertEgress = "alert-egress-volume",
        /// What is usual was learnt, and is compared with.
        Baseline = "behaviour-baseline",
        /// Agents are deployed past a gate.
        PipelineGate = "pipeline-gate",
        /// A written policy, such as the moratorium.
        WrittenPolicy = "written-policy",
        /// How vendors are assessed, in writing.
        VendorProcess = "vendor-process",
        /// Agents are stopped at once.
        KillSwitch = "kill-switch",
        /// MCP risk stands in the risk register of the enterprise.
        EnterpriseRisk = "enterprise-risk-item",
        /// The contact for security of the organisation.
        SecurityContact = "security-contact",
        /// Egress is filtered.
        EgressFilter = "egress-filter",
        /// Personal data is masked.
        Masking = "masking",
    }
}

/// A control that is in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What it is.
    pub measure: Measure,
    /// Which, for example the name of the sink.
    pub name: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The last time that it was seen to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Timestamp>,
    /// Who keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

words! {
    /// A document that was given to somebody.
    DeliverableKind, "deliverable" {
        /// The inventory, signed off.
        Inventory = "signed-off-inventory",
        /// The catalogue with scores and a plan.
        Catalogue = "risk-scored-catalogue",
        /// The policy, its enforcement and its report.
        Enforcement = "enforcement-proof",
        /// A report for the board.
        BoardReport = "board-report",
        /// A written policy.
        Policy = "policy-document",
        /// An update after an incident.
        IncidentUpdate = "incident-update",
        /// The figures of a quarter in depth.
        DeepDive = "quarterly-deep-dive",
    }
}

/// A document that was signed or handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    /// What it is.
    pub kind: DeliverableKind,
    /// When.
    pub at: Date,
    /// The time of that day, if it was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Who signed it, or whom it was given to.
    pub person: String,
    /// The digest of what was signed.
    pub digest: String,
}

/// A task of the programme of which nothing but a person can say that it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskNote {
    /// The task.
    pub task: String,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was done, as that person says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Date>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}
