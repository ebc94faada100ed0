//! The questions of the controls, one function each. A function says what has to hold for what, and
//! what shows it; how that is judged is the same for all ([`super::control`]).

pub(super) mod access;
pub(super) mod assurance;
pub(super) mod data;
pub(super) mod integrity;
pub(super) mod inventory;
pub(super) mod response;
pub(super) mod watch;

use crate::estate::{Control, Measure, Relation, Server};

use super::{Scope, query::Query, scope::day_of};

fn server_id(server: &Server) -> String {
    format!("servers/{}", server.id)
}

/// The measures of this kind that are in place.
fn in_place<'a>(scope: &Scope<'_, 'a>, measure: Measure) -> impl Iterator<Item = &'a Control> {
    scope.ground.estate().controls.iter().filter(move |control| control.measure == measure)
}

/// Whether a measure is in place and was seen to work within so many days; `None` if one is in
/// place, and nobody has looked.
fn works(scope: &Scope<'_, '_>, measure: Measure, days: i32) -> Option<bool> {
    let mut seen = Some(false);
    for control in in_place(scope, measure) {
        match control.seen {
            Some(at) if scope.ground.within(day_of(at), days) => return Some(true),
            Some(_) => {}
            None => seen = None,
        }
    }
    seen
}

/// Cites the measures of this kind.
fn cite_measures(query: &mut Query, scope: &Scope<'_, '_>, measure: Measure) {
    for control in in_place(scope, measure) {
        let place = format!("controls/{measure}/{}", control.name);
        query.place(place, control.seen.map(day_of));
    }
}

/// Cites what servers were read from.
fn cite_servers(query: &mut Query, scope: &Scope<'_, '_>) {
    for server in &scope.servers {
        query.shown(scope.ground, format!("servers/{}", server.id), &server.evidence);
    }
}

/// Cites what agents were read from.
fn cite_agents(query: &mut Query, scope: &Scope<'_, '_>) {
    for agent in &scope.agents {
        query.shown(scope.ground, format!("agents/{}", agent.id), &agent.evidence);
    }
}

/// Cites what traffic was counted from.
fn cite_traffic(query: &mut Query, scope: &Scope<'_, '_>) {
    let evidence = &scope.ground.estate().traffic.evidence;
    query.shown(scope.ground, "traffic".into(), evidence);
}

/// Whether somebody else makes or runs it; who is not known is somebody else.
fn third_party(scope: &Scope<'_, '_>, server: &Server) -> bool {
    let vendor = server.vendor.as_deref().and_then(|vendor| scope.ground.lookup.vendor(vendor));
    let ours = vendor.and_then(|vendor| vendor.relation);
    !matches!(ours, Some(Relation::Own | Relation::Group))
        && server.posture != Some(crate::estate::Posture::FirstParty)
}
