//! Dangerous chains, and the fewest grants that break them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use warden_model::{DataClass, Effect};

use super::{
    super::*,
    made::{Held as Grant, estates, held, tables, without},
};
use crate::estate::{Egress, Estate, Lookup, Ruling, Tool};

fn brings(tool: &Tool) -> bool {
    tool.untrusted != Some(false)
}

fn reads(tool: &Tool) -> bool {
    let sensitive = tool.data.is_none_or(|data| data >= DataClass::Confidential);
    let hands_out = [None, Some(Effect::Read), Some(Effect::Execute), Some(Effect::Admin)];
    sensitive && hands_out.contains(&tool.effect)
}

fn sends(tool: &Tool) -> bool {
    [None, Some(Effect::Send), Some(Effect::Execute)].contains(&tool.effect)
        || [None, Some(Egress::Unrestricted)].contains(&tool.egress)
}

fn puts(tool: &Tool) -> bool {
    ![Some(Effect::Read), Some(Effect::Destructive)].contains(&tool.effect)
}

fn gets(tool: &Tool) -> bool {
    [None, Some(Effect::Read)].contains(&tool.effect)
}

fn open(estate: &Estate) -> Vec<Grant> {
    let mut all = held(estate);
    all.retain(|held| held.ruling != Ruling::Deny);
    all
}

fn own<'h>(all: &'h [Grant], agent: &'h str) -> impl Iterator<Item = &'h Tool> + Clone {
    all.iter().filter(move |held| held.agent == agent).map(|held| &held.tool)
}

/// The sizes of all chains of an agent.
fn sizes(all: &[Grant], agent: &str) -> Vec<usize> {
    let mut sizes = Vec::new();
    for first in own(all, agent).filter(|tool| brings(tool)) {
        for second in own(all, agent).filter(|tool| reads(tool)) {
            for third in own(all, agent).filter(|tool| sends(tool)) {
                let names = [first, second, third].map(|tool| (&tool.server, &tool.name));
                sizes.push(BTreeSet::from(names).len());
            }
        }
    }
    sizes
}

/// The agents that a chain ends with, whether alone or across: what strangers write and what few may
/// see is handed on until nothing is new.
fn ending(estate: &Estate) -> BTreeSet<String> {
    let all = open(estate);
    let systems: Vec<Option<String>> =
        estate.systems.iter().map(|one| Some(one.id.clone())).chain([None]).collect();
    let touches = |tool: &Tool, system: &Option<String>| {
        tool.systems.is_empty() || system.as_ref().is_some_and(|one| tool.systems.contains(one))
    };
    let mut floors = [BTreeSet::new(), BTreeSet::new()];
    let has = |agent: &str, does: fn(&Tool) -> bool| own(&all, agent).any(does);
    for agent in &estate.agents {
        if has(&agent.id, brings) {
            floors[0].insert(agent.id.clone());
        }
    }
    loop {
        let before = floors.clone();
        for floor in &mut floors {
            for system in &systems {
                let put = floor
                    .iter()
                    .any(|agent| own(&all, agent).any(|tool| puts(tool) && touches(tool, system)));
                for agent in estate.agents.iter().filter(|_| put) {
                    if own(&all, &agent.id).any(|tool| gets(tool) && touches(tool, system)) {
                        floor.insert(agent.id.clone());
                    }
                }
            }
        }
        let up: Vec<String> = floors[0].iter().filter(|agent| has(agent, reads)).cloned().collect();
        floors[1].extend(up);
        if floors == before {
            let [_, upper] = floors;
            return upper.into_iter().filter(|agent| has(agent, sends)).collect();
        }
    }
}

/// The fewest grants without which this is empty.
fn fewest(estate: &Estate, all: &[Grant], left: impl Fn(&Estate) -> bool) -> usize {
    let sets = 0..1u32 << all.len();
    let sizes = sets.filter_map(|set| {
        let numbered = all.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0);
        let gone: BTreeSet<_> =
            numbered.map(|(_, held)| (held.agent.clone(), held.name.clone())).collect();
        (!left(&without(estate, &gone))).then_some(gone.len())
    });
    sizes.min().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_shortest_chain_is_the_shortest_of_all(estate in estates(2)) {
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let every = open(&estate);
        let alone: Vec<_> =
            every.iter().filter(|held| held.ruling == Ruling::Allow).cloned().collect();
        for surface in surfaces.all() {
            let agent = surface.agent.id.as_str();
            let found = chain(&surfaces, surface);
            let by_itself = sizes(&alone, agent).into_iter().min();
            let at_all = sizes(&every, agent);
            prop_assert_eq!(found.is_some(), !at_all.is_empty());
            let Some(found) = found else { continue };
            prop_assert_eq!(found.held == Held::Open, by_itself.is_some());
            prop_assert_eq!(Some(found.size), by_itself.or(at_all.iter().min().copied()));
            prop_assert_eq!(found.chains, at_all.len() as u64);
        }
    }

    #[test]
    fn no_fewer_grants_break_the_chains_of_an_agent(estate in estates(1)) {
        let all = open(&estate);
        prop_assume!(all.len() <= 9);
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let found = break_one(&surfaces, &surfaces.all()[0]);
        let best = fewest(&estate, &all, |left| !sizes(&open(left), "a0").is_empty());
        prop_assert_eq!(found.remove.len(), best);
        let left = without(&estate, &found.remove.into_iter().collect());
        prop_assert!(sizes(&open(&left), "a0").is_empty());
    }

    #[test]
    fn chains_across_agents_end_where_something_can_be_handed_on_to(estate in estates(3)) {
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let mut found: BTreeSet<String> =
            across(&surfaces).relays.into_iter().map(|relay| relay.agent).collect();
        let chained = surfaces.all().iter().filter_map(|surface| chain(&surfaces, surface));
        found.extend(chained.map(|chain| chain.agent));
        prop_assert_eq!(found, ending(&estate));
    }

    #[test]
    fn no_fewer_grants_break_all_chains_of_an_estate(estate in estates(3)) {
        let all = open(&estate);
        prop_assume!(all.len() <= 8);
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let found = break_all(&surfaces);
        let best = fewest(&estate, &all, |left| !ending(left).is_empty());
        prop_assert!(found.exact);
        prop_assert_eq!(found.remove.len(), best);
        let left = without(&estate, &found.remove.into_iter().collect());
        prop_assert!(ending(&left).is_empty());
    }
}

#[test]
fn a_chain_across_agents_names_every_hand() {
    let estate = tables(&[
        ("agents.csv", "id\nreader\nteller\n"),
        ("servers.csv", "id,data\nweb,public\nwiki,internal\nbank,regulated\nmail,internal\n"),
        (
            "tools.csv",
            "server,name,effect,systems,data,untrusted,egress\n\
             web,fetch,read,internet,public,yes,none\n\
             wiki,edit,write,wiki,internal,no,none\n\
             wiki,view,read,wiki,internal,no,none\n\
             bank,accounts,read,ledger,regulated,no,none\n\
             mail,send,send,post,internal,no,unrestricted\n",
        ),
        (
            "connections.csv",
            "agent,server,tools,rulings\n\
             reader,web,fetch,\nreader,wiki,edit,\n\
             teller,wiki,view,\nteller,bank,accounts,\nteller,mail,send,send=approval\n",
        ),
    ]);
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    assert!(surfaces.all().iter().all(|surface| chain(&surfaces, surface).is_none()));
    let found = across(&surfaces).relays;
    let [relay] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((relay.agent.as_str(), relay.held), ("teller", Held::Approval));
    let steps: Vec<_> = relay
        .steps
        .iter()
        .map(|step| format!("{} {} {}", step.agent, step.does, step.tool))
        .collect();
    assert_eq!(
        steps,
        [
            "reader brings web/fetch",
            "reader puts wiki/edit",
            "teller gets wiki/view",
            "teller reads bank/accounts",
            "teller sends mail/send",
        ]
    );
    let broken = break_all(&surfaces);
    assert_eq!((broken.remove.len(), broken.exact), (1, true));
}
