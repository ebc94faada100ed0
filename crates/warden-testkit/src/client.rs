//! A small blocking client that speaks to a server over its standard input and output.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a client waits for an answer unless told otherwise; long, since machines are busy.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of the server's talk is kept.
const STDERR_KEPT: usize = 1 << 20;

/// Which protocol era the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// `initialize`, with this revision.
    Legacy(&'static str),
    /// `server/discover`, with `_meta` on every request.
    Modern,
}

/// What came from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// A message.
    Message(Value),
    /// A line that is not JSON.
    Garbage(Vec<u8>),
    /// Nothing within the time.
    TimedOut,
    /// The server closed its output.
    Closed,
}

/// The error of a response.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcError {
    /// The JSON-RPC code.
    pub code: i64,
    /// The message.
    pub message: String,
    /// The data, or null.
    pub data: Value,
}

/// A client with its server as a child. Dropping it kills the child.
#[derive(Debug)]
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Vec<u8>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    /// Disconnected once everything of standard error was read.
    drained: Receiver<()>,
    era: Era,
    next_id: u64,
    patience: Duration,
    answers: BTreeMap<String, Value>,
    /// Notifications of the server, in order.
    pub notifications: Vec<Value>,
    /// Requests of the server, in order; each was answered.
    pub requests: Vec<Value>,
    /// Responses that belong to no open request, in order.
    pub strays: Vec<Value>,
}

impl Client {
    /// Starts `command` and speaks 2025-11-25 to it.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        let spawned =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) => panic!("cannot start {command:?}: {error}"),
        };
        let stderr = Arc::default();
        let (reading, drained) = mpsc::channel();
        if let Some(pipe) = child.stderr.take() {
            drain(pipe, Arc::clone(&stderr), reading);
        }
        let Some(stdout) = child.stdout.take() else { panic!("{command:?} has no output") };
        Self {
            stdin: child.stdin.take(),
            lines: read_lines(stdout),
            child,
            stderr,
            drained,
            era: Era::Legacy("2025-11-25"),
            next_id: 0,
            patience: PATIENCE,
            answers: BTreeMap::new(),
            notifications: Vec::new(),
            requests: Vec::new(),
            strays: Vec::new(),
        }
    }

    /// Starts `command` and opens a session in `era`.
    #[must_use]
    #[track_caller]
    pub fn connect(command: &mut Command, era: Era) -> Self {
        let mut client = Self::spawn(command);
        client.open(era);
        client
    }

    /// Opens a session in `era` and returns the server's answer.
    #[track_caller]
    pub fn open(&mut self, era: Era) -> Value {
        self.era = era;
        let opened = match era {
            Era::Legacy(revision) => self.request(
                "initialize",
                json!({"protocolVersion": revision, "capabilities": capabilities(),
                    "clientInfo": client_info()}),
            ),
            Era::Modern => self.request("server/discover", json!({})),
        };
        let answer = match opened {
            Ok(answer) => answer,
            Err(error) => {
                panic!("the server does not open a session: {error:?}\n{}", self.stderr())
            }
        };
        if era != Era::Modern {
            self.notify("notifications/initialized", json!({}));
        }
        answer
    }

    /// Waits at most this long for each message from now on.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Answers every request of the server for `method` with `result`. Others are refused with
    /// "method not found".
    pub fn answer_requests(&mut self, method: &str, result: Value) {
        self.answers.insert(method.into(), result);
    }

    /// Sends `message` as one line.
    #[track_caller]
    pub fn send(&mut self, message: &Value) {
        let mut line = message.to_string().into_bytes();
        line.push(b'\n');
        self.send_raw(&line);
    }

    /// Sends `bytes` as they are. A server that has gone is noticed when its answer is awaited.
    #[track_caller]
    pub fn send_raw(&mut self, bytes: &[u8]) {
        let Some(stdin) = &mut self.stdin else { panic!("the server's input is closed already") };
        // The reader sees the end of the output, which says more than a broken pipe.
        drop(stdin.write_all(bytes).and_then(|()| stdin.flush()));
    }

    /// Sends a notification.
    #[track_caller]
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&with(json!({"jsonrpc": "2.0", "method": method}), "params", params));
    }

    /// Sends a request without waiting for its answer, and returns its number.
    #[track_caller]
    pub fn start(&mut self, method: &str, mut params: Value) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        if self.era == Era::Modern {
            add_meta(&mut params);
        }
        self.send(&with(json!({"jsonrpc": "2.0", "id": id, "method": method}), "params", params));
        id
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// The error of the response.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, RpcError> {
        let id = self.start(method, params);
        self.finish(id)
    }

    /// Waits for the answer to request `id`. Notifications, requests and stray responses that
    /// come before it are collected.
    ///
    /// # Errors
    /// The error of the response.
    #[track_caller]
    pub fn finish(&mut self, id: u64) -> Result<Value, RpcError> {
        loop {
            match self.receive() {
                Received::Message(message) => {
                    if let Some(answer) = self.sort(id, message) {
                        return answer;
                    }
                }
                other => panic!("no answer to request {id}: {other:?}\n{}", self.stderr()),
            }
        }
    }

    /// Calls a tool.
    ///
    /// # Errors
    /// The error of the response.
    #[track_caller]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Result<Value, RpcError> {
        self.request("tools/call", with(json!({"name": tool}), "arguments", arguments))
    }

    /// Returns all entries of a list method, page by page; `member` is where they stand.
    #[track_caller]
    pub fn list(&mut self, method: &str, member: &str) -> Vec<Value> {
        let mut entries = Vec::new();
        let mut params = json!({});
        loop {
            let page = match self.request(method, params) {
                Ok(page) => page,
                Err(error) => panic!("`{method}` fails: {error:?}\n{}", self.stderr()),
            };
            entries.extend(page[member].as_array().cloned().unwrap_or_default());
            match page.get("nextCursor") {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => return entries,
            }
        }
    }

    /// Returns the names of all tools.
    #[track_caller]
    pub fn tool_names(&mut self) -> Vec<String> {
        let tools = self.list("tools/list", "tools");
        tools.iter().filter_map(|tool| tool["name"].as_str()).map(str::to_owned).collect()
    }

    /// Returns the next thing from the server, unsorted.
    pub fn receive(&mut self) -> Received {
        self.receive_within(self.patience)
    }

    /// Returns the next thing from the server within `patience`, unsorted.
    pub fn receive_within(&mut self, patience: Duration) -> Received {
        match self.lines.recv_timeout(patience) {
            Ok(line) => match serde_json::from_slice(&line) {
                Ok(message) => Received::Message(message),
                Err(_) => Received::Garbage(line),
            },
            Err(RecvTimeoutError::Timeout) => Received::TimedOut,
            Err(RecvTimeoutError::Disconnected) => Received::Closed,
        }
    }

    /// Waits until a notification `method` has come, and returns it; it stays in the collection.
    #[track_caller]
    pub fn await_notification(&mut self, method: &str) -> Value {
        loop {
            if let Some(found) = self.notifications.iter().find(|one| one["method"] == method) {
                return found.clone();
            }
            match self.receive() {
                // No request has the number 0, so this only sorts.
                Received::Message(message) => drop(self.sort(0, message)),
                other => panic!("no `{method}`: {other:?}\n{}", self.stderr()),
            }
        }
    }

    /// Closes the server's input.
    pub fn close(&mut self) {
        self.stdin = None;
    }

    /// Closes the server's input and waits until it has ended; kills it when patience runs out.
    #[track_caller]
    pub fn shut_down(&mut self) -> ExitStatus {
        self.close();
        self.wait()
    }

    /// Waits until the server has ended by itself.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + self.patience;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    // A child of the server may hold the stream open for longer.
                    self.drained.recv_timeout(Duration::from_secs(2)).ok();
                    return status;
                }
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
                other => panic!("the server does not end: {other:?}\n{}", self.stderr()),
            }
        }
    }

    /// Kills the server at once.
    pub fn kill(&mut self) {
        // It may have ended by itself, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// The process number of the server.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// What the server wrote to standard error up to now.
    #[must_use]
    pub fn stderr(&self) -> String {
        let kept = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }

    /// Returns the answer if `message` is the one to `id`; puts anything else where it belongs.
    fn sort(&mut self, id: u64, message: Value) -> Option<Result<Value, RpcError>> {
        if message.get("method").is_none() {
            if message["id"] == id {
                return Some(outcome(&message));
            }
            self.strays.push(message);
        } else if message.get("id").is_none() {
            self.notifications.push(message);
        } else {
            self.reply(&message);
            self.requests.push(message);
        }
        None
    }

    fn reply(&mut self, request: &Value) {
        let answer = request["method"].as_str().and_then(|method| self.answers.get(method));
        let message = match answer {
            Some(result) => json!({"jsonrpc": "2.0", "id": request["id"], "result": result}),
            None => json!({"jsonrpc": "2.0", "id": request["id"],
                "error": {"code": -32601, "message": "method not found"}}),
        };
        self.send(&message);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns `object` with one more member, which is moved and not copied.
fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

fn outcome(message: &Value) -> Result<Value, RpcError> {
    match message.get("error") {
        None => Ok(message["result"].clone()),
        Some(error) => Err(RpcError {
            code: error["code"].as_i64().unwrap_or_default(),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            data: error["data"].clone(),
        }),
    }
}

fn capabilities() -> Value {
    json!({"roots": {"listChanged": true}, "sampling": {}, "elicitation": {}})
}

fn client_info() -> Value {
    json!({"name": "testkit", "version": "1.0.0"})
}

fn add_meta(params: &mut Value) {
    let meta = &mut params["_meta"];
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
    meta["io.modelcontextprotocol/clientInfo"] = client_info();
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities();
}

fn read_lines(pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    lines
}

/// Reads to the end, so that a server which talks a lot never blocks; keeps the beginning.
fn drain(mut pipe: impl Read + Send + 'static, kept: Arc<Mutex<Vec<u8>>>, reading: Sender<()>) {
    thread::spawn(move || {
        let _until_the_end = reading;
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let room = STDERR_KEPT.saturating_sub(kept.len());
            kept.extend_from_slice(buffer.get(..length.min(room)).unwrap_or_default());
        }
    });
}
