//! Policy is asked before credentials: who is refused makes nobody issue a token for him, and asks
//! nobody to agree to anything.

use serde_json::{Value, json};
use warden_testkit::{
    Outcome, TestHome,
    gateway::{
        Gateway, Setup,
        upstream::Upstream,
        visitor::{LEGACY, MODERN},
        wire::Reply,
    },
};

use crate::{claims, issuer::Issuer, port, records, tables, visitor};

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
name = "one"
environment = "development"
audience = "self"
trusted = true
class = "internal"

[[tool]]
server = "one"
name = "held"
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

@id("looked-at")
@why("Somebody looks at this one first.")
forbid (
  principal,
  action in Warden::Action::"use",
  resource == Warden::Tool::"one/held"
)
unless { context.approved };
"#;

/// A gateway whose one server is shown a token that somebody issues.
struct Place {
    home: TestHome,
    issuer: Issuer,
    gateway: Gateway,
    server: Upstream,
}

impl Place {
    #[track_caller]
    fn new(kind: &str) -> Self {
        let (home, issuer, port) = (TestHome::new(), Issuer::start(), port());
        let server = Upstream::modern(&[("held", |talk| talk.echo())]);
        home.write("policy/policy.toml", POLICY);
        home.write("policy/rules.cedar", RULES);
        let public = format!("public_url = \"http://127.0.0.1:{port}\", ");
        let more = if kind == "per-user" { &*public } else { "" };
        let credentials = format!(
            "credentials = {{ kind = \"{kind}\", issuer = \"{}\", client_id = \"gate\", {more}\
             scopes = [\"read\"] }}",
            issuer.url
        );
        let setup =
            Setup::at(port).top("policy = \"policy\"").url("one", &server.url()).share("client");
        Gateway::write(&home, &setup);
        Gateway::approve(&home, "one");
        Gateway::write(&home, &setup.more(&credentials).table(&tables(&issuer, "")));
        let gateway = Gateway::serve(&home);
        issuer.issues(json!({
            "access_token": "for-one", "token_type": "Bearer", "expires_in": 300,
            "scope": "read",
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        }));
        Self { home, issuer, gateway, server }
    }

    fn call(&self, (user, revision): (&str, &str), tool: &str) -> Reply {
        let token = self.issuer.token(&claims(&self.issuer, user));
        let able = json!({"elicitation": {"url": {}}});
        visitor(&self.gateway, revision, &token).able(able).call(tool, &json!({"a": 1}))
    }

    /// Everything that somebody could ask of the server that he may not use.
    #[track_caller]
    fn bob_is_refused(&self) {
        let token = self.issuer.token(&claims(&self.issuer, "bob"));
        for revision in [LEGACY[3], MODERN] {
            for tool in ["echo", "held", "nothing"] {
                let reply = self.call(("bob", revision), tool);
                assert!(reply.code().is_some(), "{revision} {tool}: {}", reply.text());
                assert!(!reply.text().contains("/credentials/"), "{}", reply.text());
            }
            let visitor = visitor(&self.gateway, revision, &token);
            assert!(visitor.list("tools").is_empty());
        }
    }
}

// Nobody issues a token for a call that policy refuses.
#[test]
fn a_call_that_is_refused_causes_no_exchange() {
    let place = Place::new("exchange");
    place.bob_is_refused();
    assert_eq!(place.issuer.asked(), Vec::<String>::new());
    assert!(place.server.seen("tools/call").is_empty());
    let refused = records(&place.home, "call.refused");
    assert!(refused.iter().all(|it| it["user"] == "bob" || it["user"].is_null()), "{refused:?}");
    let reply = place.call(("ann", MODERN), "echo");
    assert!(reply.json()["result"].is_object(), "{}", reply.text());
    assert_eq!(place.issuer.asked().len(), 1);
}

// Nobody is asked to agree to something that policy refuses.
#[test]
fn a_call_that_is_refused_asks_nobody_to_agree() {
    let place = Place::new("per-user");
    place.bob_is_refused();
    assert!(!place.gateway.said().contains("needs-consent"), "{}", place.gateway.said());
    let told = place.call(("ann", MODERN), "echo").text();
    assert!(told.contains("/credentials/"), "{told}");
}

// A call that a person has to approve gets no token before he has.
#[test]
fn a_call_that_waits_causes_no_exchange_before_it_is_approved() {
    let place = Place::new("exchange");
    let token = place.issuer.token(&claims(&place.issuer, "ann"));
    for revision in [MODERN, LEGACY[3]] {
        let waits = |answer: &Value| {
            let data = &answer["error"]["data"];
            assert_eq!(data["reason"], "needs-approval", "{answer}");
            data["hold"].as_str().expect("it has a name").to_owned()
        };
        let visitor = visitor(&place.gateway, revision, &token);
        // A session begins with a look at its servers.
        let call = || visitor.call("held", &json!({"revision": revision})).json();
        let before = place.issuer.asked().len();
        let hold = waits(&call());
        assert_eq!(waits(&call()), hold);
        assert_eq!(place.issuer.asked().len(), before);
        let policy = place.home.path().join("policy").to_string_lossy().into_owned();
        let words = ["calls", "approve", &hold, "--yes", "--policy", &policy];
        let mut command = place.home.mcpwarden(words);
        drop(Outcome::of(command.env("USER", "ben"), b"").success());
        let passed = call();
        assert!(passed["result"].is_object(), "{passed}");
        assert_ne!(waits(&call()), hold, "it counts once");
    }
    assert_eq!(place.server.seen("tools/call").len(), 2);
    assert_eq!(place.issuer.asked().len(), 1);
}
