//! How far what goes wrong would reach.

use serde::{Deserialize, Serialize};

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

/// How far what goes wrong would reach, the furthest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlastTier {
    /// Production and regulated data.
    One,
    /// Production.
    Two,
    /// A sandbox only.
    Three,
}

impl BlastTier {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// The blast tier of a use (R50).
#[must_use]
pub const fn tier(environment: Environment, data: DataClass) -> BlastTier {
    match (environment, data) {
        (Environment::Sandbox, _) => BlastTier::Three,
        (
            Environment::Production | Environment::Unknown,
            DataClass::Regulated | DataClass::Unknown,
        ) => BlastTier::One,
        (
            Environment::Production | Environment::Unknown,
            DataClass::Public | DataClass::Internal | DataClass::Confidential,
        ) => BlastTier::Two,
    }
}
