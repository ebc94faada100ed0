//! How far what goes wrong would reach.

use std::fmt;

/// How far what goes wrong would reach, the furthest first. It is printed as `Blast tier 1`, and is
/// never the same as a maturity tier, where 4 is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlastTier {
    /// Production and regulated data.
    One,
    /// Production.
    Two,
    /// A sandbox only.
    Three,
}

impl BlastTier {
    /// Every blast tier, the furthest first.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// The blast tier of what acts in production or not, on regulated data or not. Whoever asks says
    /// yes to both where nobody knows.
    #[must_use]
    pub const fn of(production: bool, regulated: bool) -> Self {
        match (production, regulated) {
            (true, true) => Self::One,
            (true, false) => Self::Two,
            (false, _) => Self::Three,
        }
    }

    /// Its number, for programs.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

impl fmt::Display for BlastTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::One => "Blast tier 1",
            Self::Two => "Blast tier 2",
            Self::Three => "Blast tier 3",
        })
    }
}
