//! What agents were given: which tools of which servers, and what policy says of them.

use std::{collections::BTreeSet, ops::Range};

use rustc_hash::FxHashMap;
use warden_model::{DataClass, Effect};

use super::cell::{Can, Systems, mask};
use crate::estate::{Agent, Capability, Connection, Egress, Lookup, Ruling, Tool};

/// The name of whatever a server offers whose tools nobody has listed.
pub const ANYTHING: &str = "*";

/// Something that a server offers, and what is known of it.
#[derive(Debug)]
pub struct Thing<'a> {
    /// The server.
    pub server: &'a str,
    /// The tool; [`ANYTHING`] where nobody has listed what the server offers.
    pub tool: &'a str,
    /// The tool as the estate has it; `None` if nobody has described it.
    pub known: Option<&'a Tool>,
    /// The worst data that it hands out or takes: its own, otherwise that of its server.
    pub class: Option<DataClass>,
    /// What it can do, and where.
    pub(super) can: Can,
}

impl<'a> Thing<'a> {
    fn listed(tool: &'a Tool, known: &Lookup<'a>, systems: &Systems<'a>) -> Self {
        let class = tool.data.or_else(|| known.server(&tool.server).and_then(|one| one.data));
        let mut reached: Vec<u32> =
            tool.systems.iter().filter_map(|name| systems.number(name)).collect();
        reached.sort_unstable();
        reached.dedup();
        let reached = (!reached.is_empty()).then(|| reached.into_boxed_slice());
        let can = Can { mask: mask(tool.effect, class), systems: reached };
        Self { server: &tool.server, tool: &tool.name, known: Some(tool), class, can }
    }

    /// Something of which nobody knows more than its server.
    fn unlisted(server: &'a str, tool: &'a str, known: &Lookup<'a>) -> Self {
        let class = known.server(server).and_then(|one| one.data);
        let can = Can { mask: mask(None, class), systems: None };
        Self { server, tool, known: None, class, can }
    }

    /// What it does; `None` counts as everything.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        self.known.and_then(|tool| tool.effect)
    }

    /// Where data can go through it; `None` counts as anywhere.
    #[must_use]
    pub fn egress(&self) -> Option<Egress> {
        self.known.and_then(|tool| tool.egress)
    }

    /// Whether its answers hold what strangers wrote; `None` counts as yes.
    #[must_use]
    pub fn untrusted(&self) -> Option<bool> {
        self.known.and_then(|tool| tool.untrusted)
    }

    /// What it lets an agent do; nothing counts as not known.
    #[must_use]
    pub fn capabilities(&self) -> &'a [Capability] {
        self.known.map_or(&[], |tool| &tool.capabilities)
    }

    /// What nobody has said of it, and so counts as the worst.
    #[must_use]
    pub fn unknown(&self) -> Vec<&'static str> {
        [
            ("effect", self.effect().is_none()),
            ("systems", self.can.systems.is_none()),
            ("data", self.class.is_none()),
            ("capabilities", self.capabilities().is_empty()),
            ("untrusted", self.untrusted().is_none()),
            ("egress", self.egress().is_none()),
        ]
        .into_iter()
        .filter_map(|(name, unknown)| unknown.then_some(name))
        .collect()
    }

    /// Whether there is anything that nobody has said of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        !self.unknown().is_empty()
    }

    /// `server/tool`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.server, self.tool)
    }
}

/// A tool that one agent was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which, as its number in [`Surfaces`](super::Surfaces).
    pub thing: u32,
    /// What policy says of its calls.
    pub ruling: Ruling,
    /// Whether there is no way round what says so.
    pub enforced: bool,
}

/// Why nobody can say what an agent can do. What can be said is computed with the worst instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap<'a> {
    /// No connection of it is known.
    NoConnection,
    /// Nobody has listed what this server offers.
    Unlisted(&'a str),
    /// It was given a tool that the server is not known to have.
    NoSuchTool(&'a str, &'a str),
}

impl std::fmt::Display for Gap<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoConnection => f.write_str("no connection is known"),
            Self::Unlisted(server) => write!(f, "the tools of {server} are not listed"),
            Self::NoSuchTool(server, tool) => write!(f, "{server} is not known to have {tool}"),
        }
    }
}

/// Everything that is offered, by server and name, and what is met on the way.
pub(super) struct Offer<'k, 'a> {
    known: &'k Lookup<'a>,
    pub(super) things: Vec<Thing<'a>>,
    by_server: FxHashMap<&'a str, Range<u32>>,
    unlisted: FxHashMap<(&'a str, &'a str), u32>,
}

impl<'k, 'a> Offer<'k, 'a> {
    pub(super) fn new(known: &'k Lookup<'a>, systems: &Systems<'a>) -> Self {
        let mut tools: Vec<&Tool> = known.estate.tools.iter().collect();
        tools.sort_by_key(|tool| (&tool.server, &tool.name));
        let mut by_server: FxHashMap<&str, Range<u32>> = FxHashMap::default();
        for (tool, at) in tools.iter().zip(0..) {
            by_server.entry(&tool.server).or_insert(at..at).end = at + 1;
        }
        let things = tools.iter().map(|tool| Thing::listed(tool, known, systems)).collect();
        Self { known, things, by_server, unlisted: FxHashMap::default() }
    }

    /// What an agent was given, sorted by server and tool, and what is not known of it.
    pub(super) fn given(&mut self, agent: &'a Agent) -> (Vec<Grant>, BTreeSet<Gap<'a>>) {
        let mut grants = Vec::new();
        let mut gaps = BTreeSet::new();
        let known = self.known;
        let connections = known.connections_of(&agent.id);
        if connections.is_empty() {
            gaps.insert(Gap::NoConnection);
        }
        for connection in connections {
            self.connected(connection, &mut grants, &mut gaps);
        }
        let name = |grant: &Grant| self.thing(grant.thing).map(|thing| (thing.server, thing.tool));
        grants.sort_by(|a, b| name(a).cmp(&name(b)).then_with(|| a.thing.cmp(&b.thing)));
        // Who was given something twice has it in the milder way.
        grants.dedup_by(|again, first| {
            let same = again.thing == first.thing;
            if same {
                first.ruling = first.ruling.min(again.ruling);
            }
            same
        });
        (grants, gaps)
    }

    fn thing(&self, at: u32) -> Option<&Thing<'a>> {
        self.things.get(at as usize)
    }

    fn connected(
        &mut self,
        connection: &'a Connection,
        grants: &mut Vec<Grant>,
        gaps: &mut BTreeSet<Gap<'a>>,
    ) {
        let server = connection.server.as_str();
        let enforced = self.known.server(server).is_some_and(|one| one.enforced == Some(true));
        let rulings = rulings(connection);
        let offered = self.by_server.get(server).cloned().unwrap_or(0..0);
        let mut give = |thing, tool: &str| {
            let ruling = rulings.get(tool).copied().unwrap_or(Ruling::Allow);
            grants.push(Grant { thing, ruling, enforced });
        };
        let Some(tools) = &connection.tools else {
            for at in offered.clone() {
                give(at, self.things.get(at as usize).map_or(ANYTHING, |thing| thing.tool));
            }
            if offered.is_empty() {
                give(self.unlisted(server, ANYTHING), ANYTHING);
                gaps.insert(Gap::Unlisted(server));
            }
            return;
        };
        for tool in tools {
            let found = self.named(offered.clone(), tool);
            if found.is_empty() {
                give(self.unlisted(server, tool), tool);
                gaps.insert(Gap::NoSuchTool(server, tool));
            }
            found.for_each(|at| give(at, tool));
        }
    }

    /// Those of what a server offers that have this name: one, unless a file lists it twice.
    fn named(&self, offered: Range<u32>, tool: &str) -> Range<u32> {
        let all = self.things.get(offered.start as usize..offered.end as usize).unwrap_or(&[]);
        let first = all.partition_point(|thing| thing.tool < tool);
        let many = all.iter().skip(first).take_while(|thing| thing.tool == tool).count();
        let number = |at: usize| offered.start + u32::try_from(at).unwrap_or(u32::MAX);
        number(first)..number(first + many)
    }

    fn unlisted(&mut self, server: &'a str, tool: &'a str) -> u32 {
        let next = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
        let at = *self.unlisted.entry((server, tool)).or_insert(next);
        if at == next {
            self.things.push(Thing::unlisted(server, tool, self.known));
        }
        at
    }
}

/// What policy says of each tool. Where it says two things, the milder counts.
fn rulings(connection: &Connection) -> FxHashMap<&str, Ruling> {
    let mut all = FxHashMap::default();
    for ruled in &connection.rulings {
        let ruling = all.entry(ruled.tool.as_str()).or_insert(ruled.ruling);
        *ruling = ruled.ruling.min(*ruling);
    }
    all
}
