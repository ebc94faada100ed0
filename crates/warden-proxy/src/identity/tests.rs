//! A whole door, and an authorization server on the same machine.

mod bindings;
mod issuers;
mod others;
mod server;
mod tokens;

use hyper::{HeaderMap, Method, Uri, header::HeaderValue};
use warden_policy::Time;

use super::*;
use server::{NOW, RESOURCE};

/// What one request shows.
struct Visit {
    headers: HeaderMap,
    method: Method,
    uri: Uri,
    certificate: Option<Vec<u8>>,
    now: i64,
}

impl Visit {
    fn bare() -> Self {
        let uri = Uri::from_static("/mcp");
        Self { headers: HeaderMap::new(), method: Method::POST, uri, certificate: None, now: NOW }
    }

    fn bearer(token: &str) -> Self {
        Self::bare().with("authorization", &format!("Bearer {token}"))
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, HeaderValue::from_str(value).unwrap());
        self
    }

    fn at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    fn certified(mut self, certificate: &[u8]) -> Self {
        self.certificate = Some(certificate.to_vec());
        self
    }

    async fn come(&self, door: &Door) -> Result<Admitted, Denied> {
        let shown = Shown {
            headers: &self.headers,
            method: &self.method,
            uri: &self.uri,
            certificate: self.certificate.as_deref(),
            now: Time::from_micros(self.now * 1_000_000),
        };
        door.admit(&shown).await
    }

    async fn reason(&self, door: &Door) -> Reason {
        self.come(door).await.expect_err("nobody comes in with this").reason
    }
}

fn time(seconds: i64) -> Time {
    Time::from_micros(seconds * 1_000_000)
}
