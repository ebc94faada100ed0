//! What a server is shown on behalf of whom a connection is for.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering as At},
    time::SystemTime,
};

use warden_model::Hidden;
use warden_policy::access::{How, Principal, SessionKey};
use warden_seal::Vault;

use super::{
    fake::{Do, Fake, Seen, accepted, answer, json, result},
    *,
};
use crate::credentials::{
    Credentials, Means,
    settings::{ClientAuth, CredentialSettings, Exchange, Grant, Issuer, Kind},
};

const MODERN: &str = r#"{"supportedVersions":["2026-07-28"],"capabilities":{}}"#;
const LEGACY: &str = r#"{"protocolVersion":"2025-11-25","capabilities":{}}"#;

/// An authorization server that gives another token each time.
async fn issuing() -> Fake {
    let count = AtomicUsize::new(0);
    Fake::start(move |_| {
        let nth = count.fetch_add(1, At::Relaxed);
        json(&format!(
            r#"{{"access_token":"token-{nth}","token_type":"Bearer","expires_in":600,"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}}"#
        ))
    })
    .await
}

/// A link on behalf of somebody who has shown us `subject-token`.
async fn opened(server: &Fake, issuer: &Fake) -> Result<Arc<Link>, LinkError> {
    let grant = Grant {
        issuer: Issuer {
            identifier: None,
            token_endpoint: Some(issuer.url.clone()),
            origins: Vec::new(),
            authorities: None,
        },
        client: "gateway".into(),
        auth: ClientAuth::None,
        scopes: ["read".to_owned()].into(),
        assumed: None,
    };
    let subject_type = "urn:ietf:params:oauth:token-type:access_token".into();
    let settings = CredentialSettings {
        server: "tickets".into(),
        resource: server.url.clone(),
        authorities: None,
        kind: Kind::Exchange(Exchange { grant, subject_type, audience: None, actor: None }),
    };
    let means = Means {
        secrets: None,
        store: None,
        vault: Arc::new(Vault::random("credentials").unwrap()),
        clock: Arc::new(|| SystemTime::UNIX_EPOCH),
    };
    let credentials = Arc::new(Credentials::new(settings, Arc::new(means)).unwrap());
    let principal = Principal {
        how: How::Token,
        user: Some("ann".into()),
        agent: "helper".into(),
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: "".into(),
        purpose: None,
        roles: BTreeSet::new(),
        scopes: None,
        allowlist: None,
        session: SessionKey::derived(&["ann"]),
        expires: None,
    };
    let subject = Some(Arc::new(Hidden::from("subject-token")));
    let behalf = Arc::new(Behalf { principal: Arc::new(principal), subject });
    let shown = Some(Arc::new(Shown::new(credentials, behalf)));
    let (hello, deadlines) = (hello(), Deadlines::default());
    let reach = http(server.url.clone());
    let opened = Link::open(&reach, &hello, &deadlines, MOST, shown);
    timeout(LONG, opened).await.expect("it does not hang").map(|(link, _)| link)
}

/// Refuses all tokens but one.
fn takes(seen: &Seen, token: &str, otherwise: &str) -> Option<Vec<Do>> {
    let shown = seen.headers.get("authorization").map(String::as_str);
    let header = "WWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n";
    (shown != Some(token)).then(|| answer(otherwise, header, ""))
}

// A server is shown its own token, never the caller's; one that it refuses is replaced once.
#[tokio::test]
async fn every_request_shows_a_token_and_a_refused_one_is_replaced() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let issuer = issuing().await;
        let mut server = Fake::start(move |seen| match &*seen.method() {
            "server/discover" => result(seen, MODERN),
            _ => takes(seen, "Bearer token-1", status).unwrap_or_else(|| result(seen, "{}")),
        })
        .await;
        let link = opened(&server, &issuer).await.unwrap();
        for _ in 0..2 {
            let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
            assert_eq!(all(&mut exchange).await.unwrap().len(), 1);
        }
        let mut shown = Vec::new();
        while let Ok(seen) = server.seen.try_recv() {
            assert!(!format!("{seen:?}").contains("subject-token"));
            shown.push(seen.headers.get("authorization").cloned().unwrap_or_default());
        }
        let (old, new) = ("Bearer token-0", "Bearer token-1");
        assert_eq!(shown, [old, old, new, new], "{status}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_everything_is_asked_twice_and_no_more() {
    let (issuer, count) = (issuing().await, Arc::new(AtomicUsize::new(0)));
    let calls = Arc::clone(&count);
    let server = Fake::start(move |seen| {
        if &*seen.method() == "server/discover" {
            return result(seen, MODERN);
        }
        calls.fetch_add(1, At::Relaxed);
        answer("401 Unauthorized", "", "")
    })
    .await;
    let link = opened(&server, &issuer).await.unwrap();
    let mut exchange = link.send(call(r#"{"name":"a"}"#)).await.unwrap();
    assert_eq!(fails(&mut exchange).await, LinkError::Status(401));
    assert_eq!(count.load(At::Relaxed), 2);
}

#[tokio::test]
async fn notifications_of_a_legacy_server_are_shown_it_too() {
    let issuer = issuing().await;
    let server = Fake::start(move |seen| match &*seen.method() {
        "server/discover" => answer("400 Bad Request", "", ""),
        "initialize" => result(seen, LEGACY),
        _ => takes(seen, "Bearer token-1", "401 Unauthorized").unwrap_or_else(accepted),
    })
    .await;
    assert!(opened(&server, &issuer).await.is_ok());
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let issuer = Fake::start(|_| answer("503 Away", "", "")).await;
    let mut server = Fake::start(|seen| result(seen, MODERN)).await;
    let refused = opened(&server, &issuer).await;
    assert_eq!(refused.err(), Some(LinkError::Credential("issuer-away")));
    assert!(server.seen.try_recv().is_err());
}
