//! What stands around each finding of an estate: the axes of its server, what can be reached from it,
//! and what flows through the agents that are connected to it.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use rustc_hash::FxHashMap;
use warden_model::{Class, DataClass};

use super::{
    aivss::Factors,
    exposure::{Exposure, Flow, Power, Vetting, is_outlet, is_sensitive},
    score::{Composite, Manner},
    weights::Weights,
};
use crate::estate::{
    Assessment, AssessmentState, Capability, Connection, Egress, Finding, Lookup, Posture, Ruling,
    Server, Tool,
};

/// How far what is wrong reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// The use of one tool.
    Tool,
    /// Everything that the server can do.
    Server,
    /// Everything that an agent can do: whoever writes what the agent reads steers it.
    Agent,
}

impl Extent {
    /// How far a finding reaches.
    const fn of(class: Class) -> Self {
        match class {
            Class::DataClassGap
            | Class::HitlMissing
            | Class::RateLimitMissing
            | Class::ScopeExcess
            | Class::UnintendedAction
            | Class::Destruction => Self::Tool,
            Class::PromptInjection
            | Class::ToolPoisoning
            | Class::ToolShadowing
            | Class::MemoryPoisoning
            | Class::ServerInitiatedAbuse
            | Class::ManifestDrift
            | Class::MaliciousPackage
            | Class::ToxicFlow
            | Class::DataExfil => Self::Agent,
            _ => Self::Server,
        }
    }
}

/// What can be done with some tools together; `None` is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reach {
    power: Option<Power>,
    egress: Option<Egress>,
    data: Option<DataClass>,
    untrusted: bool,
}

impl Reach {
    const NOTHING: Self = Self {
        power: Some(Power::None),
        egress: Some(Egress::None),
        data: Some(DataClass::Public),
        untrusted: false,
    };
    const UNKNOWN: Self = Self { power: None, egress: None, data: None, untrusted: true };

    /// What one tool can do. Where its effect and its capabilities differ, the worse counts.
    fn of(tool: &Tool, server: &Server) -> Self {
        let power = tool.effect.map(Power::from).map(|power| {
            tool.capabilities.iter().copied().map(Power::from).fold(power, Power::max)
        });
        Self {
            power,
            egress: tool.egress,
            data: tool.data.or(server.data),
            untrusted: tool.untrusted != Some(false)
                || tool.capabilities.contains(&Capability::ReadPublic),
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            power: worst(self.power, other.power),
            egress: worst(self.egress, other.egress),
            data: worst(self.data, other.data),
            untrusted: self.untrusted || other.untrusted,
        }
    }

    fn is_toxic(self) -> bool {
        self.untrusted && is_sensitive(self.data) && is_outlet(self.power, self.egress)
    }

    /// Whether it brings one of the three things that a toxic flow is made of.
    fn has_part(self) -> bool {
        self.untrusted || is_sensitive(self.data) || is_outlet(self.power, self.egress)
    }
}

fn worst<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    Some(a?.max(b?))
}

/// An agent as seen from a server that it is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    reach: Reach,
    flow: Flow,
}

/// A server with what is around it.
struct Around<'a> {
    /// The axes of the server itself; those of reach are of all its tools.
    exposure: Exposure,
    /// Every different way in which agents stand to it, with the first agent of each.
    agents: BTreeMap<Seen, &'a str>,
    /// The factors of the agents, the worst; none if those of one of them are not known.
    factors: Option<Factors>,
}

/// What stands around everything in an estate. Made once for all findings.
pub struct Surroundings<'a> {
    known: &'a Lookup<'a>,
    around: FxHashMap<&'a str, Around<'a>>,
    toxic: Vec<&'a str>,
}

impl<'a> Surroundings<'a> {
    /// What stands around everything in this estate on this day.
    #[must_use]
    pub fn new(known: &'a Lookup<'a>, day: Date) -> Self {
        let assessments = latest(&known.estate.assessments);
        let whole: FxHashMap<&str, Reach> = (known.estate.servers.iter())
            .map(|server| (server.id.as_str(), of_server(known, server)))
            .collect();
        let (mut seen, toxic) = by_server(known, &whole);
        let around = known.estate.servers.iter().map(|server| {
            let id = server.id.as_str();
            let reach = whole.get(id).copied().unwrap_or(Reach::UNKNOWN);
            let assessment = assessments.get(id).copied();
            let around = Around {
                exposure: exposure(server, reach, vetting(server, assessment, day)),
                agents: seen.remove(id).unwrap_or_default(),
                factors: factors(known, id),
            };
            (id, around)
        });
        let around = around.collect();
        Self { known, around, toxic }
    }

    /// The score of a finding, and the agent that makes it this bad, if one does. Of several
    /// exposures the worst counts; of a server that is not in the estate nothing is known.
    #[must_use]
    pub fn score(&self, finding: &Finding, weights: &Weights) -> (Composite, Option<&'a str>) {
        let manner = Manner::of(finding.class);
        let Some(around) = self.around.get(finding.server.as_str()) else {
            return (weights.score(finding.severity, manner, Exposure::UNKNOWN), None);
        };
        let alone = self.narrowed(finding, around.exposure);
        let mut best = (weights.score(finding.severity, manner, alone), None);
        for (seen, agent) in &around.agents {
            let exposure = match Extent::of(finding.class) {
                Extent::Agent => with_reach(alone, seen.reach, seen.flow),
                Extent::Tool | Extent::Server => {
                    Exposure { flow: alone.flow.max(seen.flow), ..alone }
                }
            };
            let composite = weights.score(finding.severity, manner, exposure);
            let worse = composite.points() > best.0.points();
            // Of what is as bad, the agent whose name comes first is told.
            let earlier = composite.points() == best.0.points()
                && best.1.is_some_and(|told: &str| *agent < told);
            if worse || earlier {
                best = (composite, Some(*agent));
            }
        }
        best
    }

    /// The agents in which what strangers write, data that is at least confidential, and a way out
    /// meet, by identifier.
    #[must_use]
    pub fn toxic_agents(&self) -> Vec<&'a str> {
        self.toxic.clone()
    }

    /// The factors for AIVSS of the agents that are connected to a server.
    #[must_use]
    pub fn factors(&self, server: &str) -> Option<Factors> {
        self.around.get(server)?.factors
    }

    /// The exposure of the finding's tool, where the finding reaches no further.
    fn narrowed(&self, finding: &Finding, server: Exposure) -> Exposure {
        let (Extent::Tool, Some(name)) = (Extent::of(finding.class), &finding.tool) else {
            return server;
        };
        let tools = self.known.tools_of(&finding.server);
        let tool = tools.iter().find(|tool| tool.name == *name);
        let reach = match (tool, self.known.server(&finding.server)) {
            (Some(tool), Some(of)) => Reach::of(tool, of),
            _ => Reach::UNKNOWN,
        };
        with_reach(server, reach, untrusted(reach))
    }
}

fn untrusted(reach: Reach) -> Flow {
    if reach.untrusted { Flow::Untrusted } else { Flow::None }
}

fn with_reach(exposure: Exposure, reach: Reach, flow: Flow) -> Exposure {
    let Reach { power: capability, egress, data, untrusted: _ } = reach;
    Exposure { capability, egress, data, flow, ..exposure }
}

/// What a server can do with all its tools. Nobody has seen the tools of one that has none.
fn of_server(known: &Lookup<'_>, server: &Server) -> Reach {
    let tools = known.tools_of(&server.id);
    if tools.is_empty() {
        return Reach { data: server.data, ..Reach::UNKNOWN };
    }
    tools.iter().map(|tool| Reach::of(tool, server)).fold(Reach::NOTHING, Reach::join)
}

/// What an agent can do through one connection. What policy denies counts only where nobody gets
/// past the gateway.
fn of_connection(
    known: &Lookup<'_>,
    connection: &Connection,
    whole: &FxHashMap<&str, Reach>,
) -> Reach {
    let Some(server) = known.server(&connection.server) else { return Reach::UNKNOWN };
    let enforced = server.enforced == Some(true);
    let denied = |name: &str| {
        enforced
            && (connection.rulings.iter())
                .any(|ruled| ruled.tool == name && ruled.ruling == Ruling::Deny)
    };
    let tools = known.tools_of(&server.id);
    let of = |tool: &&Tool| Reach::of(tool, server);
    match &connection.tools {
        _ if tools.is_empty() => Reach { data: server.data, ..Reach::UNKNOWN },
        None if !enforced || connection.rulings.is_empty() => {
            whole.get(server.id.as_str()).copied().unwrap_or(Reach::UNKNOWN)
        }
        None => (tools.iter().filter(|tool| !denied(&tool.name)))
            .map(of)
            .fold(Reach::NOTHING, Reach::join),
        Some(granted) => (granted.iter().filter(|name| !denied(name)))
            .map(|name| {
                let tool = tools.iter().find(|tool| tool.name == **name);
                tool.map_or(Reach::UNKNOWN, of)
            })
            .fold(Reach::NOTHING, Reach::join),
    }
}

/// How agents stand to each server, by server.
type ByServer<'a> = FxHashMap<&'a str, BTreeMap<Seen, &'a str>>;

/// For each server, how agents stand to it; and the agents with a toxic flow.
fn by_server<'a>(
    known: &Lookup<'a>,
    whole: &FxHashMap<&str, Reach>,
) -> (ByServer<'a>, Vec<&'a str>) {
    let mut all: ByServer<'_> = FxHashMap::default();
    let mut toxic = Vec::new();
    for agent in &known.estate.agents {
        let connections = known.connections_of(&agent.id);
        let parts: Vec<_> = connections
            .iter()
            .map(|connection| (*connection, of_connection(known, connection, whole)))
            .collect();
        let reach = parts.iter().map(|(_, reach)| *reach).fold(Reach::NOTHING, Reach::join);
        if reach.is_toxic() {
            toxic.push(agent.id.as_str());
        }
        for (connection, part) in parts {
            let flow =
                if reach.is_toxic() && part.has_part() { Flow::Toxic } else { untrusted(reach) };
            let seen = all.entry(connection.server.as_str()).or_default();
            let first = seen.entry(Seen { reach, flow }).or_insert(&agent.id);
            *first = (*first).min(agent.id.as_str());
        }
    }
    toxic.sort_unstable();
    (all, toxic)
}

fn factors(known: &Lookup<'_>, server: &str) -> Option<Factors> {
    let connections = known.connections_to(server);
    let of = |connection: &&Connection| Factors::of(known.agent(&connection.agent)?);
    connections.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn exposure(server: &Server, reach: Reach, vendor: Option<Vetting>) -> Exposure {
    let of_server = Exposure {
        network: server.network,
        authentication: server.authentication.map(Into::into),
        audit: server.audit,
        persistence: server.persistence,
        vendor,
        monitoring: server.monitoring,
        ..Exposure::UNKNOWN
    };
    with_reach(of_server, reach, untrusted(reach))
}

fn latest(assessments: &[Assessment]) -> FxHashMap<&str, &Assessment> {
    let mut latest: FxHashMap<&str, &Assessment> = FxHashMap::default();
    for assessment in assessments {
        let known = latest.entry(&assessment.server).or_insert(assessment);
        if known.opened < assessment.opened {
            *known = assessment;
        }
    }
    latest
}

/// What is known of who makes a server. An assessment that was failed or has run out counts as none;
/// one that nobody gave an end counts for a year.
fn vetting(server: &Server, assessment: Option<&Assessment>, day: Date) -> Option<Vetting> {
    let said = server.posture;
    match (said, assessment) {
        (Some(Posture::FirstParty), _) | (_, None) => said.map(Vetting::from),
        (_, Some(assessment)) => match assessment.state {
            AssessmentState::Passed if counts(assessment, day) => Some(Vetting::Assessed),
            AssessmentState::Passed | AssessmentState::Failed | AssessmentState::ReviewDue => {
                Some(Vetting::Unassessed)
            }
            AssessmentState::Opened | AssessmentState::WithVendor | AssessmentState::InReview => {
                said.map(Vetting::from)
            }
        },
    }
}

fn counts(assessment: &Assessment, day: Date) -> bool {
    let Some(decided) = assessment.decided.filter(|decided| *decided <= day) else { return false };
    let until = assessment.next.or_else(|| decided.checked_add(1.year()).ok());
    until.is_some_and(|until| day <= until)
}
