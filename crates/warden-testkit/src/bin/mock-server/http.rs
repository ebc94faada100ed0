//! One request over HTTP, and the bytes of its answer.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use warden_testkit::http1::Head;

use crate::answers::{Answers, Kind};
use crate::options::{Answer, Lie};
use crate::request::{MODERN, Request};

/// The longest body that is taken.
const LONGEST_BODY: usize = 32 << 20;

/// What begins every session id.
const SESSION: &str = "mock-";

/// How many sessions were begun, over all threads. Each id is the number it had.
static SESSIONS: AtomicU64 = AtomicU64::new(0);

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next request may come.
    More,
    /// There is no whole request yet.
    Wait,
    /// What was written is the last.
    Close,
}

/// What a request's head says.
#[derive(Debug, Default)]
struct Asked<'a> {
    method: &'a str,
    length: usize,
    session: Option<&'a str>,
    version: &'a str,
    rpc_method: &'a str,
    last: bool,
    unreadable: bool,
}

/// Reads one request at the start of `bytes`, appends its answer to `out`, and returns how many
/// bytes the request had.
pub(crate) fn serve(
    bytes: &[u8],
    answers: &mut Answers,
    style: Answer,
    (out, scratch): (&mut Vec<u8>, &mut Vec<u8>),
) -> (usize, Next) {
    let head = match Head::read(bytes) {
        Ok(Some(head)) => head,
        Ok(None) => return (0, Next::Wait),
        Err(_) => return refuse(out),
    };
    let asked = Asked::read(&head);
    if asked.unreadable || asked.length > LONGEST_BODY {
        return refuse(out);
    }
    let end = head.length() + asked.length;
    let Some(body) = bytes.get(head.length()..end) else { return (0, Next::Wait) };
    let next = match asked.method {
        "POST" => post(&asked, body, answers, style, (out, scratch)),
        "GET" => open_stream(&asked, out),
        "DELETE" => empty(out, status_of_session(&asked).unwrap_or("200 OK")),
        _ => empty(out, "405 Method Not Allowed"),
    };
    (end, if asked.last && next == Next::More { Next::Close } else { next })
}

impl<'a> Asked<'a> {
    fn read(head: &Head<'a>) -> Self {
        let method = head.words().next().unwrap_or_default();
        let mut asked = Self { method, ..Self::default() };
        for (name, value) in head.headers() {
            // Lengths differ, so hardly any name is compared twice.
            match name.len() {
                14 if name.eq_ignore_ascii_case("content-length") => match value.parse() {
                    Ok(length) => asked.length = length,
                    Err(_) => asked.unreadable = true,
                },
                14 if name.eq_ignore_ascii_case("mcp-session-id") => asked.session = Some(value),
                20 if name.eq_ignore_ascii_case("mcp-protocol-version") => asked.version = value,
                10 if name.eq_ignore_ascii_case("mcp-method") => asked.rpc_method = value,
                10 if name.eq_ignore_ascii_case("connection") => {
                    asked.last = value.eq_ignore_ascii_case("close");
                }
                17 if name.eq_ignore_ascii_case("transfer-encoding") => asked.unreadable = true,
                _ => {}
            }
        }
        asked
    }
}

fn post(
    asked: &Asked<'_>,
    body: &[u8],
    answers: &mut Answers,
    style: Answer,
    (out, scratch): (&mut Vec<u8>, &mut Vec<u8>),
) -> Next {
    let Some(request) = Request::parse(body) else { return empty(out, "400 Bad Request") };
    if request.is_modern() {
        // What stands in the head must be what stands in the body.
        if asked.version != MODERN || asked.rpc_method != request.method {
            return empty(out, "400 Bad Request");
        }
    } else if asked.version == MODERN {
        return empty(out, "400 Bad Request");
    } else if request.method != "initialize"
        && let Some(status) = status_of_session(asked)
    {
        return empty(out, status);
    }
    if request.id.is_none() || request.method.is_empty() {
        return empty(out, "202 Accepted");
    }
    scratch.clear();
    let kind = answers.write(&request, scratch);
    match kind {
        Kind::Lie(Lie::Silent) => Next::More,
        Kind::Lie(Lie::Truncated) => {
            let whole = scratch.len();
            scratch.truncate(whole / 2);
            plain(out, "200 OK", whole, scratch);
            Next::Close
        }
        Kind::Lie(_) => plain(out, "500 Internal Server Error", scratch.len(), scratch),
        Kind::Unknown if request.is_modern() => plain(out, "404 Not Found", scratch.len(), scratch),
        Kind::Listen => stream(out, scratch),
        Kind::Session => begin_session(out, scratch),
        Kind::Result | Kind::Unknown | Kind::Bad => match style {
            Answer::Json => plain(out, "200 OK", scratch.len(), scratch),
            Answer::Sse => {
                stream(out, scratch);
                out.extend_from_slice(b"0\r\n\r\n");
                Next::More
            }
        },
    }
}

/// Why the session will not do, if it does not.
fn status_of_session(asked: &Asked<'_>) -> Option<&'static str> {
    let Some(session) = asked.session else { return Some("400 Bad Request") };
    let number = session.strip_prefix(SESSION).and_then(|number| number.parse::<u64>().ok());
    let known = number.is_some_and(|number| number < SESSIONS.load(Ordering::Relaxed));
    (!known).then_some("404 Not Found")
}

fn begin_session(out: &mut Vec<u8>, body: &[u8]) -> Next {
    let number = SESSIONS.fetch_add(1, Ordering::Relaxed);
    let length = body.len();
    text(
        out,
        format_args!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Mcp-Session-Id: {SESSION}{number}\r\n\r\n"
        ),
    );
    out.extend_from_slice(body);
    Next::More
}

fn open_stream(asked: &Asked<'_>, out: &mut Vec<u8>) -> Next {
    if asked.version == MODERN {
        return empty(out, "405 Method Not Allowed");
    }
    if let Some(status) = status_of_session(asked) {
        return empty(out, status);
    }
    out.extend_from_slice(STREAM.as_bytes());
    // Something to send, or a proxy would wait with the head.
    out.extend_from_slice(b"8\r\n: open\n\n\r\n");
    Next::More
}

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: \
                      no-cache\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n";

/// One event, without the end of the stream.
fn stream(out: &mut Vec<u8>, message: &[u8]) -> Next {
    const BEFORE: &str = "event: message\ndata: ";
    let length = BEFORE.len() + message.len() + 2;
    text(out, format_args!("{STREAM}{length:x}\r\n{BEFORE}"));
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n\r\n");
    Next::More
}

fn plain(out: &mut Vec<u8>, status: &str, length: usize, body: &[u8]) -> Next {
    text(
        out,
        format_args!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ),
    );
    out.extend_from_slice(body);
    Next::More
}

fn empty(out: &mut Vec<u8>, status: &str) -> Next {
    text(out, format_args!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
    Next::More
}

fn refuse(out: &mut Vec<u8>) -> (usize, Next) {
    empty(out, "400 Bad Request");
    (0, Next::Close)
}

fn text(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    // A vector takes whatever there is memory for.
    drop(out.write_fmt(arguments));
}
