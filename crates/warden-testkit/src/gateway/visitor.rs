//! A client of a gateway over HTTP, of any revision, one connection for each request.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::{Reply, Wire};

/// Every revision with a handshake, the oldest first.
pub const LEGACY: &[&str] = &["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// The revision without.
pub const MODERN: &str = "2026-07-28";

/// Numbers requests, over all clients.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A client.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where it asks.
    pub address: SocketAddr,
    /// The path, with the view.
    pub path: String,
    /// The revision that it speaks.
    pub revision: String,
    /// Its session, if it has one.
    pub session: Option<String>,
    /// The token that it shows.
    pub token: Option<String>,
    /// What it says it can be asked for.
    pub capabilities: Value,
}

impl Visitor {
    /// A client of 2026-07-28.
    #[must_use]
    pub fn modern(address: SocketAddr) -> Self {
        Self {
            address,
            path: "/mcp".into(),
            revision: MODERN.into(),
            session: None,
            token: None,
            capabilities: json!({}),
        }
    }

    /// A client of a revision that has a handshake, with a session.
    #[must_use]
    #[track_caller]
    pub fn legacy(address: SocketAddr, revision: &str) -> Self {
        let mut visitor = Self { revision: revision.into(), ..Self::modern(address) };
        visitor.begin();
        visitor
    }

    /// A client of any revision, ready to ask.
    #[must_use]
    #[track_caller]
    pub fn of(address: SocketAddr, revision: &str) -> Self {
        if revision == MODERN { Self::modern(address) } else { Self::legacy(address, revision) }
    }

    /// The same client at another view.
    #[must_use]
    pub fn at(mut self, view: &str) -> Self {
        self.path = format!("/mcp/{view}");
        self
    }

    /// The same client, showing a token.
    #[must_use]
    pub fn showing(mut self, token: &str) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same client, saying what it can be asked for.
    #[must_use]
    pub fn able(mut self, capabilities: Value) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Whether it speaks the revision without a handshake.
    #[must_use]
    pub fn is_modern(&self) -> bool {
        self.revision == MODERN
    }

    /// Begins a session.
    #[track_caller]
    pub fn begin(&mut self) {
        let reply = self.try_begin().expect("the gateway answers");
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.json()["result"]["protocolVersion"], self.revision.as_str());
        assert!(self.session.is_some(), "there is no session: {reply:?}");
        let reply = self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        assert_eq!(reply.status, 202, "{}", reply.text());
    }

    /// Asks for a session, and keeps it if there is one in the answer.
    ///
    /// # Errors
    /// Nothing comes back, or not all of it.
    pub fn try_begin(&mut self) -> io::Result<Reply> {
        self.session = None;
        let params = json!({"protocolVersion": self.revision, "capabilities": self.capabilities,
            "clientInfo": {"name": "visitor", "version": "1"}});
        let reply = self.try_send(&message(next(), "initialize", &params))?;
        self.session = reply.header("mcp-session-id").map(str::to_owned);
        Ok(reply)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// Nothing comes back.
    pub fn try_end(&self) -> io::Result<u16> {
        let headers = self.headers(&Value::Null);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut wire = Wire::try_connect(self.address)?;
        wire.ask("DELETE", &self.path, &headers)?;
        Ok(wire.head()?.status)
    }

    /// Opens the standing stream of the session.
    ///
    /// # Errors
    /// There is none to be had.
    pub fn try_stand(&self) -> io::Result<Wire> {
        let headers = self.headers(&Value::Null);
        let mut headers: Vec<_> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("Accept", "text/event-stream"));
        let mut wire = Wire::try_connect(self.address)?;
        wire.ask("GET", &self.path, &headers)?;
        match wire.head()?.status {
            200 => Ok(wire),
            status => Err(io::Error::other(format!("status {status}"))),
        }
    }

    /// A request as it would send it.
    #[must_use]
    pub fn request(&self, id: &Value, method: &str, params: &Value) -> Value {
        let mut params = params.clone();
        if self.is_modern() {
            params["_meta"]["io.modelcontextprotocol/protocolVersion"] =
                self.revision.clone().into();
            params["_meta"]["io.modelcontextprotocol/clientInfo"] =
                json!({"name": "visitor", "version": "1"});
            params["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
                self.capabilities.clone();
        }
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// The headers that belong to a message.
    #[must_use]
    pub fn headers(&self, message: &Value) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("Authorization", format!("Bearer {token}")));
        }
        if let Some(session) = &self.session {
            headers.push(("Mcp-Session-Id", session.clone()));
        }
        let method = message["method"].as_str().unwrap_or_default();
        let is_said = self.is_modern() || method != "initialize";
        if is_said && self.revision.as_str() > "2025-03-26" {
            headers.push(("MCP-Protocol-Version", self.revision.clone()));
        }
        if self.is_modern() && !method.is_empty() {
            headers.push(("Mcp-Method", method.into()));
            let params = &message["params"];
            let named = match method {
                "tools/call" | "prompts/get" => &params["name"],
                "resources/read" => &params["uri"],
                "tasks/get" | "tasks/update" | "tasks/cancel" => &params["taskId"],
                _ => &Value::Null,
            };
            if let Some(named) = named.as_str() {
                headers.push(("Mcp-Name", named.into()));
            }
        }
        headers
    }

    /// Opens a connection and sends a message on it.
    #[must_use]
    #[track_caller]
    pub fn open(&self, message: &Value) -> Wire {
        self.try_open(message).expect("the gateway takes messages")
    }

    fn try_open(&self, message: &Value) -> io::Result<Wire> {
        let mut wire = Wire::try_connect(self.address)?;
        let headers = self.headers(message);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        wire.post(&self.path, &headers, message.to_string().as_bytes())?;
        Ok(wire)
    }

    /// Sends a message and reads what comes back.
    ///
    /// # Errors
    /// Nothing comes back, or not all of it.
    pub fn try_send(&self, message: &Value) -> io::Result<Reply> {
        self.try_open(message)?.reply()
    }

    /// Sends a message and reads what comes back.
    #[must_use]
    #[track_caller]
    pub fn send(&self, message: &Value) -> Reply {
        self.open(message).reply().expect("the gateway answers")
    }

    /// Sends bytes as if they were a message.
    #[must_use]
    #[track_caller]
    pub fn send_bytes(&self, body: &[u8], also: &[(&str, &str)]) -> Reply {
        let headers = self.headers(&Value::Null);
        let mut headers: Vec<_> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.extend_from_slice(also);
        let mut wire = Wire::connect(self.address);
        wire.post(&self.path, &headers, body).expect("the gateway takes messages");
        wire.reply().expect("the gateway answers")
    }

    /// Sends a request and reads what comes back.
    #[must_use]
    #[track_caller]
    pub fn ask(&self, method: &str, params: &Value) -> Reply {
        self.send(&self.request(&next().into(), method, params))
    }

    /// Calls a tool.
    #[must_use]
    #[track_caller]
    pub fn call(&self, tool: &str, arguments: &Value) -> Reply {
        self.ask("tools/call", &json!({"name": tool, "arguments": arguments}))
    }

    /// Has `echo` repeat something that nobody else says, and fails unless just that comes back.
    #[track_caller]
    pub fn prove_served(&self) {
        let word = format!("word-{}", next());
        let id = json!(next());
        let params = json!({"name": "echo", "arguments": {"word": word}});
        let reply = self.send(&self.request(&id, "tools/call", &params));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        assert_eq!(answer["id"], id, "{answer}");
        assert!(answer["result"].to_string().contains(&word), "{answer}");
    }

    /// The names in a list.
    #[must_use]
    #[track_caller]
    pub fn list(&self, kind: &str) -> Vec<String> {
        let reply = self.ask(&format!("{kind}/list"), &json!({}));
        let answer = reply.json();
        let entries = answer["result"][kind].as_array();
        let entries = entries.unwrap_or_else(|| panic!("no list: {answer}"));
        entries.iter().map(|entry| entry["name"].as_str().unwrap_or_default().into()).collect()
    }

    /// Lists the tools until they are as they should be, or for as long as that may take.
    #[track_caller]
    pub fn await_tools(&self, most: Duration, right: impl Fn(&[String]) -> bool) {
        until(most, || self.list("tools"), |names| right(names));
    }

    /// Calls a tool until it is refused for this reason, or for none, or for as long as that may
    /// take.
    #[track_caller]
    pub fn await_reason(&self, most: Duration, tool: &str, wanted: Option<&str>) {
        let look = || self.call(tool, &json!({})).reason();
        until(most, look, |reason| reason.as_deref() == wanted);
    }
}

/// Looks until what is seen is right.
#[track_caller]
fn until<T: Debug>(most: Duration, look: impl Fn() -> T, right: impl Fn(&T) -> bool) {
    let deadline = Instant::now() + most;
    loop {
        let seen = look();
        if right(&seen) {
            return;
        }
        assert!(Instant::now() < deadline, "it stays {seen:?}");
        thread::yield_now();
    }
}

/// A number that no other request has.
#[must_use]
pub fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn message(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// A client of the older transport (2024-11-05): what it posts is answered on a stream.
#[derive(Debug)]
pub struct Old {
    address: SocketAddr,
    stream: Wire,
    /// Where it posts.
    pub endpoint: String,
    /// The token that it shows.
    pub token: Option<String>,
}

impl Old {
    /// Opens the stream and begins a session.
    #[must_use]
    #[track_caller]
    pub fn open(address: SocketAddr, view: &str, token: Option<&str>) -> Self {
        Self::try_open(address, view, token).expect("the gateway opens a stream")
    }

    /// Opens the stream and begins a session.
    ///
    /// # Errors
    /// There is none to be had.
    pub fn try_open(address: SocketAddr, view: &str, token: Option<&str>) -> io::Result<Self> {
        let mut stream = Wire::try_connect(address)?;
        let token = token.map(str::to_owned);
        let shown = token.as_deref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Accept", "text/event-stream")];
        headers.extend(shown.as_deref().map(|shown| ("Authorization", shown)));
        let path = if view.is_empty() { "/sse".to_owned() } else { format!("/sse/{view}") };
        stream.ask("GET", &path, &headers)?;
        let head = stream.head()?;
        if head.status != 200 {
            return Err(io::Error::other(format!("status {}", head.status)));
        }
        let first = stream.chunk()?.unwrap_or_default();
        let first = String::from_utf8_lossy(&first).into_owned();
        let endpoint = first.lines().find_map(|line| line.strip_prefix("data: "));
        let endpoint = endpoint.ok_or_else(|| io::Error::other("no endpoint"))?.to_owned();
        let mut old = Self { address, stream, endpoint, token };
        let params = json!({"protocolVersion": "2024-11-05", "capabilities": {},
            "clientInfo": {"name": "old", "version": "1"}});
        let answer = old.try_ask(&message(next(), "initialize", &params))?;
        if answer["result"]["protocolVersion"] != "2024-11-05" {
            return Err(io::Error::other(format!("no session: {answer}")));
        }
        Ok(old)
    }

    /// Posts a message and reads what comes back at once.
    #[must_use]
    #[track_caller]
    pub fn post(&self, message: &Value) -> Reply {
        self.try_post(message).expect("the gateway answers")
    }

    fn try_post(&self, message: &Value) -> io::Result<Reply> {
        let shown = self.token.as_deref().map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = shown.as_deref().map(|s| ("Authorization", s)).into_iter().collect();
        let mut wire = Wire::try_connect(self.address)?;
        wire.post(&self.endpoint, &headers, message.to_string().as_bytes())?;
        wire.reply()
    }

    /// Reads the stream until the gateway ends it.
    #[track_caller]
    pub fn await_end(&mut self) {
        self.stream.await_end();
    }

    /// Posts a request and reads its answer from the stream.
    #[must_use]
    #[track_caller]
    pub fn ask(&mut self, request: &Value) -> Value {
        self.try_ask(request).expect("the answer comes on the stream")
    }

    /// Posts a request and reads its answer from the stream.
    ///
    /// # Errors
    /// It does not come.
    pub fn try_ask(&mut self, request: &Value) -> io::Result<Value> {
        let reply = self.try_post(request)?;
        if reply.status != 202 {
            return Err(io::Error::other(format!("status {}: {}", reply.status, reply.text())));
        }
        loop {
            let event = self.stream.event()?;
            if event.get("method").is_none() {
                return Ok(event);
            }
        }
    }
}
