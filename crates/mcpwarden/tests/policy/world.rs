//! A gateway that runs by a policy in a folder, before a server of a few tools.

use serde_json::json;
use warden_audit::{Filter, select, verify};
use warden_testkit::gateway::{
    Gateway, Setup,
    visitor::{MODERN, Visitor},
    wire::Reply,
};

use super::*;

/// What there is: a server with three tools.
pub(super) const FILES: &str = r#"
[[role]]
name = "reader"

[[agent]]
name = "*"
owner = "ann"
roles = ["reader"]

[[server]]
name = "files"
class = "internal"
trusted = true
audience = "company"

[[tool]]
server = "files"
name = "delete_file"
effects = ["destructive"]

[[tool]]
server = "files"
name = "echo"
effects = ["read"]
"#;

/// Everything is permitted but that deleting waits for a person.
pub(super) const WAITS: &str = r#"
@id("all")
permit (principal, action, resource);

@id("deletes")
@why("A person looks at what is deleted.")
forbid (principal, action == Warden::Action::"call", resource == Warden::Tool::"files/delete_file")
unless { context.approved };
"#;

/// More than [`WAITS`]: nothing is echoed, and nothing is deleted at all.
pub(super) const STRICT: &str = r#"
@id("all")
permit (principal, action, resource);

@id("no-delete")
forbid (principal, action == Warden::Action::"call", resource)
when { resource.effects.contains("destructive") };

@id("no-echo")
forbid (principal, action == Warden::Action::"call", resource == Warden::Tool::"files/echo");
"#;

/// Writes a policy into a folder.
pub(super) fn write(home: &TestHome, folder: &str, directory: &str, rules: &str) {
    home.write(format!("{folder}/policy.toml"), directory);
    home.write(format!("{folder}/rules.cedar"), rules);
}

/// A gateway by the policy in `rules`, with one server and one client, who asks for ann.
pub(super) fn setup(home: &TestHome) -> Setup {
    let tools = json!([
        {"name": "delete_file", "description": "Deletes a file.",
            "inputSchema": {"type": "object"}, "annotations": {"destructiveHint": true}},
        {"name": "echo", "description": "Returns its arguments.",
            "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true}},
        {"name": "search_files", "description": "Searches files.",
            "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true}},
    ]);
    let tools = home.write("tools.json", tools.to_string());
    let digest = warden_model::Digest::of(b"token-of-coder");
    let hex = String::from_utf8_lossy(&digest.hex()).into_owned();
    Setup::new()
        .top("policy = \"rules\"")
        .program("files", &["--full", "--tools-file", &tools.to_string_lossy()])
        .table(&format!("[[client]]\nname = \"coder\"\nuser = \"ann\"\ntoken_sha256 = \"{hex}\""))
}

/// The client.
pub(super) fn coder(gateway: &Gateway) -> Visitor {
    let modern = Visitor::modern(gateway.address());
    Visitor { revision: MODERN.into(), ..modern }.showing("token-of-coder")
}

/// Calls a tool that passes.
#[track_caller]
pub(super) fn passes(reply: &Reply) {
    assert!(reply.json()["result"].is_object(), "{}", reply.text());
}

/// Calls the tool that deletes, which waits. Returns under which name.
#[track_caller]
pub(super) fn waits(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.call("delete_file", &json!({"path": path})).json();
    let data = &answer["error"]["data"];
    assert_eq!(data["reason"], "needs-approval", "{answer}");
    data["hold"].as_str().expect("it has a name").to_owned()
}

/// Ben approves what waits under this name.
#[track_caller]
pub(super) fn approve(home: &TestHome, hold: &str) {
    let policy = home.path().join("rules");
    let policy = policy.to_string_lossy();
    let mut command = home.mcpwarden(["calls", "--policy", &policy, "approve", hold, "--yes"]);
    drop(Outcome::of(command.env("USER", "ben"), b"").success());
}

/// Every record of this event, from a ledger that verifies.
#[track_caller]
pub(super) fn records(home: &TestHome, event: &str) -> Vec<Value> {
    let ledger = home.warden().join("ledger");
    verify(&ledger).expect("the ledger verifies");
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&ledger, &filter, usize::MAX).expect("the ledger can be read");
    let read = |body: &str| serde_json::from_str(body).expect("a record is JSON");
    found.records.iter().map(|stored| read(&stored.body)).collect()
}
