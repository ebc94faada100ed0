//! A company in small: a gateway with a client and a server of three tools, and tables about them.

use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        visitor::{MODERN, Visitor},
    },
};

const DIRECTORY: &str = r#"
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
"#;

const RULES: &str = r#"
@id("all")
permit (principal, action, resource);

@id("no-delete")
forbid (principal, action == Warden::Action::"call", resource == Warden::Tool::"files/delete_file");
"#;

/// Runs a gateway in which `coder` reads twice and is refused once. Its ledger stays.
pub(super) fn ran(home: &TestHome) {
    home.write("rules/policy.toml", DIRECTORY);
    home.write("rules/rules.cedar", RULES);
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
    let setup = Setup::new()
        .top("policy = \"rules\"")
        .program("files", &["--full", "--tools-file", &tools.to_string_lossy()])
        .table(&format!("[[client]]\nname = \"coder\"\nuser = \"ann\"\ntoken_sha256 = \"{hex}\""));
    let gateway = Gateway::start(home, &setup);
    let modern = Visitor::modern(gateway.address());
    let coder = Visitor { revision: MODERN.into(), ..modern }.showing("token-of-coder");
    for _ in 0..2 {
        let reply = coder.call("echo", &json!({"word": "x"}));
        assert!(reply.json()["result"].is_object(), "{}", reply.text());
    }
    let refused = coder.call("delete_file", &json!({"path": "a"})).json();
    assert!(refused["error"].is_object(), "{refused}");
    assert!(gateway.stop().status.success());
}
