use std::{sync::Arc, time::SystemTime};

use serde_json::{Value, json};
use warden_audit::Options;
use warden_model::{Definition, Location, Surface};
use warden_policy::{Approval, Artifact, Pin, Standing};

use super::*;

mod asks;
mod bad_input;
mod definitions;
mod lists;
mod looks;

/// A guard on a fresh ledger, and a clock that only we move.
struct Bench {
    guard: Guard,
    ledger: Ledger,
    folder: tempfile::TempDir,
    now: Instant,
}

/// What a message led to, each message as JSON.
#[derive(Debug, Default)]
struct Led {
    to_server: Vec<Value>,
    to_client: Vec<Value>,
    alarms: Vec<String>,
    /// The bytes that went to the client, as they went.
    raw: Vec<String>,
}

fn tool(name: &str) -> Value {
    json!({"name": name, "description": "does it", "inputSchema": {"type": "object"}})
}

fn definition(kind: DefinitionKind, body: &Value) -> Definition {
    let name = body[kind.name_member()].as_str().unwrap_or_default().into();
    Definition { kind, name, body: body.clone(), location: Location::default() }
}

/// A pin over these definitions.
fn pin(definitions: &[(DefinitionKind, Value)], asks: &[&str]) -> Pin {
    let definitions = definitions.iter().map(|(kind, body)| definition(*kind, body)).collect();
    let surface = Surface { definitions, ..Surface::default() };
    Pin {
        server: "mail".into(),
        approval: Approval { by: "ann".into(), at: "now".into(), reason: String::new() },
        artifact: Artifact::Unknown("a test".into()),
        instructions: Some("Be kind.".into()),
        asks: asks.iter().map(|ask| (*ask).to_owned()).collect(),
        definitions: Pin::of_surface(&surface, crate::judge::effect).unwrap(),
    }
}

impl Bench {
    fn new(pin: Option<Pin>) -> Self {
        Self::with_limits(pin, Limits::default())
    }

    /// A server with these approved tools.
    fn tools(names: &[&str]) -> Self {
        let tools: Vec<_> = names.iter().map(|name| (DefinitionKind::Tool, tool(name))).collect();
        Self::new(Some(pin(&tools, &[])))
    }

    fn with_limits(pin: Option<Pin>, limits: Limits) -> Self {
        Self::set(pin, limits, Inspection::default())
    }

    fn set(pin: Option<Pin>, limits: Limits, inspection: Inspection) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(|| SystemTime::UNIX_EPOCH);
        let ledger = Ledger::open(folder.path(), Options::new("test", clock)).unwrap();
        let settings = Settings {
            server: "mail".into(),
            bundle: Bundle { pin, artifact: Standing::Approved, ..Bundle::default() },
            artifact: None,
            limits,
            inspection,
            class: DataClass::Internal,
            trust: Duration::from_secs(30),
            patience: Duration::from_secs(10),
        };
        let now = Instant::now();
        Self { guard: Guard::new(settings, ledger.clone(), now), ledger, folder, now }
    }

    fn run<'a>(&mut self, act: impl FnOnce(&mut Guard, Instant, &mut Batch<'a>)) -> Led {
        let mut batch = Batch::default();
        act(&mut self.guard, self.now, &mut batch);
        let mut out = batch.commit(&self.ledger, "mail");
        self.guard.settle(&mut out, self.now);
        let json = |line: &std::borrow::Cow<'_, [u8]>| serde_json::from_slice(line).unwrap();
        Led {
            to_server: out.to_server.iter().map(json).collect(),
            to_client: out.to_client.iter().map(json).collect(),
            raw: out.to_client.iter().map(|l| String::from_utf8_lossy(l).into_owned()).collect(),
            alarms: out.alarms.clone(),
        }
    }

    fn client(&mut self, message: &Value) -> Led {
        self.client_line(message.to_string().as_bytes())
    }

    fn client_line(&mut self, line: &[u8]) -> Led {
        self.run(|guard, now, batch| guard.from_client(Line::Whole(line), now, batch))
    }

    fn server(&mut self, message: &Value) -> Led {
        self.server_line(message.to_string().as_bytes())
    }

    fn server_line(&mut self, line: &[u8]) -> Led {
        self.run(|guard, now, batch| guard.from_server(Line::Whole(line), now, batch))
    }

    /// The client calls a tool.
    fn call(&mut self, id: i64, name: &str) -> Led {
        self.client(&json!({
            "jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": name, "arguments": {"x": 1}}
        }))
    }

    /// The server answers a request.
    fn answer(&mut self, id: &Value, result: &Value) -> Led {
        self.server(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }

    /// The client lists the tools, and the server answers with these.
    fn list(&mut self, tools: &[Value]) -> Led {
        self.client(&json!({"jsonrpc": "2.0", "id": "list", "method": "tools/list"}));
        self.answer(&json!("list"), &json!({"tools": tools}))
    }

    /// The events on record, each with its reason or drift class.
    fn events(&self) -> Vec<String> {
        let paths = std::fs::read_dir(self.folder.path()).unwrap();
        let mut lines = Vec::new();
        for path in paths.map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                let text = std::fs::read_to_string(path).unwrap();
                lines.extend(text.lines().map(|line| line.get(65..).unwrap().to_owned()));
            }
        }
        let told = |line: &String| {
            let record: Value = serde_json::from_str(line).unwrap();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let more = [&record["reason"], &record["drift"]["class"], &record["outcome"]];
            let mut words = vec![text(&record["event"])];
            words.extend(more.into_iter().map(text).filter(|word| !word.is_empty()));
            words.join(" ")
        };
        lines.iter().map(told).filter(|line| !line.starts_with("segment.")).collect()
    }
}

/// The tools in the one answer that went to the client.
fn names(led: &Led) -> Vec<&str> {
    let tools = led.to_client[0]["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

/// The reason in the one answer that went to the client.
fn reason(led: &Led) -> &str {
    led.to_client[0]["error"]["data"]["reason"].as_str().unwrap()
}

#[test]
fn an_approved_tool_is_listed_called_and_recorded() {
    let mut bench = Bench::tools(&["read"]);
    assert_eq!(names(&bench.list(&[tool("read")])), ["read"]);
    let led = bench.call(1, "read");
    assert_eq!(led.to_server[0]["params"]["name"], "read");
    let led = bench.answer(&json!(1), &json!({"content": []}));
    assert_eq!(led.to_client[0]["id"], 1);
    assert_eq!(bench.events(), ["call.intent", "call.closed success"]);
}

#[test]
fn the_bytes_of_a_message_pass_as_they_were_written() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    let line = br#"{ "jsonrpc":"2.0", "id":1,"method":"tools\/call","params":{"name":"read","arguments":{"n":1.0,"s":"\u0061"}} }"#;
    let mut batch = Batch::default();
    bench.guard.from_client(Line::Whole(line), bench.now, &mut batch);
    let mut out = batch.commit(&bench.ledger, "mail");
    assert_eq!(out.to_server, [&line[..]]);
    bench.guard.settle(&mut out, bench.now);
    let answer = r#"{"id":1,  "jsonrpc":"2.0","result":{"content":[],"x":1e2}}"#;
    assert_eq!(bench.server_line(answer.as_bytes()).raw, [answer]);
}

#[test]
fn a_call_that_could_not_be_recorded_is_not_sent() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.ledger.close().unwrap();
    let led = bench.call(1, "read");
    assert!(led.to_server.is_empty());
    assert_eq!(reason(&led), "cannot-record");
}

#[test]
fn an_answer_whose_end_could_not_be_recorded_is_not_passed_on() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.call(1, "read");
    bench.ledger.close().unwrap();
    let led = bench.answer(&json!(1), &json!({"content": []}));
    assert_eq!(reason(&led), "cannot-record");
}

#[test]
fn when_the_server_ends_everybody_who_waits_is_told() {
    let mut bench = Bench::tools(&["read"]);
    bench.list(&[tool("read")]);
    bench.call(1, "read");
    bench.client(&json!({"jsonrpc": "2.0", "id": 2, "method": "ping"}));
    let led = bench.run(|guard, now, batch| {
        guard.ended(warden_audit::Process::default(), now, batch);
    });
    let mut ids: Vec<_> = led.to_client.iter().map(|answer| answer["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, [json!(1), json!(2)]);
    assert_eq!(
        bench.events(),
        ["call.intent", "call.closed server-gone failure", "server.stopped"]
    );
}
