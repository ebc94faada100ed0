//! What people agree to, from the first page to a token that is renewed.

use super::{
    consent::{Browser, Consents, Page},
    fake::{Seen, json},
    *,
};

const CODE: &str = "c0de";

/// An authorization server. `iss`: whether it says that it names itself in its answers.
fn says(base: &str, seen: &Seen, count: &AtomicU64) -> fake::Said {
    if seen.line.contains("/.well-known/oauth-authorization-server") {
        return json(
            200,
            &format!(
                r#"{{"issuer":"{base}","authorization_endpoint":"{base}/authorize","token_endpoint":"{base}/token","revocation_endpoint":"{base}/revoke","code_challenge_methods_supported":["S256"],"authorization_response_iss_parameter_supported":true}}"#
            ),
        );
    }
    if seen.line.contains("/.well-known/oauth-protected-resource/mcp") {
        return json(
            200,
            &format!(r#"{{"resource":"{base}/mcp","authorization_servers":["{base}"]}}"#),
        );
    }
    if seen.line.contains("/token") {
        let nth = count.fetch_add(1, Ordering::Relaxed);
        let known = seen.body.contains(&format!("code={CODE}"))
            || seen.body.contains(&format!("refresh_token=refresh-{}", nth.saturating_sub(1)));
        if !known {
            return json(400, r#"{"error":"invalid_grant"}"#);
        }
        return json(
            200,
            &format!(
                r#"{{"access_token":"token-{nth}","token_type":"Bearer","expires_in":600,"refresh_token":"refresh-{nth}"}}"#
            ),
        );
    }
    json(if seen.line.contains("/revoke") { 200 } else { 404 }, "{}")
}

struct Scene {
    fake: Fake,
    stage: Stage,
    credentials: Arc<Credentials>,
    consents: Consents,
}

fn per_user(base: &str) -> CredentialSettings {
    let mut grant = grant(base);
    grant.issuer.identifier = Some(base.to_owned());
    grant.issuer.token_endpoint = None;
    grant.auth = ClientAuth::None;
    let mut settings = settings(Kind::PerUser(PerUser {
        grant,
        public: "http://127.0.0.1:8931".into(),
        client_name: "Gate <b>\u{202e}".into(),
        unknown_browsers: false,
    }));
    settings.resource = format!("{base}/mcp");
    settings
}

async fn scene() -> Scene {
    let count = AtomicU64::new(0);
    let fake = Fake::start(move |base, seen| says(base, seen, &count)).await;
    let stage = stage();
    let made = Credentials::new(per_user(&fake.base), Arc::clone(&stage.means));
    let credentials = Arc::new(made.unwrap());
    let consents = Consents::new([Arc::clone(&credentials)]);
    Scene { fake, stage, credentials, consents }
}

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    let found = page.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| &**value).unwrap_or_default()
}

#[track_caller]
fn failed(page: &Page, code: &str) {
    assert!(
        page.status >= 400 && page.body.contains(&format!("<code>{code}</code>")),
        "{}",
        page.body
    );
}

impl Scene {
    async fn ticket(&self, user: &str) -> String {
        match self.credentials.headers(&principal(user), None).await {
            Err(CredentialError::NeedsConsent { url }) => {
                let url = url.reveal();
                url.strip_prefix("http://127.0.0.1:8931/credentials/").expect("a page").to_owned()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Agrees. Returns the browser's cookie, and the state that it is sent on with.
    async fn agree(&self, ticket: &str) -> (String, String) {
        let page = self.consents.show(ticket, Browser::default()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let cookie = header(&page, "set-cookie").split(';').next().unwrap().to_owned();
        let browser = Browser { who: None, cookie: Some(&cookie) };
        let page = self.consents.answer(ticket, b"answer=agree", browser).await;
        assert_eq!(page.status, 303, "{}", page.body);
        let to = header(&page, "location").to_owned();
        assert!(to.starts_with(&format!("{}/authorize?response_type=code&", self.fake.base)));
        assert!(to.contains("&code_challenge_method=S256&"));
        let state = to.split("state=").nth(1).unwrap().split('&').next().unwrap();
        (cookie, state.to_owned())
    }

    async fn back(&self, cookie: &str, query: &str) -> Page {
        self.consents.callback(query, Browser { who: None, cookie: Some(cookie) }).await
    }

    fn query(&self, state: &str) -> String {
        let mut issuer = String::new();
        reach::escape(&self.fake.base, &mut issuer);
        format!("code={CODE}&state={state}&iss={issuer}")
    }
}

// Nothing is had on somebody's behalf before he has agreed to client, scopes and redirect.
#[tokio::test]
async fn somebody_agrees_and_his_token_is_renewed_and_taken_back() {
    let scene = scene().await;
    let ticket = scene.ticket("ann").await;
    assert_eq!(scene.ticket("ann").await, ticket, "he is sent to the same page");
    let page = scene.consents.show(&ticket, Browser::default()).await;
    for part in ["read", "write", "ann", "helper", "tickets", "gate way", "/credentials/callback"] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(page.body.contains("Gate &lt;b&gt;‹U+202E›") && !page.body.contains("<script"));
    let csp = header(&page, "content-security-policy");
    assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"));
    assert!(csp.contains("style-src 'sha256-") && !csp.contains("unsafe-inline"), "{csp}");
    let (cookie, state) = scene.agree(&ticket).await;
    let page = scene.back(&cookie, &scene.query(&state)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let sent = scene.fake.last().body;
    assert!(sent.contains("code_verifier=") && sent.contains("client_id=gate%20way"));
    let ann = principal("ann");
    assert_eq!(value(scene.credentials.headers(&ann, None).await), "Bearer token-0");
    // Another gateway with the same store and secret has it, too; what is kept is sealed.
    let other = Credentials::new(per_user(&scene.fake.base), Arc::clone(&scene.stage.means));
    assert_eq!(value(other.unwrap().headers(&ann, None).await), "Bearer token-0");
    for entry in scene.stage.store.all.lock().unwrap().values() {
        let text = String::from_utf8_lossy(&entry.value).into_owned();
        assert!(!text.contains("token-") && !text.contains("ann"));
    }
    // Nobody else has it.
    scene.ticket("bob").await;
    // It is renewed when it expires, and when the server refuses it.
    scene.stage.time.fetch_add(600, Ordering::Relaxed);
    let renewed = scene.credentials.headers(&ann, None).await;
    assert_eq!(value(renewed.clone()), "Bearer token-1");
    let again = scene.credentials.anew(&ann, None, &renewed.unwrap()).await;
    assert_eq!(value(again), "Bearer token-2");
    scene.credentials.revoke(&ann).await.unwrap();
    assert!(scene.fake.last().body.contains("token=refresh-2&token_type_hint=refresh_token"));
    scene.ticket("ann").await;
}

#[tokio::test]
async fn states_are_good_once_for_one_browser_one_issuer_and_a_while() {
    let scene = scene().await;
    let ticket = scene.ticket("ann").await;
    // Somebody who has not seen our page cannot have it answered.
    let blind = scene.consents.answer(&ticket, b"answer=agree", Browser::default()).await;
    failed(&blind, "state-refused");
    let cookie = Some("mcpwarden-consent=AAAA");
    let forged = Browser { who: None, cookie };
    failed(&scene.consents.answer(&ticket, b"answer=agree", forged).await, "state-of-another");
    let (cookie, state) = scene.agree(&ticket).await;
    // The ticket is used up.
    let browser = Browser { who: None, cookie: Some(&cookie) };
    failed(&scene.consents.answer(&ticket, b"answer=agree", browser).await, "state-refused");
    failed(&scene.consents.show(&ticket, browser).await, "state-refused");
    let query = scene.query(&state);
    // A state of another principal, or in another browser.
    let bob = principal("bob");
    let other = Browser { who: Some(&bob), cookie: Some(&cookie) };
    failed(&scene.consents.callback(&query, other).await, "state-of-another");
    failed(&scene.back("mcpwarden-consent=AAAA", &query).await, "state-of-another");
    failed(&scene.back(&cookie, "code=x&state=unknown").await, "state-refused");
    failed(&scene.back(&cookie, &format!("{query}&state={state}")).await, "state-refused");
    assert_eq!(scene.fake.count("/token"), 0, "no code was sent anywhere");
    // Another issuer: the code is not shown to anybody, and the state is gone.
    let wrong = format!("code={CODE}&state={state}&iss=https%3A%2F%2Fevil.example");
    failed(&scene.back(&cookie, &wrong).await, "callback-issuer");
    failed(&scene.back(&cookie, &query).await, "state-refused");
    assert_eq!(scene.fake.count("/token"), 0);
    // One that says it names itself and does not.
    let (cookie, state) = scene.agree(&scene.ticket("ann").await).await;
    let silent = format!("code={CODE}&state={state}");
    failed(&scene.back(&cookie, &silent).await, "callback-issuer");
    // An error is one; what it says is not repeated.
    let (cookie, state) = scene.agree(&scene.ticket("ann").await).await;
    let error = scene.query(&state).replace("code=c0de", "error=%3Cb%3E");
    failed(&scene.back(&cookie, &error).await, "not-agreed");
    // A code that comes twice.
    let (cookie, state) = scene.agree(&scene.ticket("ann").await).await;
    let query = scene.query(&state);
    assert_eq!(scene.back(&cookie, &query).await.status, 200);
    failed(&scene.back(&cookie, &query).await, "state-refused");
    assert_eq!(scene.fake.count("/token"), 1);
    // A state whose time is up.
    let (cookie, state) = scene.agree(&scene.ticket("bob").await).await;
    scene.stage.time.fetch_add(601, Ordering::Relaxed);
    failed(&scene.back(&cookie, &scene.query(&state)).await, "state-refused");
    let before = scene.stage.store.all.lock().unwrap().len();
    scene.consents.sweep().await.unwrap();
    let after = scene.stage.store.all.lock().unwrap().len();
    assert_eq!((before, after), (2, 1), "the grant stays, the state goes");
}

#[tokio::test]
async fn who_refuses_is_asked_anew_next_time() {
    let scene = scene().await;
    let ticket = scene.ticket("ann").await;
    let page = scene.consents.show(&ticket, Browser::default()).await;
    let cookie = header(&page, "set-cookie").split(';').next().unwrap().to_owned();
    let browser = Browser { who: None, cookie: Some(&cookie) };
    failed(&scene.consents.answer(&ticket, b"answer=refuse", browser).await, "not-agreed");
    assert_ne!(scene.ticket("ann").await, ticket);
}

#[tokio::test]
async fn a_store_that_is_away_is_a_no() {
    let scene = scene().await;
    scene.stage.store.away.store(true, Ordering::Relaxed);
    let away = scene.credentials.headers(&principal("ann"), None).await;
    assert_eq!(away, Err(Missing::Store.into()));
    let anybody = Principal { how: How::Anybody, ..principal("ann") };
    let nobody = scene.credentials.headers(&anybody, None).await;
    assert_eq!(nobody, Err(Denied::Nobody.into()));
}

#[tokio::test]
async fn metadata_that_lead_elsewhere_are_refused() {
    let good = |base: &str| {
        format!(
            r#"{{"issuer":"{base}","authorization_endpoint":"{base}/authorize","token_endpoint":"{base}/token","code_challenge_methods_supported":["S256"]}}"#
        )
    };
    for (from, to, code) in [
        ("\"issuer\":\"", "\"issuer\":\"https://x.example/", "issuer-differs"),
        ("\"token_endpoint\":\"", "\"token_endpoint\":\"https://x.example/", "issuer-address"),
        (
            "\"authorization_endpoint\":\"",
            "\"authorization_endpoint\":\"javascript:",
            "issuer-address",
        ),
        ("S256", "plain", "no-pkce"),
    ] {
        let fake = Fake::start(move |base, seen| {
            let wanted = seen.line.contains("oauth-authorization-server");
            json(if wanted { 200 } else { 404 }, &good(base).replace(from, to))
        })
        .await;
        let stage = stage();
        let made = Credentials::new(per_user(&fake.base), Arc::clone(&stage.means));
        let credentials = Arc::new(made.unwrap());
        let consents = Consents::new([Arc::clone(&credentials)]);
        let Err(CredentialError::NeedsConsent { url }) =
            credentials.headers(&principal("ann"), None).await
        else {
            panic!("nobody has agreed yet");
        };
        let ticket = url.reveal().rsplit('/').next().unwrap().to_owned();
        failed(&consents.show(&ticket, Browser::default()).await, code);
    }
}
