//! The mock server answers as it should, and the load generator believes nothing else.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use warden_testkit::{Client, Era, Outcome, english, program};

const BOTH: [Era; 2] = [Era::Legacy("2025-11-25"), Era::Modern];

/// A mock server over HTTP. Dropping it kills it.
struct Mock {
    child: Child,
    url: String,
}

impl Mock {
    fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(program("mock-server"));
        command.args(["--port", "0"]).args(flags).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let line = first_line(&mut child);
        let url = line.trim().strip_prefix("listening on ").expect("it says where").to_owned();
        Self { child, url }
    }

    /// Sends one request as it is and returns everything until the connection is closed.
    fn ask(&self, head: &str, body: &str) -> String {
        let address = self.url.trim_start_matches("http://").trim_end_matches("/mcp");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let length = body.len();
        let request =
            format!("{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers and closes");
        answer
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it can be ended");
    }
}

fn first_line(child: &mut Child) -> String {
    let output: &mut ChildStdout = child.stdout.as_mut().expect("its output is a pipe");
    let mut line = String::new();
    BufReader::with_capacity(1, output).read_line(&mut line).expect("it can be read");
    line
}

/// Runs the load generator to its end, and returns what it printed and its exit code.
fn load(url: &str, flags: &[&str]) -> (Value, Option<i32>) {
    let mut command = Command::new(program("mcp-load"));
    command.args(["--url", url, "--warmup", "0"]).args(flags);
    let outcome = Outcome::of(&mut command, b"");
    (serde_json::from_str(&outcome.stdout).unwrap_or_default(), outcome.code)
}

#[track_caller]
fn check_lie(lie: &str, kind: &str, flags: &[&str]) {
    let mock = Mock::start(&["--lie", lie, "--lie-every", "7"]);
    let (said, code) = load(&mock.url, &[&["--requests", "70"], flags].concat());
    assert_eq!(said["requests"], 60, "{lie}: {said}");
    assert_eq!(said["failure_kinds"], json!({kind: 10}), "{lie}: {said}");
    assert_eq!(code, Some(1), "{lie}");
}

#[test]
fn over_standard_output_both_eras_are_answered() {
    for era in BOTH {
        let mut mock = Command::new(program("mock-server"));
        let mut client = Client::connect(mock.args(["--stdio", "--tools", "12"]), era);
        assert_eq!(client.tool_names().len(), 12);
        assert_eq!(client.tool_names()[0], "echo");
        let answer = client.call("echo", json!({"size": 3000, "text": "a"})).expect("answers");
        assert_eq!(answer["content"][0]["text"], english(3000));
        assert!(client.request("prompts/list", json!({})).is_err());
    }
}

#[test]
fn a_modern_list_says_how_long_it_may_be_kept_and_a_legacy_one_does_not() {
    let lists = BOTH.map(|era| {
        let mut mock = Command::new(program("mock-server"));
        mock.args(["--stdio", "--ttl-ms", "1500", "--scope", "private"]);
        Client::connect(&mut mock, era).request("tools/list", json!({})).expect("lists")
    });
    let [legacy, modern] = lists;
    assert_eq!((&modern["ttlMs"], &modern["cacheScope"]), (&json!(1500), &json!("private")));
    assert_eq!((&legacy["ttlMs"], &legacy["resultType"]), (&Value::Null, &Value::Null));
}

#[test]
fn over_http_everything_is_answered_rightly() {
    for answer in ["json", "sse"] {
        let mock = Mock::start(&["--answer", answer, "--threads", "2"]);
        for era in ["legacy", "modern"] {
            for method in ["tools/call", "tools/list"] {
                for connections in ["1", "5"] {
                    let flags = ["--requests", "300", "--era", era, "--method", method];
                    let sizes = ["--connections", connections, "--payload", "20000"];
                    let (said, code) = load(&mock.url, &[&flags[..], &sizes[..]].concat());
                    assert_eq!((&said["failures"], code), (&json!(0), Some(0)), "{said}");
                    assert!(said["requests"].as_u64() >= Some(300), "{said}");
                }
            }
        }
    }
}

#[test]
fn every_wrong_answer_is_noticed_and_counted() {
    for (lie, kind) in [
        ("id", "id"),
        ("short", "content"),
        ("altered", "content"),
        ("error", "error"),
        ("is-error", "is_error"),
        ("status", "status"),
        ("garbage", "json"),
        ("truncated", "connection"),
    ] {
        check_lie(lie, kind, &[]);
    }
    check_lie("short", "content", &["--method", "tools/list"]);
    check_lie("id", "id", &["--method", "tools/list", "--era", "modern"]);
}

#[test]
fn a_request_without_an_answer_is_a_failure() {
    let mock = Mock::start(&["--lie", "silent", "--lie-every", "5"]);
    let (said, code) = load(&mock.url, &["--requests", "20", "--patience", "2"]);
    assert_eq!(said["requests"], 4, "{said}");
    assert_eq!((&said["failure_kinds"], code), (&json!({"silence": 1}), Some(1)));
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a port");
    let address = listener.local_addr().expect("it has an address");
    drop(listener);
    let (_, code) = load(&format!("http://{address}/mcp"), &["--requests", "1"]);
    assert_eq!(code, Some(2));
}

#[test]
fn sessions_are_asked_for_and_heads_must_agree_with_bodies() {
    let mock = Mock::start(&[]);
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let modern = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#;
    let version = "MCP-Protocol-Version: 2026-07-28";
    for (head, body, status) in [
        (String::new(), list, 400),
        ("\r\nMcp-Session-Id: mock-12".into(), list, 404),
        (format!("\r\n{version}\r\nMcp-Method: tools/list"), modern, 200),
        (format!("\r\n{version}\r\nMcp-Method: tools/call"), modern, 400),
        (format!("\r\n{version}"), modern, 400),
        (format!("\r\n{version}\r\nMcp-Method: tools/list"), list, 400),
        (String::new(), "no JSON", 400),
    ] {
        let answer = mock.ask(&format!("POST /mcp HTTP/1.1{head}"), body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
    }
}

#[test]
fn what_is_held_is_counted_at_the_end() {
    for (flags, server_stays) in [
        (["--idle-sessions", "20", "--era", "legacy"], true),
        (["--streams", "20", "--era", "modern"], true),
        (["--idle-sessions", "20", "--era", "legacy"], false),
    ] {
        let mock = Mock::start(&[]);
        let mut command = Command::new(program("mcp-load"));
        command.args(["--url", &mock.url, "--pid", &mock.child.id().to_string()]).args(flags);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let opened: Value = serde_json::from_str(&first_line(&mut child)).expect("JSON");
        assert_eq!((&opened["opened"], &opened["failures"]), (&json!(20), &json!(0)));
        assert!(opened["memory_bytes"].as_u64() > Some(100_000), "{opened}");
        let kept = server_stays.then_some(mock);
        drop(child.stdin.take());
        let closed: Value = serde_json::from_str(&first_line(&mut child)).expect("JSON");
        let code = child.wait().expect("it ends").code();
        drop(kept);
        let expected = if server_stays { (20, 0, 0) } else { (0, 20, 1) };
        assert_eq!((&closed["held"], &closed["lost"]), (&json!(expected.0), &json!(expected.1)));
        assert_eq!(code, Some(expected.2));
    }
}

#[test]
fn the_first_answer_of_a_program_is_timed_and_a_wrong_one_is_none() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a port");
    let port = listener.local_addr().expect("it has an address").port();
    drop(listener);
    let (mock, port) = (program("mock-server").display().to_string(), port.to_string());
    let url = format!("http://127.0.0.1:{port}/mcp");
    let start = ["--first-answer", "3", "--", &mock, "--port", &port];
    let (said, code) = load(&url, &start);
    assert_eq!((code, said["all_ms"].as_array().map(Vec::len)), (Some(0), Some(3)), "{said}");
    assert!(said["p50_ms"].as_f64() > Some(0.0));
    let (_, code) = load(&url, &[&start[..], &["--lie", "id"]].concat());
    assert_eq!(code, Some(2));
}
