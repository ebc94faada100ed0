//! What only one side's revision has words for.

use std::{thread, time::Duration};

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Trouble, Upstream},
        visitor::{LEGACY, MODERN, Visitor, next},
    },
};

/// What has to be visited before `visit` is of any use.
const ADDRESS: &str = "https://accounts.test/connect";

fn error(talk: &Talk, code: i64, data: &Value) -> Value {
    let error = json!({"code": code, "message": "not yet", "data": data});
    json!({"jsonrpc": "2.0", "id": talk.message["id"], "error": error})
}

static TROUBLES: &[(&str, Trouble)] = &[
    ("visit", |talk| {
        if talk.message["params"]["arguments"]["visited"] == true {
            return talk.echo();
        }
        let asks = json!({"elicitations": [{"mode": "url", "elicitationId": "e", "url": ADDRESS,
            "message": "Connect."}]});
        let body = error(talk, -32042, &asks);
        talk.document(&body)
    }),
    ("slow", |talk| {
        thread::sleep(Duration::from_millis(1200));
        let words = talk.words("at last");
        talk.document(&words)
    }),
];

fn started(home: &TestHome, upstream: &Upstream) -> Gateway {
    Gateway::start(home, &Setup::new().url("up", &upstream.url()))
}

#[test]
fn an_address_to_visit_is_asked_for_in_the_way_of_the_client() {
    let (home, upstream) = (TestHome::new(), Upstream::legacy(TROUBLES));
    let gateway = started(&home, &upstream);
    let client = Visitor::modern(gateway.address());
    let able = client.clone().able(json!({"elicitation": {"url": {}}}));
    let asked = able.call("visit", &json!({})).messages().remove(0);
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    let visit = &asked["result"]["inputRequests"]["visit-0"];
    assert_eq!(visit["method"], "elicitation/create");
    assert_eq!(visit["params"], json!({"mode": "url", "url": ADDRESS, "message": "Connect."}));
    let again = json!({"name": "visit", "arguments": {"visited": true},
        "inputResponses": {"visit-0": {"action": "accept"}}});
    let done = able.ask("tools/call", &again).messages().remove(0);
    assert_eq!(done["result"]["resultType"], "complete", "{done}");
    let sent = upstream.seen("tools/call");
    assert!(sent.last().is_some_and(|sent| sent["params"].get("inputResponses").is_none()));
    // Whoever cannot be asked is told that it did not work.
    let refused = client.call("visit", &json!({})).messages().remove(0);
    assert_eq!(refused["error"]["code"], -32603, "{refused}");
    let legacy = Visitor::legacy(gateway.address(), LEGACY[3]);
    let same = legacy.call("visit", &json!({})).messages().remove(0);
    assert_eq!(same["error"]["code"], -32042, "{same}");
}

#[test]
fn the_level_of_a_request_is_that_of_an_older_server() {
    let (home, upstream) = (TestHome::new(), Upstream::legacy(TROUBLES));
    let gateway = started(&home, &upstream);
    let client = Visitor::modern(gateway.address());
    client.prove_served();
    assert!(upstream.seen("logging/setLevel").is_empty());
    let meta = json!({"io.modelcontextprotocol/logLevel": "warning"});
    for _ in 0..2 {
        let params = json!({"name": "echo", "arguments": {}, "_meta": meta});
        assert_eq!(client.ask("tools/call", &params).status, 200);
    }
    let levels: Vec<_> = upstream.seen("logging/setLevel");
    assert_eq!(levels.len(), 1);
    assert_eq!(levels[0]["params"], json!({"level": "warning"}));
}

#[test]
fn an_answer_that_takes_long_becomes_a_stream_that_a_session_can_go_on_with() {
    let (home, upstream) = (TestHome::new(), Upstream::legacy(TROUBLES));
    let gateway = started(&home, &upstream);
    let slow = Visitor::legacy(gateway.address(), LEGACY[3]).call("slow", &json!({}));
    assert_eq!(slow.header("content-type"), Some("text/event-stream"));
    let text = String::from_utf8_lossy(&slow.body).into_owned();
    assert!(text.starts_with("retry: ") && text.contains("\nid: "), "{text}");
    assert!(text.contains("at last"), "{text}");
    let modern = Visitor::modern(gateway.address()).call("slow", &json!({}));
    assert_eq!(modern.header("content-type"), Some("application/json"));
}

#[test]
fn a_private_list_is_not_shared_between_clients() {
    let (home, upstream) = (TestHome::new(), Upstream::modern(TROUBLES));
    let setup = Setup::new().url("up", &upstream.url()).client("ann", "a-1").client("bob", "b-1");
    let gateway = Gateway::start(&home, &setup);
    let [ann, bob] = ["a-1", "b-1"].map(|token| Visitor::modern(gateway.address()).showing(token));
    let looks = || upstream.seen("tools/list").len();
    assert!(ann.list("tools").contains(&"echo".into()));
    let before = looks();
    assert!(bob.list("tools").contains(&"echo".into()));
    assert_eq!(looks(), before + 1);
    assert!(ann.list("tools").contains(&"echo".into()));
    assert_eq!(looks(), before + 1);
}

#[test]
fn what_belongs_to_rounds_stays_between_those_who_have_them() {
    let (home, upstream) = (TestHome::new(), Upstream::modern(TROUBLES));
    let gateway = started(&home, &upstream);
    let forged = json!({"name": "echo", "arguments": {}, "requestState": "forged",
        "inputResponses": {"x": {}}});
    let legacy = Visitor::legacy(gateway.address(), LEGACY[3]);
    assert!(legacy.ask("tools/call", &forged).messages()[0].get("result").is_some());
    let modern = Visitor::modern(gateway.address());
    let refused = modern.send(&modern.request(&next().into(), "tools/call", &forged));
    assert_eq!(refused.messages()[0]["error"]["code"], -32602, "{MODERN}");
    let sent = upstream.seen("tools/call");
    assert_eq!(sent.len(), 1);
    assert!(sent[0]["params"].get("requestState").is_none(), "{}", sent[0]);
    assert!(sent[0]["params"].get("inputResponses").is_none(), "{}", sent[0]);
}
