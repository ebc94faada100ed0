//! The loop: one line in, its answer and its trouble out.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Write};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::answers;
use crate::asks::Ask;
use crate::options::{Era, Options, Quirk};
use crate::tools;
use crate::wire::{
    Failure, Incoming, LEGACY, MODERN, Request, VERSION_KEY, Wire, failure, response,
};

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The client closed our input.
    Closed,
    /// We were told to die.
    Died,
}

/// What is to be done about a request.
enum Outcome {
    Reply(Value),
    Fail(Failure),
    /// Answered later, or never.
    Silence,
    /// The client cannot be written to.
    Broken(io::Error),
}

/// The server and what it remembers.
pub(crate) struct Server {
    options: Options,
    wire: Wire,
    day: u32,
    mails_read: u32,
    calls: u64,
    asked: u64,
    pending: BTreeMap<String, Value>,
    subscriptions: Vec<Value>,
    shaken_hands: bool,
}

type Handler = fn(&mut Server, &Request) -> Outcome;

/// Every method that is served.
static METHODS: &[(&str, Handler)] = &[
    ("initialize", Server::initialize),
    ("server/discover", Server::discover),
    ("ping", |_, _| Outcome::Reply(json!({}))),
    ("tools/list", Server::list_tools),
    ("tools/call", |server, request| server.call(request).into()),
    ("prompts/list", |server, request| server.page(request, "prompts", tools::prompts(server.day))),
    ("prompts/get", |server, request| {
        server.told("messages").unwrap_or_else(|| answers::prompt(request)).into()
    }),
    ("resources/list", |server, request| server.page(request, "resources", tools::resources())),
    ("resources/templates/list", |server, request| {
        server.page(request, "resourceTemplates", tools::templates(server.day))
    }),
    ("resources/read", |server, request| {
        let result = server.told("contents").unwrap_or_else(|| answers::resource(request));
        result.map(cacheable(request)).into()
    }),
    ("completion/complete", |_, _| {
        Outcome::Reply(json!({"completion": {"values": ["1", "2"], "total": 2, "hasMore": false}}))
    }),
    ("logging/setLevel", |_, _| Outcome::Reply(json!({}))),
    ("resources/subscribe", |_, _| Outcome::Reply(json!({}))),
    ("resources/unsubscribe", |_, _| Outcome::Reply(json!({}))),
    ("subscriptions/listen", |server, request| server.listen(request).into()),
];

impl From<Result<Value, Failure>> for Outcome {
    fn from(result: Result<Value, Failure>) -> Self {
        result.map_or_else(Self::Fail, Self::Reply)
    }
}

impl From<io::Result<Outcome>> for Outcome {
    fn from(result: io::Result<Outcome>) -> Self {
        result.unwrap_or_else(Self::Broken)
    }
}

impl Server {
    pub(crate) fn new(options: Options) -> Self {
        let wire = Wire::new(options.has(Quirk::Garbage));
        let day = options.day;
        Self {
            options,
            wire,
            day,
            mails_read: 0,
            calls: 0,
            asked: 0,
            pending: BTreeMap::new(),
            subscriptions: Vec::new(),
            shaken_hands: false,
        }
    }

    /// Answers until the input ends.
    pub(crate) fn serve(&mut self, mut input: impl BufRead) -> io::Result<End> {
        self.day = self.read_day();
        self.flood()?;
        let mut line = Vec::new();
        let mut record = self.open_record()?;
        while input.read_until(b'\n', &mut line)? > 0 {
            if let Some(record) = &mut record {
                record.write_all(&line)?;
            }
            if self.take(Incoming::parse(&line))? == End::Died {
                return Ok(End::Died);
            }
            line.clear();
        }
        Ok(End::Closed)
    }

    fn open_record(&self) -> io::Result<Option<File>> {
        let open = |path| OpenOptions::new().create(true).append(true).open(path);
        self.options.record.as_ref().map(open).transpose()
    }

    /// Handles one message. [`End::Closed`] means: go on until the input closes.
    fn take(&mut self, incoming: Incoming) -> io::Result<End> {
        self.look_at_the_day()?;
        match incoming {
            Incoming::Request(request) => return self.answer(&request),
            Incoming::Notification => {}
            Incoming::Response { id, result } => self.finish(&id, result.as_ref())?,
            Incoming::Malformed => {
                let error = Failure::new(-32700, "not a message");
                self.wire.send(&failure(&Value::Null, &error))?;
            }
        }
        Ok(End::Closed)
    }

    fn answer(&mut self, request: &Request) -> io::Result<End> {
        let is_call = request.method == "tools/call";
        if is_call {
            self.flood()?;
            self.disturb()?;
        }
        let message = match self.outcome(request) {
            Outcome::Reply(result) => response(&request.id, sealed(request, result)),
            Outcome::Fail(error) => failure(&request.id, &error),
            Outcome::Silence => return Ok(End::Closed),
            Outcome::Broken(error) => return Err(error),
        };
        self.calls += u64::from(is_call);
        let its_time = self.options.has(Quirk::DieMidAnswer) || self.calls == self.options.die_at;
        if is_call && its_time {
            self.wire.send_half(&message)?;
            return Ok(End::Died);
        }
        self.wire.send(&message)?;
        if is_call && self.options.has(Quirk::Unsolicited) {
            self.wire.send(&message)?;
        }
        Ok(End::Closed)
    }

    fn outcome(&mut self, request: &Request) -> Outcome {
        if let Some(error) = self.wrong_era(request) {
            return Outcome::Fail(error);
        }
        let family = request.method.split('/').next().unwrap_or_default();
        let hidden = self.options.has(Quirk::Bare) && ["prompts", "resources"].contains(&family);
        match METHODS.iter().find(|(name, _)| *name == request.method && !hidden) {
            Some((_, handler)) => handler(self, request),
            None => Outcome::Fail(Failure::new(-32601, "method not found")),
        }
    }

    fn wrong_era(&self, request: &Request) -> Option<Failure> {
        let only_legacy = self.options.era == Era::Legacy;
        let only_modern = self.options.era == Era::Modern;
        if (only_legacy && request.method == "server/discover")
            || (only_modern && request.method == "initialize")
        {
            return Some(Failure::new(-32601, "method not found"));
        }
        let version = request.params.get("_meta").and_then(|meta| meta.get(VERSION_KEY));
        let served = version.is_none_or(|version| !only_legacy && version == MODERN);
        if served && (request.modern || !only_modern) {
            return None;
        }
        let mut error = Failure::new(-32022, "unsupported protocol version");
        error.data = json!({"supported": [MODERN], "requested": version});
        Some(error)
    }

    fn initialize(&mut self, request: &Request) -> Outcome {
        self.shaken_hands = true;
        let wanted = request.params.get("protocolVersion").and_then(Value::as_str);
        let version = LEGACY.iter().find(|known| Some(**known) == wanted).unwrap_or(&LEGACY[0]);
        let mut result = json!({"protocolVersion": version, "capabilities": self.capabilities(),
            "serverInfo": {"name": "fixture-server", "version": "1.0.0"}});
        if let Some(words) = self.instructions() {
            result["instructions"] = words.into();
        }
        Outcome::Reply(result)
    }

    fn discover(&mut self, request: &Request) -> Outcome {
        let mut result =
            json!({"supportedVersions": [MODERN], "capabilities": self.capabilities()});
        if let Some(words) = self.instructions() {
            result["instructions"] = words.into();
        }
        Outcome::Reply(cacheable(request)(result))
    }

    fn capabilities(&self) -> Value {
        if !self.options.has(Quirk::Full) || self.options.has(Quirk::Bare) {
            return json!({"tools": {"listChanged": true}});
        }
        json!({"tools": {"listChanged": true}, "prompts": {}, "resources": {"subscribe": true},
            "completions": {}, "logging": {}})
    }

    fn instructions(&self) -> Option<String> {
        let full = self.options.has(Quirk::Full);
        self.options.instructions.clone().or_else(|| {
            full.then(|| "Use search_mail to find a mail, then read_mail to read it.".into())
        })
    }

    fn list_tools(&mut self, request: &Request) -> Outcome {
        thread::sleep(Duration::from_millis(self.options.slow_list_ms));
        match tools::tools(&self.options, self.day) {
            Ok(tools) => self.page(request, "tools", tools),
            Err(problem) => Outcome::Fail(Failure::new(-32603, problem)),
        }
    }

    fn page(&self, request: &Request, member: &str, entries: Vec<Value>) -> Outcome {
        let start = match request.params.get("cursor") {
            None => 0,
            Some(cursor) => match cursor.as_str().and_then(|cursor| cursor.parse().ok()) {
                Some(start) => start,
                None => return Outcome::Fail(Failure::new(-32602, "unknown cursor")),
            },
        };
        let size = self.options.page_size;
        let more = entries.len() > size.saturating_add(start);
        let page: Vec<Value> = entries.into_iter().skip(start).take(size).collect();
        let mut result = Map::new();
        result.insert(member.into(), Value::Array(page));
        if more {
            result.insert("nextCursor".into(), (start + size).to_string().into());
        }
        Outcome::Reply(cacheable(request)(Value::Object(result)))
    }

    fn call(&mut self, request: &Request) -> io::Result<Outcome> {
        let name = request.params.get("name").and_then(Value::as_str).unwrap_or_default();
        if self.options.never_answer.contains(name) {
            return Ok(Outcome::Silence);
        }
        if let Some(file) = &self.options.say_file {
            return Ok(answers::said(file).into());
        }
        let arguments = request.params.get("arguments");
        // The benchmarked tool comes first, before anything is looked up.
        if name == "echo" {
            return Ok(Outcome::Reply(answers::echo(arguments)));
        }
        if let Some(ask) = Ask::of(name) {
            return self.ask(ask, request);
        }
        let nothing = json!({});
        let arguments = arguments.unwrap_or(&nothing);
        Ok(Outcome::Reply(match name {
            "read_mail" => self.read_mail(arguments),
            "search_mail" => answers::search(arguments),
            "send_email" => answers::text("sent"),
            "delete_file" => answers::text("deleted"),
            "tick" => answers::text(format!("it is day {}", self.day)),
            "huge" => answers::text("x".repeat(self.options.huge)),
            "weather" => answers::weather(arguments),
            "progress" => self.progress(request, arguments)?,
            "fail" => json!({"isError": true, "content": [{"type": "text", "text": "it failed"}]}),
            "refuse" => return Ok(Outcome::Fail(Failure::new(-32603, "it failed"))),
            _ if self.is_listed(name) => answers::text("done"),
            _ => return Ok(Outcome::Fail(Failure::new(-32602, "unknown tool"))),
        }))
    }

    /// What it was told to answer, if that has this member.
    fn told(&self, member: &str) -> Option<Result<Value, Failure>> {
        let said = answers::said(self.options.say_file.as_deref()?);
        let of_this_kind = said.as_ref().map_or(true, |said| said.get(member).is_some());
        of_this_kind.then_some(said)
    }

    fn is_listed(&self, name: &str) -> bool {
        tools::tools(&self.options, self.day)
            .is_ok_and(|tools| tools.iter().any(|tool| tool.get("name").is_some_and(|n| n == name)))
    }

    fn read_mail(&mut self, arguments: &Value) -> Value {
        self.mails_read += 1;
        let hostile = self.options.has(Quirk::HostileSecond) && self.mails_read == 2;
        answers::mail(arguments.get("id").unwrap_or(&Value::Null), hostile)
    }

    fn progress(&mut self, request: &Request, arguments: &Value) -> io::Result<Value> {
        let steps = arguments.get("steps").and_then(Value::as_u64).unwrap_or(3).min(1000);
        let token = request.params.get("_meta").and_then(|meta| meta.get("progressToken"));
        for step in 1..=steps {
            if let Some(token) = token {
                let params = json!({"progressToken": token, "progress": step, "total": steps});
                self.wire.notify("notifications/progress", &params)?;
            }
        }
        Ok(answers::text(format!("{steps} steps done")))
    }

    fn ask(&mut self, ask: &'static Ask, request: &Request) -> io::Result<Outcome> {
        if request.modern {
            return Ok(Outcome::Reply(match request.params.get("inputResponses") {
                Some(responses) => answered(responses.get("question")),
                None => ask.input_required(),
            }));
        }
        self.asked += 1;
        let id = format!("fixture-{}", self.asked);
        self.wire.ask(&id, ask.method, &ask.params())?;
        self.pending.insert(id, request.id.clone());
        Ok(Outcome::Silence)
    }

    /// Answers the call that waited for this response; others were disturbances.
    fn finish(&mut self, id: &Value, result: Option<&Value>) -> io::Result<()> {
        match id.as_str().and_then(|id| self.pending.remove(id)) {
            Some(call) => self.wire.send(&response(&call, answered(result))),
            None => Ok(()),
        }
    }

    fn listen(&mut self, request: &Request) -> io::Result<Outcome> {
        self.subscriptions.push(request.id.clone());
        let params = json!({"_meta": {"io.modelcontextprotocol/subscriptionId": request.id},
            "notifications": {"toolsListChanged": true}});
        self.wire.notify("notifications/subscriptions/acknowledged", &params)?;
        Ok(Outcome::Silence)
    }

    /// Sends what no client asked for, if told to.
    fn disturb(&mut self) -> io::Result<()> {
        if self.options.has(Quirk::Unsolicited) {
            self.wire.send(&response(&json!("nobody-asked"), answers::text("unsolicited")))?;
        }
        if self.options.has(Quirk::UnknownRequests) {
            for method in
                ["fixture/unknown", "ping", "roots/list", "sampling/createMessage", "tools/call"]
            {
                self.asked += 1;
                self.wire.ask(&format!("disturbance-{}", self.asked), method, &json!({}))?;
            }
            self.wire.notify("notifications/fixture/unknown", &json!({}))?;
        }
        Ok(())
    }

    fn flood(&self) -> io::Result<()> {
        let mut left = self.options.flood_stderr;
        let line = [b"noise ".repeat(15), b"\n".to_vec()].concat();
        let mut stderr = io::stderr().lock();
        while left > 0 {
            let part = line.get(..left.min(line.len())).unwrap_or_default();
            stderr.write_all(part)?;
            left -= part.len();
        }
        Ok(())
    }

    fn read_day(&self) -> u32 {
        let Some(file) = &self.options.day_file else { return self.options.day };
        // A file that is being rewritten leaves the day as it was.
        std::fs::read_to_string(file)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(self.day)
    }

    fn look_at_the_day(&mut self) -> io::Result<()> {
        let today = self.read_day();
        if today == self.day {
            return Ok(());
        }
        self.day = today;
        if self.shaken_hands {
            self.wire.notify("notifications/tools/list_changed", &json!({}))?;
        }
        for id in &self.subscriptions {
            let params = json!({"_meta": {"io.modelcontextprotocol/subscriptionId": id}});
            self.wire.notify("notifications/tools/list_changed", &params)?;
        }
        Ok(())
    }
}

/// The text of a call whose question was answered.
fn answered(result: Option<&Value>) -> Value {
    answers::text(match result {
        Some(result) => format!("the client answered {result}"),
        None => "the client refused".into(),
    })
}

/// Adds what the modern era wants on lists and reads.
fn cacheable(request: &Request) -> impl Fn(Value) -> Value + use<> {
    let modern = request.modern;
    move |mut result| {
        if let (true, Some(members)) = (modern, result.as_object_mut()) {
            members.insert("ttlMs".into(), 0.into());
            members.insert("cacheScope".into(), "private".into());
        }
        result
    }
}

/// Adds what the modern era wants on every result.
fn sealed(request: &Request, mut result: Value) -> Value {
    if let (true, Some(members)) = (request.modern, result.as_object_mut()) {
        members.entry("resultType").or_insert_with(|| "complete".into());
        members.insert(
            "_meta".into(),
            json!({"io.modelcontextprotocol/serverInfo": {"name": "fixture-server", "version": "1.0.0"}}),
        );
    }
    result
}
