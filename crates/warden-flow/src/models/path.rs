//! Patterns over API paths, and finding out which of them a path matches.
//!
//! Paths grow step by step while code is read, so matching does as well: the state of a path is
//! the set of positions in patterns that it may have reached, made from the state of the path one
//! step shorter.

use rustc_hash::FxHashMap;

/// One step of an API path or a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A module; empty for what the language gives.
    Module(String),
    /// A member.
    Member(String),
    /// Any member; only in patterns.
    AnyMember,
    /// The result of a call.
    Call,
    /// An element.
    Element,
    /// A parameter of a function that is passed to a call.
    Param(u8),
}

/// Every pattern of a table as one automaton.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    /// State 0 is the start. For each state where a step leads, and whether it takes any member.
    next: Vec<FxHashMap<Step, u32>>,
    any: Vec<Option<u32>>,
    /// The models whose pattern ends in each state.
    ends: Vec<Vec<u32>>,
    /// Where patterns that start with `*` begin.
    loose: u32,
}

/// The positions that a path has reached: states of the automaton.
pub(crate) type Reached = Box<[u32]>;

impl Matcher {
    /// Adds a pattern of model `id`.
    pub(crate) fn add(&mut self, steps: &[Step], loose: bool, id: u32) {
        if self.next.is_empty() {
            self.state();
            self.loose = self.state();
        }
        let mut at = if loose { self.loose } else { 0 };
        for step in steps {
            at = self.follow(at, step);
        }
        let ends = &mut self.ends[at as usize];
        if !ends.contains(&id) {
            ends.push(id);
        }
    }

    fn state(&mut self) -> u32 {
        let id = u32::try_from(self.next.len()).unwrap_or(u32::MAX);
        self.next.push(FxHashMap::default());
        self.any.push(None);
        self.ends.push(Vec::new());
        id
    }

    fn follow(&mut self, at: u32, step: &Step) -> u32 {
        let known = match step {
            Step::AnyMember => self.any[at as usize],
            _ => self.next[at as usize].get(step).copied(),
        };
        if let Some(known) = known {
            return known;
        }
        let made = self.state();
        if matches!(step, Step::AnyMember) {
            self.any[at as usize] = Some(made);
        } else {
            self.next[at as usize].insert(step.clone(), made);
        }
        made
    }

    /// What a path has reached that is one step longer than one that had reached `before`.
    /// `None` stands for the empty path.
    pub(crate) fn advance(&self, before: Option<&[u32]>, step: &Step) -> Reached {
        if self.next.is_empty() {
            return Reached::default();
        }
        let mut reached = Vec::new();
        let start: &[u32] = if before.is_none() { &[0] } else { &[] };
        // A loose pattern may begin at every step.
        for at in before.unwrap_or_default().iter().chain(start).chain([&self.loose]) {
            let state = *at as usize;
            reached.extend(self.next[state].get(step));
            if matches!(step, Step::Member(_)) {
                reached.extend(self.any[state]);
            }
        }
        reached.sort_unstable();
        reached.dedup();
        reached.into_boxed_slice()
    }

    /// The models whose pattern a path matches that has reached `reached`; in their order.
    pub(crate) fn matches(&self, reached: &[u32]) -> Vec<u32> {
        let mut models: Vec<u32> =
            reached.iter().flat_map(|state| &self.ends[*state as usize]).copied().collect();
        models.sort_unstable();
        models.dedup();
        models
    }
}
