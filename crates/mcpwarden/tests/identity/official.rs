//! The official client, a published authorization server, and the gateway between them and a
//! server.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{Gateway, Setup, visitor::Visitor},
};

use crate::{port, records};

/// The authorization server, until it is dropped.
struct Server {
    program: Child,
    issuer: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        self.program.kill().ok();
        self.program.wait().ok();
    }
}

/// A folder that `cargo xtask test` has installed something into.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn folder(name: &str) -> PathBuf {
    let folder = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder).join(name),
        None => panic!("the fixtures are not installed: run `cargo xtask test`"),
    };
    assert!(folder.is_dir(), "{} is not there: run `cargo xtask test`", folder.display());
    folder
}

impl Server {
    fn start(resource: &str) -> Self {
        let mut program = Command::new("node")
            .args(["server.mjs", "--port", "0", "--resource", resource])
            .current_dir(folder("oauth"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Node.js starts");
        let mut line = String::new();
        let output = program.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).expect("it says so in JSON");
        let issuer = said["issuer"].as_str().expect("it has an address").to_owned();
        Self { program, issuer }
    }
}

// A person logs in with a published client at a published authorization server, and is who
// calls.
#[test]
fn the_official_client_logs_in_and_calls_a_tool() {
    let home = TestHome::new();
    let port = port();
    let resource = format!("http://127.0.0.1:{port}/mcp");
    let server = Server::start(&resource);
    let tables = format!(
        "[identity]\nresource = \"{resource}\"\nscopes = [\"tools:read\"]\n\n\
         [[issuer]]\nurl = \"{}\"\nscopes = [\"tools:read\"]\n",
        server.issuer
    );
    let setup = Setup::at(port).program("fix", &["--full"]).table(&tables);
    let gateway = Gateway::start(&home, &setup);
    let driver = Command::new("node")
        .args(["drive-oauth.mjs", "--url", &resource, "--client", "assistant"])
        .args(["--scope", "tools:read", "--call", "echo"])
        .current_dir(folder("node"))
        .output()
        .expect("Node.js starts");
    let told = String::from_utf8_lossy(&driver.stderr).into_owned();
    assert!(driver.status.success(), "{told}\n{}", gateway.said());
    let said: Value = serde_json::from_slice(&driver.stdout).expect("it says so in JSON");
    assert_eq!(said["steps"], json!([{"resource": resource, "scope": "tools:read"}]), "{said}");
    assert_eq!(said["scope"], "tools:read", "{said}");
    let tools = said["tools"].as_array().expect("there is a list");
    assert!(tools.contains(&json!("echo")), "{said}");
    assert!(said["result"].to_string().contains("a word"), "{said}");
    let calls = records(&home, "call.intent");
    let [call] = &calls[..] else { panic!("one call: {calls:?}") };
    assert_eq!((&call["user"], &call["agent"]), (&json!("ann"), &json!("assistant")), "{call}");
    let nobody = Visitor::modern(gateway.address()).ask("tools/list", &json!({}));
    assert_eq!(nobody.status, 401);
}
