//! Surfaces as people and programs read them.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use warden_model::{DataClass, Effect};

use super::{
    Break, Chain, Crossings, Held, Surface, Surfaces, Thing, blast_tier_of_agent, break_one, chain,
    crossings, is_first,
};
use crate::{
    Word as _,
    estate::{Capability, Egress, Lookup, Ruling},
};

/// The surface of one agent in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row<'a> {
    /// The agent.
    pub agent: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// Whether it is Priority 1: it writes, runs code or carries data out.
    pub priority_1: bool,
    /// The number of its blast tier, 1 to 3.
    pub blast_tier: u8,
    /// Whether nothing had to be assumed for a tool that nobody has described.
    pub computed: bool,
    /// Why it was not.
    pub gaps: Vec<String>,
    /// How many tools it was given.
    pub grants: usize,
    /// How many of them policy denies.
    pub denied: usize,
    /// How many of these denials somebody can walk round.
    pub unenforced: usize,
    /// How many things it was given to do, as (system, action, class of data).
    pub granted: u64,
    /// How many of them policy does not deny.
    pub effective: u64,
    /// How many of these need somebody's approval.
    pub approval: u64,
    /// How many systems it reaches.
    pub systems: u64,
    /// Whether a tool is among its own of which nobody has said what it reaches.
    pub anything: bool,
    /// What it can do, as far as somebody has said so.
    pub capabilities: Vec<Capability>,
    /// What it may be able to do at the worst: all there is, if a tool is unmapped.
    pub possible: Vec<Capability>,
    /// Tools of which nobody has said what they let an agent do. They are not safe, but unknown.
    pub unmapped: Vec<String>,
    /// How many tools there are of which something is not known.
    pub unknown: usize,
    /// The shortest dangerous chain.
    pub chain: Option<Chain>,
}

/// One tool of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given<'a> {
    /// The tool, as `server/tool`.
    pub tool: String,
    /// What policy says of its calls.
    pub ruling: Ruling,
    /// Whether there is no way round what says so.
    pub enforced: bool,
    /// What it does; none if nobody has said.
    pub effect: Option<&'static str>,
    /// What says so.
    pub effect_by: Option<&'a str>,
    /// The systems that it reaches; none if nobody has said, and then it counts as all.
    pub systems: Option<Vec<&'a str>>,
    /// The worst data that it hands out or takes.
    pub data: Option<&'static str>,
    /// Where data can go through it.
    pub egress: Option<Egress>,
    /// Whether its answers hold what strangers wrote.
    pub untrusted: Option<bool>,
    /// What it lets an agent do.
    pub capabilities: Vec<Capability>,
    /// What nobody has said of it, and so counts as the worst.
    pub unknown: Vec<&'static str>,
}

/// One thing that an agent was given to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reached<'a> {
    /// The system; none for any that nobody has named.
    pub system: Option<&'a str>,
    /// What is done.
    pub action: &'static str,
    /// The class of its data.
    pub class: &'static str,
    /// What policy says: the mildest over the tools that can do it.
    pub ruling: Ruling,
}

/// The surface of one agent, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Full<'a> {
    /// In one row.
    pub surface: Row<'a>,
    /// What it was given.
    pub tools: Vec<Given<'a>>,
    /// What it can do.
    pub reach: Vec<Reached<'a>>,
    /// The ways from one system into another.
    pub crossings: Crossings<'a>,
    /// The fewest grants whose loss leaves no dangerous chain.
    pub break_chains: Break,
}

/// The surface of every agent in one row each, sorted by identifier.
#[must_use]
pub fn rows<'a>(surfaces: &Surfaces<'a>, known: &Lookup<'a>) -> Vec<Row<'a>> {
    surfaces.all().iter().map(|surface| row(surfaces, surface, known)).collect()
}

fn row<'a>(surfaces: &Surfaces<'a>, surface: &Surface<'a>, known: &Lookup<'a>) -> Row<'a> {
    let open = || surface.open().filter_map(|grant| surfaces.thing(grant));
    let given = || surface.grants.iter().filter_map(|grant| surfaces.thing(grant));
    let capabilities: BTreeSet<Capability> =
        open().flat_map(Thing::capabilities).copied().collect();
    let capabilities: Vec<Capability> = capabilities.into_iter().collect();
    let unmapped: Vec<String> =
        open().filter(|thing| thing.capabilities().is_empty()).map(Thing::name).collect();
    let possible =
        if unmapped.is_empty() { capabilities.clone() } else { Capability::all().to_vec() };
    Row {
        agent: &surface.agent.id,
        name: &surface.agent.name,
        priority_1: given().any(|thing| is_first(thing.effect(), thing.egress())),
        blast_tier: blast_tier_of_agent(surfaces, surface, known).number(),
        computed: surface.is_computed(),
        gaps: surface.gaps.iter().map(ToString::to_string).collect(),
        grants: surface.grants.len(),
        denied: surface.grants.len() - surface.open().count(),
        unenforced: surface.unenforced(),
        granted: surface.granted.len(),
        effective: surface.effective.len(),
        approval: surface.effective.len().saturating_sub(surface.alone.len()),
        systems: surface.effective.system_count(),
        anything: surface.effective.is_everywhere(),
        capabilities,
        possible,
        unmapped,
        unknown: given().filter(|thing| thing.is_unknown()).count(),
        chain: chain(surfaces, surface),
    }
}

/// The surface of one agent whole, with at most so many ways from one system into another.
#[must_use]
pub fn full<'a>(
    surfaces: &Surfaces<'a>,
    surface: &Surface<'a>,
    known: &Lookup<'a>,
    most: usize,
) -> Full<'a> {
    let tools = surface.grants.iter().filter_map(|grant| {
        let thing = surfaces.thing(grant)?;
        let systems = thing.can.systems.as_deref();
        Some(Given {
            tool: thing.name(),
            ruling: grant.ruling,
            enforced: grant.enforced,
            effect: thing.effect().map(Effect::name),
            effect_by: thing.known.and_then(|tool| tool.effect_by.as_deref()),
            systems: systems
                .map(|all| all.iter().filter_map(|one| surfaces.systems.name(*one)).collect()),
            data: thing.class.map(DataClass::name),
            egress: thing.egress(),
            untrusted: thing.untrusted(),
            capabilities: thing.capabilities().to_vec(),
            unknown: thing.unknown(),
        })
    });
    Full {
        surface: row(surfaces, surface, known),
        tools: tools.collect(),
        reach: reached(surfaces, surface),
        crossings: crossings(surfaces, surface, most),
        break_chains: break_one(surfaces, surface),
    }
}

/// Grants that are taken away, as `{"agent": …, "tool": …}`.
pub(super) fn taken<S: Serializer>(all: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Taken<'t> {
        agent: &'t str,
        tool: &'t str,
    }
    to.collect_seq(all.iter().map(|(agent, tool)| Taken { agent, tool }))
}

/// What an agent was given to do, each with the mildest ruling, sorted.
pub(super) fn reached<'a>(surfaces: &Surfaces<'a>, surface: &Surface<'a>) -> Vec<Reached<'a>> {
    let (alone, effective) = (surfaces.cells(&surface.alone), surfaces.cells(&surface.effective));
    let ruling = |cell| match (alone.binary_search(cell), effective.binary_search(cell)) {
        (Ok(_), _) => Ruling::Allow,
        (Err(_), Ok(_)) => Ruling::Approval,
        (Err(_), Err(_)) => Ruling::Deny,
    };
    let cells = surfaces.cells(&surface.granted);
    let cells = cells.iter().map(|cell| Reached {
        system: cell.system,
        action: cell.action.name(),
        class: cell.class.name(),
        ruling: ruling(cell),
    });
    cells.collect()
}

impl Row<'_> {
    /// Whether a dangerous chain is there that nothing stops.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.chain.as_ref().is_some_and(|chain| chain.held == Held::Open)
    }
}
