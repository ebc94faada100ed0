//! Tokens that were found to be right, so that not every request costs a signature.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError, RwLock, RwLockWriteGuard},
};

use warden_model::Digest;
use warden_policy::Time;

use super::person::Identity;

/// How many are remembered. The oldest makes room.
const MOST: usize = 32 << 10;

/// Tokens that were found to be right, by their digests.
#[derive(Debug, Default)]
pub(super) struct Verified(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    entries: HashMap<Digest, Entry>,
    /// In the order in which they came; some may be gone.
    order: VecDeque<Digest>,
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) who: Arc<Identity>,
    /// The place of its issuer among all.
    pub(super) issuer: usize,
    /// The thumbprint of the key by which it is signed; `None` if its issuer was asked.
    pub(super) key: Option<Box<str>>,
    /// Until when this can be believed.
    pub(super) until: Time,
}

impl Verified {
    pub(super) fn get(&self, token: &Digest, now: Time) -> Option<(Arc<Identity>, usize, bool)> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let entry = inner.entries.get(token).filter(|entry| now < entry.until)?;
        Some((Arc::clone(&entry.who), entry.issuer, entry.key.is_some()))
    }

    pub(super) fn put(&self, token: Digest, entry: Entry) {
        let mut inner = self.write();
        if inner.entries.insert(token, entry).is_none() {
            inner.order.push_back(token);
        }
        while inner.order.len() > MOST {
            if let Some(oldest) = inner.order.pop_front() {
                inner.entries.remove(&oldest);
            }
        }
    }

    /// Forgets what is no longer right.
    pub(super) fn forget(&self, is_over: impl Fn(&Entry) -> bool) {
        let mut inner = self.write();
        let Inner { entries, order } = &mut *inner;
        entries.retain(|_, entry| !is_over(entry));
        order.retain(|token| entries.contains_key(token));
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.read().unwrap().entries.len()
    }
}
