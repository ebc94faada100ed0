//! What has flowed into sessions, and what they have seen, in this process and before it.
//!
//! A session is what was proven of who asks, and not what the protocol calls one: whoever opens
//! another connection goes on where he was. What is remembered is stored before anything follows
//! from it, so that it outlives the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use warden_policy::{
    Time,
    access::{Principal, SessionKey},
};
use warden_seal::Vault;

use super::{Core, Server, asked::Request, caller::Caller};
use crate::{
    Refusal,
    call::{Call, Inspected},
    content::{Past, Room},
    judge::Refused,
    notes::Sides,
    store::{Space, Store},
    stored_session::{Opened, Trouble},
};

/// The most sessions that are held in memory. More are not let in.
const MOST: usize = 100_000;
/// How long a session lasts at most where nobody has said it.
const LIFE: u32 = 12 * 60 * 60;

/// What has flowed into sessions.
#[derive(Debug)]
pub(crate) struct Pasts {
    by_session: Mutex<HashMap<SessionKey, Arc<Kept>>>,
    /// The room for what sessions remember.
    pub(crate) room: Arc<Room>,
    /// What seals what sessions have seen.
    vault: Arc<Vault>,
    store: Arc<dyn Store>,
}

/// One session.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) past: Arc<Mutex<Past>>,
    opened: tokio::sync::Mutex<Opened>,
    used: Mutex<Instant>,
    /// After so long without a request it is over.
    idle: Duration,
    /// When it is over at the latest.
    ends: Time,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasts {
    pub(crate) life: u32,
    pub(crate) idle: Duration,
}

impl Kept {
    fn is_over(&self, now: Time) -> bool {
        self.used().elapsed() > self.idle || self.ends <= now
    }

    fn used(&self) -> MutexGuard<'_, Instant> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pasts {
    /// Nothing is in memory yet.
    pub(crate) fn new(room: Room, vault: Arc<Vault>, store: Arc<dyn Store>) -> Self {
        Self { by_session: Mutex::default(), room: Arc::new(room), vault, store }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SessionKey, Arc<Kept>>> {
        self.by_session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of somebody, read from the store if this process does not know it.
    async fn of(&self, who: &Principal, lasts: Lasts, now: Time) -> Result<Arc<Kept>, Refusal> {
        let known = self.all().get(&who.session).cloned();
        if let Some(kept) = known.filter(|kept| !kept.is_over(now)) {
            *kept.used() = Instant::now();
            return Ok(kept);
        }
        let kept = Arc::new(self.open(who, lasts, now).await.map_err(|_| Refusal::CannotRemember)?);
        let mut all = self.all();
        // Another request may have opened it meanwhile.
        if let Some(other) = all.get(&who.session).filter(|other| !other.is_over(now)) {
            return Ok(Arc::clone(other));
        }
        if all.len() >= MOST && !all.contains_key(&who.session) {
            return Err(Refusal::CannotRemember);
        }
        all.insert(who.session.clone(), Arc::clone(&kept));
        Ok(kept)
    }

    async fn open(&self, who: &Principal, lasts: Lasts, now: Time) -> Result<Kept, Trouble> {
        let found = Opened::read(&*self.store, &who.session).await?;
        let idle = i64::try_from(lasts.idle.as_micros()).unwrap_or(i64::MAX);
        let fresh = |opened: &Opened| {
            let last = opened.session.used.micros().saturating_add(idle);
            !opened.session.is_over(now) && last > now.micros()
        };
        let opened = match found {
            Some(opened) if fresh(&opened) => opened,
            Some(_) => {
                // What is over is forgotten as a whole, and never goes on.
                self.store.forget(Space::Sessions, who.session.as_str()).await?;
                begin(who, lasts, now)
            }
            None => begin(who, lasts, now),
        };
        let ends = opened.session.expires.unwrap_or(now);
        let past = self.past_of(&opened);
        let (past, used) = (Arc::new(Mutex::new(past)), Mutex::new(Instant::now()));
        Ok(Kept { past, opened: opened.into(), used, idle: lasts.idle, ends })
    }

    /// What a session has seen. Of what cannot be opened nothing is known, which is remembered.
    fn past_of(&self, opened: &Opened) -> Past {
        let bytes = opened.session.past(&self.vault);
        let read = bytes.map(|bytes| bytes.map(|bytes| Past::from_bytes(&bytes, &self.room)));
        let mut past = match read {
            Ok(None) => Past::default(),
            Ok(Some(Ok(past))) => past,
            Ok(Some(Err(_))) | Err(_) => Past::unknown(),
        };
        past.join(&opened.session.labels);
        past
    }

    /// Stores what has come into a session since it was stored.
    async fn keep(&self, kept: &Kept, now: Time) -> Result<(), Refusal> {
        let mut opened = kept.opened.lock().await;
        let (labels, bytes) = {
            let mut past = kept.past.lock().unwrap_or_else(PoisonError::into_inner);
            if !past.take_grown() {
                return Ok(());
            }
            (past.flow(), past.to_bytes(&self.room))
        };
        opened.session.labels.join(&labels);
        opened.session.used = now;
        let sealed = opened.session.set_past(&self.vault, &bytes);
        let saved = match sealed {
            Ok(()) => opened.save(&*self.store).await.map_err(|_| Refusal::CannotRemember),
            Err(_) => Err(Refusal::CannotRemember),
        };
        let mut past = kept.past.lock().unwrap_or_else(PoisonError::into_inner);
        match saved {
            // What others have brought into it counts here as well.
            Ok(()) => past.learn(&opened.session.labels),
            Err(_) => past.is_not_kept(),
        }
        saved
    }

    /// Forgets those who have done nothing for long, and tells the store that the others have.
    /// Returns those that somebody else has ended.
    pub(crate) async fn sweep(&self, now: Time) -> Vec<SessionKey> {
        let mut over = Vec::new();
        let all: Vec<_> =
            self.all().iter().map(|(key, kept)| (key.clone(), kept.clone())).collect();
        for (key, kept) in all {
            if kept.is_over(now) {
                self.all().remove(&key);
                continue;
            }
            let Ok(mut opened) = kept.opened.try_lock() else { continue };
            let ended = matches!(
                Opened::read(&*self.store, &key).await,
                Ok(Some(stored)) if stored.session.ended
            );
            if ended {
                self.all().remove(&key);
                over.push(key);
                continue;
            }
            // Only what is stored can be used by another process, and only if it has not lapsed.
            let stale = kept.idle / 4;
            let since = now.micros().saturating_sub(opened.session.used.micros());
            let stored = !opened.session.past.is_empty();
            if stored && since > i64::try_from(stale.as_micros()).unwrap_or(i64::MAX) {
                opened.session.used = now;
                // The next one tries again.
                opened.save(&*self.store).await.ok();
            }
        }
        over
    }

    /// Forgets a session in memory: who goes on in it begins with what is stored.
    pub(crate) fn forget(&self, key: &SessionKey) {
        self.all().remove(key);
    }
}

fn begin(who: &Principal, lasts: Lasts, now: Time) -> Opened {
    let mut session = crate::stored_session::StoredSession::new(who, now);
    session.expires = Some(now.plus_seconds(lasts.life));
    Opened::new(session)
}

impl Core {
    /// The session of a caller, and what has flowed into it.
    ///
    /// # Errors
    /// When it cannot be read: nothing can then be said of what goes out.
    pub(crate) async fn session(&self, caller: &Caller) -> Result<Arc<Kept>, Refusal> {
        self.pasts.of(&caller.who, self.lasts(&caller.who), self.now()).await
    }

    fn lasts(&self, who: &Principal) -> Lasts {
        let agent = self.policies().and_then(|policies| policies.directory.agent(&who.agent));
        let idle = agent.and_then(|agent| agent.idle).map(u64::from).map(Duration::from_secs);
        Lasts {
            life: agent.and_then(|agent| agent.life).unwrap_or(LIFE),
            idle: idle.unwrap_or(self.settings.session_idle),
        }
    }

    /// Stores what has come into the session that a request belongs to.
    ///
    /// # Errors
    /// When it cannot be: then nothing may follow from it.
    pub(crate) async fn keep(&self, request: &Request) -> Result<(), Refusal> {
        let kept = request.seen.session();
        match kept {
            Some(kept) => self.pasts.keep(kept, self.now()).await,
            None => Err(Refusal::CannotRemember),
        }
    }

    /// Looks at what a call carries, and says what people should know.
    pub(crate) fn inspect(
        &self,
        call: Call,
        server: &Server,
        past: &Mutex<Past>,
    ) -> Result<Inspected, Refused> {
        let reaches = self.about(server, &call.target).is_some_and(|about| about.reaches_anybody());
        let inspected = Inspected::inspect(call, &server.judge, past, reaches);
        let call = match &inspected {
            Ok(inspected) => inspected.call(),
            Err((_, call)) => call,
        };
        if let Some(alarm) = call.alarm(&server.settings.name) {
            (self.tell)(&alarm);
        }
        inspected.map_err(|(refusal, call): (Refusal, Call)| Refused {
            call: Box::new(call),
            refusal,
            sides: Sides::default(),
            ruling: None,
        })
    }
}
