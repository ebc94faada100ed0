//! What is written down, watched and held back: C8, C9 and C12.

use super::{Query, Scope, cite_measures, cite_servers, cite_traffic, server_id, works};
use crate::{
    Ratio,
    estate::{Audit, Measure, Monitoring, Server},
};

/// How many days a sign of life of a sink or an alert counts.
const ALIVE: i32 = 1;
/// How many days an alert counts that nothing has set off.
const TRIED: i32 = 92;

const ALERTS: [(Measure, &str); 6] = [
    (Measure::AlertUnauthorised, "an alert on calls that nobody may make"),
    (Measure::AlertSession, "an alert on sessions of unusual length"),
    (Measure::AlertRate, "an alert on limits that were reached"),
    (Measure::AlertEndpoint, "an alert on new endpoints"),
    (Measure::AlertDefinition, "an alert on changed definitions"),
    (Measure::AlertEgress, "an alert on more data than usual"),
];

pub(in super::super) fn recorded(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    query.each(
        "every call of the server is recorded",
        scope.servers.iter().copied(),
        server_id,
        |server| server.audit.map(|audit| audit == Audit::Full),
    );
    let traffic = &ground.estate().traffic;
    if let Some(recorded) = traffic.recorded {
        query.share("calls have a whole record", Ratio { of: recorded, all: traffic.calls });
    } else {
        query.one("calls have a whole record", None);
    }
    let ledgers: Vec<_> =
        ground.estate().evidence.iter().filter(|one| one.kind == "ledger").collect();
    query.one(
        "a ledger with its heads is in evidence",
        Some(ledgers.iter().any(|one| one.digest.is_some())),
    );
    for ledger in ledgers {
        query.evidence(ground, std::slice::from_ref(&ledger.id));
    }
    cite_traffic(&mut query, scope);
    query
}

pub(in super::super) fn alerted(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    query.one("a SIEM takes records", works(scope, Measure::SiemSink, ALIVE));
    cite_measures(&mut query, scope, Measure::SiemSink);
    for (measure, what) in ALERTS {
        query.one(what, works(scope, measure, TRIED));
        cite_measures(&mut query, scope, measure);
    }
    query
}

/// Whether it runs on a machine of ours, as far as anybody knows.
fn local(server: &Server) -> bool {
    server.remote != Some(true)
}

pub(in super::super) fn confined(scope: &Scope<'_, '_>) -> Query {
    let mut query = Query::default();
    let servers = || scope.servers.iter().copied();
    query.each(
        "the server runs confined",
        servers().filter(|server| local(server)),
        server_id,
        |server| server.sandboxed,
    );
    query.each("calls have limits, and behaviour is watched", servers(), server_id, |server| {
        server.monitoring.map(|watched| watched == Monitoring::Full)
    });
    cite_servers(&mut query, scope);
    query
}
