//! A gateway on the network: its listener, its housekeeping, and what is to be seen of it.

use std::{net::SocketAddr, sync::Arc, sync::atomic::Ordering, time::Duration};

use hyper::{Method as Verb, Response, StatusCode};
use serde_json::json;

use super::{
    Gateway,
    http::{Front, reply},
    listen::{BindError, Listener, Outbody, TlsError},
    settings::{Listen, Tls},
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
        let listener = Listener::bind(listen, front)?;
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
    pub(crate) fn watch(&self, path: &str, verb: &Verb) -> Option<Response<Outbody>> {
        let answer = match path {
            "/healthz" => reply::plain(StatusCode::OK, "ok\n"),
            "/readyz" => self.ready(),
            _ => return None,
        };
        Some(if matches!(*verb, Verb::GET | Verb::HEAD) {
            answer
        } else {
            reply::plain(StatusCode::METHOD_NOT_ALLOWED, "not in this way")
        })
    }

    /// Whether requests can be served, and how each server fares.
    fn ready(&self) -> Response<Outbody> {
        let core = self.core();
        let broken = core.broken.load(Ordering::Acquire);
        let servers: serde_json::Map<_, _> = core
            .servers
            .iter()
            .map(|server| {
                let health = server.health();
                let state = match (&server.judge.bundle.pin, health.code) {
                    (None, _) => json!({ "state": "not-approved" }),
                    (Some(_), Some(code)) => json!({ "state": "failing", "why": code }),
                    (Some(_), None) if health.introduced => json!({ "state": "up" }),
                    (Some(_), None) => json!({ "state": "not-yet-used" }),
                };
                (server.settings.name.clone(), state)
            })
            .collect();
        let ledger = if broken { "cannot-be-written" } else { "ok" };
        let body = json!({ "ready": !broken, "ledger": ledger, "servers": servers });
        let status = if broken { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        reply::document(status, format!("{body:#}\n"))
    }
}
