//! The connections to a server: who shares them, how many there are, and when they end.

use std::{
    collections::HashMap,
    sync::{Arc, MutexGuard, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{Connection, Key, Server, Whose, hear};
use crate::gateway::upstream::{Hello, Link, Shown};

/// How long a request waits for a connection that carries one at a time, before another one is
/// opened. A program takes about as long to start; and who takes a request back and sends the
/// next one at once expects the server that it knows.
const MOMENT: Duration = Duration::from_millis(300);

/// The connections that the same callers share.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) connections: Vec<Arc<Connection>>,
    opening: usize,
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
    /// It could not be opened: why.
    Link(&'static str),
    /// The server is left alone for a while because it failed.
    Resting,
    /// All connections are in use.
    Busy,
}

impl Away {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Link(code) => code,
            Self::Resting => "server-resting",
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

impl Server {
    pub(super) fn groups(&self) -> MutexGuard<'_, HashMap<Key, Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
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
                Taken::Resting => return Err(Away::Resting),
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
        if let Some(behalf) = &key.behalf {
            free.link.speaks_for(behalf);
        }
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
        if all >= self.settings.most_connections && !evict(&mut groups, key) {
            return Taken::Wait;
        }
        // Those who could share what is being opened wait for it.
        let shared = !key.can.any() || matches!(key.whose, Whose::Session(_));
        if opening > 0 && shared {
            return Taken::Wait;
        }
        if self.is_resting() {
            return Taken::Resting;
        }
        groups.entry(key.clone()).or_default().opening += 1;
        Taken::Open
    }

    async fn open(self: &Arc<Self>, key: &Key) -> Result<Lease, Away> {
        let opening = Opening { server: self, key };
        let capabilities = key.can.declared(warden_mcp::Revision::NEWEST_LEGACY);
        let hello = Hello { capabilities, ..self.hello.clone() };
        let deadlines = &self.settings.deadlines;
        let (reach, most) = (&self.settings.reach, self.most_message);
        let opened = Link::open(reach, &hello, deadlines, most, self.shown(key)).await;
        let (link, asides) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.failed(error.code());
                return Err(Away::Link(error.code()));
            }
        };
        self.fared_well();
        self.metrics.opened();
        if matches!(key.whose, Whose::Session(_)) {
            link.serves_one();
        }
        let connection = Arc::new(Connection::new(link, key.whose.clone()));
        connection.busy.store(1, Ordering::Release);
        if self.tell_started(&connection).is_err() {
            connection.link.close().await;
            return Err(Away::Link("cannot-record"));
        }
        self.groups().entry(key.clone()).or_default().connections.push(Arc::clone(&connection));
        tokio::spawn(hear::hear(Arc::clone(self), Arc::clone(&connection), key.clone(), asides));
        drop(opening);
        self.attend(&connection, key.can).await;
        Ok(Lease { server: Arc::clone(self), connection })
    }

    /// What the server is shown on a connection of these callers.
    fn shown(&self, key: &Key) -> Option<Arc<Shown>> {
        let credentials = self.settings.credentials.as_ref()?;
        let behalf = key.behalf.as_ref()?;
        Some(Arc::new(Shown::new(Arc::clone(credentials), Arc::clone(behalf))))
    }

    /// An open connection, whether it has room or not.
    pub(crate) fn open_connection(&self, key: &Key) -> Option<Arc<Connection>> {
        let groups = self.groups();
        let open = groups.get(key)?.connections.iter().find(|connection| connection.link.alive());
        open.cloned()
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
}

enum Taken {
    Lease(Lease),
    Open,
    Wait,
    /// What carries one request at a time is busy.
    Soon,
    Resting,
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

/// Makes room by closing the connection of somebody else that was not used for longest.
fn evict(groups: &mut HashMap<Key, Group>, key: &Key) -> bool {
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
