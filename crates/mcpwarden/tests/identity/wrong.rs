//! Requests that are authenticated wrongly: each is told apart, told what to do, and recorded.

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{LEGACY, MODERN, Visitor},
        wire::{Reply, Wire},
    },
};

use crate::{
    claims,
    issuer::{Issuer, Key, b64},
    key_table, plain, records, tables, visitor,
};

/// What a request shows, and how it is answered: status, `error` of the challenge, reason.
struct Row {
    what: &'static str,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    status: u16,
    error: Option<&'static str>,
    reason: &'static str,
}

fn row(what: &'static str, status: u16, error: Option<&'static str>, reason: &'static str) -> Row {
    Row { what, path: "/mcp", headers: Vec::new(), status, error, reason }
}

impl Row {
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn bearer(self, token: &str) -> Self {
        self.with("Authorization", format!("Bearer {token}"))
    }
}

fn ask(gateway: &Gateway, path: &str, headers: &[(&str, String)]) -> Reply {
    let client = Visitor::modern(gateway.address());
    let message = client.request(&json!(1), "tools/list", &json!({}));
    let own = client.headers(&message);
    let all: Vec<_> = own.iter().chain(headers).map(|(name, value)| (*name, &**value)).collect();
    let mut wire = Wire::connect(gateway.address());
    wire.post(path, &all, message.to_string().as_bytes()).expect("it is taken");
    wire.reply().expect("an answer")
}

const TOKEN: Option<&str> = Some("invalid_token");
const REQUEST: Option<&str> = Some("invalid_request");
const OLD_KEY: &str = "mcpw_old_0000000000000000000000000000000000000000000000000000000000000000";

/// So many lists in one another.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

fn rows(issuer: &Issuer) -> Vec<Row> {
    let with = |name: &str, value: Value| {
        let mut claims = claims(issuer, "ann");
        claims[name] = value;
        issuer.token(&claims)
    };
    let own = claims(issuer, "ann");
    let good = issuer.token(&own);
    let now = crate::issuer::now();
    let unsigned = |alg: &str, signature: &str| {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": "one"});
        format!("{}.{}.{signature}", b64(header.to_string()), b64(own.to_string()))
    };
    let identity = issuer.key.sign(&json!({"alg": "EdDSA", "typ": "JWT", "kid": "one"}), &own);
    let mut in_query = row("a token in the address", 400, REQUEST, "token-in-uri");
    in_query.path = "/mcp?access_token=a.b.c";
    vec![
        row("nothing", 401, None, "nothing-shown"),
        row("a header that anybody can write", 401, None, "nothing-shown")
            .with("X-Forwarded-User", "ann"),
        row("another scheme", 401, None, "scheme-unknown").with("Authorization", "Basic YTpi"),
        row("no token", 400, REQUEST, "authorization-malformed").with("Authorization", "Bearer"),
        row("for somebody else", 401, TOKEN, "token-audience")
            .bearer(&with("aud", json!("https://other.example/mcp"))),
        row("expired", 401, TOKEN, "token-expired").bearer(&with("exp", json!(now - 120))),
        row("not yet valid", 401, TOKEN, "token-early").bearer(&with("nbf", json!(now + 120))),
        row("another issuer", 401, TOKEN, "token-issuer")
            .bearer(&with("iss", json!("https://other.example"))),
        row("a key that was rotated away", 401, TOKEN, "token-key")
            .bearer(&Key::new("zero").token(&own)),
        row("a key of somebody else under its name", 401, TOKEN, "token-signature")
            .bearer(&Key::new("one").token(&own)),
        row("no signature", 401, TOKEN, "token-algorithm").bearer(&unsigned("none", "")),
        row("a shared secret", 401, TOKEN, "token-algorithm").bearer(&unsigned("HS256", "AAAA")),
        row("an ID token", 401, TOKEN, "token-type").bearer(&identity),
        row("no agent", 401, TOKEN, "token-claims").bearer(&with("client_id", json!(7))),
        row("two tokens", 400, REQUEST, "several-credentials").bearer(&good).bearer(&good),
        row("two tokens in one", 400, REQUEST, "several-credentials")
            .bearer(&format!("{good}, Bearer {good}")),
        in_query.bearer(&good),
        row("a huge token", 401, TOKEN, "token-long").bearer(&"a".repeat(20 << 10)),
        row("a huge claim", 401, TOKEN, "token-long")
            .bearer(&with("note", json!("a".repeat(20 << 10)))),
        row("a person with a huge name", 401, TOKEN, "token-claims")
            .bearer(&with("sub", json!("a".repeat(5 << 10)))),
        row("claims in claims without an end", 401, TOKEN, "token-malformed")
            .bearer(&with("note", nested(40))),
        row("no scope", 403, Some("insufficient_scope"), "scope-missing")
            .bearer(&with("scope", json!("other"))),
        row("another person in a header", 403, None, "identity-contradicted")
            .bearer(&good)
            .with("Mcp-User", "bob"),
        row("another agent in a header", 403, None, "identity-contradicted")
            .bearer(&good)
            .with("Mcp-Agent", "root"),
        row("a key that nobody has", 401, TOKEN, "key-unknown").bearer("mcpw_ci_0123"),
        row("a key that is over", 401, TOKEN, "key-expired").bearer(OLD_KEY),
        row("an opaque token", 401, TOKEN, "token-opaque").bearer("opaque"),
    ]
}

// Nobody comes in by what he merely says, and everybody is told what to do instead.
#[test]
fn whoever_is_authenticated_wrongly_is_told_so_and_recorded() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let more = key_table("old", OLD_KEY, "expires = \"2020-01-01T00:00:00Z\"");
    let gateway = plain(&home, &issuer, &more);
    let good = issuer.token(&claims(&issuer, "ann"));
    let listed = ask(&gateway, "/mcp", &[("Authorization", format!("Bearer {good}"))]);
    assert_eq!(listed.status, 200, "{}", listed.text());
    let place =
        "resource_metadata=\"https://gate.example/.well-known/oauth-protected-resource/mcp\"";
    let mut expected = Vec::new();
    for row in rows(&issuer) {
        let reply = ask(&gateway, row.path, &row.headers);
        let (what, text) = (row.what, reply.text());
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let told = (reply.status, body["reason"].as_str());
        assert_eq!(told, (row.status, Some(row.reason)), "{what}: {text}");
        let challenge = reply.header("www-authenticate").unwrap_or_default();
        if row.reason == "identity-contradicted" {
            assert_eq!(challenge, "", "{what}");
        } else {
            assert!(
                challenge.starts_with("Bearer ") && challenge.contains(place),
                "{what}: {challenge}"
            );
            assert!(challenge.contains("scope=\"tools:read\""), "{what}: {challenge}");
            let error = row.error.map(|error| format!("error=\"{error}\""));
            let has =
                error.as_ref().map_or(!challenge.contains("error="), |it| challenge.contains(it));
            assert!(has, "{what}: {challenge}");
        }
        expected.push(row.reason.to_owned());
    }
    let dropped = records(&home, "message.dropped");
    let reasons: Vec<_> = dropped.iter().map(|it| it["reason"].as_str().unwrap_or("")).collect();
    assert_eq!(reasons, expected);
    let signature = good.rsplit('.').next().expect("it is signed");
    let all = format!("{dropped:?}{}", gateway.said());
    assert!(!all.contains(signature) && !all.contains(OLD_KEY), "a credential was told: {all}");
    let mut wire = Wire::connect(gateway.address());
    wire.ask("GET", "/metrics", &[]).expect("it is taken");
    let metrics = wire.reply().expect("an answer").text();
    for reason in ["token-expired", "scope-missing", "several-credentials"] {
        assert!(metrics.contains(&format!("reason=\"{reason}\"")), "{reason} in {metrics}");
    }
}

#[test]
fn clients_are_told_where_tokens_are_to_be_had() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = plain(&home, &issuer, "");
    for (path, status) in [
        ("/.well-known/oauth-protected-resource", 200),
        ("/.well-known/oauth-protected-resource/mcp", 200),
        ("/.well-known/oauth-protected-resource/other", 401),
    ] {
        let mut wire = Wire::connect(gateway.address());
        wire.ask("GET", path, &[]).expect("it is taken");
        let reply = wire.reply().expect("an answer");
        assert_eq!(reply.status, status, "{path}");
        if status == 200 {
            let told: Value = serde_json::from_str(&reply.text()).expect("it is JSON");
            assert_eq!(told["resource"], crate::RESOURCE);
            assert_eq!(told["authorization_servers"], json!([issuer.url]));
            assert_eq!(told["scopes_supported"], json!(["tools:read"]));
        }
    }
}

// A token that is bound is of no use to whoever has copied it.
#[test]
fn a_bound_token_needs_a_proof_of_its_own_with_each_request() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let dpop =
        tables(&issuer, "").replace("[identity]", "[identity]\ndpop = \"required\"\nnonces = true");
    let setup = Setup::new().program("fix", &["--full"]).table(&dpop);
    let gateway = Gateway::start(&home, &setup);
    let (key, other) = (Key::new("mine"), Key::new("other"));
    let mut bound = claims(&issuer, "ann");
    bound["cnf"] = json!({"jkt": key.thumbprint()});
    let token = issuer.token(&bound);
    let show = |proof: String| {
        ask(&gateway, "/mcp", &[("Authorization", format!("DPoP {token}")), ("DPoP", proof)])
    };
    let no = |reply: Reply, reason: &str| {
        let told: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
        assert_eq!(
            (reply.status, told["reason"].as_str()),
            (401, Some(reason)),
            "{}",
            reply.text()
        );
        let challenge = reply.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("DPoP ") && challenge.contains("algs="), "{challenge}");
        reply.header("dpop-nonce").expect("there is a number").to_owned()
    };
    let nonce = no(show(key.proof(&token, |_| ())), "proof-nonce");
    let numbered = |key: &Key| key.proof(&token, |claims| claims["nonce"] = nonce.clone().into());
    let good = numbered(&key);
    let listed = show(good.clone());
    assert_eq!(listed.status, 200, "{}", listed.text());
    assert!(listed.header("dpop-nonce").is_some(), "the next number goes along");
    no(show(good), "proof-replayed");
    no(show(numbered(&other)), "proof-key");
    let elsewhere = |claims: &mut Value| {
        claims["nonce"] = nonce.clone().into();
        claims["htm"] = "GET".into();
    };
    no(show(key.proof(&token, elsewhere)), "proof-request");
    let another = |claims: &mut Value| {
        claims["nonce"] = nonce.clone().into();
        claims["content_digest"] = "sha-256=:AAAA:".into();
    };
    no(show(key.proof(&token, another)), "proof-request");
    no(ask(&gateway, "/mcp", &[("Authorization", format!("Bearer {token}"))]), "token-binding");
    let free = issuer.token(&claims(&issuer, "ann"));
    no(ask(&gateway, "/mcp", &[("Authorization", format!("Bearer {free}"))]), "token-binding");
}

// A token counts no longer than the key that it is signed by.
#[test]
fn a_token_by_a_key_that_was_rotated_away_is_refused() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = plain(&home, &issuer, "");
    let before = issuer.token(&claims(&issuer, "ann"));
    let new = Key::new("two");
    issuer.rotates_to(&new);
    let show = |token: &str| ask(&gateway, "/mcp", &[("Authorization", format!("Bearer {token}"))]);
    assert_eq!(show(&new.token(&claims(&issuer, "ann"))).status, 200);
    let refused = show(&before);
    let told: Value = serde_json::from_str(&refused.text()).unwrap_or_default();
    assert_eq!((refused.status, &told["reason"]), (401, &json!("token-key")), "{told}");
    let challenge = refused.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
}

// The name of a session lets nobody in who has guessed it, or changed it.
#[test]
fn a_session_that_was_guessed_does_not_exist() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = plain(&home, &issuer, "");
    let token = issuer.token(&claims(&issuer, "ann"));
    let ann = visitor(&gateway, LEGACY[3], &token);
    let own = ann.session.clone().expect("there is a session");
    let mut changed = own.clone();
    let last = changed.pop().expect("it has letters");
    changed.push(if last == 'A' { 'B' } else { 'A' });
    for guessed in [
        "",
        "1",
        "00000000-0000-0000-0000-000000000000",
        own.get(1..).unwrap_or_default(),
        &changed,
    ] {
        let thief = Visitor { session: Some(guessed.into()), ..ann.clone() };
        let reply = thief.ask("tools/list", &json!({}));
        assert_eq!(reply.status, 404, "{guessed}: {}", reply.text());
        assert!(thief.try_stand().is_err(), "{guessed}");
    }
    // The older transport names its streams in the address.
    let mut wire = Wire::connect(gateway.address());
    let shown = format!("Bearer {token}");
    let message = ann.request(&json!(1), "tools/list", &json!({})).to_string();
    let headers = [("Authorization", &*shown)];
    wire.post("/messages?sessionId=guessed", &headers, message.as_bytes()).expect("it is taken");
    assert_eq!(wire.reply().expect("an answer").status, 404);
    ann.prove_served();
}

#[test]
fn a_session_of_somebody_else_does_not_exist() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = plain(&home, &issuer, "");
    let token = |user: &str| issuer.token(&claims(&issuer, user));
    let ann = visitor(&gateway, LEGACY[3], &token("ann"));
    let bob = visitor(&gateway, LEGACY[3], &token("bob"));
    ann.prove_served();
    bob.prove_served();
    let thief = Visitor { session: ann.session.clone(), ..bob.clone() };
    assert_eq!(thief.ask("tools/list", &json!({})).status, 404);
    let nobody = Visitor { token: None, ..ann.clone() };
    assert_eq!(nobody.ask("tools/list", &json!({})).status, 401);
    // The same person at another login is another session; with a new token she is the same.
    let mut elsewhere = claims(&issuer, "ann");
    elsewhere["sid"] = "another login".into();
    let elsewhere = Visitor { token: Some(issuer.token(&elsewhere)), ..ann.clone() };
    assert_eq!(elsewhere.ask("tools/list", &json!({})).status, 404);
    let mut later = claims(&issuer, "ann");
    later["jti"] = "another".into();
    Visitor { token: Some(issuer.token(&later)), ..ann }.prove_served();
}

#[test]
fn an_issuer_that_is_away_lets_nobody_in() {
    let (home, mut away) = (TestHome::new(), Issuer::start());
    // Nobody listens there.
    away.url = "http://127.0.0.1:1".into();
    let gateway = plain(&home, &away, "");
    let token = away.token(&claims(&away, "ann"));
    let reply = ask(&gateway, "/mcp", &[("Authorization", format!("Bearer {token}"))]);
    assert_eq!((reply.status, reply.header("www-authenticate")), (503, None), "{}", reply.text());
}

#[test]
fn a_key_comes_in_until_it_is_taken_out_of_the_configuration() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let made = home.run(["gateway", "--key", "ci"]).success();
    let (shown, table) = made.split_once("[[key]]").expect("a key and a table");
    let key = shown.lines().find_map(|line| line.strip_prefix("# mcpw_")).expect("a key");
    let key = format!("mcpw_{key}");
    let setup = Setup::new().program("fix", &["--full"]);
    let with = setup.clone().table(&tables(&issuer, &format!("[[key]]{table}")));
    let gateway = Gateway::start(&home, &with);
    for revision in [LEGACY[3], MODERN] {
        visitor(&gateway, revision, &key).prove_served();
    }
    let calls = records(&home, "call.intent");
    assert!(calls.iter().all(|call| call["agent"] == "ci") && !calls.is_empty(), "{calls:?}");
    Gateway::write(&home, &setup.table(&tables(&issuer, "")));
    gateway.await_said("read the configuration and the approvals again", 1);
    let reply = Visitor::modern(gateway.address()).showing(&key).ask("tools/list", &json!({}));
    assert_eq!(reply.status, 401);
}

/// A configuration that cannot be used, and what is said of it.
#[track_caller]
fn unusable(tables: &str, said: &str) {
    let home = TestHome::new();
    let setup = Setup::new().program("fix", &["--bare"]).table(tables);
    Gateway::write(&home, &setup);
    let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
    let outcome = home.run(["gateway", "--config", &config, "--check"]);
    assert!(outcome.block().contains(said), "{}", outcome.block());
    assert!(outcome.block().contains("exit code: 3"), "{}", outcome.block());
}

#[test]
fn settings_that_let_nobody_in_or_everybody_are_refused() {
    let identity = format!("[identity]\nresource = \"{}\"", crate::RESOURCE);
    let issuer = "[[issuer]]\nurl = \"https://id.example\"";
    let second = "[[issuer]]\nurl = \"https://two.example\"";
    unusable(&identity, "nobody could come in");
    unusable(issuer, "there is no `[identity]`");
    unusable("[identity]\nresource = \"http://gate.example/mcp\"", "has to be an https URL");
    unusable(&format!("{identity}\n{issuer}\n{second}"), "needs a realm");
    unusable(&format!("{identity}\n{issuer}\nalgorithms = [\"HS256\"]"), "`algorithms`");
    unusable(&format!("{identity}\n{issuer}\nkeys = \"none\""), "neither keys");
    let client = format!("[[client]]\nname = \"c\"\ntoken_sha256 = \"{}\"", "0".repeat(64));
    unusable(&format!("{identity}\n{issuer}\n{client}"), "each say who comes in");
    let key = key_table("ci", "mcpw_ci_1", "expires = \"soon\"");
    unusable(&format!("{identity}\n{key}"), "`expires`");
    unusable(&format!("{identity}\n[[peer]]\nspiffe = \"spiffe://a/b\""), "`clients` of [tls]");
    let asked = "[issuer.introspection]\nurl = \"https://id.example/i\"\nclient_id = \"g\"\n\
                 client_secret = \"hunter2\"";
    unusable(&format!("{identity}\n{issuer}\n{asked}"), "write a reference");
}
