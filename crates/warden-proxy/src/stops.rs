//! The kill switch, as the gateway sees it: what is stopped, read from the store again and again.
//!
//! Whoever operates the gateway writes a [`Stop`] into the store, from another process; nothing that
//! an agent can send does so. A [watcher](Stops::watch) asks the store ten times a second for the
//! number of its last change, which costs microseconds, and reads everything again when it is
//! another one. Each call then asks [`Stops::stopped`], which costs nothing to speak of, and what is
//! under way is told by [`Stops::changes`].
//!
//! A store that does not answer is not one in which nothing is stopped. What was read last holds
//! for a while, and then everything is stopped, unless somebody has said that it shall not be.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, task::JoinHandle, time::Instant};
use warden_audit::Clock;
use warden_policy::{
    Subject, Time,
    access::Principal,
    limit::WhenAway,
    stop::{Mode, Scope, Stop},
};

use crate::store::{Away, Space, Store};

/// How often the store is asked.
const EVERY: Duration = Duration::from_millis(100);

/// A store that has not answered in this time does not answer.
const ANSWERS_IN: Duration = Duration::from_secs(5);

/// What to do while the store is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long what was read last holds.
    pub holds: Duration,
    /// What is after that.
    pub then: WhenAway,
}

impl Default for Patience {
    fn default() -> Self {
        Self { holds: Duration::from_secs(10), then: WhenAway::Closed }
    }
}

/// What is stopped.
#[derive(Debug)]
pub struct Stops {
    store: Arc<dyn Store>,
    clock: ClockOf,
    patience: Patience,
    seen: RwLock<Seen>,
    /// When the store answered last, in milliseconds after `began`, and one more; 0 for never.
    answered: AtomicU64,
    /// How many stops stand.
    standing: AtomicU64,
    began: Instant,
    changes: watch::Sender<u64>,
    /// What stops everything while it is not known what is stopped.
    unknown: Arc<Stop>,
}

#[derive(Default, Debug)]
struct Seen {
    version: Option<u64>,
    /// All that are kept, those that no longer stand as well.
    all: Vec<Arc<Stop>>,
    /// Those that stand, the one that stops most first.
    standing: Vec<Arc<Stop>>,
    unknown: bool,
}

struct ClockOf(Clock);

impl std::fmt::Debug for ClockOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock(..)")
    }
}

impl Stops {
    /// What is stopped according to this store. Before it is [read](Self::refresh), everything is.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, patience: Patience) -> Self {
        let unknown = Stop {
            v: 1,
            id: "unknown".into(),
            scope: Scope::All,
            mode: Mode::Pause,
            by: "the gateway".into(),
            at: Time::from_micros(0),
            why: "it is not known what is stopped: the store does not answer".into(),
            until: None,
            lifted: None,
        };
        Self {
            store,
            clock: ClockOf(clock),
            patience,
            seen: RwLock::default(),
            answered: AtomicU64::new(0),
            standing: AtomicU64::new(0),
            began: Instant::now(),
            changes: watch::Sender::new(0),
            unknown: Arc::new(unknown),
        }
    }

    /// What stops this, if anything does; of several, the one that stops most.
    #[must_use]
    pub fn stopped(&self, subject: &Subject<'_>) -> Option<Arc<Stop>> {
        if self.is_unknown() {
            return Some(Arc::clone(&self.unknown));
        }
        if self.standing.load(Ordering::Acquire) == 0 {
            return None;
        }
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.standing.iter().find(|stop| stop.hits(subject)).cloned()
    }

    /// Whether somebody is revoked whatever he does: his session, his agent, his tenant, or all.
    #[must_use]
    pub fn revokes(&self, who: &Principal) -> bool {
        if self.standing.load(Ordering::Acquire) == 0 {
            return false;
        }
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let revoked = seen.standing.iter().filter(|stop| stop.mode == Mode::Revoke);
        revoked.map(|stop| &stop.scope).any(|scope| match scope {
            Scope::Session(key) => **key == *who.session.as_str(),
            Scope::Agent(agent) => *agent == who.agent,
            Scope::Tenant(tenant) => *tenant == who.tenant,
            Scope::All => true,
            Scope::Tool(_) | Scope::Server(_) => false,
        })
    }

    /// Reads what is stopped, if it has changed.
    ///
    /// # Errors
    /// When the store does not answer, or something in it cannot be read. What was read before then
    /// holds for as long as [`Patience`] says.
    pub async fn refresh(&self) -> Result<(), Away> {
        // What was read is as old as the question.
        let since = self.began.elapsed().as_millis();
        let read = tokio::time::timeout(ANSWERS_IN, self.read()).await.unwrap_or(Err(Away));
        if read.is_ok() {
            let since = u64::try_from(since).unwrap_or(u64::MAX - 1).saturating_add(1);
            self.answered.store(since, Ordering::Release);
        }
        self.settle();
        read
    }

    /// Reads what is stopped again and again, for as long as there is anybody else who asks.
    pub fn watch(self: &Arc<Self>) -> JoinHandle<()> {
        let stops = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut every = tokio::time::interval(EVERY);
            every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                let Some(stops) = stops.upgrade() else { break };
                // That it does not answer shows in how long ago it did.
                stops.refresh().await.unwrap_or(());
            }
        })
    }

    /// Tells whenever something else is stopped than before. Who has something under way asks
    /// [`Self::stopped`] again then.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Those that stand, the one that stops most first.
    #[must_use]
    pub fn all_standing(&self) -> Vec<Arc<Stop>> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).standing.clone()
    }

    /// The stop of this name as it was read last, whether it stands or not.
    #[must_use]
    pub fn known(&self, id: &str) -> Option<Arc<Stop>> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.all.iter().find(|stop| *stop.id == *id).cloned()
    }

    /// How many stops stand, for metrics; everything counts as one while it is not known.
    #[must_use]
    pub fn standing(&self) -> u64 {
        self.standing.load(Ordering::Acquire) + u64::from(self.is_unknown())
    }

    /// Whether calls are let through though it is not known what is stopped, as somebody has set
    /// it. This belongs into the record of each call.
    #[must_use]
    pub fn is_unchecked(&self) -> bool {
        self.patience.then == WhenAway::Open && self.is_late()
    }

    fn is_unknown(&self) -> bool {
        let answered = self.answered.load(Ordering::Acquire);
        // Nobody can say that it shall hold what was never read.
        answered == 0 || self.patience.then == WhenAway::Closed && self.is_late()
    }

    fn is_late(&self) -> bool {
        let answered = self.answered.load(Ordering::Acquire);
        let since = Duration::from_millis(answered.saturating_sub(1));
        self.began.elapsed().saturating_sub(since) > self.patience.holds
    }

    async fn read(&self) -> Result<(), Away> {
        let version = self.store.version(Space::Stops).await?;
        let known = self.seen.read().unwrap_or_else(PoisonError::into_inner).version;
        if version.is_some() && version == known {
            return Ok(());
        }
        let kept = self.store.all(Space::Stops).await?;
        let read = |(_, entry): (_, crate::store::Entry)| Stop::from_bytes(&entry.value);
        let all: Result<Vec<_>, _> =
            kept.into_iter().map(|kept| read(kept).map(Arc::new)).collect();
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.all = all.map_err(|_| Away)?;
        seen.version = version;
        Ok(())
    }

    /// Works out what stands now, and tells if it is something else.
    fn settle(&self) {
        let now = Time::from((self.clock.0)());
        let unknown = self.is_unknown();
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        let stands = seen.all.iter().filter(|stop| stop.stands(now));
        let mut standing: Vec<_> = stands.cloned().collect();
        standing.sort_by(|a, b| b.scope.cmp(&a.scope).then_with(|| a.id.cmp(&b.id)));
        if standing == seen.standing && unknown == seen.unknown {
            return;
        }
        self.standing.store(standing.len() as u64, Ordering::Release);
        seen.standing = standing;
        seen.unknown = unknown;
        drop(seen);
        self.changes.send_modify(|count| *count += 1);
    }
}

#[cfg(test)]
mod tests;
