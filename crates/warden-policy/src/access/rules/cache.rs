//! A bounded memory of what was reached before.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

/// Keeps what was used last, at most so much of it: there are two halves, what is used moves into
/// the young one, and when that is full the old one is forgotten.
#[derive(Debug)]
pub(super) struct Cache<T> {
    most: usize,
    halves: RwLock<Halves<T>>,
}

#[derive(Debug)]
struct Halves<T> {
    young: HashMap<Box<[u8]>, T>,
    old: HashMap<Box<[u8]>, T>,
}

impl<T: Clone> Cache<T> {
    /// Keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        let halves = Halves { young: HashMap::new(), old: HashMap::new() };
        Self { most, halves: RwLock::new(halves) }
    }

    /// What is kept under this key.
    pub(super) fn get(&self, key: &[u8]) -> Option<T> {
        // Nothing panics while it holds the lock, and what is in here can always be made again.
        let halves = self.halves.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = halves.young.get(key) {
            return Some(found.clone());
        }
        let found = halves.old.get(key)?.clone();
        drop(halves);
        self.put(key.into(), found.clone());
        Some(found)
    }

    /// Keeps this.
    pub(super) fn put(&self, key: Box<[u8]>, value: T) {
        let mut halves = self.halves.write().unwrap_or_else(PoisonError::into_inner);
        if halves.young.len() >= self.most / 2 {
            halves.old = std::mem::take(&mut halves.young);
        }
        halves.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_remembers_what_is_used_and_never_more_than_it_may() {
        let cache = Cache::new(8);
        let put = |key: u32, value: u32| cache.put(key.to_le_bytes().into(), value);
        let get = |key: u32| cache.get(&key.to_le_bytes());
        put(1, 10);
        for key in 2..100 {
            put(key, 0);
            assert_eq!(get(1), Some(10), "it was used all the time");
        }
        assert_eq!((get(99), get(50)), (Some(0), None));
        let halves = cache.halves.read().expect("nobody panicked");
        assert!(halves.young.len() + halves.old.len() <= 8);
    }
}
