//! The eight risks that every set of weights is held against: what is published of how bad they are.
//! Weights that give another level are policy, and not refused; people are told.

use warden_model::{DataClass, Severity};

use super::{
    exposure::{Exposure, Flow, Power, Strength, Vetting},
    score::{Composite, Level, Manner},
    weights::Weights,
};
use crate::estate::{Audit, Egress, Monitoring, Network, Persistence};

/// One of the eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: u8,
    /// The scenario.
    pub scenario: &'static str,
    /// How bad it is technically.
    pub severity: Severity,
    /// What is said of what stands around it.
    pub factor: &'static str,
    /// How bad it is for the business.
    pub level: Level,
    /// What stands around it.
    pub exposure: Exposure,
    /// What it is about.
    pub manner: Manner,
}

/// What the rows differ from: a tool that only reads internal data behind a segmented network, with
/// strong authentication, whole audit, watched, and by somebody who was assessed.
pub const NEUTRAL: Exposure = Exposure {
    capability: Some(Power::Read),
    egress: Some(Egress::None),
    data: Some(DataClass::Internal),
    network: Some(Network::Segmented),
    authentication: Some(Strength::Strong),
    audit: Some(Audit::Full),
    persistence: Some(Persistence::Session),
    vendor: Some(Vetting::Assessed),
    monitoring: Some(Monitoring::Full),
    flow: Flow::None,
};

/// The eight.
pub const ROWS: [Row; 8] = [
    Row {
        number: 1,
        scenario: "No auth on high-privilege MCP server",
        severity: Severity::Critical,
        factor: "Scales with tool capability surface",
        level: Level::Critical,
        exposure: Exposure {
            capability: Some(Power::Execute),
            egress: Some(Egress::Listed),
            data: Some(DataClass::Confidential),
            network: Some(Network::Flat),
            authentication: Some(Strength::None),
            audit: Some(Audit::Partial),
            ..NEUTRAL
        },
        manner: Manner::Plain,
    },
    Row {
        number: 2,
        scenario: "Prompt injection on email-connected agent",
        severity: Severity::High,
        factor: "Full inbox access + send capability",
        level: Level::Critical,
        exposure: Exposure {
            capability: Some(Power::Send),
            egress: Some(Egress::Unrestricted),
            data: Some(DataClass::Confidential),
            flow: Flow::Untrusted,
            ..NEUTRAL
        },
        manner: Manner::Plain,
    },
    Row {
        number: 3,
        scenario: "Overpermissioned read-only research agent",
        severity: Severity::High,
        factor: "Low - no write or egress capability",
        level: Level::Medium,
        exposure: NEUTRAL,
        manner: Manner::Plain,
    },
    Row {
        number: 4,
        scenario: "Tool manifest drift without detection",
        severity: Severity::High,
        factor: "Persistent compromise, no session boundary",
        level: Level::Critical,
        exposure: Exposure { persistence: Some(Persistence::Undetected), ..NEUTRAL },
        manner: Manner::Plain,
    },
    Row {
        number: 5,
        scenario: "No audit logging, exec-capable agent",
        severity: Severity::High,
        factor: "Incident response blind - no forensics",
        level: Level::Critical,
        exposure: Exposure {
            capability: Some(Power::Execute),
            audit: Some(Audit::None),
            ..NEUTRAL
        },
        manner: Manner::Plain,
    },
    Row {
        number: 6,
        scenario: "Third-party MCP tool, no security assessment",
        severity: Severity::Medium,
        factor: "Unknown - vendor posture unquantified",
        level: Level::High,
        exposure: Exposure { vendor: Some(Vetting::Unassessed), ..NEUTRAL },
        manner: Manner::Plain,
    },
    Row {
        number: 7,
        scenario: "Missing TLS on internal-only MCP server",
        severity: Severity::High,
        factor: "Reduces if network is fully trusted",
        level: Level::Medium,
        exposure: Exposure {
            capability: Some(Power::Write),
            network: Some(Network::Trusted),
            ..NEUTRAL
        },
        manner: Manner::Transport,
    },
    Row {
        number: 8,
        scenario: "Rate limiting absent on data-heavy tool",
        severity: Severity::Medium,
        factor: "Removes behavioral anomaly detection",
        level: Level::Medium,
        exposure: Exposure {
            data: Some(DataClass::Confidential),
            monitoring: Some(Monitoring::NoRateLimit),
            ..NEUTRAL
        },
        manner: Manner::Plain,
    },
];

impl Row {
    /// What these weights say of it.
    #[must_use]
    pub fn score(&self, weights: &Weights) -> Composite {
        weights.score(self.severity, self.manner, self.exposure)
    }

    /// Whether they say what is published.
    #[must_use]
    pub fn is_reproduced(&self, weights: &Weights) -> bool {
        self.score(weights).level() == self.level
    }
}
