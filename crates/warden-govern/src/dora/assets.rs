//! The inventory of ICT assets (DORA Art. 8(4) to (6); RTS (EU) 2024/1774 Art. 4(2)(b)).
//!
//! It holds every server, also those that no contract is about: what is not a row of the register
//! is one here.

use jiff::civil::Date;
use serde::Serialize;
use warden_model::DataClass;

use super::{Placement, place};
use crate::estate::{Lookup, Network, Server};

/// A server as an ICT asset. What is not known is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asset {
    /// (i) The identifier.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The version that runs.
    pub version: Option<String>,
    /// (ii) Where it is: what it is started from or reached at.
    pub location: Option<String>,
    /// (ii) The machines on which agents are set up to use it.
    pub machines: Vec<String>,
    /// (iii) How it is classified (Art. 8(1)): the worst data that it may see.
    #[serde(serialize_with = "crate::word::maybe::serialize")]
    pub classification: Option<DataClass>,
    /// (iii) Whether a function that is critical or important depends on it.
    pub critical: Option<bool>,
    /// (iv) The accountable owner.
    pub owner: Option<String>,
    /// (v) The business functions that it supports.
    pub functions: Vec<String>,
    /// (vi) The shortest time in hours within which one of them has to be back.
    pub recovery_hours: Option<u32>,
    /// (vi) The least hours of data that one of them may lose.
    pub loss_hours: Option<u32>,
    /// (vii) Whether it can be reached from outside, or reaches out.
    pub exposed: Option<bool>,
    /// (viii) The systems that its tools reach.
    pub systems: Vec<String>,
    /// (viii) The agents that use it.
    pub agents: Vec<String>,
    /// (ix) Until when it is supported.
    pub support_ends: Option<Date>,
    /// Whether it is in the register of information; none if that is not decided.
    pub in_register: Option<bool>,
    /// Why.
    pub because: String,
}

/// Every server as an asset, by identifier.
#[must_use]
pub fn assets(known: &Lookup<'_>) -> Vec<Asset> {
    let mut assets: Vec<_> = known.estate.servers.iter().map(|one| asset(known, one)).collect();
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    assets
}

fn asset(known: &Lookup<'_>, server: &Server) -> Asset {
    let processes: Vec<_> = server.processes.iter().map(|id| (id, known.process(id))).collect();
    let critical = |of: Option<&crate::estate::Process>| of.and_then(|process| process.critical);
    let said: Vec<_> = processes.iter().map(|(_, process)| critical(*process)).collect();
    let least = |hours: fn(&crate::estate::Process) -> Option<u32>| {
        processes.iter().filter_map(|(_, process)| process.and_then(hours)).min()
    };
    let connections = known.connections_to(&server.id);
    let agents = connections.iter().map(|connection| connection.agent.clone());
    let machine = |id: &str| known.agent(id).and_then(|agent| agent.machine.clone());
    let machines = connections.iter().filter_map(|connection| machine(&connection.agent));
    let systems = known.tools_of(&server.id).iter().flat_map(|tool| tool.systems.clone());
    let (in_register, because) = standing(known, server);
    Asset {
        id: server.id.clone(),
        name: server.name.clone(),
        version: server.version.clone(),
        location: server.package.clone(),
        machines: sorted(machines),
        classification: server.data,
        critical: if said.contains(&Some(true)) {
            Some(true)
        } else if said.is_empty() || said.contains(&None) {
            None
        } else {
            Some(false)
        },
        owner: known.accountable(server.owner.as_deref()).map(|person| person.name.clone()),
        functions: sorted(processes.iter().map(|(id, process)| {
            process.map_or_else(|| (*id).clone(), |process| process.name.clone())
        })),
        recovery_hours: least(|process| process.recovery_hours),
        loss_hours: least(|process| process.loss_hours),
        exposed: exposed(server),
        systems: sorted(systems),
        agents: sorted(agents),
        support_ends: server.support_ends,
        in_register,
        because,
    }
}

/// Exposed is what somebody else runs, what everybody can reach, and what was seen to reach out.
fn exposed(server: &Server) -> Option<bool> {
    let reaches = !server.observed_hosts.is_empty() || !server.declared_hosts.is_empty();
    match (server.remote, server.network) {
        (Some(true), _) | (_, Some(Network::Internet)) => Some(true),
        _ if reaches => Some(true),
        // That nothing was seen does not say that there is nothing: only a network does.
        (Some(false), Some(Network::Trusted | Network::Segmented)) => Some(false),
        _ => None,
    }
}

fn standing(known: &Lookup<'_>, server: &Server) -> (Option<bool>, String) {
    match place(known, server) {
        Placement::Register { service } => {
            (Some(true), format!("an ICT service of a third party, {service}"))
        }
        Placement::IntraGroup { service } => {
            (Some(true), format!("an ICT service of the group, {service}"))
        }
        Placement::Asset(why) => (Some(false), why.to_owned()),
        Placement::Undecided(why) => (None, why.to_owned()),
    }
}

fn sorted(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<_> = all.collect();
    all.sort();
    all.dedup();
    all
}
