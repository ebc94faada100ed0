//! Values that are fetched once, however many want them at the same time.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::error::{CredentialError, Missing};

/// The most values that are kept at a time.
const MOST: usize = 20_000;

/// Values by key.
#[derive(Debug)]
pub(super) struct Flights<T> {
    slots: Mutex<HashMap<Box<str>, Arc<Slot<T>>>>,
    most: usize,
}

#[derive(Debug)]
struct Slot<T> {
    /// How often fetching has ended.
    ended: AtomicU64,
    state: tokio::sync::Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    /// How the last attempt failed, for those who waited for it.
    failed: Option<CredentialError>,
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self { slots: Mutex::default(), most: MOST }
    }
}

impl<T: Clone> Flights<T> {
    fn slots(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<Slot<T>>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, key: &str) -> Result<Arc<Slot<T>>, CredentialError> {
        let mut slots = self.slots();
        if let Some(slot) = slots.get(key) {
            return Ok(Arc::clone(slot));
        }
        if slots.len() >= self.most {
            // What is dropped is fetched again.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        if slots.len() >= self.most {
            return Err(Missing::Busy.into());
        }
        let state = tokio::sync::Mutex::new(State { value: None, failed: None });
        let slot = Arc::new(Slot { ended: AtomicU64::new(0), state });
        slots.insert(key.into(), Arc::clone(&slot));
        Ok(slot)
    }

    /// The value, if it is still `good`; else what `fetch` makes of it. Those who come while it is
    /// being fetched get what comes of that, also if it is an error.
    pub(super) async fn get<F: Future<Output = Result<T, CredentialError>>>(
        &self,
        key: &str,
        good: impl Fn(&T) -> bool,
        fetch: impl FnOnce(Option<T>) -> F,
    ) -> Result<T, CredentialError> {
        let slot = self.slot(key)?;
        let before = slot.ended.load(Ordering::Acquire);
        let mut state = slot.state.lock().await;
        if let Some(value) = state.value.as_ref().filter(|value| good(value)) {
            return Ok(value.clone());
        }
        if slot.ended.load(Ordering::Acquire) != before
            && let Some(failed) = &state.failed
        {
            return Err(failed.clone());
        }
        let fetched = fetch(state.value.clone()).await;
        slot.ended.fetch_add(1, Ordering::Release);
        match fetched {
            Ok(value) => {
                *state = State { value: Some(value.clone()), failed: None };
                Ok(value)
            }
            Err(error) => {
                *state = State { value: None, failed: Some(error.clone()) };
                Err(error)
            }
        }
    }

    /// Forgets a value, if it is this one.
    pub(super) async fn forget(&self, key: &str, this: impl Fn(&T) -> bool) {
        let slot = self.slots().get(key).map(Arc::clone);
        let Some(slot) = slot else { return };
        let mut state = slot.state.lock().await;
        if state.value.as_ref().is_some_and(this) {
            state.value = None;
        }
    }

    /// Forgets everything whose key begins like this. What is under way is not kept either.
    pub(super) fn forget_all(&self, prefix: &str) {
        self.slots().retain(|key, _| !key.starts_with(prefix));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::credentials::error::Denied;

    async fn many(
        answer: Result<u32, CredentialError>,
    ) -> (usize, Vec<Result<u32, CredentialError>>) {
        let flights = Arc::new(Flights::default());
        let fetched = Arc::new(AtomicUsize::new(0));
        let all: Vec<_> = (0..100)
            .map(|_| {
                let (flights, fetched) = (Arc::clone(&flights), Arc::clone(&fetched));
                let answer = answer.clone();
                tokio::spawn(async move {
                    let fetch = |_| async {
                        fetched.fetch_add(1, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                        answer
                    };
                    flights.get("a", |_| true, fetch).await
                })
            })
            .collect();
        let mut answers = Vec::new();
        for one in all {
            answers.push(one.await.unwrap());
        }
        (fetched.load(Ordering::Relaxed), answers)
    }

    #[tokio::test]
    async fn a_hundred_who_come_at_once_make_one_fetch() {
        let (fetched, answers) = many(Ok(7)).await;
        assert_eq!((fetched, answers.len()), (1, 100));
        assert!(answers.iter().all(|answer| answer == &Ok(7)));
    }

    #[tokio::test]
    async fn those_who_wait_for_a_failure_share_it_and_the_next_tries_again() {
        let no = CredentialError::Refused(Denied::Grant);
        let (fetched, answers) = many(Err(no.clone())).await;
        assert_eq!(fetched, 1);
        assert!(answers.iter().all(|answer| answer.as_ref() == Err(&no)));
        let flights = Flights::default();
        let failed = flights.get("a", |_: &u32| true, |_| async { Err(no.clone()) }).await;
        assert_eq!(failed, Err(no));
        assert_eq!(flights.get("a", |_| true, |_| async { Ok(1) }).await, Ok(1));
    }

    #[tokio::test]
    async fn one_who_gives_up_leaves_nothing_behind() {
        let flights: Flights<u32> = Flights::default();
        let never = flights.get("a", |_| true, |_| std::future::pending());
        assert!(tokio::time::timeout(std::time::Duration::ZERO, never).await.is_err());
        assert_eq!(flights.get("a", |_| true, |_| async { Ok(1) }).await, Ok(1));
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_and_can_be_forgotten() {
        let flights: Flights<u32> = Flights { most: 2, ..Flights::default() };
        for key in ["a/1", "a/2", "b/1", "b/2"] {
            assert_eq!(flights.get(key, |_| true, |_| async { Ok(1) }).await, Ok(1));
            assert!(flights.slots().len() <= 2);
        }
        flights.forget("b/2", |value| *value == 9).await;
        assert_eq!(flights.get("b/2", |_| true, |_| async { Ok(2) }).await, Ok(1));
        flights.forget("b/2", |value| *value == 1).await;
        assert_eq!(flights.get("b/2", |_| true, |_| async { Ok(2) }).await, Ok(2));
        flights.forget_all("b/");
        assert_eq!(flights.get("b/2", |_| true, |_| async { Ok(3) }).await, Ok(3));
    }
}
