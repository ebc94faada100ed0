//! What the program writes for itself is what the published schemas say.

#![expect(clippy::expect_used, reason = "a panic is how a test fails, also in its helpers")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use warden_seal::SigningKey;
use warden_testkit::{Outcome, TestHome};

/// A saved answer with a tool, and a configuration with a server.
const TOOLS: &str = r#"{"tools":[{"name":"a","description":"Reads.","inputSchema":{}}]}"#;
const SERVERS: &str = r#"{"mcpServers": {"a": {"command": "node", "args": ["a.js"]}}}"#;

#[track_caller]
fn run(home: &TestHome, arguments: &[&str]) {
    let mut command: Command = home.command(env!("CARGO_BIN_EXE_mcpwarden"));
    let outcome = Outcome::of(command.args(arguments), b"");
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[track_caller]
fn check(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<_> = validator.iter_errors(instance).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {instance:#}");
}

/// The only JSON file in a folder.
#[track_caller]
fn only(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut files = paths.filter(|path| path.extension().is_some_and(|found| found == "json"));
    let first = files.next().expect("there is a file");
    assert!(files.next().is_none(), "there is one file in {}", folder.display());
    first
}

#[track_caller]
fn pin(arguments: &[&str]) -> Value {
    let home = TestHome::new();
    home.write("work/tools.json", TOOLS);
    home.write("work/a.js", "");
    let given = ["approve", "--yes", "--name", "a", "--from", "tools.json"];
    run(&home, &[&given, arguments].concat());
    let envelope = fs::read(only(&home.warden().join("pins"))).expect("the pin can be read");
    let key = SigningKey::load(&home.warden().join("key.pk8")).expect("the key can be read");
    let payload = warden_seal::open(&envelope, warden_policy::PAYLOAD_TYPE, &[key.public()]);
    serde_json::from_slice(&payload.expect("the key signed it")).expect("the payload is JSON")
}

#[test]
fn a_pin_is_what_its_schema_says_whether_or_not_it_is_known_what_runs() {
    let schema = include_str!("../../../schemas/pin-1.schema.json");
    let known = pin(&["--", "node", "a.js"]);
    assert!(known["artifact"].is_string() && known.get("artifact_unknown").is_none(), "{known}");
    check(schema, &known);
    let unknown = pin(&["--allow", "roots,sampling", "--", "npx", "-y", "a"]);
    assert_eq!(unknown["artifact_unknown"], "fetched npm:a@newest");
    check(schema, &unknown);
}

#[test]
fn a_wrap_journal_is_what_its_schema_says() {
    let home = TestHome::new();
    home.write("home/.cursor/mcp.json", SERVERS);
    run(&home, &["wrap", "--all", "--yes"]);
    let text = fs::read_to_string(only(&home.warden().join("wraps"))).expect("it can be read");
    let record = serde_json::from_str(&text).expect("the record is JSON");
    check(include_str!("../../../schemas/wrap-journal-1.schema.json"), &record);
}
