//! Requests as bytes. All but the id is made once, and every id has as many digits.

use serde_json::{Value, json};
use warden_testkit::english;

use crate::options::{Era, Method, Options};

/// The first id. There are nine thousand million more with as many digits.
pub(crate) const FIRST_ID: u64 = 1_000_000_000;
/// The revision that legacy clients speak.
const LEGACY: &str = "2025-11-25";
/// The modern revision.
const MODERN: &str = "2026-07-28";
/// Stands where the id goes. No text of ours has it.
const PLACE: u64 = 9_876_543_210;

/// A request in which only the id changes.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    place: usize,
}

impl Template {
    /// The request that is measured.
    pub(crate) fn measured(options: &Options, session: Option<&str>) -> Self {
        let (method, name, params) = match options.method {
            Method::List => ("tools/list", None, json!({})),
            Method::Call => {
                let text = english(options.arguments);
                let arguments = json!({"size": options.payload, "text": text});
                let tool = options.tool.as_str();
                ("tools/call", Some(tool), json!({"name": tool, "arguments": arguments}))
            }
        };
        Self::new(options, session, (method, name), params)
    }

    pub(crate) fn initialize(options: &Options) -> Self {
        let params = json!({"protocolVersion": LEGACY, "capabilities": {},
            "clientInfo": {"name": "mcp-load", "version": "1"}});
        Self::new(options, None, ("initialize", None), params)
    }

    /// Asks for a stream of changes.
    pub(crate) fn listen(options: &Options) -> Self {
        let params = json!({"notifications": {"toolsListChanged": true}});
        Self::new(options, None, ("subscriptions/listen", None), params)
    }

    fn new(
        options: &Options,
        session: Option<&str>,
        (method, name): (&str, Option<&str>),
        mut params: Value,
    ) -> Self {
        if options.era == Era::Modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": {"name": "mcp-load", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {}
            });
        }
        let body = json!({"jsonrpc": "2.0", "id": PLACE, "method": method, "params": params});
        let body = body.to_string();
        let own = match options.era {
            // The version is agreed on by the handshake, and said after it.
            Era::Legacy if method == "initialize" => String::new(),
            Era::Legacy => format!("MCP-Protocol-Version: {LEGACY}\r\n"),
            Era::Modern => {
                let name = name.map(|name| format!("Mcp-Name: {name}\r\n")).unwrap_or_default();
                format!("MCP-Protocol-Version: {MODERN}\r\nMcp-Method: {method}\r\n{name}")
            }
        };
        let bytes = post(options, session, &own, &body);
        let place = memchr::memmem::rfind(&bytes, format!("\"id\":{PLACE}").as_bytes());
        Self { bytes, place: place.unwrap_or_default() + "\"id\":".len() }
    }

    /// The bytes of the request with the id that it had last.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of the request with this id.
    pub(crate) fn with(&mut self, id: u64) -> &[u8] {
        let digits = id.to_string();
        if let Some(place) = self.bytes.get_mut(self.place..self.place + digits.len()) {
            place.copy_from_slice(digits.as_bytes());
        }
        &self.bytes
    }
}

/// The end of the handshake.
pub(crate) fn initialized(options: &Options, session: Option<&str>) -> Vec<u8> {
    let own = format!("MCP-Protocol-Version: {LEGACY}\r\n");
    post(options, session, &own, r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
}

/// Opens the stream of a session.
pub(crate) fn stream(options: &Options, session: Option<&str>) -> Vec<u8> {
    let common = common(options, session);
    let path = &options.target.path;
    format!(
        "GET {path} HTTP/1.1\r\n{common}Accept: text/event-stream\r\nMCP-Protocol-Version: \
         {LEGACY}\r\n\r\n"
    )
    .into_bytes()
}

fn post(options: &Options, session: Option<&str>, own: &str, body: &str) -> Vec<u8> {
    let common = common(options, session);
    let (path, length) = (&options.target.path, body.len());
    format!(
        "POST {path} HTTP/1.1\r\n{common}Content-Type: application/json\r\nAccept: \
         application/json, text/event-stream\r\n{own}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn common(options: &Options, session: Option<&str>) -> String {
    let mut lines = format!("Host: {}\r\nUser-Agent: mcp-load\r\n", options.target.authority);
    for header in &options.headers {
        lines.push_str(&format!("{header}\r\n"));
    }
    if let Some(session) = session {
        lines.push_str(&format!("Mcp-Session-Id: {session}\r\n"));
    }
    lines
}
