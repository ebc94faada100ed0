//! A store that lasts as long as the process: for tests, and where nothing has to outlive it.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Away, Entry, MOST_VALUE, MOST_VALUES, NotPut, Reply, Space, Store, key::is_key};

/// Keeps values in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    values: BTreeMap<(Space, String), Entry>,
    changes: u64,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn put(
        &mut self,
        at: (Space, String),
        value: &[u8],
        before: Option<u64>,
    ) -> Result<u64, NotPut> {
        let there = self.values.get(&at).map(|entry| entry.number);
        if there != before {
            return Err(NotPut::Changed);
        }
        let (space, _) = at;
        let held = self.values.keys().filter(|(other, _)| *other == space);
        if value.len() > MOST_VALUE || there.is_none() && held.count() >= MOST_VALUES {
            return Err(NotPut::Away(Away));
        }
        self.changes += 1;
        self.values.insert(at, Entry { value: value.to_vec(), number: self.changes });
        Ok(self.changes)
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        let found = || self.held().values.get(&(space, key.to_owned())).cloned();
        Box::pin(ready(if is_key(key) { Ok(found()) } else { Err(Away) }))
    }

    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        let put = || self.held().put((space, key.to_owned()), value, before);
        Box::pin(ready(if is_key(key) { put() } else { Err(NotPut::Away(Away)) }))
    }

    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        if !is_key(key) {
            return Box::pin(ready(Err(Away)));
        }
        let mut held = self.held();
        if held.values.remove(&(space, key.to_owned())).is_some() {
            held.changes += 1;
        }
        Box::pin(ready(Ok(())))
    }

    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        let held = self.held();
        let there = held.values.iter().filter(|((other, _), _)| *other == space);
        let all = there.map(|((_, key), entry)| (key.clone(), entry.clone())).collect();
        Box::pin(ready(Ok(all)))
    }

    fn version(&self, _space: Space) -> Reply<'_, Result<Option<u64>, Away>> {
        Box::pin(ready(Ok(Some(self.held().changes))))
    }
}
