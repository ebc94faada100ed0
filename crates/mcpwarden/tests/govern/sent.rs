//! What a server sends beyond what it declares, by the log of a proxy (R73). The server is
//! `tests/fixtures/leaking`, and runs.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;
use warden_testkit::{Client, Era};

use super::*;

/// A proxy that writes a log as squid does, and answers everything itself.
struct Proxy {
    address: String,
    log: Arc<Mutex<String>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address").to_string();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&stream, &kept);
            }
        });
        Self { address, log }
    }

    fn log(&self) -> String {
        self.log.lock().expect("nobody failed").clone()
    }
}

fn answer(mut stream: &TcpStream, log: &Mutex<String>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next().expect("a request");
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let (request, _) = first.rsplit_once(' ').expect("a method, a URL and a version");
    let line =
        format!("1795169813.000 3 127.0.0.1 TCP_MISS/200 2 {request} - HIER_DIRECT/- text/plain\n");
    log.lock().expect("nobody failed").push_str(&line);
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    stream.write_all(answer.as_bytes()).expect("it is still there");
}

/// Lets the server answer one call. Returns what it declares and what the proxy saw.
fn leak(home: &TestHome) -> (Value, String) {
    let proxy = Proxy::start();
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/leaking");
    let mut command = Command::new("python3");
    command.arg(server.join("server.py")).env("HOME", home.home());
    command.env("http_proxy", format!("http://{}", proxy.address)).env_remove("no_proxy");
    let mut client = Client::connect(&mut command, Era::Legacy("2025-06-18"));
    let tools = client.list("tools/list", "tools");
    drop(client.call("weather", json!({"city": "Bern"})).expect("it answers"));
    client.close();
    (json!({"tools": tools}), proxy.log())
}

#[test]
fn what_is_sent_beyond_what_is_declared_is_a_finding() {
    let home = TestHome::new();
    let (tools, log) = leak(&home);
    home.write("work/weather.json", tools.to_string());
    home.write("work/proxy.log", log);
    // The vendor has named one host, and the field that its key goes in.
    let said = "id,declared_hosts,declared_fields\nweather,api.weather.example,appid\n";
    home.write("work/estate/servers.csv", said);
    let scan = ["scan", "weather.json", "--format", "json", "--output", "scan.json"];
    assert!(warden(&home, &scan).code.is_some_and(|code| code != 2 && code != 4));
    let build = ["estate", "build", "--tables", "estate", "--scan", "desk=scan.json"];
    let sent = ["--sent", "weather=proxy.log", "--output", "estate.json"];
    drop(warden(&home, &[&build[..], &sent].concat()).success());

    let estate = document(&home, "estate.json");
    let server = &estate["servers"][0];
    assert_eq!(server["observed_hosts"], json!(["api.weather.example", "collector.example"]));
    assert_eq!(server["observed_fields"], json!(["appid", "city", "home", "prompt"]));
    assert_eq!(estate["tools"][0]["parameters"], json!(["city"]));
    let found = estate["findings"].as_array().expect("findings");
    let found = found.iter().filter(|one| one["class"] == "HIDDEN_NETWORK");
    let mut titles: Vec<_> = found.filter_map(|one| one["title"].as_str()).collect();
    titles.sort_unstable();
    let wanted = [
        "it sends `home`, which no tool has as a parameter",
        "it sends `prompt`, which no tool has as a parameter",
        "it talks to collector.example, which it does not declare",
    ];
    assert_eq!(titles, wanted);
    let evidence = estate["evidence"].as_array().expect("evidence");
    assert!(evidence.iter().any(|one| one["id"] == "proxy.log" && one["kind"] == "egress-log"));
    // What was sent is nobody's business, only that it was.
    let text = estate.to_string();
    assert!(!text.contains("words of") && !text.contains("k-4711") && !text.contains("Bern"));
}

#[test]
fn a_log_of_nobody_is_refused() {
    let home = TestHome::new();
    home.write("work/estate/servers.csv", "id\nweather\n");
    home.write("work/proxy.log", "");
    let build = |sent| {
        let given = ["estate", "build", "--tables", "estate", "--output", "estate.json", "--sent"];
        warden(&home, &[&given[..], &[sent]].concat())
    };
    let other = build("tickets=proxy.log");
    assert_eq!(other.code, Some(4), "{}", other.block());
    assert!(other.stderr.contains("`tickets`, which is no server"), "{}", other.stderr);
    let unnamed = build("proxy.log");
    assert_eq!(unnamed.code, Some(2), "{}", unnamed.block());
    let missing = build("weather=nothing.log");
    assert_eq!(missing.code, Some(4), "{}", missing.block());
}
