//! What is answered: bytes put together from parts that were made before.

use std::collections::HashMap;

use serde_json::{Value, json};
use warden_testkit::english;

use crate::options::{Lie, Options};
use crate::request::{MODERN, Request};
use crate::tools;

/// The longest text that one may ask for.
const LONGEST: usize = 16 << 20;
/// How many lengths of text are remembered.
const REMEMBERED: usize = 64;
/// The revisions with a handshake, the newest first.
const LEGACY: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// What kind of answer was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of use to the client.
    Result,
    /// The answer to `initialize`, which begins a session.
    Session,
    /// The acknowledgement of a stream that stays open.
    Listen,
    /// The method is unknown.
    Unknown,
    /// The request is not understood.
    Bad,
    /// To be sent with a lie that lies below JSON.
    Lie(Lie),
}

/// Everything that is made once.
pub(crate) struct Answers {
    options: Options,
    legacy_list: Vec<u8>,
    modern_list: Vec<u8>,
    texts: HashMap<usize, Vec<u8>>,
    counted: u64,
}

impl Answers {
    pub(crate) fn new(options: Options) -> Self {
        let list = |modern: bool| {
            let mut result = json!({"tools": tools::tools(options.tools)});
            if modern {
                result["resultType"] = "complete".into();
                result["ttlMs"] = options.ttl_ms.into();
                result["cacheScope"] = options.scope.as_str().into();
            }
            result.to_string().into_bytes()
        };
        let (legacy_list, modern_list) = (list(false), list(true));
        Self { options, legacy_list, modern_list, texts: HashMap::new(), counted: 0 }
    }

    /// Appends the JSON-RPC answer to `request`, which has an id.
    pub(crate) fn write(&mut self, request: &Request<'_>, out: &mut Vec<u8>) -> Kind {
        let lie = self.lie_now(request);
        let id = match (lie, request.id) {
            (Some(Lie::Id), _) => "4711",
            (_, Some(id)) => id.get(),
            (_, None) => "null",
        };
        if lie == Some(Lie::Garbage) {
            out.extend_from_slice(b"<html>no JSON</html>");
            return Kind::Result;
        }
        out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
        out.extend_from_slice(id.as_bytes());
        let kind = match (lie, request.method.as_ref()) {
            (Some(Lie::Error), _) => failure(out, -32603, "no"),
            (_, "tools/call") => self.call(request, lie, out),
            (_, "tools/list") => self.list(request, lie, out),
            (_, "initialize") => {
                result(out, &initialize(&request.params.version));
                Kind::Session
            }
            (_, "server/discover") => result(out, &self.discover()),
            (_, "subscriptions/listen") => listen(request, out),
            (_, "ping" | "logging/setLevel") => result(out, &json!({})),
            _ => {
                failure(out, -32601, "method not found");
                Kind::Unknown
            }
        };
        if kind != Kind::Listen {
            out.push(b'}');
        }
        match lie {
            Some(lie @ (Lie::Status | Lie::Truncated | Lie::Silent)) => Kind::Lie(lie),
            _ => kind,
        }
    }

    /// The lie that is due: only lists and calls are lied about.
    fn lie_now(&mut self, request: &Request<'_>) -> Option<Lie> {
        let lie = self.options.lie?;
        if !matches!(request.method.as_ref(), "tools/call" | "tools/list") {
            return None;
        }
        self.counted += 1;
        self.counted.is_multiple_of(self.options.lie_every).then_some(lie)
    }

    fn call(&mut self, request: &Request<'_>, lie: Option<Lie>, out: &mut Vec<u8>) -> Kind {
        let size = request.params.arguments.size.unwrap_or(self.options.payload);
        if size > LONGEST || request.params.name.is_empty() {
            failure(out, -32602, "a call wants a name, and no text that is too long");
            return Kind::Bad;
        }
        let size = if lie == Some(Lie::Short) { size.saturating_sub(1) } else { size };
        out.extend_from_slice(b",\"result\":{\"content\":[{\"type\":\"text\",\"text\":");
        let start = out.len();
        self.text(size, out);
        if let (Some(Lie::Altered), Some(letter)) = (lie, out.get_mut(start + 1)) {
            *letter = b'#';
        }
        out.extend_from_slice(b"}]");
        if request.is_modern() {
            out.extend_from_slice(b",\"resultType\":\"complete\"");
        }
        out.extend_from_slice(if lie == Some(Lie::IsError) { b",\"isError\":true}" } else { b"}" });
        Kind::Result
    }

    /// A JSON string with this many bytes of text in it.
    fn text(&mut self, size: usize, out: &mut Vec<u8>) {
        if let Some(text) = self.texts.get(&size) {
            out.extend_from_slice(text);
            return;
        }
        let text = Value::String(english(size)).to_string().into_bytes();
        out.extend_from_slice(&text);
        if self.texts.len() < REMEMBERED {
            self.texts.insert(size, text);
        }
    }

    fn list(&self, request: &Request<'_>, lie: Option<Lie>, out: &mut Vec<u8>) -> Kind {
        out.extend_from_slice(b",\"result\":");
        match (lie, request.is_modern()) {
            (Some(Lie::Short | Lie::Altered | Lie::IsError), _) => {
                out.extend_from_slice(b"{\"tools\":[]}");
            }
            (_, true) => out.extend_from_slice(&self.modern_list),
            (_, false) => out.extend_from_slice(&self.legacy_list),
        }
        Kind::Result
    }

    fn discover(&self) -> Value {
        json!({
            "supportedVersions": [MODERN],
            "capabilities": {"tools": {"listChanged": true}},
            "resultType": "complete",
            "ttlMs": self.options.ttl_ms,
            "cacheScope": self.options.scope,
            "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "mock-server", "version": "1"}}
        })
    }
}

fn initialize(asked: &str) -> Value {
    let newest = LEGACY.first().copied().unwrap_or_default();
    let version = LEGACY.iter().find(|known| **known == asked).copied().unwrap_or(newest);
    json!({
        "protocolVersion": version,
        "capabilities": {"tools": {"listChanged": true}},
        "serverInfo": {"name": "mock-server", "version": "1"}
    })
}

/// Instead of an answer, which would be the end, the stream begins with a notification.
fn listen(request: &Request<'_>, out: &mut Vec<u8>) -> Kind {
    let id = request.id.map_or("null", |id| id.get());
    out.clear();
    out.extend_from_slice(
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\
          \"params\":{\"notifications\":{\"toolsListChanged\":true},\
          \"_meta\":{\"io.modelcontextprotocol/subscriptionId\":",
    );
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(b"}}}");
    Kind::Listen
}

fn result(out: &mut Vec<u8>, value: &Value) -> Kind {
    out.extend_from_slice(b",\"result\":");
    out.extend_from_slice(value.to_string().as_bytes());
    Kind::Result
}

fn failure(out: &mut Vec<u8>, code: i32, message: &str) -> Kind {
    out.extend_from_slice(b",\"error\":");
    let error = json!({"code": code, "message": message});
    out.extend_from_slice(error.to_string().as_bytes());
    Kind::Result
}
