//! Whether an agent was reviewed against the four domains.
//!
//! An agent is reviewed when each domain has a status, a score and evidence that counts, when it is
//! known which business process it works in and with which data, and when somebody has said so for
//! a time that has not ended. A date alone is no review.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use warden_model::Severity;

use super::Domain;
use crate::{
    Ratio, Word as _,
    estate::{Agent, DomainReview, Finding, FindingState, Lookup, ReviewOutcome, ReviewStatus},
    table::Table,
};

/// What a review lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Nobody has looked at this domain, or not to an end.
    Status(Domain),
    /// It has no score.
    Score(Domain),
    /// It names no evidence.
    Evidence(Domain),
    /// It names evidence that is not there, or that does not count any more.
    Stale(Domain, String),
    /// Which business process the agent works in.
    Process,
    /// With which classes of data it is meant to work.
    Data,
    /// When it was reviewed.
    Date,
    /// Until when that counts.
    Until,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(domain) => write!(f, "{domain}: no status"),
            Self::Score(domain) => write!(f, "{domain}: no score"),
            Self::Evidence(domain) => write!(f, "{domain}: no evidence"),
            Self::Stale(domain, id) => write!(f, "{domain}: evidence {id:?} does not count"),
            Self::Process => f.write_str("no business process"),
            Self::Data => f.write_str("no classes of data"),
            Self::Date => f.write_str("no day of the review"),
            Self::Until => f.write_str("no day until which it counts"),
        }
    }
}

impl Serialize for Missing {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// How an agent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was reviewed, and that counts.
    Reviewed,
    /// It was, and that has ended.
    Expired,
    /// It was, and a domain is not as it should be.
    Failed,
    /// Something is missing.
    Incomplete,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reviewed => "reviewed",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
        }
    }
}

/// One domain in the review of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finished {
    /// The domain.
    pub domain: Domain,
    /// How urgent it is to have it in hand.
    pub priority: &'static str,
    /// What came of it; none if nobody has looked.
    pub status: Option<ReviewStatus>,
    /// The score, 0 to 100.
    pub score: Option<u8>,
    /// What shows it.
    pub evidence: Vec<String>,
    /// How many findings of the domain stand against servers that the agent uses.
    pub findings: u64,
    /// How many of them are critical.
    pub critical: u64,
}

/// The review of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review<'a> {
    /// The agent.
    pub agent: &'a str,
    /// How it stands.
    pub standing: Standing,
    /// The four domains.
    pub domains: Vec<Finished>,
    /// What is missing.
    pub missing: Vec<Missing>,
    /// When it was reviewed.
    pub reviewed: Option<Date>,
    /// Until when that counts.
    pub until: Option<Date>,
}

/// The reviews of all agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reviewed<'a> {
    /// By agent, sorted.
    pub agents: Vec<Review<'a>>,
    /// How many are reviewed, of all.
    pub reviewed: Ratio,
}

/// The reviews of all agents of an estate, as they stand on this day.
#[must_use]
pub fn reviews<'a>(known: &Lookup<'a>, day: Date) -> Reviewed<'a> {
    let mut agents: Vec<_> =
        known.estate.agents.iter().map(|agent| review(known, agent, day)).collect();
    agents.sort_by_key(|review| review.agent);
    let reviewed = Ratio::count(&agents, |review| review.standing == Standing::Reviewed);
    Reviewed { agents, reviewed }
}

/// The review of an agent, as it stands on this day.
#[must_use]
pub fn review<'a>(known: &Lookup<'a>, agent: &'a Agent, day: Date) -> Review<'a> {
    let own: Vec<&DomainReview> =
        known.estate.reviews.iter().filter(|review| review.agent == agent.id).collect();
    let found = findings(known, agent);
    let mut missing = Vec::new();
    let mut domains = Vec::new();
    let mut failed = agent.review_outcome == Some(ReviewOutcome::Failed);
    for domain in Domain::ALL {
        let review = own.iter().find(|review| review.domain == domain).copied();
        failed |= review.is_some_and(|review| review.status == ReviewStatus::Failed);
        lacks(known, domain, review, day, &mut missing);
        domains.push(finished(domain, review, &found));
    }
    if agent.process.as_deref().and_then(|id| known.process(id)).is_none() {
        missing.push(Missing::Process);
    }
    if agent.data.is_empty() {
        missing.push(Missing::Data);
    }
    if agent.reviewed.is_none_or(|reviewed| reviewed > day) {
        missing.push(Missing::Date);
    }
    if agent.review_until.is_none() {
        missing.push(Missing::Until);
    }
    let standing = if failed {
        Standing::Failed
    } else if !missing.is_empty() {
        Standing::Incomplete
    } else if agent.review_until.is_some_and(|until| until < day) {
        Standing::Expired
    } else {
        Standing::Reviewed
    };
    let (reviewed, until) = (agent.reviewed, agent.review_until);
    Review { agent: &agent.id, standing, domains, missing, reviewed, until }
}

/// What stands against the servers that an agent uses; what somebody accepts still counts.
fn findings<'a>(known: &Lookup<'a>, agent: &Agent) -> Vec<&'a Finding> {
    let mut servers: Vec<&str> =
        known.connections_of(&agent.id).iter().map(|one| one.server.as_str()).collect();
    servers.sort_unstable();
    servers.dedup();
    let found = servers.into_iter().flat_map(|server| known.findings_of(server));
    found.filter(|finding| finding.state != FindingState::Closed).copied().collect()
}

fn finished(domain: Domain, review: Option<&DomainReview>, found: &[&Finding]) -> Finished {
    let own = || found.iter().filter(|finding| Domain::of(finding.class) == domain);
    Finished {
        domain,
        priority: domain.priority().name(),
        status: review.map(|review| review.status),
        score: review.and_then(|review| review.score),
        evidence: review.map(|review| review.evidence.clone()).unwrap_or_default(),
        findings: own().count() as u64,
        critical: own().filter(|finding| finding.severity == Severity::Critical).count() as u64,
    }
}

fn lacks(
    known: &Lookup<'_>,
    domain: Domain,
    review: Option<&DomainReview>,
    day: Date,
    missing: &mut Vec<Missing>,
) {
    let Some(review) = review else {
        missing.extend([
            Missing::Status(domain),
            Missing::Score(domain),
            Missing::Evidence(domain),
        ]);
        return;
    };
    if review.status == ReviewStatus::Open {
        missing.push(Missing::Status(domain));
    }
    if review.score.is_none() {
        missing.push(Missing::Score(domain));
    }
    if review.evidence.is_empty() {
        missing.push(Missing::Evidence(domain));
    }
    for id in &review.evidence {
        let evidence = known.evidence(id);
        let counts = evidence.is_some_and(|one| one.expires.is_none_or(|expires| expires >= day));
        if !counts {
            missing.push(Missing::Stale(domain, id.clone()));
        }
    }
}

/// One line for each agent and domain.
#[must_use]
pub fn reviews_csv(reviews: &[Review<'_>]) -> String {
    let head =
        ["agent", "standing", "domain", "priority", "status", "score", "evidence", "findings"];
    let mut table = Table::new(&head);
    for review in reviews {
        for one in &review.domains {
            table.row(&[
                review.agent,
                review.standing.word(),
                one.domain.word(),
                one.priority,
                one.status.map_or("unknown", |status| status.word()),
                &one.score.map(|score| score.to_string()).unwrap_or_default(),
                &one.evidence.join("; "),
                &one.findings.to_string(),
            ]);
        }
    }
    table.finish()
}
