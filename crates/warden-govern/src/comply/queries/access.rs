//! Who may do what: C3, C4 and C5.

use warden_model::Effect;

use super::{Query, Scope, cite_agents, cite_servers, cite_traffic, server_id};
use crate::estate::{Authentication, Connection, Ruling, Tool};

pub(in super::super) fn authenticated(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    let servers = || scope.servers.iter().copied();
    query.each("the server knows who calls", servers(), server_id, |server| {
        server.authentication.map(|how| how != Authentication::None)
    });
    let kept = servers().filter(|server| {
        !matches!(server.authentication, Some(Authentication::Local | Authentication::Mtls))
    });
    query.each("credentials are changed in time", kept, server_id, |server| {
        Some(server.credential_days? <= server.rotation_days?)
    });
    let wire = servers().filter(|server| server.authentication != Some(Authentication::Local));
    query.each("traffic is encrypted", wire, server_id, |server| server.encrypted);
    cite_servers(&mut query, scope);
    query
}

pub(in super::super) fn restricted(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    let agents = || scope.agents.iter().copied();
    let id = |agent: &crate::estate::Agent| format!("agents/{}", agent.id);
    query.each("roles say who may use the agent", agents(), id, |agent| agent.role_based);
    query.each("a session has an allowlist", agents(), id, |agent| agent.session_allowlist);
    let traffic = &scope.ground.estate().traffic;
    let refused =
        || traffic.decisions.iter().any(|one| one.ruling == Ruling::Deny && one.count > 0);
    query.one("calls were refused by policy", traffic.from.map(|_| refused()));
    cite_traffic(&mut query, scope);
    cite_agents(&mut query, scope);
    query
}

/// Whether a call cannot be brought back, as far as anybody knows.
fn destroys(tool: &Tool) -> bool {
    tool.effect.is_none_or(|effect| matches!(effect, Effect::Destructive | Effect::Admin))
}

fn is_given(connection: &Connection, tool: &str) -> bool {
    connection.tools.as_ref().is_none_or(|given| given.iter().any(|one| one == tool))
}

/// Whether a person says yes first, or nobody can.
fn is_held(connection: &Connection, tool: &str) -> bool {
    let ruled = connection.rulings.iter().find(|ruled| ruled.tool == tool);
    ruled.is_some_and(|ruled| matches!(ruled.ruling, Ruling::Approval | Ruling::Deny))
}

pub(in super::super) fn approved(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let of_server = |server: &str| -> Vec<&Tool> {
        let tools = ground.lookup.tools_of(server).iter().copied();
        tools.filter(|tool| destroys(tool)).collect()
    };
    let here = |server: &str| scope.servers.iter().any(|one| one.id == server);
    let whole = scope.servers.len() == ground.estate().servers.len();
    let given = scope
        .connections
        .iter()
        .filter(|connection| whole || here(&connection.server))
        .flat_map(|connection| {
            let given = of_server(&connection.server).into_iter();
            given.filter(|tool| is_given(connection, &tool.name)).map(|tool| (*connection, tool))
        });
    query.each(
        "a person is asked before what destroys, or it is refused",
        given,
        |(connection, tool)| {
            format!("connections/{}/{}/{}", connection.agent, connection.server, tool.name)
        },
        |(connection, tool)| Some(is_held(connection, &tool.name)),
    );
    let traffic = &ground.estate().traffic;
    let answered = traffic.approvals.iter().filter(|asked| asked.granted == Some(true));
    query.each(
        "who said yes is a person",
        answered,
        |asked| format!("traffic/approvals/{}", asked.at),
        |asked| Some(asked.by.as_ref().is_some_and(|by| !by.is_empty())),
    );
    if !traffic.approvals.is_empty() {
        cite_traffic(&mut query, scope);
    }
    query.estate(scope);
    query
}
