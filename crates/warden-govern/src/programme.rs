//! The programme: one plan of ninety days and what comes after, merged from two published ones, with
//! progress that is read from the estate where the estate can say it.
//!
//! A task that a person says is done is done only where nothing in the estate says otherwise.

mod after;
mod cadence;
mod deliverable;
mod document;
mod gate;
mod skills;
mod table;
mod tasks;

use jiff::{Span, civil::Date};
use serde::Serialize;

pub use cadence::{Due, DueState, due, overdue};
pub use deliverable::{
    Artefact, Catalogue, Entry, Lacking, Ninety, NotSigned, SignOff, inventory, inventory_digest,
    ninety, sign_off, sign_off_state,
};
pub use document::{Enforcement, enforcement, policy_document};
pub use gate::{Gated, gate};
pub use skills::{Gap, Held, Skills, skills};
pub use table::{due_rows, table, with_deliverables};

use crate::{
    Ratio,
    estate::{Estate, Lookup},
    maturity::{Maturity, MaturityTier, Since, Standing, maturity},
    metrics::{self, Given, Metric},
    word::words,
};

words! {
    /// Which of the two published plans a task is from.
    Source, "source of a task" {
        /// The guide for CISOs to MCP servers.
        One = "source 1",
        /// The framework for assessing the risk of MCP.
        Two = "source 2",
    }
}

impl Source {
    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::One => "a published 90-day plan for CISOs (MCP Hub, guide to MCP servers)",
            Self::Two => "a published 90-day plan for risk (Practical DevSecOps, risk assessment)",
        }
    }
}

words! {
    /// A part of the plan.
    Phase, "phase" {
        /// Days 1 to 30.
        First = "days 1 to 30",
        /// Days 31 to 60.
        Second = "days 31 to 60",
        /// Days 61 to 90.
        Third = "days 61 to 90",
        /// From day 91 on.
        Steady = "from day 91",
    }
}

impl Phase {
    /// The phase of a day, counted from 1. The two plans share days 30 and 60: each belongs to the
    /// earlier phase.
    #[must_use]
    pub const fn of_day(day: i32) -> Self {
        match day {
            i32::MIN..=30 => Self::First,
            31..=60 => Self::Second,
            61..=90 => Self::Third,
            _ => Self::Steady,
        }
    }

    /// Its last day; none of what goes on.
    #[must_use]
    pub const fn last_day(self) -> Option<i32> {
        match self {
            Self::First => Some(30),
            Self::Second => Some(60),
            Self::Third => Some(90),
            Self::Steady => None,
        }
    }
}

words! {
    /// How far a task is.
    State, "state of a task" {
        /// Done.
        Done = "done",
        /// Begun.
        Begun = "begun",
        /// Not begun, as far as is known.
        Open = "open",
    }
}

/// A task, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its name, which never changes.
    pub id: &'static str,
    /// The plan that it is from.
    pub source: Source,
    /// The phase that it belongs to.
    pub phase: Phase,
    /// What is to be done.
    pub title: &'static str,
    /// How far it is.
    pub state: State,
    /// How much of it is done, where that can be counted.
    pub progress: Option<Ratio>,
    /// What that was read from.
    pub says: String,
    /// What is missing, as far as the estate can name it.
    pub missing: Vec<String>,
    /// Who does it; none if nobody has been named.
    pub owner: Option<String>,
    /// By when; none if the programme has no first day, or the task no end.
    pub due: Option<Date>,
    /// How many days it is late; none if it is not.
    pub late: Option<i32>,
    /// That somebody says it was done on this day, and the estate says otherwise.
    pub contradicted: Option<Date>,
}

/// How far a phase is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// How many of its tasks are done.
    pub done: Ratio,
    /// Its last day; none if the programme has no first day, or the phase no end.
    pub until: Option<Date>,
}

/// The programme, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Programme {
    /// Its first day; none if nobody said.
    pub from: Option<Date>,
    /// The day that all of this was so.
    pub day: Date,
    /// Which day of the programme that is, from 1.
    pub day_number: Option<i32>,
    /// Which phase that is.
    pub phase: Option<Phase>,
    /// How many of the tasks of the ninety days are done.
    pub done: Ratio,
    /// The same by phase.
    pub phases: Vec<Progress>,
    /// Every task, in the order of the plan.
    pub tasks: Vec<Task>,
    /// Names of tasks that are late.
    pub slipped: Vec<&'static str>,
    /// Agents without a person who answers for them.
    pub ownerless: Vec<String>,
    /// The maturity tier now.
    pub tier: MaturityTier,
    /// What changed in maturity since the first day.
    pub since: Since,
    /// The inventory of day 30.
    pub inventory: SignOff,
    /// The documents of day 90.
    pub ninety: Ninety,
}

/// Everything that tasks are read from.
#[derive(Debug)]
struct Sources<'a> {
    at: &'a Standing<'a>,
    metrics: &'a [Metric],
    maturity: &'a Maturity,
    catalogue: Option<&'a Catalogue>,
}

/// The programme of an estate, at the time of the estate. `catalogue` is what the risk of servers
/// says of the catalogue of day 60; without it, that task is as its note says.
#[must_use]
pub fn programme(
    known: &Lookup<'_>,
    given: &Given<'_>,
    catalogue: Option<&Catalogue>,
) -> Programme {
    let standing = Standing::new(known);
    let metrics = metrics::metrics(known, given, metrics::DRILL);
    let maturity = maturity(known);
    let sources = Sources { at: &standing, metrics: &metrics, maturity: &maturity, catalogue };
    let tasks = tasks::all(&sources);
    let from = known.estate.organisation.programme_from;
    let number = from.map(|from| (standing.day - from).get_days() + 1);
    let ninety_days = tasks.iter().filter(|task| task.phase != Phase::Steady);
    let phases = phases(&tasks, known.estate);
    let owners = metrics::named(&metrics, "M2-owners");
    Programme {
        from,
        day: standing.day,
        day_number: number,
        phase: number.filter(|number| *number > 0).map(Phase::of_day),
        done: Ratio::count(ninety_days, |task| task.state == State::Done),
        phases,
        slipped: tasks.iter().filter(|task| task.late.is_some()).map(|task| task.id).collect(),
        ownerless: owners.first().map(|one| one.figure.drill.clone()).unwrap_or_default(),
        tier: maturity.tier,
        since: maturity.since.clone(),
        inventory: sign_off_state(known),
        ninety: ninety(known),
        tasks,
    }
}

/// Whether the programme has a task of this name.
#[must_use]
pub fn is_task(id: &str) -> bool {
    tasks::TASKS.iter().any(|kind| kind.id == id)
}

fn phases(tasks: &[Task], estate: &Estate) -> Vec<Progress> {
    let of = |phase: Phase| Progress {
        phase,
        done: Ratio::count(tasks.iter().filter(|task| task.phase == phase), |task| {
            task.state == State::Done
        }),
        until: last_day(estate, phase),
    };
    crate::Word::all().iter().map(|phase| of(*phase)).collect()
}

/// The day on which a phase of this programme ends.
fn last_day(estate: &Estate, phase: Phase) -> Option<Date> {
    let from = estate.organisation.programme_from?;
    from.checked_add(Span::new().days(phase.last_day()? - 1)).ok()
}
