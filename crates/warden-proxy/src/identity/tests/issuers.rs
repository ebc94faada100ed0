//! Keys that change, issuers that are away, and tokens that are asked about.

use serde_json::json;

use super::{
    server::{Server, TestKey},
    *,
};

#[tokio::test]
async fn keys_are_read_once_and_again_for_a_new_one() {
    let (old, new) = (TestKey::new("old"), TestKey::new("new"));
    let server = Server::start(&[&old]).await;
    let door = server.door();
    let came = Visit::bearer(&old.token(&server.claims()));
    for _ in 0..3 {
        came.come(&door).await.unwrap();
    }
    let mut other = server.claims();
    other["jti"] = json!("2");
    Visit::bearer(&old.token(&other)).come(&door).await.unwrap();
    assert_eq!(server.asked("/keys"), 1);
    // A new key is found at once, but nobody can make us look all the time.
    server.world().keys.push(new.jwk());
    let newer = Visit::bearer(&new.token(&server.claims()));
    newer.come(&door).await.unwrap_err();
    assert_eq!(server.asked("/keys"), 1, "somebody has just looked");
    newer.at(NOW + 30).come(&door).await.unwrap();
    assert_eq!(server.asked("/keys"), 2);
    let unknown = TestKey::new("unknown");
    let stranger = Visit::bearer(&unknown.token(&server.claims())).at(NOW + 31);
    for _ in 0..5 {
        assert_eq!(stranger.reason(&door).await, Reason::TokenKey);
    }
    assert_eq!(server.asked("/keys"), 2);
}

#[tokio::test]
async fn a_key_that_is_gone_lets_nobody_in_any_more() {
    let (old, new) = (TestKey::new("old"), TestKey::new("new"));
    let server = Server::start(&[&old]).await;
    let door = server.door();
    let came = Visit::bearer(&old.token(&server.claims()));
    came.come(&door).await.unwrap();
    server.world().keys = vec![new.jwk()];
    // Whoever shows the new key has us look, and what was remembered of the old one is forgotten.
    Visit::bearer(&new.token(&server.claims())).at(NOW + 30).come(&door).await.unwrap();
    assert_eq!(came.at(NOW + 31).reason(&door).await, Reason::TokenKey);
    assert_eq!(door.verified.len(), 1);
    // The same without anybody showing a new one: it is noticed within five minutes.
    server.world().keys = vec![old.jwk()];
    let newer = Visit::bearer(&new.token(&server.claims())).at(NOW + 330);
    assert_eq!(newer.reason(&door).await, Reason::TokenKey);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_no_open_door() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let mut claims = server.claims();
    claims["exp"] = json!(NOW + 10_000);
    let visit = Visit::bearer(&key.token(&claims));
    server.world().is_away = true;
    let no = visit.come(&door).await.unwrap_err();
    assert_eq!((no.status.as_u16(), no.reason), (503, Reason::KeysAway));
    assert!(no.challenges.is_empty(), "another token would not help");
    server.world().is_away = false;
    assert_eq!(visit.reason(&door).await, Reason::KeysAway, "somebody has just looked");
    let visit = visit.at(NOW + 5);
    visit.come(&door).await.unwrap();
    // Known keys outlive a failure, for an hour.
    server.world().is_away = true;
    let visit = visit.at(NOW + 3604);
    visit.come(&door).await.unwrap();
    assert_eq!(visit.at(NOW + 3605).reason(&door).await, Reason::KeysAway);
}

#[tokio::test]
async fn metadata_of_somebody_else_are_not_used() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    server.world().metadata = Some(json!({
        "issuer": "https://other.example", "jwks_uri": format!("{}/keys", server.url)
    }));
    let visit = Visit::bearer(&key.token(&server.claims()));
    assert_eq!(visit.reason(&server.door()).await, Reason::KeysAway);
    // Keys that anybody on the way could change are none.
    server.world().metadata =
        Some(json!({"issuer": server.url, "jwks_uri": "http://192.0.2.1/keys"}));
    assert_eq!(visit.reason(&server.door()).await, Reason::KeysAway);
    // Duplicate members, too much, no keys.
    for wrong in [json!({"keys": []}), json!({"keys": vec![key.jwk(); 65]})] {
        server.world().keys = wrong["keys"].as_array().unwrap().clone();
        server.world().metadata = None;
        assert_eq!(visit.reason(&server.door()).await, Reason::KeysAway);
    }
}

#[tokio::test]
async fn a_remembered_token_expires_all_the_same() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let mut claims = server.claims();
    claims["exp"] = json!(NOW + 60);
    let visit = Visit::bearer(&key.token(&claims));
    visit.come(&door).await.unwrap();
    let visit = visit.at(NOW + 89);
    visit.come(&door).await.unwrap();
    assert_eq!(visit.at(NOW + 90).reason(&door).await, Reason::TokenExpired);
}

fn asking(server: &Server) -> IdentitySettings {
    server.settings(|issuer| {
        issuer.keys = KeysFrom::Nowhere;
        issuer.introspection = Some(Introspection {
            url: format!("{}/introspect", server.url),
            client: "gate:way".into(),
            secret: "s3cret/".into(),
            believed: 30,
        });
    })
}

#[tokio::test]
async fn an_issuer_is_asked_about_tokens_that_say_nothing() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let door = Door::new(asking(&server)).unwrap();
    let mut said = server.claims();
    said["active"] = json!(true);
    said["token_type"] = json!("Bearer");
    server.world().tokens.insert("opaque".into(), said.clone());
    let visit = Visit::bearer("opaque");
    let came = visit.come(&door).await.unwrap();
    assert_eq!(came.who.principal.user.as_deref(), Some("ann"));
    visit.come(&door).await.unwrap();
    assert_eq!(server.asked("/introspect"), 1);
    // Both parts are escaped before they are joined.
    let expected = "Basic Z2F0ZSUzQXdheTpzM2NyZXQlMkY=";
    assert_eq!(server.world().shown.as_deref(), Some(expected));
    server.world().tokens.clear();
    let visit = visit.at(NOW + 30);
    let no = visit.come(&door).await.unwrap_err();
    assert_eq!((no.status.as_u16(), no.reason), (401, Reason::TokenInactive));
    server.world().is_away = true;
    let no = visit.come(&door).await.unwrap_err();
    assert_eq!((no.status.as_u16(), no.reason), (503, Reason::IssuerAway));
    server.world().is_away = false;
    // What is said has to be as complete as a token.
    for (name, value, why) in [
        ("aud", json!("https://other.example"), Reason::TokenAudience),
        ("aud", json!(null), Reason::TokenAudience),
        ("exp", json!(NOW - 60), Reason::TokenExpired),
        ("iss", json!("https://other.example"), Reason::TokenIssuer),
        ("sub", json!(["ann"]), Reason::TokenClaims),
        ("client_id", json!(null), Reason::TokenClaims),
        ("token_type", json!(null), Reason::TokenType),
        ("token_type", json!("refresh_token"), Reason::TokenType),
        ("active", json!("true"), Reason::IssuerAway),
    ] {
        let mut said = said.clone();
        said[name] = value;
        server.world().tokens.insert("opaque".into(), said);
        assert_eq!(visit.reason(&door).await, why, "{name}");
    }
    // Who acts for nobody is not always named twice; a person always is.
    let mut alone = said.clone();
    alone.as_object_mut().unwrap().remove("sub");
    server.world().tokens.insert("opaque".into(), alone.clone());
    let came = visit.come(&door).await.unwrap();
    assert_eq!((came.who.principal.user.as_deref(), &*came.who.principal.agent), (None, "bot"));
    alone["username"] = json!("ann");
    server.world().tokens.insert("other".into(), alone);
    assert_eq!(Visit::bearer("other").reason(&door).await, Reason::TokenClaims);
    // Nobody else is asked.
    assert_eq!(Visit::bearer("opaque").reason(&server.door()).await, Reason::TokenOpaque);
}
