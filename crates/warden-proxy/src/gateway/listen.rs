//! Where clients come in: sockets, TLS and HTTP, up to a whole request.
//!
//! Each worker is one thread with a runtime of its own, and a connection stays on its worker, so
//! that nothing is shared between threads on the way of a request. One more thread accepts and
//! hands each connection to the worker that has the fewest.
//!
//! Invariant: knows nothing of MCP. A handler is given requests that are whole, bounded, and from
//! somebody who may come in by `Host` and `Origin`; who it is, is the handler's to find out.
//! Invariant: whatever a client does, it holds no more than its share, and not for ever.

mod accept;
mod body;
pub(crate) mod certificate;
mod doors;
mod drive;
mod lasting;
mod outbody;
mod pulse;
mod refused;
mod serve;
mod stream;
#[cfg(test)]
mod tests;
mod tls;
mod worker;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use hyper::{Response, http::request::Parts};
use tokio::sync::watch;

pub(crate) use outbody::{Outbody, Over};
pub(crate) use refused::{Counts, REFUSED};
pub(crate) use tls::{TlsError, check as check_tls};

use super::settings::{HttpLimits, Listen, Tls};
use accept::Cap;
use doors::Doors;
use worker::{Load, Worker};

/// What answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers one request. Dropped when the client goes away before there is an answer.
    fn handle(self: &Arc<Self>, request: Inbound)
    -> impl Future<Output = Response<Outbody>> + Send;
}

/// A whole request.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// Its line and headers.
    pub(crate) parts: Parts,
    /// Its body, decompressed.
    pub(crate) body: Bytes,
    /// Who sent it.
    pub(crate) peer: Peer,
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Where it comes from.
    pub(crate) address: SocketAddr,
    /// The name in the certificate that it showed, verified.
    pub(crate) certificate: Option<Arc<str>>,
    /// That certificate itself, in DER.
    pub(crate) leaf: Option<Arc<[u8]>>,
}

/// What everybody at the listener is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Go on.
    Serve,
    /// Go on, but close what only waits: there are clients who find no place.
    Hurry,
    /// End what is under way, and begin nothing.
    Drain,
    /// Stop at once.
    Close,
}

/// How long a client may wait in silence while others find no place.
const HURRY: Duration = Duration::from_secs(1);

impl Order {
    /// Whether nothing new is begun.
    fn stops(self) -> bool {
        match self {
            Self::Serve | Self::Hurry => false,
            Self::Drain | Self::Close => true,
        }
    }

    /// The limits that hold under this order.
    fn limits(self, limits: &HttpLimits) -> HttpLimits {
        let (head_time, idle) = match self {
            Self::Hurry => (limits.head_time.min(HURRY), limits.idle.min(HURRY)),
            Self::Serve | Self::Drain | Self::Close => (limits.head_time, limits.idle),
        };
        HttpLimits { head_time, idle, ..*limits }
    }
}

/// What all workers share.
#[derive(Debug)]
struct Shared<H> {
    handler: Arc<H>,
    doors: Doors,
    limits: HttpLimits,
    tls: Option<tls::Acceptor>,
    counts: Arc<Counts>,
    /// Bytes of bodies that came in pieces.
    held: AtomicUsize,
}

/// A running listener. Dropping it cuts everybody off; see [`Listener::drain`].
#[derive(Debug)]
pub(crate) struct Listener<H> {
    address: SocketAddr,
    cap: Cap,
    orders: watch::Sender<Order>,
    shared: Arc<Shared<H>>,
    loads: Vec<Arc<Load>>,
    acceptor: Option<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BindError {
    /// The address is not to be had.
    #[error("cannot listen on {address}")]
    Address {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Certificate or key are of no use.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There are fewer file descriptors than a gateway needs for itself.
    #[error("the limit of open files is {limit}, which leaves none for clients")]
    Files {
        /// The limit.
        limit: u64,
    },
    /// No thread could be started.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

/// How a drain went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drained {
    /// Requests and streams that were cut off because the time was up.
    pub(crate) abandoned: usize,
}

/// How much there is of what comes and goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Presence {
    /// Open connections.
    pub(crate) connections: usize,
    /// Requests being answered, streams of events among them.
    pub(crate) requests: usize,
    /// Those among them that are answered with events.
    pub(crate) streams: usize,
}

/// What a listener counts.
#[derive(Clone, Debug)]
pub(crate) struct Gauges {
    counts: Arc<Counts>,
    loads: Vec<Arc<Load>>,
}

impl Gauges {
    /// What was refused, by reason.
    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    /// What there is at the moment.
    pub(crate) fn presence(&self) -> Presence {
        self.loads.iter().fold(Presence::default(), |sum, load| Presence {
            connections: sum.connections + load.connections.load(Ordering::Relaxed),
            requests: sum.requests + load.requests.load(Ordering::Relaxed),
            streams: sum.streams + load.streams.load(Ordering::Relaxed),
        })
    }
}

impl<H: Handler> Listener<H> {
    /// Listens, and serves from here on.
    pub(crate) fn bind(listen: &Listen, handler: Arc<H>) -> Result<Self, BindError> {
        let failed = |source| BindError::Address { address: listen.address, source };
        let tls = listen.tls.as_ref().map(tls::Acceptor::new).transpose()?;
        let cap = Cap::of(listen.http.connections)?;
        let socket = TcpListener::bind(listen.address).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        // The standard library asks for a queue of 128, which a burst of clients overflows.
        rustix::net::listen(&socket, 4096).map_err(|error| failed(error.into()))?;
        notice_who_vanished(&socket, &listen.http).map_err(|error| failed(error.into()))?;
        let address = socket.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            handler,
            doors: Doors::new(listen, address),
            limits: listen.http,
            tls,
            counts: Arc::new(Counts::default()),
            held: AtomicUsize::new(0),
        });
        let mut listener = Self {
            address,
            cap,
            orders: watch::Sender::new(Order::Serve),
            shared,
            loads: Vec::new(),
            acceptor: None,
            workers: Vec::new(),
        };
        listener.start(socket, listen.threads.max(1)).map_err(BindError::Thread)?;
        Ok(listener)
    }

    fn start(&mut self, socket: TcpListener, threads: usize) -> io::Result<()> {
        let mut doors = Vec::new();
        for number in 0..threads {
            let load = Arc::new(Load::default());
            let worker = Worker::new(&self.shared, &load, &self.orders)?;
            doors.push(worker.door());
            self.loads.push(load);
            let name = format!("gateway-{number}");
            self.workers.push(thread::Builder::new().name(name).spawn(move || worker.run())?);
        }
        let mut acceptor = accept::Acceptor::new(socket, self.cap, doors, &self.orders)?;
        acceptor.count_in(&self.shared.counts);
        let thread = thread::Builder::new().name("gateway-accept".to_owned());
        self.acceptor = Some(thread.spawn(move || acceptor.run())?);
        Ok(())
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it takes, and how many it was asked to take if that is more than
    /// there are file descriptors for.
    pub(crate) fn cap(&self) -> Cap {
        self.cap
    }

    /// What it counts, also for others to read.
    pub(crate) fn gauges(&self) -> Gauges {
        Gauges { counts: Arc::clone(&self.shared.counts), loads: self.loads.clone() }
    }

    /// Reads certificate, key and authorities again. Connections that are open keep what they
    /// have; on error, everybody does.
    pub(crate) fn reload_tls(&self, files: &Tls) -> Result<(), TlsError> {
        self.shared.tls.as_ref().map_or(Ok(()), |tls| tls.reload(files))
    }

    /// Accepts nobody any more, lets what is under way end within `limit`, ends lasting streams
    /// cleanly, and closes.
    pub(crate) async fn drain(self, limit: Duration) -> Drained {
        self.orders.send_replace(Order::Drain);
        // The sender knows when the last receiver is gone: acceptor, workers and connections
        // each have one, and workers end when they have no connection left.
        let ended = tokio::time::timeout(limit, self.orders.closed()).await.is_ok();
        let abandoned = if ended { 0 } else { self.gauges().presence().requests };
        // The drop below closes what is left.
        drop(self);
        Drained { abandoned }
    }
}

/// Has the kernel close connections whose other end no longer acknowledges what it is sent.
/// Accepted sockets inherit this.
#[cfg(target_os = "linux")]
fn notice_who_vanished(socket: &TcpListener, limits: &HttpLimits) -> rustix::io::Result<()> {
    let time = u32::try_from(limits.stall.as_millis()).unwrap_or(u32::MAX);
    rustix::net::sockopt::set_tcp_user_timeout(socket, time)
}

/// Other systems have a limit of their own.
#[cfg(not(target_os = "linux"))]
fn notice_who_vanished(_: &TcpListener, _: &HttpLimits) -> rustix::io::Result<()> {
    Ok(())
}

impl<H> Drop for Listener<H> {
    fn drop(&mut self) {
        self.orders.send_replace(Order::Close);
        for thread in self.acceptor.take().into_iter().chain(self.workers.drain(..)) {
            // A thread that panicked has said so, and has nothing left to close.
            drop(thread.join());
        }
    }
}
