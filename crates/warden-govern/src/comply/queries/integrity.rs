//! What runs is what was looked at: C6 and C7.

use jiff::SignedDuration;

use super::{Query, Scope, cite_servers, day_of, server_id};
use crate::Word as _;
use crate::estate::{Drift, Server, Stage};

/// How many days a comparison with what was approved counts.
const COMPARED: i32 = 7;
/// How many days a stage of certification counts.
const STAGE: i32 = 90;
/// How long drift may go unnoticed.
const NOTICED: SignedDuration = SignedDuration::from_hours(4);

pub(in super::super) fn pinned(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let servers = || scope.servers.iter().copied();
    query.each("a digest of the server is approved", servers(), server_id, |server| {
        Some(server.pinned.is_some())
    });
    query.each("it was compared with what is served", servers(), server_id, |server| {
        Some(ground.within(day_of(server.drift_checked?), COMPARED))
    });
    let drifts = servers().flat_map(|server| ground.drifts_of(&server.id)).copied();
    query.each("drift was noticed within four hours", drifts.clone(), drift_id, |drift| {
        Some(in_time(drift))
    });
    query.each("drift was stopped or approved", drifts, drift_id, |drift| {
        Some(drift.blocked || drift.approved)
    });
    for server in &scope.servers {
        if let Some(at) = server.drift_checked {
            query.place(format!("servers/{}/drift_checked", server.id), Some(day_of(at)));
        }
    }
    query
}

fn in_time(drift: &Drift) -> bool {
    drift.detected.is_some_and(|detected| detected.duration_since(drift.occurred) <= NOTICED)
}

fn drift_id(drift: &Drift) -> String {
    format!("drifts/{}/{}/{}", drift.server, drift.kind, drift.occurred)
}

pub(in super::super) fn certified(scope: &Scope<'_, '_>) -> Query {
    let (ground, mut query) = (scope.ground, Query::default());
    let servers = || scope.servers.iter().copied();
    query.each("the four stages are current", servers(), server_id, |server| {
        let current = |stage: &Stage| {
            let run =
                server.stages.iter().filter(|run| run.stage == *stage).map(|run| run.at).max();
            run.is_some_and(|at| ground.within(at, STAGE))
        };
        Some(Stage::all().iter().all(current))
    });
    let least = ground.estate().organisation.least_level;
    query.each(
        "a certificate of the level that is asked for holds",
        servers(),
        server_id,
        |server| {
            let held = ground.certificates_of(&server.id);
            Some(held.iter().any(|one| {
                !one.revoked && day_of(one.expires) >= ground.day && one.level >= least.unwrap_or(1)
            }))
        },
    );
    for server in &scope.servers {
        cite(&mut query, scope, server);
    }
    cite_servers(&mut query, scope);
    query
}

/// The newest certificate and the runs of a server.
fn cite(query: &mut Query, scope: &Scope<'_, '_>, server: &Server) {
    let held = scope.ground.certificates_of(&server.id);
    if let Some(newest) = held.iter().max_by_key(|one| one.issued) {
        query.place(format!("certificates/{}", server.id), Some(day_of(newest.issued)));
    }
}
