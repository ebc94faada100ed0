//! The gate: what a repository brings, held against certificates and a policy.

mod before;
mod brought;
mod certificates;
mod exact;
mod judge;
mod parts;
mod policy;
mod published;
mod what;

pub(crate) use before::{Revision, Whose, key};
pub(crate) use brought::{Found, Look, find, wanted};
pub(crate) use certificates::{Certificates, Place, of_bundle, of_folder};
pub(crate) use judge::Judge;
pub(crate) use policy::{MOST as MOST_POLICY, Policy};
pub(crate) use what::Brought;
