//! How mature the programme is: four tiers, each with signals that are read from the estate.
//!
//! A signal is a predicate over data and never a question. The tier is the highest one of which
//! all signals hold, and all of those below it; what is not known does not hold.

mod mvp;
mod signals;
pub mod standing;
mod tier;

use jiff::civil::Date;
use serde::Serialize;

pub use mvp::{Element, Mvp, mvp};
pub(crate) use signals::{counts as certificate_counts, exercised as exercised_on};
pub use standing::{Standing, Unreviewed};
pub use tier::MaturityTier;

use crate::{Ratio, estate::Lookup};

/// The quarter under which figures of the first day of a programme are recorded.
pub const DAY_ZERO: &str = "day-0";

/// The figure under which the tier is recorded.
pub const FIGURE: &str = "M18";

/// A signal of a tier, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// Its name, under which its past is recorded as well.
    pub id: &'static str,
    /// The tier that it belongs to.
    pub tier: MaturityTier,
    /// What it says.
    pub title: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What the estate says of it.
    pub says: String,
    /// Identifiers of what is missing.
    pub missing: Vec<String>,
    /// Who is to see to it; none if nobody has been named.
    pub owner: Option<String>,
    /// What to do next.
    pub next: &'static str,
    /// The task of the programme that it belongs to.
    pub task: &'static str,
}

/// What shows that a programme is in the first tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Symptom {
    /// What it says.
    pub title: &'static str,
    /// Whether it is so.
    pub present: bool,
}

/// A server in production that keeps the programme out of the second tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocking {
    /// The server.
    pub server: String,
    /// What it lacks: `authentication`, `logging`.
    pub lacks: Vec<&'static str>,
}

/// The tier at an earlier time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// The quarter, or [`DAY_ZERO`].
    pub quarter: String,
    /// The tier.
    pub tier: MaturityTier,
}

/// What changed since the first day of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The tier on that day; none if nobody recorded it.
    pub tier: Option<MaturityTier>,
    /// Signals that did not hold then, and do now.
    pub gained: Vec<&'static str>,
    /// Signals that held then, and do not now.
    pub lost: Vec<&'static str>,
    /// Signals of which nobody recorded whether they held.
    pub unknown: Vec<&'static str>,
}

/// A step on the way to the tier that is aimed at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its place in the order, from 1.
    pub place: usize,
    /// The signal that is missing.
    pub signal: &'static str,
    /// The tier that needs it.
    pub tier: MaturityTier,
    /// What is missing.
    pub title: &'static str,
    /// What to do.
    pub next: &'static str,
    /// Who is to see to it; none if nobody has been named.
    pub owner: Option<String>,
}

/// How mature a programme is, and what it takes to be more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maturity {
    /// The tier.
    pub tier: MaturityTier,
    /// The day that it was so.
    pub day: Date,
    /// The tier that is aimed at; none if nobody said.
    pub target: Option<MaturityTier>,
    /// By when.
    pub target_by: Option<Date>,
    /// How many signals hold.
    pub met: Ratio,
    /// Every signal, in the order of the tiers.
    pub signals: Vec<Signal>,
    /// What shows the first tier.
    pub symptoms: Vec<Symptom>,
    /// Servers in production without authentication or logging.
    pub blocking: Vec<Blocking>,
    /// What is missing for the target, or for the next tier if there is none, in order.
    pub roadmap: Vec<Step>,
    /// What changed since the first day.
    pub since: Since,
    /// The tier in earlier quarters, in their order.
    pub trend: Vec<Earlier>,
}

/// The scenarios that there have to be playbooks for.
#[must_use]
pub fn playbook_scenarios() -> [&'static str; 5] {
    signals::SCENARIOS
}

/// How mature the programme of an estate is, at the time of the estate.
#[must_use]
pub fn maturity(known: &Lookup<'_>) -> Maturity {
    let standing = Standing::new(known);
    let signals = signals::all(&standing);
    let blocking = blocking(&standing);
    let tier = tier_of(&signals, &blocking);
    let organisation = &known.estate.organisation;
    let target = organisation.target_maturity.and_then(MaturityTier::numbered);
    Maturity {
        tier,
        day: standing.day,
        target,
        target_by: organisation.target_by,
        met: Ratio::count(&signals, |signal| signal.holds),
        symptoms: signals::symptoms(&signals, &standing),
        roadmap: roadmap(&signals, target.unwrap_or_else(|| after(tier))),
        since: since(&signals, &standing),
        trend: trend(&standing),
        blocking,
        signals,
    }
}

impl Maturity {
    /// The signal with this name.
    #[must_use]
    pub fn signal(&self, id: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }
}

/// The highest tier all of whose signals hold, and all of those below.
fn tier_of(signals: &[Signal], blocking: &[Blocking]) -> MaturityTier {
    let holds = |tier: &MaturityTier| {
        signals.iter().filter(|signal| signal.tier == *tier).all(|signal| signal.holds)
    };
    if !blocking.is_empty() {
        return MaturityTier::Reactive;
    }
    let above = MaturityTier::ALL.into_iter().skip(1);
    above.take_while(holds).last().unwrap_or(MaturityTier::Reactive)
}

fn after(tier: MaturityTier) -> MaturityTier {
    MaturityTier::numbered(tier.number() + 1).unwrap_or(MaturityTier::Optimized)
}

fn blocking(standing: &Standing<'_>) -> Vec<Blocking> {
    let mut found = Vec::new();
    for server in standing.estate.servers.iter().filter(|one| standing::in_production(one)) {
        let has = [
            ("authentication", standing::authenticated(server)),
            ("logging", standing::logged(server)),
        ];
        let lacks: Vec<_> = has.iter().filter(|(_, has)| !has).map(|(name, _)| *name).collect();
        if !lacks.is_empty() {
            found.push(Blocking { server: server.id.clone(), lacks });
        }
    }
    found.sort_by(|a, b| a.server.cmp(&b.server));
    found
}

/// What is missing for a tier, in the order in which it counts: lower tiers first.
fn roadmap(signals: &[Signal], target: MaturityTier) -> Vec<Step> {
    let missing = signals.iter().filter(|signal| !signal.holds && signal.tier <= target);
    let step = |(at, signal): (usize, &Signal)| Step {
        place: at + 1,
        signal: signal.id,
        tier: signal.tier,
        title: signal.title,
        next: signal.next,
        owner: signal.owner.clone(),
    };
    missing.enumerate().map(step).collect()
}

fn past(standing: &Standing<'_>, quarter: &str, figure: &str) -> Option<f64> {
    let mut all = standing.estate.past.iter();
    all.find(|past| past.quarter == quarter && past.figure == figure).map(|past| past.value)
}

/// The tier that is written as a number. Anything that is none is not believed.
fn recorded(value: f64) -> Option<MaturityTier> {
    MaturityTier::ALL.into_iter().find(|tier| (f64::from(tier.number()) - value).abs() < 0.01)
}

fn since(signals: &[Signal], standing: &Standing<'_>) -> Since {
    let (mut gained, mut lost, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for signal in signals {
        match past(standing, DAY_ZERO, signal.id).map(|value| value > 0.5) {
            None => unknown.push(signal.id),
            Some(then) if then == signal.holds => {}
            Some(true) => lost.push(signal.id),
            Some(false) => gained.push(signal.id),
        }
    }
    let tier = past(standing, DAY_ZERO, FIGURE).and_then(recorded);
    Since { tier, gained, lost, unknown }
}

fn trend(standing: &Standing<'_>) -> Vec<Earlier> {
    let all = standing.estate.past.iter();
    let ours = all.filter(|past| past.figure == FIGURE && past.quarter != DAY_ZERO);
    let mut trend: Vec<_> = ours
        .filter_map(|past| {
            Some(Earlier { quarter: past.quarter.clone(), tier: recorded(past.value)? })
        })
        .collect();
    trend.sort_by(|a, b| a.quarter.cmp(&b.quarter));
    trend
}
