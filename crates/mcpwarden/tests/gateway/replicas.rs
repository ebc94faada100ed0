//! Several gateways with one secret.

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{LEGACY, Visitor},
        wire::Wire,
    },
};

/// Two gateways before servers of their own, with the secrets in these files.
#[track_caller]
fn two(home: &TestHome, secrets: [&str; 2]) -> [Gateway; 2] {
    secrets.map(|secret| {
        let line = format!("secret = {}", json!(home.path().join(secret)));
        let setup = Setup::new()
            .top(&line)
            .program("fix", &["--full", "--era", "modern"])
            .client("ann", "token-of-ann")
            .client("bob", "token-of-bob")
            .table("[[view]]\nname = \"one\"\nservers = [\"fix\"]");
        Gateway::start(home, &setup)
    })
}

fn at(gateway: &Gateway, visitor: &Visitor) -> Visitor {
    Visitor { address: gateway.address(), ..visitor.clone() }
}

#[track_caller]
fn ann(gateway: &Gateway, revision: &str) -> Visitor {
    let mut ann = Visitor { revision: revision.into(), ..Visitor::modern(gateway.address()) }
        .showing("token-of-ann")
        .at("one")
        .able(json!({"elicitation": {}}));
    ann.begin();
    ann
}

#[test]
fn a_session_begun_on_one_goes_on_at_the_other_in_every_revision() {
    let home = TestHome::new();
    let [first, second] = two(&home, ["secret", "secret"]);
    for revision in LEGACY {
        let visitor = ann(&first, revision);
        visitor.prove_served();
        let moved = at(&second, &visitor);
        moved.prove_served();
        visitor.prove_served();
        assert_eq!(moved.list("tools"), visitor.list("tools"));
        // It is still one's own alone.
        let bob = moved.clone().showing("token-of-bob");
        assert_eq!(bob.ask("tools/list", &json!({})).status, 404);
        let elsewhere = Visitor { path: "/mcp".into(), ..moved.clone() };
        assert_eq!(elsewhere.ask("tools/list", &json!({})).status, 404);
        // What the client said it can be asked for has moved with it.
        let headers = moved.headers(&Value::Null);
        let mut headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        headers.push(("Accept", "text/event-stream"));
        let mut stream = Wire::connect(second.address());
        stream.ask("GET", &moved.path, &headers).expect("it is taken");
        assert_eq!(stream.head().expect("an answer").status, 200);
    }
    assert!(first.stop().status.success());
    assert!(second.stop().status.success());
}

#[test]
fn a_session_outlives_its_gateway() {
    let home = TestHome::new();
    let [first, second] = two(&home, ["secret", "secret"]);
    let sessions: Vec<_> = LEGACY.iter().map(|revision| ann(&first, revision)).collect();
    assert!(first.stop().status.success());
    for visitor in &sessions {
        at(&second, visitor).prove_served();
    }
}

#[test]
fn a_state_of_one_continues_the_request_at_the_other() {
    let home = TestHome::new();
    let [first, second] = two(&home, ["secret", "secret"]);
    let visitor = Visitor::modern(first.address())
        .showing("token-of-ann")
        .able(json!({"elicitation": {"form": {}}}));
    let asked = visitor.call("elicit", &json!({})).json();
    let state = asked["result"]["requestState"].as_str().expect("a state");
    let params = json!({"name": "elicit", "arguments": {}, "requestState": state,
        "inputResponses": {"question": {"action": "accept", "content": {"name": "Ann"}}}});
    let answer = at(&second, &visitor).ask("tools/call", &params);
    assert!(answer.text().contains("Ann"), "{}", answer.text());
    let stolen = at(&second, &visitor).showing("token-of-bob").ask("tools/call", &params);
    assert_eq!(stolen.reason().as_deref(), Some("bad-request-state"), "{}", stolen.text());
}

#[test]
fn gateways_with_secrets_of_their_own_do_not_know_each_others_sessions() {
    let home = TestHome::new();
    let [first, second] = two(&home, ["secret", "another"]);
    for revision in LEGACY {
        let visitor = ann(&first, revision);
        assert_eq!(at(&second, &visitor).ask("tools/list", &json!({})).status, 404);
    }
}

#[test]
fn the_secret_is_for_its_owners_eyes() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = TestHome::new();
    let [first, second] = two(&home, ["secret", "secret"]);
    let path = home.path().join("secret");
    let mode = std::fs::metadata(&path).expect("it was made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop((first, second));
    // One that others can read is not taken.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("our own file");
    let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
    let outcome = home.run(["gateway", "--config", &config]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
}
