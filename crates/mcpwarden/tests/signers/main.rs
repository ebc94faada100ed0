//! Who signs, as a whole program: certificates by keys in files, in a token and behind a program;
//! nothing by anybody else when these do not sign; and one key in place of another.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod approval;
mod command;
mod file;
mod quiet;
mod rotate;
mod token;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// A server of the standard library alone, which writes down what environment it was given.
const SERVER: &str = r#"import json, os, sys

with open(os.path.join(os.environ.get("HOME", "/nowhere"), "environment"), "w") as seen:
    json.dump(dict(os.environ), seen)

TOOLS = [{"name": "now", "description": "Says what time it is.",
          "inputSchema": {"type": "object", "properties": {}}}]

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

/// A command line that certifies the server as `clock`. It is not started, so that its level is 0,
/// which has no part in who signs.
fn certifying(home: &TestHome, more: &[&str]) -> Command {
    let folder = home.work().join("clock");
    home.write(folder.join("server.py"), SERVER);
    let folder = folder.display().to_string();
    let words = ["certify", &folder, "--name", "clock", "--script", "server.py", "--no-start"];
    home.mcpwarden(words.iter().chain(["--level", "0"].iter()).chain(more))
}

fn certify(home: &TestHome, more: &[&str]) -> Outcome {
    Outcome::of(&mut certifying(home, more), b"")
}

/// Writes a file that only its owner can read, and returns its name.
fn private(home: &TestHome, name: &str, text: &str) -> String {
    let file = home.write(home.work().join(name), text);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    file.display().to_string()
}

/// Writes the configuration.
fn configure(home: &TestHome, text: &str) {
    home.write(home.warden().join("signer.toml"), text);
}

/// Makes an encrypted key, trusts it for everything, and returns its identifier. The passphrase is
/// in `NAME.pass`.
#[track_caller]
fn encrypted(home: &TestHome, name: &str, algorithm: &str) -> String {
    private(home, &format!("{name}.pass"), "correct horse battery\n");
    let (file, words) = (format!("{name}.pem"), format!("{name}.pass"));
    let words = ["key", "new", "--algorithm", algorithm, "--encrypt", "--passphrase-file", &words];
    let text = home.run(words.iter().chain(["--output", &file].iter())).success();
    trust(home, &format!("{file}.pub"), name);
    text.lines().next().expect("an identifier").to_owned()
}

#[track_caller]
fn trust(home: &TestHome, file: &str, name: &str) {
    let uses = "certificate,revocation,advisories";
    drop(home.run(["trust", "add", file, "--name", name, "--use", uses]).success());
}

/// The words that name the encrypted key.
fn by(name: &str) -> Vec<String> {
    ["--signer", &format!("file:{name}.pem"), "--passphrase-file", &format!("{name}.pass")]
        .map(str::to_owned)
        .to_vec()
}

fn words(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

/// Certificates that are there.
fn certificates(home: &TestHome) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(home.warden().join("certificates")) else { return Vec::new() };
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect()
}

/// Who has signed the certificate, by identifier.
#[track_caller]
fn signed_by(home: &TestHome) -> String {
    let text = home.run(["verify", "--server", "clock"]).success();
    let line = text.lines().find_map(|line| line.strip_prefix("Signed by "));
    line.expect("it says who has signed").to_owned()
}

/// Nothing was issued: no certificate, and nothing in the log.
#[track_caller]
fn nothing_issued(home: &TestHome, outcome: &Outcome, told: &str) {
    assert!(matches!(outcome.code, Some(2 | 3)), "{}", outcome.block());
    assert!(outcome.stderr.contains(told), "`{told}` is not in {}", outcome.block());
    assert!(certificates(home).is_empty(), "{}", outcome.block());
    assert!(!home.warden().join("log/checkpoint").exists(), "{}", outcome.block());
}

/// The trusted keys as JSON.
fn trusted(home: &TestHome) -> Value {
    serde_json::from_slice(&fs::read(home.warden().join("trust.json")).unwrap()).unwrap()
}

/// Changes a trusted key in the file, as time would.
#[track_caller]
fn set(home: &TestHome, id: &str, member: &str, value: &str) {
    let mut all = trusted(home);
    let rows = all["keys"].as_array_mut().expect("rows");
    let row = rows.iter_mut().find(|row| row["id"] == id).expect("it is trusted");
    row[member] = value.into();
    home.write(home.warden().join("trust.json"), all.to_string());
}

/// Runs a program of the system.
#[track_caller]
fn system(command: &mut Command) -> Vec<u8> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.output().unwrap_or_else(|error| panic!("`{program}` cannot be started ({error})"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    output.stdout
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}
