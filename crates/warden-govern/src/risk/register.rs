//! The risk register: what stands, by server and class, and what may happen, with who answers for
//! it and what is done about it.

mod export;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use warden_model::Class;

use super::{
    assess::{Risks, Scored, Standing},
    queue::Plan,
    score::Level,
};
use crate::{
    estate::{Dimension, Lookup, Scenario, Treatment},
    money::{Appraisal, Portfolio, Range},
};

pub use export::{COLUMNS, Heading, to_csv, to_json};

/// What is accepted, by whom, why and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acceptance<'a> {
    /// Who accepts it.
    pub owner: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Until when.
    pub until: Date,
}

/// An entry of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk<'a> {
    /// The identifier: `server/CLASS`, or that of a scenario.
    pub id: String,
    /// What it is.
    pub scenario: String,
    /// What it was made from.
    pub source: Source<'a>,
    /// Who answers for it; none if nobody does.
    pub owner: Option<&'a str>,
    /// What is done about it; none if nobody has said so.
    pub treatment: Option<Treatment>,
    /// How.
    pub action: Option<&'a str>,
    /// By when.
    pub due: Option<Date>,
    /// Whether something of it should have been done before the day of the register.
    pub overdue: bool,
    /// What is accepted of it.
    pub acceptances: Vec<Acceptance<'a>>,
}

/// What an entry was made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<'a> {
    /// Findings of one class on one server.
    Findings {
        /// The worst of them.
        worst: Box<Scored<'a>>,
        /// All of them.
        findings: Vec<&'a str>,
        /// How many of them wait for something: open, or with an acceptance that has ended.
        open: usize,
    },
    /// A scenario, with what it would cost in a year.
    Scenario {
        /// The scenario.
        scenario: &'a Scenario,
        /// With the controls that are in place.
        residual: Appraisal<'a, Range>,
    },
}

impl Risk<'_> {
    /// The level for the business; a scenario has money instead.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match &self.source {
            Source::Findings { worst, .. } => Some(worst.composite.level()),
            Source::Scenario { .. } => None,
        }
    }

    /// The dimension of a scenario.
    #[must_use]
    pub fn dimension(&self) -> Option<Dimension> {
        match &self.source {
            Source::Findings { .. } => None,
            Source::Scenario { scenario, .. } => Some(scenario.dimension),
        }
    }
}

/// The register of an estate: scenarios first, in the order of their identifiers, then what stands,
/// the worst first.
#[must_use]
pub fn register<'a>(risks: &Risks<'a>, known: &Lookup<'a>, money: &Portfolio<'a>) -> Vec<Risk<'a>> {
    let scenarios = money.scenarios.iter().map(|costed| {
        let scenario = costed.scenario;
        let residual = costed.after.as_ref().map(|outcome| outcome.range).map_err(Clone::clone);
        Risk {
            id: scenario.id.clone(),
            scenario: scenario.title.clone(),
            source: Source::Scenario { scenario, residual },
            owner: known.accountable(Some(&scenario.owner)).map(|person| person.id.as_str()),
            treatment: scenario.treatment,
            action: None,
            due: scenario.due,
            overdue: is_overdue(scenario.due, risks.day),
            acceptances: Vec::new(),
        }
    });
    scenarios.chain(of_findings(risks, known)).collect()
}

fn is_overdue(due: Option<Date>, day: Date) -> bool {
    due.is_some_and(|due| due < day)
}

/// By server and class. The findings are sorted, so the first of each group is its worst, and the
/// groups are sorted by theirs.
fn of_findings<'a>(risks: &Risks<'a>, known: &Lookup<'a>) -> Vec<Risk<'a>> {
    let mut places: BTreeMap<(&str, Class), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Scored<'a>>> = Vec::new();
    for scored in &risks.findings {
        let key = (scored.finding.server.as_str(), scored.finding.class);
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(scored),
            None => groups.push(vec![scored]),
        }
    }
    groups.iter().filter_map(|group| of_group(group, risks.day, known)).collect()
}

fn of_group<'a>(group: &[&Scored<'a>], day: Date, known: &Lookup<'a>) -> Option<Risk<'a>> {
    let waits = |scored: &&&Scored<'a>| !matches!(scored.standing, Standing::Accepted(_));
    let open = group.iter().filter(waits).count();
    // What waits says what is done; only where all is accepted that is what is done.
    let shown = group.iter().find(waits).or_else(|| group.first())?;
    let worst = *group.first()?;
    let finding = worst.finding;
    let server = known.server(&finding.server);
    let name = server.map_or(finding.server.as_str(), |server| {
        if server.name.is_empty() { &server.id } else { &server.name }
    });
    let acceptances = group.iter().filter_map(|scored| match scored.standing {
        Standing::Accepted(waiver) => {
            Some(Acceptance { owner: &waiver.owner, reason: &waiver.reason, until: waiver.until })
        }
        Standing::Open | Standing::Lapsed => None,
    });
    let plan = Plan::of(shown, known);
    Some(Risk {
        id: format!("{}/{}", finding.server, finding.class.id()),
        scenario: format!("{} on {name}", finding.class.info().title),
        owner: plan.owner,
        treatment: if open == 0 {
            Some(Treatment::Accept)
        } else {
            plan.action.map(|_| Treatment::Reduce)
        },
        action: plan.action,
        due: plan.due,
        overdue: group.iter().any(|scored| scored.is_overdue(day)),
        acceptances: acceptances.collect(),
        source: Source::Findings {
            worst: Box::new(worst.clone()),
            findings: group.iter().map(|scored| scored.finding.id.as_str()).collect(),
            open,
        },
    })
}
