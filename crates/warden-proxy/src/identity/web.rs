//! Requests to authorization servers: bounded, over TLS, and led nowhere else.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio::time::timeout;

/// How long an authorization server may take for one request.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of an answer is read, in bytes.
const MOST_ANSWER: usize = 256 << 10;

/// The authorities of the system, read once.
static SYSTEM: OnceLock<RootCertStore> = OnceLock::new();

/// Asks authorization servers.
#[derive(Clone, Debug)]
pub(super) struct Web(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// There is no answer that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the authorization server gave no answer that counts")]
pub(super) struct NoAnswer;

/// Nobody whom TLS could trust was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificates of authorities cannot be used")]
pub(super) struct BadAuthorities;

impl Web {
    /// Trusts the authorities of the system and those in `authorities`, in PEM form.
    pub(super) fn new(authorities: Option<&[u8]>) -> Result<Self, BadAuthorities> {
        let mut roots = SYSTEM.get_or_init(system).clone();
        for certificate in authorities.into_iter().flat_map(CertificateDer::pem_slice_iter) {
            let certificate = certificate.map_err(|_| BadAuthorities)?;
            roots.add(certificate).map_err(|_| BadAuthorities)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| BadAuthorities)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(PATIENCE));
        let https = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
        let https = https.enable_http1().wrap_connector(tcp);
        Ok(Self(Client::builder(TokioExecutor::new()).build(https)))
    }

    /// The body of an answer with status 200; `None` for one with 404.
    pub(super) async fn ask(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Option<Bytes>, NoAnswer> {
        if !is_safe(request.uri()) {
            return Err(NoAnswer);
        }
        let answer = async {
            let answer = self.0.request(request).await.map_err(|_| NoAnswer)?;
            match answer.status() {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND => return Ok(None),
                // A redirect is not followed: it would say whom to believe.
                _ => return Err(NoAnswer),
            }
            let body = Limited::new(answer.into_body(), MOST_ANSWER).collect().await;
            body.map(|body| Some(body.to_bytes())).map_err(|_| NoAnswer)
        };
        timeout(PATIENCE, answer).await.map_err(|_| NoAnswer)?
    }

    /// What is at an address.
    pub(super) async fn get(&self, uri: &str) -> Result<Option<Bytes>, NoAnswer> {
        let request = Request::get(uri).header("accept", "application/json");
        self.ask(request.body(Full::default()).map_err(|_| NoAnswer)?).await
    }
}

fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one that is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// Whether nobody on the way can read or change what passes: TLS, or the same machine.
pub(super) fn is_safe(uri: &Uri) -> bool {
    let Some(host) = uri.host() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_local = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_local,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine_is_safe() {
        for (uri, safe) in [
            ("https://issuer.example/x", true),
            ("http://127.0.0.1:80/x", true),
            ("http://[::1]:80/x", true),
            ("http://localhost/x", true),
            ("http://issuer.example/x", false),
            ("http://127.0.0.1.evil.example/x", false),
            ("http://10.0.0.1/x", false),
            ("/x", false),
            ("file:///x", false),
        ] {
            assert_eq!(uri.parse::<Uri>().is_ok_and(|uri| is_safe(&uri)), safe, "{uri}");
        }
    }
}
