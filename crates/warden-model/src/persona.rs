//! For whom a scan is: how much of what rules notice is shown.

use std::fmt;

/// For whom a scan is, the one who sees least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// Somebody who has other things to do: what is likely right and worth his time.
    #[default]
    Regular,
    /// Somebody who wants a server in good order: smells too.
    Pedantic,
    /// Somebody who judges for himself: everything that was noticed.
    Auditor,
}

impl Persona {
    /// Every persona, the one who sees least first.
    pub const ALL: &[Self] = &[Self::Regular, Self::Pedantic, Self::Auditor];

    /// The lower-case name in reports and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }

    /// What is shown to it, in one line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Regular => "what is likely right and worth the time",
            Self::Pedantic => "smells too",
            Self::Auditor => "everything that was noticed",
        }
    }
}

impl fmt::Display for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
