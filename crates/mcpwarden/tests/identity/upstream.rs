//! What a server is shown of who asks.

use std::io;

use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Upstream},
        visitor::{LEGACY, MODERN},
    },
};

use crate::{claims, issuer::Issuer, tables, visitor};

/// Answers with the head of the request.
fn head(talk: &mut Talk) -> io::Result<()> {
    let words = talk.words(&talk.head.clone());
    talk.document(&words)
}

// What a caller shows the gateway goes to no server.
#[test]
fn a_token_that_was_shown_to_the_gateway_reaches_no_server() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let servers = [Upstream::legacy(&[("head", head)]), Upstream::modern(&[("head", head)])];
    let setup = Setup::new()
        .url("one", &servers[0].url())
        .more("prefix = \"one__\"")
        .url("two", &servers[1].url())
        .more("prefix = \"two__\"")
        .table(&tables(&issuer, ""));
    let gateway = Gateway::start(&home, &setup);
    let token = issuer.token(&claims(&issuer, "ann"));
    let parts: Vec<_> = token.split('.').collect();
    for (revision, tool) in
        [LEGACY[3], MODERN].into_iter().flat_map(|it| [(it, "one__head"), (it, "two__head")])
    {
        let reply = visitor(&gateway, revision, &token).call(tool, &json!({}));
        let text = reply.text();
        assert!(text.contains("POST /mcp"), "{revision} {tool}: {text}");
        assert!(!text.to_ascii_lowercase().contains("authorization"), "{text}");
        assert!(parts.iter().all(|part| !text.contains(part)), "{text}");
    }
}

// A server is shown a token that is for it only, in exchange for that of the caller.
#[test]
fn a_token_is_exchanged_for_one_that_is_for_this_server_and_this_person() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let server = Upstream::modern(&[("head", head)]);
    let credentials = format!(
        "credentials = {{ kind = \"exchange\", issuer = \"{}\", client_id = \"gate\", \
         scopes = [\"read\"] }}",
        issuer.url
    );
    let setup = Setup::new().url("one", &server.url()).share("client");
    // The approval looks at the server before anybody shows anything.
    Gateway::write(&home, &setup);
    Gateway::approve(&home, "one");
    Gateway::write(&home, &setup.more(&credentials).table(&tables(&issuer, "")));
    let gateway = Gateway::serve(&home);
    for user in ["ann", "bob"] {
        issuer.issues(json!({
            "access_token": format!("for-one-and-{user}"), "token_type": "Bearer",
            "expires_in": 300, "scope": "read",
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        }));
        let token = issuer.token(&claims(&issuer, user));
        let reply = visitor(&gateway, MODERN, &token).call("head", &json!({}));
        let text = reply.text().to_ascii_lowercase();
        assert!(text.contains(&format!("authorization: bearer for-one-and-{user}")), "{text}");
        assert!(!text.contains(&token.to_ascii_lowercase()), "{text}");
        let asked = issuer.asked();
        let last = asked.last().expect("it was asked");
        assert!(last.contains(&format!("subject_token={token}")), "{last}");
    }
}
