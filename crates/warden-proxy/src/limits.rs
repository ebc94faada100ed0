//! How much of what is used up, and whether there is more.
//!
//! Every limit that is about a call is asked before any is charged, and all of it happens under one
//! lock: of two who come at once for the last call, one gets it, and who is refused by one limit has
//! used nothing of another. Where nothing has to be fetched, that takes less than a microsecond.
//!
//! What is limited by the day or longer is kept in the store, or a restart would give it back. To
//! ask the store each time would take milliseconds, so a part is taken from it at once, and spent
//! here. A process that ends takes what it has not spent with it: there is then less left than
//! there could be, and never more.

mod cell;
mod enter;
mod kept;
mod table;

#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use warden_audit::Clock;
use warden_policy::limit::{Limit, Of};

pub use self::enter::Entered;
use self::table::Table;
use crate::store::{Away, Store};

/// The most that is counted separately: limits times those who have them to themselves.
pub const MOST_COUNTED: usize = 100_000;

/// Every limit, and what is used of it.
#[derive(Debug)]
pub struct Limits {
    inner: Arc<Inner>,
}

struct Inner {
    limits: Vec<Limit>,
    store: Arc<dyn Store>,
    clock: Clock,
    table: Mutex<Table>,
    /// How often each limit has refused.
    refused: Vec<AtomicU64>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// There is no more of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// The limit. Of several, the one that lasts longest.
    pub limit: Arc<str>,
    /// When to ask again, at the earliest.
    pub retry_after: Duration,
    /// Why, as it is told and recorded.
    pub why: Limited,
}

/// Why a limit refuses. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    /// So much is used in the window.
    Rate,
    /// So many calls are under way.
    Concurrent,
    /// So much money is spent.
    Spent,
    /// The store that knows what is used is away.
    Away,
    /// So much is counted already that nothing more can be.
    Crowded,
}

impl Limited {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::Rate, Self::Concurrent, Self::Spent, Self::Away, Self::Crowded];

    /// The code in ledger and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rate => "limit-rate",
            Self::Concurrent => "limit-concurrent",
            Self::Spent => "limit-spent",
            Self::Away => "limit-away",
            Self::Crowded => "limit-crowded",
        }
    }

    /// Why a limit of this is exceeded.
    const fn of(of: Of) -> Self {
        match of {
            Of::Calls | Of::Bytes => Self::Rate,
            Of::Cost => Self::Spent,
            Of::Concurrent => Self::Concurrent,
        }
    }
}

impl Limits {
    /// These limits, of which nothing is used but what the store knows.
    #[must_use]
    pub fn new(limits: Vec<Limit>, store: Arc<dyn Store>, clock: Clock) -> Self {
        Self::at_most(MOST_COUNTED, limits, store, clock)
    }

    fn at_most(most: usize, limits: Vec<Limit>, store: Arc<dyn Store>, clock: Clock) -> Self {
        let table = Mutex::new(Table::new(limits.len(), most));
        let refused = limits.iter().map(|_| AtomicU64::new(0)).collect();
        Self { inner: Arc::new(Inner { limits, store, clock, table, refused }) }
    }

    /// How often each limit has refused.
    pub fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        let counts = self.inner.refused.iter().map(|count| count.load(Ordering::Relaxed));
        self.inner.limits.iter().map(|limit| &*limit.name).zip(counts)
    }

    /// How much is counted separately.
    #[must_use]
    pub fn counted(&self) -> usize {
        self.inner.table().len()
    }

    /// Forgets what nobody has used for a window. It also happens by itself before there is no more
    /// room.
    pub fn sweep(&self) {
        let now = self.inner.now();
        self.inner.table().sweep(&self.inner.limits, now);
    }

    /// Forgets in the store what is over since a day; for now and then.
    ///
    /// # Errors
    /// When the store does not answer, or something in it cannot be read.
    pub async fn tidy(&self) -> Result<(), Away> {
        self.inner.tidy().await
    }

    /// Gives back to the store what was taken and not spent; for the end of the process, or of these
    /// limits.
    pub async fn give_back(&self) {
        self.inner.give_back().await;
    }
}

impl Inner {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Microseconds after 1970 began.
    fn now(&self) -> u64 {
        let since = (self.clock)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}
