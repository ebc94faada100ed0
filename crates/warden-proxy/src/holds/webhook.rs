//! Telling somebody else that a call waits: a signed POST to an address that is set.
//!
//! Only what waits is told; answers come by the HTTP API for operators. What is to be told stands
//! in a queue of bounded length and is sent by a thread of its own, so that no call waits for it;
//! what finds no room, or cannot be sent after several attempts, is counted and given up. The hold
//! itself is not lost by that: it is in the store.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{
    runtime::Builder,
    sync::mpsc,
    time::{sleep, timeout},
};
use warden_audit::Clock;
use warden_model::Hidden;
use warden_policy::hold::Hold;
use warden_seal::{KeyError, mac::MacKey};

use super::hold_json;

/// The most holds that wait to be told.
const QUEUE: usize = 1_000;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is tried, and the first and the longest rest between.
const ATTEMPTS: u32 = 5;
const REST: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How much of an answer is read.
const MOST_ANSWER: usize = 16 << 10;

const SIGNATURE: HeaderName = HeaderName::from_static("x-warden-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-warden-timestamp");

/// Where it is told, and what it is signed with.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// An `https` URL; `http` only to this machine.
    pub address: String,
    /// A secret of at least 32 bytes that the other side has as well.
    pub secret: Hidden,
}

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address is none.
    #[error("the address of a webhook is an https URL, or an http URL of this machine")]
    Address,
    /// The secret is none.
    #[error("the secret of a webhook")]
    Secret(#[source] KeyError),
    /// The system's authorities cannot be read, or there is no thread to be had.
    #[error("cannot set up the way to the webhook")]
    Means(#[source] io::Error),
}

/// What has become of what was told.
#[derive(Debug, Default)]
pub struct WebhookTally {
    /// It was taken.
    pub sent: AtomicU64,
    /// There was no room, or it was not taken.
    pub dropped: AtomicU64,
}

/// Tells somebody that a call waits.
#[derive(Clone, Debug)]
pub struct Webhook {
    queue: mpsc::Sender<Bytes>,
    clock: Clock0,
    tally: Arc<WebhookTally>,
}

/// A clock, which cannot be printed.
#[derive(Clone)]
struct Clock0(Clock);

impl std::fmt::Debug for Clock0 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Webhook {
    /// Starts the thread that tells. It ends once nobody can tell it anything any more.
    ///
    /// # Errors
    /// An address or a secret that is none.
    pub fn start(settings: &WebhookSettings, clock: Clock) -> Result<Self, WebhookError> {
        let address = address(&settings.address)?;
        let key = MacKey::new(&settings.secret).map_err(WebhookError::Secret)?;
        let is_plain = address.scheme_str() == Some("http");
        let tally = Arc::new(WebhookTally::default());
        let (queue, told) = mpsc::channel(QUEUE);
        let teller = Teller {
            client: Client::builder(TokioExecutor::new()).build(connector(is_plain)?),
            address,
            key,
            clock: Arc::clone(&clock),
            tally: Arc::clone(&tally),
        };
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(WebhookError::Means)?;
        let thread = thread::Builder::new().name("hold-webhook".to_owned());
        let run = move || {
            runtime.block_on(teller.run(told));
            // A look-up of a name cannot be stopped; nobody waits for it.
            runtime.shutdown_background();
        };
        thread.spawn(run).map_err(WebhookError::Means)?;
        Ok(Self { queue, clock: Clock0(clock), tally })
    }

    /// Tells of a hold, without waiting for anything.
    pub fn tell(&self, hold: &Hold) {
        let now = (self.clock.0)().into();
        let body = serde_json::json!({"event": "hold", "hold": hold_json(hold, now)}).to_string();
        if self.queue.try_send(body.into()).is_err() {
            self.tally.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What has become of what was told.
    #[must_use]
    pub fn tally(&self) -> &WebhookTally {
        &self.tally
    }
}

/// An address that holds may be told to: they say what people do, so they do not travel in the
/// clear.
fn address(text: &str) -> Result<Uri, WebhookError> {
    let address = text.parse::<Uri>().map_err(|_| WebhookError::Address)?;
    let here = matches!(address.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    // Credentials in an address end up in logs.
    let clean = address.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    match address.scheme_str() {
        Some("https") if clean => Ok(address),
        Some("http") if clean && here => Ok(address),
        Some(_) | None => Err(WebhookError::Address),
    }
}

fn connector(is_plain: bool) -> Result<HttpsConnector<HttpConnector>, WebhookError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(PATIENCE));
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = HttpsConnectorBuilder::new();
    let builder = if is_plain {
        // Nothing here is ever reached with TLS, so the system's authorities need not be read.
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| WebhookError::Means(io::Error::other(error)))?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        builder.with_tls_config(config).https_or_http()
    } else {
        builder.with_provider_and_native_roots(provider).map_err(WebhookError::Means)?.https_only()
    };
    Ok(builder.enable_http1().wrap_connector(tcp))
}

/// The end of the queue.
struct Teller {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    address: Uri,
    key: MacKey,
    clock: Clock,
    tally: Arc<WebhookTally>,
}

/// What became of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Taken,
    /// Another attempt would end in the same way.
    Refused,
    /// Another attempt may work.
    Later,
}

impl Teller {
    async fn run(self, mut told: mpsc::Receiver<Bytes>) {
        while let Some(body) = told.recv().await {
            let count = if self.tell(&body).await { &self.tally.sent } else { &self.tally.dropped };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns whether it was taken.
    async fn tell(&self, body: &Bytes) -> bool {
        let mut rest = REST.0;
        for attempt in 1..=ATTEMPTS {
            let tried = timeout(PATIENCE, self.attempt(body.clone())).await;
            match tried.unwrap_or(Attempt::Later) {
                Attempt::Taken => return true,
                Attempt::Refused => return false,
                Attempt::Later if attempt == ATTEMPTS => return false,
                Attempt::Later => {
                    sleep(rest.min(REST.1)).await;
                    rest *= 4;
                }
            }
        }
        false
    }

    async fn attempt(&self, body: Bytes) -> Attempt {
        // Each attempt has its own time, so that the other side can refuse what is old.
        let since = (self.clock)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let Some(request) = signed(&self.key, &self.address, since.as_secs(), body) else {
            return Attempt::Refused;
        };
        let Ok(answer) = self.client.request(request).await else { return Attempt::Later };
        let status = answer.status();
        // Reading it lets the connection be used again; what it says is not asked for.
        drop(Limited::new(answer.into_body(), MOST_ANSWER).collect().await);
        match status {
            status if status.is_success() => Attempt::Taken,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Attempt::Later,
            status if status.is_server_error() => Attempt::Later,
            _ => Attempt::Refused,
        }
    }
}

/// The request, with the code over its time and its body, `v1=` and HMAC-SHA256 of
/// `timestamp.body`.
fn signed(key: &MacKey, address: &Uri, seconds: u64, body: Bytes) -> Option<Request<Full<Bytes>>> {
    let time = seconds.to_string();
    let code = format!("v1={}", key.code(&[time.as_bytes(), b".", &body]));
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = address.clone();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(TIMESTAMP, HeaderValue::from_str(&time).ok()?);
    headers.insert(SIGNATURE, HeaderValue::from_str(&code).ok()?);
    Some(request)
}

#[cfg(test)]
mod tests;
