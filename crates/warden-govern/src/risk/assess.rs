//! The risk of an estate: every finding that stands, and every server, with its score.

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};

use super::{
    aivss::Aivss,
    score::{Composite, Level},
    surroundings::Surroundings,
    technical::{Base, Technical},
    weights::Weights,
};
use crate::{
    estate::{Finding, FindingState, Lookup, Server, Stage, StageStatus, Waiver},
    word::Word as _,
};

/// What became of a finding that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It is open.
    Open,
    /// Somebody accepts it until a day. It is scored as if nobody did.
    Accepted(&'a Waiver),
    /// Somebody accepted it, and no waiver counts for it: none is there, it has run out or is not
    /// yet, nobody is accountable for it, or it gives no reason.
    Lapsed,
}

impl Standing<'_> {
    /// For tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted(_) => "accepted",
            Self::Lapsed => "acceptance lapsed",
        }
    }
}

impl Serialize for Standing<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// A finding that stands, with everything that says how bad it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// How bad it is technically.
    pub technical: Technical<'a>,
    /// How bad it is for the business.
    pub composite: Composite,
    /// What AIVSS says, to inform.
    pub aivss: Aivss,
    /// The agent that makes it this bad, if one does.
    pub agent: Option<&'a str>,
    /// What became of it.
    pub standing: Standing<'a>,
}

impl Scored<'_> {
    /// By when something has to happen: with a waiver its end, else what was set; none if nothing was.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        match self.standing {
            Standing::Accepted(waiver) => Some(waiver.until),
            Standing::Open | Standing::Lapsed => self.finding.due,
        }
    }

    /// Whether that was before this day.
    #[must_use]
    pub fn is_overdue(&self, day: Date) -> bool {
        self.due().is_some_and(|due| due < day)
    }
}

/// A server with its score: that of the worst finding that stands.
#[derive(Clone, Debug)]
pub struct ServerRisk<'a> {
    /// The server.
    pub server: &'a Server,
    /// Where its worst finding is in [`Risks::findings`]; none if none stands.
    worst: Option<usize>,
    /// How many findings stand.
    pub standing: usize,
    /// Whether every stage of certification was run to its end.
    pub looked_at: bool,
}

/// The risk of an estate on a day.
#[derive(Debug)]
pub struct Risks<'a> {
    /// The day.
    pub day: Date,
    /// Every finding that stands, the worst first: by score, then what nobody set a day for, then by
    /// day, then by identifier.
    pub findings: Vec<Scored<'a>>,
    /// Every server, the worst first, then by identifier.
    pub servers: Vec<ServerRisk<'a>>,
    by_server: FxHashMap<&'a str, Vec<usize>>,
}

/// What a server is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerScore<'r> {
    /// That of its worst finding.
    Worst(&'r Composite),
    /// Nothing stands, and every stage was run: 0 points.
    Clean,
    /// Nothing stands, and not every stage was run. That nothing was found says nothing.
    NotMeasured,
}

impl ServerScore<'_> {
    /// The points; none if they were not measured.
    #[must_use]
    pub const fn points(self) -> Option<u8> {
        match self {
            Self::Worst(composite) => Some(composite.points()),
            Self::Clean => Some(0),
            Self::NotMeasured => None,
        }
    }

    /// The level; none if it was not measured.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self.points() {
            Some(points) => Some(Level::of(points)),
            None => None,
        }
    }
}

impl<'a> Risks<'a> {
    /// The risk of an estate on this day, by these weights. It does not depend on the order of
    /// anything in the estate.
    #[must_use]
    pub fn of(known: &'a Lookup<'a>, weights: &Weights, day: Date) -> Self {
        let surroundings = Surroundings::new(known, day);
        let waivers = waivers(known, day);
        let stands = |finding: &&Finding| finding.state != FindingState::Closed;
        let mut findings: Vec<_> = (known.estate.findings.iter())
            .filter(stands)
            .map(|finding| scored(finding, &surroundings, weights, &waivers))
            .collect();
        findings.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut by_server: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, scored) in findings.iter().enumerate() {
            by_server.entry(&scored.finding.server).or_default().push(at);
        }
        let mut servers: Vec<_> = (known.estate.servers.iter())
            .map(|server| {
                let of = by_server.get(server.id.as_str()).map_or(&[][..], Vec::as_slice);
                let looked_at = Stage::all().iter().all(|stage| was_run(server, *stage, day));
                let worst = of.first().copied();
                ServerRisk { server, worst, standing: of.len(), looked_at }
            })
            .collect();
        servers.sort_by(|a, b| {
            let place = |risk: &ServerRisk<'_>| risk.worst.unwrap_or(usize::MAX);
            let points = |risk: &ServerRisk<'_>| {
                risk.worst.and_then(|at| findings.get(at)).map(|worst| worst.composite.points())
            };
            points(b)
                .cmp(&points(a))
                .then_with(|| a.looked_at.cmp(&b.looked_at))
                .then_with(|| a.server.id.cmp(&b.server.id))
                .then_with(|| place(a).cmp(&place(b)))
        });
        Self { day, findings, servers, by_server }
    }

    /// The findings of a server that stand, the worst first.
    pub fn of_server(&self, id: &str) -> impl Iterator<Item = &Scored<'a>> {
        let of = self.by_server.get(id).map_or(&[][..], Vec::as_slice);
        of.iter().filter_map(|at| self.findings.get(*at))
    }

    /// The worst finding of a server.
    #[must_use]
    pub fn worst(&self, risk: &ServerRisk<'a>) -> Option<&Scored<'a>> {
        risk.worst.and_then(|at| self.findings.get(at))
    }

    /// What a server is worth.
    #[must_use]
    pub fn score(&self, risk: &ServerRisk<'a>) -> ServerScore<'_> {
        match self.worst(risk) {
            Some(worst) => ServerScore::Worst(&worst.composite),
            None if risk.looked_at => ServerScore::Clean,
            None => ServerScore::NotMeasured,
        }
    }

    /// The server with this identifier.
    #[must_use]
    pub fn server(&self, id: &str) -> Option<&ServerRisk<'a>> {
        self.servers.iter().find(|risk| risk.server.id == id)
    }
}

/// Whether a stage was run to its end by this day.
fn was_run(server: &Server, stage: Stage, day: Date) -> bool {
    server
        .stages
        .iter()
        .any(|run| run.stage == stage && run.at <= day && run.status != Some(StageStatus::Failed))
}

fn order<'s>(scored: &'s Scored<'_>) -> (std::cmp::Reverse<u8>, Option<Date>, &'s str) {
    (std::cmp::Reverse(scored.composite.points()), scored.due(), &scored.finding.id)
}

fn scored<'a>(
    finding: &'a Finding,
    surroundings: &Surroundings<'a>,
    weights: &Weights,
    waivers: &FxHashMap<&'a str, &'a Waiver>,
) -> Scored<'a> {
    let vector = finding.cvss.as_deref();
    let base = vector.and_then(Base::of);
    let technical = Technical { severity: finding.severity, vector, base };
    let (composite, agent) = surroundings.score(finding, weights);
    let aivss = match base {
        Some(_) => Aivss::of(base, surroundings.factors(&finding.server)),
        None => Aivss::NotKnown,
    };
    let standing = match finding.state {
        FindingState::Accepted => match waivers.get(finding.id.as_str()) {
            Some(waiver) => Standing::Accepted(waiver),
            None => Standing::Lapsed,
        },
        FindingState::Open | FindingState::Closed => Standing::Open,
    };
    Scored { finding, technical, composite, aivss, agent, standing }
}

/// The waivers that count on this day, by what they are for. Of several the one that ends last, then
/// the first by identifier.
fn waivers<'a>(known: &Lookup<'a>, day: Date) -> FxHashMap<&'a str, &'a Waiver> {
    let mut by_subject: FxHashMap<&str, &Waiver> = FxHashMap::default();
    let counts = |waiver: &&Waiver| {
        waiver.from <= day
            && day <= waiver.until
            && !waiver.reason.trim().is_empty()
            && known.accountable(Some(&waiver.owner)).is_some()
    };
    for waiver in known.estate.waivers.iter().filter(counts) {
        let kept = by_subject.entry(&waiver.subject).or_insert(waiver);
        let ends = |waiver: &Waiver| (std::cmp::Reverse(waiver.until), waiver.id.clone());
        if ends(waiver) < ends(kept) {
            *kept = waiver;
        }
    }
    by_subject
}
