//! What it costs to know who a request is from.

#![expect(clippy::expect_used, reason = "a bench that cannot go on has failed")]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use divan::Bencher;
use hyper::{HeaderMap, Method, Uri, header::HeaderValue};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    runtime::{Builder, Runtime},
};
use warden_policy::Time;
use warden_proxy::identity::{Door, IdentitySettings, Issuer, KeysFrom, Shown};
use warden_seal::{KeyKind, LocalKey, Signer as _, VerifyKey};

const NOW: i64 = 1_800_000_000;

fn main() {
    divan::main();
}

/// A door, a runtime in which it has read the keys, and a way to tokens.
struct Bench {
    runtime: Runtime,
    door: Door,
    issuer: String,
    key: LocalKey,
}

impl Bench {
    fn new() -> Self {
        let key = LocalKey::generate(KeyKind::Ed25519).expect("a key");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let VerifyKey::Ed25519(public) = key.public() else { unreachable!() };
        let x = URL_SAFE_NO_PAD.encode(public);
        let keys = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{x}"}}]}}"#);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", keys.len());
        runtime.spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.expect("a request");
            assert!(read > 0);
            stream.write_all((head + &keys).as_bytes()).await.expect("an answer");
        });
        let mut settings = IdentitySettings::new("https://gate.example/mcp");
        let mut server = Issuer::new(&issuer);
        server.keys = KeysFrom::Url(format!("{issuer}/keys"));
        settings.issuers.push(server);
        let door = Door::new(settings).expect("settings that work");
        let bench = Self { runtime, door, issuer, key };
        bench.admit(&bench.headers(0));
        bench
    }

    /// A request with a token of its own, of the size that tokens usually have.
    fn headers(&self, number: usize) -> HeaderMap {
        let header = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"a"}"#;
        let claims = format!(
            r#"{{"iss":"{}","aud":"https://gate.example/mcp","sub":"ann","client_id":"bot","jti":"{number}","exp":{},"iat":{NOW},"sid":"s1","scope":"tools:read tools:call","groups":"{}"}}"#,
            self.issuer,
            NOW + 600,
            "g".repeat(400),
        );
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.key.sign(signed.as_bytes()).expect("a signature");
        let token = format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::try_from(token).expect("a header"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers
    }

    fn admit(&self, headers: &HeaderMap) {
        let uri = Uri::from_static("/mcp");
        let now = Time::from_micros(NOW * 1_000_000);
        let shown = Shown { headers, method: &Method::POST, uri: &uri, certificate: None, now };
        let came = self.runtime.block_on(self.door.admit(&shown));
        divan::black_box(came.expect("it is let in"));
    }
}

/// A token that was verified before.
#[divan::bench(sample_size = 100)]
fn known_token(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    let headers = bench.headers(0);
    bencher.bench_local(|| bench.admit(&headers));
}

/// A token that nobody has seen: what every request would cost without remembering.
#[divan::bench]
fn new_token(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    let mut number = 0;
    let next = || {
        number += 1;
        bench.headers(number)
    };
    bencher.with_inputs(next).bench_local_values(|headers| bench.admit(&headers));
}

/// The runtime that both of these are measured in.
#[divan::bench(sample_size = 100)]
fn nothing(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    bencher.bench_local(|| bench.runtime.block_on(async { divan::black_box(0) }));
}
