//! The four maturity tiers.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

/// How mature the programme is. It is no blast tier: here 4 is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaturityTier {
    /// Maturity tier 1.
    Reactive,
    /// Maturity tier 2.
    Foundational,
    /// Maturity tier 3.
    Managed,
    /// Maturity tier 4.
    Optimized,
}

impl MaturityTier {
    /// Every tier, from the first.
    pub const ALL: [Self; 4] = [Self::Reactive, Self::Foundational, Self::Managed, Self::Optimized];

    /// Its number, 1 to 4. For people it is never printed alone: see [`fmt::Display`].
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Reactive => 1,
            Self::Foundational => 2,
            Self::Managed => 3,
            Self::Optimized => 4,
        }
    }

    /// The tier with this number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.number() == number)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reactive => "Reactive",
            Self::Foundational => "Foundational",
            Self::Managed => "Managed",
            Self::Optimized => "Optimized",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn subtitle(self) -> &'static str {
        match self {
            Self::Reactive => "No structured MCP security program",
            Self::Foundational => "Basic controls in place, limited visibility",
            Self::Managed => "Controls implemented and monitored",
            Self::Optimized => "Continuous assurance with measurable program",
        }
    }
}

impl fmt::Display for MaturityTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Maturity tier {} {}", self.number(), self.name())
    }
}

impl Serialize for MaturityTier {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut members = to.serialize_struct("MaturityTier", 3)?;
        members.serialize_field("number", &self.number())?;
        members.serialize_field("name", self.name())?;
        members.serialize_field("subtitle", self.subtitle())?;
        members.end()
    }
}
