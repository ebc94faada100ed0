//! A server over HTTP that keeps to no rule that a test does not want kept.
//!
//! It lists `echo` and one tool for each trouble, and answers everything as it should, but calls
//! of a trouble's tool as the trouble says, byte by byte. What it was sent it remembers.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// What becomes of a call.
pub type Trouble = fn(&mut Talk) -> io::Result<()>;

/// The server, for as long as this value lives.
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    troubles: &'static [(&'static str, Trouble)],
    modern: bool,
    seen: Mutex<Vec<Value>>,
    /// Descriptions of tools, by the tool, that are not the usual one.
    described: Mutex<Vec<(String, String)>>,
    /// Connections are closed as they come.
    down: AtomicBool,
    stopped: AtomicBool,
    sessions: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

/// A request and the connection that it came on.
#[derive(Debug)]
pub struct Talk {
    /// The connection.
    pub stream: TcpStream,
    /// What was asked.
    pub message: Value,
    /// The head of the request.
    pub head: String,
}

impl Upstream {
    /// A server that has a handshake (2025-11-25).
    #[must_use]
    pub fn legacy(troubles: &'static [(&'static str, Trouble)]) -> Self {
        Self::start(troubles, false)
    }

    /// A server that has none (2026-07-28).
    #[must_use]
    pub fn modern(troubles: &'static [(&'static str, Trouble)]) -> Self {
        Self::start(troubles, true)
    }

    fn start(troubles: &'static [(&'static str, Trouble)], modern: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            troubles,
            modern,
            seen: Mutex::default(),
            described: Mutex::default(),
            down: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            sessions: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || serving.listen(&listener));
        Self { address, shared }
    }

    /// Where it takes messages.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Every message of this method that has come.
    #[must_use]
    pub fn seen(&self, method: &str) -> Vec<Value> {
        lock(&self.shared.seen).iter().filter(|seen| seen["method"] == method).cloned().collect()
    }

    /// Changes what a tool says of itself.
    pub fn drift(&self, tool: &str) {
        self.describe(tool, "Is not what it was.");
    }

    /// Has a tool say this of itself.
    pub fn describe(&self, tool: &str, text: &str) {
        lock(&self.shared.described).push((tool.into(), text.into()));
    }

    /// Breaks every connection, and takes none until it is told otherwise.
    pub fn go_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::SeqCst);
        self.cut();
    }

    /// Breaks every connection.
    pub fn cut(&self) {
        for stream in lock(&self.shared.open).drain(..) {
            // It may be closed already.
            drop(stream.shutdown(std::net::Shutdown::Both));
        }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.cut();
        // The listener looks up once more.
        drop(TcpStream::connect(self.address));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn listen(self: Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().map_while(Result::ok) {
            if self.stopped.load(Ordering::SeqCst) {
                return;
            }
            if self.down.load(Ordering::SeqCst) {
                continue;
            }
            if let Ok(twin) = stream.try_clone() {
                let mut open = lock(&self.open);
                open.retain(|other| other.peer_addr().is_ok());
                open.push(twin);
            }
            let shared = Arc::clone(&self);
            // A connection that breaks is how some troubles end.
            thread::spawn(move || drop(shared.serve(&stream)));
        }
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut from = BufReader::new(stream.try_clone()?);
        loop {
            let mut head = String::new();
            let mut length = 0;
            loop {
                let before = head.len();
                if from.read_line(&mut head)? == 0 {
                    return Ok(());
                }
                let line = head.get(before..).unwrap_or_default().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().map_err(io::Error::other)?;
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            from.read_exact(&mut body)?;
            let message = serde_json::from_slice(&body).unwrap_or_default();
            let mut talk = Talk { stream: stream.try_clone()?, message, head };
            self.answer(&mut talk)?;
        }
    }

    fn answer(&self, talk: &mut Talk) -> io::Result<()> {
        if !talk.head.starts_with("POST") {
            return talk.empty("405 Method Not Allowed");
        }
        lock(&self.seen).push(talk.message.clone());
        let method = talk.message["method"].as_str().unwrap_or_default().to_owned();
        if talk.message.get("id").is_none() || method.is_empty() {
            return talk.empty("202 Accepted");
        }
        match &*method {
            "initialize" if !self.modern => {
                let session = self.sessions.fetch_add(1, Ordering::Relaxed);
                let also = format!("Mcp-Session-Id: session-{session}\r\n");
                let result = json!({"protocolVersion": "2025-11-25", "capabilities":
                    {"tools": {"listChanged": true}, "logging": {}}, "serverInfo": server_info()});
                talk.document_with(&also, &talk.response(&result))
            }
            "server/discover" if self.modern => talk.say(&json!({"resultType": "complete",
                "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
                "ttlMs": 0, "cacheScope": "private",
                "_meta": {"io.modelcontextprotocol/serverInfo": server_info()}})),
            "logging/setLevel" if !self.modern => talk.say(&json!({})),
            "tools/list" => talk.say(&self.tools()),
            "tools/call" => {
                let tool = talk.message["params"]["name"].as_str().unwrap_or_default();
                let trouble = self.troubles.iter().find(|(name, _)| *name == tool);
                match trouble {
                    Some((_, trouble)) => trouble(talk),
                    None => talk.echo(),
                }
            }
            _ => {
                let error = json!({"code": -32601, "message": "method not found"});
                let body = json!({"jsonrpc": "2.0", "id": talk.message["id"], "error": error});
                talk.status("404 Not Found", &body)
            }
        }
    }

    fn tools(&self) -> Value {
        let names = std::iter::once("echo").chain(self.troubles.iter().map(|(name, _)| *name));
        let described = lock(&self.described);
        let tools = names.map(|name| {
            let last = described.iter().rev().find(|(other, _)| other == name);
            let text = last.map_or("Does what it is for.", |(_, text)| text);
            json!({"name": name, "description": text, "inputSchema": {"type": "object"}})
        });
        let mut result = json!({"tools": tools.collect::<Vec<_>>()});
        if self.modern {
            result["resultType"] = "complete".into();
            result["ttlMs"] = 0.into();
            result["cacheScope"] = "private".into();
        }
        result
    }
}

fn server_info() -> Value {
    json!({"name": "upstream", "version": "1"})
}

impl Talk {
    /// The response to this request.
    #[must_use]
    pub fn response(&self, result: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": self.message["id"], "result": result})
    }

    /// The result of a tool that says this.
    #[must_use]
    pub fn words(&self, text: &str) -> Value {
        self.response(
            &json!({"resultType": "complete", "content": [{"type": "text", "text": text}]}),
        )
    }

    /// Answers with a result.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn say(&mut self, result: &Value) -> io::Result<()> {
        let response = self.response(result);
        self.document_with("", &response)
    }

    /// Answers with the arguments.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn echo(&mut self) -> io::Result<()> {
        let words = self.message["params"]["arguments"].to_string();
        let response = self.words(&words);
        self.document_with("", &response)
    }

    /// Answers with a document.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn document(&mut self, body: &Value) -> io::Result<()> {
        self.document_with("", body)
    }

    fn document_with(&mut self, also: &str, body: &Value) -> io::Result<()> {
        let body = body.to_string();
        let length = body.len();
        self.write(&format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{also}Content-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// Answers with another status.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn status(&mut self, status: &str, body: &Value) -> io::Result<()> {
        let body = body.to_string();
        let length = body.len();
        self.write(&format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    fn empty(&mut self, status: &str) -> io::Result<()> {
        self.write(&format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))
    }

    /// Begins a stream of events that ends with the connection.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn begin_events(&mut self) -> io::Result<()> {
        self.write(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
        )
    }

    /// Sends an event.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn event(&mut self, message: &Value) -> io::Result<()> {
        self.write(&format!("event: message\ndata: {message}\n\n"))
    }

    /// Sends text as it is.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }

    /// Waits for a moment.
    pub fn pause(&self) {
        const MOMENT: Duration = Duration::from_millis(1);
        // Nothing comes: that is what paces it.
        drop(self.stream.set_read_timeout(Some(MOMENT)).and_then(|()| self.stream.peek(&mut [0])));
    }

    /// Says nothing until the other side closes the connection.
    ///
    /// # Errors
    /// It was broken instead.
    pub fn hold(&mut self) -> io::Result<()> {
        while self.stream.read(&mut [0])? > 0 {}
        Ok(())
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// It is closed already.
    pub fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown(std::net::Shutdown::Both)
    }
}
