//! What agents can do: the capability surface of each, and how far what goes wrong would reach.
//!
//! A surface is the union over everything that an agent was given, as a set of (system, action,
//! class of data). *Granted* is all of it. *Effective* is without what policy denies; of that,
//! *alone* is what needs nobody's approval. What nobody has said of a tool counts as everything of
//! its kind: every effect, every system, every class; so that what is not known is never safer than
//! what is.
//!
//! [`Surfaces`] is computed once for an estate; the other parts ask it.

mod blast;
mod cascade;
mod cell;
mod cross;
mod cut;
mod diff;
mod export;
mod grant;
mod priority;
mod toxic;
mod view;

pub use blast::{blast_tier, blast_tier_of_agent, blast_tier_of_server};
pub use cascade::{Cascade, cascade};
pub use cell::{Cell, Reach};
pub use cross::{Bridge, Crossing, Crossings, bridge, crossings};
pub use cut::{Cut, MOST_GRANTS, cut, cut_estate};
pub use diff::{Change, diff};
pub use export::{cells_csv, changes_csv, priority_csv, surfaces_csv};
pub use grant::{ANYTHING, Gap, Grant, Thing};
pub use priority::{Reason, is_first, priority};
pub use toxic::{
    Across, Break, Chain, Held, Part, Relay, Step, across, break_all, break_one, chain,
};
pub use view::{Full, Given, Reached, Row, full, rows};

use std::collections::BTreeSet;

use crate::{
    Ratio,
    estate::{Agent, Lookup, Ruling},
};
use cell::{Systems, Union};
use grant::Offer;

/// What one agent can do.
#[derive(Debug)]
pub struct Surface<'a> {
    /// The agent.
    pub agent: &'a Agent,
    /// What it was given, sorted by server and tool.
    pub grants: Vec<Grant>,
    /// Why it cannot be said what it can do, if so. It is then computed as the worst.
    pub gaps: BTreeSet<Gap<'a>>,
    /// What it was given.
    pub granted: Reach,
    /// What policy does not deny.
    pub effective: Reach,
    /// What it can do without asking anybody.
    pub alone: Reach,
}

impl Surface<'_> {
    /// Whether it is known what the agent was given, and nothing had to be assumed for a tool that
    /// nobody has described.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.gaps.is_empty()
    }

    /// What policy does not deny.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(|grant| grant.ruling != Ruling::Deny)
    }

    /// How many grants policy denies, and somebody can walk round it: the server is not known to be
    /// reachable through a gateway only.
    #[must_use]
    pub fn unenforced(&self) -> usize {
        let loose = |grant: &&Grant| grant.ruling == Ruling::Deny && !grant.enforced;
        self.grants.iter().filter(loose).count()
    }
}

/// What every agent of an estate can do.
#[derive(Debug)]
pub struct Surfaces<'a> {
    systems: Systems<'a>,
    things: Vec<Thing<'a>>,
    agents: Vec<Surface<'a>>,
}

impl<'a> Surfaces<'a> {
    /// Computes the surface of every agent, in time proportional to what they were given.
    #[must_use]
    pub fn of(known: &Lookup<'a>) -> Self {
        let estate = known.estate;
        let reached = estate.tools.iter().flat_map(|tool| &tool.systems).map(String::as_str);
        let names = estate.systems.iter().map(|system| system.id.as_str()).chain(reached).collect();
        let systems = Systems::new(names);
        let mut offer = Offer::new(known, &systems);
        let mut agents: Vec<&Agent> = estate.agents.iter().collect();
        agents.sort_by(|a, b| a.id.cmp(&b.id));
        agents.dedup_by(|a, b| a.id == b.id);
        let given: Vec<_> = agents.iter().map(|agent| (*agent, offer.given(agent))).collect();
        let things = offer.things;
        let mut union = Union::new(systems.len());
        let agents = given
            .into_iter()
            .map(|(agent, (grants, gaps))| {
                let mut reach = |least: Ruling| {
                    let held = grants.iter().filter(|grant| grant.ruling <= least);
                    held.filter_map(|grant| things.get(grant.thing as usize))
                        .for_each(|thing| union.add(&thing.can));
                    union.take()
                };
                let granted = reach(Ruling::Deny);
                let effective = reach(Ruling::Approval);
                let alone = reach(Ruling::Allow);
                Surface { agent, grants, gaps, granted, effective, alone }
            })
            .collect();
        Self { systems, things, agents }
    }

    /// The surfaces, sorted by the identifier of the agent.
    #[must_use]
    pub fn all(&self) -> &[Surface<'a>] {
        &self.agents
    }

    /// The surface of the agent with this identifier.
    #[must_use]
    pub fn agent(&self, id: &str) -> Option<&Surface<'a>> {
        let at = self.agents.binary_search_by(|surface| surface.agent.id.as_str().cmp(id)).ok()?;
        self.agents.get(at)
    }

    /// The tool that was given.
    #[must_use]
    pub fn thing(&self, grant: &Grant) -> Option<&Thing<'a>> {
        self.things.get(grant.thing as usize)
    }

    /// The cells of a set, sorted by system, action and class.
    #[must_use]
    pub fn cells(&self, reach: &Reach) -> Vec<Cell<'a>> {
        let mut cells = reach.cells(&self.systems);
        cells.sort_unstable();
        cells
    }

    /// How many agents have a surface that is computed from what is known, of all.
    #[must_use]
    pub fn computed(&self) -> Ratio {
        Ratio::count(&self.agents, |surface| surface.is_computed())
    }

    /// What of `reach` is in what is named here, by system.
    pub(crate) fn systems_of(&self, reach: &Reach) -> BTreeSet<&'a str> {
        reach.by_system().filter_map(|(system, _)| self.systems.name(system)).collect()
    }
}

#[cfg(test)]
mod tests;
