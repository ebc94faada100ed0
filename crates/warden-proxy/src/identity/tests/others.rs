//! Keys, requests that show too much or too little, and what clients are told.

use serde_json::{Value, json};
use warden_policy::access::{How, SessionKey};

use super::{
    server::{Server, TestKey},
    *,
};

type Change = fn(&mut IdentitySettings);

fn keyed(expires: Option<i64>) -> (IdentitySettings, String) {
    let made = make_key("ci").unwrap();
    let mut settings = IdentitySettings::new(RESOURCE);
    settings.keys = vec![KeyEntry {
        name: "ci".into(),
        holder: Holder::Agent,
        digest: made.digest,
        expires: expires.map(time),
        roles: ["builder".to_owned()].into(),
        tenant: String::new(),
    }];
    (settings, made.key.reveal().to_owned())
}

#[tokio::test]
async fn a_key_lets_in_until_it_ends_or_is_taken_back() {
    let (settings, key) = keyed(Some(NOW + 100));
    let door = Door::new(settings).unwrap();
    let visit = Visit::bearer(&key);
    let came = visit.come(&door).await.unwrap();
    let who = &came.who.principal;
    assert_eq!((who.how, &*who.agent, who.user.as_deref()), (How::Key, "ci", None));
    assert_eq!((&who.roles, who.expires), (&["builder".into()].into(), Some(time(NOW + 100))));
    assert_eq!(who.session, SessionKey::derived(&["key", "ci"]));
    assert!(came.token.is_none(), "a key is nothing to exchange");
    let mut guessed = key.clone();
    guessed.pop();
    for wrong in [&guessed, &format!("{key}0"), "mcpw_ci_", "mcpw_"] {
        assert_eq!(Visit::bearer(wrong).reason(&door).await, Reason::KeyUnknown, "{wrong}");
    }
    assert_eq!(Visit::bearer(&key).at(NOW + 100).reason(&door).await, Reason::KeyExpired);
    let no = visit.at(NOW + 100).come(&door).await.unwrap_err();
    assert_eq!(no.reason, Reason::KeyExpired);
    assert_eq!(no.challenges, ["Bearer realm=\"mcpwarden\", error=\"invalid_token\""]);
    assert_eq!(door.metadata("/.well-known/oauth-protected-resource"), None);
}

// Weak authentication on an endpoint.
#[tokio::test]
async fn one_credential_is_shown_once_and_in_its_place() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let token = key.token(&server.claims());
    let bearer = format!("Bearer {token}");
    let query = |query: &str| {
        let mut visit = Visit::bearer(&token);
        visit.uri = format!("/mcp?{query}").parse().unwrap();
        visit
    };
    let cases = [
        ("twice", Visit::bearer(&token).with("authorization", &bearer), Reason::Several),
        ("two schemes", Visit::bearer(&token).with("authorization", "Basic YTpi"), Reason::Several),
        (
            "two in one",
            Visit::bare().with("authorization", &format!("{bearer}, {bearer}")),
            Reason::Several,
        ),
        ("proof with bearer", Visit::bearer(&token).with("dpop", "x"), Reason::Several),
        ("only a proof", Visit::bare().with("dpop", "x"), Reason::Malformed),
        (
            "no proof",
            Visit::bare().with("authorization", &format!("DPoP {token}")),
            Reason::ProofMalformed,
        ),
        ("in the address", query(&format!("access_token={token}")), Reason::InUri),
        ("escaped", query("a=b&%61ccess%5Ftoken=x"), Reason::InUri),
        ("other letters", query("Access_Token=x"), Reason::InUri),
        ("basic", Visit::bare().with("authorization", "Basic YTpi"), Reason::Scheme),
        ("no scheme", Visit::bare().with("authorization", &token), Reason::Malformed),
        ("no token", Visit::bare().with("authorization", "Bearer "), Reason::Malformed),
        ("odd letters", Visit::bare().with("authorization", "Bearer a\"b"), Reason::Malformed),
        ("long", Visit::bearer(&"a".repeat(16_385)), Reason::TokenLong),
        ("huge", Visit::bearer(&"a".repeat(60_000)), Reason::TokenLong),
        ("nothing", Visit::bare(), Reason::Nothing),
        ("certificate of nobody", Visit::bare().certified(b"x"), Reason::CertificateUnknown),
    ];
    for (name, visit, why) in cases {
        assert_eq!(visit.reason(&door).await, why, "{name}");
    }
    for fine in [query("a=b"), Visit::bare().with("authorization", &format!("bearer   {token}"))] {
        fine.come(&door).await.unwrap();
    }
    assert_eq!(server.asked("/keys"), 1);
}

#[tokio::test]
async fn what_a_header_says_is_nothing_or_a_contradiction() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let token = key.token(&server.claims());
    let came = Visit::bearer(&token)
        .with("x-forwarded-user", "root")
        .with("x-user", "root")
        .with("mcp-session-id", "somebody-elses")
        .with("mcp-agent", "bot")
        .with("mcp-user", "ann")
        .come(&door)
        .await
        .unwrap();
    assert_eq!(came.who.principal.user.as_deref(), Some("ann"));
    assert_eq!(came.who.principal.session, SessionKey::derived(&[&server.url, "ann", "bot", ""]));
    for (name, value) in [("mcp-agent", "other"), ("mcp-user", "root"), ("mcp-agent", "")] {
        let no = Visit::bearer(&token).with(name, value).come(&door).await.unwrap_err();
        assert_eq!((no.status.as_u16(), no.reason), (403, Reason::Contradicted), "{name}");
    }
    let twice = Visit::bearer(&token).with("mcp-agent", "bot").with("mcp-agent", "other");
    assert_eq!(twice.reason(&door).await, Reason::Contradicted);
    // A header alone proves nothing.
    assert_eq!(Visit::bare().with("mcp-user", "ann").reason(&door).await, Reason::Nothing);
}

#[tokio::test]
async fn a_client_is_told_where_to_get_a_token() {
    let server = Server::start(&[]).await;
    let mut settings = server.settings(|_| ());
    settings.scopes = vec!["tools:read".into()];
    let door = Door::new(settings).unwrap();
    let no = Visit::bare().come(&door).await.unwrap_err();
    let metadata =
        "resource_metadata=\"https://gate.example/.well-known/oauth-protected-resource/mcp\"";
    assert_eq!(no.status.as_u16(), 401);
    assert_eq!(
        no.challenges,
        [
            format!("Bearer {metadata}, scope=\"tools:read\""),
            format!("DPoP {metadata}, scope=\"tools:read\", algs=\"RS256 PS256 ES256 EdDSA\""),
        ]
    );
    for path in
        ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"]
    {
        let document: Value = serde_json::from_slice(&door.metadata(path).unwrap()).unwrap();
        assert_eq!(
            document,
            json!({
                "resource": RESOURCE,
                "authorization_servers": [server.url],
                "bearer_methods_supported": ["header"],
                "scopes_supported": ["tools:read"],
                "dpop_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            })
        );
    }
    for path in ["/.well-known/oauth-protected-resource/other", "/.well-known/x", "/mcp"] {
        assert_eq!(door.metadata(path), None, "{path}");
    }
}

#[test]
fn settings_that_would_let_in_the_wrong_ones_are_none() {
    let check = |change: Change| {
        let (mut settings, _) = keyed(None);
        settings.issuers.push(Issuer::new("https://as.example"));
        change(&mut settings);
        settings.check()
    };
    assert_eq!(check(|_| ()), Ok(()));
    let cases: &[(Change, BadIdentity)] = &[
        (|it| it.resource = "http://gate.example/mcp".into(), BadIdentity::Resource),
        (|it| it.resource = "https://gate.example/mcp#x".into(), BadIdentity::Resource),
        (|it| it.resource = "/mcp".into(), BadIdentity::Resource),
        (
            |it| {
                it.keys.clear();
                it.issuers.clear();
            },
            BadIdentity::Nobody,
        ),
        (|it| it.keys.push(it.keys[0].clone()), BadIdentity::Key),
        (|it| it.keys[0].name.clear(), BadIdentity::Key),
        (|it| it.issuers.push(Issuer::new("https://two.example")), BadIdentity::Realm),
        (|it| it.issuers[0].realm = "a:b".into(), BadIdentity::Realm),
        (|it| it.issuers[0].leeway = 301, BadIdentity::Leeway),
        (
            |it| it.issuers[0].algorithms.clear(),
            BadIdentity::Unverifiable("https://as.example".into()),
        ),
        (
            |it| it.issuers[0].url = "http://as.example".into(),
            BadIdentity::Url("http://as.example".into()),
        ),
        (
            |it| it.issuers[0].keys = KeysFrom::Url("ftp://as.example".into()),
            BadIdentity::Url("ftp://as.example".into()),
        ),
        (|it| it.said = [("a b".into(), Holder::User)].into(), BadIdentity::Header("a b".into())),
    ];
    for (change, why) in cases {
        assert_eq!(check(*change), Err(why.clone()));
    }
}

#[test]
fn every_reason_has_a_code_of_its_own_and_its_row_on_the_page() {
    let page = include_str!("../../../../../docs/identity.md");
    let codes: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        let error = reason.error().map_or("–".to_owned(), |error| format!("`{error}`"));
        let row = format!("| `{}` | {} | {error} |", reason.code(), reason.status().as_u16());
        assert!(page.contains(&row), "the page lacks: {row}");
        assert!(
            reason
                .description()
                .bytes()
                .all(|byte| byte != b'"' && byte != b'\\' && byte.is_ascii())
        );
    }
}
