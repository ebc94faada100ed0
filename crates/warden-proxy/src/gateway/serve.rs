//! A gateway on the network: its listener, its housekeeping, and what is to be seen of it.

use std::{net::SocketAddr, sync::Arc, sync::atomic::Ordering, time::Duration};

use hyper::{Method as Verb, Response, StatusCode};
use serde_json::json;

use super::{
    Core, Gateway,
    http::{
        Front,
        identify::{self, Identified},
        reply,
    },
    listen::{BindError, Gauges, Inbound, Listener, Outbody, TlsError},
    metrics::Now,
    settings::{Listen, Tls, Watchers},
};

/// How often what is no longer used is looked for.
pub const SWEEP: Duration = Duration::from_secs(5);

/// A gateway that serves clients over HTTP.
pub struct Served {
    gateway: Arc<Gateway>,
    listener: Listener<Front>,
}

/// Why clients cannot be let in.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ServeError(#[from] BindError);

/// Why a new certificate is not taken; the one before goes on.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct CertificateError(#[from] TlsError);

/// Says whether these files could be used, without letting anybody in.
///
/// # Errors
/// When they are of no use.
pub fn check_tls(files: &Tls) -> Result<(), CertificateError> {
    Ok(super::listen::check_tls(files)?)
}

impl Served {
    /// Lets clients in.
    ///
    /// # Errors
    /// When the address or the certificate is of no use.
    pub fn start(gateway: &Arc<Gateway>, listen: &Listen) -> Result<Self, ServeError> {
        let front = Arc::new(Front::new(Arc::clone(gateway)));
        let listener = Listener::bind(listen, Arc::clone(&front))?;
        front.measure(listener.gauges());
        Ok(Self { gateway: Arc::clone(gateway), listener })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// How many connections it takes, and how many were asked for; fewer if the system does not
    /// allow more open files.
    #[must_use]
    pub fn cap(&self) -> (usize, usize) {
        let cap = self.listener.cap();
        (cap.granted, cap.asked)
    }

    /// Goes over to another certificate, for connections that begin from now on.
    ///
    /// # Errors
    /// When it is of no use.
    pub fn reload_tls(&self, files: &Tls) -> Result<(), CertificateError> {
        Ok(self.listener.reload_tls(files)?)
    }

    /// Lets nobody in any more, sees what is under way through for at most this long, and closes
    /// every connection. Returns how many requests and streams were cut off.
    pub async fn drain(self, limit: Duration) -> usize {
        self.gateway.core().hub.close();
        let drained = self.listener.drain(limit).await;
        self.gateway.close().await;
        drained.abandoned
    }
}

impl Gateway {
    /// Answers what is asked about the gateway itself.
    pub(crate) async fn watch(
        &self,
        core: &Arc<Core>,
        inbound: &Inbound,
        gauges: Option<&Gauges>,
    ) -> Option<Response<Outbody>> {
        let page = match inbound.parts.uri.path() {
            "/healthz" => Page::Health,
            "/readyz" => Page::Ready,
            "/metrics" if core.settings.metrics != Watchers::Nobody => Page::Metrics,
            _ => return None,
        };
        if !matches!(inbound.parts.method, Verb::GET | Verb::HEAD) {
            return Some(reply::plain(StatusCode::METHOD_NOT_ALLOWED, "not in this way"));
        }
        Some(match page {
            Page::Health => reply::plain(StatusCode::OK, "ok\n"),
            Page::Ready => ready(core),
            Page::Metrics => match may_measure(core, inbound).await {
                Ok(()) => measured(core, gauges).await,
                Err(answer) => *answer,
            },
        })
    }
}

/// What the gateway says of itself.
#[derive(Clone, Copy)]
enum Page {
    Health,
    Ready,
    Metrics,
}

/// Whether whoever asks may read metrics.
async fn may_measure(core: &Core, inbound: &Inbound) -> Result<(), Box<Response<Outbody>>> {
    // Without clients everybody is somebody, which is not what `Clients` means.
    let has_clients = core.door.is_some() || !core.settings.clients.is_empty();
    match core.settings.metrics {
        Watchers::Anybody => Ok(()),
        Watchers::Clients if has_clients => match identify::identify(core, inbound).await {
            Identified::Known(_) => Ok(()),
            other => Err(Box::new(identify::refuse(core, &other))),
        },
        Watchers::Clients | Watchers::Nobody => Err(Box::new(reply::unauthorized())),
    }
}

/// Everything that is counted.
async fn measured(core: &Arc<Core>, gauges: Option<&Gauges>) -> Response<Outbody> {
    for server in &core.servers {
        let connections = server.connections();
        let under_way = connections.iter().map(|connection| connection.link.under_way()).sum();
        server.metrics.links(connections.len(), under_way);
        server.metrics.breaker(server.health().breaker());
    }
    let (sent, dropped) = core.tracer.tally();
    core.metrics.spans(sent, dropped);
    let counts = gauges.map(Gauges::counts);
    let presence = gauges.map(Gauges::presence).unwrap_or_default();
    let core = Arc::clone(core);
    // It reads files, and looks through every label that there is.
    let page = tokio::task::spawn_blocking(move || {
        core.metrics.render(&Now {
            refused: counts.as_deref(),
            presence,
            sessions: core.sessions.count(),
            listeners: core.hub.count(),
            pasts: core.pasts.room.used(),
            ledger_works: !core.broken.load(Ordering::Acquire),
            version: env!("CARGO_PKG_VERSION"),
        })
    });
    match page.await {
        Ok(page) => reply::metrics(page),
        Err(_) => reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "it cannot be measured"),
    }
}

/// Whether requests can be served, and how each server fares.
fn ready(core: &Core) -> Response<Outbody> {
    let broken = core.broken.load(Ordering::Acquire);
    let servers: serde_json::Map<_, _> = core
        .servers
        .iter()
        .map(|server| {
            let fares = server.health();
            let status = match (&server.judge.bundle.pin, fares.code) {
                (None, _) => json!({ "state": "not-approved" }),
                (Some(_), Some(why)) => json!({ "state": "failing", "why": why }),
                (Some(_), None) if fares.introduced => json!({ "state": "up" }),
                (Some(_), None) => json!({ "state": "not-yet-used" }),
            };
            (server.settings.name.clone(), status)
        })
        .collect();
    let ledger = if broken { "cannot-be-written" } else { "ok" };
    let body = json!({ "ready": !broken, "ledger": ledger, "servers": servers });
    let status = if broken { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    reply::document(status, format!("{body:#}\n"))
}
