//! Calls that wait for a person, over a store that all replicas share.
//!
//! Nothing here waits for anybody: a call that needs a person is told so, and asks again. What is
//! kept of it stands under its digest, so that the same call asked again is the same hold, and each
//! change is a compare-and-set, so that two replicas cannot use one approval twice.

mod answers;
pub mod elicit;
mod json;
mod record;
mod standing;
#[cfg(test)]
pub(crate) mod tests;
mod webhook;

use std::sync::Arc;

use uuid::Uuid;
use warden_audit::Clock;
use warden_model::Digest;
use warden_policy::{
    Time,
    hold::{Hold, HoldEvent, HoldRequest, HoldSettings, HoldState, Rendering, habits_from},
};

pub use json::{fatigue_json, hold_json};
pub use record::OnRecord;
pub use standing::{CannotWait, NotTaken, Standing, Unrecorded, Witness};
pub use webhook::{Webhook, WebhookError, WebhookSettings, WebhookTally};

use crate::store::{Away, Entry, NotPut, Space, Store};

/// How often a change is tried that others get in the way of.
const TRIES: usize = 32;

/// How long the habits of somebody who answers nothing are kept, in days.
const HABITS_LAST: u32 = 30;

/// Calls that wait for a person.
#[derive(Clone)]
pub struct Holds {
    store: Arc<dyn Store>,
    settings: HoldSettings,
    clock: Clock,
    witness: Arc<dyn Witness>,
}

impl std::fmt::Debug for Holds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holds").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Holds {
    /// Holds in this store. `witness` is told of what becomes of them.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        settings: HoldSettings,
        clock: Clock,
        witness: Arc<dyn Witness>,
    ) -> Self {
        Self { store, settings, clock, witness }
    }

    /// What is set.
    #[must_use]
    pub fn settings(&self) -> &HoldSettings {
        &self.settings
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Time {
        (self.clock)().into()
    }

    /// How a call stands. If a person has approved just this call, that is used up now; if nobody
    /// was asked, it begins to wait, and people see it as `rendering`.
    ///
    /// # Errors
    /// Why it cannot wait. It is then refused.
    pub async fn ask(
        &self,
        request: &HoldRequest<'_>,
        rendering: &Rendering,
    ) -> Result<Standing, CannotWait> {
        let digest = request.digest()?;
        let key = key_of(&digest);
        for _ in 0..TRIES {
            let entry = self.store.get(Space::Holds, &key).await?;
            let (next, number) = match &entry {
                None => (self.begin(request, digest, rendering).await?, None),
                Some(entry) => {
                    let hold = Hold::read(&entry.value).map_err(|_| CannotWait::Unreadable)?;
                    match self.again(request, digest, &hold) {
                        Again::Refused(standing) => return Ok(standing),
                        // There is nothing to be stored.
                        Again::Next(next) if *next == hold => return Ok(self.stands(hold)),
                        Again::Next(next) => (*next, Some(entry.number)),
                        Again::Over => {
                            (self.begin(request, digest, rendering).await?, Some(entry.number))
                        }
                    }
                }
            };
            match self.store.put(Space::Holds, &key, &next.stored(), number).await {
                Ok(_) => return Ok(self.stands(next)),
                Err(NotPut::Changed) => {}
                Err(NotPut::Away(away)) => return Err(away.into()),
            }
        }
        Err(CannotWait::Busy)
    }

    /// Whether a person has approved just this call, which is not used up by asking.
    ///
    /// # Errors
    /// When that cannot be found out.
    pub async fn has_approved(&self, request: &HoldRequest<'_>) -> Result<bool, CannotWait> {
        let digest = request.digest()?;
        let Some(entry) = self.store.get(Space::Holds, &key_of(&digest)).await? else {
            return Ok(false);
        };
        let hold = Hold::read(&entry.value).map_err(|_| CannotWait::Unreadable)?;
        let next = match self.again(request, digest, &hold) {
            Again::Next(next) => next,
            Again::Refused(_) | Again::Over => return Ok(false),
        };
        Ok(matches!(next.state, HoldState::Used { .. }))
    }

    /// What becomes of a hold that is asked for again.
    fn again(&self, request: &HoldRequest<'_>, digest: Digest, hold: &Hold) -> Again {
        let now = self.now();
        let event = match hold.state_at(now) {
            HoldState::Refused { by, reason, .. } => {
                return Again::Refused(Standing::Refused { id: hold.id.clone(), by, reason });
            }
            HoldState::Used { .. } | HoldState::Expired => return Again::Over,
            HoldState::Pending => HoldEvent::Asked,
            HoldState::Approved(_) => HoldEvent::Used { digest, policy: request.policy },
        };
        // What cannot be used is asked for from the beginning.
        hold.after(&event, &self.settings, now).map_or(Again::Over, |next| Again::Next(next.into()))
    }

    fn stands(&self, hold: Hold) -> Standing {
        if let HoldState::Used { approval, .. } = hold.state {
            return Standing::Approved { id: hold.id, approval };
        }
        let asked_anew = hold.asked_times == 1;
        if asked_anew {
            self.witness.begun(&hold);
        }
        Standing::Pending { hold: hold.into(), asked_anew }
    }

    /// A hold of which nobody knows yet, if there is room for it.
    async fn begin(
        &self,
        request: &HoldRequest<'_>,
        digest: Digest,
        rendering: &Rendering,
    ) -> Result<Hold, CannotWait> {
        let now = self.now();
        let every = self.every().await?;
        // What was refused counts as well, so that nobody fills the store with what he has declined.
        let kept = every.iter().map(|(.., hold)| hold).filter(|hold| {
            !matches!(hold.state_at(now), HoldState::Used { .. } | HoldState::Expired)
        });
        let (mut all, mut theirs) = (0, 0);
        for hold in kept {
            all += 1;
            theirs += usize::from(hold.by.session == request.who.session);
        }
        if all >= self.settings.most_pending as usize
            || theirs >= self.settings.most_pending_session as usize
        {
            return Err(CannotWait::Full);
        }
        Ok(Hold {
            id: Uuid::now_v7().to_string().into(),
            digest,
            policy: request.policy,
            requested_at: now,
            asked_at: now,
            asked_times: 1,
            expires_at: now.plus_seconds(self.settings.life),
            by: request.requester(),
            rules: request.rules.to_vec(),
            effects: request.effects.clone(),
            state: HoldState::Pending,
            rendering: rendering.clone(),
        })
    }

    /// What waits for an answer now, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be asked, or what is there not be read.
    pub async fn pending(&self) -> Result<Vec<Hold>, CannotWait> {
        let now = self.now();
        let mut pending = Vec::new();
        for (_, _, hold) in self.every().await? {
            if hold.state_at(now) == HoldState::Pending {
                pending.push(hold);
            }
        }
        pending.sort_by(|one, other| {
            (one.requested_at, &one.id).cmp(&(other.requested_at, &other.id))
        });
        Ok(pending)
    }

    /// One of them, whatever has become of it.
    ///
    /// # Errors
    /// When there is none, or it cannot be had.
    pub async fn one(&self, id: &str) -> Result<Hold, NotTaken> {
        self.find(id).await.map(|(.., hold)| hold)
    }

    async fn find(&self, id: &str) -> Result<(String, u64, Hold), NotTaken> {
        let all = self.every().await.map_err(|why| match why {
            CannotWait::Away(away) => NotTaken::Away(away),
            _ => NotTaken::Unreadable,
        })?;
        all.into_iter().find(|(.., hold)| *hold.id == *id).ok_or(NotTaken::Unknown)
    }

    async fn every(&self) -> Result<Vec<(String, u64, Hold)>, CannotWait> {
        let mut all = Vec::new();
        for (key, Entry { value, number }) in self.store.all(Space::Holds).await? {
            if key.starts_with(HOLD) {
                let hold = Hold::read(&value).map_err(|_| CannotWait::Unreadable)?;
                all.push((key, number, hold));
            }
        }
        Ok(all)
    }

    /// Forgets what has ended, and who has not answered for long. Returns how much it was.
    ///
    /// What nobody can read is left: it keeps others from waiting until somebody looks.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn sweep(&self) -> Result<usize, Away> {
        let now = self.now();
        let mut swept = 0;
        for (key, Entry { value, .. }) in self.store.all(Space::Holds).await? {
            let over = if key.starts_with(HOLD) {
                // Not at once: a replica whose clock is behind may still speak of it.
                Hold::read(&value).is_ok_and(|hold| hold.ends_at().plus_seconds(60) < now)
            } else {
                habits_from(&value).is_ok_and(|habits| {
                    let last = habits.recent.back().map_or(Time::default(), |last| last.at);
                    last.plus_days(HABITS_LAST) < now
                })
            };
            if over {
                // Whoever asks for the same call in this very moment may lose his new hold by this,
                // and has to ask again. Nothing is let pass that way.
                self.store.forget(Space::Holds, &key).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// What becomes of a hold that is asked for again.
enum Again {
    Refused(Standing),
    Next(Box<Hold>),
    Over,
}

/// What the keys of holds and habits begin with.
const HOLD: &str = "hold-";
const HABITS: &str = "by-";

fn key_of(digest: &Digest) -> String {
    HOLD.chars().chain(digest.hex().into_iter().map(char::from)).collect()
}
