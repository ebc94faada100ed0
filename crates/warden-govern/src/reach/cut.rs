//! Which grants to take away so that the most of what can be done can no longer be done.
//!
//! Taking one tool away often changes nothing, since another can do the same. So a choice of grants
//! is worth what only these can do. Grants that can do the same are one piece that costs as much as
//! it has grants; things that the same pieces can do are one prize. What can be done with more
//! pieces than may be taken away cannot be lost, and is no prize; that leaves few.

mod search;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Surface, Surfaces, cell::Can};
use search::{Choice, Prize, best};

/// The most grants that are chosen at once.
pub const MOST_GRANTS: u32 = search::MOST;

/// Grants to take away, and what that does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Whose grants, and which: agent and `server/tool`, sorted.
    #[serde(serialize_with = "super::view::taken")]
    pub remove: Vec<(String, String)>,
    /// How many things could be done before, without what policy denies.
    pub before: u64,
    /// How many of them can be done no longer.
    pub removed: u64,
    /// The most that any choice of so many grants can remove.
    pub at_most: u64,
    /// Whether no choice of so many grants removes more.
    pub exact: bool,
}

impl Cut {
    /// How much of the reach is gone, for people: `62.5 %`.
    #[must_use]
    pub fn percent(&self) -> String {
        crate::Ratio { of: self.removed, all: self.before }.percent()
    }

    /// Which way it was found, for people and programs: `exact`, or `bounded` where it is the best
    /// that was found and [`Self::at_most`] is the best that there can be.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        if self.exact { "exact" } else { "bounded" }
    }
}

/// How many prizes are looked at for one agent before the search is content with a bound.
const EFFORT: u64 = 20_000_000;
/// The same for one of many agents.
const EFFORT_OF_MANY: u64 = 50_000;

/// The choice of at most so many grants (at most [`MOST_GRANTS`]) of one agent that removes most of
/// what it can do.
#[must_use]
pub fn cut(surfaces: &Surfaces<'_>, surface: &Surface<'_>, grants: u32) -> Cut {
    let found = Pieces::of(surfaces, surface, grants).best(grants, EFFORT);
    Cut {
        remove: found.names,
        before: surface.effective.len(),
        removed: found.choice.gain,
        at_most: found.choice.bound,
        exact: found.choice.is_exact(),
    }
}

/// The choice of at most so many grants over all agents that removes most of the sum of what each
/// can do. What one agent loses does not depend on the others, so the best for each number of grants
/// and each agent is put together.
#[must_use]
pub fn cut_estate(surfaces: &Surfaces<'_>, grants: u32) -> Cut {
    let most = grants.min(MOST_GRANTS) as usize;
    // The best for each number of grants so far, and the bounds alike.
    let mut best: Vec<(u64, Vec<(String, String)>)> = vec![(0, Vec::new()); most + 1];
    let mut bound = vec![0; most + 1];
    for surface in surfaces.all() {
        let own: Vec<Found> = (0..=most)
            .map(|number| u32::try_from(number).unwrap_or(MOST_GRANTS))
            .map(|number| Pieces::of(surfaces, surface, number).best(number, EFFORT_OF_MANY))
            .collect();
        if own.iter().all(|found| found.choice.bound == 0) {
            continue;
        }
        for number in (1..=most).rev() {
            let splits = || (0..=number).map(|here| (here, number - here));
            let gain = |(here, there): (usize, usize)| {
                Some((best.get(there)?.0 + own.get(here)?.choice.gain, here, there))
            };
            let bounds = |(here, there): (usize, usize)| {
                Some(bound.get(there)? + own.get(here)?.choice.bound)
            };
            let Some(most_bound) = splits().filter_map(bounds).max() else { continue };
            // Of as good ones the one that takes nothing from this agent.
            let Some((sum, here, there)) =
                splits().filter_map(gain).max_by_key(|(sum, here, _)| (*sum, usize::MAX - *here))
            else {
                continue;
            };
            let mut names = best.get(there).map(|(_, names)| names.clone()).unwrap_or_default();
            names.extend(own.get(here).map(|found| found.names.clone()).unwrap_or_default());
            if let (Some(best), Some(bound)) = (best.get_mut(number), bound.get_mut(number)) {
                *best = (sum, names);
                *bound = most_bound;
            }
        }
    }
    let (removed, mut remove) = best.pop().unwrap_or_default();
    remove.sort();
    let at_most = bound.pop().unwrap_or_default();
    Cut {
        remove,
        before: surfaces.all().iter().map(|surface| surface.effective.len()).sum(),
        removed,
        at_most,
        exact: removed >= at_most,
    }
}

struct Found {
    choice: Choice,
    names: Vec<(String, String)>,
}

/// The pieces of an agent that may be taken away with so many grants, and the prizes.
struct Pieces {
    /// The grants of each piece, by name.
    pieces: Vec<Vec<(String, String)>>,
    prizes: Vec<Prize>,
}

impl Pieces {
    fn of(surfaces: &Surfaces<'_>, surface: &Surface<'_>, budget: u32) -> Self {
        let mut same: BTreeMap<&Can, Vec<(String, String)>> = BTreeMap::new();
        for thing in surface.open().filter_map(|grant| surfaces.thing(grant)) {
            let name = (surface.agent.id.clone(), thing.name());
            same.entry(&thing.can).or_default().push(name);
        }
        // What costs too much stays, and what it can do stays with it.
        let (costly, pieces): (Vec<_>, Vec<_>) =
            same.into_iter().partition(|(_, names)| names.len() > budget as usize);
        let stays =
            super::cell::together(surfaces.systems.len(), costly.iter().map(|(can, _)| *can));
        let costs: Vec<u32> = pieces
            .iter()
            .map(|(_, names)| u32::try_from(names.len()).unwrap_or(u32::MAX))
            .collect();
        let mut everywhere: Vec<(u32, u32)> = Vec::new();
        let mut named: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for ((can, _), at) in pieces.iter().zip(0u32..) {
            match &can.systems {
                None => everywhere.push((at, can.mask)),
                Some(systems) => {
                    for system in systems {
                        named.entry(*system).or_default().push((at, can.mask));
                    }
                }
            }
        }
        let mut prizes = Prizes { budget, costs: &costs, found: BTreeMap::new() };
        for (system, own) in &named {
            prizes.add(!stays.bits(*system), 1, &own.iter().chain(&everywhere));
        }
        // All the others are alike: what stays there stays everywhere.
        let untouched = (0..surfaces.systems.len()).filter(|system| !named.contains_key(system));
        let mut alike: BTreeMap<u32, u64> = BTreeMap::new();
        if !everywhere.is_empty() {
            for system in untouched {
                *alike.entry(!stays.bits(system)).or_default() += 1;
            }
        }
        for (losable, systems) in alike {
            prizes.add(losable, systems, &everywhere.iter());
        }
        let prizes = prizes
            .found
            .into_iter()
            .map(|(needs, worth)| Prize { needs: needs.into_iter().collect(), worth })
            .collect();
        Self { pieces: pieces.into_iter().map(|(_, names)| names).collect(), prizes }
    }

    fn best(&self, budget: u32, effort: u64) -> Found {
        let costs: Vec<u32> = self
            .pieces
            .iter()
            .map(|names| u32::try_from(names.len()).unwrap_or(u32::MAX))
            .collect();
        let choice = best(&costs, &self.prizes, budget, effort);
        let chosen = choice.pieces.iter().filter_map(|at| self.pieces.get(*at as usize));
        let mut names: Vec<_> = chosen.flatten().cloned().collect();
        names.sort();
        Found { choice, names }
    }
}

/// Prizes that are being put together, by the pieces that they need.
struct Prizes<'c> {
    budget: u32,
    costs: &'c [u32],
    found: BTreeMap<BTreeSet<u32>, u64>,
}

impl Prizes<'_> {
    /// Adds what can be lost on so many systems, on each of which these pieces can do that.
    fn add<'p>(
        &mut self,
        losable: u32,
        systems: u64,
        pieces: &(impl Iterator<Item = &'p (u32, u32)> + Clone),
    ) {
        let all = pieces.clone().fold(0, |all, (_, mask)| all | mask) & losable;
        for bit in (0..u32::BITS).map(|at| 1 << at).filter(|bit| all & bit != 0) {
            let mut needs = BTreeSet::new();
            let mut cost = 0;
            for (at, _) in pieces.clone().filter(|(_, mask)| mask & bit != 0) {
                needs.insert(*at);
                cost += self.costs.get(*at as usize).copied().unwrap_or(u32::MAX / 2);
                if cost > self.budget {
                    break;
                }
            }
            if cost <= self.budget {
                *self.found.entry(needs).or_default() += systems;
            }
        }
    }
}
