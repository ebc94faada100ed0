//! Where data goes, and whose it is: C10 and C20.

use warden_model::DataClass;

use super::{Query, Scope, cite_measures, cite_servers, server_id, works};
use crate::estate::{Agent, Connection, Egress, Measure, Server};

/// How many days a filter counts that was seen to work.
const FILTERED: i32 = 30;

pub(in super::super) fn egress(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    query.one("egress is filtered", works(scope, Measure::EgressFilter, FILTERED));
    let tools = scope.servers.iter().flat_map(|server| ground.lookup.tools_of(&server.id)).copied();
    query.each(
        "the tool can send nowhere, or to places on a list",
        tools,
        |tool| format!("tools/{}/{}", tool.server, tool.name),
        |tool| tool.egress.map(|egress| egress != Egress::Unrestricted),
    );
    let is_seen = |one: &&Server| !one.observed_hosts.is_empty() || !one.observed_fields.is_empty();
    let seen = scope.servers.iter().copied().filter(is_seen);
    query.each("the server talks to hosts that it declares", seen, server_id, |server| {
        Some(server.beyond_declared(ground.lookup).is_nothing())
    });
    cite_measures(&mut query, scope, Measure::EgressFilter);
    cite_servers(&mut query, scope);
    query
}

/// Whether an agent processes personal data, as far as anybody knows: regulated data may be.
pub(in super::super) fn is_personal(agent: &Agent) -> bool {
    agent.data.is_empty()
        || agent.data.contains(&DataClass::Regulated)
        || !agent.personal_data.is_empty()
        || !agent.subjects.is_empty()
}

fn is_needed(scope: &Scope<'_, '_>, connection: &Connection) -> Option<bool> {
    let used = connection.used.as_ref()?;
    let needs = |tool: &str| used.iter().any(|one| one == tool);
    if let Some(given) = &connection.tools {
        return Some(given.iter().all(|tool| needs(tool)));
    }
    let tools = scope.ground.lookup.tools_of(&connection.server);
    Some(!tools.is_empty() && tools.iter().all(|tool| needs(&tool.name)))
}

pub(in super::super) fn privacy(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    query.each(
        "every tool that was granted was used in ninety days",
        scope.connections.iter().copied(),
        |one| format!("connections/{}/{}", one.agent, one.server),
        |one| is_needed(scope, one),
    );
    let personal = scope.agents.iter().copied().filter(|agent| is_personal(agent));
    query.each(
        "the record of processing is whole",
        personal,
        |agent| format!("agents/{}", agent.id),
        |agent| Some(super::super::privacy::is_whole(agent)),
    );
    query.one("personal data is masked", works(scope, Measure::Masking, 92));
    cite_measures(&mut query, scope, Measure::Masking);
    query.estate(scope);
    query
}
