use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::SystemTime,
};

use serde_json::{Value, json};
use warden_mcp::{Method, Revision};
use warden_model::Hidden;

use super::*;
use crate::gateway::metrics::Transport;

const PATIENCE: Duration = Duration::from_secs(30);
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const UNKEPT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

/// A collector that answers one after the other, and hands on what it was sent.
struct Collector {
    address: String,
    sent: std::sync::mpsc::Receiver<(String, Value)>,
}

impl Collector {
    fn new(answers: &'static [&'static str]) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}/v1/traces", socket.local_addr().unwrap());
        let (sender, sent) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut client, _) = socket.accept().unwrap();
                let request = read(&mut client);
                let (head, body) = answer.split_once('|').unwrap();
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                client.write_all(answer.as_bytes()).unwrap();
                sender.send(request).ok();
            }
        });
        Self { address, sent }
    }

    fn tracer(&self, ratio: f64) -> Tracer {
        let headers = vec![("x-key".to_owned(), Hidden::new("secret"))];
        let settings = Traces { endpoint: self.address.clone(), headers, ratio };
        let clock: Clock = Arc::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_000));
        Tracer::start(&settings, "0.1.0", clock).unwrap()
    }

    fn next(&self) -> (String, Value) {
        self.sent.recv_timeout(PATIENCE).unwrap()
    }
}

fn read(client: &mut TcpStream) -> (String, Value) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    client.read_exact(&mut body).unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

fn about(method: Method, target: Option<&str>) -> About<'_> {
    About {
        method,
        target,
        id: Some("7"),
        revision: Revision::NEWEST,
        session: None,
        transport: Transport::Http,
        server: None,
    }
}

fn remote(parent: &str) -> Remote {
    let meta = json!({ "traceparent": parent, "tracestate": "a=1", "baggage": "u=m" });
    Remote::read(Some(&meta.to_string()), None)
}

fn flush(tracer: &Tracer) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tracer.flush(PATIENCE));
}

fn spans(body: &Value) -> &Vec<Value> {
    body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap()
}

fn attribute<'span>(span: &'span Value, name: &str) -> Option<&'span str> {
    let attributes = span["attributes"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["key"] == name)?;
    found["value"]["stringValue"].as_str()
}

#[test]
fn a_call_is_told_as_a_span_of_ours_and_one_to_the_server() {
    let collector = Collector::new(&["200 OK|{}"]);
    let tracer = collector.tracer(0.0);
    let session =
        About { session: Some("secret session"), ..about(Method::ToolsCall, Some("add")) };
    let server = tracer.server(remote(PARENT), &session);
    let to_server = About {
        transport: Transport::Stdio,
        server: Some("sums"),
        ..about(Method::ToolsCall, Some("add"))
    };
    let client = server.client(&to_server);
    let carried = client.carried();
    client.end(Ended::Error(-32602));
    server.end(Ended::Well);
    flush(&tracer);
    assert_eq!(tracer.tally(), (2, 0));

    let (head, body) = collector.next();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n") && head.contains("x-key: secret\r\n"));
    assert!(head.contains("content-type: application/json\r\n"));
    let resource = &body["resourceSpans"][0]["resource"];
    assert_eq!(attribute(resource, "service.name"), Some("mcpwarden"));
    let [client, server] = &spans(&body)[..] else { panic!("{body}") };
    assert_eq!(server["name"], "tools/call add");
    assert_eq!((&server["kind"], &client["kind"]), (&json!(2), &json!(3)));
    assert_eq!(server["traceId"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(server["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(client["parentSpanId"], server["spanId"]);
    assert_eq!(server["traceState"], "a=1");
    assert_eq!(server["startTimeUnixNano"], "1000000000000");
    assert_eq!(server["status"], Value::Null);
    assert_eq!(client["status"], json!({ "code": 2 }));
    for (name, value) in [
        ("mcp.method.name", "tools/call"),
        ("mcp.protocol.version", "2026-07-28"),
        ("gen_ai.tool.name", "add"),
        ("gen_ai.operation.name", "execute_tool"),
        ("jsonrpc.request.id", "7"),
        ("network.transport", "tcp"),
        ("network.protocol.name", "http"),
    ] {
        assert_eq!(attribute(server, name), Some(value), "{name}");
    }
    assert_eq!(attribute(server, "mcp.session.id").map(str::len), Some(32));
    for (name, value) in [
        ("network.transport", "pipe"),
        ("mcpwarden.server", "sums"),
        ("error.type", "-32602"),
        ("rpc.response.status_code", "-32602"),
    ] {
        assert_eq!(attribute(client, name), Some(value), "{name}");
    }
    assert!(!body.to_string().contains("secret"));
    let span = client["spanId"].as_str().unwrap();
    let parent = format!("00-0af7651916cd43dd8448eb211c80319c-{span}-01");
    let members = [("traceparent", Some(&*parent)), ("tracestate", Some("a=1"))];
    assert_eq!(carried.members()[..2], members);
    assert_eq!(carried.baggage.as_deref(), Some("u=m"));
}

#[test]
fn whoever_begins_a_trace_says_whether_it_is_kept() {
    let collector = Collector::new(&["200 OK|{}"]);
    let tracer = collector.tracer(1.0);
    let unkept = tracer.server(remote(UNKEPT), &about(Method::ToolsList, None));
    assert_eq!(unkept.carried().parent.as_deref(), Some(UNKEPT));
    let child = unkept.client(&about(Method::ToolsList, None));
    assert_eq!(child.carried().parent.as_deref(), Some(UNKEPT));
    drop((unkept, child));
    drop(tracer.server(Remote::default(), &about(Method::ToolsList, None)));
    flush(&tracer);
    let (_, body) = collector.next();
    let [only] = &spans(&body)[..] else { panic!("{body}") };
    assert_eq!((&only["name"], &only["parentSpanId"]), (&json!("tools/list"), &Value::Null));
    assert_eq!(attribute(only, "error.type"), Some("cancelled"));
    let none = collector.tracer(0.0);
    assert_eq!(none.server(Remote::default(), &about(Method::Ping, None)).carried().parent, None);
}

#[test]
fn without_a_collector_what_clients_send_along_is_passed_on() {
    let tracer = Tracer::off();
    let span = tracer.server(remote(PARENT), &about(Method::ToolsCall, Some("add")));
    let carried = span.client(&about(Method::ToolsCall, Some("add"))).carried();
    assert_eq!(carried.parent.as_deref(), Some(PARENT));
    span.end(Ended::Well);
    flush(&tracer);
    assert_eq!(tracer.tally(), (0, 0));
}

#[test]
fn a_collector_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let collector = Collector::new(&[
        "503 Later\r\nRetry-After: 0|",
        r#"200 OK|{"partialSuccess":{"rejectedSpans":"1"}}"#,
        "400 No|",
    ]);
    let tracer = collector.tracer(1.0);
    for _ in 0..3 {
        tracer.server(Remote::default(), &about(Method::Ping, None)).end(Ended::ToolFailed);
    }
    flush(&tracer);
    assert_eq!(tracer.tally(), (2, 1));
    tracer.server(Remote::default(), &about(Method::Ping, None)).end(Ended::Well);
    flush(&tracer);
    assert_eq!(tracer.tally(), (2, 2));
    let (first, second) = (collector.next().1, collector.next().1);
    assert_eq!(first, second);
}

#[test]
fn a_collector_that_does_not_answer_holds_up_nobody_and_spans_are_thrown_away() {
    let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}/v1/traces", socket.local_addr().unwrap());
    let settings = Traces { endpoint: address, headers: Vec::new(), ratio: 1.0 };
    let clock: Clock = Arc::new(|| SystemTime::UNIX_EPOCH);
    let tracer = Tracer::start(&settings, "0.1.0", clock).unwrap();
    // The queue, and at most one batch that is under way.
    for _ in 0..MOST_WAITING + 512 + 100 {
        tracer.server(Remote::default(), &about(Method::Ping, None)).end(Ended::Cancelled);
    }
    assert!(tracer.tally().1 >= 100);
}

#[test]
fn an_address_or_header_that_cannot_be_is_refused() {
    let start = |endpoint: &str, header: &str| {
        let headers = vec![(header.to_owned(), Hidden::new("secret\n"))];
        let headers = if header.is_empty() { Vec::new() } else { headers };
        let settings = Traces { endpoint: endpoint.to_owned(), headers, ratio: 1.0 };
        Tracer::start(&settings, "0.1.0", Arc::new(|| SystemTime::UNIX_EPOCH))
    };
    for endpoint in ["", "localhost:4318", "ftp://localhost/", "/v1/traces"] {
        assert!(matches!(start(endpoint, ""), Err(TracesError::Address)), "{endpoint}");
    }
    let Err(error) = start("http://localhost:4318/v1/traces", "x-key") else { panic!() };
    assert!(error.to_string().contains("x-key") && !error.to_string().contains("secret"));
}

#[test]
fn a_ratio_is_a_share_of_all_traces() {
    assert_eq!((kept(0.0), kept(1.0), kept(7.0), kept(-1.0)), (0, 1 << 63, 1 << 63, 0));
    assert_eq!(kept(f64::NAN), 0);
    assert_eq!(kept(0.5), (1 << 62) - (1 << 62) % 500_000);
    let ids = Ids::new();
    let kept = (0..10_000).filter(|_| (ids.next() >> 1) < kept(0.25)).count();
    assert!((2000..3000).contains(&kept), "{kept}");
}
