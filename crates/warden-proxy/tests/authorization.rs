//! The door and a published authorization server: what that issues lets in, and what it issues for
//! something else does not.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request, Response, Uri, header::HeaderValue};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::{Time, access::How};
use warden_proxy::identity::{
    Admitted, Door, IdentitySettings, Introspection, Issuer, KeysFrom, Reason, Shown,
};
use warden_seal::{KeyKind, LocalKey, Signer as _, VerifyKey};

const RESOURCE: &str = "https://gate.example/mcp";
const AGENT: &str = "agent:agent-secret-agent-secret";
const BOUND: &str = "bound-agent:agent-secret-agent-secret";

/// The server, until it is dropped.
struct Server {
    program: Child,
    issuer: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        self.program.kill().ok();
        self.program.wait().ok();
    }
}

/// The folder that `cargo xtask test` has installed the server into.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn folder() -> PathBuf {
    let folder = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder).join("oauth"),
        None => panic!("the authorization server is not installed: run `cargo xtask test`"),
    };
    assert!(folder.is_dir(), "{} is not there: run `cargo xtask test`", folder.display());
    folder
}

impl Server {
    fn start() -> Self {
        let mut program = Command::new("node")
            .args(["server.mjs", "--port", "0", "--resource", RESOURCE])
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Node.js starts");
        let mut line = String::new();
        let output = program.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).expect("it says so in JSON");
        let issuer = said["issuer"].as_str().expect("it has an address").to_owned();
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { program, issuer, client }
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> (HeaderMap, Value) {
        let answer: Response<_> = self.client.request(request).await.expect("it answers");
        let headers = answer.headers().clone();
        let body = answer.into_body().collect().await.expect("it answers whole").to_bytes();
        (headers, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// What the token endpoint answers.
    async fn token(&self, client: Option<&str>, form: &str, proof: Option<&str>) -> Value {
        let mut request = Request::post(format!("{}/token", self.issuer))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(client) = client {
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(client)));
        }
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let request = request.body(Full::new(form.to_owned().into())).expect("a request");
        self.ask(request).await.1
    }

    /// A token for an agent that acts for nobody.
    async fn credentials(&self, resource: &str) -> String {
        let form = format!("grant_type=client_credentials&scope=tools:read&resource={resource}");
        access(&self.token(Some(AGENT), &form, None).await)
    }

    /// Logs in as a browser would, and returns what is issued for the code.
    async fn log_in(&self) -> Value {
        const VERIFIER: &str = "a-verifier-that-is-as-long-as-it-has-to-be-for-tests";
        let callback = "http://127.0.0.1:5999/callback";
        let challenge = URL_SAFE_NO_PAD.encode(Digest::of(VERIFIER.as_bytes()).bytes());
        let mut next = format!(
            "{}/auth?client_id=assistant&response_type=code&scope=openid%20tools:read\
             &redirect_uri={callback}&code_challenge={challenge}&code_challenge_method=S256\
             &resource={RESOURCE}",
            self.issuer
        );
        let mut cookies = BTreeMap::new();
        for _ in 0..8 {
            if let Some(answer) = next.strip_prefix(callback) {
                let code = answer.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
                let code = code.expect("there is a code");
                let form = format!(
                    "grant_type=authorization_code&client_id=assistant&code={code}\
                     &redirect_uri={callback}&code_verifier={VERIFIER}&resource={RESOURCE}"
                );
                return self.token(None, &form, None).await;
            }
            next = self.follow(&next, &mut cookies).await;
        }
        panic!("it leads nowhere: {next}");
    }

    /// Where one step of a login leads.
    async fn follow(&self, uri: &str, cookies: &mut BTreeMap<String, String>) -> String {
        let all: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(uri).header("cookie", all.join("; "));
        let (headers, _) = self.ask(request.body(Full::default()).expect("a request")).await;
        for set in headers.get_all("set-cookie") {
            let set = set.to_str().expect("a cookie").split(';').next().unwrap_or_default();
            let (name, value) = set.split_once('=').expect("a cookie");
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let place = headers["location"].to_str().expect("an address");
        if place.starts_with('/') { format!("{}{place}", self.issuer) } else { place.to_owned() }
    }

    fn door(&self, resource: &str, change: impl FnOnce(&mut Issuer)) -> Door {
        let mut settings = IdentitySettings::new(resource);
        let mut issuer = Issuer::new(&self.issuer);
        change(&mut issuer);
        settings.issuers.push(issuer);
        Door::new(settings).expect("these settings work")
    }
}

fn access(answer: &Value) -> String {
    answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
}

/// When a token was issued, or the first second there is for one that does not say.
fn issued(token: &str) -> i64 {
    let claims = token.split('.').nth(1).expect("it has claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("they are base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("they are JSON");
    claims["iat"].as_i64().expect("it says when")
}

async fn show(door: &Door, token: &str, now: i64) -> Result<Admitted, Reason> {
    let mut headers = HeaderMap::new();
    headers.insert(
        "authorization",
        HeaderValue::try_from(format!("Bearer {token}")).expect("a header"),
    );
    come(door, &headers, now).await
}

async fn come(door: &Door, headers: &HeaderMap, now: i64) -> Result<Admitted, Reason> {
    let uri = Uri::from_static("/mcp");
    let now = Time::from_micros(now * 1_000_000);
    let shown = Shown { headers, method: &Method::POST, uri: &uri, certificate: None, now };
    door.admit(&shown).await.map_err(|no| no.reason)
}

#[tokio::test]
async fn an_agent_comes_in_with_its_own_token_of_any_algorithm() {
    let server = Server::start();
    for last in ["", "/RS256", "/EdDSA"] {
        let resource = format!("{RESOURCE}{last}");
        let token = server.credentials(&resource).await;
        let door = server.door(&resource, |_| ());
        let came = show(&door, &token, issued(&token)).await.expect("it is let in");
        let who = &came.who.principal;
        assert_eq!((&*who.agent, who.user.as_deref(), who.how), ("agent", None, How::Token));
        assert_eq!(who.scopes, Some(["tools:read".into()].into()));
        // It is for one resource and no other, and not for ever.
        let other = server.door("https://other.example/mcp", |_| ());
        let no = show(&other, &token, issued(&token)).await.expect_err("it is not for that one");
        assert_eq!(no, Reason::TokenAudience);
        let no = show(&door, &token, issued(&token) + 631).await.expect_err("it is over");
        assert_eq!(no, Reason::TokenExpired);
    }
}

#[tokio::test]
async fn a_person_comes_in_through_an_agent_and_with_nothing_else_than_an_access_token() {
    let server = Server::start();
    let answer = server.log_in().await;
    let token = access(&answer);
    let door = server.door(RESOURCE, |_| ());
    let came = show(&door, &token, issued(&token)).await.expect("she is let in");
    let who = &came.who.principal;
    assert_eq!((who.user.as_deref(), &*who.agent), (Some("ann"), "assistant"));
    let identity = answer["id_token"].as_str().expect("there is an ID token");
    let no = show(&door, identity, issued(identity)).await.expect_err("it is no access token");
    assert_eq!(no, Reason::TokenType);
    // This one has nothing in it that tells it from an access token without type, except for whom.
    let lax = server.door(RESOURCE, |issuer| issuer.any_type = true);
    let no = show(&lax, identity, issued(identity)).await.expect_err("it is no access token");
    assert_eq!(no, Reason::TokenAudience);
}

#[tokio::test]
async fn an_opaque_token_is_asked_about_until_it_is_revoked() {
    let server = Server::start();
    let resource = format!("{RESOURCE}/opaque");
    let token = server.credentials(&resource).await;
    // Only this server's clock says what time it is.
    let now = issued(&server.credentials(RESOURCE).await);
    let door = server.door(&resource, |issuer| {
        issuer.keys = KeysFrom::Nowhere;
        issuer.introspection = Some(Introspection {
            url: format!("{}/token/introspection", server.issuer),
            client: "gateway".into(),
            secret: "gateway-secret-gateway".into(),
            believed: 30,
        });
    });
    let came = show(&door, &token, now).await.expect("it is let in");
    assert_eq!(&*came.who.principal.agent, "agent");
    let revoke = Request::post(format!("{}/token/revocation", server.issuer))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Basic {}", STANDARD.encode(AGENT)))
        .body(Full::new(format!("token={token}").into()));
    server.ask(revoke.expect("a request")).await;
    let no = show(&door, &token, now + 30).await.expect_err("it was revoked");
    assert_eq!(no, Reason::TokenInactive);
}

#[tokio::test]
async fn a_bound_token_needs_a_proof_by_its_key() {
    let server = Server::start();
    let now = issued(&server.credentials(RESOURCE).await);
    let key = LocalKey::generate(KeyKind::Ed25519).expect("a key");
    let endpoint = format!("{}/token", server.issuer);
    let form = format!("grant_type=client_credentials&scope=tools:read&resource={RESOURCE}");
    let first = proof(&key, &json!({"jti": "1", "htm": "POST", "htu": endpoint, "iat": now}));
    let answer = server.token(Some(BOUND), &form, Some(&first)).await;
    assert_eq!(answer["token_type"], "DPoP");
    let token = access(&answer);
    let hash = URL_SAFE_NO_PAD.encode(Digest::of(token.as_bytes()).bytes());
    let claims = json!({"jti": "2", "htm": "POST", "htu": RESOURCE, "iat": now, "ath": hash});
    let mut headers = HeaderMap::new();
    headers
        .insert("authorization", HeaderValue::try_from(format!("DPoP {token}")).expect("a header"));
    headers.insert("dpop", HeaderValue::try_from(proof(&key, &claims)).expect("a header"));
    let door = server.door(RESOURCE, |_| ());
    let came = come(&door, &headers, now).await.expect("it is let in");
    assert_eq!(came.who.principal.how, How::BoundToken);
    let no = come(&door, &headers, now).await.expect_err("it was used");
    assert_eq!(no, Reason::ProofReplayed);
    let no = show(&door, &token, now).await.expect_err("it is bound");
    assert_eq!(no, Reason::TokenBinding);
}

fn proof(key: &LocalKey, claims: &Value) -> String {
    let VerifyKey::Ed25519(public) = key.public() else { panic!("of Ed25519") };
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public)});
    let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk}).to_string();
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = key.sign(signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
