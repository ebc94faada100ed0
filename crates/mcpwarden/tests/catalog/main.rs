//! The catalog as a whole program: served over HTTP, read as a client of the registry reads it,
//! exported, and shown.
//!
//! The reading here is written from the description of the registry's API and knows nothing of
//! how we answer. Every `server` object is held to the official schema.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use warden_testkit::{TestHome, gateway::upstream::Upstream};

const NAMESPACE: &str = "io.example.company";

/// A home in which servers behind one address are certified by these names.
fn certified(upstream: &Upstream, names: &[&str]) -> TestHome {
    let home = TestHome::new();
    for name in names {
        let outcome = home.run(["certify", &upstream.url(), "--name", name, "--level", "0"]);
        drop(outcome.success());
    }
    home
}

/// `mcpwarden catalog serve`, ended when the test ends.
struct Catalog {
    child: Child,
    address: SocketAddr,
}

/// What came back.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Catalog {
    #[track_caller]
    fn serve(home: &TestHome) -> Self {
        let words = ["catalog", "serve", "--listen", "127.0.0.1:0", "--namespace", NAMESPACE];
        let mut command = home.mcpwarden(words.into_iter().chain(["--level", "0"]));
        let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = said.map(|line| line.expect("it says where it is"));
        let at = said.find_map(|line| Some(line.split_once("is at http://")?.1.parse().unwrap()));
        Self { child, address: at.expect("it listens") }
    }

    /// Sends one request as it is and reads the answer to its end.
    #[track_caller]
    fn send(&self, request: &str) -> Answer {
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// Whether the list is given for a request with these headers. It may be cut off as it is sent.
    fn answers(&self, headers: &str) -> bool {
        let mut socket = TcpStream::connect(self.address).unwrap();
        let host = self.address;
        let head = format!("GET /v0.1/servers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        let sent = socket.write_all(format!("{head}{headers}\r\n").as_bytes());
        let mut text = Vec::new();
        let read = socket.read_to_end(&mut text);
        sent.is_ok() && read.is_ok() && text.starts_with(b"HTTP/1.1 200")
    }

    #[track_caller]
    fn ask(&self, method: &str, target: &str, more: &str) -> Answer {
        let host = self.address;
        self.send(&format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
        ))
    }

    #[track_caller]
    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "")
    }

    /// Walks over all pages of a list, as the description of the API says.
    #[track_caller]
    fn walk(&self, query: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer = self.get(&format!("/v0.1/servers?{query}{cursor}"));
            assert_eq!(answer.status, 200, "{}", answer.body);
            let page: Value = serde_json::from_str(&answer.body).unwrap();
            let servers = page["servers"].as_array().unwrap();
            assert_eq!(page["metadata"]["count"], servers.len());
            all.extend(servers.iter().cloned());
            let Some(next) = page["metadata"]["nextCursor"].as_str() else { return all };
            assert!(!servers.is_empty() && all.len() < 100, "paging comes to an end");
            cursor = format!("&cursor={next}");
        }
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    fn stop(mut self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn names(servers: &[Value]) -> Vec<&str> {
    servers.iter().map(|one| one["server"]["name"].as_str().unwrap()).collect()
}

#[track_caller]
fn satisfies_the_official_schema(servers: &[Value]) {
    let text = include_str!("../../../../tests/fixtures/catalog/server-2025-12-11.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    for one in servers {
        let wrong: Vec<_> = schema.iter_errors(&one["server"]).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?} {one:#}");
    }
}

#[test]
fn a_client_of_the_registry_reads_it_and_sees_what_is_revoked_go() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm", "mail", "wiki"]);
    let catalog = Catalog::serve(&home);
    let all = catalog.walk("limit=1");
    let expected = ["crm", "mail", "wiki"].map(|name| format!("{NAMESPACE}/{name}"));
    assert_eq!(names(&all), expected);
    satisfies_the_official_schema(&all);
    let found = catalog.get("/v0.1/servers/io.example.company%2Fmail/versions/latest");
    assert_eq!(found.status, 200, "{}", found.body);
    assert_eq!(serde_json::from_str::<Value>(&found.body).unwrap(), all[1]);
    assert_eq!(names(&catalog.walk("search=WIKI")), [&expected[2]]);

    drop(home.run(["revoke", "mail", "--reason", "it was stolen"]).success());
    let since = Instant::now();
    while catalog.walk("limit=2").len() > 2 {
        assert!(since.elapsed() < Duration::from_secs(20), "it is still there");
        std::thread::yield_now();
    }
    let gone = catalog.get("/v0.1/servers/io.example.company%2Fmail/versions/latest");
    assert_eq!(gone.status, 404);
    // Who only asks for what has changed sees it go, and is not told what a person wrote.
    let gone = catalog.walk("updated_since=2026-01-01T00:00:00Z&search=mail");
    let official = &gone[0]["_meta"]["io.modelcontextprotocol.registry/official"];
    assert_eq!(official["status"], "deleted");
    assert!(!gone[0].to_string().contains("stolen"));
    catalog.stop();
}

/// Reads a catalog with the published client that `cargo xtask test` has installed.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn read_by_a_published_client(catalog: &Catalog, search: &str) -> Value {
    let python = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder).join("python-registry/bin/python"),
        None => panic!("the published client is not installed: run `cargo xtask test`"),
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let output = Command::new(python)
        .arg(tests.join("real/python/registry_client.py"))
        .args([&format!("http://{}", catalog.address), search])
        // Proxies of whoever runs this are not for loopback.
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("the interpreter starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_published_client_of_registries_reads_it() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm", "mail", "wiki"]);
    drop(home.run(["revoke", "mail", "--reason", "it was stolen"]).success());
    let catalog = Catalog::serve(&home);
    let seen = read_by_a_published_client(&catalog, "WIKI");
    // What runs elsewhere has the day on which it was certified for a version.
    let version = seen["servers"][0]["version"].as_str().unwrap();
    assert!(version.starts_with("20"), "{version}");
    let server = |name: &str| {
        serde_json::json!({
            "name": format!("{NAMESPACE}/{name}"), "version": version, "status": "active",
            "remotes": [upstream.url()], "package": null,
        })
    };
    let all = serde_json::json!([server("crm"), server("wiki")]);
    assert_eq!(seen["servers"], all);
    assert_eq!(seen["versions"], all);
    assert_eq!(seen["found"], serde_json::json!([server("wiki")]));
    catalog.stop();
}

#[test]
fn requests_are_answered_as_http_wants_it() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm"]);
    let catalog = Catalog::serve(&home);
    let list = catalog.get("/v0.1/servers");
    let tag = list.head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag");
    let again = catalog.ask("GET", "/v0.1/servers", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let head = catalog.ask("HEAD", "/v0.1/servers", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.head.contains(&format!("content-length: {}", list.body.len())), "{}", head.head);
    assert_eq!(catalog.get("/v0.1/servers?cursor=nonsense").status, 400);
    assert_eq!(catalog.get("/v0.1/servers/io.example%2Fnone/versions").status, 404);
    assert_eq!(catalog.get("/nothing").status, 404);
    assert_eq!(catalog.ask("DELETE", "/v0.1/servers", "").status, 405);
    assert_eq!(catalog.ask("POST", "/", "").status, 405);
    let body = "Content-Length: 2\r\n";
    assert_eq!(catalog.ask("GET", "/v0.1/servers", &format!("{body}\r\n{{}}")).status, 413);
    let page = catalog.get("/");
    assert!(page.status == 200 && page.body.contains("io.example.company/crm"), "{}", page.body);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    assert_eq!(catalog.get("/catalog.css").status, 200);
    let host = "GET /v0.1/servers HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(catalog.send(host).status, 421);
    assert!(catalog.answers("X-Short: a\r\n"));
    let long = format!("X-Long: {}\r\n", "a".repeat(64 << 10));
    assert!(!catalog.answers(&long), "a head has an end");
    catalog.stop();
}

#[test]
fn nothing_is_served_when_nobody_can_tell_what_is_revoked() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm"]);
    let catalog = Catalog::serve(&home);
    assert_eq!(catalog.get("/v0.1/servers").status, 200);
    drop(home.run(["quarantine", "crm", "--reason", "who knows"]).success());
    let list = std::fs::read_dir(home.warden()).unwrap().map(|entry| entry.unwrap().path());
    let is_list = |file: &PathBuf| file.to_string_lossy().contains("revocations");
    std::fs::write(list.filter(|file| file.is_file()).find(is_list).unwrap(), "{}").unwrap();
    let since = Instant::now();
    while catalog.get("/v0.1/servers").status != 503 {
        assert!(since.elapsed() < Duration::from_secs(20), "it is still served");
        std::thread::yield_now();
    }
    assert_eq!(catalog.get("/").status, 503);
    catalog.stop();
}

#[test]
fn an_export_can_be_served_by_any_web_server_and_replaced() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm", "mail"]);
    let export = || {
        let words = ["catalog", "export", "--folder", "public", "--namespace", NAMESPACE];
        home.run(words.into_iter().chain(["--level", "0"]))
    };
    drop(export().success());
    let root = home.work().join("public");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect(file);
    let list: Value = serde_json::from_str(&read("v0.1/servers/index.json")).unwrap();
    satisfies_the_official_schema(list["servers"].as_array().unwrap());
    assert_eq!(list["metadata"]["count"], 2);
    let mail = "v0.1/servers/io.example.company/mail/versions";
    assert!(root.join(mail).join("latest/index.json").is_file());
    assert!(read("index.html").contains("io.example.company/mail"));
    assert!(read("catalog.css").contains("body"));
    drop(home.run(["revoke", "mail", "--reason", "it was stolen"]).success());
    drop(export().success());
    assert!(!root.join(mail).exists(), "what is revoked is not left over");
    // A folder with anything else in it is nobody's to replace.
    home.write("work/other/letter.txt", "dear all");
    let refused = home.run(["catalog", "export", "--folder", "other"]);
    assert_eq!(refused.code, Some(2), "{}", refused.block());
}

#[test]
fn people_see_a_table_and_how_a_client_adds_a_server() {
    let upstream = Upstream::legacy(&[]);
    let home = certified(&upstream, &["crm"]);
    let table = home.run(["catalog", "list", "--namespace", NAMESPACE, "--level", "0"]).success();
    assert!(table.contains("io.example.company/crm") && table.contains("active"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    // Its level is too low for most uses, which is told.
    let empty = home.run(["catalog", "list"]);
    assert!(empty.stderr.contains("its level is 0, below 1"), "{}", empty.block());
    let gateway = ["--gateway", "http://127.0.0.1:8931/mcp"];
    let words = ["catalog", "snippet", "crm", "--client", "cursor", "--level", "0"];
    let snippet = home.run(words.into_iter().chain(gateway)).success();
    let snippet: Value = serde_json::from_str(&snippet).unwrap();
    assert_eq!(snippet["mcpServers"]["crm"]["url"], "http://127.0.0.1:8931/mcp");
    assert_eq!(home.run(words).code, Some(2), "nobody adds it past the gateway");
    let unknown = home.run(["catalog", "snippet", "crm", "--client", "notepad"]);
    assert_eq!(unknown.code, Some(2), "{}", unknown.block());
}

#[test]
fn other_machines_are_let_in_only_when_somebody_says_so() {
    let home = TestHome::new();
    let outcome = home.run(["catalog", "serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    assert!(outcome.stderr.contains("--public"), "{}", outcome.stderr);
}
