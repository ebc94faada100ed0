//! What a client carries for us between two of its requests: sealed, bound to who it is and to
//! the request that it belongs to, and good for a short while only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use serde_json::json;
use warden_model::Digest;
use warden_seal::Vault;

use super::asks::Parked;

/// The most requests that wait for their continuation.
const MOST: usize = 10_000;

/// The most of them that belong to one principal.
const MOST_EACH: usize = 1_000;

/// The most tasks whose names are remembered. One that is forgotten can still be asked about, but
/// nobody is told of it unasked.
const MOST_TASKS: usize = 20_000;

/// What a request state stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A request that waits here, by its number.
    Parked(Box<str>),
    /// The state of a modern server, and what it is called.
    Theirs(Box<str>),
    /// A call whose user was asked whether he approves it, by the name of its hold.
    Held(Box<str>),
}

/// Seals and opens request states.
pub(crate) struct States {
    vault: Arc<Vault>,
    life: Duration,
    clock: Clock,
    parked: Mutex<HashMap<Box<str>, Waiting>>,
    /// What clients call tasks, by server, the server's name for it, and principal.
    tasks: Mutex<HashMap<TaskKey, Box<str>>>,
}

type TaskKey = (Box<str>, Box<str>, Box<str>);

/// What tells the time, for expiries that other replicas have to understand.
pub(crate) use warden_audit::Clock;

struct Waiting {
    principal: Arc<str>,
    until: Instant,
    parked: Parked,
}

/// Which request a state belongs to: method and salient parameters.
pub(crate) fn belonging(server: &str, method: &str, params: &str) -> Digest {
    let salient = |name| warden_mcp::walk::member(params, name).unwrap_or_default();
    let parts = [server, method, salient("name"), salient("uri"), salient("arguments")];
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part.as_bytes());
    }
    Digest::of(&all)
}

impl States {
    pub(crate) fn new(vault: Arc<Vault>, life: Duration, clock: Clock) -> Self {
        let (parked, tasks) = (Mutex::default(), Mutex::default());
        Self { vault, life, clock, parked, tasks }
    }

    fn parked(&self) -> MutexGuard<'_, HashMap<Box<str>, Waiting>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        (self.clock)().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// Seals a state for this principal and request.
    pub(crate) fn seal(&self, state: &State, principal: &str, belongs: &Digest) -> Option<String> {
        let (kind, text) = match state {
            State::Parked(number) => ("p", number),
            State::Theirs(theirs) => ("t", theirs),
            State::Held(hold) => ("h", hold),
        };
        let until = self.now() + self.life.as_secs();
        let plain = json!([kind, text, until]).to_string();
        self.vault.seal(plain.as_bytes(), &[b"state", principal.as_bytes(), belongs.bytes()]).ok()
    }

    /// Opens one; `None` unless it is ours, this principal's, this request's, and not too old.
    pub(crate) fn open(&self, token: &str, principal: &str, belongs: &Digest) -> Option<State> {
        let bound: [&[u8]; 3] = [b"state", principal.as_bytes(), belongs.bytes()];
        let plain = self.vault.open(token, &bound).ok()?;
        let (kind, text, until): (String, String, u64) = serde_json::from_slice(&plain).ok()?;
        if self.now() > until {
            return None;
        }
        match &*kind {
            "p" => Some(State::Parked(text.into())),
            "t" => Some(State::Theirs(text.into())),
            "h" => Some(State::Held(text.into())),
            _ => None,
        }
    }

    /// Keeps a request until it is continued. `None` if too many wait.
    pub(crate) fn park(&self, principal: &Arc<str>, parked: Parked) -> Option<Box<str>> {
        let mut all = self.parked();
        let now = Instant::now();
        all.retain(|_, waiting| waiting.until > now);
        let theirs = all.values().filter(|waiting| waiting.principal == *principal).count();
        if all.len() >= MOST || theirs >= MOST_EACH {
            return None;
        }
        let number: Box<str> = uuid::Uuid::now_v7().simple().to_string().into();
        let until = now + self.life;
        let waiting = Waiting { principal: Arc::clone(principal), until, parked };
        all.insert(number.clone(), waiting);
        Some(number)
    }

    /// Takes a request that waits; each can be continued once.
    pub(crate) fn unpark(&self, number: &str) -> Option<Parked> {
        self.parked().remove(number).map(|waiting| waiting.parked)
    }

    /// Gives up what nobody has continued in time.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        self.parked().retain(|_, waiting| waiting.until > now);
    }

    /// A name that nobody can guess; `None` if there is no randomness to be had.
    pub(crate) fn random_name(&self) -> Option<String> {
        self.vault.seal(b"", &[b"name"]).ok()
    }

    fn tasks(&self) -> MutexGuard<'_, HashMap<TaskKey, Box<str>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, (server, own): (&str, &str), principal: &str, public: &str) {
        let mut tasks = self.tasks();
        if tasks.len() >= MOST_TASKS {
            tasks.clear();
        }
        tasks.insert((server.into(), own.into(), principal.into()), public.into());
    }

    /// What a principal calls a task, if it was named here.
    pub(crate) fn known_task(&self, server: &str, own: &str, principal: &str) -> Option<Box<str>> {
        self.tasks().get(&(server.into(), own.into(), principal.into())).cloned()
    }

    /// Seals the name of a task, which is good for as long as the task is. It is the same each
    /// time, for as long as it is remembered.
    pub(crate) fn seal_task(&self, server: &str, task: &str, principal: &str) -> Option<String> {
        if let Some(known) = self.known_task(server, task, principal) {
            return Some(known.into());
        }
        let plain = json!([server, task]).to_string();
        let bound: [&[u8]; 2] = [b"task", principal.as_bytes()];
        let public = self.vault.seal(plain.as_bytes(), &bound).ok()?;
        self.remember((server, task), principal, &public);
        Some(public)
    }

    /// Opens the name of a task: its server, and what it is called there.
    pub(crate) fn open_task(&self, token: &str, principal: &str) -> Option<(String, String)> {
        let plain = self.vault.open(token, &[b"task", principal.as_bytes()]).ok()?;
        let (server, own): (String, String) = serde_json::from_slice(&plain).ok()?;
        if self.known_task(&server, &own, principal).is_none() {
            self.remember((&server, &own), principal, token);
        }
        Some((server, own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_has_one_name_for_each_principal() {
        let vault = Arc::new(Vault::random("test").unwrap());
        let states = || {
            let clock: Clock = Arc::new(|| SystemTime::UNIX_EPOCH);
            States::new(Arc::clone(&vault), Duration::from_mins(1), clock)
        };
        let here = states();
        assert_eq!(here.known_task("mail", "t1", "ann"), None);
        let name = here.seal_task("mail", "t1", "ann").unwrap();
        assert_eq!(here.seal_task("mail", "t1", "ann").unwrap(), name);
        assert_eq!(here.known_task("mail", "t1", "ann").as_deref(), Some(&*name));
        assert_ne!(here.seal_task("mail", "t1", "bob").unwrap(), name);
        assert_eq!(here.open_task(&name, "bob"), None);
        // Another replica knows it once its client has come by.
        let there = states();
        assert_eq!(there.known_task("mail", "t1", "ann"), None);
        assert_eq!(there.open_task(&name, "ann"), Some(("mail".into(), "t1".into())));
        assert_eq!(there.seal_task("mail", "t1", "ann").unwrap(), name);
    }
}
