//! What each tool does to the world, read off the code that answers for it: effects, the hosts and
//! products that it reaches, and the credentials that it uses.
//!
//! A tool says what it does; this is what its code does. Nothing in here trusts a word of it.

mod calls;
mod functions;
mod systems;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use warden_flow::{
    Analysis,
    analysis::{FnId, Spot},
};
use warden_model::Effect;

use self::functions::{Facts, Functions};
use super::surface::{Branch, ServerSurface, ToolInfo, reader::Reader};

pub use systems::System;

/// What a tool does to the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolEffects {
    /// What it does, each (effect, call) once, sorted.
    pub effects: Vec<ToolEffect>,
    /// The hosts that it talks to, as far as they are constant, each with one place.
    pub hosts: Vec<(String, Spot)>,
    /// The products that it reaches, each with what says so.
    pub systems: Vec<(System, String)>,
    /// The environment variables that it takes credentials from.
    pub credentials: Vec<String>,
    /// Whether it also talks to places that are not constant.
    pub open: bool,
}

/// One thing that a tool does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolEffect {
    /// What it does to the world.
    pub effect: Effect,
    /// In the words of the models: `file-write`, `network`, …
    pub kind: Arc<str>,
    /// What is called, as an API path.
    pub call: Arc<str>,
    /// Whether only the name of what is called says so, since nothing is known of the receiver.
    pub loose: bool,
    /// Where.
    pub spot: Spot,
}

impl ToolEffects {
    /// The worst effect that is certain.
    #[must_use]
    pub fn worst(&self) -> Option<&ToolEffect> {
        self.effects.iter().filter(|effect| !effect.loose).max_by_key(|effect| effect.effect)
    }

    fn add(&mut self, facts: &Facts) {
        self.effects.extend(facts.effects.iter().cloned());
        self.hosts.extend(facts.hosts.iter().cloned());
        self.systems.extend(facts.systems.iter().cloned());
        self.credentials.extend(facts.credentials.iter().cloned());
        self.open |= facts.open;
    }

    fn tidy(&mut self) {
        self.effects.sort();
        self.effects.dedup_by(|a, b| a.effect == b.effect && a.kind == b.kind && a.call == b.call);
        self.hosts.sort();
        self.hosts.dedup_by(|a, b| a.0 == b.0);
        self.systems.sort();
        self.systems.dedup_by_key(|(system, _)| *system);
        self.credentials.sort();
        self.credentials.dedup();
    }
}

/// What every tool of a surface does, in the order of its tools.
pub(crate) fn effects(
    analysis: &Analysis<'_>,
    reader: &Reader<'_>,
    surface: &ServerSurface,
) -> Vec<ToolEffects> {
    let mut functions = Functions::new(analysis, reader);
    let reaches: Vec<BTreeMap<FnId, Part>> =
        surface.tools.iter().map(|tool| reach(analysis, tool)).collect();
    let made = reaches.iter().map(|reach| {
        let mut effects = ToolEffects::default();
        for (function, part) in reach {
            match part {
                Part::Whole => effects.add(functions.of(*function)),
                Part::Some(branches) => {
                    for branch in branches {
                        effects.add(&functions.within(*branch));
                    }
                }
            }
        }
        effects.tidy();
        effects
    });
    made.collect()
}

/// How much of a function a tool reaches.
enum Part {
    Whole,
    Some(Vec<Branch>),
}

/// The functions that a tool reaches; of a function that answers for several only its part.
fn reach(analysis: &Analysis<'_>, tool: &ToolInfo) -> BTreeMap<FnId, Part> {
    let mut found = BTreeMap::new();
    for branch in &tool.branches {
        if let Part::Some(branches) =
            found.entry(branch.function).or_insert_with(|| Part::Some(Vec::new()))
        {
            branches.push(*branch);
        }
    }
    let answers = tool.branches.iter().map(|branch| branch.function);
    let shared: Vec<FnId> = answers.collect();
    for handler in &tool.handler {
        for function in analysis.reach(*handler).functions {
            // A handler may call back into the function that answers for all.
            if !shared.contains(&function) || tool.handler.contains(&function) {
                found.insert(function, Part::Whole);
            }
        }
    }
    found
}
