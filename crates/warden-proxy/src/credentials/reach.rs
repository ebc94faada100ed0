//! Requests to authorization servers and sources of secrets.
//!
//! An address is reached only if it is of an origin that somebody has configured, over TLS unless
//! it is this machine. No redirect is followed, answers are bounded in size and time, and what
//! they say is never repeated.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::{sync::OnceCell, time::timeout};
use warden_mcp::Address;
use warden_model::Hidden;

use super::error::{CredentialError, Denied, Missing};
use crate::gateway::trusted;

/// How long an answer may take, all of it.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer.
const MOST: usize = 64 << 10;

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The way to some origins.
pub(super) struct Reach {
    allowed: Vec<Address>,
    authorities: Option<PathBuf>,
    patience: Duration,
    client: OnceCell<Http>,
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reach").field("origins", &self.allowed.len()).finish_non_exhaustive()
    }
}

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) headers: Vec<(HeaderName, Hidden)>,
    /// A form that is posted; without it something is got.
    pub(super) form: Option<String>,
}

/// An answer that was read whole. It may hold a secret, and cannot be printed.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    is_json: bool,
    body: Bytes,
}

impl Answer {
    /// The object that the answer is.
    pub(super) fn object(&self) -> Option<Value> {
        let value = warden_seal::read_strict(&self.body, MOST).ok()?;
        (self.is_json && value.is_object()).then_some(value)
    }
}

impl Reach {
    /// The way to the origins of these addresses.
    ///
    /// # Errors
    /// One of them is none, or would be reached without TLS and is not this machine.
    pub(super) fn new<'a>(
        addresses: impl IntoIterator<Item = &'a str>,
        authorities: Option<PathBuf>,
    ) -> Result<Self, Denied> {
        let safe = |address: &Address| !address.is_plain() || address.is_loopback();
        let read = |url: &str| Address::parse(url).filter(safe).ok_or(Denied::Address);
        let allowed = addresses.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { allowed, authorities, patience: PATIENCE, client: OnceCell::new() })
    }

    /// With another patience.
    pub(super) fn waiting(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The address, if it is one that may be reached.
    pub(super) fn allows(&self, url: &str) -> Result<Uri, Denied> {
        let address = Address::parse(url).ok_or(Denied::Address)?;
        let known = self.allowed.iter().any(|allowed| allowed.join(url).is_some());
        if known { Ok(address.uri().clone()) } else { Err(Denied::Address) }
    }

    /// Asks, and reads the answer.
    ///
    /// # Errors
    /// An address that may not be reached, or no answer that can be read.
    pub(super) async fn ask(&self, question: Question<'_>) -> Result<Answer, CredentialError> {
        let request = self.request(question)?;
        let answer = timeout(self.patience, async {
            let client = self.client.get_or_try_init(|| self.connect()).await?;
            let answer = client.request(request).await.map_err(|_| Missing::Issuer)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(|_| Missing::Answer)?;
            let kind = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
            Ok(Answer {
                status: head.status,
                is_json: is_json(kind.unwrap_or_default()),
                body: body.to_bytes(),
            })
        });
        answer.await.unwrap_or(Err(Missing::Slow.into()))
    }

    fn request(&self, question: Question<'_>) -> Result<Request<Full<Bytes>>, CredentialError> {
        let uri = self.allows(question.url)?;
        let mut request = Request::new(Full::default());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in question.headers {
            headers.insert(name, header(&value)?);
        }
        if let Some(form) = question.form {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, kind);
            *request.method_mut() = Method::POST;
            *request.body_mut() = Full::new(Bytes::from(form));
        }
        *request.uri_mut() = uri;
        Ok(request)
    }

    async fn connect(&self) -> Result<Http, CredentialError> {
        let plain = self.allowed.iter().all(Address::is_plain);
        let trusted = trusted(self.authorities.clone(), plain).await;
        let mut config = trusted.map_err(|_| Missing::Issuer)?;
        // The connector sets it by itself.
        Arc::make_mut(&mut config).alpn_protocols.clear();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(Arc::unwrap_or_clone(config))
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Client::builder(TokioExecutor::new()).build(connector))
    }
}

/// A secret as it stands in a header.
pub(super) fn header(value: &Hidden) -> Result<HeaderValue, Denied> {
    let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| Denied::TokenForm)?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_json(kind: &[u8]) -> bool {
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// Parameters as a form (`application/x-www-form-urlencoded`).
pub(super) fn form<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in parameters {
        if !out.is_empty() {
            out.push('&');
        }
        escape(name, &mut out);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

/// Appends a text with everything percent-encoded that is not unreserved (RFC 3986, section 2.3).
pub(super) fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// The parameters of a query or form; `None` if it is none, has one twice, or has very many.
pub(super) fn parameters(query: &str) -> Option<Vec<(String, String)>> {
    /// The most that are read.
    const MOST: usize = 32;
    let mut all: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (unescape(name)?, unescape(value)?);
        if all.len() >= MOST || all.iter().any(|(other, _)| *other == name) {
            return None;
        }
        all.push((name, value));
    }
    Some(all)
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
                u8::try_from(value).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_configured_origins_are_reached_and_only_safely() {
        let reach = Reach::new(["https://id.example/realm", "http://127.0.0.1:1"], None).unwrap();
        for fine in ["https://id.example/token", "https://ID.example:443/x", "http://127.0.0.1:1/"]
        {
            assert!(reach.allows(fine).is_ok(), "{fine}");
        }
        for bad in [
            "http://id.example/token",
            "https://id.example:8443/token",
            "https://id.example.evil.test/token",
            "https://a@id.example/token",
            "https://169.254.169.254/latest",
            "http://127.0.0.1:2/",
            "file:///etc/passwd",
            "//id.example/token",
            "",
        ] {
            assert_eq!(reach.allows(bad).err(), Some(Denied::Address), "{bad}");
        }
        for plain in ["http://id.example", "http://10.0.0.1", "ftp://id.example"] {
            assert_eq!(Reach::new([plain], None).err(), Some(Denied::Address), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_as_a_form_is_read_again(
            all in proptest::collection::btree_map("\\PC{1,8}", "\\PC{0,20}", 0..8)
        ) {
            let pairs: Vec<_> = all.into_iter().collect();
            let text = form(pairs.iter().map(|(name, value)| (&**name, &**value)));
            prop_assert!(text.is_ascii());
            prop_assert_eq!(parameters(&text), Some(pairs));
        }

        #[test]
        fn no_query_makes_the_reader_fail(query in "[ -~]{0,60}|\\PC{0,30}") {
            let _ = parameters(&query).map(|all| all.len());
        }
    }

    #[test]
    fn a_parameter_that_is_there_twice_is_no_parameter() {
        assert_eq!(parameters("a=1&a=2"), None);
        assert_eq!(parameters("a=%zz"), None);
        assert_eq!(parameters("a=%ff"), None);
        assert_eq!(parameters(""), Some(Vec::new()));
    }
}
