//! Serves the catalog over HTTP, and keeps it up to date.
//!
//! Certificates, trusted keys and revocations are looked at every second and read again when they
//! have changed. Requests are small, answers are made in memory, and everything has a limit: the
//! head of a request, how long it may take, how many connections there are and how long one lives.

use std::{
    convert::Infallible,
    fs,
    net::SocketAddr,
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, StatusCode,
    body::{Body as _, Incoming},
    header::HeaderValue,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use warden_report::catalog::GatewayUrl;

use super::{
    Listen, Source,
    answer::{Served, answer, refuse},
    catalog,
    hosts::Hosts,
    tell, tell_left_out,
};
use crate::{Failure, Kind, certify::listed::Listing};

/// How often it is looked whether anything has changed.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks everything is read again: keys begin and end to count as time goes by.
const ANYWAY: u32 = 60;
/// How long the head of a request may take, and how long a connection may be silent.
const HEAD: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 32 << 10;
/// How long a connection lives.
const LIFE: Duration = Duration::from_mins(2);
/// How long what is under way may take when a connection has to end.
const GRACE: Duration = Duration::from_secs(5);
/// How many connections there may be.
const CONNECTIONS: usize = 256;

/// Serves until somebody says to stop.
///
/// # Errors
/// When nobody can tell what is certified, or the address cannot be listened on.
pub(super) fn run(source: Source, listen: Listen) -> Result<(), Failure> {
    if !listen.address.ip().is_loopback() && !listen.public {
        let message = format!("other machines would reach `{}`", listen.address);
        return Err(Failure::new(Kind::Usage, message)
            .hint("if they are meant to: `--public`, and `--host NAME` for the name they use"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::new(Kind::Internal, "cannot start").caused_by(error))?;
    runtime.block_on(serve(source, listen))
}

async fn serve(source: Source, listen: Listen) -> Result<(), Failure> {
    let keeper = Keeper::start(source, &listen)?;
    let refused = |error: std::io::Error| {
        let message = format!("cannot listen on `{}`", listen.address);
        Failure::new(Kind::Input, message).caused_by(error)
    };
    let listener = TcpListener::bind(listen.address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let hosts = Arc::new(Hosts::new(address, &listen.hosts));
    let shown = Shown { now: Arc::clone(&keeper.now), hosts };
    accept(listener, address, shown, keeper).await
}

async fn accept(
    listener: TcpListener,
    address: SocketAddr,
    shown: Shown,
    mut keeper: Keeper,
) -> Result<(), Failure> {
    let unheard =
        |error| Failure::new(Kind::Internal, "cannot listen for signals").caused_by(error);
    let mut terminate = signal(SignalKind::terminate()).map_err(unheard)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unheard)?;
    let (stop, stopped) = watch::channel(());
    let mut open = JoinSet::new();
    let mut look = interval(LOOK);
    tell(&format!("the catalog is at http://{address}"));
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = look.tick() => keeper = keeper.look().await?,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                // One more than there may be is closed at once: waiting would let it hold a place.
                Ok((socket, _)) if open.len() < CONNECTIONS => {
                    open.spawn(attend(socket, shown.clone(), stopped.clone()));
                }
                Ok(_) => {}
                // Usually no file is left; the next try must not spin.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop((listener, stop));
    let ended = async { while open.join_next().await.is_some() {} };
    if timeout(GRACE * 2, ended).await.is_err() {
        tell("cut off what took too long");
    }
    Ok(())
}

/// Serves one connection until it ends, has lived long enough, or everything stops.
async fn attend(socket: TcpStream, shown: Shown, mut stopped: watch::Receiver<()>) {
    let service = service_fn(move |request| {
        let response = shown.answer(request);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(socket), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // How a connection ended is the business of its client.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(LIFE) => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(timeout(GRACE, connection).await);
}

/// What connections see.
#[derive(Clone)]
struct Shown {
    now: Arc<RwLock<Option<Arc<Served>>>>,
    hosts: Arc<Hosts>,
}

impl Shown {
    fn answer(&self, request: Request<Incoming>) -> hyper::Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        if !self.hosts.let_in(&parts) {
            return refuse(StatusCode::MISDIRECTED_REQUEST, "this host is not known here");
        }
        if !body.is_end_stream() {
            // Nothing of it is read: whoever sends a body wants to write.
            let mut response = refuse(StatusCode::PAYLOAD_TOO_LARGE, "no request has a body");
            response.headers_mut().insert("connection", HeaderValue::from_static("close"));
            return response;
        }
        let served = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        answer(served.as_deref(), &parts, Timestamp::now())
    }
}

/// What tells one state of a file from another; nothing if there is none.
type Stamp = (PathBuf, Option<(u64, i64, i64, u64)>);

/// Keeps what is served up to date.
struct Keeper {
    source: Source,
    gateway: Option<GatewayUrl>,
    shared: bool,
    seen: Vec<Stamp>,
    looks: u32,
    listing: Listing,
    good_until: Option<Timestamp>,
    now: Arc<RwLock<Option<Arc<Served>>>>,
}

impl Keeper {
    /// Reads everything for the first time.
    fn start(source: Source, listen: &Listen) -> Result<Self, Failure> {
        let mut keeper = Self {
            // Before anything is read: what changes from here on is noticed.
            seen: stamps(&source),
            source,
            gateway: listen.gateway.clone(),
            shared: listen.browsers,
            looks: 0,
            listing: Listing::default(),
            good_until: None,
            now: Arc::default(),
        };
        keeper.read()?;
        Ok(keeper)
    }

    /// Looks whether anything has changed, away from the threads that answer.
    async fn look(mut self) -> Result<Self, Failure> {
        let looked = tokio::task::spawn_blocking(move || {
            self.looked();
            self
        });
        looked.await.map_err(|error| {
            Failure::new(Kind::Internal, "the catalog is not kept up to date").caused_by(error)
        })
    }

    fn looked(&mut self) {
        let seen = stamps(&self.source);
        let expired = self.good_until.is_some_and(|until| until <= Timestamp::now());
        self.looks += 1;
        if seen == self.seen && !expired && self.looks < ANYWAY {
            return;
        }
        self.looks = 0;
        self.seen = seen;
        if let Err(failure) = self.read() {
            // What may be revoked is not offered.
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = None;
            tell(&format!("nothing is served: {}", failure.message()));
            // Read again at the next look, whatever the files look like.
            self.looks = ANYWAY;
        }
    }

    fn read(&mut self) -> Result<(), Failure> {
        let now = Timestamp::now();
        let listing = self.source.read(now)?;
        if listing.left_out != self.listing.left_out {
            tell_left_out(&listing);
        }
        let listing = listing.after(&self.listing, now);
        let mut catalog = catalog(&listing, now)?;
        if self.shared {
            catalog = catalog.shared_with_browsers();
        }
        self.good_until = catalog.good_until();
        self.listing = listing;
        let served = Arc::new(Served::new(catalog, self.gateway.as_ref()));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Some(served);
        Ok(())
    }
}

/// The files that the catalog depends on. The folder's own time is not enough: a file that is
/// written in place does not change it.
fn stamps(source: &Source) -> Vec<Stamp> {
    let paths = &source.paths;
    let entries = fs::read_dir(paths.certificates()).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let trust = source.trust.clone().unwrap_or_else(|| paths.trust());
    files.extend([paths.certificates(), trust, paths.revocations(), paths.pins()]);
    files.into_iter().map(stamp).collect()
}

fn stamp(path: PathBuf) -> Stamp {
    let found = fs::metadata(&path).ok();
    let state = found.map(|of| (of.ino(), of.ctime(), of.ctime_nsec(), of.len()));
    (path, state)
}
