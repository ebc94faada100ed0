//! How far what goes wrong would reach.

use serde::{Deserialize, Serialize};
pub use warden_model::BlastTier;

/// Where a server is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Cut off from everything that matters.
    Sandbox,
    /// Anywhere else: what is not certainly a sandbox is production.
    Production,
    /// Nobody said; counts as production.
    #[default]
    Unknown,
}

/// What data is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    /// Everybody may have it.
    Public,
    /// Everybody inside may have it.
    Internal,
    /// Some may have it.
    Confidential,
    /// A law says who may have it.
    Regulated,
    /// Nobody said; counts as regulated.
    #[default]
    Unknown,
}

/// The blast tier of a use (R50).
#[must_use]
pub const fn tier(environment: Environment, data: DataClass) -> BlastTier {
    let production = !matches!(environment, Environment::Sandbox);
    BlastTier::of(production, matches!(data, DataClass::Regulated | DataClass::Unknown))
}
