//! What a token has to say.

use serde_json::{Value, json};
use warden_policy::access::{How, SessionKey};

use super::{
    server::{Server, TestKey},
    *,
};

type Change = fn(&mut Value);

fn without(claims: &mut Value, name: &str) {
    claims.as_object_mut().unwrap().remove(name);
}

#[tokio::test]
async fn a_token_says_who_it_is() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let settings = server.settings(|issuer| {
        issuer.claims.roles = Some("/realm_access/roles".into());
        issuer.claims.groups = Some("groups".into());
        issuer.claims.tenant = Some("https://example.com/tenant".into());
        issuer.claims.purpose = Some("purpose".into());
        issuer.claims.tools = Some("tools".into());
        issuer.realm = "corp".into();
    });
    let door = Door::new(settings).unwrap();
    let mut claims = server.claims();
    claims["realm_access"] = json!({"roles": ["dev", "ops"]});
    claims["groups"] = json!("g1 g2");
    claims["https://example.com/tenant"] = json!("t1");
    claims["purpose"] = json!("ticket 7");
    claims["tools"] = json!(["git__log"]);
    claims["sid"] = json!("s1");
    claims["act"] = json!({"sub": "gate2", "act": {"sub": "gate1"}});
    claims["may_act"] = json!({"sub": "evil"});
    let came = Visit::bearer(&key.token(&claims)).come(&door).await.unwrap();
    let who = &came.who.principal;
    assert_eq!((who.user.as_deref(), &*who.agent), (Some("corp:ann"), "corp:bot"));
    assert_eq!(
        (who.how, &*who.tenant, who.purpose.as_deref()),
        (How::Token, "t1", Some("ticket 7"))
    );
    assert_eq!(who.delegation, ["gate2".into(), "gate1".into()]);
    assert_eq!(who.scopes, Some(["tools:call".into(), "tools:read".into()].into()));
    assert_eq!(who.allowlist.as_deref(), Some(&["git__log".into()][..]));
    assert_eq!(who.session, SessionKey::derived(&[&server.url, "ann", "bot", "s1"]));
    assert_eq!(who.expires, Some(time(NOW + 630)));
    // What a token claims is not yet what it is worth.
    assert!(who.roles.is_empty());
    assert_eq!(came.who.claimed_roles, ["dev".into(), "ops".into()].into());
    assert_eq!(came.who.claimed_groups, ["g1".into(), "g2".into()].into());
    assert_eq!(came.token.unwrap().reveal(), key.token(&claims));
}

#[tokio::test]
async fn an_agent_that_acts_for_nobody_has_no_user() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let mut claims = server.claims();
    claims["sub"] = json!("bot");
    let came = Visit::bearer(&key.token(&claims)).come(&server.door()).await.unwrap();
    assert_eq!((came.who.principal.user.as_deref(), &*came.who.principal.agent), (None, "bot"));
}

// A session is one person, one agent and one session at the issuer; a new token changes nothing.
#[tokio::test]
async fn a_session_outlives_its_tokens_and_is_nobody_elses() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let session = async |change: Change| {
        let mut claims = server.claims();
        change(&mut claims);
        let came = Visit::bearer(&key.token(&claims)).come(&door).await.unwrap();
        came.who.principal.session.clone()
    };
    let first = session(|_| ()).await;
    let refreshed = session(|claims| {
        claims["jti"] = json!("2");
        claims["iat"] = json!(NOW);
    });
    assert_eq!(refreshed.await, first);
    let others: [Change; 3] = [
        |claims| claims["sub"] = json!("bob"),
        |claims| claims["client_id"] = json!("other"),
        |claims| claims["sid"] = json!("s2"),
    ];
    for other in others {
        assert_ne!(session(other).await, first);
    }
}

#[tokio::test]
async fn every_claim_has_to_be_there_and_right() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let cases: &[(&str, Change, Reason)] = &[
        ("issuer", |c| c["iss"] = json!("https://evil.example"), Reason::TokenIssuer),
        (
            "issuer with slash",
            |c| c["iss"] = json!(format!("{}/", c["iss"].as_str().unwrap())),
            Reason::TokenIssuer,
        ),
        ("no issuer", |c| without(c, "iss"), Reason::TokenIssuer),
        ("audience", |c| c["aud"] = json!("https://other.example/mcp"), Reason::TokenAudience),
        ("audience above", |c| c["aud"] = json!("https://gate.example"), Reason::TokenAudience),
        (
            "audience beneath",
            |c| c["aud"] = json!("https://gate.example/mcp/x"),
            Reason::TokenAudience,
        ),
        ("audiences", |c| c["aud"] = json!(["a", "b"]), Reason::TokenAudience),
        ("mixed audiences", |c| c["aud"] = json!([RESOURCE, 1]), Reason::TokenAudience),
        ("no audience", |c| without(c, "aud"), Reason::TokenAudience),
        ("expired", |c| c["exp"] = json!(NOW - 30), Reason::TokenExpired),
        ("for ever", |c| without(c, "exp"), Reason::TokenExpired),
        ("odd end", |c| c["exp"] = json!("never"), Reason::TokenClaims),
        ("huge end", |c| c["exp"] = json!(1e300), Reason::TokenClaims),
        ("not yet", |c| c["nbf"] = json!(NOW + 31), Reason::TokenEarly),
        ("from the future", |c| c["iat"] = json!(NOW + 31), Reason::TokenEarly),
        ("no subject", |c| without(c, "sub"), Reason::TokenClaims),
        ("empty subject", |c| c["sub"] = json!(""), Reason::TokenClaims),
        ("odd subject", |c| c["sub"] = json!(["ann"]), Reason::TokenClaims),
        ("subject of two lines", |c| c["sub"] = json!("ann\nbob"), Reason::TokenClaims),
        ("huge subject", |c| c["sub"] = json!("a".repeat(513)), Reason::TokenClaims),
        ("no agent", |c| without(c, "client_id"), Reason::TokenClaims),
        ("two agents", |c| c["azp"] = json!("other"), Reason::TokenClaims),
        ("odd scope", |c| c["scope"] = json!(7), Reason::TokenClaims),
        (
            "many scopes",
            |c| c["scope"] = json!((0..513).map(|n| n.to_string()).collect::<Vec<_>>()),
            Reason::TokenClaims,
        ),
        ("odd session", |c| c["sid"] = json!({}), Reason::TokenClaims),
        ("nobody passed it on", |c| c["act"] = json!({}), Reason::TokenClaims),
        (
            "passed on too often",
            |c| {
                c["act"] = (0..9).fold(json!(null), |act, n| {
                    let mut next = json!({"sub": n.to_string()});
                    if act.is_object() {
                        next["act"] = act;
                    }
                    next
                });
            },
            Reason::TokenClaims,
        ),
        ("bound in an unknown way", |c| c["cnf"] = json!({"jwk": {}}), Reason::TokenBinding),
        ("bound to nothing", |c| c["cnf"] = json!({}), Reason::TokenBinding),
    ];
    for (name, change, why) in cases {
        let mut claims = server.claims();
        change(&mut claims);
        assert_eq!(Visit::bearer(&key.token(&claims)).reason(&door).await, *why, "{name}");
    }
    let fine: &[Change] = &[
        |c| c["aud"] = json!(["x", RESOURCE]),
        |c| c["exp"] = json!(NOW - 29),
        |c| c["nbf"] = json!(NOW + 30),
        |c| c["azp"] = json!("bot"),
        |c| without(c, "scope"),
        |c| without(c, "jti"),
    ];
    for (at, change) in fine.iter().enumerate() {
        let mut claims = server.claims();
        change(&mut claims);
        Visit::bearer(&key.token(&claims))
            .come(&door)
            .await
            .unwrap_or_else(|no| panic!("{at}: {no:?}"));
    }
}

#[tokio::test]
async fn only_access_tokens_let_in() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let strict = server.door();
    let lax = Door::new(server.settings(|issuer| issuer.any_type = true)).unwrap();
    let show = async |door: &Door, typ: Value, more: Value| {
        let mut claims = server.claims();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut header = json!({"alg": "EdDSA", "kid": "a"});
        if typ.is_string() {
            header["typ"] = typ;
        }
        Visit::bearer(&key.sign(&header, &claims)).come(door).await.map_err(|no| no.reason)
    };
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        assert!(show(&strict, json!(typ), json!({})).await.is_ok(), "{typ}");
    }
    // An ID token, an assertion of enterprise-managed authorization, a proof, a logout.
    for typ in ["JWT", "oauth-id-jag+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt", ""] {
        let no = show(&strict, json!(typ), json!({})).await;
        assert_eq!(no.unwrap_err(), Reason::TokenType, "{typ}");
    }
    assert_eq!(show(&strict, json!(null), json!({})).await.unwrap_err(), Reason::TokenType);
    assert!(show(&lax, json!("JWT"), json!({"typ": "Bearer"})).await.is_ok());
    assert!(show(&lax, json!(null), json!({"token_use": "access"})).await.is_ok());
    for more in [
        json!({"nonce": "n"}),
        json!({"at_hash": "h"}),
        json!({"typ": "ID"}),
        json!({"typ": "Refresh"}),
        json!({"token_use": "id"}),
        json!({"events": {}}),
    ] {
        let no = show(&lax, json!("JWT"), more.clone()).await;
        assert_eq!(no.unwrap_err(), Reason::TokenType, "{more}");
    }
    assert_eq!(
        show(&lax, json!("oauth-id-jag+jwt"), json!({})).await.unwrap_err(),
        Reason::TokenType
    );
}

#[tokio::test]
async fn a_token_without_its_scopes_is_told_which() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let mut settings = server.settings(|issuer| issuer.scopes = vec!["tools:admin".into()]);
    settings.scopes = vec!["tools:read".into(), "tools:admin".into()];
    let door = Door::new(settings).unwrap();
    let no = Visit::bearer(&key.token(&server.claims())).come(&door).await.unwrap_err();
    assert_eq!((no.status.as_u16(), no.reason), (403, Reason::Scope));
    assert_eq!(
        no.challenges[0],
        "Bearer resource_metadata=\"https://gate.example/.well-known/oauth-protected-resource/mcp\", \
         error=\"insufficient_scope\", error_description=\"the token lacks a scope\", \
         scope=\"tools:read tools:admin\""
    );
    let asked = door.scope_challenge(&["tools:call".into()], time(NOW));
    assert!(asked.challenges[0].ends_with("scope=\"tools:call\""), "{asked:?}");
}

#[tokio::test]
async fn two_issuers_have_two_people_of_one_name() {
    let (one, two) = (TestKey::new("a"), TestKey::new("a"));
    let (first, second) = (Server::start(&[&one]).await, Server::start(&[&two]).await);
    let mut settings = first.settings(|issuer| issuer.realm = "x".into());
    settings.issuers.extend(second.settings(|issuer| issuer.realm = "y".into()).issuers);
    let door = Door::new(settings.clone()).unwrap();
    let came = Visit::bearer(&one.token(&first.claims())).come(&door).await.unwrap();
    let other = Visit::bearer(&two.token(&second.claims())).come(&door).await.unwrap();
    assert_eq!(came.who.principal.user.as_deref(), Some("x:ann"));
    assert_eq!(other.who.principal.user.as_deref(), Some("y:ann"));
    // A key of one issuer does not sign for the other.
    let crossed = Visit::bearer(&one.token(&second.claims()));
    assert_eq!(crossed.reason(&door).await, Reason::TokenSignature);
    settings.issuers[1].realm = String::new();
    assert_eq!(settings.check(), Err(BadIdentity::Realm));
}

#[test]
fn a_resource_without_path_is_written_in_two_ways() {
    let mut settings = IdentitySettings::new("https://gate.example");
    settings.issuers.push(Issuer::new("https://as.example"));
    let door = Door::new(settings).unwrap();
    let document = door.metadata("/.well-known/oauth-protected-resource").unwrap();
    let document: Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(document["resource"], "https://gate.example");
    assert_eq!(door.metadata("/.well-known/oauth-protected-resource/mcp"), None);
}
