//! How often something was noticed, and what followed.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Follows, MATTERS, Matter};

const CONSEQUENCES: usize = Follows::ALL.len();

/// Counters by matter and consequence.
#[derive(Debug)]
pub(crate) struct Tally(Box<[AtomicU64]>);

impl Default for Tally {
    fn default() -> Self {
        Self((0..MATTERS.len() * CONSEQUENCES).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Tally {
    pub(crate) fn count(&self, matter: Matter, followed: Follows) {
        if let Some(count) = self.0.get(matter as usize * CONSEQUENCES + followed as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Everything that has been counted: code, consequence, how often.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        let rows = MATTERS.iter().flat_map(|row| Follows::ALL.map(|follows| (row, follows)));
        rows.zip(&self.0).map(|((row, follows), count)| {
            (row.code, follows.word(), count.load(Ordering::Relaxed))
        })
    }
}
