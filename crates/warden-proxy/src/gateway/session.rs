//! Sessions of legacy clients.
//!
//! What a session is stands sealed in its identifier, so that any replica with the same secret
//! can go on with it: nothing has to be shared or looked up. What has happened in it on this
//! replica (streams to resume, subscriptions, the log level, questions that wait for an answer)
//! is kept here, and made anew where it is missing.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::{Notify, mpsc, oneshot};
use warden_mcp::{IdKey, Revision, bridge::Level};
use warden_model::Digest;
use warden_seal::Vault;

use super::{Answer, can::Can, http::legacy, stream::Streams};

/// The most sessions that are held in memory. More are still served, but forget.
const MOST: usize = 100_000;

/// The most questions that wait in one session.
const MOST_ASKS: usize = 256;

/// The most resources that one session subscribes to.
const MOST_SUBSCRIPTIONS: usize = 1024;

/// The most addresses that the user of one session is sent to.
const MOST_INVITED: usize = 256;

/// The longest name or version of a client that goes into an identifier, in bytes.
const MOST_NAME: usize = 64;

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    /// What it is called in the ledger; of no use to anybody who wants to take part in it.
    pub(crate) name: Arc<str>,
    /// Whose it is.
    pub(crate) principal: Arc<str>,
    /// Which view it uses.
    pub(crate) view: Box<str>,
    /// The revision that is spoken.
    pub(crate) revision: Revision,
    /// What the client can be asked for.
    pub(crate) can: Can,
    /// The client's name and version, as it gives them.
    pub(crate) client: Arc<(String, String)>,
    live: Mutex<Live>,
    /// Milliseconds since the store was made, when it was last used.
    used: AtomicU64,
}

/// What has happened in it here.
#[derive(Debug, Default)]
struct Live {
    level: Option<Level>,
    subscriptions: BTreeSet<Box<str>>,
    streams: Streams,
    asks: HashMap<u64, oneshot::Sender<Answered>>,
    asked: u64,
    /// Requests that are under way, and how to take them back.
    running: HashMap<IdKey, Arc<Notify>>,
    ended: bool,
    /// The digests of the addresses that its user was sent to.
    invited: BTreeSet<Digest>,
}

/// What a client answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Whether it is a result, not an error.
    pub(crate) result: bool,
    /// The value of `result` or `error`, JSON.
    pub(crate) body: Box<str>,
}

/// What is said when a session begins.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(crate) principal: Arc<str>,
    pub(crate) view: Box<str>,
    pub(crate) revision: Revision,
    pub(crate) can: Can,
    pub(crate) client: (String, String),
}

impl Session {
    pub(crate) fn begin(beginning: Beginning) -> Self {
        let Beginning { principal, view, revision, can, client } = beginning;
        let client = Arc::new((short(&client.0).into(), short(&client.1).into()));
        let name = uuid::Uuid::now_v7().simple().to_string().into();
        let live = Mutex::default();
        let used = AtomicU64::new(0);
        Self { name, principal, view, revision, can, client, live, used }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The least level of log messages that it wants; none before it has said.
    pub(crate) fn level(&self) -> Option<Level> {
        self.live().level
    }

    pub(crate) fn set_level(&self, level: Level) {
        self.live().level = Some(level);
    }

    /// Notes a subscription. Returns whether there was room.
    pub(crate) fn subscribe(&self, uri: &str) -> bool {
        let mut live = self.live();
        if live.subscriptions.len() >= MOST_SUBSCRIPTIONS && !live.subscriptions.contains(uri) {
            return false;
        }
        live.subscriptions.insert(uri.into());
        true
    }

    pub(crate) fn unsubscribe(&self, uri: &str) {
        self.live().subscriptions.remove(uri);
    }

    pub(crate) fn subscribed(&self, uri: &str) -> bool {
        self.live().subscriptions.contains(uri)
    }

    /// Does something with its streams.
    pub(crate) fn streams<T>(&self, with: impl FnOnce(&mut Streams) -> T) -> T {
        with(&mut self.live().streams)
    }

    /// Prepares a question. Returns its identifier and where the answer will come; `None` if
    /// too many wait already.
    pub(crate) fn ask(&self) -> Option<(u64, oneshot::Receiver<Answered>)> {
        let mut live = self.live();
        if live.asks.len() >= MOST_ASKS || live.ended {
            return None;
        }
        live.asked += 1;
        let id = live.asked;
        let (sender, receiver) = oneshot::channel();
        live.asks.insert(id, sender);
        Some((id, receiver))
    }

    /// Takes a question back.
    pub(crate) fn unask(&self, id: u64) {
        self.live().asks.remove(&id);
    }

    /// Takes an answer of the client. Returns whether anybody had asked.
    pub(crate) fn answered(&self, id: &IdKey, answered: Answered) -> bool {
        let IdKey::Number(id) = id else { return false };
        let Ok(id) = u64::try_from(*id) else { return false };
        let asked = self.live().asks.remove(&id);
        asked.is_some_and(|sender| sender.send(answered).is_ok())
    }

    /// Sees a request through, unless the client takes it back.
    pub(crate) async fn run(&self, key: &IdKey, work: impl Future<Output = Answer>) -> Answer {
        let taken_back = Arc::new(Notify::new());
        self.live().running.insert(key.clone(), Arc::clone(&taken_back));
        let running = Running { session: self, key, taken_back: &taken_back };
        tokio::select! {
            biased;
            answer = work => answer,
            () = running.taken_back.notified() => Answer::none(),
        }
    }

    /// Takes back the request that a notification names.
    pub(crate) fn cancel(&self, params: Option<&str>) {
        let Some(key) = legacy::cancelled(params) else { return };
        if let Some(taken_back) = self.live().running.get(&key) {
            taken_back.notify_one();
        }
    }

    /// Sends something on the standing stream, if it is open.
    pub(crate) fn tell(&self, message: &[u8]) {
        self.live().streams.push_standing(message);
    }

    /// Notes that its user is sent to an address. Returns whether that is new.
    pub(crate) fn invites(&self, url: &str) -> bool {
        let mut live = self.live();
        // Whoever has been sent to as many is not sent anywhere any more.
        live.invited.len() < MOST_INVITED && live.invited.insert(Digest::of(url.as_bytes()))
    }

    /// Whether its standing stream is read.
    pub(crate) fn stands(&self) -> bool {
        self.live().streams.stands()
    }

    /// Whether anybody reads from it at the moment.
    pub(crate) fn is_open(&self) -> bool {
        self.live().streams.any_open()
    }

    /// Ends it: its streams end, what waits for answers is told that none will come.
    fn end(&self) {
        let mut live = self.live();
        live.ended = true;
        live.streams = Streams::default();
        live.asks.clear();
        live.subscriptions.clear();
    }
}

/// A request that is under way. Dropping it ends that.
struct Running<'a> {
    session: &'a Session,
    key: &'a IdKey,
    taken_back: &'a Arc<Notify>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut live = self.session.live();
        // A client that uses an identifier twice has the second request there.
        if live.running.get(self.key).is_some_and(|other| Arc::ptr_eq(other, self.taken_back)) {
            live.running.remove(self.key);
        }
    }
}

/// The sessions of this replica.
#[derive(Debug)]
pub(crate) struct Sessions {
    vault: Arc<Vault>,
    by_id: Mutex<HashMap<Box<str>, Arc<Session>>>,
    /// Identifiers that were ended here, until they would have expired anyway.
    ended: Mutex<BTreeMap<Arc<str>, Instant>>,
    since: Instant,
    idle: Duration,
}

/// What sealed identifiers are bound to.
const PURPOSE: &[u8] = b"session";

impl Sessions {
    pub(crate) fn new(vault: Arc<Vault>, idle: Duration) -> Self {
        let (by_id, ended) = (Mutex::default(), Mutex::default());
        Self { vault, by_id, ended, since: Instant::now(), idle }
    }

    fn by_id(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<Session>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session and returns it with its identifier; `None` if it cannot be sealed.
    pub(crate) fn begin(&self, beginning: Beginning) -> Option<(String, Arc<Session>)> {
        let session = Arc::new(Session::begin(beginning));
        let plain = json!([
            &*session.name,
            &*session.principal,
            &*session.view,
            session.revision.name(),
            session.can.bits(),
            session.client.0,
            session.client.1,
        ]);
        let id = self.vault.seal(plain.to_string().as_bytes(), &[PURPOSE]).ok()?;
        self.keep(&id, &session);
        Some((id, session))
    }

    /// Takes in the session of a connection that needs no identifier.
    pub(crate) fn join(&self, session: &Arc<Session>) {
        self.keep(&session.name, session);
    }

    /// Ends the session of a connection that needs no identifier.
    pub(crate) fn part(&self, session: &Session) {
        self.by_id().remove(&*session.name);
        session.end();
    }

    /// The session with this identifier, if it is one and belongs to this principal.
    pub(crate) fn find(&self, id: &str, principal: &str) -> Option<Arc<Session>> {
        let known = self.by_id().get(id).cloned();
        let session = match known {
            Some(session) => session,
            None => self.open(id)?,
        };
        session.used.store(self.millis(), Ordering::Relaxed);
        (*session.principal == *principal).then_some(session)
    }

    /// Opens an identifier that this replica does not remember.
    fn open(&self, id: &str) -> Option<Arc<Session>> {
        let plain = self.vault.open(id, &[PURPOSE]).ok()?;
        let parts: (String, String, String, String, u8, String, String) =
            serde_json::from_slice(&plain).ok()?;
        let (name, principal, view, revision, can, client, version) = parts;
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.contains_key(name.as_str()) {
            return None;
        }
        drop(ended);
        let session = Arc::new(Session {
            name: name.into(),
            principal: principal.into(),
            view: view.into(),
            revision: Revision::parse(&revision)?,
            can: Can::from_bits(can),
            client: (client, version).into(),
            live: Mutex::default(),
            used: AtomicU64::new(0),
        });
        self.keep(id, &session);
        // Another request may have opened it at the same time.
        self.by_id().get(id).cloned().or(Some(session))
    }

    fn keep(&self, id: &str, session: &Arc<Session>) {
        session.used.store(self.millis(), Ordering::Relaxed);
        let mut by_id = self.by_id();
        if by_id.len() < MOST {
            by_id.entry(id.into()).or_insert_with(|| Arc::clone(session));
        }
    }

    /// Ends a session, for good on this replica.
    pub(crate) fn end(&self, id: &str) {
        let Some(session) = self.by_id().remove(id) else { return };
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() < MOST {
            ended.insert(Arc::clone(&session.name), Instant::now());
        }
        drop(ended);
        session.end();
    }

    /// Lets go of what nobody has used for long. What is sealed in an identifier is not lost.
    pub(crate) fn sweep(&self) -> Vec<Arc<str>> {
        let before = self.millis().saturating_sub(millis(self.idle));
        let mut gone = Vec::new();
        self.by_id().retain(|_, session| {
            let keep = session.used.load(Ordering::Relaxed) >= before || session.is_open();
            if !keep {
                gone.push(Arc::clone(&session.name));
            }
            keep
        });
        gone
    }

    /// Every session that is in memory.
    pub(crate) fn all(&self) -> Vec<Arc<Session>> {
        self.by_id().values().cloned().collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.by_id().len()
    }

    fn millis(&self) -> u64 {
        millis(self.since.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn short(text: &str) -> &str {
    let mut end = text.len().min(MOST_NAME);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What is written to a stream.
pub(crate) type Wire = mpsc::Sender<Bytes>;
