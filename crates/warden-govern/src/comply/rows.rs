//! The table that a board asks for: framework, risk, required controls; each control with what the
//! estate shows for it.
//!
//! Five rows come from a published risk assessment framework, in its wording; two of ours are for
//! DORA and NIS 2. What is legally loose in that wording is said beside it.

use serde::Serialize;

use super::{Judged, Status};

/// A control that a row requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// As the row names it.
    pub name: &'static str,
    /// The controls of the platform that stand for it, or parts of them, as `C20a`.
    pub controls: &'static [&'static str],
    /// Where it stands in the framework.
    pub at: &'static [&'static str],
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first column.
    pub framework: &'static str,
    /// The second column.
    pub risk: &'static str,
    /// The third column.
    pub needs: &'static [Need],
    /// What has to be said of the row's wording.
    pub note: Option<&'static str>,
}

/// The names of the three columns.
pub const COLUMNS: [&str; 3] = ["Framework", "MCP Risk Addressed", "Required Controls"];

macro_rules! needs {
    ($($name:literal: [$($control:literal),+] at [$($at:literal),+];)*) => {
        &[$(Need { name: $name, controls: &[$($control),+], at: &[$($at),+] }),*]
    };
}

/// The rows, in their order.
pub static ROWS: &[Row] = &[
    Row {
        framework: "NIST AI RMF",
        risk: "GOVERN accountability for agent actions; MANAGE controls reducing identified risks; \
               MAP inventory of capabilities and data access",
        needs: needs! {
            "agent inventory": ["C1", "C2"] at ["GOVERN 1.6", "MAP 4.1", "GOVERN 2.1"];
            "risk register": ["C16"] at ["MAP 5.1", "MANAGE 1.2", "MANAGE 1.3", "MANAGE 1.4"];
            "access controls": ["C3", "C4"] at ["MANAGE 1.3", "MAP 4.2"];
            "logging": ["C8", "C9"] at ["MANAGE 4.1", "MEASURE 2.4", "MEASURE 2.8"];
            "IR plan for AI agents": ["C14"] at ["MANAGE 2.3", "MANAGE 4.3"];
        },
        note: None,
    },
    Row {
        framework: "EU AI Act",
        risk: "high-risk transparency and oversight when agents are used in regulated domains: HR, \
               credit, critical infrastructure, law enforcement",
        needs: needs! {
            "human oversight": ["C5", "C15"] at ["Art. 14", "Art. 26(2)"];
            "audit trails": ["C8"] at ["Art. 12", "Art. 19", "Art. 26(6)"];
            "technical documentation": ["C2", "C7"] at ["Art. 26(2)", "Art. 26(5)"];
            "accuracy and robustness testing": ["C11", "C18"] at ["Art. 15", "Art. 15(5)"];
            "cybersecurity measures": ["C3", "C10", "C12"] at ["Art. 15(5)"];
        },
        note: Some(
            "what Annex III asks of high-risk systems applies from 2027-12-02; until then this is \
             readiness",
        ),
    },
    Row {
        framework: "ISO/IEC 42001",
        risk: "AI management system: treatment of AI-specific threats incl. adversarial attacks and \
               tooling supply chain",
        needs: needs! {
            "documented AI risk assessment": ["C16"] at ["cl. 6.1", "A.5.2"];
            "supplier controls for AI tool vendors": ["C13"] at ["A.10.3"];
            "monitoring and measurement of AI system behaviour": ["C9", "C6"] at ["A.6.2.6"];
        },
        note: None,
    },
    Row {
        framework: "SOC 2 Type II",
        risk: "logical access, monitoring, availability for servers handling customer data or \
               critical processes",
        needs: needs! {
            "access-control evidence for endpoints": ["C3", "C4"] at ["CC6.1", "CC6.3"];
            "logging evidence for tool invocations": ["C8"] at ["CC7.2", "CC7.3"];
            "change-management evidence for manifest updates": ["C6"] at ["CC8.1"];
        },
        note: None,
    },
    Row {
        framework: "GDPR/Data Protection",
        risk: "agents processing personal data through tools; exfiltration through injection is a \
               reportable breach under Art. 33",
        needs: needs! {
            "data minimisation at tool-scope level": ["C20a"] at ["Art. 5(1)(c)", "Art. 25(2)"];
            "processing records for agent activities": ["C20b"] at ["Art. 30(1)"];
            "breach detection": ["C9", "C10"] at ["Art. 32(1)"];
            "72-hour notification capability": ["C14"] at ["Art. 33(1)"];
        },
        note: Some(
            "the wording is that of its source, which calls agents data processors; a processor is a natural or \
             legal person (Art. 4(8)), so the operator or the vendor is controller or processor",
        ),
    },
    Row {
        framework: "DORA",
        risk: "servers that critical or important functions depend on are ICT assets, and those of \
               others ICT third-party services: found, assessed, under contract, reported on",
        needs: needs! {
            "inventory of ICT assets and third parties": ["C1", "C2"] at ["Art. 8(1)", "Art. 8(4)", "Art. 28(3)"];
            "strong authentication and least privilege": ["C3", "C4"] at ["Art. 9(4)(c)", "Art. 9(4)(d)"];
            "change management and testing": ["C6", "C7"] at ["Art. 9(4)(e)", "Art. 25(1)"];
            "detection and logs": ["C8", "C9"] at ["Art. 10(1)", "Art. 10(2)"];
            "due diligence and contract clauses": ["C13"] at ["Art. 28(4)", "Art. 30(2)", "Art. 30(3)"];
            "incident classification and reporting": ["C14"] at ["Art. 17", "Art. 18", "Art. 19"];
        },
        note: None,
    },
    Row {
        framework: "NIS2",
        risk: "tools that agents use are a part of network and information systems and of their \
               supply chain: risk management, incident handling and reporting",
        needs: needs! {
            "risk analysis and policies": ["C16"] at ["Art. 21(2)(a)"];
            "incident handling and reporting": ["C8", "C14"] at ["Art. 21(2)(b)", "Art. 23"];
            "supply chain security": ["C13"] at ["Art. 21(2)(d)"];
            "vulnerability handling": ["C6", "C7"] at ["Art. 21(2)(e)"];
            "effectiveness of measures": ["C18"] at ["Art. 21(2)(f)"];
            "access control and asset management": ["C1", "C4"] at ["Art. 21(2)(i)"];
            "strong authentication": ["C3"] at ["Art. 21(2)(j)"];
        },
        note: None,
    },
];

/// A required control as the estate shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeedState {
    /// As the row names it.
    pub name: &'static str,
    /// How it stands.
    pub status: Status,
    /// The controls of the platform, or their parts.
    pub controls: &'static [&'static str],
    /// Where it stands in the framework.
    pub at: &'static [&'static str],
    /// What shows it.
    pub evidence: Vec<String>,
    /// The command that shows all of it.
    pub query: String,
}

/// A row as the estate shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowState {
    /// The first column.
    pub framework: &'static str,
    /// The second column.
    pub risk: &'static str,
    /// The third column.
    pub needs: Vec<NeedState>,
    /// What has to be said of the row's wording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// The table, from controls that were judged for the whole estate.
#[must_use]
pub fn rows(judged: &[Judged]) -> Vec<RowState> {
    let row = |row: &Row| RowState {
        framework: row.framework,
        risk: row.risk,
        needs: row.needs.iter().map(|need| need_state(need, judged)).collect(),
        note: row.note,
    };
    ROWS.iter().map(row).collect()
}

/// The control of the platform that an identifier of it or of a part of it names.
fn control_of(id: &str) -> &str {
    id.trim_end_matches(|letter: char| letter.is_ascii_lowercase())
}

pub(super) fn need_state(need: &Need, judged: &[Judged]) -> NeedState {
    let find = |id: &str| judged.iter().find(|one| one.id == control_of(id));
    let status = |id: &&str| {
        let Some(control) = find(id) else { return Status::NotMeasured };
        // A part alone is no better than what shows it.
        match control.part(id).map(|part| part.status) {
            Some(Status::Met) if !control.is_fresh() => Status::Partly,
            Some(part) => part,
            None => control.status,
        }
    };
    let evidence = need.controls.iter().filter_map(|id| find(id)).flat_map(|one| &one.evidence);
    let mut evidence: Vec<_> = evidence.map(|cited| cited.id.clone()).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let ids: Vec<_> = need.controls.iter().map(|id| control_of(id)).collect();
    NeedState {
        name: need.name,
        status: Status::together(need.controls.iter().map(status)),
        controls: need.controls,
        at: need.at,
        evidence,
        query: format!("mcpwarden comply control {}", ids.join(" ")),
    }
}

/// What one function of the NIST AI RMF is for in an MCP programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Triad {
    /// The function.
    pub function: &'static str,
    /// When and what for.
    pub when: &'static str,
    /// What belongs to it.
    pub needs: &'static [Need],
}

/// The three functions of the NIST AI RMF that an MCP programme is about.
pub static TRIAD: &[Triad] = &[
    Triad {
        function: "GOVERN",
        when: "the whole time",
        needs: needs! {
            "policies": ["C4", "C17"] at ["GOVERN 1.5", "GOVERN 2.3"];
            "roles": ["C2", "C5"] at ["GOVERN 2.1", "GOVERN 3.2"];
            "accountability": ["C2"] at ["GOVERN 2.1"];
            "vendor assessment": ["C13"] at ["GOVERN 6.1", "GOVERN 6.2"];
            "change control": ["C6"] at ["GOVERN 4.3"];
        },
    },
    Triad {
        function: "MANAGE",
        when: "the whole time",
        needs: needs! {
            "authentication": ["C3"] at ["MANAGE 1.3"];
            "authorisation": ["C4"] at ["MANAGE 1.3"];
            "logging": ["C8"] at ["MANAGE 4.1"];
            "monitoring": ["C9"] at ["MANAGE 4.1", "MANAGE 3.1"];
        },
    },
    Triad {
        function: "MAP",
        when: "when an agent is deployed",
        needs: needs! {
            "business processes": ["C2"] at ["MAP 1.1"];
            "data": ["C2", "C20"] at ["MAP 4.1"];
            "risk per connection": ["C16", "C4"] at ["MAP 5.1", "MAP 4.2"];
        },
    },
];
