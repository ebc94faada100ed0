//! Who comes in to the gateway as a whole program: real sockets, real authorization servers, a real
//! ledger.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod consent;
mod first;
mod issuer;
mod machines;
mod official;
mod opaque;
mod outlive;
mod restriction;
mod upstream;
mod wrong;

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use warden_audit::{Filter, select, verify};
use warden_model::Digest;
use warden_testkit::{
    TestHome,
    gateway::{Gateway, Setup, visitor::Visitor},
};

use issuer::Issuer;

/// What the gateway is called by those who issue tokens for it.
pub(crate) const RESOURCE: &str = "https://gate.example/mcp";

/// The tables of a gateway that takes tokens of this issuer.
pub(crate) fn tables(issuer: &Issuer, more: &str) -> String {
    format!(
        "[identity]\nresource = \"{RESOURCE}\"\nscopes = [\"tools:read\"]\n\n\
         [[issuer]]\nurl = \"{}\"\nscopes = [\"tools:read\"]\n{more}\n",
        issuer.url
    )
}

/// A gateway before one server with everything in it, called `fix`.
#[track_caller]
pub(crate) fn plain(home: &TestHome, issuer: &Issuer, more: &str) -> Gateway {
    let setup = Setup::new().program("fix", &["--full"]).table(&tables(issuer, more));
    Gateway::start(home, &setup)
}

/// What a table of the configuration says of a key.
pub(crate) fn key_table(name: &str, key: &str, more: &str) -> String {
    let digest = Digest::of(key.as_bytes());
    let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
    format!("[[key]]\nname = \"{name}\"\nsha256 = \"{hex}\"\n{more}\n")
}

/// A client that shows this token.
#[track_caller]
pub(crate) fn visitor(gateway: &Gateway, revision: &str, token: &str) -> Visitor {
    let mut visitor =
        Visitor { revision: revision.into(), ..Visitor::modern(gateway.address()) }.showing(token);
    if !visitor.is_modern() {
        visitor.begin();
    }
    visitor
}

/// Every record of this event, from a ledger that verifies.
#[track_caller]
pub(crate) fn records(home: &TestHome, event: &str) -> Vec<Value> {
    let ledger = home.warden().join("ledger");
    verify(&ledger).expect("the ledger verifies");
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&ledger, &filter, usize::MAX).expect("the ledger can be read");
    let read = |body: &str| serde_json::from_str(body).expect("a record is JSON");
    found.records.iter().map(|stored| read(&stored.body)).collect()
}

/// What an access token of this person usually says.
pub(crate) fn claims(issuer: &Issuer, user: &str) -> Value {
    let now = issuer::now();
    json!({
        "iss": issuer.url, "aud": RESOURCE, "sub": user, "client_id": "bot", "jti": user,
        "exp": now + 600, "iat": now - 10, "scope": "tools:read",
    })
}

/// A port that nobody has at the moment: what a token is for, and where browsers come back to, has
/// to be known before the gateway starts.
pub(crate) fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
    listener.local_addr().expect("it is bound").port()
}

/// Looks until this is so.
#[track_caller]
pub(crate) fn await_true(right: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !right() {
        assert!(Instant::now() < deadline, "it does not come to that");
    }
}
