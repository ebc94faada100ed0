//! People who answer over HTTP, and what they can do beside that.

use warden_testkit::gateway::wire::Wire;

use super::*;

/// Operators with these tokens.
fn operators() -> String {
    let one = |name: &str, may: &str| {
        let digest = warden_model::Digest::of(format!("token-of-{name}").as_bytes());
        let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
        format!("[[operator]]\nname = \"{name}\"\ntoken_sha256 = \"{hex}\"\nmay = [{may}]\n")
    };
    one("ben", "\"holds\", \"stops\", \"sessions\"") + &one("ann", "\"holds\"")
}

/// Asks as this operator; a body makes it a POST.
#[track_caller]
fn ask(bench: &Bench, who: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut wire = Wire::connect(bench.gateway.address());
    let token = format!("Bearer token-of-{who}");
    let headers = [("Authorization", &*token)];
    let path = format!("/operator/v1/{path}");
    match body {
        Some(body) => wire.post(&path, &headers, body.to_string().as_bytes()),
        None => wire.ask("GET", &path, &headers),
    }
    .expect("the gateway takes it");
    let reply = wire.reply().expect("an answer");
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
}

// An operator approves over HTTP, and neither a client nor who asks can.
#[test]
fn an_operator_approves_a_call_over_http() {
    let bench = Bench::new_for_ann(&operators());
    let coder = bench.coder();
    let hold = waits(&delete(&coder, "a"));
    let (status, list) = ask(&bench, "ben", "holds", None);
    assert_eq!((status, &list["holds"][0]["id"]), (200, &json!(hold)), "{list}");
    let approve = format!("holds/{hold}/approve");
    assert_eq!(ask(&bench, "coder", "holds", None).0, 401);
    assert_eq!(ask(&bench, "coder", &approve, Some(json!({}))).0, 401);
    // She is who asks.
    let (status, own) = ask(&bench, "ann", &approve, Some(json!({})));
    assert_eq!((status, &own["error"]["reason"]), (403, &json!("is-requester")), "{own}");
    waits(&delete(&coder, "a"));
    let (status, done) = ask(&bench, "ben", &approve, Some(json!({"reason": "looked at"})));
    assert_eq!((status, &done["hold"]["state"]), (200, &json!("approved")), "{done}");
    passes(&delete(&coder, "a"));
    assert_eq!(bench.arrived(), 1);
    // A token of an operator is of no use as a client.
    let as_client = Visitor { token: Some("token-of-ben".into()), ..coder };
    assert_eq!(as_client.call("echo", &json!({})).status, 401);
    let answered = records(&bench.home, "call.answered");
    assert_eq!((answered.len(), &answered[0]["user"]), (1, &json!("ben")), "{answered:?}");
}

// An operator stops something over HTTP, at once, and it is recorded who has.
#[test]
fn an_operator_stops_a_tool_and_lets_it_go_on() {
    let bench = Bench::new_for_ann(&operators());
    let coder = bench.coder();
    let word = json!({"word": "x"});
    passes(&coder.call("echo", &word));
    let stop = json!({"what": "tool", "name": "files/echo", "reason": "odd"});
    assert_eq!(ask(&bench, "ann", "stops", Some(stop.clone())).0, 403);
    for wrong in [
        json!({"what": "tool", "name": "echo", "reason": "x"}),
        json!({"what": "all", "name": "x", "reason": "x"}),
        json!({"what": "all"}),
        json!({"what": "all", "reason": " "}),
        json!({"what": "all", "reason": "x", "revoke": true, "seconds": 1}),
        json!({"what": "all", "reason": "x", "more": 1}),
    ] {
        assert_eq!(ask(&bench, "ben", "stops", Some(wrong.clone())).0, 400, "{wrong}");
    }
    let (status, set) = ask(&bench, "ben", "stops", Some(stop));
    assert_eq!(status, 200, "{set}");
    assert_eq!(coder.call("echo", &word).reason().as_deref(), Some("stopped"));
    let id = set["stop"]["id"].as_str().expect("it has a name");
    let lift = json!({"lift": id, "reason": "mended"});
    assert_eq!(ask(&bench, "ben", "stops", Some(lift)).0, 200);
    passes(&coder.call("echo", &word));
    let (_, seen) = ask(&bench, "ben", "stops", None);
    assert_eq!(seen["stops"][0]["lifted"]["by"], "ben", "{seen}");
    let said = |event: &str| {
        let found = records(&bench.home, event);
        found.first().map(|record| (record["user"].clone(), record["tool"]["name"].clone()))
    };
    let by_ben = Some((json!("ben"), json!("echo")));
    await_true(|| said("stop.set") == by_ben && said("stop.released") == by_ben);
}

// A session that an operator ends forgets what it was allowed.
#[test]
fn an_operator_ends_a_session() {
    let bench = Bench::new_for_ann(&operators());
    let coder = bench.coder();
    passes(&coder.call("echo", &json!({"word": "x"})));
    let sessions = bench.home.run(["sessions", "list", "--json"]).success();
    let sessions: Value = serde_json::from_str(&sessions).expect("it is JSON");
    let key = sessions["sessions"][0]["key"].as_str().expect("there is one").to_owned();
    let end = format!("sessions/{key}/end");
    assert_eq!(ask(&bench, "ann", &end, Some(json!({}))).0, 403);
    assert_eq!(ask(&bench, "ben", &end, Some(json!({"x": 1}))).0, 400);
    let (status, ended) = ask(&bench, "ben", &end, Some(json!({})));
    assert_eq!((status, &ended["ended"]), (200, &json!(key)), "{ended}");
    let records = records(&bench.home, "session.ended");
    assert_eq!((&records[0]["user"], &records[0]["session"]), (&json!("ben"), &json!(key)));
    let other = format!("sessions/{}/end", "5e".repeat(32));
    assert_eq!(ask(&bench, "ben", &other, Some(json!({}))).0, 404);
}
