//! What to do first: by what it means for the business, not by how bad it is technically.

use jiff::civil::Date;
use serde::Serialize;

use super::assess::{Risks, Scored, Standing};
use crate::estate::Lookup;

/// What is planned for a finding. What is missing is empty, and said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan<'a> {
    /// Who does it: a person who is known, and no group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'a str>,
    /// What.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'a str>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Which of the three nobody has set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
}

impl<'a> Plan<'a> {
    /// What is planned for a finding. Of one that is accepted: who accepts it, why, and until when.
    #[must_use]
    pub fn of(scored: &Scored<'a>, known: &Lookup<'a>) -> Self {
        let finding = scored.finding;
        let (owner, action) = match scored.standing {
            Standing::Accepted(waiver) => {
                (Some(waiver.owner.as_str()), Some(waiver.reason.as_str()))
            }
            Standing::Open | Standing::Lapsed => {
                (finding.owner.as_deref(), finding.action.as_deref())
            }
        };
        let owner = known.accountable(owner).map(|person| person.id.as_str());
        let action = action.map(str::trim).filter(|action| !action.is_empty());
        Self::from_parts(owner, action, scored.due())
    }

    /// Nothing is planned.
    #[must_use]
    pub fn none() -> Self {
        Self::from_parts(None, None, None)
    }

    fn from_parts(owner: Option<&'a str>, action: Option<&'a str>, due: Option<Date>) -> Self {
        let parts =
            [("owner", owner.is_some()), ("action", action.is_some()), ("due", due.is_some())];
        let missing = parts.into_iter().filter(|(_, is)| !is).map(|(part, _)| part).collect();
        Self { owner, action, due, missing }
    }

    /// Whether nothing is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'r, 'a> {
    /// Its place, from 1.
    pub rank: usize,
    /// The finding.
    pub scored: &'r Scored<'a>,
    /// What is planned.
    pub plan: Plan<'a>,
    /// Whether it should have been done before this day.
    pub overdue: bool,
}

/// Everything that waits to be mended, the worst for the business first. What somebody accepts is
/// not in it until that ends.
#[must_use]
pub fn queue<'r, 'a>(risks: &'r Risks<'a>, known: &Lookup<'a>) -> Vec<Item<'r, 'a>> {
    let waits = |scored: &&Scored<'_>| !matches!(scored.standing, Standing::Accepted(_));
    (risks.findings.iter().filter(waits).enumerate())
        .map(|(at, scored)| Item {
            rank: at + 1,
            scored,
            plan: Plan::of(scored, known),
            overdue: scored.is_overdue(risks.day),
        })
        .collect()
}
