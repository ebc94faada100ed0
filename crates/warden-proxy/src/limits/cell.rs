//! What is used of one limit by one who has it to himself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use warden_policy::limit::{Burst, Full, Limit, Of, Window};

/// Who was refused because of calls that are under way may ask again soon.
const SOON: Duration = Duration::from_millis(100);

/// What is used of one limit by one who has it to himself.
#[derive(Debug)]
pub(super) enum Cell {
    /// In a window, by this process alone.
    Window(Window, Option<Burst>),
    /// Calls that are under way.
    Under(Arc<AtomicU64>),
    /// What was taken from the store.
    Kept(Lease),
}

/// What was taken from the store and is not yet spent.
#[derive(Debug)]
pub(super) struct Lease {
    /// How much. It is less than nothing when what was used is known only afterwards.
    pub(super) left: i128,
    /// In which slot it was taken. What is spent later has to be taken in its own.
    pub(super) slot: u64,
    /// A part is taken by one at a time.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    /// When it was used last, in microseconds.
    pub(super) used: u64,
}

/// What a cell says to a use.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// There is room.
    Room,
    /// There is none.
    Full(Duration),
    /// A part has to be taken from the store first.
    Take,
}

impl Cell {
    pub(super) fn new(limit: &Limit) -> Self {
        if limit.of == Of::Concurrent {
            return Self::Under(Arc::default());
        }
        if limit.is_kept() {
            let turn = Arc::default();
            return Self::Kept(Lease { left: 0, slot: 0, turn, used: 0 });
        }
        let burst = limit.burst.map(|burst| Burst::new(burst, limit.most, limit.window));
        Self::Window(Window::new(limit.most, limit.window), burst)
    }

    /// Whether there is room for so much.
    pub(super) fn check(&mut self, limit: &Limit, amount: u64, now: u64) -> Said {
        match self {
            Self::Window(window, burst) => {
                let even = burst.as_ref().map_or(Ok(()), |burst| burst.check(now));
                let full = [window.check(amount, now), even].into_iter().filter_map(Result::err);
                let longest = full.map(|Full { retry_after }| retry_after).max();
                longest.map_or(Said::Room, Said::Full)
            }
            Self::Under(count) if count.load(Ordering::Acquire) < limit.most => Said::Room,
            Self::Under(_) => Said::Full(SOON),
            Self::Kept(lease) => {
                let current = lease.slot == super::kept::window(limit).slot_at(now);
                let enough = lease.left >= i128::from(amount);
                if enough && (current || amount == 0) { Said::Room } else { Said::Take }
            }
        }
    }

    /// Uses so much.
    pub(super) fn charge(&mut self, amount: u64, now: u64) {
        match self {
            Self::Window(window, burst) => {
                window.charge(amount, now);
                if let Some(burst) = burst {
                    burst.charge(now);
                }
            }
            Self::Under(count) => {
                count.fetch_add(1, Ordering::AcqRel);
            }
            Self::Kept(lease) => {
                lease.left -= i128::from(amount);
                lease.used = now;
            }
        }
    }

    /// The slot in which is charged what is charged now.
    pub(super) fn slot(&self, now: u64) -> u64 {
        match self {
            Self::Window(window, _) => window.slot_at(now),
            Self::Under(_) => 0,
            Self::Kept(lease) => lease.slot,
        }
    }

    /// Gives back what was charged in a slot and not needed. What was taken from the store for
    /// another slot than the current one is not known any more, and stays spent.
    pub(super) fn refund(&mut self, amount: u64, slot: u64) {
        match self {
            Self::Window(window, _) => window.give_back(amount, slot),
            Self::Kept(lease) if lease.slot == slot => lease.left += i128::from(amount),
            Self::Kept(_) | Self::Under(_) => {}
        }
    }

    /// Whether nothing would be lost if it were forgotten.
    pub(super) fn is_idle(&mut self, limit: &Limit, now: u64) -> bool {
        match self {
            // A burst is over before its window is.
            Self::Window(window, _) => window.is_idle(now),
            // Calls that are under way hold it as well.
            Self::Under(count) => {
                Arc::strong_count(count) == 1 && count.load(Ordering::Acquire) == 0
            }
            Self::Kept(lease) => {
                let window = u64::try_from(limit.window.as_micros()).unwrap_or(u64::MAX);
                let long_ago = lease.used.saturating_add(window) <= now;
                // What is owed has to be charged yet.
                lease.left >= 0 && long_ago && Arc::strong_count(&lease.turn) == 1
            }
        }
    }
}
