//! Every route by which a call can reach a server, and on each of them the same checks.
//!
//! The server writes down every line that it gets, so what is refused here can be seen not to
//! have arrived there.

use std::path::PathBuf;

use serde_json::{Value, json};
use warden_testkit::{
    Client, Era, TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Trouble, Upstream},
        visitor::{LEGACY, MODERN, Old, Visitor, next},
    },
    program,
};

use crate::records;

/// One way to a server: sends a request and returns its answer, a result or an error.
type Route = fn(&Bench, &str, &Value) -> Value;

/// Every way. What a request is about is chosen apart from the way it takes.
static ROUTES: &[(&str, Route)] = &[
    ("document, 2024-11-05", |bench, method, params| bench.posted(LEGACY[0], "", method, params)),
    ("document, 2025-03-26", |bench, method, params| bench.posted(LEGACY[1], "", method, params)),
    ("document, 2025-06-18", |bench, method, params| bench.posted(LEGACY[2], "", method, params)),
    ("document, 2025-11-25", |bench, method, params| bench.posted(LEGACY[3], "", method, params)),
    ("document, 2026-07-28", |bench, method, params| bench.posted(MODERN, "", method, params)),
    ("view, 2025-11-25", |bench, method, params| bench.posted(LEGACY[3], "all", method, params)),
    ("view, 2026-07-28", |bench, method, params| bench.posted(MODERN, "all", method, params)),
    ("narrow view", |bench, method, params| bench.posted(MODERN, "some", method, params)),
    ("stream, 2025-11-25", |bench, method, params| bench.streamed(LEGACY[3], method, params)),
    ("stream, 2026-07-28", |bench, method, params| bench.streamed(MODERN, method, params)),
    ("batch", Bench::in_batch),
    ("older transport", |bench, method, params| bench.over_old("", method, params)),
    ("older transport, view", |bench, method, params| bench.over_old("all", method, params)),
    ("pipes, legacy", |bench, method, params| {
        bench.over_pipes(Era::Legacy("2025-11-25"), method, params)
    }),
    ("pipes, modern", |bench, method, params| bench.over_pipes(Era::Modern, method, params)),
    ("retry with a state", |bench, method, params| {
        let mut params = params.clone();
        params["requestState"] = "made-up".into();
        params["inputResponses"] = json!({"question": {"action": "accept", "content": {}}});
        bench.posted(MODERN, "", method, &params)
    }),
];

/// A gateway before the fixture server, as it is approved and as it then is.
struct Bench {
    home: TestHome,
    gateway: Gateway,
    received: PathBuf,
}

/// What happens to the server after it was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Its definitions change.
    Drift,
    /// The program is another one.
    Swap,
    /// The approval is taken back.
    Revoke,
}

impl Bench {
    #[track_caller]
    fn new(then: Then) -> Self {
        let home = TestHome::new();
        let received = home.path().join("received");
        let day = home.write("day", "1");
        let server = home.path().join("server");
        std::fs::copy(program("fixture-server"), &server).expect("there is room");
        let file = |flag: &str, path: &PathBuf| format!("--{flag}={}", path.display());
        // Files that are words of their own would belong to what runs.
        let words = json!([server, "--full", file("record", &received), file("day-file", &day)]);
        let view = |name: &str, tools: &str| {
            format!("[[view]]\nname = \"{name}\"\nservers = [\"fix\"]\ntools = {tools}")
        };
        let setup = Setup::new()
            .program("fix", &[])
            .table(&view("all", "[]"))
            .table(&view("some", "[\"read_mail\", \"search_*\", \"send_*\"]"));
        let fixture = json!([program("fixture-server").to_string_lossy()]).to_string();
        let text = setup.text().replace(&fixture, &words.to_string());
        home.write("gateway.toml", text);
        Gateway::approve(&home, "fix");
        match then {
            Then::Drift => drop(home.write("day", "7")),
            Then::Swap => {
                let mut bytes = std::fs::read(&server).expect("our own file");
                bytes.push(0);
                std::fs::write(&server, bytes).expect("our own file");
            }
            Then::Revoke => revoke(&home),
        }
        // What came while it was approved does not count.
        std::fs::write(&received, "").expect("our own file");
        let gateway = Gateway::serve(&home);
        Self { home, gateway, received }
    }

    fn posted(&self, revision: &str, view: &str, method: &str, params: &Value) -> Value {
        let mut visitor =
            Visitor { revision: revision.into(), ..Visitor::modern(self.gateway.address()) };
        if !view.is_empty() {
            visitor = visitor.at(view);
        }
        if !visitor.is_modern() {
            visitor.begin();
        }
        visitor.ask(method, params).json()
    }

    /// With a progress token, so that the answer may be a stream.
    fn streamed(&self, revision: &str, method: &str, params: &Value) -> Value {
        let mut params = params.clone();
        params["_meta"]["progressToken"] = next().into();
        self.posted(revision, "", method, &params)
    }

    fn in_batch(&self, method: &str, params: &Value) -> Value {
        let visitor = Visitor::of(self.gateway.address(), "2025-03-26");
        let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
        let batch = json!([ping, visitor.request(&json!(2), method, params), ping]);
        let answers = visitor.send_bytes(batch.to_string().as_bytes(), &[]).json();
        answers.as_array().and_then(|all| all.get(1)).cloned().unwrap_or_default()
    }

    fn over_old(&self, view: &str, method: &str, params: &Value) -> Value {
        let request = json!({"jsonrpc": "2.0", "id": next(), "method": method, "params": params});
        Old::open(self.gateway.address(), view, None).ask(&request)
    }

    fn over_pipes(&self, era: Era, method: &str, params: &Value) -> Value {
        let config = self.home.path().join("gateway.toml").to_string_lossy().into_owned();
        let mut command = self.home.mcpwarden(["gateway", "--config", &config, "--stdio"]);
        let mut client = Client::connect(&mut command, era);
        match client.request(method, params.clone()) {
            Ok(result) => json!({"result": result}),
            Err(error) => json!({"error":
                {"code": error.code, "message": error.message, "data": error.data}}),
        }
    }

    /// Every request for something in particular that has come to the server.
    fn arrived(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.received).unwrap_or_default();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap_or_default());
        let is_asked = |line: &Value| {
            let method = line["method"].as_str().unwrap_or_default();
            let lists =
                ["resources/list", "resources/templates/list", "prompts/list", "tools/list"];
            let family = method.split('/').next().unwrap_or_default();
            !lists.contains(&method)
                && ["tools", "prompts", "resources", "completion", "tasks"].contains(&family)
        };
        lines.filter(is_asked).collect()
    }
}

fn revoke(home: &TestHome) {
    let pins = home.warden().join("pins");
    for pin in std::fs::read_dir(pins).expect("there are approvals").flatten() {
        std::fs::remove_file(pin.path()).expect("our own file");
    }
}

/// Requests about something by its name, and the reason for which each is refused.
type Asked = (&'static str, Value);

/// What was approved, and is no longer what it was.
fn changed() -> Vec<Asked> {
    vec![
        ("tools/call", json!({"name": "search_mail", "arguments": {"query": "x"}})),
        ("prompts/get", json!({"name": "summary", "arguments": {"id": "1"}})),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "summary"},
            "argument": {"name": "id", "value": "1"}}),
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": "mail://message/{id}"},
            "argument": {"name": "id", "value": "1"}}),
        ),
    ]
}

/// What is served and was never approved.
fn added() -> Vec<Asked> {
    vec![
        ("tools/call", json!({"name": "send_email", "arguments": {"to": "a", "body": "b"}})),
        ("prompts/get", json!({"name": "confession"})),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "confession"},
            "argument": {"name": "id", "value": "1"}}),
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": "mail://archive/{id}"},
            "argument": {"name": "id", "value": "1"}}),
        ),
    ]
}

/// What can be asked of an approved server without anything of it having been approved by name.
fn unnamed() -> Vec<Asked> {
    vec![
        ("resources/read", json!({"uri": "mail://inbox"})),
        ("resources/subscribe", json!({"uri": "mail://inbox"})),
        (
            "subscriptions/listen",
            json!({"notifications": {"resourceSubscriptions": ["mail://inbox"]}}),
        ),
    ]
}

/// Made-up tasks.
fn tasks() -> Vec<Asked> {
    ["tasks/get", "tasks/result", "tasks/update", "tasks/cancel"]
        .map(|method| (method, json!({"taskId": "made-up", "inputResponses": {}})))
        .into()
}

/// Sends every request on every route; all are refused, none arrives, and the ledger has as many
/// refusals as there were requests.
#[track_caller]
fn none_passes(then: Then, asked: &[Asked], allowed: &[&str]) {
    let bench = Bench::new(then);
    let mut refused = 0;
    for (name, route) in ROUTES {
        for (method, params) in asked {
            // A stream that opens without what it was asked for has no answer of its own.
            if *method == "subscriptions/listen" {
                continue;
            }
            let answer = route(&bench, method, params);
            let error = &answer["error"];
            assert!(error["code"].is_i64(), "{name}, {method} {params}: {answer}");
            let reason = error["data"]["reason"].as_str().unwrap_or_default().to_owned();
            assert!(allowed.contains(&&*reason), "{name}, {method} {params}: {answer}");
            refused += 1;
        }
    }
    assert_eq!(bench.arrived(), Vec::<Value>::new());
    let config = bench.home.path().join("gateway.toml");
    drop((bench.gateway.stop(), config));
    let recorded = |event: &str| records(&bench.home, event).len();
    assert_eq!(recorded("call.intent"), 0, "nothing was judged to pass");
    let on_record = recorded("call.refused") + recorded("message.dropped");
    assert!(on_record >= refused, "{on_record} of {refused} are on record");
    // A person sees it as well.
    let shown = bench.home.run(["audit", "show", "--event", "call.refused", "--format", "json"]);
    let lines = shown.success();
    assert!(allowed.iter().any(|reason| lines.contains(reason)), "{lines}");
}

#[test]
fn what_has_changed_since_it_was_approved_is_refused_on_every_route() {
    none_passes(
        Then::Drift,
        &changed(),
        &["definition-drifted", "not-approved", "bad-request-state", "unknown-method"],
    );
}

#[test]
fn what_was_never_approved_is_refused_on_every_route() {
    none_passes(
        Then::Drift,
        &[added(), tasks()].concat(),
        &["not-approved", "unknown-method", "needs-extension", "bad-request-state"],
    );
}

#[test]
fn a_program_that_is_not_what_was_approved_gets_nothing_on_any_route() {
    let all = [changed(), added(), unnamed(), tasks()].concat();
    none_passes(
        Then::Swap,
        &all,
        &[
            "artifact-drifted",
            "not-approved",
            "unknown-method",
            "needs-extension",
            "bad-request-state",
        ],
    );
}

#[test]
fn a_server_that_is_not_approved_gets_nothing_on_any_route() {
    let all = [changed(), added(), unnamed(), tasks()].concat();
    none_passes(
        Then::Revoke,
        &all,
        &[
            "server-not-approved",
            "not-approved",
            "unknown-method",
            "needs-extension",
            "bad-request-state",
        ],
    );
}

#[test]
fn what_is_as_it_was_approved_arrives_on_every_route() {
    // The others would pass as well if the routes led nowhere.
    let bench = Bench::new(Then::Drift);
    let asked = [("tools/call", json!({"name": "read_mail", "arguments": {"id": 1}}))];
    for (name, route) in ROUTES {
        let answer = route(&bench, asked[0].0, &asked[0].1);
        if *name == "retry with a state" {
            assert_eq!(answer["error"]["data"]["reason"], "bad-request-state", "{answer}");
        } else {
            assert!(answer["result"].is_object(), "{name}: {answer}");
        }
    }
    assert_eq!(bench.arrived().len(), ROUTES.len() - 1);
}

#[test]
fn what_a_view_leaves_out_is_refused_and_what_it_shows_is_judged() {
    let bench = Bench::new(Then::Drift);
    for revision in [LEGACY[3], MODERN] {
        let reason = |tool: &str, view: &str| {
            let params = json!({"name": tool, "arguments": {}});
            let answer = bench.posted(revision, view, "tools/call", &params);
            answer["error"]["data"]["reason"].as_str().unwrap_or("passed").to_owned()
        };
        assert_eq!(reason("read_mail", "some"), "passed");
        assert_eq!(reason("echo", "all"), "passed");
        assert_eq!(reason("echo", "some"), "not-approved");
        assert_eq!(reason("send_email", "some"), "not-approved");
        assert_ne!(reason("search_mail", "some"), "passed");
    }
}

/// A tool of a server that works on something for longer.
static TASKS: &[(&str, Trouble)] = &[("work", |talk| {
    let task = json!({"taskId": "task-1", "status": "working", "createdAt": "2026-01-01T00:00:00Z",
        "lastUpdatedAt": "2026-01-01T00:00:00Z", "ttl": 60000, "ttlMs": 60000});
    let mut result = json!({"resultType": "task", "task": task});
    for (name, value) in task.as_object().into_iter().flatten() {
        result[name] = value.clone();
    }
    talk.say(&result)
})];

#[test]
fn what_is_carried_over_from_before_is_judged_anew() {
    let home = TestHome::new();
    let received = home.path().join("received");
    let record = format!("--record={}", received.display());
    let upstream = Upstream::modern(TASKS);
    let setup = Setup::new()
        .program("old", &["--full", "--bare", "--era", "legacy", &record])
        .program("new", &["--full", "--bare", "--era", "modern", &record])
        .more("prefix = \"new__\"")
        .url("far", &upstream.url())
        .more("prefix = \"far__\"");
    let gateway = Gateway::start(&home, &setup);
    let client = Visitor::modern(gateway.address()).able(json!({
        "elicitation": {"form": {}}, "extensions": {"io.modelcontextprotocol/tasks": {}}}));
    let state = |tool: &str| {
        let reply = client.call(tool, &json!({}));
        let state = reply.json()["result"]["requestState"].as_str().map(str::to_owned);
        (tool.to_owned(), state.unwrap_or_else(|| panic!("no question: {}", reply.text())))
    };
    let states = [state("elicit"), state("new__elicit")];
    let work = client.call("far__work", &json!({}));
    let task = work.json()["result"]["taskId"].as_str().map(str::to_owned);
    let task = task.unwrap_or_else(|| panic!("no task: {}", work.text()));
    // All of it is good now.
    assert_eq!(upstream.seen("tasks/get").len(), 0);
    drop(client.ask("tasks/get", &json!({"taskId": task})));
    assert_eq!(upstream.seen("tasks/get").len(), 1);
    revoke(&home);
    gateway.await_said("read the configuration and the approvals again", 1);
    std::fs::write(&received, "").expect("our own file");
    for (tool, state) in states {
        let answer = client.ask("tools/call", &json!({"name": tool, "arguments": {},
            "requestState": state, "inputResponses": {"question": {"action": "accept", "content": {"name": "Ann"}}}}));
        assert!(answer.code().is_some(), "{tool}: {}", answer.text());
    }
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let answer = client.ask(method, &json!({"taskId": task, "inputResponses": {}}));
        assert!(answer.code().is_some(), "{method}: {}", answer.text());
    }
    assert_eq!(upstream.seen("tasks/get").len(), 1);
    assert!(upstream.seen("tasks/update").is_empty() && upstream.seen("tasks/cancel").is_empty());
    let text = std::fs::read_to_string(&received).expect("our own file");
    assert!(!text.contains("Ann") && !text.contains("tools/call"), "{text}");
}

#[test]
fn a_stream_of_news_opens_for_what_may_be_read_and_asks_for_nothing_else() {
    for then in [Then::Swap, Then::Revoke] {
        let bench = Bench::new(then);
        let visitor = Visitor::modern(bench.gateway.address());
        let (method, params) = unnamed().pop().expect("there are some");
        let request = visitor.request(&json!("news"), method, &params);
        let mut wire = visitor.open(&request);
        let head = wire.head().expect("an answer");
        if head.header("transfer-encoding").is_some() {
            let first = wire.event().expect("it says what it listens to");
            let text = first["params"]["notifications"].to_string();
            assert!(!text.contains("mail://inbox"), "{then:?}: {first}");
        }
        assert_eq!(bench.arrived(), Vec::<Value>::new(), "{then:?}");
    }
}
