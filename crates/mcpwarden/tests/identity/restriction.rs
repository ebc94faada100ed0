//! What one person or one session may not do, another one may.

use std::io;

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Upstream},
        visitor::{LEGACY, MODERN},
        wire::Reply,
    },
};

use crate::{claims, issuer::Issuer, records, tables, visitor};

const POLICY: &str = r#"
[[role]]
name = "member"

[[user]]
name = "ann"
roles = ["member"]

[[agent]]
name = "bot"
owner = "the team"
roles = ["member"]

[[server]]
name = "desk"
environment = "development"
audience = "self"
trusted = true
class = "internal"

[[server]]
name = "web"
environment = "development"
audience = "self"
trusted = false
class = "public"

[[tool]]
server = "desk"
name = "echo"
effects = ["write"]
"#;

const RULES: &str = r#"
@id("members")
@why("Members use what there is.")
permit (
  principal in Warden::Role::"member",
  action,
  resource
);

@id("clean")
@why("What strangers wrote does not get to the desk.")
forbid (
  principal,
  action in Warden::Action::"use",
  resource == Warden::Tool::"desk/echo"
)
when { context.session.untrusted };
"#;

fn page(talk: &mut Talk) -> io::Result<()> {
    let words = talk.words("what a stranger wrote");
    talk.document(&words)
}

struct Place {
    home: TestHome,
    issuer: Issuer,
    gateway: Gateway,
    _servers: [Upstream; 2],
}

fn place() -> Place {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let servers = [Upstream::modern(&[]), Upstream::modern(&[("page", page)])];
    home.write("policy/policy.toml", POLICY);
    home.write("policy/rules.cedar", RULES);
    let setup = Setup::new()
        .top("policy = \"policy\"")
        .url("desk", &servers[0].url())
        .more("prefix = \"desk__\"")
        .url("web", &servers[1].url())
        .more("prefix = \"web__\"")
        .table(&tables(&issuer, "[issuer.claims]\ntools = \"tools\""));
    let gateway = Gateway::start(&home, &setup);
    Place { home, issuer, gateway, _servers: servers }
}

impl Place {
    fn call(&self, revision: &str, claims: &Value, tool: &str) -> Reply {
        let token = self.issuer.token(claims);
        visitor(&self.gateway, revision, &token).call(tool, &json!({}))
    }

    fn claims(&self, user: &str, session: &str) -> Value {
        let mut claims = claims(&self.issuer, user);
        claims["sid"] = session.into();
        claims["tools"] = json!(["*"]);
        claims
    }
}

// R33: a call that a person may not make is refused, and another person may make it.
#[test]
fn a_person_can_be_kept_from_what_another_may_do() {
    let place = place();
    for revision in [LEGACY[3], MODERN] {
        let ann = place.call(revision, &place.claims("ann", "1"), "desk__echo");
        assert!(ann.json()["result"].is_object(), "{}", ann.text());
        let bob = place.call(revision, &place.claims("bob", "1"), "desk__echo");
        assert!(bob.code().is_some(), "{}", bob.text());
    }
    let refused = records(&place.home, "call.refused");
    let users: Vec<_> = refused.iter().map(|it| it["user"].as_str().unwrap_or("")).collect();
    assert_eq!(users, ["bob", "bob"], "{refused:?}");
}

// R33: a call that a session may not make is refused, and another session of the same person may
// make it. A new token for the session, or another connection, changes nothing.
#[test]
fn a_session_can_be_kept_from_what_another_may_do() {
    let place = place();
    let (one, two) = (place.claims("ann", "1"), place.claims("ann", "2"));
    let before = place.call(MODERN, &one, "desk__echo");
    assert!(before.json()["result"].is_object(), "{}", before.text());
    let read = place.call(MODERN, &one, "web__page");
    assert!(read.text().contains("a stranger"), "{}", read.text());
    let mut fresh = one.clone();
    fresh["jti"] = "a fresh one".into();
    for (revision, claims) in [(MODERN, &one), (MODERN, &fresh), (LEGACY[3], &fresh)] {
        let refused = place.call(revision, claims, "desk__echo");
        assert!(refused.code().is_some(), "{}", refused.text());
    }
    let other = place.call(MODERN, &two, "desk__echo");
    assert!(other.json()["result"].is_object(), "{}", other.text());
    assert_eq!(records(&place.home, "call.refused").len(), 3);
}

// R33: a token can say which tools its session may use.
#[test]
fn a_token_can_narrow_what_its_session_may_use() {
    let place = place();
    let mut narrow = place.claims("ann", "3");
    narrow["tools"] = json!(["web__page"]);
    let refused = place.call(MODERN, &narrow, "desk__echo");
    assert!(refused.code().is_some(), "{}", refused.text());
    let read = place.call(MODERN, &narrow, "web__page");
    assert!(read.text().contains("a stranger"), "{}", read.text());
}
