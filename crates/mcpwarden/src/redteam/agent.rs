//! The scripted agent: it believes what it reads, and does what it is told to.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::Value;
use warden_govern::redteam::{Refused, Seen, Step};

use super::fill::{self, Secrets};

/// Why a call that was not made was not: its tool is not in the list.
const NOT_LISTED: &str = "not-listed";

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Called {
    /// With this answer, as the agent got it.
    Answered(Value),
    /// It was refused for this reason.
    Refused(String),
}

/// What carries an agent's requests.
pub(super) trait Link {
    /// The definitions of every tool that is listed.
    ///
    /// # Errors
    /// When nothing comes back.
    fn list(&mut self) -> io::Result<Vec<Value>>;

    /// Calls a tool that is to answer as the step says.
    ///
    /// # Errors
    /// When nothing comes back.
    fn call(
        &mut self,
        tool: &str,
        arguments: &BTreeMap<String, String>,
        step: &Step,
    ) -> io::Result<Called>;
}

/// An agent in a session of its own.
pub(super) struct Agent<'a, L> {
    link: L,
    secrets: &'a Secrets,
    /// Everything that it has read.
    read: Vec<String>,
    /// The tools that it knows of.
    tools: BTreeSet<String>,
    seen: Seen,
}

impl<'a, L: Link> Agent<'a, L> {
    /// An agent that has read nothing yet.
    pub(super) fn new(link: L, secrets: &'a Secrets) -> Self {
        let (read, tools) = (Vec::new(), BTreeSet::new());
        Self { link, secrets, read, tools, seen: Seen::default() }
    }

    /// Does one step after the other. What is not answered ends it, and is told.
    pub(super) fn play(mut self, steps: &[Step]) -> (L, Seen) {
        let mut done = self.look();
        for (at, step) in steps.iter().enumerate() {
            if done.is_ok() {
                done = self.step(at, step);
            }
        }
        self.seen.incomplete = done.is_err();
        (self.link, self.seen)
    }

    fn step(&mut self, at: usize, step: &Step) -> io::Result<()> {
        if step.needs.as_ref().is_some_and(|needed| !self.has_read(needed)) {
            self.seen.untold += 1;
            return Ok(());
        }
        let Some(tool) = &step.tool else { return self.look() };
        if !self.tools.contains(tool) {
            self.refused(at, NOT_LISTED.to_owned());
            return Ok(());
        }
        let knows = |secret: &str| self.has_read(secret);
        let filled = |text: &String| fill::fill(text, self.secrets, knows);
        let arguments = step.arguments.iter();
        let arguments = arguments.map(|(name, text)| (name.clone(), filled(text))).collect();
        match self.link.call(tool, &arguments, step)? {
            Called::Answered(answer) => self.read.push(fill::texts(&answer)),
            Called::Refused(reason) => self.refused(at, reason),
        }
        Ok(())
    }

    fn refused(&mut self, at: usize, reason: String) {
        self.seen.refused.get_or_insert(Refused { step: at + 1, reason });
    }

    /// Looks at the list of tools, as it does before it begins.
    fn look(&mut self) -> io::Result<()> {
        let tools = self.link.list()?;
        let name = |tool: &Value| tool.get("name").and_then(Value::as_str).map(str::to_owned);
        self.tools = tools.iter().filter_map(name).collect();
        self.read.extend(tools.iter().map(fill::texts));
        Ok(())
    }

    fn has_read(&self, text: &str) -> bool {
        let text = fill::whole(text, self.secrets);
        self.read.iter().any(|read| read.contains(&text))
    }
}

/// The tools at which the harm of an attack has arrived, each once.
pub(super) fn harmed(
    steps: &[Step],
    secrets: &Secrets,
    arrived: &[(String, Value)],
) -> Vec<String> {
    let mut harmed = BTreeSet::new();
    for step in steps {
        let (Some(tool), Some(harm)) = (&step.tool, &step.harm) else { continue };
        let harm = fill::whole(harm, secrets);
        let is = |(at, arguments): &(String, Value)| {
            at == tool && fill::texts(arguments).contains(&harm)
        };
        if arrived.iter().any(is) {
            harmed.insert(tool.clone());
        }
    }
    harmed.into_iter().collect()
}
