//! Identifiers of traces and spans.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

/// Makes numbers that no other process makes. They keep nothing secret, so a mixed counter that
/// begins at a random place does: it is the generator known as `SplitMix64`.
#[derive(Debug)]
pub(super) struct Ids(AtomicU64);

impl Ids {
    /// Begins at a place that the operating system has chosen.
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(RandomState::new().hash_one(0)))
    }

    /// The next number; never 0, which would be no identifier.
    pub(super) fn next(&self) -> u64 {
        loop {
            let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            if mixed != 0 {
                return mixed;
            }
        }
    }

    /// An identifier for a trace.
    pub(super) fn trace(&self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}
