//! Chains that go through several agents: one puts what strangers wrote, or what few may see, where
//! another one reads it.
//!
//! Two agents meet in a system that one can put something into and the other can read. A chain is
//! the shortest way through the graph of agents and systems, once on each of two floors: the lower
//! one for words of strangers, the upper one for data that few may see. Reading such data is the
//! only stair.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, VecDeque},
};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::{
    super::{
        Surfaces,
        cross::{gets, puts},
    },
    Break, Held, Part, break_one, shortest,
};
use crate::estate::Ruling;

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The agent that takes it.
    pub agent: String,
    /// With which tool, as `server/tool`.
    pub tool: String,
    /// What that does: `brings`, `reads`, `sends`, or `puts` and `gets` to hand it on.
    pub does: &'static str,
    /// The system in which it is handed on; none if it is one that nobody has named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

/// A chain through several agents, none of which has one alone that ends there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relay {
    /// The agent that it ends with.
    pub agent: String,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What stops it.
    pub held: Held,
}

/// The chains through several agents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Across {
    /// The shortest for each agent that has no chain alone, the shortest first.
    pub relays: Vec<Relay>,
}

impl Across {
    /// Whether there is one that nothing stops.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.relays.iter().any(|relay| relay.held == Held::Open)
    }
}

/// The shortest chain through several agents, for each agent that has none alone and that one ends
/// with: first those that nothing stops.
#[must_use]
pub fn across(surfaces: &Surfaces<'_>) -> Across {
    let mut relays = Vec::new();
    let mut seen = BTreeSet::new();
    for (least, held) in [(Ruling::Allow, Held::Open), (Ruling::Approval, Held::Approval)] {
        let graph = Graph::new(surfaces, least, &FxHashSet::default());
        for (agent, hops) in graph.relays() {
            if seen.insert(agent) {
                let agent = surfaces.all().get(agent as usize).map(|one| one.agent.id.clone());
                let steps = hops.iter().filter_map(|hop| graph.step(*hop)).collect();
                relays.push(Relay { agent: agent.unwrap_or_default(), steps, held });
            }
        }
    }
    relays
        .sort_by(|a, b| (a.held, a.steps.len(), &a.agent).cmp(&(b.held, b.steps.len(), &b.agent)));
    Across { relays }
}

/// A grant: the place of the agent, and of the grant among its own.
type Key = (u32, u32);

/// Something that is done on the way.
#[derive(Clone, Copy, Debug)]
struct Hop {
    key: Key,
    does: &'static str,
    system: Option<u32>,
}

/// What an agent has for a chain: the first grant for each thing.
#[derive(Debug, Default)]
struct Ends {
    parts: [Option<u32>; 3],
    puts: FxHashMap<u32, u32>,
    puts_anywhere: Option<u32>,
}

struct Graph<'s, 'a> {
    surfaces: &'s Surfaces<'a>,
    ends: Vec<Ends>,
    /// Who reads it, by system; the last entry is those who read anything.
    getters: Vec<Vec<Key>>,
}

impl<'s, 'a> Graph<'s, 'a> {
    fn new(surfaces: &'s Surfaces<'a>, least: Ruling, without: &FxHashSet<Key>) -> Self {
        let systems = surfaces.systems.len() as usize;
        let mut graph = Self { surfaces, ends: Vec::new(), getters: vec![Vec::new(); systems + 1] };
        for (surface, agent) in surfaces.all().iter().zip(0..) {
            let mut ends = Ends::default();
            for (grant, at) in surface.grants.iter().zip(0..) {
                if grant.ruling <= least && !without.contains(&(agent, at)) {
                    graph.add(&mut ends, (agent, at), grant.thing);
                }
            }
            graph.ends.push(ends);
        }
        graph
    }

    fn add(&mut self, ends: &mut Ends, key: Key, thing: u32) {
        let Some(thing) = self.surfaces.things.get(thing as usize) else { return };
        for (part, end) in Part::ALL.into_iter().zip(&mut ends.parts) {
            if part.of(thing).is_some() {
                end.get_or_insert(key.1);
            }
        }
        let (puts, gets) = (thing.can.mask & puts() != 0, thing.can.mask & gets() != 0);
        let Some(systems) = &thing.can.systems else {
            if puts {
                ends.puts_anywhere.get_or_insert(key.1);
            }
            if gets && let Some(all) = self.getters.last_mut() {
                all.push(key);
            }
            return;
        };
        for system in systems {
            if puts {
                ends.puts.entry(*system).or_insert(key.1);
            }
            if gets && let Some(getters) = self.getters.get_mut(*system as usize) {
                getters.push(key);
            }
        }
    }

    fn step(&self, hop: Hop) -> Option<Step> {
        let surface = self.surfaces.all().get(hop.key.0 as usize)?;
        let thing = self.surfaces.thing(surface.grants.get(hop.key.1 as usize)?)?;
        let system = hop.system.and_then(|system| self.surfaces.systems.name(system));
        Some(Step {
            agent: surface.agent.id.clone(),
            tool: thing.name(),
            does: hop.does,
            system: system.map(ToOwned::to_owned),
        })
    }

    /// The shortest way to each agent that has no chain alone, in the order of agents.
    fn relays(&self) -> Vec<(u32, Vec<Hop>)> {
        let walk = Walk::new(self);
        let numbered = self.ends.iter().zip(0u32..);
        let ending = numbered.filter(|(ends, _)| !ends.parts.iter().all(Option::is_some));
        ending
            .filter_map(|(ends, agent)| {
                let sends = *ends.parts.last()?.as_ref()?;
                let mut hops = walk.way(Node { upper: true, at: agent, is_agent: true })?;
                hops.push(Hop { key: (agent, sends), does: Part::Sends.name(), system: None });
                Some((agent, hops))
            })
            .collect()
    }
}

/// An agent or a system, on one of the two floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    upper: bool,
    is_agent: bool,
    at: u32,
}

/// A walk from all agents that strangers can talk to, nearest first.
struct Walk {
    agents: usize,
    nodes: usize,
    /// How each node was first come to; from where, if it is not where one begins.
    came: Vec<Option<(Option<Node>, Hop)>>,
}

impl Walk {
    fn new(graph: &Graph<'_, '_>) -> Self {
        let (agents, systems) = (graph.ends.len(), graph.surfaces.systems.len());
        let nodes = agents + systems as usize;
        let mut walk = Self { agents, nodes, came: vec![None; nodes * 2] };
        let mut queue = VecDeque::new();
        for (ends, at) in graph.ends.iter().zip(0..) {
            if let [Some(brings), ..] = ends.parts {
                let node = Node { upper: false, is_agent: true, at };
                let hop = Hop { key: (at, brings), does: Part::Brings.name(), system: None };
                walk.come(&mut queue, node, None, hop);
            }
        }
        while let Some(node) = queue.pop_front() {
            if node.is_agent {
                walk.leave_agent(graph, &mut queue, node);
            } else {
                let own = graph.getters.get(node.at as usize);
                let any = graph.getters.last();
                for key in own.into_iter().chain(any).flatten() {
                    let to = Node { is_agent: true, at: key.0, ..node };
                    let hop = Hop { key: *key, does: "gets", system: Some(node.at) };
                    walk.come(&mut queue, to, Some(node), hop);
                }
            }
        }
        walk
    }

    fn leave_agent(&mut self, graph: &Graph<'_, '_>, queue: &mut VecDeque<Node>, node: Node) {
        let Some(ends) = graph.ends.get(node.at as usize) else { return };
        if let ([_, Some(reads), _], false) = (ends.parts, node.upper) {
            let hop = Hop { key: (node.at, reads), does: Part::Reads.name(), system: None };
            self.come(queue, Node { upper: true, ..node }, Some(node), hop);
        }
        let mut put = |this: &mut Self, system: u32, grant: u32| {
            let hop = Hop { key: (node.at, grant), does: "puts", system: Some(system) };
            let to = Node { is_agent: false, at: system, ..node };
            this.come(queue, to, Some(node), hop);
        };
        let mut named: Vec<_> = ends.puts.iter().map(|(system, grant)| (*system, *grant)).collect();
        named.sort_unstable();
        for (system, grant) in named {
            put(self, system, grant);
        }
        if let Some(grant) = ends.puts_anywhere {
            (0..graph.surfaces.systems.len()).for_each(|system| put(self, system, grant));
        }
    }

    const fn index(&self, node: Node) -> usize {
        let floor = if node.upper { self.nodes } else { 0 };
        floor + node.at as usize + if node.is_agent { 0 } else { self.agents }
    }

    fn come(&mut self, queue: &mut VecDeque<Node>, to: Node, from: Option<Node>, hop: Hop) {
        let index = self.index(to);
        if let Some(came) = self.came.get_mut(index).filter(|came| came.is_none()) {
            *came = Some((from, hop));
            queue.push_back(to);
        }
    }

    /// How one comes there, from the beginning; `None` if one does not.
    fn way(&self, to: Node) -> Option<Vec<Hop>> {
        let mut hops = Vec::new();
        let mut next = Some(to);
        while let Some(node) = next {
            let (from, hop) = (*self.came.get(self.index(node))?)?;
            hops.push(hop);
            next = from;
        }
        hops.reverse();
        Some(hops)
    }
}

/// How many states the search for the fewest grants looks at before it is content with a bound.
const STATES: u32 = 400;
/// So large an estate is not searched: a state costs as much as looking at every grant.
const SEARCHED: usize = 2_000;

/// The fewest grants of the whole estate whose loss leaves no chain, in one agent or across several.
/// What one agent needs is exact. Chains across agents are searched, and where that would take too
/// long the answer says how many it takes at least.
#[must_use]
pub fn break_all(surfaces: &Surfaces<'_>) -> Break {
    let mut search = Search { surfaces, best: greedy(surfaces), states: STATES, least: u64::MAX };
    let chains = surfaces.all().iter().map(|surface| break_one(surfaces, surface).breaks).sum();
    let at_least = search.packed(&FxHashSet::default());
    let best = search.best.len() as u64;
    let grants: usize = surfaces.all().iter().map(|surface| surface.grants.len()).sum();
    if at_least < best && grants <= SEARCHED {
        search.go(&mut FxHashSet::default());
    }
    let found = search.best.len() as u64;
    // What was left aside would have needed so many.
    let at_least =
        if grants <= SEARCHED { at_least.max(search.least.min(found)) } else { at_least };
    let mut remove: Vec<(String, String)> = search
        .best
        .iter()
        .filter_map(|(agent, at)| {
            let surface = surfaces.all().get(*agent as usize)?;
            let thing = surfaces.thing(surface.grants.get(*at as usize)?)?;
            Some((surface.agent.id.clone(), thing.name()))
        })
        .collect();
    remove.sort();
    Break { remove, breaks: chains, at_least: at_least.min(found), exact: at_least >= found }
}

/// A chain that is left in each agent, or that ends with it.
fn left(surfaces: &Surfaces<'_>, without: &FxHashSet<Key>) -> Vec<Vec<Key>> {
    let mut found: Vec<Vec<Key>> = Vec::new();
    for (surface, agent) in surfaces.all().iter().zip(0u32..) {
        let three = shortest(surfaces, surface, |at, grant| {
            grant.ruling != Ruling::Deny && !without.contains(&(agent, at))
        });
        found.extend(three.map(|three| three.picks.map(|pick| (agent, pick.at)).to_vec()));
    }
    let relays = Graph::new(surfaces, Ruling::Approval, without).relays();
    found.extend(relays.into_iter().map(|(_, hops)| hops.iter().map(|hop| hop.key).collect()));
    for chain in &mut found {
        chain.sort_unstable();
        chain.dedup();
    }
    found.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    found
}

/// Breaks every agent by itself, then what is left across them at the grant that most chains need,
/// and gives back what was not needed.
fn greedy(surfaces: &Surfaces<'_>) -> FxHashSet<Key> {
    let mut gone: FxHashSet<Key> = FxHashSet::default();
    for (surface, agent) in surfaces.all().iter().zip(0u32..) {
        let names: BTreeSet<String> =
            break_one(surfaces, surface).remove.into_iter().map(|(_, tool)| tool).collect();
        let numbered = surface.grants.iter().zip(0u32..);
        gone.extend(numbered.filter_map(|(grant, at)| {
            let thing = surfaces.thing(grant).filter(|_| grant.ruling != Ruling::Deny)?;
            names.contains(&thing.name()).then_some((agent, at))
        }));
    }
    let mut extra = Vec::new();
    loop {
        let mut chains = left(surfaces, &gone);
        if chains.is_empty() {
            break;
        }
        while let Some(key) = most_needed(&chains) {
            chains.retain(|chain| !chain.contains(&key));
            gone.insert(key);
            extra.push(key);
        }
    }
    // Whether one is needed is as much work as finding them all.
    let small =
        surfaces.all().iter().map(|surface| surface.grants.len()).sum::<usize>() <= SEARCHED;
    for key in extra.into_iter().filter(|_| small) {
        gone.remove(&key);
        if !left(surfaces, &gone).is_empty() {
            gone.insert(key);
        }
    }
    gone
}

/// The grant that most chains need; of several the first.
fn most_needed(chains: &[Vec<Key>]) -> Option<Key> {
    let mut needed: FxHashMap<Key, u32> = FxHashMap::default();
    for key in chains.iter().flatten() {
        *needed.entry(*key).or_default() += 1;
    }
    needed.into_iter().max_by_key(|(key, count)| (*count, Reverse(*key))).map(|(key, _)| key)
}

struct Search<'s, 'a> {
    surfaces: &'s Surfaces<'a>,
    best: FxHashSet<Key>,
    states: u32,
    /// The least that anything which was not looked at would have needed.
    least: u64,
}

impl Search<'_, '_> {
    /// How many chains there are of which no two share a grant: each needs one of its own.
    fn packed(&self, gone: &FxHashSet<Key>) -> u64 {
        let mut gone = gone.clone();
        let mut count = 0;
        loop {
            let mut met = false;
            for chain in left(self.surfaces, &gone) {
                if chain.iter().all(|key| !gone.contains(key)) {
                    gone.extend(chain);
                    count += 1;
                    met = true;
                }
            }
            if !met {
                return count;
            }
        }
    }

    fn go(&mut self, gone: &mut FxHashSet<Key>) {
        let Some(chain) = left(self.surfaces, gone).into_iter().next() else {
            if gone.len() < self.best.len() {
                self.best.clone_from(gone);
            }
            return;
        };
        let needs = gone.len() as u64 + self.packed(gone);
        if needs >= self.best.len() as u64 {
            return;
        }
        let Some(states) = self.states.checked_sub(1) else {
            self.least = self.least.min(needs);
            return;
        };
        self.states = states;
        for key in chain {
            gone.insert(key);
            self.go(gone);
            gone.remove(&key);
        }
    }
}
