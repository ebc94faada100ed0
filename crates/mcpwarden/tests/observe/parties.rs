//! A gateway as a program, the server behind it, and a client.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use warden_testkit::TestHome;

use crate::collector::{Came, Party};
use crate::{ANSWER, ARGUMENT};

/// How long a client waits; long, since machines are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server over HTTP, of the era without a handshake or of the one with it.
pub(crate) fn upstream(modern: bool) -> Party {
    Party::new(move |came| {
        let (status, more) = match answer(came, modern) {
            Some(answer) => ("200 OK", Some(answer)),
            None => ("202 Accepted", None),
        };
        let body = more.map(|more| {
            let mut body = json!({"jsonrpc": "2.0", "id": came.body["id"]});
            let member = if more.get("code").is_some() { "error" } else { "result" };
            body[member] = more;
            body.to_string()
        });
        (format!("{status}\r\ncontent-type: application/json"), body.unwrap_or_default())
    })
}

fn answer(came: &Came, modern: bool) -> Option<Value> {
    came.body.get("id")?;
    let complete = |mut result: Value| {
        if modern {
            result["resultType"] = "complete".into();
            result["ttlMs"] = 0.into();
            result["cacheScope"] = "private".into();
        }
        result
    };
    let says = |failed| {
        let text = json!([{"type": "text", "text": ANSWER}]);
        complete(json!({"content": text, "isError": failed}))
    };
    let method = came.body["method"].as_str().unwrap_or_default();
    Some(match method {
        "initialize" if !modern => json!({"protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}}, "serverInfo": {"name": "u", "version": "1"}}),
        "server/discover" if modern => complete(json!({"supportedVersions": ["2026-07-28"],
            "capabilities": {"tools": {}}})),
        "tools/list" => {
            let tool = |name| json!({"name": name, "inputSchema": {"type": "object"}});
            complete(json!({"tools": [tool("echo"), tool("fail"), tool("no")]}))
        }
        "tools/call" => match came.body["params"]["name"].as_str() {
            Some("echo") => says(false),
            Some("fail") => says(true),
            _ => json!({"code": -32602, "message": ANSWER}),
        },
        _ => json!({"code": -32601, "message": "method not found"}),
    })
}

/// The configuration of a gateway before a server.
pub(crate) fn config(upstream: &Party, more: &str) -> String {
    format!(
        "listen = \"127.0.0.1:0\"\npolicy = \"open\"\n{more}\n[[server]]\nname = \"up\"\nshare = \"all\"\n\
         url = \"http://{}/mcp?key=secret-in-the-url\"\n\
         headers = {{ Authorization = \"Bearer ${{UPSTREAM}}\" }}\n",
        upstream.address
    )
}

/// A gateway that serves for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Gateway {
    process: Child,
    address: String,
}

/// `mcpwarden` with what the configuration refers to in its environment.
pub(crate) fn mcpwarden(home: &TestHome, arguments: &[&str]) -> Command {
    let mut command = home.mcpwarden(arguments);
    with_secrets(&mut command);
    command
}

fn with_secrets(command: &mut Command) {
    command.env("UPSTREAM", "secret-of-the-upstream").env("COLLECTOR", "secret-of-the-collector");
}

/// Writes a configuration, approves its server, and returns where it is.
#[track_caller]
pub(crate) fn approved(home: &TestHome, text: &str) -> String {
    let path = home.write("gateway.toml", text).to_string_lossy().into_owned();
    let words = ["approve", "--config", &path, "up", "--by", "ann", "--yes"];
    drop(warden_testkit::Outcome::of(&mut mcpwarden(home, &words), b"").success());
    path
}

impl Gateway {
    /// Approves the server of this configuration, and serves it.
    #[track_caller]
    pub(crate) fn start(home: &TestHome, text: &str) -> Self {
        Self::start_as_approved(home, &approved(home, text))
    }

    /// Serves a configuration as it is.
    #[track_caller]
    pub(crate) fn start_as_approved(home: &TestHome, path: &str) -> Self {
        Self::run(mcpwarden(home, &["gateway", "--config", path]))
    }

    /// The same, in a shell that does this first.
    #[track_caller]
    pub(crate) fn start_after(home: &TestHome, text: &str, first: &str) -> Self {
        let path = approved(home, text);
        let program = warden_testkit::program("mcpwarden");
        let mut command = home.command("sh");
        let script = format!("{first}; exec \"$0\" gateway --config \"$1\"");
        command.arg("-c").arg(script).arg(program).arg(path);
        with_secrets(&mut command);
        Self::run(command)
    }

    #[track_caller]
    fn run(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the gateway can be started");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let mut said = Vec::new();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let address = line.split_once("listening on http://").map(|(_, at)| at.to_owned());
            said.push(line);
            address
        });
        let address = address.unwrap_or_else(|| panic!("it does not listen: {said:?}"));
        thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// Sends a request, and returns status and body.
    #[track_caller]
    pub(crate) fn ask(&self, verb: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a patience above nothing");
        let length = body.len();
        let text = format!(
            "{verb} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).expect("it takes requests");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.expect("a status"), body.to_owned())
    }

    /// Sends a message as a client of 2026-07-28 does.
    #[track_caller]
    pub(crate) fn modern(&self, method: &str, mut params: Value, headers: &str) -> (u16, Value) {
        let meta = &mut params["_meta"];
        meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
        meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
        let name = params["name"].as_str().map(|name| format!("mcp-name: {name}\r\n"));
        let headers = format!(
            "content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
             mcp-protocol-version: 2026-07-28\r\nmcp-method: {method}\r\n{}{headers}",
            name.unwrap_or_default()
        );
        let message = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        let (status, body) = self.ask("POST", "/mcp", &headers, &message.to_string());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Calls a tool.
    #[track_caller]
    pub(crate) fn call(&self, tool: &str, headers: &str) -> Value {
        let params = json!({"name": tool, "arguments": {"a": ARGUMENT}});
        self.modern("tools/call", params, headers).1
    }

    /// The page of metrics.
    #[track_caller]
    pub(crate) fn metrics(&self) -> String {
        let (status, page) = self.ask("GET", "/metrics", "", "");
        assert_eq!(status, 200, "{page}");
        page
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    pub(crate) fn stop(mut self) {
        let pid = self.process.id().to_string();
        let killed = Command::new("kill").args(["-s", "TERM", &pid]).status();
        assert!(killed.expect("there is a `kill`").success());
        assert!(self.process.wait().expect("it ends").success());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
