//! Who answers for what: the owners of agents, and how duties for a server are shared between us,
//! its vendor and the platform.

mod matrix;
mod owners;

pub use matrix::{Area, Duties, Duty, Party, duties, duties_csv, duties_of};
pub use owners::{NoOwner, OwnerGap, Owners, owners, owners_csv};

#[cfg(test)]
mod tests;
