//! Finding things of an estate by their names, in constant time.

use rustc_hash::FxHashMap;

use super::{
    Agent, Assessment, Connection, Drift, Estate, Evidence, Finding, Person, Process, Server,
    System, Tool, Vendor, Waiver,
};

/// An estate with its parts by name. Made once, used by everything that computes.
#[derive(Debug)]
pub struct Lookup<'a> {
    /// The estate.
    pub estate: &'a Estate,
    servers: FxHashMap<&'a str, &'a Server>,
    agents: FxHashMap<&'a str, &'a Agent>,
    people: FxHashMap<&'a str, &'a Person>,
    systems: FxHashMap<&'a str, &'a System>,
    processes: FxHashMap<&'a str, &'a Process>,
    vendors: FxHashMap<&'a str, &'a Vendor>,
    evidence: FxHashMap<&'a str, &'a Evidence>,
    tools: FxHashMap<&'a str, Vec<&'a Tool>>,
    by_agent: FxHashMap<&'a str, Vec<&'a Connection>>,
    by_server: FxHashMap<&'a str, Vec<&'a Connection>>,
    findings: FxHashMap<&'a str, Vec<&'a Finding>>,
    assessments: FxHashMap<&'a str, &'a Assessment>,
    drifts: FxHashMap<&'a str, Vec<&'a Drift>>,
    waivers: FxHashMap<&'a str, Vec<&'a Waiver>>,
}

fn one<'a, T>(all: &'a [T], id: impl Fn(&'a T) -> &'a str) -> FxHashMap<&'a str, &'a T> {
    all.iter().map(|item| (id(item), item)).collect()
}

fn many<'a, T>(all: &'a [T], id: impl Fn(&'a T) -> &'a str) -> FxHashMap<&'a str, Vec<&'a T>> {
    let mut map: FxHashMap<&str, Vec<&T>> = FxHashMap::default();
    for item in all {
        map.entry(id(item)).or_default().push(item);
    }
    map
}

macro_rules! finds {
    ($($(#[$doc:meta])* $name:ident in $map:ident: $kind:ty;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(&self, id: &str) -> Option<&'a $kind> {
            self.$map.get(id).copied()
        })*
    };
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident in $map:ident: $kind:ty;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(&self, id: &str) -> &[&'a $kind] {
            self.$map.get(id).map_or(&[], Vec::as_slice)
        })*
    };
}

impl<'a> Lookup<'a> {
    /// The parts of an estate by name.
    #[must_use]
    pub fn new(estate: &'a Estate) -> Self {
        Self {
            estate,
            servers: one(&estate.servers, |server| &server.id),
            agents: one(&estate.agents, |agent| &agent.id),
            people: one(&estate.people, |person| &person.id),
            systems: one(&estate.systems, |system| &system.id),
            processes: one(&estate.processes, |process| &process.id),
            vendors: one(&estate.vendors, |vendor| &vendor.id),
            evidence: one(&estate.evidence, |evidence| &evidence.id),
            tools: many(&estate.tools, |tool| &tool.server),
            by_agent: many(&estate.connections, |connection| &connection.agent),
            by_server: many(&estate.connections, |connection| &connection.server),
            findings: many(&estate.findings, |finding| &finding.server),
            assessments: one(&estate.assessments, |assessment| &assessment.server),
            drifts: many(&estate.drifts, |drift| &drift.server),
            waivers: many(&estate.waivers, |waiver| &waiver.subject),
        }
    }

    finds! {
        /// The server with this identifier.
        server in servers: Server;
        /// The agent with this identifier.
        agent in agents: Agent;
        /// The person with this identifier.
        person in people: Person;
        /// The system with this identifier.
        system in systems: System;
        /// The business process with this identifier.
        process in processes: Process;
        /// The vendor with this identifier.
        vendor in vendors: Vendor;
        /// The evidence with this identifier.
        evidence in evidence: Evidence;
        /// The assessment of a server.
        assessment in assessments: Assessment;
    }

    lists! {
        /// The tools of a server.
        tools_of in tools: Tool;
        /// What an agent is connected to.
        connections_of in by_agent: Connection;
        /// Which agents are connected to a server.
        connections_to in by_server: Connection;
        /// What was found of a server.
        findings_of in findings: Finding;
        /// What changed of a server.
        drifts_of in drifts: Drift;
        /// What somebody accepts of a subject: a finding, or `server/V10`.
        waivers_for in waivers: Waiver;
    }

    /// The accountable person with this identifier: somebody who is known, and not a group.
    #[must_use]
    pub fn accountable(&self, id: Option<&str>) -> Option<&'a Person> {
        id.and_then(|id| self.person(id)).filter(|person| !person.is_group)
    }
}
