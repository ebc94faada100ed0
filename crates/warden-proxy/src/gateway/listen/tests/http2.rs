//! HTTP/2 without TLS, by prior knowledge.

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

type Client = http2::SendRequest<Full<Bytes>>;

async fn connect(listener: &Listener<Fake>) -> Client {
    let socket = tokio::net::TcpStream::connect(listener.local_addr()).await.unwrap();
    let builder = http2::Builder::new(TokioExecutor::new());
    let (client, conversation) = builder.handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(conversation);
    client
}

fn post(path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let target = format!("http://localhost{path}");
    Request::post(target).body(Full::new(body.into())).unwrap()
}

async fn answer(client: &mut Client, request: Request<Full<Bytes>>) -> (StatusCode, Bytes) {
    let answer = tokio::time::timeout(PATIENCE, client.send_request(request)).await;
    let answer = answer.expect("in time").unwrap();
    (answer.status(), answer.into_body().collect().await.unwrap().to_bytes())
}

#[test]
fn requests_are_answered_side_by_side() {
    let (listener, strings) = listen();
    block_on(async {
        let mut client = connect(&listener).await;
        let mut other = client.clone();
        let waiting = tokio::spawn(async move { answer(&mut other, post("/wait", "")).await });
        // The first request is under way, and the second is answered before it.
        let go = tokio::task::spawn_blocking(move || strings.wait()).await.unwrap();
        assert_eq!(answer(&mut client, post("/echo", "two")).await.1, "two");
        go.send(()).unwrap();
        assert_eq!(waiting.await.unwrap().1, "waited");
    });
}

#[test]
fn the_same_checks_hold() {
    let (listener, _strings) = listen();
    block_on(async {
        let mut client = connect(&listener).await;
        let evil = Request::get("http://evil.example/").body(Full::default()).unwrap();
        assert_eq!(answer(&mut client, evil).await.0, 421);
        let twice = Request::get("http://localhost/").header("host", "evil.example");
        assert_eq!(answer(&mut client, twice.body(Full::default()).unwrap()).await.0, 400);
        let origin = Request::get("http://localhost/").header("origin", "null");
        assert_eq!(answer(&mut client, origin.body(Full::default()).unwrap()).await.0, 403);
        assert_eq!(answer(&mut client, post("/", vec![b'a'; 65 << 10])).await.0, 413);
        let long = Request::get("http://localhost/").header("x", "a".repeat(40 << 10));
        assert_eq!(answer(&mut client, long.body(Full::default()).unwrap()).await.0, 431);
        assert_eq!(answer(&mut client, post("/echo", vec![b'a'; 60 << 10])).await.0, 200);
    });
}

#[test]
fn a_drain_lets_streams_end() {
    let (listener, strings) = listen();
    block_on(async {
        let mut client = connect(&listener).await;
        let lasting = client.send_request(post("/lasting", "")).await.unwrap();
        let mut other = client.clone();
        let waiting = tokio::spawn(async move { answer(&mut other, post("/wait", "")).await });
        let (go, events) =
            tokio::task::spawn_blocking(move || (strings.wait(), strings.stream())).await.unwrap();
        events.send("data: 1\n\n".into()).await.unwrap();
        let drain = tokio::spawn(listener.drain(PATIENCE));
        let all = lasting.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(all, "data: 1\n\n");
        go.send(()).unwrap();
        assert_eq!(waiting.await.unwrap().1, "waited");
        assert_eq!(drain.await.unwrap().abandoned, 0);
    });
}

#[test]
fn the_sender_sees_that_a_client_resets_its_stream() {
    let (listener, strings) = listen();
    block_on(async {
        let mut client = connect(&listener).await;
        let answer = client.send_request(post("/events", "")).await.unwrap();
        let events = tokio::task::spawn_blocking(move || strings.stream()).await.unwrap();
        drop(answer);
        tokio::time::timeout(PATIENCE, events.closed()).await.unwrap();
    });
}

#[test]
fn a_preface_may_come_in_pieces_and_has_to_come() {
    let mut settings = settings();
    settings.http.head_time = Duration::from_millis(50);
    let (listener, _strings) = listen_with(&settings);
    let mut client = Raw::to(&listener);
    client.send("P");
    client.send("RI * HTTP/2.0\r\n");
    assert_eq!(client.rest(), "");
    counted(&listener, Refused::HeadSlow, 1);
    // What only begins like it is another method, which hyper then refuses.
    let mut client = Raw::to(&listener);
    client.send("PRI * HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.answer().0, 405);
}

#[test]
fn a_flood_of_resets_ends_the_connection() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    // GET http://localhost/ in HPACK: three static fields, and `:authority` as a literal.
    let block = [&[0x82, 0x86, 0x84, 0x41, 9][..], b"localhost"].concat();
    let mut flood = Vec::new();
    for stream in (1_u32..).step_by(2).take(5000) {
        let length = u8::try_from(block.len()).unwrap();
        flood.extend_from_slice(&[0, 0, length, 1, 5]);
        flood.extend_from_slice(&stream.to_be_bytes());
        flood.extend_from_slice(&block);
        flood.extend_from_slice(&[0, 0, 4, 3, 0]);
        flood.extend_from_slice(&stream.to_be_bytes());
        flood.extend_from_slice(&[0, 0, 0, 8]);
    }
    // It may be cut off while it still sends.
    client.0.write_all(&flood).ok();
    let mut all = Vec::new();
    client.0.read_to_end(&mut all).ok();
    // GOAWAY, because of ENHANCE_YOUR_CALM, if it was not lost in the reset.
    assert!(all.is_empty() || all.windows(4).any(|code| code == [0, 0, 0, 11]), "{all:?}");
}
