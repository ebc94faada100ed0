//! How a call stands that needs a person, and why it cannot even wait or be answered.

use warden_policy::hold::{Approval, Hold, NoStep, NotHeld};

use crate::store::Away;

/// How a call stands for which policy wants a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A person has said yes. That is used up by this.
    Approved {
        /// The hold.
        id: Box<str>,
        /// Who, when and how.
        approval: Approval,
    },
    /// It waits.
    Pending {
        /// The hold.
        hold: Box<Hold>,
        /// Nobody had been asked before.
        asked_anew: bool,
    },
    /// A person has said no, which holds until the hold expires.
    Refused {
        /// The hold.
        id: Box<str>,
        /// Who.
        by: Box<str>,
        /// Why, in his words.
        reason: Box<str>,
    },
}

/// Why a call cannot even wait. All of them are a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWait {
    /// The store cannot be asked.
    #[error(transparent)]
    Away(#[from] Away),
    /// It cannot be said which call it is.
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    /// What is stored cannot be read.
    #[error("what is stored of the call cannot be read")]
    Unreadable,
    /// Too many calls wait, of this session or in all.
    #[error("too many calls wait for a person")]
    Full,
    /// Others have changed it each time.
    #[error("the call is asked for too often at once")]
    Busy,
}

impl CannotWait {
    /// The code in ledger and answers. The codes are public and documented; they never move.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Away(Away) => "hold-store-away",
            Self::NotHeld(NotHeld::NotCanonical) => "hold-not-canonical",
            Self::NotHeld(NotHeld::NoDefinition) => "hold-no-definition",
            Self::Unreadable => "hold-unreadable",
            Self::Full => "too-many-holds",
            Self::Busy => "hold-busy",
        }
    }
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The store cannot be asked.
    #[error(transparent)]
    Away(#[from] Away),
    /// Nothing waits by this name.
    #[error("there is no such hold")]
    Unknown,
    /// What is stored cannot be read.
    #[error("what is stored cannot be read")]
    Unreadable,
    /// Others have changed it each time.
    #[error("it is changed too often at once")]
    Busy,
    /// It could not be recorded.
    #[error(transparent)]
    Unrecorded(#[from] Unrecorded),
    /// It cannot be answered, or not like this.
    #[error(transparent)]
    No(#[from] NoStep),
}

impl NotTaken {
    /// The code in answers. The codes are public and documented; they never move.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Away(Away) => "hold-store-away",
            Self::Unknown => "no-such-hold",
            Self::Unreadable => "hold-unreadable",
            Self::Busy => "hold-busy",
            Self::Unrecorded(Unrecorded) => "cannot-record",
            Self::No(step) => step.code(),
        }
    }
}

/// Who is told of what becomes of calls that wait. Nothing here may wait for long.
pub trait Witness: Send + Sync {
    /// A call begins to wait, and people are to be told.
    fn begun(&self, hold: &Hold);

    /// Somebody is about to have answered: the hold as it will be.
    ///
    /// # Errors
    /// When it cannot be recorded. The answer is then not taken.
    fn answering(&self, hold: &Hold) -> Result<(), Unrecorded>;
}

/// An answer could not be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be recorded")]
pub struct Unrecorded;
