//! Approval as a whole program: somebody asks, questions are answered, others say yes, and what
//! nobody has approved is neither started nor listed.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bundle;
#[path = "../certify/bundled.rs"]
mod bundled;
mod changed;
mod evidence;
mod gateway;
mod moratorium;
#[path = "../certify/parts.rs"]
mod parts;
mod people;
mod questions;
mod tampered;
mod waived;

use std::{fs, path::PathBuf};

use serde_json::Value;
use warden_testkit::{Client, Era, Outcome, TestHome};

const ERA: Era = Era::Legacy("2025-06-18");

/// A server of the standard library alone.
const SERVER: &str = r#"import json, sys

TOOLS = [
    {"name": "now", "description": "Says what time it is.",
     "inputSchema": {"type": "object", "properties": {}}},
]

def answer(message):
    method = message.get("method")
    if method == "initialize":
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                "serverInfo": {"name": "clock", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "noon"}]}
    return None

for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    result = answer(message)
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    if result is None:
        reply["error"] = {"code": -32601, "message": "method not found"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)
"#;

/// What is asked for where no question has to be answered.
const SANDBOX: &[&str] =
    &["--environment", "sandbox", "--data", "internal", "--near", "none", "--own"];

/// What is asked for where all of them have to be.
const GRAVE: &[&str] = &["--environment", "production", "--data", "regulated", "--tier", "1"];

/// A home with a server that was certified as `clock`, and people with keys of their own.
fn ready(people: &[&str]) -> TestHome {
    let home = TestHome::new();
    home.write("work/clock/server.py", SERVER);
    home.write("work/clock/SECURITY.md", "Tell us at https://clock.example/security\n");
    drop(certify(&home).success());
    for name in people {
        person(&home, name);
    }
    home
}

/// Makes a key for a person, and has it trusted.
#[track_caller]
fn person(home: &TestHome, name: &str) {
    drop(home.run(["approval", "key", &key(home, name)]).success());
    let public = format!("{}.pub", key(home, name));
    let words = ["trust", "add", &public, "--name", name, "--use", "approval"];
    drop(home.run(words).success());
}

/// Where the key of a person is.
fn key(home: &TestHome, name: &str) -> String {
    home.work().join(format!("{name}.key")).display().to_string()
}

/// Certifies the folder as it is.
#[track_caller]
fn certify(home: &TestHome) -> Outcome {
    let folder = home.work().join("clock").display().to_string();
    home.run(["certify", &folder, "--name", "clock", "--script", "server.py"])
}

/// One of the commands about `clock`, by the key of a person.
fn by(home: &TestHome, name: &str, words: &[&str]) -> Outcome {
    let key = key(home, name);
    let (command, rest) = words.split_first().expect("a command");
    let words = ["approval", command, "clock"].into_iter().chain(rest.iter().copied());
    home.run(words.chain(["--key", &key]).map(str::to_owned))
}

#[track_caller]
fn request(home: &TestHome, name: &str, what: &[&str]) {
    let words: Vec<&str> = ["request", "--owner", "rita"].iter().chain(what).copied().collect();
    drop(by(home, name, &words).success());
}

fn sign(home: &TestHome, name: &str, verdict: &str) -> Outcome {
    by(home, name, &["sign", verdict, "--reason", "looked at"])
}

/// Asked for by mia and approved by ann, for a sandbox.
fn approved() -> TestHome {
    let home = ready(&["mia", "ann"]);
    request(&home, "mia", SANDBOX);
    drop(sign(&home, "ann", "approve").success());
    home
}

/// The approval as JSON.
#[track_caller]
fn shown(home: &TestHome) -> Value {
    let text = home.run(["approval", "show", "clock", "--json"]).success();
    serde_json::from_str(&text).expect("it is JSON")
}

#[track_caller]
fn state(home: &TestHome) -> String {
    shown(home)["state"].as_str().expect("it has a state").to_owned()
}

/// The file of the approval.
fn file(home: &TestHome) -> PathBuf {
    let files = fs::read_dir(home.warden().join("approvals")).expect("there are approvals");
    let mut files = files.map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|end| end == "json")).expect("there is one")
}

/// The words that start the approved server in a sandbox.
const RUN: &[&str] = &["run", "clock", "--approved", "--environment", "sandbox"];

/// A client of the server.
#[track_caller]
fn connect(home: &TestHome, words: &[&str]) -> Client {
    Client::connect(&mut home.mcpwarden(words), ERA)
}

/// What `run` says when it starts nothing.
#[track_caller]
fn refused(home: &TestHome, words: &[&str]) -> String {
    let outcome = home.run(words);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    outcome.stderr
}

/// A refusal for a reason that has this text in it.
#[track_caller]
fn no(outcome: &Outcome, code: i32, text: &str) {
    assert_eq!(outcome.code, Some(code), "{}", outcome.block());
    assert!(outcome.stderr.contains(text), "`{text}` in {}", outcome.block());
}

/// The day that is so many days from now.
fn day(ahead: i64) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    now.saturating_add(jiff::Span::new().days(ahead)).to_string()
}
