//! A store that goes away when it is told to.

use std::{
    future::ready,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{Away, Entry, MemoryStore, NotPut, Reply, Space, Store};

/// A store in memory that can be away.
#[derive(Debug, Default)]
pub(crate) struct FaultyStore {
    inner: MemoryStore,
    away: AtomicBool,
}

impl FaultyStore {
    /// From now on it is away, or there again.
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn is_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }
}

impl Store for FaultyStore {
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        if self.is_away() { Box::pin(ready(Err(Away))) } else { self.inner.get(space, key) }
    }

    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        if self.is_away() {
            return Box::pin(ready(Err(NotPut::Away(Away))));
        }
        self.inner.put(space, key, value, before)
    }

    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        if self.is_away() { Box::pin(ready(Err(Away))) } else { self.inner.forget(space, key) }
    }

    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        if self.is_away() { Box::pin(ready(Err(Away))) } else { self.inner.all(space) }
    }

    fn version(&self, space: Space) -> Reply<'_, Result<Option<u64>, Away>> {
        if self.is_away() { Box::pin(ready(Err(Away))) } else { self.inner.version(space) }
    }
}
