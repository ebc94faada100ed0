//! The sets themselves: against what one finds by trying everything.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    super::*,
    made::{Thing, can, estates, held, union, without},
};
use crate::estate::{Estate, Lookup, Ruling};

fn things(surfaces: &Surfaces<'_>, reach: &Reach) -> BTreeSet<Thing> {
    let cells = surfaces.cells(reach);
    cells.iter().map(|one| (one.system.map(Into::into), one.action, one.class)).collect()
}

type Sets = [BTreeSet<Thing>; 3];

/// What each agent was given, what policy leaves, and what it can do alone.
fn sets(estate: &Estate) -> BTreeMap<String, Sets> {
    let known = Lookup::new(estate);
    let surfaces = Surfaces::of(&known);
    let one = |surface: &Surface<'_>| {
        let sets = [&surface.granted, &surface.effective, &surface.alone];
        (surface.agent.id.clone(), sets.map(|reach| things(&surfaces, reach)))
    };
    surfaces.all().iter().map(one).collect()
}

proptest! {
    /// R67: the maximum surface of each agent is the union over its tools, granted and without what
    /// policy denies; with what is not known as everything of its kind.
    #[test]
    fn a_surface_is_the_union_over_tools_without_what_policy_denies(estate in estates(3)) {
        let held = held(&estate);
        for (agent, found) in sets(&estate) {
            let least = [Ruling::Deny, Ruling::Approval, Ruling::Allow];
            for (least, found) in least.into_iter().zip(found) {
                let own = held.iter().filter(|held| held.agent == agent && held.ruling <= least);
                prop_assert_eq!(found, union(own));
            }
        }
    }

    #[test]
    fn a_set_counts_what_is_in_it(estate in estates(3)) {
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        for surface in surfaces.all() {
            prop_assert_eq!(surface.granted.len(), surfaces.cells(&surface.granted).len() as u64);
            prop_assert!(surface.alone.is_subset(&surface.effective));
            prop_assert!(surface.effective.is_subset(&surface.granted));
            for other in surfaces.all() {
                let naive = things(&surfaces, &surface.granted)
                    .is_subset(&things(&surfaces, &other.granted));
                prop_assert_eq!(surface.granted.is_subset(&other.granted), naive);
            }
        }
    }

    /// R25: the blast radius of an agent is the set of (system, action, class of data) that it
    /// reaches, and removing a grant never enlarges it.
    #[test]
    fn whoever_is_given_less_can_reach_no_more(estate in estates(2), at in any::<prop::sample::Index>()) {
        let held = held(&estate);
        prop_assume!(!held.is_empty());
        let gone = &held[at.index(held.len())];
        let less = without(&estate, &[(gone.agent.clone(), gone.name.clone())].into());
        let before = sets(&estate);
        for (agent, after) in sets(&less) {
            for (after, before) in after.iter().zip(&before[&agent]) {
                prop_assert!(after.is_subset(before));
            }
        }
    }

    #[test]
    fn what_is_not_known_is_never_safer_than_what_is(
        estate in estates(2),
        at in any::<prop::sample::Index>(),
        fact in 0..5,
    ) {
        prop_assume!(!estate.tools.is_empty());
        let mut less = estate.clone();
        let at = at.index(less.tools.len());
        let tool = &mut less.tools[at];
        match fact {
            0 => tool.effect = None,
            1 => tool.systems.clear(),
            2 => tool.untrusted = None,
            3 => tool.egress = None,
            _ => {
                tool.data = None;
                less.servers.iter_mut().for_each(|server| server.data = None);
            }
        }
        let after = sets(&less);
        for (agent, before) in sets(&estate) {
            for (after, before) in after[&agent].iter().zip(&before) {
                prop_assert!(before.is_subset(after));
            }
        }
        let (known, unknown) = (Lookup::new(&estate), Lookup::new(&less));
        let (before, after) = (Surfaces::of(&known), Surfaces::of(&unknown));
        for (old, new) in before.all().iter().zip(after.all()) {
            let first = |all, one: &Surface<'_>| !priority(all, one).is_empty();
            prop_assert!(first(&before, old) <= first(&after, new));
            prop_assert!(chain(&before, old).is_none() || chain(&after, new).is_some());
            let tier = |all, one, known| blast_tier_of_agent(all, one, known);
            // The first is the worst.
            prop_assert!(tier(&after, new, &unknown) <= tier(&before, old, &known));
        }
    }

    /// R65: what is shown for a server is all that can be reached in the graph from servers to the
    /// agents that use them, to their tools and to the systems of these.
    #[test]
    fn a_cascade_is_what_can_be_reached_in_the_graph(estate in estates(3)) {
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        for server in &estate.servers {
            let found = cascade(&surfaces, &known, &server.id).unwrap();
            let (nodes, things) = closure(&estate, &server.id);
            let of = |kind: &str| -> Vec<String> {
                nodes.iter().filter_map(|node| node.strip_prefix(kind)).map(Into::into).collect()
            };
            prop_assert_eq!(&found.agents, &of("agent "));
            prop_assert_eq!(&found.systems, &of("system "));
            prop_assert_eq!(found.anything, things.iter().any(|(system, _, _)| system.is_none()));
            prop_assert_eq!(found.reach, things.len() as u64);
        }
    }

    /// R67: what changed between two dates is what is in one of both sets.
    #[test]
    fn a_diff_is_what_is_in_one_set_and_not_in_the_other(before in estates(2), now in estates(3)) {
        let (was, is) = (sets(&before), sets(&now));
        let (old, new) = (Lookup::new(&before), Lookup::new(&now));
        let (old, new) = (Surfaces::of(&old), Surfaces::of(&new));
        let changes: BTreeMap<_, _> =
            diff(&old, &new).into_iter().map(|change| (change.agent, change)).collect();
        let none = Sets::default();
        for (agent, now) in &is {
            let before = was.get(agent).unwrap_or(&none);
            let Some(change) = changes.get(agent.as_str()) else {
                prop_assert_eq!(before, now);
                continue;
            };
            prop_assert_eq!(change.is_new, !was.contains_key(agent));
            let parts = [
                (&change.granted_added, &change.granted_removed),
                (&change.effective_added, &change.effective_removed),
                (&change.alone_added, &change.alone_removed),
            ];
            let plain = |cells: &[Cell<'_>]| -> BTreeSet<Thing> {
                cells.iter().map(|one| (one.system.map(Into::into), one.action, one.class)).collect()
            };
            for ((added, removed), (before, now)) in parts.into_iter().zip(before.iter().zip(now)) {
                prop_assert_eq!(plain(added), now - before);
                prop_assert_eq!(plain(removed), before - now);
            }
        }
        prop_assert!(diff(&new, &new).is_empty());
    }
}

/// Everything that can be reached from a server, by following edges until nothing is new.
fn closure(estate: &Estate, server: &str) -> (BTreeSet<String>, BTreeSet<Thing>) {
    let held = held(estate);
    let mut edges: BTreeSet<(String, String)> = BTreeSet::new();
    let mut things: BTreeMap<String, BTreeSet<Thing>> = BTreeMap::new();
    for connection in &estate.connections {
        let ends = (&connection.server, &connection.agent);
        edges.insert((format!("server {}", ends.0), format!("agent {}", ends.1)));
    }
    for one in held.iter().filter(|held| held.ruling != Ruling::Deny) {
        let tool = format!("tool {} of {}", one.name, one.agent);
        edges.insert((format!("agent {}", one.agent), tool.clone()));
        let reached = can(&one.tool);
        for (system, _, _) in &reached {
            let system = system.as_ref().map(|system| format!("system {system}"));
            edges.extend(system.map(|system| (tool.clone(), system)));
        }
        things.insert(tool, reached);
    }
    let mut nodes: BTreeSet<String> = [format!("server {server}")].into();
    loop {
        let next = edges.iter().filter(|(from, _)| nodes.contains(from)).map(|(_, to)| to.clone());
        let next: BTreeSet<String> = next.chain(nodes.iter().cloned()).collect();
        if next.len() == nodes.len() {
            break;
        }
        nodes = next;
    }
    let reached = nodes.iter().filter_map(|node| things.get(node)).flatten().cloned().collect();
    (nodes, reached)
}
