//! Agents, what they are connected to and what they may use of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use warden_model::DataClass;

use super::Environment;
use crate::{
    domain::Domain,
    word::{self, words},
};

words! {
    /// Fields in which an agent may be a high-risk AI system (EU AI Act, Annex III).
    RegulatedDomain, "regulated domain" {
        /// None of these.
        None = "none",
        /// Hiring and employment.
        Hr = "hr",
        /// Creditworthiness.
        Credit = "credit",
        /// Critical infrastructure.
        Infrastructure = "critical-infrastructure",
        /// Law enforcement.
        LawEnforcement = "law-enforcement",
    }
}

words! {
    /// What makes an agent worse than the program that it steers (AIVSS v0.8).
    AgentFactor, "factor" {
        /// It acts without being asked.
        Autonomy = "autonomy",
        /// It uses tools.
        ToolUse = "tool-use",
        /// It remembers.
        Memory = "memory-use",
        /// It acts as somebody else.
        DynamicIdentity = "dynamic-identity",
        /// It works with other agents.
        MultiAgent = "multi-agent",
        /// It does not do the same twice.
        NonDeterminism = "non-determinism",
        /// It changes itself.
        SelfModification = "self-modification",
        /// It makes plans of its own.
        Planning = "goal-driven-planning",
        /// It takes from what is around it.
        Awareness = "contextual-awareness",
        /// Nobody can say why it does what it does.
        Opacity = "opacity",
    }
}

words! {
    /// How much of a factor there is.
    FactorDegree, "degree of a factor" {
        /// Nothing.
        None = "0",
        /// Some.
        Half = "0.5",
        /// All.
        Full = "1",
    }
}

/// A factor of an agent, as somebody rated it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatedFactor {
    /// Which.
    pub factor: AgentFactor,
    /// How much of it there is.
    pub degree: FactorDegree,
}

words! {
    /// What came of a review of an agent.
    ReviewOutcome, "outcome of a review" {
        /// It may go into production.
        Passed = "passed",
        /// It may not.
        Failed = "failed",
    }
}

/// A deployed AI client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Agent {
    /// The identifier.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The client program, for example `claude-desktop`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The machine that it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The accountable person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The business process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The data that it is meant to work with; nothing counts as not known.
    #[serde(with = "word::several", skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataClass>,
    /// Where it runs; not known counts as production.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Whether it decides in a regulated field.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub domain: Option<RegulatedDomain>,
    /// What personal data it processes, and why: for the records of GDPR Art. 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Whose data it processes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Which kinds of personal data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personal_data: Vec<String>,
    /// Who gets it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// After how many days it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Who may stop it and oversees it (EU AI Act, Art. 14 and 26(2)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overseer: Option<String>,
    /// Whether a tool call needs to be on a list of its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_allowlist: Option<bool>,
    /// Whether roles say who may use it for what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_based: Option<bool>,
    /// When it was reviewed against the four domains, and until when that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Date>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_until: Option<Date>,
    /// What makes it worse than a program, for AIVSS; it counts once all ten are rated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<RatedFactor>,
    /// What came of it; not known counts as failed.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub review_outcome: Option<ReviewOutcome>,
    /// Where this was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

words! {
    /// What came of looking at one domain.
    ReviewStatus, "status of a review" {
        /// Somebody looks, or will.
        Open = "open",
        /// It is as it should be.
        Passed = "passed",
        /// It is not.
        Failed = "failed",
    }
}

/// One domain in the review of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainReview {
    /// The agent.
    pub agent: String,
    /// The domain.
    pub domain: Domain,
    /// What came of it.
    pub status: ReviewStatus,
    /// The score, 0 to 100, as whoever looked gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Who looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

words! {
    /// What happens to a call of a tool.
    Ruling, "ruling" {
        /// It goes through.
        Allow = "allow",
        /// A person says yes or no first.
        Approval = "approval",
        /// It is refused.
        Deny = "deny",
    }
}

/// What policy says of one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruled {
    /// The tool.
    pub tool: String,
    /// What happens to its calls.
    pub ruling: Ruling,
}

/// A server as configured for one agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connection {
    /// The agent.
    pub agent: String,
    /// The server.
    pub server: String,
    /// The tools that the agent was given; `None` for all that there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<String>>,
    /// What policy says, where it says something; anything else goes through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rulings: Vec<Ruled>,
    /// The tools that were used in the last ninety days; `None` if nobody counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Vec<String>>,
    /// Whether the client runs tools without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approve: Option<bool>,
    /// Who set it up: a person, or a user of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The credentials that it refers to, by kind and name, never by value: `env GITHUB_TOKEN`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<String>,
    /// Those of them that are of production, as far as the configuration says it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub production_credentials: Vec<String>,
    /// The file that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}
