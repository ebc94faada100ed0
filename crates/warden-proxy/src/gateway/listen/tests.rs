//! The listener over real sockets.

mod bodies;
mod checks;
mod drain;
mod events;
mod http2;
mod shapes;
mod tls;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use hyper::Response;
use tokio::sync::{mpsc, oneshot};

use super::{Handler, Inbound, Listener, Outbody, Over, refused::Refused};
use crate::gateway::settings::{HttpLimits, Listen};

/// Longer than anything here takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers by path: `/echo` with the body, `/wait` when the test says so, `/events` and `/lasting`
/// with a stream that the test feeds.
#[derive(Debug)]
struct Fake {
    waits: Mutex<Sender<oneshot::Sender<()>>>,
    streams: Mutex<Sender<mpsc::Sender<Bytes>>>,
}

/// What the test is given to play with.
struct Strings {
    waits: Receiver<oneshot::Sender<()>>,
    streams: Receiver<mpsc::Sender<Bytes>>,
}

impl Strings {
    #[track_caller]
    fn wait(&self) -> oneshot::Sender<()> {
        self.waits.recv_timeout(PATIENCE).expect("the request arrives")
    }

    #[track_caller]
    fn stream(&self) -> mpsc::Sender<Bytes> {
        self.streams.recv_timeout(PATIENCE).expect("the request arrives")
    }
}

impl Handler for Fake {
    async fn handle(self: &Arc<Self>, request: Inbound) -> Response<Outbody> {
        let body = match request.parts.uri.path() {
            "/wait" => {
                let (go, gone) = oneshot::channel();
                self.waits.lock().unwrap().send(go).unwrap();
                gone.await.ok();
                Outbody::Whole("waited".into())
            }
            "/events" | "/lasting" | "/subscription" => {
                let (sender, receiver) = mpsc::channel(4);
                self.streams.lock().unwrap().send(sender).unwrap();
                match request.parts.uri.path() {
                    "/events" => Outbody::Events(receiver),
                    "/subscription" => Outbody::Lasting(receiver, None),
                    _ => Outbody::Lasting(receiver, Some(Over::when(std::future::pending()))),
                }
            }
            "/name" => {
                let peer = &request.peer;
                let leaf = peer.leaf.as_deref().and_then(super::certificate::name);
                assert_eq!(leaf.as_deref(), peer.certificate.as_deref());
                Outbody::Whole(leaf.map_or_else(
                    || Bytes::from_static(b"nobody"),
                    |name| Bytes::from(name.clone()),
                ))
            }
            _ => Outbody::Whole(request.body),
        };
        Response::new(body)
    }
}

/// Settings for a free port on loopback.
fn settings() -> Listen {
    Listen {
        address: ([127, 0, 0, 1], 0).into(),
        hosts: vec!["gateway.example".to_owned()],
        origins: vec!["https://app.example".to_owned()],
        tls: None,
        http: HttpLimits { body: 64 << 10, ..HttpLimits::default() },
        drain: PATIENCE,
        threads: 2,
    }
}

fn listen_with(listen: &Listen) -> (Listener<Fake>, Strings) {
    let (wait, waits) = channel();
    let (stream, streams) = channel();
    let fake = Fake { waits: Mutex::new(wait), streams: Mutex::new(stream) };
    let listener = Listener::bind(listen, Arc::new(fake)).unwrap();
    (listener, Strings { waits, streams })
}

fn listen() -> (Listener<Fake>, Strings) {
    listen_with(&settings())
}

/// A client that says exactly what it is told to.
struct Raw(TcpStream);

impl Raw {
    fn to(listener: &Listener<Fake>) -> Self {
        let socket = TcpStream::connect(listener.local_addr()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// Reads until `end` has come, and returns everything up to there.
    #[track_caller]
    fn until(&mut self, end: &str) -> String {
        let (mut all, mut byte) = (Vec::new(), [0]);
        while !all.ends_with(end.as_bytes()) {
            match self.0.read(&mut byte) {
                Ok(1) => all.push(byte[0]),
                end => panic!("{end:?} after {:?}", String::from_utf8_lossy(&all)),
            }
        }
        String::from_utf8(all).unwrap()
    }

    /// Reads until the other end closes. A reset is an end as well.
    fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let mut some = [0; 4096];
        loop {
            match self.0.read(&mut some) {
                Ok(0) => break,
                Ok(read) => all.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&all)),
            }
        }
        String::from_utf8(all).unwrap()
    }

    /// Reads one answer with a length.
    #[track_caller]
    fn answer(&mut self) -> (u16, String, String) {
        let head = self.until("\r\n\r\n");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, String::from_utf8(body).unwrap())
    }

    #[track_caller]
    fn ask(&mut self, request: impl AsRef<[u8]>) -> (u16, String, String) {
        self.send(request);
        self.answer()
    }
}

/// A client may see its connection closed a moment before it is counted.
#[track_caller]
fn counted(listener: &Listener<Fake>, reason: Refused, count: u64) {
    let (counts, start) = (listener.gauges().counts(), Instant::now());
    while counts.of(reason) != count {
        assert!(start.elapsed() < PATIENCE, "{} of {reason:?}", counts.of(reason));
        std::thread::yield_now();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

#[test]
fn requests_on_one_connection_are_answered_one_after_the_other() {
    let (listener, _strings) = listen();
    let mut client = Raw::to(&listener);
    for body in ["one", "two!"] {
        let request = format!(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (status, _, said) = client.ask(request);
        assert_eq!((status, &*said), (200, body));
    }
}

#[test]
fn a_listener_that_is_dropped_closes_its_connections() {
    let (listener, strings) = listen();
    let mut client = Raw::to(&listener);
    client.send("GET /lasting HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let stream = strings.stream();
    drop(listener);
    assert!(stream.is_closed());
    client.rest();
}
