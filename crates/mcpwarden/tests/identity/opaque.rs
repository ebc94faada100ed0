//! Tokens that say nothing by themselves: their issuer is asked (RFC 7662).

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{MODERN, Visitor},
    },
};

use crate::{RESOURCE, claims, issuer::Issuer, records, visitor};

/// How the gateway shows the issuer who asks.
const SECRET: &str = "a-secret-of-the-gateway";

/// A gateway whose tokens say nothing by themselves; an answer is believed for so long.
#[track_caller]
pub(crate) fn asking(home: &TestHome, issuer: &Issuer, life: &str) -> Gateway {
    home.write("introspection.secret", SECRET);
    let url = &issuer.url;
    let tables = format!(
        "[identity]\nresource = \"{RESOURCE}\"\n\n[[issuer]]\nurl = \"{url}\"\nkeys = \"none\"\n\
         [issuer.introspection]\nurl = \"{url}/introspect\"\nclient_id = \"gate\"\n\
         client_secret = \"${{file:introspection.secret}}\"\nlife = \"{life}\"\n"
    );
    let setup = Setup::new().program("fix", &["--full"]).table(&tables);
    Gateway::start(home, &setup)
}

/// What an issuer says of a token that it knows.
pub(crate) fn active(issuer: &Issuer, user: &str) -> Value {
    let mut answer = claims(issuer, user);
    answer["active"] = true.into();
    answer["token_type"] = "Bearer".into();
    answer
}

/// The status, the reason and the challenge that a token is answered with.
#[track_caller]
fn shown(gateway: &Gateway, token: &str) -> (u16, String, String) {
    let visitor = Visitor::modern(gateway.address()).showing(token);
    let reply = visitor.ask("tools/list", &json!({}));
    let told: Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    let reason = told["reason"].as_str().unwrap_or_default().to_owned();
    (reply.status, reason, reply.header("www-authenticate").unwrap_or_default().to_owned())
}

// A token that says nothing counts as its issuer says, and for whom and what it says.
#[test]
fn an_issuer_is_asked_about_a_token_that_says_nothing() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = asking(&home, &issuer, "30s");
    issuer.says("token-of-ann", active(&issuer, "ann"));
    visitor(&gateway, MODERN, "token-of-ann").prove_served();
    let calls = records(&home, "call.intent");
    assert_eq!((&calls[0]["user"], &calls[0]["agent"]), (&json!("ann"), &json!("bot")));
    let asked = issuer.inspected().len();
    visitor(&gateway, MODERN, "token-of-ann").prove_served();
    assert_eq!(issuer.inspected().len(), asked, "an answer is believed for a while");
    assert!(issuer.inspected().iter().all(|shown| shown.starts_with("Basic ")));
    let but = |name: &str, value: Value| {
        let mut answer = active(&issuer, "ann");
        answer[name] = value;
        answer
    };
    let now = crate::issuer::now();
    let rows = [
        ("unknown", None, "token-inactive"),
        ("revoked", Some(json!({"active": false})), "token-inactive"),
        ("elsewhere", Some(but("aud", json!("https://other.example/mcp"))), "token-audience"),
        ("over", Some(but("exp", json!(now - 120))), "token-expired"),
        ("early", Some(but("nbf", json!(now + 120))), "token-early"),
        ("refresh", Some(but("token_type", json!("refresh_token"))), "token-type"),
        ("nobody", Some(but("client_id", json!(7))), "token-claims"),
        ("bound", Some(but("cnf", json!({"jkt": "of-another-key"}))), "token-binding"),
    ];
    for (token, answer, reason) in rows {
        if let Some(answer) = answer {
            issuer.says(token, answer);
        }
        let (status, told, challenge) = shown(&gateway, token);
        assert_eq!((status, &*told), (401, reason), "{token}");
        assert!(challenge.contains("error=\"invalid_token\""), "{token}: {challenge}");
        assert!(challenge.contains("resource_metadata="), "{token}: {challenge}");
    }
    issuer.goes_away();
    let (status, told, challenge) = shown(&gateway, "never-seen");
    assert_eq!((status, &*told, &*challenge), (503, "issuer-away", ""));
    let all = format!("{:?}{}", records(&home, "message.dropped"), gateway.said());
    for secret in [SECRET, "token-of-ann", "never-seen"] {
        assert!(!all.contains(secret), "{secret} was told: {all}");
    }
}

// What an issuer has said is not believed for longer than is set.
#[test]
fn a_token_that_its_issuer_takes_back_counts_no_longer() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = asking(&home, &issuer, "1s");
    issuer.says("token-of-ann", active(&issuer, "ann"));
    visitor(&gateway, MODERN, "token-of-ann").prove_served();
    issuer.says("token-of-ann", json!({"active": false}));
    crate::await_true(|| shown(&gateway, "token-of-ann").1 == "token-inactive");
}
