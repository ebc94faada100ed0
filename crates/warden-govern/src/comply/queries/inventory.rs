//! What there is, and whose it is: C1 and C2.

use super::{Query, Scope, cite_agents, cite_servers, server_id};
use crate::Ratio;

/// How long a shadow that was seen counts, in days.
const SEEN: i32 = 30;

pub(in super::super) fn known(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let there_is = !scope.servers.is_empty() || !scope.agents.is_empty();
    query.one("servers and agents are registered", Some(there_is));
    // One that nobody has a day for may have been seen today.
    let recent = |seen: Option<jiff::civil::Date>| seen.is_none_or(|seen| ground.age(seen) <= SEEN);
    let shadows = scope.shadows.iter().filter(|shadow| recent(shadow.seen)).count() as u64;
    let of = scope.servers.len() as u64;
    query.share("what was seen is registered", Ratio { of, all: of + shadows });
    let shown = |ids: &[String]| ids.iter().any(|id| ground.lookup.evidence(id).is_some());
    query.each("a scan shows the server", scope.servers.iter().copied(), server_id, |server| {
        Some(shown(&server.evidence))
    });
    query.each(
        "it is known what the agent is connected to",
        scope.agents.iter().copied(),
        |agent| format!("agents/{}", agent.id),
        |agent| Some(!ground.lookup.connections_of(&agent.id).is_empty()),
    );
    cite_servers(&mut query, scope);
    cite_agents(&mut query, scope);
    for agent in &scope.agents {
        let machine = agent.machine.as_deref();
        let machine =
            machine.and_then(|id| ground.estate().machines.iter().find(|one| one.id == id));
        if let Some(machine) = machine {
            query.place(format!("machines/{}", machine.id), machine.scanned);
        }
    }
    for shadow in &scope.shadows {
        query.evidence(ground, &shadow.evidence);
    }
    query
}

pub(in super::super) fn owned(scope: &Scope<'_, '_>) -> Query {
    let (lookup, mut query) = (scope.ground.lookup, Query::default());
    query.each(
        "the server has an accountable person, a process and a data class",
        scope.servers.iter().copied(),
        server_id,
        |server| {
            let owner = lookup.accountable(server.owner.as_deref()).is_some();
            Some(owner && !server.processes.is_empty() && server.data.is_some())
        },
    );
    query.each(
        "the agent has an accountable person, a process and data classes",
        scope.agents.iter().copied(),
        |agent| format!("agents/{}", agent.id),
        |agent| {
            let owner = lookup.accountable(agent.owner.as_deref()).is_some();
            Some(owner && agent.process.is_some() && !agent.data.is_empty())
        },
    );
    query.estate(scope);
    query
}
