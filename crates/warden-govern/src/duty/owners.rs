//! The agents that no named person answers for.

use serde::Serialize;

use crate::{Ratio, estate::Lookup, table::Table};

/// Why nobody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoOwner {
    /// Nobody is named.
    Unnamed,
    /// Who is named is not among the people.
    Nobody,
    /// Who is named is an address that several read.
    Group,
}

impl NoOwner {
    /// Why, in words.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::Unnamed => "nobody is named",
            Self::Nobody => "who is named is not among the people",
            Self::Group => "who is named is a group",
        }
    }
}

/// An agent that no person answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnerGap<'a> {
    /// The agent.
    pub agent: &'a str,
    /// Who is named.
    pub owner: Option<&'a str>,
    /// Why that is nobody.
    pub why: NoOwner,
}

/// Who answers for agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owners<'a> {
    /// How many agents have a named person, of all.
    pub named: Ratio,
    /// Those that have none, sorted.
    pub gaps: Vec<OwnerGap<'a>>,
}

/// Which agents have a person who answers for them, and which have none.
#[must_use]
pub fn owners<'a>(known: &Lookup<'a>) -> Owners<'a> {
    let agents = &known.estate.agents;
    let gap = |owner: Option<&str>| match owner.map(|id| known.person(id)) {
        None => Some(NoOwner::Unnamed),
        Some(None) => Some(NoOwner::Nobody),
        Some(Some(person)) if person.is_group => Some(NoOwner::Group),
        Some(Some(_)) => None,
    };
    let mut gaps: Vec<OwnerGap<'_>> = agents
        .iter()
        .filter_map(|agent| {
            let owner = agent.owner.as_deref();
            gap(owner).map(|why| OwnerGap { agent: &agent.id, owner, why })
        })
        .collect();
    gaps.sort_by_key(|gap| gap.agent);
    let named = Ratio::count(agents, |agent| gap(agent.owner.as_deref()).is_none());
    Owners { named, gaps }
}

/// One line for each agent that no person answers for.
#[must_use]
pub fn owners_csv(owners: &Owners<'_>) -> String {
    let mut table = Table::new(&["agent", "owner", "why"]);
    for gap in &owners.gaps {
        table.row(&[gap.agent, gap.owner.unwrap_or_default(), gap.why.told()]);
    }
    table.finish()
}
