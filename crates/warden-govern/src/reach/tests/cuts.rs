//! What to take away, against what one finds by trying everything.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    super::*,
    made::{Held, estates, held, tables, union, without},
};
use crate::estate::{Estate, Lookup, Ruling};

fn open(estate: &Estate) -> Vec<Held> {
    let mut all = held(estate);
    all.retain(|held| held.ruling != Ruling::Deny);
    all
}

/// How much the agents of an estate can do, added up.
fn sum(all: &[Held]) -> u64 {
    let agents: BTreeSet<&str> = all.iter().map(|held| held.agent.as_str()).collect();
    let own = |agent| all.iter().filter(move |held| held.agent == agent);
    agents.into_iter().map(|agent| union(own(agent)).len() as u64).sum()
}

fn most(all: &[Held], grants: u32) -> u64 {
    let sets = (0..1u32 << all.len()).filter(|set| set.count_ones() <= grants);
    let left = sets.map(|set| {
        let stay = all.iter().enumerate().filter(|(at, _)| set & (1 << at) == 0);
        sum(&stay.map(|(_, held)| held.clone()).collect::<Vec<_>>())
    });
    sum(all) - left.min().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_other_choice_removes_more_from_an_agent(estate in estates(1), grants in 0..=MOST_GRANTS) {
        let all = open(&estate);
        prop_assume!(all.len() <= 9);
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let found = cut(&surfaces, &surfaces.all()[0], grants);
        prop_assert!(found.exact);
        prop_assert_eq!((found.before, found.removed), (sum(&all), most(&all, grants)));
        prop_assert!(found.remove.len() <= grants as usize);
        let left = without(&estate, &found.remove.into_iter().collect());
        prop_assert_eq!(sum(&open(&left)), found.before - found.removed);
    }

    #[test]
    fn no_other_choice_removes_more_from_an_estate(estate in estates(2), grants in 0..=3u32) {
        let all = open(&estate);
        prop_assume!(all.len() <= 9);
        let known = Lookup::new(&estate);
        let surfaces = Surfaces::of(&known);
        let found = cut_estate(&surfaces, grants);
        prop_assert!(found.exact);
        prop_assert_eq!((found.before, found.removed), (sum(&all), most(&all, grants)));
        let left = without(&estate, &found.remove.into_iter().collect());
        prop_assert_eq!(sum(&open(&left)), found.before - found.removed);
    }
}

#[test]
fn what_two_tools_can_do_is_lost_with_both_only() {
    let estate = tables(&[
        ("agents.csv", "id\nbot\n"),
        ("servers.csv", "id,data\ns,internal\n"),
        (
            "tools.csv",
            "server,name,effect,systems\n\
             s,list,read,a;b;c\ns,search,read,a;b;c\ns,post,send,d\ns,wipe,destructive,d\n",
        ),
        ("connections.csv", "agent,server\nbot,s\n"),
    ]);
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let names = |grants| {
        let found = cut(&surfaces, &surfaces.all()[0], grants);
        let names: Vec<String> = found.remove.iter().map(|(_, tool)| tool.clone()).collect();
        (names.join(" "), found.removed, found.percent(), found.method())
    };
    assert_eq!(names(1), ("s/post".into(), 1, "20.0 %".into(), "exact"));
    assert_eq!(names(2), ("s/list s/search".into(), 3, "60.0 %".into(), "exact"));
    assert_eq!(names(5).1, 5);
}
