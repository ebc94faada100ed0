//! What clients without sessions have seen, and the room for what all of them have seen.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{Core, Server, caller::Caller};
use crate::{
    Refusal,
    call::{Call, Inspected},
    content::{Past, Room},
    judge::Refused,
    notes::Sides,
};

/// The most clients without sessions whose past is kept.
const MOST: usize = 100_000;

/// What was seen on behalf of each principal that has no session: a modern client's requests
/// belong to nothing but who sends them.
#[derive(Debug)]
pub(crate) struct Pasts {
    by_principal: Mutex<HashMap<Arc<str>, Kept>>,
    /// The room for what sessions remember.
    pub(crate) room: Arc<Room>,
}

#[derive(Debug)]
struct Kept {
    past: Arc<Mutex<Past>>,
    used: Instant,
}

impl Pasts {
    /// Nothing yet, and room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { by_principal: Mutex::default(), room: Arc::new(Room::new(bytes)) }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Arc<str>, Kept>> {
        self.by_principal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, principal: &Arc<str>) -> Arc<Mutex<Past>> {
        let (mut all, used) = (self.all(), Instant::now());
        if let Some(kept) = all.get_mut(principal) {
            kept.used = used;
            return Arc::clone(&kept.past);
        }
        let past = Arc::<Mutex<Past>>::default();
        // Principals are those of the configuration, so there are never so many.
        if all.len() < MOST {
            all.insert(Arc::clone(principal), Kept { past: Arc::clone(&past), used });
        }
        past
    }

    /// Forgets those who have done nothing for so long.
    pub(crate) fn sweep(&self, idle: Duration) {
        self.all().retain(|_, kept| kept.used.elapsed() <= idle);
    }
}

impl Core {
    /// What was seen on behalf of a caller.
    pub(crate) fn past(&self, caller: &Caller) -> Arc<Mutex<Past>> {
        match &caller.session {
            Some(session) => Arc::clone(&session.past),
            None => self.pasts.of(&caller.principal),
        }
    }

    /// Looks at what a call carries, and says what people should know.
    pub(crate) fn inspect(
        &self,
        call: Call,
        server: &Server,
        past: &Mutex<Past>,
    ) -> Result<Inspected, Refused> {
        let inspected = Inspected::inspect(call, &server.judge, past);
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
        })
    }
}
