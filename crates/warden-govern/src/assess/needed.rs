//! Which questions a server has to answer.

use warden_model::{
    DataClass,
    questions::{Need, Question, Set, set},
};

use crate::estate::{Environment, Lookup, Posture, Relation, Server};

/// Whether somebody else makes or runs a server. What nobody said is somebody else.
#[must_use]
pub fn is_third_party(server: &Server, known: &Lookup<'_>) -> bool {
    let relation = server.vendor.as_deref().and_then(|id| known.vendor(id)?.relation);
    match (relation, server.posture) {
        (Some(Relation::Own), _) | (None, Some(Posture::FirstParty)) => false,
        (Some(Relation::Group | Relation::Third), _)
        | (None, Some(Posture::Assessed | Posture::SelfAttested | Posture::Unassessed) | None) => {
            true
        }
    }
}

/// The questions, as they were asked first, that have to be answered or waived before a server is
/// used as it is: the 12 near production or regulated data (R40), every MUST of the 15 for one of
/// somebody else outside a sandbox (R114). What is not known counts as near.
#[must_use]
pub fn needed(server: &Server, known: &Lookup<'_>) -> Vec<&'static Question> {
    let production = match server.environment {
        Some(Environment::Sandbox | Environment::Development) => false,
        Some(Environment::Production) | None => true,
    };
    let regulated = match server.data {
        Some(DataClass::Public | DataClass::Internal | DataClass::Confidential) => false,
        Some(DataClass::Regulated) | None => true,
    };
    let approval = set(Set::Approval).filter(|_| production || regulated);
    let sandbox = server.environment == Some(Environment::Sandbox);
    let foreign = is_third_party(server, known) && !sandbox;
    let vendor = set(Set::Vendor).filter(|question| foreign && question.need == Need::Must);
    approval.chain(vendor).collect()
}
