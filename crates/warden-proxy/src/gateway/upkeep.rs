//! What is done now and then for what outlives a call: counts in the store.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use warden_policy::Time;

use crate::limits::Limits;

/// How often counts that are over are looked for in the store, in microseconds.
const TIDY: i64 = 3_600_000_000;

/// When what was done, and what is still to be.
#[derive(Debug, Default)]
pub(super) struct Upkeep {
    /// When counts were last looked through, in microseconds.
    tidied: AtomicI64,
    /// Limits that others took the place of, and by which calls may still be under way.
    replaced: Mutex<Vec<Arc<Limits>>>,
}

impl Upkeep {
    /// These limits count no more for calls to come.
    pub(super) fn replaced(&self, limits: &Arc<Limits>) {
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        replaced.push(Arc::clone(limits));
    }

    /// Looks after counts. To be called every few seconds.
    pub(super) async fn sweep(&self, limits: &Limits, now: Time) {
        for unused in self.unused() {
            unused.give_back().await;
        }
        let now = now.micros();
        let since = now.saturating_sub(self.tidied.load(Ordering::Relaxed));
        if since > TIDY {
            self.tidied.store(now, Ordering::Relaxed);
            // What could not be looked through now is next time, and counts until then.
            limits.tidy().await.ok();
        }
    }

    /// Gives back what was taken from the store and not spent, of all limits that there were.
    pub(super) async fn end(&self, limits: &Limits) {
        let replaced = {
            let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *replaced)
        };
        for limits in replaced.iter().map(|limits| &**limits).chain([limits]) {
            limits.give_back().await;
        }
    }

    /// Those that no request holds any more.
    fn unused(&self) -> Vec<Arc<Limits>> {
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *replaced);
        let (unused, used) = all.into_iter().partition(|limits| Arc::strong_count(limits) == 1);
        *replaced = used;
        unused
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use warden_policy::{
        Subject,
        access::{How, Principal},
        limit::{Covers, Limit, Of, Per, WhenAway},
    };

    use super::*;
    use crate::store::{MemoryStore, Space, Store};

    fn limits(store: &Arc<dyn Store>, now: SystemTime) -> Arc<Limits> {
        let spending = Limit {
            name: "spending".into(),
            per: Per::All,
            of: Of::Cost,
            most: 6_400,
            window: Duration::from_hours(24),
            burst: None,
            covers: Covers::default(),
            when_away: WhenAway::Closed,
        };
        Arc::new(Limits::new(vec![spending], Arc::clone(store), Arc::new(move || now)))
    }

    /// Whether a call of this price comes in.
    async fn comes_in(limits: &Limits, cost: u64) -> bool {
        let (who, effects) = (Principal::of_agent("a", How::Token), [].into());
        limits.enter(&Subject::new(&who, "s", "t", &effects), 0, cost).await.is_ok()
    }

    // What a gateway has taken and not spent is there for others once it is done with it.
    #[tokio::test]
    async fn limits_that_are_done_with_give_back_what_they_did_not_spend() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        let (old, new, upkeep) = (limits(&store, now), limits(&store, now), Upkeep::default());
        assert!(comes_in(&old, 1).await);
        upkeep.replaced(&old);
        upkeep.sweep(&new, now.into()).await;
        assert!(!comes_in(&new, 6_399).await, "a request is still under way by the old ones");
        drop(old);
        upkeep.sweep(&new, now.into()).await;
        assert!(comes_in(&new, 6_398).await);
        upkeep.end(&new).await;
        let next = limits(&store, now);
        assert!(comes_in(&next, 1).await && !comes_in(&next, 1).await);
    }

    #[tokio::test]
    async fn what_is_over_is_looked_for_once_an_hour() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let begin = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert!(comes_in(&limits(&store, begin), 1).await);
        let (later, upkeep) = (begin + Duration::from_hours(100), Upkeep::default());
        let kept = async || store.all(Space::Limits).await.expect("it answers").len();
        upkeep.sweep(&limits(&store, begin), begin.into()).await;
        assert_eq!(kept().await, 1);
        upkeep.sweep(&limits(&store, later), (begin + Duration::from_mins(30)).into()).await;
        assert_eq!(kept().await, 1, "not yet");
        upkeep.sweep(&limits(&store, later), later.into()).await;
        assert_eq!(kept().await, 0);
    }
}
