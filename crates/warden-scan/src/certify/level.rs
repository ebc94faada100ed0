//! The four levels of a certificate.

use std::fmt;

/// How far a server was certified, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Its bytes are known, and nothing more is said of them.
    Integrity,
    /// Every static stage was finished, and nothing critical is open.
    Static,
    /// Nothing high is open either, and it is well maintained.
    Certified,
    /// It also behaved when it ran.
    Runtime,
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: &[Self] = &[Self::Integrity, Self::Static, Self::Certified, Self::Runtime];

    /// The number in certificates and policies.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Integrity => 0,
            Self::Static => 1,
            Self::Certified => 2,
            Self::Runtime => 3,
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Integrity => "Integrity Verified",
            Self::Static => "Static Verified",
            Self::Certified => "Security Certified",
            Self::Runtime => "Runtime Certified",
        }
    }

    /// The level with this number.
    #[must_use]
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The level below; the lowest has none.
    #[must_use]
    pub const fn below(self) -> Self {
        match self {
            Self::Integrity | Self::Static => Self::Integrity,
            Self::Certified => Self::Static,
            Self::Runtime => Self::Certified,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.number(), self.title())
    }
}
