//! Certification as a whole program: a server is certified, started from the store, called while
//! its certificate counts, and neither listed nor called when it does not.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod advisories;
mod bundle;
mod bundled;
mod changed;
mod depends;
mod gateway;
mod image;
mod inventory;
mod lifted;
mod made;
mod parts;
mod provenance;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;
use warden_testkit::{Client, Era, Outcome, TestHome};

const ERA: Era = Era::Legacy("2025-06-18");

/// A server of the standard library alone. `slow` answers when somebody has written `done` beside
/// its home.
const SERVER: &str = r#"import json, os, sys, time

TOOLS = [
    {"name": "now", "description": "Says what time it is.",
     "inputSchema": {"type": "object", "properties": {}}},
    {"name": "wait", "description": "Waits a long time.",
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
    if message.get("method") == "tools/call" and message["params"]["name"] == "wait":
        continue
    result = answer(message)
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    if result is None:
        reply["error"] = {"code": -32601, "message": "method not found"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)
"#;

/// A folder with the server in it.
fn folder(home: &TestHome) -> PathBuf {
    let folder = home.work().join("clock");
    home.write(folder.join("server.py"), SERVER);
    home.write(folder.join("SECURITY.md"), "Tell us at https://clock.example/security\n");
    folder
}

/// Certifies the folder as `clock`.
#[track_caller]
fn certify(home: &TestHome, more: &[&str]) -> Outcome {
    let folder = folder(home).display().to_string();
    let words = ["certify", &folder, "--name", "clock", "--script", "server.py"];
    home.run(words.iter().chain(more).map(|word| (*word).to_owned()))
}

/// Certifies and approves it.
#[track_caller]
fn ready(home: &TestHome) {
    drop(certify(home, &[]).success());
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
}

/// A client of the certified server.
#[track_caller]
fn connect(home: &TestHome) -> Client {
    Client::connect(&mut home.mcpwarden(["run", "clock"]), ERA)
}

/// What `run` says when it starts nothing.
#[track_caller]
fn refused(home: &TestHome) -> String {
    let outcome = home.run(["run", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    outcome.stderr
}

/// The file of the certificate.
#[track_caller]
fn certificate(home: &TestHome) -> PathBuf {
    let files = fs::read_dir(home.warden().join("certificates")).expect("there are certificates");
    let mut files = files.map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|end| end == "json")).expect("there is one")
}

/// The only file below a folder with this name.
#[track_caller]
fn below(folder: &Path, name: &str) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.file_name().is_some_and(|found| found == name) {
                return path;
            }
        }
    }
    panic!("there is no {name}");
}

/// The certificate as JSON.
#[track_caller]
fn shown(home: &TestHome) -> Value {
    let text = home.run(["verify", "--server", "clock", "--json"]).success();
    serde_json::from_str(&text).expect("it is JSON")
}

/// Serves pages by their path, until the test ends.
fn serve(listener: TcpListener, pages: BTreeMap<String, Vec<u8>>) {
    let pages = Arc::new(pages);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let pages = Arc::clone(&pages);
            // Whoever hangs up early is none of our concern.
            std::thread::spawn(move || drop(answer(stream, &pages)));
        }
    });
}

fn answer(mut stream: TcpStream, pages: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let page = line.split(' ').nth(1).and_then(|path| pages.get(path));
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line)?;
    }
    let (status, bytes) = page.map_or(("404 Not Found", &b"{}"[..]), |page| ("200 OK", page));
    let length = bytes.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(bytes)
}

/// One entry of ustar, and the end.
fn archive(path: &str, text: &str) -> Vec<u8> {
    let mut head = vec![0_u8; 512];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", text.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head.extend_from_slice(text.as_bytes());
    head.resize(512 + text.len().next_multiple_of(512) + 1024, 0);
    head
}
