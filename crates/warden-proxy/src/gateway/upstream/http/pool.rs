//! Connections to one origin, kept for the next request.
//!
//! A connection belongs to the thread on which it was made, whose runtime carries it; it is given
//! out again only there, the one used last first.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread::ThreadId,
    time::Duration,
};

use rustls::pki_types::ServerName;
use tokio::{
    net::TcpStream,
    runtime::Handle,
    time::{Instant, sleep, timeout},
};
use tokio_rustls::TlsConnector;
use warden_mcp::Address;

use super::{
    tls,
    wire::{Transport, Wire},
};
use crate::gateway::{settings::HttpReach, upstream::LinkError};

/// How many connections are kept, for each thread.
const MOST: usize = 64;

/// How long a connection is kept.
const KEPT: Duration = Duration::from_secs(30);

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Connections to one origin.
pub(super) struct Pool {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    idle: Mutex<HashMap<ThreadId, Vec<Wire>>>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool")
    }
}

impl Pool {
    pub(super) async fn new(address: &Address, reach: &HttpReach) -> Result<Arc<Self>, LinkError> {
        let host = address.uri().host().ok_or(LinkError::BadAddress)?;
        // An address of the newer kind stands in brackets.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let (port, tls) = if address.is_plain() {
            (80, None)
        } else {
            let settings = tls::settings(reach.authorities.clone()).await?;
            let name = ServerName::try_from(host.clone()).map_err(|_| LinkError::BadAddress)?;
            (443, Some((TlsConnector::from(settings), name)))
        };
        let port = address.uri().port_u16().unwrap_or(port);
        let pool = Arc::new(Self { host, port, tls, idle: Mutex::default() });
        Handle::current().spawn(sweep(Arc::downgrade(&pool)));
        Ok(pool)
    }

    /// A connection that was kept, or a new one.
    pub(super) async fn take(&self) -> Result<Wire, LinkError> {
        match self.kept() {
            Some(wire) => Ok(wire),
            None => self.connect().await,
        }
    }

    fn kept(&self) -> Option<Wire> {
        let thread = std::thread::current().id();
        loop {
            let mut wire = self.idle().get_mut(&thread)?.pop()?;
            if wire.since.elapsed() < KEPT && wire.is_ready() {
                wire.used = true;
                return Some(wire);
            }
        }
    }

    /// Keeps a connection for the next request, if it can take one.
    pub(super) fn give_back(&self, mut wire: Wire) {
        if !wire.is_ready() {
            return;
        }
        wire.since = Instant::now();
        let mut idle = self.idle();
        let kept = idle.entry(wire.thread).or_default();
        if kept.len() < MOST {
            kept.push(wire);
        }
    }

    /// A new connection.
    pub(super) async fn connect(&self) -> Result<Wire, LinkError> {
        let transport = timeout(CONNECT, self.reach());
        let transport =
            transport.await.unwrap_or(Err(LinkError::CannotConnect(io::ErrorKind::TimedOut)))?;
        Wire::new(transport).await
    }

    async fn reach(&self) -> Result<Box<dyn Transport>, LinkError> {
        let refused = |error: io::Error| LinkError::CannotConnect(error.kind());
        let stream = TcpStream::connect((&*self.host, self.port)).await.map_err(refused)?;
        stream.set_nodelay(true).map_err(refused)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await;
                Ok(Box::new(stream.map_err(|_| LinkError::Tls)?))
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, HashMap<ThreadId, Vec<Wire>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops what was kept for too long, as long as there is a pool.
async fn sweep(pool: Weak<Pool>) {
    loop {
        sleep(KEPT / 2).await;
        let Some(pool) = pool.upgrade() else { return };
        pool.idle().retain(|_, kept| {
            kept.retain(|wire| wire.since.elapsed() < KEPT);
            !kept.is_empty()
        });
    }
}
