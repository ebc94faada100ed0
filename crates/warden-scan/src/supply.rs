//! Judges what a server is built from: known vulnerabilities, look-alikes, and how firmly the parts
//! were chosen.
//!
//! [`judge`] is a pure function of the components that a collector read, of what is known of them,
//! and of a time. Each kind of finding is a rule with a page, in the table of rules over supply. What
//! could not be decided, a version that is none or an advisory that makes no sense, is a gap.

pub mod database;
#[cfg(test)]
pub(crate) mod example;
mod input;
mod judge;
pub mod known;
pub mod licence;
mod matches;
pub mod order;
pub mod osv;
mod parts;
pub mod provenance;
#[cfg(test)]
mod tests;

pub use database::{About, Database, DatabaseError, Entry, Feed, build};
pub use input::{Asked, Facts, Holds, Manifest, Previous, RegistryUse, Stale, Supply};
pub use judge::{Judged, Judging, SupplyGap, judge};
pub use known::Known;
pub use licence::LicencePolicy;
pub use matches::Hit;
pub use parts::{Part as SupplyPart, SupplyView};
