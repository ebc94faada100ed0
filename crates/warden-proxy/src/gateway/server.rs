//! One server behind the gateway: what was approved of it, and its connections.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Notify, mpsc};
use warden_audit::{Event, Ledger, Process, Record};
use warden_mcp::{Ask, header::Params, splice};
use warden_model::DefinitionKind;

use super::{
    can::Can,
    connection::Connection,
    settings::{ServerSettings, Settings, Share},
    upstream::{Aside, Hello, Link, LinkError, What},
};
use crate::{
    Refusal,
    judge::{Judge, Memory},
    notes::Whom,
};

/// How long a request waits for a connection that carries one at a time, before another one is
/// opened. A program takes about as long to start; and who takes a request back and sends the
/// next one at once expects the server that it knows.
const MOMENT: Duration = Duration::from_millis(300);

/// What people are told.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// What a connection says outside of any request, for those who listen.
pub(crate) type Heard = Arc<dyn Fn(&Arc<Server>, &Arc<Connection>, News) + Send + Sync>;

/// Something that clients may have to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A list has changed.
    Changed(DefinitionKind),
    /// A resource has changed: its URI.
    Updated(Box<str>),
}

/// One server.
pub(crate) struct Server {
    pub(crate) settings: ServerSettings,
    pub(crate) judge: Judge,
    pub(crate) whom: Whom,
    pub(crate) memory: Mutex<Memory>,
    pub(crate) trust: Duration,
    pub(crate) patience: Duration,
    pub(crate) tell: Tell,
    heard: Heard,
    most_message: usize,
    hello: Hello,
    /// Which parameters of which tool are mirrored into headers.
    pub(crate) mirrored: HashMap<Box<str>, Params>,
    groups: Mutex<HashMap<Key, Group>>,
    /// Told whenever a connection has room again, or is there, or could not be made.
    room: Notify,
    health: Mutex<Health>,
    since: Instant,
}

/// Who shares a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    whose: Whose,
    can: Can,
}

impl Key {
    /// Whether a connection carries one request at a time: a server that may ask something over
    /// pipes does not say on whose behalf. In a session there is only one who can be meant.
    fn is_carried_alone(&self, link: &Link) -> bool {
        self.can.any() && !matches!(self.whose, Whose::Session(_)) && !link.tells_requests_apart()
    }
}

/// Whose a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    All,
    Principal(Arc<str>),
    Session(Arc<str>),
}

impl Whose {
    /// Whether what is said on such a connection concerns this client.
    pub(crate) fn concerns(&self, principal: &Arc<str>, session: Option<&Arc<str>>) -> bool {
        match self {
            Self::All => true,
            Self::Principal(whose) => whose == principal,
            Self::Session(whose) => session == Some(whose),
        }
    }
}

#[derive(Debug, Default)]
struct Group {
    connections: Vec<Arc<Connection>>,
    opening: usize,
}

/// How a server fares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    /// Failures in a row.
    failures: u32,
    /// It is left alone until then.
    until: Option<Instant>,
    rest: Duration,
    /// Why it failed last.
    pub(crate) code: Option<&'static str>,
    /// Whether it has ever introduced itself.
    pub(crate) introduced: bool,
}

/// A connection that somebody uses. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) server: Arc<Server>,
    pub(crate) connection: Arc<Connection>,
}

/// No connection can be had.
#[derive(Debug)]
pub(crate) enum Away {
    /// It could not be opened.
    Link(LinkError),
    /// The server is left alone for a while because it failed: why it failed.
    Resting(&'static str),
    /// All connections are in use.
    Busy,
}

impl Away {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Link(error) => error.code(),
            Self::Resting(_) => "server-resting",
            Self::Busy => "server-busy",
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.connection.busy.fetch_sub(1, Ordering::AcqRel);
        self.connection.used.store(self.server.millis(), Ordering::Relaxed);
        self.server.room.notify_waiters();
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("name", &self.settings.name).finish_non_exhaustive()
    }
}

impl Server {
    pub(crate) fn new(
        settings: ServerSettings,
        all: &Settings,
        (ledger, tell, heard): (&Ledger, &Tell, &Heard),
    ) -> Self {
        let judge = Judge {
            server: settings.name.as_str().into(),
            bundle: Arc::new(settings.bundle.clone()),
            limits: all.limits,
            ledger: ledger.clone(),
        };
        Self {
            whom: Whom::of(&settings.name, &judge.bundle, settings.artifact),
            mirrored: mirrored(&judge),
            settings,
            judge,
            memory: Mutex::default(),
            trust: all.trust,
            patience: all.patience,
            tell: Arc::clone(tell),
            heard: Arc::clone(heard),
            most_message: all.limits.message,
            hello: Hello {
                info: format!(
                    r#"{{"name":"mcpwarden","title":"MCP Warden","version":"{}"}}"#,
                    env!("CARGO_PKG_VERSION")
                ),
                capabilities: "{}".into(),
            },
            groups: Mutex::default(),
            room: Notify::new(),
            health: Mutex::default(),
            since: Instant::now(),
        }
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<Key, Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health_mut(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it fares.
    pub(crate) fn health(&self) -> Health {
        self.health_mut().clone()
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// What this server may ask of a client that can be asked for this.
    pub(crate) fn asks(&self, can: Can) -> Can {
        let pin = self.judge.bundle.pin.as_ref();
        can.only(|ask: Ask| pin.is_some_and(|pin| pin.asks.contains(ask.name())))
    }

    /// Whose connection a caller uses.
    pub(crate) fn key(&self, principal: &Arc<str>, session: Option<&Arc<str>>, can: Can) -> Key {
        let whose = match (self.settings.share, session) {
            (Share::All, _) => Whose::All,
            (Share::Session, Some(session)) => Whose::Session(Arc::clone(session)),
            (Share::Principal, _) | (Share::Session, None) => {
                Whose::Principal(Arc::clone(principal))
            }
        };
        Key { whose, can: self.asks(can) }
    }

    /// How we introduce ourselves, as `clientInfo`.
    pub(crate) fn info(&self) -> &str {
        &self.hello.info
    }

    /// A connection for one request.
    ///
    /// # Errors
    /// When none can be had.
    pub(crate) async fn lease(self: &Arc<Self>, key: &Key) -> Result<Lease, Away> {
        let patience = self.settings.deadlines.open;
        tokio::time::timeout(patience, self.lease_at_last(key)).await.unwrap_or(Err(Away::Busy))
    }

    async fn lease_at_last(self: &Arc<Self>, key: &Key) -> Result<Lease, Away> {
        let mut until = Some(Instant::now() + MOMENT);
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            // Whoever asks for news after looking misses what happens between.
            room.as_mut().enable();
            match self.take(key, until.is_some()) {
                Taken::Lease(lease) => return Ok(lease),
                Taken::Open => {
                    let opened = self.open(key).await;
                    return opened;
                }
                Taken::Wait => room.await,
                Taken::Soon => {
                    let moment = until.unwrap_or_else(Instant::now);
                    if tokio::time::timeout_at(moment.into(), room).await.is_err() {
                        until = None;
                    }
                }
                Taken::Resting(code) => return Err(Away::Resting(code)),
            }
        }
    }

    /// A connection that is there already and has room.
    pub(crate) fn take_now(self: &Arc<Self>, key: &Key) -> Option<Lease> {
        let mut groups = self.groups();
        let group = groups.get_mut(key)?;
        self.pick(group, key)
    }

    fn pick(self: &Arc<Self>, group: &mut Group, key: &Key) -> Option<Lease> {
        group.connections.retain(|connection| connection.link.alive());
        let alone = key.is_carried_alone(&group.connections.first()?.link);
        let most = if alone { 1 } else { self.settings.most_requests };
        let free = group
            .connections
            .iter()
            .filter(|connection| connection.busy.load(Ordering::Acquire) < most)
            .min_by_key(|connection| connection.busy.load(Ordering::Acquire))?;
        free.busy.fetch_add(1, Ordering::AcqRel);
        Some(Lease { server: Arc::clone(self), connection: Arc::clone(free) })
    }

    /// A connection, or how to come by one. `patient`: one that will be free in a moment will do.
    fn take(self: &Arc<Self>, key: &Key, patient: bool) -> Taken {
        let mut groups = self.groups();
        if let Some(group) = groups.get_mut(key)
            && let Some(lease) = self.pick(group, key)
        {
            return Taken::Lease(lease);
        }
        let busy = groups.get(key).and_then(|group| group.connections.first());
        if patient && busy.is_some_and(|busy| key.is_carried_alone(&busy.link)) {
            return Taken::Soon;
        }
        let all: usize = groups.values().map(|g| g.connections.len() + g.opening).sum();
        let opening = groups.get(key).map_or(0, |group| group.opening);
        if all >= self.settings.most_connections && !self.evict(&mut groups, key) {
            return Taken::Wait;
        }
        // Those who could share what is being opened wait for it.
        let shared = !key.can.any() || matches!(key.whose, Whose::Session(_));
        if opening > 0 && shared {
            return Taken::Wait;
        }
        if let Some(code) = self.resting() {
            return Taken::Resting(code);
        }
        groups.entry(key.clone()).or_default().opening += 1;
        Taken::Open
    }

    /// Makes room by closing the connection of somebody else that was not used for longest.
    fn evict(&self, groups: &mut HashMap<Key, Group>, key: &Key) -> bool {
        let idle = groups
            .iter()
            .filter(|(other, _)| *other != key)
            .flat_map(|(other, group)| group.connections.iter().map(move |c| (other, c)))
            .filter(|(_, connection)| connection.busy.load(Ordering::Acquire) == 0)
            .min_by_key(|(_, connection)| connection.used.load(Ordering::Relaxed))
            .map(|(other, connection)| (other.clone(), Arc::clone(connection)));
        let Some((other, connection)) = idle else { return false };
        if let Some(group) = groups.get_mut(&other) {
            group.connections.retain(|kept| !Arc::ptr_eq(kept, &connection));
        }
        tokio::spawn(async move { connection.link.close().await });
        true
    }

    async fn open(self: &Arc<Self>, key: &Key) -> Result<Lease, Away> {
        let opening = Opening { server: self, key };
        let capabilities = key.can.declared(warden_mcp::Revision::NEWEST_LEGACY);
        let hello = Hello { capabilities, ..self.hello.clone() };
        let deadlines = &self.settings.deadlines;
        let opened = Link::open(&self.settings.reach, &hello, deadlines, self.most_message).await;
        let (link, asides) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.failed(error.code());
                return Err(Away::Link(error));
            }
        };
        self.fared_well();
        if matches!(key.whose, Whose::Session(_)) {
            link.serves_one();
        }
        let connection = Arc::new(Connection::new(link, key.whose.clone()));
        connection.busy.store(1, Ordering::Release);
        if self.tell_started(&connection).is_err() {
            connection.link.close().await;
            return Err(Away::Resting("cannot-record"));
        }
        self.groups().entry(key.clone()).or_default().connections.push(Arc::clone(&connection));
        tokio::spawn(hear(Arc::clone(self), Arc::clone(&connection), key.clone(), asides));
        drop(opening);
        self.attend(&connection);
        Ok(Lease { server: Arc::clone(self), connection })
    }

    /// Has the server say what it announces to everybody.
    fn attend(self: &Arc<Self>, connection: &Arc<Connection>) {
        if connection.link.introduction().revision.is_modern() {
            super::subscribe::listen_to_lists(connection, self);
            return;
        }
        let link = Arc::clone(&connection.link);
        // A server without such a stream announces nothing.
        tokio::spawn(async move { link.listen().await.ok() });
    }

    /// Passes news on.
    pub(crate) fn hear(self: &Arc<Self>, connection: &Arc<Connection>, news: News) {
        if let News::Changed(kind) = news {
            connection.changed(kind);
            if kind == DefinitionKind::Resource {
                connection.changed(DefinitionKind::Template);
            }
        }
        (self.heard)(self, connection, news);
    }

    /// An open connection, whether it has room or not.
    pub(crate) fn open_connection(&self, key: &Key) -> Option<Arc<Connection>> {
        let groups = self.groups();
        let open = groups.get(key)?.connections.iter().find(|connection| connection.link.alive());
        open.cloned()
    }

    /// What it shows of this kind; `None` if it cannot be reached or does not say.
    pub(crate) async fn stock(
        self: &Arc<Self>,
        key: &Key,
        kind: DefinitionKind,
    ) -> Option<super::connection::Stock> {
        let connection = match self.open_connection(key) {
            Some(connection) => connection,
            None => Arc::clone(&self.lease(key).await.ok()?.connection),
        };
        match connection.stock(self, kind).await {
            Ok(stock) => Some(stock),
            Err(error) => {
                self.failed(error.code());
                (self.tell)(&format!(
                    "server {}: its {}s cannot be listed: {}",
                    self.settings.name,
                    kind.name(),
                    error.code()
                ));
                None
            }
        }
    }

    /// Whether it is what these settings want.
    pub(crate) fn is_still(&self, wanted: &ServerSettings, all: &Settings) -> bool {
        self.settings == *wanted && self.trust == all.trust && self.judge.limits == all.limits
    }

    /// Lets nobody in any more who comes by new settings; what is under way ends first.
    pub(crate) fn retire(self: &Arc<Self>) {
        let server = Arc::clone(self);
        tokio::spawn(async move {
            let patience = server.settings.deadlines.whole;
            let idle = async {
                loop {
                    let room = server.room.notified();
                    tokio::pin!(room);
                    room.as_mut().enable();
                    let busy = |c: &Arc<Connection>| c.busy.load(Ordering::Acquire) > 0;
                    if !server.connections().iter().any(busy) {
                        return;
                    }
                    room.await;
                }
            };
            tokio::time::timeout(patience, idle).await.ok();
            server.close().await;
        });
    }

    fn tell_started(&self, connection: &Connection) -> Result<(), super::connection::LookError> {
        self.record(|judge, whom, memory, batch| {
            let process = Process { pid: connection.link.pid(), ..Process::default() };
            let record = Record { process: Some(process), ..whom.record(Event::ServerStarted) };
            batch.after(judge.ledger.append(record).ok());
            let introduction = &connection.link.introduction().result;
            let mut seer = crate::judge::Seer { whom, memory };
            judge.introduces_well(introduction, &mut seer, batch);
        })
    }

    /// Why it is left alone, if it is.
    fn resting(&self) -> Option<&'static str> {
        let health = self.health_mut();
        health.until.filter(|until| Instant::now() < *until).and(health.code)
    }

    /// Notes a failure of the connection, not of a call.
    pub(crate) fn failed(&self, code: &'static str) {
        let breaker = self.settings.breaker;
        let mut health = self.health_mut();
        health.failures = health.failures.saturating_add(1);
        health.code = Some(code);
        if health.failures >= breaker.failures {
            health.rest = (health.rest * 2).clamp(breaker.rest, breaker.longest);
            health.until = Some(Instant::now() + health.rest);
        }
    }

    /// Notes that it answers.
    pub(crate) fn fared_well(&self) {
        let mut health = self.health_mut();
        *health = Health { introduced: true, ..Health::default() };
    }

    /// Closes what nobody has used for long.
    pub(crate) fn sweep(&self, ended_sessions: &[Arc<str>]) {
        let before = self
            .millis()
            .saturating_sub(u64::try_from(self.settings.idle.as_millis()).unwrap_or(u64::MAX));
        let mut idle = Vec::new();
        let mut groups = self.groups();
        for (key, group) in groups.iter_mut() {
            let over = matches!(&key.whose, Whose::Session(name) if ended_sessions.contains(name));
            group.connections.retain(|connection| {
                let busy = connection.busy.load(Ordering::Acquire) > 0;
                let old = connection.used.load(Ordering::Relaxed) < before;
                let close = !busy && (over || old) || !connection.link.alive();
                if close {
                    idle.push(Arc::clone(connection));
                }
                !close
            });
        }
        groups.retain(|_, group| !group.connections.is_empty() || group.opening > 0);
        drop(groups);
        for connection in idle {
            tokio::spawn(async move { connection.link.close().await });
        }
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        let groups = std::mem::take(&mut *self.groups());
        let all = groups.into_values().flat_map(|group| group.connections);
        let closing: Vec<_> = all
            .map(|connection| tokio::spawn(async move { connection.link.close().await }))
            .collect();
        for closing in closing {
            // A task that was cancelled has nothing left to close.
            closing.await.ok();
        }
    }

    /// Every connection that is open.
    pub(crate) fn connections(&self) -> Vec<Arc<Connection>> {
        self.groups().values().flat_map(|group| group.connections.iter().cloned()).collect()
    }

    /// The parameters of a request of our own.
    pub(crate) fn own_params(&self, link: &Link, cursor: Option<&str>) -> Option<Box<str>> {
        let mut params = String::from("{");
        if let Some(cursor) = cursor {
            params.push_str("\"cursor\":");
            params.push_str(cursor);
        }
        let revision = link.introduction().revision;
        if revision.is_modern() {
            let meta = super::meta::own(&self.hello.info, revision);
            if params.len() > 1 {
                params.push(',');
            }
            params.push_str("\"_meta\":");
            params.push_str(&meta);
        }
        params.push('}');
        Some(params.into())
    }
}

enum Taken {
    Lease(Lease),
    Open,
    Wait,
    /// What carries one request at a time is busy.
    Soon,
    Resting(&'static str),
}

/// Somebody opens a connection; the others are told how that ended.
struct Opening<'a> {
    server: &'a Server,
    key: &'a Key,
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if let Some(group) = self.server.groups().get_mut(self.key) {
            group.opening = group.opening.saturating_sub(1);
        }
        self.server.room.notify_waiters();
    }
}

/// Takes in what a connection says outside of any request, until it ends.
async fn hear(
    server: Arc<Server>,
    connection: Arc<Connection>,
    key: Key,
    mut asides: mpsc::Receiver<Aside>,
) {
    let mut process = None;
    let mut dropped = 0_u64;
    while let Some(aside) = asides.recv().await {
        match aside {
            Aside::Said(received) => match received.what() {
                What::Notification { method, params } => {
                    let params = params.as_ref().map(|params| received.part(params));
                    if let Some(news) = News::of(*method, params) {
                        server.hear(&connection, news);
                    }
                }
                What::Request { id, method, .. } => {
                    // Nobody knows on whose behalf it asks, so nobody is asked.
                    let id = received.part(id);
                    let error = r#"{"code":-32601,"message":"no request of yours is under way"}"#;
                    connection.link.answer(&splice::failure(id, error)).await.ok();
                    note_dropped(&server, Refusal::NotAsked, Some(method.name()), &mut dropped);
                }
                What::Result { .. } | What::Error { .. } => {
                    note_dropped(&server, Refusal::NotAsked, None, &mut dropped);
                }
            },
            Aside::Dropped(refusal, method) => {
                note_dropped(&server, refusal, method.as_deref(), &mut dropped);
            }
            Aside::Ended(how) => {
                process = how;
                break;
            }
        }
    }
    if let Some(group) = server.groups().get_mut(&key) {
        group.connections.retain(|other| !Arc::ptr_eq(other, &connection));
    }
    server.room.notify_waiters();
    // The ledger has failed before, and has said so.
    server
        .record(|judge, whom, _, batch| {
            let record = Record { process, ..whom.record(Event::ServerStopped) };
            batch.after(judge.ledger.append(record).ok());
        })
        .ok();
}

/// Records that a message was not passed on. A flood of them costs little.
fn note_dropped(server: &Server, refusal: Refusal, method: Option<&str>, count: &mut u64) {
    *count += 1;
    if *count <= 64 || count.is_power_of_two() {
        // The ledger has failed before, and has said so.
        server
            .record(|judge, whom, _, batch| {
                judge.tell_dropped(refusal, method, b"", whom, batch);
            })
            .ok();
    }
}

/// Reads from the approved definitions which parameters go into headers. One that is annotated
/// wrongly is left out: a client must not be shown it.
fn mirrored(judge: &Judge) -> HashMap<Box<str>, Params> {
    let definitions = judge.bundle.pin.as_ref().map(|pin| &pin.definitions);
    let tools = definitions.into_iter().flatten().filter(|d| d.kind == DefinitionKind::Tool);
    let read = |tool: &warden_policy::PinnedDefinition| {
        let schema = tool.body.get("inputSchema")?.to_string();
        let params = Params::of_schema(&schema).ok()?;
        (!params.is_empty()).then(|| (tool.name.as_str().into(), params))
    };
    tools.filter_map(read).collect()
}

/// How each server fares, by name.
pub(crate) fn healths(servers: &[Arc<Server>]) -> BTreeMap<&str, Health> {
    servers.iter().map(|server| (&*server.settings.name, server.health())).collect()
}

#[cfg(test)]
mod tests;
