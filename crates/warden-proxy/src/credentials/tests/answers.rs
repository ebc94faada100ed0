//! What a token endpoint may not answer with.

use super::{
    fake::{Said, json},
    *,
};

const FINE: &str = r#"{"access_token":"t0ken","token_type":"bearer","expires_in":600,"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;

async fn answered(said: Said) -> Result<Vec<(HeaderName, Hidden)>, CredentialError> {
    let fake = Fake::start(move |_, _| said.clone()).await;
    let credentials = Credentials::new(settings(exchange(&fake.base)), stage().means).unwrap();
    let credentials = credentials.waiting(Duration::from_millis(300));
    let answered = credentials.headers(&principal("ann"), Some(&subject())).await;
    // Nothing that can be printed holds a token or a secret.
    let shown = format!("{answered:?} {credentials:?}");
    let told = answered.as_ref().err().map(ToString::to_string);
    for secret in ["t0ken", "subject-token", "s3cret", "czNj"] {
        assert!(!shown.contains(secret) && !told.iter().any(|told| told.contains(secret)));
    }
    answered
}

#[tokio::test]
async fn a_good_answer_is_used() {
    assert_eq!(value(answered(json(200, FINE)).await), "Bearer t0ken");
    let fine = FINE.replace("600", "\"600\"").replace("bearer", "Bearer");
    assert_eq!(value(answered(json(200, &fine)).await), "Bearer t0ken");
    let narrower = FINE.replace("{\"a", "{\"scope\":\"read\",\"a");
    assert_eq!(value(answered(json(200, &narrower)).await), "Bearer t0ken");
}

// A bad answer of an authorization server is a no, and each has a code of its own.
#[tokio::test]
async fn bad_answers_are_refused() {
    let with = |from: &str, to: &str| {
        assert!(FINE.contains(from));
        json(200, &FINE.replace(from, to))
    };
    let also = |what: &str| with("{\"a", &format!("{{{what},\"a"));
    let plain = Some((200, "Content-Type: text/html\r\n".to_owned(), FINE.to_owned()));
    let location = "Content-Type: application/json\r\nLocation: /token2\r\n".to_owned();
    let huge = format!("{}{}", FINE, " ".repeat(128 << 10));
    let table: Vec<(&str, Said, &str)> = vec![
        ("not a bearer token", with("bearer", "DPoP"), "token-type"),
        ("no type", with("\"token_type\":\"bearer\",", ""), "token-type"),
        ("no expiry", with("\"expires_in\":600,", ""), "no-expiry"),
        ("expired", with("600", "0"), "no-expiry"),
        ("negative", with("600", "-5"), "no-expiry"),
        ("wider", also("\"scope\":\"read write admin\""), "wider-scope"),
        ("scope that is no text", also("\"scope\":[\"read\"]"), "wider-scope"),
        ("the same token", with("t0ken", "subject-token"), "same-token"),
        ("a refresh token", with("type:access_token", "type:refresh_token"), "issued-type"),
        ("header injection", with("t0ken", "a\\r\\nb: c"), "token-form"),
        ("empty", with("t0ken", ""), "token-form"),
        ("twice", also("\"access_token\":\"x\""), "issuer-answer"),
        ("no JSON", json(200, "access_token=x"), "issuer-answer"),
        ("an array", json(200, "[]"), "issuer-answer"),
        ("huge", json(200, &huge), "issuer-answer"),
        ("another content type", plain, "issuer-answer"),
        ("redirect", Some((307, location, FINE.to_owned())), "issuer-answer"),
        ("created", json(201, FINE), "issuer-answer"),
        ("5xx", json(503, FINE), "issuer-away"),
        ("too many", json(429, "{}"), "issuer-away"),
        ("slow", None, "issuer-slow"),
        ("invalid_grant", json(400, r#"{"error":"invalid_grant"}"#), "grant-refused"),
        ("invalid_client", json(401, r#"{"error":"invalid_client"}"#), "client-refused"),
        ("invalid_scope", json(400, r#"{"error":"invalid_scope"}"#), "scope-refused"),
        ("invalid_target", json(400, r#"{"error":"invalid_target"}"#), "target-refused"),
        ("anything", json(400, r#"{"error":"t0ken"}"#), "issuer-refused"),
    ];
    for (what, said, code) in table {
        let error = answered(said).await.expect_err(what);
        assert_eq!(error.code(), code, "{what}");
    }
}

#[tokio::test]
async fn nobody_there_is_away() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let credentials = Credentials::new(settings(exchange(&base)), stage().means).unwrap();
    let error = credentials.headers(&principal("ann"), Some(&subject())).await.unwrap_err();
    assert_eq!(error.code(), "issuer-away");
}
