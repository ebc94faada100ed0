//! Which controls of the platform stand for what a framework asks, and against which findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use rustc_hash::FxHashMap;
use warden_model::Class;

/// What a control is evidence for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demand {
    /// The framework.
    pub framework: &'static str,
    /// The identifier there.
    pub id: &'static str,
    /// The control of the platform.
    pub control: &'static str,
    /// Whether the identifier was held against the text of its publisher.
    pub checked: bool,
}

struct Map {
    demands: Vec<Demand>,
    classes: BTreeMap<Class, BTreeSet<&'static str>>,
}

/// What stands at an identifier of a framework. A page for each of thousands of servers asks this.
#[derive(Debug, Default)]
pub(super) struct Stands {
    /// The demands there.
    pub(super) demands: Vec<Demand>,
    /// The classes of findings that are mapped to it.
    pub(super) classes: Vec<Class>,
}

type Index = FxHashMap<(&'static str, &'static str), Stands>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for demand in demands() {
        index.entry((demand.framework, demand.id)).or_default().demands.push(*demand);
    }
    for class in Class::ALL {
        for control in class.controls() {
            for id in &control.ids {
                index.entry((control.framework, id)).or_default().classes.push(*class);
            }
        }
    }
    index
});

/// What stands at an identifier of a framework.
pub(super) fn at(framework: &'static str, id: &'static str) -> &'static Stands {
    static NOTHING: Stands = Stands { demands: Vec::new(), classes: Vec::new() };
    INDEX.get(&(framework, id)).unwrap_or(&NOTHING)
}

static MAP: LazyLock<Map> = LazyLock::new(|| read(include_str!("data/demands.txt")));

/// Everything that controls are evidence for.
#[must_use]
pub fn demands() -> &'static [Demand] {
    &MAP.demands
}

/// The controls that stand against a class of findings.
#[must_use]
pub fn controls_for(class: Class) -> &'static BTreeSet<&'static str> {
    static NONE: BTreeSet<&str> = BTreeSet::new();
    MAP.classes.get(&class).unwrap_or(&NONE)
}

fn read(text: &'static str) -> Map {
    let mut map = Map { demands: Vec::new(), classes: BTreeMap::new() };
    let mut control = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            control = id;
        } else if let Some((framework, ids)) = line.split_once(": ") {
            for id in ids.split("; ") {
                if framework == "classes" {
                    if let Some(class) = Class::parse(id) {
                        map.classes.entry(class).or_default().insert(control);
                    }
                    continue;
                }
                let (id, checked) = id.strip_prefix('!').map_or((id, true), |id| (id, false));
                map.demands.push(Demand { framework, id, control, checked });
            }
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comply::{CONTROLS, catalogue};

    #[test]
    fn every_demand_names_a_control_and_stands_in_a_catalogue() {
        for demand in demands() {
            assert!(CONTROLS.iter().any(|one| one.id == demand.control), "{demand:?}");
            let catalogue = catalogue(demand.framework).unwrap();
            assert!(catalogue.wording(demand.id).is_some(), "{demand:?}");
        }
        for control in CONTROLS {
            assert!(demands().iter().any(|one| one.control == control.id), "{}", control.id);
        }
    }

    #[test]
    fn something_stands_against_every_class_of_findings() {
        let named = include_str!("data/demands.txt")
            .lines()
            .filter_map(|line| line.strip_prefix("classes: "))
            .flat_map(|ids| ids.split("; "));
        for id in named {
            assert!(Class::parse(id).is_some(), "{id} is no class");
        }
        for class in Class::ALL {
            assert!(!controls_for(*class).is_empty(), "{}", class.id());
        }
    }
}
