//! What can be done to which data on which system, as sets that are cheap to join.
//!
//! Six effects times four classes of data are 24 bits: one word for each system. A tool of which
//! nobody has said which systems it reaches is one word for all of them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde::Serialize;
use warden_model::{DataClass, Effect};

use crate::word;

/// One thing that can be done to data of one class on one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell<'a> {
    /// The system; `None` for any that nobody has named.
    pub system: Option<&'a str>,
    /// What is done.
    #[serde(with = "word")]
    pub action: Effect,
    /// The class of its data.
    #[serde(with = "word")]
    pub class: DataClass,
}

/// How many classes of data there are, and so bits for each effect.
const CLASSES: u32 = DataClass::Regulated as u32 + 1;

const fn bit(action: Effect, class: DataClass) -> u32 {
    1 << (action as u32 * CLASSES + class as u32)
}

/// The bits of these effects on data of this class; what is not known is everything of its kind.
pub(super) fn mask(effect: Option<Effect>, class: Option<DataClass>) -> u32 {
    let mut bits = 0;
    for action in Effect::ALL.iter().filter(|one| effect.is_none_or(|effect| effect == **one)) {
        for one in DataClass::ALL.iter().filter(|one| class.is_none_or(|class| class == **one)) {
            bits |= bit(*action, *one);
        }
    }
    bits
}

/// The bits of these effects, whatever the data.
pub(super) fn doing(effects: &[Effect]) -> u32 {
    effects.iter().map(|effect| mask(Some(*effect), None)).fold(0, |all, one| all | one)
}

/// The systems of an estate, each with a number. The last number is that of what nobody has named.
#[derive(Debug, Default)]
pub(super) struct Systems<'a> {
    names: Vec<&'a str>,
    at: FxHashMap<&'a str, u32>,
}

impl<'a> Systems<'a> {
    pub(super) fn new(names: BTreeSet<&'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let at = names.iter().zip(0..).map(|(name, at)| (*name, at)).collect();
        Self { names, at }
    }

    /// How many there are, with that of what nobody has named.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX - 1) + 1
    }

    /// Whether these are the same systems, with the same numbers.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.names == other.names
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.at.get(name).copied()
    }

    /// The name; `None` for what nobody has named.
    pub(super) fn name(&self, number: u32) -> Option<&'a str> {
        self.names.get(number as usize).copied()
    }
}

/// What one tool can do, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Can {
    /// What, as bits.
    pub(super) mask: u32,
    /// The systems, sorted; `None` for all.
    pub(super) systems: Option<Box<[u32]>>,
}

/// A set of [`Cell`]s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    systems: u32,
    everywhere: u32,
    /// By system, sorted; without what can be done everywhere, and never nothing.
    at: Vec<(u32, u32)>,
}

impl Reach {
    /// How many things can be done.
    #[must_use]
    pub fn len(&self) -> u64 {
        let everywhere = u64::from(self.everywhere.count_ones()) * u64::from(self.systems);
        everywhere + self.at.iter().map(|(_, mask)| u64::from(mask.count_ones())).sum::<u64>()
    }

    /// Whether nothing can be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.everywhere == 0 && self.at.is_empty()
    }

    /// Whether all of this is in another set as well. Both are of one estate.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        let inside = |(system, mask): &(u32, u32)| mask & !other.bits(*system) == 0;
        let everywhere = self.everywhere & !other.everywhere;
        self.at.iter().all(inside)
            && (everywhere == 0
                || (0..self.systems).all(|system| everywhere & !other.bits(system) == 0))
    }

    /// What can be done to this system.
    pub(super) fn bits(&self, system: u32) -> u32 {
        let at = self.at.binary_search_by_key(&system, |(system, _)| *system);
        self.everywhere | at.ok().and_then(|at| self.at.get(at)).map_or(0, |(_, mask)| *mask)
    }

    /// What can be done anywhere at all.
    pub(super) fn any(&self) -> u32 {
        self.at.iter().fold(self.everywhere, |all, (_, mask)| all | mask)
    }

    /// Whether systems can be reached that nobody has named, and so any.
    #[must_use]
    pub const fn is_everywhere(&self) -> bool {
        self.everywhere != 0
    }

    /// How many systems can be reached.
    #[must_use]
    pub fn system_count(&self) -> u64 {
        if self.everywhere == 0 { self.at.len() as u64 } else { u64::from(self.systems) }
    }

    /// The systems that can be reached, each with what can be done to it, sorted.
    pub(super) fn by_system(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let everywhere = (self.everywhere != 0).then_some(0..self.systems).into_iter().flatten();
        let named = if self.everywhere == 0 { self.at.as_slice() } else { &[] };
        named.iter().copied().chain(everywhere.map(|system| (system, self.bits(system))))
    }

    /// The worst class of data that can be reached.
    #[must_use]
    pub fn worst_class(&self) -> Option<DataClass> {
        let any = self.any();
        DataClass::ALL.into_iter().rev().find(|class| any & mask(None, Some(*class)) != 0)
    }

    /// The cells, sorted by the number of the system.
    pub(super) fn cells<'a>(&self, systems: &Systems<'a>) -> Vec<Cell<'a>> {
        let mut cells = Vec::new();
        for (system, bits) in self.by_system() {
            let system = systems.name(system);
            for action in Effect::ALL {
                let classes = DataClass::ALL.into_iter();
                let reached = classes.filter(|class| bits & bit(*action, *class) != 0);
                cells.extend(reached.map(|class| Cell { system, action: *action, class }));
            }
        }
        cells
    }
}

/// A set that is being put together. It is used again for the next one.
#[derive(Debug)]
pub(super) struct Union {
    everywhere: u32,
    dense: Vec<u32>,
    touched: Vec<u32>,
}

impl Union {
    /// For an estate with so many systems.
    pub(super) fn new(systems: u32) -> Self {
        Self { everywhere: 0, dense: vec![0; systems as usize], touched: Vec::new() }
    }

    pub(super) fn add(&mut self, can: &Can) {
        let Some(systems) = &can.systems else {
            self.everywhere |= can.mask;
            return;
        };
        for system in systems {
            let Some(bits) = self.dense.get_mut(*system as usize) else { continue };
            if *bits == 0 {
                self.touched.push(*system);
            }
            *bits |= can.mask;
        }
    }

    /// What was put together; nothing is left.
    pub(super) fn take(&mut self) -> Reach {
        self.touched.sort_unstable();
        let everywhere = std::mem::take(&mut self.everywhere);
        let mut at = Vec::with_capacity(self.touched.len());
        for system in self.touched.drain(..) {
            let Some(bits) = self.dense.get_mut(system as usize) else { continue };
            let bits = std::mem::take(bits) & !everywhere;
            if bits != 0 {
                at.push((system, bits));
            }
        }
        let systems = u32::try_from(self.dense.len()).unwrap_or(u32::MAX);
        Reach { systems, everywhere, at }
    }
}

/// What these can do together.
pub(super) fn together<'c>(systems: u32, all: impl IntoIterator<Item = &'c Can>) -> Reach {
    let mut union = Union::new(systems);
    all.into_iter().for_each(|can| union.add(can));
    union.take()
}
