//! What the guard itself costs, without pipes: one call with its answer, and one large list.
//!
//! Allocations are counted: a list of a megabyte must not be copied more than twice.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]

use std::{
    cell::RefCell,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use divan::{AllocProfiler, Bencher, counter::BytesCount};
use serde_json::{Value, json};
use warden_audit::{Ledger, Options};
use warden_mcp::Line;
use warden_model::{Definition, DefinitionKind, Effect, Location, Surface};
use warden_policy::{Approval, Artifact, Bundle, Pin, Standing};
use warden_proxy::{Batch, Guard, Inspection, Limits, Settings};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A guard that has seen its server's tools, and what it writes into.
struct Bench {
    guard: Guard,
    ledger: Ledger,
    _folder: tempfile::TempDir,
}

/// `count` tools with descriptions of about `size` bytes.
fn tools(count: usize, size: usize) -> Vec<Value> {
    let description = "Looks up what was asked for. ".repeat(size / 29 + 1);
    let tool = |n| json!({"name": format!("tool_{n}"), "description": description, "inputSchema": {"type": "object"}});
    (0..count).map(tool).collect()
}

fn bench(tools: &[Value]) -> Bench {
    let definition = |body: &Value| Definition {
        kind: DefinitionKind::Tool,
        name: body["name"].as_str().unwrap_or_default().into(),
        body: body.clone(),
        location: Location::default(),
    };
    let surface =
        Surface { definitions: tools.iter().map(definition).collect(), ..Surface::default() };
    let pin = Pin {
        server: "bench".into(),
        approval: Approval { by: "bench".into(), at: String::new(), reason: String::new() },
        artifact: Artifact::Unknown(String::new()),
        instructions: None,
        asks: std::collections::BTreeSet::new(),
        definitions: Pin::of_surface(&surface, |_| Effect::Read).expect("the tools can be pinned"),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(|| SystemTime::UNIX_EPOCH);
    let ledger = Ledger::open(folder.path(), Options::new("bench", clock)).expect("a ledger");
    let settings = Settings {
        server: "bench".into(),
        bundle: Bundle { pin: Some(pin), artifact: Standing::Approved, ..Bundle::default() },
        artifact: None,
        limits: Limits::default(),
        inspection: Inspection::default(),
        class: warden_detect::DataClass::Internal,
        trust: Duration::from_hours(1),
        patience: Duration::from_secs(10),
    };
    let guard = Guard::new(settings, ledger.clone(), Instant::now());
    let mut bench = Bench { guard, ledger, _folder: folder };
    bench.list(&list(tools));
    bench
}

fn list(tools: &[Value]) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}}).to_string().into_bytes()
}

impl Bench {
    fn client(&mut self, line: &[u8]) {
        let mut batch = Batch::default();
        self.guard.from_client(Line::Whole(line), Instant::now(), &mut batch);
        let mut out = batch.commit(&self.ledger, "bench");
        self.guard.settle(&mut out, Instant::now());
        assert!(!out.to_server.is_empty(), "it passes");
    }

    fn server(&mut self, line: &[u8]) {
        let mut batch = Batch::default();
        self.guard.from_server(Line::Whole(line), Instant::now(), &mut batch);
        let mut out = batch.commit(&self.ledger, "bench");
        self.guard.settle(&mut out, Instant::now());
        assert!(!out.to_client.is_empty(), "it passes");
    }

    fn list(&mut self, answer: &[u8]) {
        self.client(br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
        self.server(answer);
    }
}

/// One call and its answer, each of about this many bytes: checked, judged, recorded, inspected.
#[divan::bench(args = [64, 1024, 10_240, 102_400])]
fn call(bencher: Bencher<'_, '_>, bytes: usize) {
    let bench = RefCell::new(bench(&tools(20, 200)));
    let text = "The quick brown fox jumps over the lazy dog. ".repeat(bytes / 45 + 1);
    let call = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call",
        "params": {"name": "tool_3", "arguments": {"text": text}}});
    let answer = json!({"jsonrpc": "2.0", "id": 7,
        "result": {"content": [{"type": "text", "text": text}]}});
    let (call, answer) = (call.to_string(), answer.to_string());
    bencher.counter(BytesCount::new(call.len() + answer.len())).bench_local(|| {
        let mut bench = bench.borrow_mut();
        bench.client(call.as_bytes());
        bench.server(answer.as_bytes());
    });
}

/// A list of about a megabyte, all of it approved: it passes as it is.
#[divan::bench]
fn list_of_a_megabyte(bencher: Bencher<'_, '_>) {
    let tools = tools(500, 2000);
    let answer = list(&tools);
    let bench = RefCell::new(bench(&tools));
    bencher.counter(BytesCount::new(answer.len())).bench_local(|| bench.borrow_mut().list(&answer));
}

/// The same with one tool in it that was not approved: the list is put together anew.
#[divan::bench]
fn list_of_a_megabyte_with_one_new_tool(bencher: Bencher<'_, '_>) {
    let mut tools = tools(500, 2000);
    let bench = RefCell::new(bench(&tools));
    tools.push(json!({"name": "new"}));
    let answer = list(&tools);
    bencher.counter(BytesCount::new(answer.len())).bench_local(|| bench.borrow_mut().list(&answer));
}
