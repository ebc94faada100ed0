//! `mcpwarden probe` and servers of each kind.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs::default_provider, pki_types::PrivatePkcs8KeyDer,
    server::WebPkiClientVerifier,
};
use serde_json::json;

use super::*;

/// What a server does with a message of this method: a status, a header and a body.
type Answer = fn(&str) -> (u16, &'static str, String);

/// A server, and the methods that it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server on a socket of this machine, with TLS if there is a configuration.
    fn start(answer: Answer, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (note, tls) = (Arc::clone(&note), tls.clone());
                thread::spawn(move || match tls {
                    None => serve(stream, answer, &note),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).expect("it is configured");
                        serve(StreamOwned::new(connection, stream), answer, &note);
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/mcp", self.address.port())
    }

    fn methods(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

/// Answers one request, and closes.
fn serve(mut stream: impl Read + Write, answer: Answer, note: &Mutex<Vec<String>>) {
    let mut got = Vec::new();
    let mut piece = [0; 4096];
    let body = loop {
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => got.extend_from_slice(&piece[..count]),
            // It went away, or the handshake failed: that is what some of these are about.
            Ok(_) | Err(_) => return,
        }
        if let Some(body) = whole(&got) {
            break body;
        }
    };
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let method = message["method"].as_str().unwrap_or("none").to_owned();
    let (status, header, body) = answer(&method);
    note.lock().expect("nobody panicked").push(method);
    let body = body.replace("\"ID\"", &message["id"].to_string());
    let head = format!(
        "HTTP/1.1 {status} X\r\n{header}Content-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // A client may have seen enough.
    drop(stream.write_all(format!("{head}{body}").as_bytes()).and_then(|()| stream.flush()));
}

/// The body of a request, once all of it is there.
fn whole(got: &[u8]) -> Option<Vec<u8>> {
    let end = got.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |text| text.trim().parse().expect("a number"));
    got.get(end..end + length).map(<[u8]>::to_vec)
}

/// A server of the earlier era that lists two tools to anybody.
fn open(method: &str) -> (u16, &'static str, String) {
    let result = match method {
        "initialize" => json!({"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
            "serverInfo": {"name": "x", "version": "1"}}),
        "notifications/initialized" => return (202, "", String::new()),
        "tools/list" => json!({"tools": [{"name": "a", "inputSchema": {}},
            {"name": "b", "inputSchema": {}}]}),
        _ => return (404, "", String::new()),
    };
    (200, "", json!({"jsonrpc": "2.0", "id": "ID", "result": result}).to_string())
}

/// A server of the present era that does so.
fn modern(method: &str) -> (u16, &'static str, String) {
    let result = match method {
        "server/discover" => json!({"resultType": "complete", "supportedVersions": ["2026-07-28"],
            "capabilities": {"tools": {}}, "ttlMs": 0, "cacheScope": "private"}),
        "tools/list" => json!({"resultType": "complete", "tools": [{"name": "a",
            "inputSchema": {}}], "ttlMs": 0, "cacheScope": "private"}),
        _ => return (404, "", String::new()),
    };
    (200, "", json!({"jsonrpc": "2.0", "id": "ID", "result": result}).to_string())
}

fn oauth(_: &str) -> (u16, &'static str, String) {
    const HEADER: &str = "WWW-Authenticate: Bearer error=\"invalid_token\", \
        resource_metadata=\"http://127.0.0.1:1/.well-known/oauth-protected-resource\"\r\n";
    (401, HEADER, String::new())
}

/// Introduces itself to anybody, and lists nothing without a token.
fn late(method: &str) -> (u16, &'static str, String) {
    if method == "tools/list" { oauth(method) } else { open(method) }
}

fn key(_: &str) -> (u16, &'static str, String) {
    (401, "WWW-Authenticate: ApiKey realm=\"tools\"\r\n", String::new())
}

fn bearer(_: &str) -> (u16, &'static str, String) {
    (401, "WWW-Authenticate: Bearer realm=\"tools\"\r\n", String::new())
}

fn silent(_: &str) -> (u16, &'static str, String) {
    (401, "", String::new())
}

fn broken(_: &str) -> (u16, &'static str, String) {
    (503, "", String::new())
}

fn elsewhere(_: &str) -> (u16, &'static str, String) {
    (307, "Location: http://127.0.0.1:1/mcp\r\n", String::new())
}

/// Whether a server asks for certificates of clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clients {
    Anybody,
    Asked,
    Certified,
}

/// An authority that `home` trusts, and configurations of servers with its certificates.
fn configured(home: &TestHome) -> impl Fn(Clients) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(Vec::new()).expect("there are no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = KeyPair::generate().expect("there is randomness");
    let authority = CertifiedIssuer::self_signed(params, own).expect("it can sign");
    home.write("work/roots.pem", authority.pem());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).expect("it is a certificate");
    let roots = Arc::new(roots);
    move |clients| {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("it is a name");
        let key = KeyPair::generate().expect("there is randomness");
        let signed = params.signed_by(&key, &authority).expect("it can sign");
        let provider = Arc::new(default_provider());
        let verifier = || {
            WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider))
        };
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("there are versions");
        let builder = match clients {
            Clients::Anybody => builder.with_no_client_auth(),
            Clients::Asked => builder.with_client_cert_verifier(
                verifier().allow_unauthenticated().build().expect("it has roots"),
            ),
            Clients::Certified => {
                builder.with_client_cert_verifier(verifier().build().expect("it has roots"))
            }
        };
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        Arc::new(builder.with_single_cert(vec![signed.der().clone()], key.into()).expect("it fits"))
    }
}

/// `mcpwarden probe` of these, trusting the authority.
fn probe(home: &TestHome, words: &[&str]) -> Outcome {
    let mut command = home.mcpwarden([&["probe"], words].concat());
    command.env("SSL_CERT_FILE", home.work().join("roots.pem")).env("COLUMNS", "80");
    Outcome::of(&mut command, b"")
}

/// R17: the authentication of a remote server is told without calling a tool: a server of each kind
/// is told as what it is, with plain HTTP and TLS, and what cannot be told is unknown.
#[test]
fn servers_of_each_kind_are_told_as_what_they_are_and_no_tool_is_called() {
    let home = TestHome::new();
    let tls = configured(&home);
    let plain = |answer: Answer, state: &'static str| ("http", Server::start(answer, None), state);
    let secure = |answer: Answer, clients: Clients, state: &'static str| {
        ("https", Server::start(answer, Some(tls(clients))), state)
    };
    let servers = [
        plain(open, "none"),
        plain(modern, "none"),
        plain(key, "static"),
        plain(bearer, "static"),
        plain(oauth, "oauth"),
        plain(late, "oauth"),
        plain(silent, "unknown"),
        plain(broken, "unknown"),
        plain(elsewhere, "unknown"),
        secure(open, Clients::Anybody, "none"),
        secure(open, Clients::Asked, "none"),
        secure(open, Clients::Certified, "mtls"),
        secure(silent, Clients::Asked, "mtls"),
        secure(oauth, Clients::Asked, "oauth"),
    ];
    let urls: Vec<_> = servers.iter().map(|(scheme, server, _)| server.url(scheme)).collect();
    let words: Vec<_> = urls.iter().map(String::as_str).chain(["--format", "json"]).collect();
    let told = probe(&home, &words);
    assert_eq!(told.code, Some(10), "{}", told.block());
    let report: Value = serde_json::from_str(&told.stdout).expect("it is JSON");
    for (url, (_, server, state)) in urls.iter().zip(&servers) {
        let all = report["servers"].as_array().expect("a list");
        let one = all.iter().find(|one| one["url"] == *url).expect("it is told");
        assert_eq!(one["authentication"], *state, "{one:#}");
        assert_eq!(one["tools"].is_number(), *state == "none", "{one:#}");
        assert!(one["why"].as_str().is_some_and(|why| !why.is_empty()), "{one:#}");
        let asked = server.methods();
        let harmless = ["server/discover", "initialize", "notifications/initialized", "tools/list"];
        let is_harmless = |method: &String| harmless.contains(&method.as_str()) || method == "none";
        assert!(asked.iter().all(is_harmless), "{asked:?}");
    }
    // The certificate of a server counts: without the authority it is not believed.
    let (_, last, _) = &servers[9];
    let mut command = home.mcpwarden(["probe", &last.url("https")]);
    let strange = Outcome::of(&mut command, b"");
    assert_eq!(strange.code, Some(10), "{}", strange.block());
    assert!(strange.stdout.starts_with("unknown"), "{}", strange.block());
}

#[test]
fn what_was_told_is_in_the_estate_and_what_people_say_goes_before_it() {
    let home = TestHome::new();
    let (open_one, keyed) = (Server::start(open, None), Server::start(key, None));
    let (mail, files) = (open_one.url("http"), keyed.url("http"));
    let servers = format!("id,package,authentication\nmail,{mail},\nfiles,{files},mtls\n");
    home.write("work/estate/servers.csv", servers);
    let told = warden(&home, &["probe", "--estate", "estate", "--output", "probes.json"]);
    assert_eq!(told.code, Some(0), "{}", told.block());
    assert!(told.stdout.contains("it lists its tools to anybody; tools: 2"), "{}", told.block());
    let words = ["estate", "build", "--tables", "estate", "--probe", "probes.json"];
    let built = warden(&home, &words);
    assert_eq!(built.code, Some(0), "{}", built.block());
    let estate = document(&home, "estate.json");
    let of = |id: &str| {
        let servers = estate["servers"].as_array().expect("a list").iter();
        servers.clone().find(|one| one["id"] == id).map(|one| one["authentication"].clone())
    };
    assert_eq!((of("mail"), of("files")), (Some(json!("none")), Some(json!("mtls"))));
    assert_eq!(estate["evidence"][0]["kind"], "probe");
    let wrong = warden(&home, &["probe", "npx files"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.block());
}
