//! Tokens for the gateway itself, and exchanged ones.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{fake::json, *};

/// A server that gives another token each time.
async fn issuing(life: u32) -> Fake {
    let count = AtomicU64::new(0);
    Fake::start(move |_, _| {
        let nth = count.fetch_add(1, Ordering::Relaxed);
        json(200, &format!(
            r#"{{"access_token":"token-{nth}","token_type":"Bearer","expires_in":{life},"issued_token_type":"{}"}}"#,
            token::ACCESS_TOKEN
        ))
    })
    .await
}

#[tokio::test]
async fn a_client_asks_for_itself_with_resource_and_scopes() {
    let fake = issuing(600).await;
    let kind = Kind::Client(grant(&fake.base));
    let credentials = Credentials::new(settings(kind), stage().means).unwrap();
    assert_eq!(value(credentials.headers(&principal("ann"), None).await), "Bearer token-0");
    assert_eq!(value(credentials.headers(&principal("bob"), None).await), "Bearer token-0");
    assert_eq!(fake.count("/token"), 1);
    let seen = fake.last();
    assert_eq!(
        seen.body,
        "grant_type=client_credentials&scope=read%20write\
         &resource=https%3A%2F%2Ftickets.example%2Fmcp"
    );
    // Both parts are written as in a form before they are joined (RFC 6749, section 2.3.1).
    let basic = STANDARD.encode("gate%20way:s3cret%3A1").to_lowercase();
    assert!(seen.head.contains(&format!("authorization: basic {basic}")));
}

// A server gets a token of its own for this user, and never the one that the caller showed.
#[tokio::test]
async fn a_token_is_exchanged_once_for_each_session() {
    let (fake, stage) = (issuing(600).await, stage());
    let made = Credentials::new(settings(exchange(&fake.base)), Arc::clone(&stage.means));
    let credentials = Arc::new(made.unwrap());
    let all: Vec<_> = (0..100)
        .map(|_| {
            let credentials = Arc::clone(&credentials);
            tokio::spawn(
                async move { credentials.headers(&principal("ann"), Some(&subject())).await },
            )
        })
        .collect();
    for one in all {
        assert_eq!(value(one.await.unwrap()), "Bearer token-0");
    }
    assert_eq!(fake.count("/token"), 1, "a hundred calls make one request");
    let body = fake.last().body;
    for part in [
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
        "subject_token=subject-token",
        "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
        "audience=tickets",
        "resource=https%3A%2F%2Ftickets.example%2Fmcp",
    ] {
        assert!(body.contains(part), "{part}");
    }
    let bob = credentials.headers(&principal("bob"), Some(&subject())).await;
    assert_eq!(value(bob), "Bearer token-1", "another session has another token");
    stage.time.fetch_add(560, Ordering::Relaxed);
    let ann = credentials.headers(&principal("ann"), Some(&subject())).await;
    assert_eq!(value(ann), "Bearer token-0");
    stage.time.fetch_add(20, Ordering::Relaxed);
    let ann = credentials.headers(&principal("ann"), Some(&subject())).await;
    assert_eq!(value(ann), "Bearer token-2", "it is renewed before it expires");
    credentials.forget_session(&principal("ann").session);
    let ann = credentials.headers(&principal("ann"), Some(&subject())).await;
    assert_eq!(value(ann), "Bearer token-3", "what was revoked is not kept");
    let none = credentials.headers(&principal("ann"), None).await;
    assert_eq!(none, Err(Denied::NoSubjectToken.into()));
}

#[tokio::test]
async fn what_a_server_refuses_is_replaced_once_by_something_else() {
    let fake = issuing(600).await;
    let credentials = Credentials::new(settings(exchange(&fake.base)), stage().means).unwrap();
    let (ann, subject) = (principal("ann"), subject());
    let first = credentials.headers(&ann, Some(&subject)).await.unwrap();
    let second = credentials.anew(&ann, Some(&subject), &first).await;
    assert_eq!(value(second), "Bearer token-1");
    let again = credentials.anew(&ann, Some(&subject), &first).await;
    assert_eq!(value(again), "Bearer token-1", "somebody else has renewed it already");
    let secret = Kind::Static { header: AUTHORIZATION, value: Template::text("Bearer fixed") };
    let fixed = Credentials::new(settings(secret), stage().means).unwrap();
    let first = fixed.headers(&ann, None).await.unwrap();
    assert_eq!(fixed.anew(&ann, None, &first).await, Err(Denied::Server.into()));
}

#[tokio::test]
async fn what_cannot_be_safe_is_not_set_up() {
    let code = |settings| Credentials::new(settings, stage().means).err().map(|it| it.code());
    assert_eq!(code(settings(exchange("http://id.example"))), Some("issuer-address"));
    let mut plain = settings(exchange("https://id.example"));
    assert_eq!(code(plain.clone()), None);
    plain.resource = "http://tickets.example/mcp".into();
    assert_eq!(code(plain), Some("issuer-address"));
    let mut kind = grant("https://id.example");
    kind.scopes.clear();
    let kind = Kind::Exchange(Exchange {
        grant: kind,
        subject_type: token::JWT.into(),
        audience: None,
        actor: None,
    });
    assert_eq!(code(settings(kind)), Some("not-set-up"));
}
