//! What else goes wrong when one server does.
//!
//! Whoever has a server has what its answers say to every agent that uses it, and so may have all
//! that these agents can do.

use std::collections::BTreeSet;

use serde::Serialize;
use warden_model::BlastTier;

use super::{Reach, Surfaces, blast_tier_of_agent, cell::Union};
use crate::estate::Lookup;

/// How far a server that has gone bad would reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cascade<'a> {
    /// The server.
    pub server: &'a str,
    /// The agents that use it.
    pub agents: Vec<&'a str>,
    /// The servers that these agents use, this one among them.
    pub servers: Vec<&'a str>,
    /// The systems that the tools of the server itself reach, as far as they are named.
    pub own_systems: Vec<&'a str>,
    /// The systems that can be reached through the agents.
    pub systems: Vec<&'a str>,
    /// Whether a tool is among theirs of which nobody has said what it reaches: then every system is
    /// listed, and there may be more.
    pub anything: bool,
    /// How many things can be done through the agents, as (system, action, class of data).
    pub reach: u64,
    /// The worst blast tier of the agents, as its number; none if no agent uses it.
    pub blast_tier: Option<u8>,
}

/// What can be reached from a server through the agents that use it, without what policy denies
/// them; `None` if there is no such server, and no agent is connected to one of this name.
#[must_use]
pub fn cascade<'a>(
    surfaces: &Surfaces<'a>,
    known: &Lookup<'a>,
    server: &str,
) -> Option<Cascade<'a>> {
    let connections = known.connections_to(server);
    let entry = known.server(server).map(|server| server.id.as_str());
    let name = entry.or_else(|| connections.first().map(|one| one.server.as_str()))?;
    let agents: BTreeSet<&str> = connections
        .iter()
        .filter_map(|connection| known.agent(&connection.agent))
        .map(|agent| agent.id.as_str())
        .collect();
    let mut union = Union::new(surfaces.systems.len());
    let mut servers = BTreeSet::from([name]);
    let mut tier: Option<BlastTier> = None;
    for surface in agents.iter().filter_map(|agent| surfaces.agent(agent)) {
        for thing in surface.open().filter_map(|grant| surfaces.thing(grant)) {
            union.add(&thing.can);
            servers.insert(thing.server);
        }
        servers.extend(known.connections_of(&surface.agent.id).iter().map(|one| &*one.server));
        let found = blast_tier_of_agent(surfaces, surface, known);
        tier = Some(tier.map_or(found, |tier| tier.min(found)));
    }
    let reach: Reach = union.take();
    let own = surfaces.things.iter().filter(|thing| thing.server == name);
    let own = super::cell::together(surfaces.systems.len(), own.map(|thing| &thing.can));
    Some(Cascade {
        server: name,
        agents: agents.into_iter().collect(),
        servers: servers.into_iter().collect(),
        own_systems: surfaces.systems_of(&own).into_iter().collect(),
        systems: surfaces.systems_of(&reach).into_iter().collect(),
        anything: reach.is_everywhere(),
        reach: reach.len(),
        blast_tier: tier.map(BlastTier::number),
    })
}
