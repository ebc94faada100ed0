//! What can be asked: one table, and who may.

use super::{Answer, May};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    ListHolds,
    ShowHold,
    Approve,
    Refuse,
    Fatigue,
    ListStops,
    Stop,
    EndSession,
}

/// A path, in which `*` stands for one name.
pub(super) struct Route {
    pub(super) verb: &'static str,
    pub(super) path: &'static str,
    pub(super) may: May,
    pub(super) deed: Deed,
}

/// Every route; of two that fit the first counts.
pub(super) static ROUTES: &[Route] = &[
    route("GET", "/operator/v1/holds", May::Holds, Deed::ListHolds),
    route("GET", "/operator/v1/holds/fatigue", May::Holds, Deed::Fatigue),
    route("GET", "/operator/v1/holds/*", May::Holds, Deed::ShowHold),
    route("POST", "/operator/v1/holds/*/approve", May::Holds, Deed::Approve),
    route("POST", "/operator/v1/holds/*/refuse", May::Holds, Deed::Refuse),
    route("GET", "/operator/v1/stops", May::Stops, Deed::ListStops),
    route("POST", "/operator/v1/stops", May::Stops, Deed::Stop),
    route("POST", "/operator/v1/sessions/*/end", May::Sessions, Deed::EndSession),
];

const fn route(verb: &'static str, path: &'static str, may: May, deed: Deed) -> Route {
    Route { verb, path, may, deed }
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) may: May,
    pub(super) deed: Deed,
    /// What stands for the `*`.
    pub(super) name: &'a str,
}

/// What this verb and path ask for.
pub(super) fn find<'a>(verb: &str, path: &'a str) -> Result<Found<'a>, Answer> {
    let mut exists = false;
    for route in ROUTES {
        let Some(name) = fits(route.path, path) else { continue };
        exists = true;
        if route.verb == verb {
            return Ok(Found { may: route.may, deed: route.deed, name });
        }
    }
    Err(if exists {
        Answer::failed(405, "method", "not in this way")
    } else {
        Answer::failed(404, "nothing-here", "there is nothing here")
    })
}

/// What stands for the `*` of a pattern, if the path fits.
fn fits<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, behind)) = pattern.split_once('*') else {
        return (pattern == path).then_some("");
    };
    let name = path.strip_prefix(before)?.strip_suffix(behind)?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}
