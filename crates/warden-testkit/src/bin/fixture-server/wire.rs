//! Lines of JSON, in and out.

use std::io::{self, StdoutLock, Write};

use serde_json::{Map, Value, json};

/// The member of `_meta` that makes a request one of the modern era.
pub(crate) const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// The modern revision.
pub(crate) const MODERN: &str = "2026-07-28";
/// The revisions with a handshake, the newest first.
pub(crate) const LEGACY: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// A request of the client.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: Value,
    pub(crate) method: String,
    pub(crate) params: Map<String, Value>,
    pub(crate) modern: bool,
}

/// What the client may send.
#[derive(Debug)]
pub(crate) enum Incoming {
    Request(Request),
    Notification,
    Response { id: Value, result: Option<Value> },
    Malformed,
}

impl Incoming {
    /// Reads one line.
    pub(crate) fn parse(line: &[u8]) -> Self {
        let Ok(Value::Object(mut message)) = serde_json::from_slice(line) else {
            return Self::Malformed;
        };
        let id = message.remove("id");
        let Some(Value::String(method)) = message.remove("method") else {
            return match id {
                Some(id) => Self::Response { id, result: message.remove("result") },
                None => Self::Malformed,
            };
        };
        let Some(id) = id else { return Self::Notification };
        let params = match message.remove("params") {
            Some(Value::Object(params)) => params,
            _ => Map::new(),
        };
        let modern = params.get("_meta").and_then(|meta| meta.get(VERSION_KEY)).is_some();
        Self::Request(Request { id, method, params, modern })
    }
}

/// Standard output, one message per write.
pub(crate) struct Wire {
    out: StdoutLock<'static>,
    line: Vec<u8>,
    garbage: bool,
}

impl Wire {
    pub(crate) fn new(garbage: bool) -> Self {
        Self { out: io::stdout().lock(), line: Vec::new(), garbage }
    }

    /// Sends one message.
    pub(crate) fn send(&mut self, message: &Value) -> io::Result<()> {
        if self.garbage {
            self.out.write_all(b"listening on port 3000\n\xff\xfe{\"jsonrpc\":\n")?;
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, message)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.out.flush()
    }

    /// Sends the first half of a message, and no line end.
    pub(crate) fn send_half(&mut self, message: &Value) -> io::Result<()> {
        let whole = serde_json::to_vec(message)?;
        let half = whole.get(..whole.len() / 2).unwrap_or_default();
        self.out.write_all(half)?;
        self.out.flush()
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    pub(crate) fn ask(&mut self, id: &str, method: &str, params: &Value) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
    }
}

/// A response that says yes.
pub(crate) fn response(id: &Value, result: Value) -> Value {
    let mut message = Map::new();
    message.insert("jsonrpc".into(), "2.0".into());
    message.insert("id".into(), id.clone());
    message.insert("result".into(), result);
    Value::Object(message)
}

/// A response that says no.
pub(crate) fn failure(id: &Value, error: &Failure) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error":
        {"code": error.code, "message": error.message, "data": error.data}})
}

/// Why a request fails.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: i32,
    pub(crate) message: String,
    pub(crate) data: Value,
}

impl Failure {
    pub(crate) fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Value::Null }
    }
}
