//! Metrics of what there is: servers, agents, tools.

use std::collections::BTreeMap;

use super::{Row, Sources, Value, row};
use crate::{
    Ratio, Word as _,
    estate::{Authentication, Connection, Ruling, Server, Stage},
    maturity::standing::{authenticated, in_production, logged, strongly_authenticated},
};

/// From how many points on a composite risk is High.
const HIGH: u8 = 60;

fn servers(from: &Sources<'_>, holds: impl Fn(&Server) -> bool) -> Value {
    Value::of(&from.at.estate.servers, |server| &server.id, holds)
}

pub(super) fn coverage(from: &Sources<'_>) -> Value {
    let shadows: Vec<String> = from.at.shadows().into_iter().map(ToOwned::to_owned).collect();
    let registered = count(from.at.estate.servers.len());
    let ratio = Ratio { of: registered, all: registered + count(shadows.len()) };
    Value::share(ratio, shadows).with(completeness(from))
}

/// How much of the way from agents over servers to tools is known.
fn completeness(from: &Sources<'_>) -> Vec<Row> {
    let (estate, known) = (from.at.estate, from.at.known);
    let edges: usize = estate.connections.iter().map(|one| granted(from, one).len()).sum();
    let unconnected =
        estate.agents.iter().filter(|agent| known.connections_of(&agent.id).is_empty()).count();
    let silent = estate.servers.iter().filter(|one| known.tools_of(&one.id).is_empty()).count();
    vec![
        row("agents", estate.agents.len()),
        row("agents connected to nothing", unconnected),
        row("connections of agents to servers", estate.connections.len()),
        row("tools", estate.tools.len()),
        row("agent, server, tool", edges),
        row("servers whose tools nobody has listed", silent),
    ]
}

pub(super) fn complete(from: &Sources<'_>) -> Value {
    let mut lacks: BTreeMap<&str, u64> = BTreeMap::new();
    for member in from.at.estate.servers.iter().flat_map(|server| from.at.lacks(server)) {
        *lacks.entry(member).or_default() += 1;
    }
    let rows = lacks.into_iter().map(|(member, count)| row(format!("without {member}"), count));
    servers(from, |server| from.at.complete(server)).with(rows.collect())
}

pub(super) fn owners(from: &Sources<'_>) -> Value {
    let person = |owner: &Option<String>| from.at.known.accountable(owner.as_deref()).is_some();
    Value::of(&from.at.estate.agents, |agent| &agent.id, |agent| person(&agent.owner))
}

fn is_pinned(server: &Server) -> bool {
    server.pinned.is_some()
}

fn is_signed(server: &Server) -> bool {
    is_pinned(server) && server.signed == Some(true)
}

pub(super) fn pinned_and_signed(from: &Sources<'_>) -> Value {
    servers(from, is_signed)
}

pub(super) fn pinned(from: &Sources<'_>) -> Value {
    servers(from, is_pinned)
}

pub(super) fn provenance(from: &Sources<'_>) -> Value {
    let publisher = |server: &Server| server.publisher.as_ref().is_some_and(|one| !one.is_empty());
    servers(from, |server| is_signed(server) && publisher(server))
}

pub(super) fn certified(from: &Sources<'_>) -> Value {
    let Some(least) = from.at.estate.organisation.least_level else {
        return Value::not_measured("the organisation has no least_level");
    };
    let holds =
        |server: &Server| from.at.certified(server).is_some_and(|(level, _)| level >= least);
    servers(from, holds).with(vec![row("least level", least)])
}

pub(super) fn stages(from: &Sources<'_>) -> Value {
    let all = &from.at.estate.servers;
    let of = |stage: Stage| {
        let ratio = Ratio::count(all, |server| from.at.stage(server, stage));
        row(stage.word(), format!("{} of {}", ratio.of, ratio.all))
    };
    let rows = Stage::all().iter().map(|stage| of(*stage)).collect();
    servers(from, |server| from.at.examined(server)).with(rows)
}

/// The share that is known to be strong, and how many there are of each kind, the unknown apart:
/// the parts add up to all servers.
pub(super) fn authentication(from: &Sources<'_>) -> Value {
    let all = &from.at.estate.servers;
    let of = |kind: Option<Authentication>| {
        all.iter().filter(|server| server.authentication == kind).count()
    };
    let mut rows: Vec<Row> =
        Authentication::all().iter().map(|kind| row(kind.word(), of(Some(*kind)))).collect();
    rows.push(row("unknown", of(None)));
    servers(from, strongly_authenticated).with(rows)
}

pub(super) fn baseline(from: &Sources<'_>) -> Value {
    let production = from.at.estate.servers.iter().filter(|server| in_production(server));
    let holds = |server: &Server| authenticated(server) && logged(server);
    Value::of(production, |server| &server.id, holds)
}

pub(super) fn sessions(from: &Sources<'_>) -> Value {
    let acting = from.at.estate.agents.iter().filter(|agent| from.at.priority_one(agent));
    Value::of(acting, |agent| &agent.id, |agent| agent.session_allowlist == Some(true))
}

/// What an agent may use through a connection: what it was given, and policy does not refuse. Of a
/// server whose tools nobody has listed it is `*`.
fn granted<'a>(from: &Sources<'a>, connection: &'a Connection) -> Vec<&'a str> {
    let listed =
        || from.at.known.tools_of(&connection.server).iter().map(|tool| tool.name.as_str());
    let mut names: Vec<&str> = match &connection.tools {
        Some(names) => names.iter().map(String::as_str).collect(),
        None => listed().collect(),
    };
    if names.is_empty() && connection.tools.is_none() {
        names.push("*");
    }
    names.retain(|name| {
        let denied = |ruled: &crate::estate::Ruled| {
            ruled.ruling == Ruling::Deny && (ruled.tool == *name || ruled.tool == "*")
        };
        !connection.rulings.iter().any(denied)
    });
    names.sort_unstable();
    names.dedup();
    names
}

pub(super) fn least_privilege(from: &Sources<'_>) -> Value {
    let (mut ratio, mut unused, mut uncounted) = (Ratio { of: 0, all: 0 }, Vec::new(), 0_u64);
    for connection in &from.at.estate.connections {
        uncounted += u64::from(connection.used.is_none());
        for name in granted(from, connection) {
            ratio.all += 1;
            // What nobody counted counts as not used.
            if connection.used.as_ref().is_some_and(|used| used.iter().any(|one| one == name)) {
                ratio.of += 1;
            } else {
                unused.push(format!("{} {}/{name}", connection.agent, connection.server));
            }
        }
    }
    Value::share(ratio, unused).with(vec![row("connections whose use nobody counted", uncounted)])
}

pub(super) fn high_risk(from: &Sources<'_>) -> Value {
    let Some(composites) = from.given.composites else {
        return Value::not_measured("no composite risk was computed");
    };
    let high: std::collections::BTreeSet<(&str, &str)> = composites
        .iter()
        .filter(|one| one.points >= HIGH)
        .map(|one| (one.server.as_str(), one.tool.as_str()))
        .collect();
    let ratio = Ratio { of: count(high.len()), all: count(from.at.estate.tools.len()) };
    let drill = high.iter().map(|(server, tool)| format!("{server}/{tool}")).collect();
    let mut by_agent: BTreeMap<&str, u64> = BTreeMap::new();
    for connection in &from.at.estate.connections {
        let tools = granted(from, connection);
        let risky =
            tools.iter().filter(|tool| high.contains(&(connection.server.as_str(), **tool)));
        *by_agent.entry(&connection.agent).or_default() += count(risky.count());
    }
    let mut worst: Vec<_> = by_agent.into_iter().filter(|(_, count)| *count > 0).collect();
    worst.sort_by_key(|(agent, count)| (std::cmp::Reverse(*count), *agent));
    let rows = worst.into_iter().take(super::DRILL).map(|(agent, count)| row(agent, count));
    Value::share(ratio, drill).with(rows.collect())
}

fn count(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
}
