//! Proofs that were shown, so that none is shown twice (RFC 9449, section 11.1).

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use warden_model::Digest;

use super::reason::Reason;

/// How many are remembered. When there are more within their time, no further one is taken.
const MOST: usize = 128 << 10;

/// Proofs that were shown and whose time is not over.
#[derive(Debug, Default)]
pub(super) struct Proofs(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    shown: HashSet<Digest>,
    /// By the second from which on they are too old.
    ends: BTreeSet<(i64, Digest)>,
}

impl Proofs {
    /// Remembers a proof until `end`, in seconds.
    ///
    /// # Errors
    /// [`Reason::ProofReplayed`] if it is remembered already, and [`Reason::ProofsFull`].
    pub(super) fn first(&self, proof: Digest, end: i64, now: i64) -> Result<(), Reason> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, old)) = inner.ends.first().copied().filter(|(end, _)| *end < now) {
            inner.ends.pop_first();
            inner.shown.remove(&old);
        }
        if inner.shown.contains(&proof) {
            return Err(Reason::ProofReplayed);
        }
        if inner.shown.len() >= MOST {
            return Err(Reason::ProofsFull);
        }
        inner.shown.insert(proof);
        inner.ends.insert((end, proof));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_taken_once_and_no_more_are_remembered_than_there_is_room_for() {
        let proofs = Proofs::default();
        let named = |number: usize| Digest::of(&number.to_le_bytes());
        for number in 0..MOST {
            assert_eq!(proofs.first(named(number), 100, 50), Ok(()));
        }
        assert_eq!(proofs.first(named(0), 100, 100), Err(Reason::ProofReplayed));
        assert_eq!(proofs.first(named(MOST), 100, 100), Err(Reason::ProofsFull));
        assert_eq!(proofs.first(named(MOST), 200, 101), Ok(()), "the old ones are over");
    }
}
