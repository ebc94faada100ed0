//! Every metric: its name, what it counts, which way it should go, and how it is read.

use super::{Better, Metric, Sources, Value, activity, assurance, inventory, span};
use crate::Figure;

pub(super) struct Kind {
    pub(super) id: &'static str,
    title: &'static str,
    formula: &'static str,
    better: Better,
    read: fn(&Sources<'_>) -> Value,
}

impl Kind {
    pub(super) fn of(&self, sources: &Sources<'_>, most: usize) -> Metric {
        let Value { text, ratio, number, open, verdict, mut drill, rows } = (self.read)(sources);
        let drill_all = drill.len();
        drill.truncate(most);
        let query = format!("mcpwarden metrics --estate ESTATE {}", self.id);
        let figure = Figure { id: self.id, title: self.title, value: text, ratio, query, drill };
        Metric {
            figure,
            drill_all,
            formula: self.formula,
            number,
            open,
            better: self.better,
            verdict,
            rows,
        }
    }
}

use Better::{Higher, Lower, Neither};

macro_rules! metrics {
    ($($id:literal $better:ident $read:path: $title:literal, $formula:literal;)*) => {
        pub(super) static METRICS: &[Kind] = &[$(Kind {
            id: $id, title: $title, formula: $formula, better: $better, read: $read,
        }),*];
    };
}

metrics! {
    "M1" Higher inventory::coverage: "Inventory coverage",
        "registered servers / (registered + unregistered seen in 30 days)";
    "M2" Higher inventory::complete: "Complete entries",
        "servers with owner, publisher, version and data tag / servers";
    "M2-owners" Higher inventory::owners: "Agents with an accountable person",
        "agents whose owner is a person / agents";
    "M3" Higher inventory::pinned_and_signed: "Pinned and signed",
        "servers with a pinned digest and a signature that holds / servers";
    "M3-pin" Higher inventory::pinned: "Pinned",
        "servers with a pinned digest / servers";
    "M4" Higher inventory::certified: "Certified",
        "servers certified at the level of the organisation or above, not expired / servers";
    "M4-stages" Higher inventory::stages: "All four stages current",
        "servers with static analysis, taint, supply chain and secrets in 92 days / servers";
    "M5" Higher inventory::authentication: "Authentication coverage",
        "servers with OAuth, mTLS or pipes of their own / servers; not known is not covered";
    "M5-baseline" Higher inventory::baseline: "Production with authentication and logging",
        "servers in production with both / servers in production";
    "M6" Higher activity::audit: "Audit coverage",
        "calls with a whole record in the SIEM / calls observed";
    "M7" Higher activity::gateway: "Gateway share",
        "MCP traffic through gateways / MCP traffic that egress logs show";
    "M7-agents" Higher activity::agents: "Agent-to-agent interactions monitored",
        "calls between agents or servers that were recorded / those that were seen";
    "M8" Higher inventory::least_privilege: "Least privilege",
        "granted tools that were used in 90 days / granted tools";
    "M8-session" Higher inventory::sessions: "Session allowlists of Priority-1 agents",
        "agents that can act and have a session allowlist / agents that can act";
    "M9" Lower inventory::high_risk: "High-risk tools",
        "tools whose composite risk is High or Critical / tools";
    "M10" Lower span::detect_all: "Time to detect",
        "mean of identified - occurred, of incidents identified in 92 days or not at all";
    "M10-behaviour" Lower span::detect_behaviour: "Time to detect behaviour, under 15 min",
        "mean of identified - occurred, of incidents of the kind behaviour";
    "M10-drift" Lower span::detect_drift: "Time to detect drift, under 4 h",
        "mean of identified - occurred, of incidents of the kind manifest-drift";
    "M11" Lower span::contain: "Time to contain",
        "mean of contained - identified, of incidents identified in 92 days or not contained";
    "M11-recover" Lower span::recover: "Time to recover",
        "mean of recovered - identified, of incidents identified in 92 days or not recovered";
    "M12" Higher activity::drift_blocked: "Drift blocked by itself",
        "changes that were stopped by themselves / changes in 92 days or not noticed";
    "M12-approved" Neither activity::drift_approved: "Drift approved since",
        "changes that somebody approved / changes in 92 days or not noticed";
    "M12-latency" Lower span::drift_latency: "Time until drift is noticed",
        "mean of detected - occurred, of changes in 92 days or not noticed";
    "M13" Neither activity::denied: "Denied actions",
        "decisions that were a no / decisions";
    "M13-false" Lower activity::falsely_denied: "Denied by mistake",
        "denials that somebody overrode / denials";
    "M14" Neither activity::approvals: "Approval load",
        "questions to people / days of the period";
    "M14-auto" Lower activity::approved_automatically: "Approved without a person",
        "questions that a standing answer granted / questions that were granted";
    "M15" Higher assurance::assessed: "Vendors assessed",
        "third-party servers in production that passed / those in production";
    "M15-opened" Higher assurance::opened: "Vendor assessments opened",
        "third-party servers in production with an assessment / those in production";
    "M15-must" Higher assurance::musts: "Vendors with every MUST met",
        "third-party servers in production with a yes to all ten / those in production";
    "M15-old" Lower assurance::old_evidence: "Vendor evidence older than a year",
        "answers whose evidence is older than 365 days or has no day / answers of vendors";
    "M16" Higher assurance::red_team: "Red team: blocked",
        "attacks that did not reach their goal / attacks, of the last exercise";
    "M17" Lower assurance::residual: "Residual exposure",
        "what a year may cost, with the controls that are in place: P50";
    "M18" Higher assurance::maturity: "Maturity",
        "the highest maturity tier of which all signals hold";
    "M18-signals" Higher assurance::signals: "Maturity signals met",
        "signals that hold / signals";
    "M19" Higher assurance::compliance: "Compliance coverage",
        "controls with fresh evidence / controls required, over all frameworks";
    "M20" Lower assurance::remediation: "Findings overdue",
        "open or accepted findings past their day, or without one / open or accepted findings";
    "M20-age" Lower assurance::age: "Age of findings",
        "median of days since found, of open or accepted findings";
    "M21-least" Higher inventory::least_privilege: "Index: least privilege",
        "granted tools that were used in 90 days / granted tools";
    "M21-provenance" Higher inventory::provenance: "Index: provenance",
        "servers pinned, signed and of a known publisher / servers";
    "M21-attestation" Higher activity::attested: "Index: runtime attestation",
        "calls whose digest and level were verified at their time / calls observed";
}
