//! The thread that sends spans.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    HeaderMap, Method, Request, StatusCode, Uri,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{Tally, Told, otlp, span::Finished};
use crate::gateway::settings::Traces;

/// The most spans in one request, and the longest that a span waits for others.
const BATCH: (usize, Duration) = (512, Duration::from_secs(1));

/// How long a collector may take for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a batch is sent before it is given up, and the first and the longest rest between.
const ATTEMPTS: u32 = 4;
const REST: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How much of a collector's answer is read.
const MOST_ANSWER: usize = 64 << 10;

/// Why no spans can be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TracesError {
    /// The collector's address is none.
    #[error("the collector of traces has to be an http or https URL")]
    Address,
    /// A header cannot be one.
    #[error("`{name}` cannot be a header for the collector of traces")]
    Header {
        /// Its name.
        name: Box<str>,
    },
    /// The system's authorities cannot be read, or there is no thread to be had.
    #[error("cannot set up the way to the collector of traces")]
    Means(#[source] io::Error),
}

struct Exporter {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    address: Uri,
    headers: HeaderMap,
    version: String,
    tally: Arc<Tally>,
}

/// Starts the thread. It ends when nobody can tell it anything any more.
pub(super) fn start(
    settings: &Traces,
    version: &str,
    told: mpsc::Receiver<Told>,
    tally: &Arc<Tally>,
) -> Result<(), TracesError> {
    let (address, headers) = check(settings)?;
    let is_plain = address.scheme_str() == Some("http");
    let exporter = Exporter {
        client: Client::builder(TokioExecutor::new()).build(connector(is_plain)?),
        address,
        headers,
        version: version.to_owned(),
        tally: Arc::clone(tally),
    };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(TracesError::Means)?;
    let thread = thread::Builder::new().name("gateway-traces".to_owned());
    let run = move || {
        runtime.block_on(exporter.run(told));
        // A look-up of a name cannot be stopped; nobody waits for it.
        runtime.shutdown_background();
    };
    thread.spawn(run).map_err(TracesError::Means)?;
    Ok(())
}

/// The address and the headers of every request.
pub(crate) fn check(settings: &Traces) -> Result<(Uri, HeaderMap), TracesError> {
    let address = settings.endpoint.parse::<Uri>().map_err(|_| TracesError::Address)?;
    if address.host().is_none() || !matches!(address.scheme_str(), Some("http" | "https")) {
        return Err(TracesError::Address);
    }
    Ok((address, headers(settings)?))
}

fn connector(is_plain: bool) -> Result<HttpsConnector<HttpConnector>, TracesError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(PATIENCE));
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = HttpsConnectorBuilder::new();
    let builder = if is_plain {
        // Nothing here is ever reached with TLS, so the system's authorities need not be read.
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TracesError::Means(io::Error::other(error)))?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        builder.with_tls_config(config).https_or_http()
    } else {
        builder.with_provider_and_native_roots(provider).map_err(TracesError::Means)?.https_only()
    };
    Ok(builder.enable_http1().wrap_connector(tcp))
}

fn headers(settings: &Traces) -> Result<HeaderMap, TracesError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let bad = || TracesError::Header { name: name.as_str().into() };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| bad())?;
        value.set_sensitive(true);
        headers.append(key, value);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// What became of one attempt.
enum Attempt {
    /// So many spans of it were not taken.
    Taken(u64),
    /// Another attempt would end in the same way.
    Refused,
    /// Another attempt may work, after this time if it was said.
    Later(Option<Duration>),
}

impl Exporter {
    async fn run(self, mut told: mpsc::Receiver<Told>) {
        loop {
            let (spans, flush, more) = gather(&mut told).await;
            if !spans.is_empty() {
                self.send(&spans).await;
            }
            if let Some(flush) = flush {
                // Whoever asked may have stopped waiting.
                flush.send(()).ok();
            }
            if !more {
                return;
            }
        }
    }

    async fn send(&self, spans: &[Box<Finished>]) {
        let count = u64::try_from(spans.len()).unwrap_or(u64::MAX);
        let lost = match otlp::write(spans, &self.version) {
            Some(body) => self.try_to_send(body.into()).await.unwrap_or(count).min(count),
            None => count,
        };
        self.tally.sent.fetch_add(count - lost, Ordering::Relaxed);
        self.tally.dropped.fetch_add(lost, Ordering::Relaxed);
    }

    /// Returns how many spans were not taken; `None` stands for all.
    async fn try_to_send(&self, body: Bytes) -> Option<u64> {
        let mut rest = REST.0;
        for attempt in 1..=ATTEMPTS {
            let tried = timeout(PATIENCE, self.attempt(body.clone())).await;
            match tried.unwrap_or(Attempt::Later(None)) {
                Attempt::Taken(lost) => return Some(lost),
                Attempt::Refused => return None,
                Attempt::Later(_) if attempt == ATTEMPTS => return None,
                Attempt::Later(said) => {
                    sleep(said.unwrap_or(rest).min(REST.1)).await;
                    rest *= 2;
                }
            }
        }
        None
    }

    async fn attempt(&self, body: Bytes) -> Attempt {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.address.clone();
        *request.headers_mut() = self.headers.clone();
        let Ok(answer) = self.client.request(request).await else { return Attempt::Later(None) };
        let (head, body) = answer.into_parts();
        // Reading it lets the connection be used again.
        let body = Limited::new(body, MOST_ANSWER).collect().await;
        match head.status {
            status if status.is_success() => {
                Attempt::Taken(body.map_or(0, |body| rejected(&body.to_bytes())))
            }
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let said = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let said = said.and_then(|value| value.parse().ok()).map(Duration::from_secs);
                Attempt::Later(said)
            }
            _ => Attempt::Refused,
        }
    }
}

/// How many spans a collector says it has not taken. It may write the number as text.
fn rejected(answer: &[u8]) -> u64 {
    let answer: serde_json::Value = serde_json::from_slice(answer).unwrap_or_default();
    let number = answer.pointer("/partialSuccess/rejectedSpans");
    number.and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok())).unwrap_or(0)
}

/// The next spans, whoever waits for them to be sent, and whether there may be more.
async fn gather(
    told: &mut mpsc::Receiver<Told>,
) -> (Vec<Box<Finished>>, Option<oneshot::Sender<()>>, bool) {
    let mut spans = Vec::new();
    let mut until = None;
    loop {
        let next = match until {
            None => Ok(told.recv().await),
            Some(until) => timeout_at(until, told.recv()).await,
        };
        match next {
            Ok(Some(Told::Span(span))) => spans.push(span),
            Ok(Some(Told::Flush(flush))) => return (spans, Some(flush), true),
            Ok(None) => return (spans, None, false),
            Err(_) => return (spans, None, true),
        }
        if spans.len() >= BATCH.0 {
            return (spans, None, true);
        }
        until = until.or(Some(Instant::now() + BATCH.1));
    }
}
