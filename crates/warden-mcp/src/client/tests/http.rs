use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use warden_model::Hidden;

use super::*;
use crate::client::{Failed, First, ProbeError, Target, probe_http};

/// One HTTP request as a fake server sees it.
struct Seen {
    verb: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What it answers: status, further headers, body.
struct Reply(u16, Vec<(&'static str, String)>, String);

fn reply(status: u16, kind: &str, body: &impl ToString) -> Reply {
    Reply(status, vec![("content-type", kind.into())], body.to_string())
}

fn plain(message: &Value) -> Reply {
    behave(message).map_or(Reply(202, Vec::new(), String::new()), |answer| {
        reply(200, "application/json", &answer)
    })
}

/// Serves one connection after the other until the test ends.
fn serve(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some(seen) = read(&mut stream) {
                    let Reply(status, headers, body) = answer(&seen);
                    let headers = headers.iter().fold(String::new(), |all, (name, value)| {
                        all + name
                            + ": "
                            + value
                            + "
"
                    });
                    let head = format!(
                        "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all((head + &body).as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    origin
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (verb, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut seen = Seen { verb, path, headers, body: Value::Null };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = serde_json::from_slice(&body).unwrap_or_default();
    Some(seen)
}

fn probe(url: &str, first: First) -> Result<Shown, Failed> {
    let headers = [("X-Key".to_owned(), Hidden::from("word"))];
    probe_http(&Target { url: &Hidden::from(url), headers: &headers, first }, &limits())
}

#[test]
fn a_modern_server_is_read_with_its_headers() {
    let url = serve(|seen| {
        assert_eq!(seen.header("mcp-protocol-version"), Some("2026-07-28"));
        assert_eq!(seen.header("mcp-method"), seen.body["method"].as_str());
        assert_eq!(seen.header("x-key"), Some("word"));
        assert_eq!(seen.header("accept"), Some("application/json, text/event-stream"));
        plain(&seen.body)
    });
    all_of_it(&probe(&url, First::Streamable).unwrap(), "2026-07-28");
}

/// A server of the era before, with a session and streams for answers.
fn legacy(seen: &Seen, refusal: u16) -> Reply {
    if seen.verb == "DELETE" {
        assert_eq!(seen.header("mcp-session-id"), Some("s1"));
        return Reply(204, Vec::new(), String::new());
    }
    match seen.body["method"].as_str() {
        Some("server/discover") => reply(refusal, "text/plain", &"no session"),
        Some("initialize") => {
            assert_eq!(seen.header("mcp-protocol-version"), None);
            let mut answer = plain(&seen.body);
            answer.1.push(("mcp-session-id", "s1".into()));
            answer
        }
        Some(_) => {
            assert_eq!(seen.header("mcp-session-id"), Some("s1"));
            assert_eq!(seen.header("mcp-protocol-version"), Some("2025-11-25"));
            assert_eq!(seen.header("mcp-method"), None);
            let Some(answer) = behave(&seen.body) else {
                return Reply(202, Vec::new(), String::new());
            };
            let noise = json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {}});
            let ask = json!({"jsonrpc": "2.0", "id": "a", "method": "roots/list"});
            let body = format!(
                "id: 1\ndata:\n\n: hello\ndata: {noise}\n\ndata: {ask}\n\nevent: message\ndata: {answer}\n\n"
            );
            reply(200, "text/event-stream; charset=utf-8", &body)
        }
        None => Reply(202, Vec::new(), String::new()),
    }
}

#[test]
fn every_client_error_leads_to_the_handshake() {
    for status in [400, 404, 405, 406, 422, 500] {
        let url = serve(move |seen| legacy(seen, status));
        all_of_it(&probe(&url, First::Streamable).unwrap(), "2025-11-25");
    }
}

#[test]
fn a_session_is_ended_in_the_end() {
    let (sender, ended): (Sender<()>, Receiver<()>) = channel();
    let sender = Mutex::new(sender);
    let url = serve(move |seen| {
        if seen.verb == "DELETE" {
            sender.lock().unwrap().send(()).unwrap();
        }
        legacy(seen, 400)
    });
    all_of_it(&probe(&url, First::Streamable).unwrap(), "2025-11-25");
    assert!(ended.try_recv().is_ok());
}

#[test]
fn a_modern_error_in_a_400_is_not_a_reason_to_fall_back() {
    let url = serve(|seen| {
        assert_ne!(seen.body["method"], "initialize");
        reply(400, "application/json", &failure(&seen.body, -32020))
    });
    let error = probe(&url, First::Streamable).unwrap_err().error;
    assert!(matches!(error, ProbeError::Refused { code: -32020, .. }), "{error:?}");
}

#[test]
fn a_server_that_wants_a_login_is_not_asked_again() {
    let url = serve(|seen| {
        assert_eq!(seen.body["method"], "server/discover");
        reply(401, "application/json", &"{}")
    });
    let error = probe(&url, First::Streamable).unwrap_err().error;
    assert!(matches!(error, ProbeError::Status(401)));
}

#[test]
fn redirects_stay_within_the_origin() {
    let url = serve(|seen| {
        if seen.path == "/mcp" {
            return Reply(307, vec![("location", "/mcp/".into())], String::new());
        }
        plain(&seen.body)
    });
    all_of_it(&probe(&format!("{url}/mcp"), First::Streamable).unwrap(), "2026-07-28");

    let other = serve(|_| panic!("a redirect reached another origin"));
    let url = serve(move |_| Reply(307, vec![("location", other.clone())], String::new()));
    let error = probe(&url, First::Streamable).unwrap_err().error;
    assert!(matches!(error, ProbeError::Elsewhere(307)));

    let url = serve(|_| Reply(308, vec![("location", "/again".into())], String::new()));
    assert!(matches!(probe(&url, First::Streamable).unwrap_err().error, ProbeError::Elsewhere(_)));
}

/// A server with the older transport, whose answers all go to one stream.
fn older(endpoint: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (sender, messages) = channel::<Value>();
    let messages = Arc::new(Mutex::new(messages));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (sender, messages) = (sender.clone(), Arc::clone(&messages));
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some(seen) = read(&mut stream) {
                    if seen.verb == "GET" {
                        assert_eq!(seen.header("x-key"), Some("word"));
                        return feed(&mut stream, endpoint, &messages.lock().unwrap());
                    }
                    let known = seen.path == "/messages?session=1";
                    let status = if known { "202 Accepted" } else { "404 Not Found" };
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                    if known && let Some(answer) = behave(&seen.body) {
                        sender.send(answer).unwrap();
                    }
                    stream.write_all(head.as_bytes()).unwrap();
                }
            });
        }
    });
    origin
}

fn feed(stream: &mut TcpStream, endpoint: &str, messages: &Receiver<Value>) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let first = format!("{head}event: endpoint\ndata: {endpoint}\n\n");
    stream.write_all(first.as_bytes()).unwrap();
    for message in messages {
        if stream.write_all(format!("event: message\ndata: {message}\n\n").as_bytes()).is_err() {
            return;
        }
    }
}

#[test]
fn the_older_transport_is_found_from_either_side() {
    for first in [First::Streamable, First::Events] {
        let url = older("/messages?session=1");
        all_of_it(&probe(&format!("{url}/sse"), first).unwrap(), "2025-11-25");
    }
}

#[test]
fn an_endpoint_of_another_origin_is_refused() {
    let url = older("http://127.0.0.1:1/messages?session=1");
    let error = probe(&url, First::Events).unwrap_err().error;
    assert!(matches!(error, ProbeError::Elsewhere(200)), "{error:?}");
}

#[test]
fn a_configuration_that_asks_for_events_still_finds_streamable_http() {
    let url = serve(|seen| {
        if seen.verb == "GET" {
            return Reply(405, Vec::new(), String::new());
        }
        plain(&seen.body)
    });
    all_of_it(&probe(&url, First::Events).unwrap(), "2026-07-28");
}

#[test]
fn answers_over_http_are_bounded() {
    let url = serve(|seen| match seen.body["method"].as_str() {
        Some("tools/list") => reply(200, "application/json", &"x".repeat(100_000)),
        _ => plain(&seen.body),
    });
    let url = Hidden::from(&*url);
    let target = Target { url: &url, headers: &[], first: First::Streamable };
    let shown = probe_http(&target, &Limits { bytes: 50_000, ..limits() }).unwrap();
    assert!(matches!(shown.gaps[0].error, ProbeError::TooLarge));
}

#[test]
fn a_port_where_nobody_listens_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = probe(&url, First::Streamable).unwrap_err().error;
    assert!(matches!(error, ProbeError::Connect(_)));
    assert_eq!(error.reason(), warden_model::UnreadReason::Unreachable);
}

#[test]
fn a_header_that_cannot_be_sent_is_named_and_its_value_is_not() {
    let headers = [("X-Key".to_owned(), Hidden::from("wo\nrd"))];
    let url = Hidden::from("http://127.0.0.1:1");
    let target = Target { url: &url, headers: &headers, first: First::Streamable };
    let error = probe_http(&target, &limits()).unwrap_err().error;
    assert_eq!(error.to_string(), "the header `X-Key` cannot be sent");
}
