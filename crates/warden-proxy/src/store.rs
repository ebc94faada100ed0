//! Where what has to outlive a request is kept: sessions, limits, calls that wait for approval, and
//! what is stopped.
//!
//! It is a store of small values by key, each with a number that changes whenever the value does,
//! so that two who change one thing at once are noticed. That is what a folder can do, and what a
//! shared store can do as well. What a store cannot say it says so: [`Away`] is never "there is
//! nothing".

mod folder;
mod key;
mod memory;

#[cfg(test)]
pub(crate) mod faulty;
#[cfg(test)]
mod tests;

use std::{future::Future, pin::Pin};

pub use folder::{FolderStore, NotOpened};
pub use memory::MemoryStore;

/// The longest value, in bytes.
pub const MOST_VALUE: usize = 1 << 20;
/// The most values of one space.
pub const MOST_VALUES: usize = 16_384;
/// The most bytes of all values that are handed out at once.
pub const MOST_AT_ONCE: usize = 256 << 20;

/// What a store is asked, as something to wait for.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps values by key.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// The value under a key; `None` if there is none.
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>>;

    /// Stores a value, if what is there has still this number: `None` for nothing. Returns the
    /// new number. Once it has returned, the value survives the end of this process.
    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>>;

    /// Forgets a value. Forgetting what is not there is no error.
    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>>;

    /// Every key and value of a space, sorted by key.
    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>>;

    /// A number that is another one once anything in a space has changed: whoever asks for it, and
    /// then for everything, need not ask for everything again until it is another one. `None` if
    /// this store cannot tell.
    fn version(&self, _space: Space) -> Reply<'_, Result<Option<u64>, Away>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// What is kept apart from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// What has flowed into sessions.
    Sessions,
    /// What has been used up.
    Limits,
    /// Calls that wait for a person.
    Holds,
    /// What is stopped.
    Stops,
    /// Tokens and consents for servers, sealed.
    Grants,
}

impl Space {
    /// Every space.
    pub const ALL: [Self; 5] =
        [Self::Sessions, Self::Limits, Self::Holds, Self::Stops, Self::Grants];

    /// The name, which is that of its folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Limits => "limits",
            Self::Holds => "holds",
            Self::Stops => "stops",
            Self::Grants => "grants",
        }
    }
}

/// A value and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Vec<u8>,
    /// Its number, which is another one each time it is stored.
    pub number: u64,
}

/// The store cannot be asked at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store of sessions and limits is away")]
pub struct Away;

/// Why a value was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPut {
    /// Somebody else has stored another one since.
    #[error("it was changed meanwhile")]
    Changed,
    /// The store cannot be asked.
    #[error(transparent)]
    Away(#[from] Away),
}
