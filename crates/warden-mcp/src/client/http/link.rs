//! Requests to one origin, with every configured header, on a runtime of their own.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, Response,
    body::{Bytes, Incoming},
    header::{HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE},
    http::Method as Verb,
};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::client::ResolvesClientCert;
use tokio::runtime::{Builder, Runtime};
use warden_model::Hidden;

use crate::{Address, Method, client::ProbeError};

/// How many redirects within the origin are followed.
const REDIRECTS: usize = 3;

/// How much of an error's body is read.
const ERROR_BODY: usize = 64 * 1024;

/// How long one attempt to connect may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Requests to one origin.
pub(super) struct Link {
    /// Taken only when the link goes.
    runtime: Option<Runtime>,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    headers: HeaderMap,
    /// How many more bytes of answers are read.
    left: Cell<usize>,
    /// The last refusal for want of credentials.
    refused: RefCell<Option<Refused>>,
}

/// A refusal for want of credentials: its status, and what it says it wants to see, as it says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status: 401, 403 or 407.
    pub status: u16,
    /// Every value of `WWW-Authenticate` that can be read.
    pub challenges: Vec<String>,
}

impl Link {
    pub(super) fn new(
        address: &Address,
        headers: &[(String, Hidden)],
        bytes: usize,
    ) -> Result<Self, ProbeError> {
        let headers = headers.iter().map(header).collect::<Result<_, _>>()?;
        Self::with(connector(address)?, headers, bytes)
    }

    /// A link that shows nothing of anybody; `asked` is told when a certificate is asked for.
    pub(super) fn stranger(
        address: &Address,
        asked: Arc<dyn ResolvesClientCert>,
        bytes: usize,
    ) -> Result<Self, ProbeError> {
        let connector =
            if address.is_plain() { connector(address)? } else { without_certificate(asked)? };
        Self::with(connector, HeaderMap::new(), bytes)
    }

    fn with(
        connector: HttpsConnector<HttpConnector>,
        headers: HeaderMap,
        bytes: usize,
    ) -> Result<Self, ProbeError> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(ProbeError::Means)?;
        let client = Client::builder(TokioExecutor::new()).http1_max_headers(100).build(connector);
        let (left, refused) = (Cell::new(bytes), RefCell::default());
        Ok(Self { runtime: Some(runtime), client, headers, left, refused })
    }

    /// The last refusal for want of credentials.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.refused.borrow().clone()
    }

    /// Runs `work` until it is done or the time is over.
    pub(super) fn run<T>(
        &self,
        method: Method,
        until: Instant,
        work: impl Future<Output = Result<T, ProbeError>>,
    ) -> Result<T, ProbeError> {
        self.within(until, work).unwrap_or(Err(ProbeError::Timeout(method)))
    }

    /// What comes of `work`; nothing if the time is over.
    pub(super) fn within<T>(&self, until: Instant, work: impl Future<Output = T>) -> Option<T> {
        let runtime = self.runtime.as_ref()?;
        runtime.block_on(async { tokio::time::timeout_at(until.into(), work).await.ok() })
    }

    /// Sends a request and returns the head of its answer. Redirects stay within the origin.
    pub(super) async fn send(
        &self,
        verb: Verb,
        address: &Address,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, ProbeError> {
        let body = Bytes::from(body);
        let mut address = address.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.once(verb.clone(), &address, headers.clone(), body.clone()).await?;
            let status = answer.status();
            if matches!(status.as_u16(), 401 | 403 | 407) {
                let values = answer.headers().get_all(WWW_AUTHENTICATE).iter();
                let challenges = values.filter_map(|value| Some(value.to_str().ok()?.to_owned()));
                let challenges = challenges.collect();
                *self.refused.borrow_mut() = Some(Refused { status: status.as_u16(), challenges });
            }
            if !status.is_redirection() {
                return Ok(answer);
            }
            // Only these two keep verb and body.
            let keeps = matches!(status.as_u16(), 307 | 308);
            let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            address = location
                .filter(|_| keeps)
                .and_then(|location| address.join(location))
                .ok_or(ProbeError::Elsewhere(status.as_u16()))?;
        }
        Err(ProbeError::Elsewhere(308))
    }

    /// Sends a request and returns the head of its answer, a redirect as well.
    pub(super) async fn once(
        &self,
        verb: Verb,
        address: &Address,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, ProbeError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = verb;
        *request.uri_mut() = address.uri().clone();
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().extend(headers);
        self.client.request(request).await.map_err(|error| ProbeError::Connect(error.into()))
    }

    /// The next piece of a body; `None` at its end.
    pub(super) async fn piece(&self, body: &mut Incoming) -> Result<Option<Bytes>, ProbeError> {
        let piece = next(body).await?;
        if let Some(data) = &piece {
            let left = self.left.get().checked_sub(data.len()).ok_or(ProbeError::TooLarge)?;
            self.left.set(left);
        }
        Ok(piece)
    }

    /// A whole body.
    pub(super) async fn whole(&self, body: &mut Incoming) -> Result<Vec<u8>, ProbeError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.piece(body).await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// The start of the body of an error.
    pub(super) async fn start(&self, body: &mut Incoming) -> Result<Vec<u8>, ProbeError> {
        let mut start = Vec::new();
        while start.len() < ERROR_BODY
            && let Some(piece) = self.piece(body).await?
        {
            start.extend_from_slice(&piece);
        }
        Ok(start)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // A look-up of a name cannot be stopped; waiting for it could hang us.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The next piece of a body, whatever was read before; `None` at its end.
pub(super) async fn next(body: &mut Incoming) -> Result<Option<Bytes>, ProbeError> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ProbeError::Connect(error.into()))?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn header((name, value): &(String, Hidden)) -> Result<(HeaderName, HeaderValue), ProbeError> {
    let bad = || ProbeError::Header(name.as_str().into());
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
    let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| bad())?;
    value.set_sensitive(true);
    Ok((key, value))
}

fn connector(address: &Address) -> Result<HttpsConnector<HttpConnector>, ProbeError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT));
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = if address.is_plain() {
        // Nothing here is ever reached with TLS, so the roots need not be read.
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| ProbeError::Connect(error.into()))?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        HttpsConnectorBuilder::new().with_tls_config(config).https_or_http()
    } else {
        HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(ProbeError::Trust)?
            .https_only()
    };
    Ok(builder.enable_http1().enable_http2().wrap_connector(tcp))
}

/// As the other, with somebody who is told that a certificate is asked for.
fn without_certificate(
    asked: Arc<dyn ResolvesClientCert>,
) -> Result<HttpsConnector<HttpConnector>, ProbeError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT));
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ProbeError::Connect(error.into()))?
        .with_native_roots()
        .map_err(ProbeError::Trust)?
        .with_client_cert_resolver(asked);
    let builder = HttpsConnectorBuilder::new().with_tls_config(config).https_only();
    Ok(builder.enable_http1().enable_http2().wrap_connector(tcp))
}
