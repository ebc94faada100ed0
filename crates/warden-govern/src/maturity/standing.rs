//! What an estate says of one server, agent or control: predicates that signals, metrics and tasks
//! share. Each says no where it does not know.

use jiff::{Timestamp, civil::Date};
use rustc_hash::FxHashMap;
use warden_model::Effect;

use crate::estate::{
    Agent, Assessment, AssessmentState, Audit, Authentication, Certificate, Connection, Control,
    Deliverable, DeliverableKind, Egress, Environment, Estate, Exercise, ExerciseKind, Lookup,
    Measure, Posture, Relation, ReviewOutcome, Server, Stage, StageStatus, Tool,
};

/// The longest quarter, in days: what has to be done each quarter is late after that.
pub const QUARTER_DAYS: i32 = 92;

/// How long something counts that is done once a year, in days.
pub const YEAR_DAYS: i32 = 365;

/// How long a server that nobody registered counts after it was last seen, in days.
pub const SHADOW_DAYS: i32 = 30;

/// How old the last sign of life of what has to work all the time may be, in seconds.
const ALIVE_SECONDS: i64 = 24 * 60 * 60;

/// An estate with what is asked of it often.
#[derive(Debug)]
pub struct Standing<'a> {
    /// Its parts by name.
    pub known: &'a Lookup<'a>,
    /// The estate.
    pub estate: &'a Estate,
    /// The day that everything is judged on.
    pub day: Date,
    /// The time that everything is judged at.
    pub now: Timestamp,
    assessments: FxHashMap<&'a str, &'a Assessment>,
    certificates: FxHashMap<&'a str, Vec<&'a Certificate>>,
}

impl<'a> Standing<'a> {
    /// The estate as it was at its own time.
    #[must_use]
    pub fn new(known: &'a Lookup<'a>) -> Self {
        let estate = known.estate;
        let mut certificates: FxHashMap<&str, Vec<&Certificate>> = FxHashMap::default();
        for certificate in &estate.certificates {
            certificates.entry(&certificate.server).or_default().push(certificate);
        }
        Self {
            known,
            estate,
            day: estate.day(),
            now: estate.as_of,
            assessments: estate.assessments.iter().map(|one| (one.server.as_str(), one)).collect(),
            certificates,
        }
    }

    /// How many days ago this was; `None` for a day that is still to come.
    #[must_use]
    pub fn age(&self, then: Date) -> Option<i32> {
        let days = (self.day - then).get_days();
        (days >= 0).then_some(days)
    }

    /// Whether this was, and at most so many days ago.
    #[must_use]
    pub fn within(&self, then: Option<Date>, days: i32) -> bool {
        then.and_then(|then| self.age(then)).is_some_and(|age| age <= days)
    }

    /// Whether this was less than 24 hours ago.
    #[must_use]
    pub fn alive(&self, seen: Option<Timestamp>) -> bool {
        seen.is_some_and(|seen| {
            (0..ALIVE_SECONDS).contains(&self.now.duration_since(seen).as_secs())
                && seen <= self.now
        })
    }

    /// Controls of this kind.
    pub fn controls(&self, measure: Measure) -> impl Iterator<Item = &'a Control> {
        self.estate.controls.iter().filter(move |control| control.measure == measure)
    }

    /// A control of this kind that is set up: since a day that was, or seen to work.
    #[must_use]
    pub fn in_place(&self, measure: Measure) -> Option<&'a Control> {
        self.controls(measure).find(|control| {
            control.since.is_some_and(|since| since <= self.day)
                || control.seen.is_some_and(|seen| seen <= self.now)
        })
    }

    /// A control of this kind that worked less than 24 hours ago.
    #[must_use]
    pub fn working(&self, measure: Measure) -> Option<&'a Control> {
        self.controls(measure).find(|control| self.alive(control.seen))
    }

    /// The assessment of a server.
    #[must_use]
    pub fn assessment(&self, server: &str) -> Option<&'a Assessment> {
        self.assessments.get(server).copied()
    }

    /// Whether somebody else makes or runs it: so unless it is known to be ours.
    #[must_use]
    pub fn third_party(&self, server: &Server) -> bool {
        let vendor = server.vendor.as_deref().and_then(|vendor| self.known.vendor(vendor));
        let own = vendor.is_some_and(|vendor| vendor.relation == Some(Relation::Own));
        !own && server.posture != Some(Posture::FirstParty)
    }

    /// The servers of others in production.
    #[must_use]
    pub fn vendors_in_production(&self) -> Vec<&'a Server> {
        let servers = self.estate.servers.iter();
        servers.filter(|server| in_production(server) && self.third_party(server)).collect()
    }

    /// Whether its assessment was passed, by somebody with a name, and is not to be done again.
    #[must_use]
    pub fn assessed(&self, server: &Server) -> bool {
        self.assessment(&server.id).is_some_and(|one| {
            let reviewed = self.known.accountable(one.reviewer.as_deref()).is_some();
            let decided = one.decided.is_some_and(|decided| decided <= self.day);
            one.state == AssessmentState::Passed
                && reviewed
                && decided
                && reassess_by(one).is_some_and(|next| self.day <= next)
        })
    }

    /// The highest level that a server is certified at now, and the score that goes with it.
    #[must_use]
    pub fn certified(&self, server: &Server) -> Option<(u8, u8)> {
        let all = self.certificates.get(server.id.as_str()).into_iter().flatten();
        let now =
            all.filter(|one| !one.revoked && one.issued <= self.now && self.now < one.expires);
        now.map(|one| (one.level, one.score)).max()
    }

    /// Whether all four stages were run in the last quarter, and none of them broke off.
    #[must_use]
    pub fn examined(&self, server: &Server) -> bool {
        let stages = [Stage::Static, Stage::Taint, Stage::Supply, Stage::Secrets];
        stages.iter().all(|stage| self.stage(server, *stage))
    }

    /// Whether this stage was run in the last quarter, and did not break off.
    #[must_use]
    pub fn stage(&self, server: &Server, stage: Stage) -> bool {
        server.stages.iter().any(|run| {
            run.stage == stage
                && self.within(Some(run.at), QUARTER_DAYS)
                && run.status != Some(StageStatus::Failed)
        })
    }

    /// Whether the entry of a server has an accountable owner, a publisher, a version and a data
    /// tag.
    #[must_use]
    pub fn complete(&self, server: &Server) -> bool {
        self.lacks(server).is_empty()
    }

    /// What the entry of a server lacks of owner, publisher, version and data tag.
    #[must_use]
    pub fn lacks(&self, server: &Server) -> Vec<&'static str> {
        let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let has = [
            ("owner", self.known.accountable(server.owner.as_deref()).is_some()),
            ("publisher", filled(&server.publisher)),
            ("version", filled(&server.version)),
            ("data", server.data.is_some()),
        ];
        has.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
    }

    /// Servers that were seen in the last thirty days, or nobody knows when, and that nobody has
    /// registered.
    #[must_use]
    pub fn shadows(&self) -> Vec<&'a str> {
        let shadows = self.estate.shadows.iter();
        let recent = shadows.filter(|shadow| {
            shadow.seen.is_none_or(|seen| self.age(seen).is_none_or(|age| age <= SHADOW_DAYS))
        });
        recent.map(|shadow| shadow.endpoint.as_str()).collect()
    }

    /// Whether an agent can do more than look things up: write, send, run, or let data out.
    #[must_use]
    pub fn priority_one(&self, agent: &Agent) -> bool {
        self.known.connections_of(&agent.id).iter().any(|connection| self.acts(connection))
    }

    fn acts(&self, connection: &Connection) -> bool {
        let all = self.known.tools_of(&connection.server);
        match &connection.tools {
            // Tools that nobody has listed can do anything.
            None => all.is_empty() || all.iter().any(|tool| acting(tool)),
            Some(names) => names.iter().any(|name| {
                all.iter().find(|tool| tool.name == *name).is_none_or(|tool| acting(tool))
            }),
        }
    }

    /// Why an agent may not go into production; nothing, if its review was passed and still
    /// counts.
    #[must_use]
    pub fn review(&self, agent: &Agent) -> Option<Unreviewed> {
        let Some(reviewed) = agent.reviewed.filter(|reviewed| *reviewed <= self.day) else {
            return Some(Unreviewed::Missing);
        };
        match (agent.review_outcome, agent.review_until) {
            (Some(ReviewOutcome::Failed), _) => Some(Unreviewed::Failed(reviewed)),
            (None, _) => Some(Unreviewed::NoOutcome(reviewed)),
            (_, None) => Some(Unreviewed::NoEnd(reviewed)),
            (_, Some(until)) if until < self.day => Some(Unreviewed::Expired(until)),
            (Some(ReviewOutcome::Passed), Some(_)) => None,
        }
    }

    /// The last exercise of this kind that was.
    #[must_use]
    pub fn last_exercise(&self, kind: ExerciseKind) -> Option<&'a Exercise> {
        let all = self.estate.exercises.iter().filter(|one| one.kind == kind && one.at <= self.day);
        all.max_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)))
    }

    /// The last document of this kind.
    #[must_use]
    pub fn last_deliverable(&self, kind: DeliverableKind) -> Option<&'a Deliverable> {
        let all = self.estate.deliverables.iter();
        let was = all.filter(|one| one.kind == kind && one.at <= self.day);
        was.max_by(|a, b| (a.at, a.time, &a.digest).cmp(&(b.at, b.time, &b.digest)))
    }
}

/// Why an agent may not go into production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreviewed {
    /// Nobody has reviewed it.
    Missing,
    /// It was reviewed on this day, and did not pass.
    Failed(Date),
    /// It was reviewed on this day, and nobody wrote down what came of it.
    NoOutcome(Date),
    /// It was reviewed on this day, and nobody wrote down until when that counts.
    NoEnd(Date),
    /// The review counted until this day.
    Expired(Date),
}

impl std::fmt::Display for Unreviewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("it was never reviewed"),
            Self::Failed(day) => write!(f, "its review of {day} failed"),
            Self::NoOutcome(day) => write!(f, "what came of its review of {day} is not known"),
            Self::NoEnd(day) => write!(f, "until when its review of {day} counts is not known"),
            Self::Expired(day) => write!(f, "its review counted until {day}"),
        }
    }
}

/// When an assessment is to be done again: on the day that it says, or a year after it was decided.
#[must_use]
pub fn reassess_by(assessment: &Assessment) -> Option<Date> {
    let after = |decided: Date| decided.checked_add(jiff::Span::new().days(YEAR_DAYS)).ok();
    assessment.next.or_else(|| assessment.decided.and_then(after))
}

/// Whether the business depends on it: so unless it is known not to.
#[must_use]
pub const fn in_production(server: &Server) -> bool {
    matches!(server.environment, None | Some(Environment::Production))
}

/// Whether an agent runs where the business depends on it: so unless it is known not to.
#[must_use]
pub const fn agent_in_production(agent: &Agent) -> bool {
    matches!(agent.environment, None | Some(Environment::Production))
}

/// Whether who calls is known by more than a key that does not end.
#[must_use]
pub const fn strongly_authenticated(server: &Server) -> bool {
    matches!(
        server.authentication,
        Some(Authentication::Mtls | Authentication::Oauth | Authentication::Local)
    )
}

/// Whether who calls is known: a key that does not end counts while it is changed in time.
#[must_use]
pub fn authenticated(server: &Server) -> bool {
    let fixed = server.authentication == Some(Authentication::Static);
    strongly_authenticated(server) || (fixed && rotated(server))
}

/// Whether its credential is younger than the rule for its change allows.
#[must_use]
pub fn rotated(server: &Server) -> bool {
    match (server.credential_days, server.rotation_days) {
        (Some(age), Some(most)) => age <= most,
        _ => false,
    }
}

/// Whether every call is written down and reaches the SIEM.
#[must_use]
pub fn logged(server: &Server) -> bool {
    server.audit == Some(Audit::Full)
}

/// Whether a tool can do more than look something up, as far as is known.
#[must_use]
pub fn acting(tool: &Tool) -> bool {
    tool.effect != Some(Effect::Read) || tool.egress != Some(Egress::None)
}
