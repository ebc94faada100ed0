//! What a tool does to the world.

use std::fmt;

/// What a tool does to the world, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Looks something up.
    Read,
    /// Changes something that can be changed back.
    Write,
    /// Carries data to somebody else: mail, message, post, upload.
    Send,
    /// Runs commands or code.
    Execute,
    /// Changes who may do what.
    Admin,
    /// Deletes or overwrites what cannot be brought back.
    Destructive,
}

impl Effect {
    /// Every effect, the mildest first.
    pub const ALL: &[Self] =
        &[Self::Read, Self::Write, Self::Send, Self::Execute, Self::Admin, Self::Destructive];

    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Send => "send",
            Self::Execute => "execute",
            Self::Admin => "admin",
            Self::Destructive => "destructive",
        }
    }

    /// The effect with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|effect| effect.name() == name)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
