//! Calls that a person has to approve: a whole gateway, a server that deletes things, agents that
//! call it, and people who answer.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod client;
mod durable;
#[path = "../identity/issuer.rs"]
#[expect(dead_code, reason = "not all of it is of use here")]
mod issuer;
mod operator;
mod people;
mod replays;
mod seen;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use warden_audit::{Filter, select, verify};
use warden_testkit::{
    Outcome, TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{MODERN, Visitor},
        wire::Reply,
    },
};

/// What the gateway is called by those who issue tokens for it.
pub(crate) const RESOURCE: &str = "https://gate.example/mcp";

/// A gateway in which everything is as usual, before a server with a tool that deletes.
struct Bench {
    home: TestHome,
    gateway: Gateway,
}

impl Bench {
    /// With these tables beside the server and its one client, `coder`.
    #[track_caller]
    fn new(tables: &str) -> Self {
        let home = TestHome::new();
        let setup = setup(&home).client("coder", "token-of-coder").table(tables);
        let gateway = Gateway::start(&home, &setup);
        Self { home, gateway }
    }

    /// With these tables, and a client `coder` that asks for ann.
    #[track_caller]
    fn new_for_ann(tables: &str) -> Self {
        let home = TestHome::new();
        let setup = setup(&home).table(&of_ann()).table(tables);
        let gateway = Gateway::start(&home, &setup);
        Self { home, gateway }
    }

    /// With a `[hold]` of its own, and a client `coder` that asks for ann.
    #[track_caller]
    fn holding(hold: &str) -> Self {
        Self::ruled(hold, "", "")
    }

    /// The same with more rules, and more tables beside the server.
    #[track_caller]
    fn ruled(hold: &str, more: &str, tables: &str) -> Self {
        let home = TestHome::new();
        let rules = include_str!("../../../warden-policy/policies/laptop/rules.cedar");
        let directory = include_str!("../../../warden-policy/policies/laptop/policy.toml");
        home.write("rules/rules.cedar", format!("{rules}\n{more}\n"));
        home.write("rules/policy.toml", format!("{directory}\n[hold]\n{hold}\n"));
        let setup = setup(&home).top("policy = \"rules\"").table(&of_ann()).table(tables);
        let gateway = Gateway::start(&home, &setup);
        Self { home, gateway }
    }

    /// The client, of this revision, as one that shows these capabilities.
    #[track_caller]
    fn visitor(&self, revision: &str, capabilities: Value) -> Visitor {
        let modern = Visitor::modern(self.gateway.address());
        let visitor = Visitor { revision: revision.into(), ..modern };
        let mut visitor = visitor.showing("token-of-coder").able(capabilities);
        if !visitor.is_modern() {
            visitor.begin();
        }
        visitor
    }

    #[track_caller]
    fn coder(&self) -> Visitor {
        self.visitor(MODERN, json!({}))
    }

    /// What has reached the server.
    fn arrived(&self) -> usize {
        let text = std::fs::read_to_string(record(&self.home)).unwrap_or_default();
        text.matches("\"tools/call\"").count()
    }

    fn calls(&self, person: &str, words: &[&str]) -> Outcome {
        calls(&self.home, person, words)
    }

    /// The names of what waits.
    #[track_caller]
    fn pending(&self) -> Vec<String> {
        let text = self.calls("ben", &["pending", "--json"]).success();
        let list: Value = serde_json::from_str(&text).expect("it is JSON");
        let holds = list["holds"].as_array().expect("there is a list");
        holds.iter().map(|hold| hold["id"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

#[track_caller]
fn await_true(right: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !right() {
        assert!(Instant::now() < deadline, "it does not come to that");
    }
}

fn record(home: &TestHome) -> PathBuf {
    home.path().join("received")
}

/// Where nothing is said that does not have to be.
fn setup(home: &TestHome) -> Setup {
    let tools = json!([
        {"name": "delete_file", "description": "Deletes a file for good.",
            "inputSchema": {"type": "object"}, "annotations": {"destructiveHint": true}},
        {"name": "echo", "description": "Returns its arguments.",
            "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true}},
    ]);
    let tools = home.write("tools.json", tools.to_string());
    let (tools, record) = (tools.to_string_lossy(), record(home));
    let record = format!("--record={}", record.display());
    Setup::new().usual_policy().program("files", &["--full", "--tools-file", &tools, &record])
}

/// A client that asks for ann.
fn of_ann() -> String {
    let digest = warden_model::Digest::of(b"token-of-coder");
    let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
    format!("[[client]]\nname = \"coder\"\nuser = \"ann\"\ntoken_sha256 = \"{hex}\"")
}

/// `mcpwarden calls`, by this person.
fn calls(home: &TestHome, person: &str, words: &[&str]) -> Outcome {
    let mut command = home.mcpwarden(["calls"].iter().chain(words));
    Outcome::of(command.env("USER", person), b"")
}

/// Calls the tool that deletes.
#[track_caller]
fn delete(visitor: &Visitor, path: &str) -> Reply {
    visitor.call("delete_file", &json!({"path": path}))
}

/// The hold that a call waits under.
#[track_caller]
fn waits(reply: &Reply) -> String {
    waits_in(&reply.json())
}

#[track_caller]
fn waits_in(answer: &Value) -> String {
    let data = &answer["error"]["data"];
    assert_eq!(data["reason"], "needs-approval", "{answer}");
    assert_eq!(data["retry"], true, "{answer}");
    assert!(data["expires"].is_string(), "{answer}");
    data["hold"].as_str().expect("it has a name").to_owned()
}

#[track_caller]
fn passes(reply: &Reply) {
    assert!(reply.json()["result"].is_object(), "{}", reply.text());
}

/// Every record of this event, from a ledger that verifies.
#[track_caller]
fn records(home: &TestHome, event: &str) -> Vec<Value> {
    let ledger = home.warden().join("ledger");
    verify(&ledger).expect("the ledger verifies");
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&ledger, &filter, usize::MAX).expect("the ledger can be read");
    let read = |body: &str| serde_json::from_str(body).expect("a record is JSON");
    found.records.iter().map(|stored| read(&stored.body)).collect()
}
