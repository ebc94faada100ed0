//! An HTTP server that is told what to say.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    time::timeout,
};

use super::LONG;

/// A request that came in.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) verb: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
    /// The number of its connection.
    pub(super) connection: usize,
}

impl Seen {
    /// The identifier of the JSON-RPC request.
    pub(super) fn id(&self) -> String {
        warden_mcp::walk::member(&self.body, "id").unwrap_or("null").to_owned()
    }

    /// Its method.
    pub(super) fn method(&self) -> String {
        warden_mcp::walk::text(&self.body, "method").unwrap_or_default().into_owned()
    }
}

/// What the server does next.
#[derive(Clone, Debug)]
pub(super) enum Do {
    Say(String),
    Wait(Arc<Notify>),
    /// Waits until the client hangs up, and says so.
    Hang(Arc<Notify>),
    Close,
    /// Says what is handed in, until nothing more can be.
    Relay(Relay),
}

/// Handed to a relay, it ends the connection.
pub(super) const END: &str = "\0";

/// What a stream is going to say.
pub(super) type Relay = Arc<tokio::sync::Mutex<UnboundedReceiver<String>>>;

/// A whole answer with a length.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Vec<Do> {
    let length = body.len();
    vec![Do::Say(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"))]
}

pub(super) fn json(body: &str) -> Vec<Do> {
    answer("200 OK", "Content-Type: application/json\r\n", body)
}

pub(super) fn result(seen: &Seen, result: &str) -> Vec<Do> {
    json(&format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, seen.id()))
}

pub(super) fn accepted() -> Vec<Do> {
    answer("202 Accepted", "", "")
}

/// The head of a stream that ends with its connection.
pub(super) fn stream(steps: Vec<Do>) -> Vec<Do> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    [vec![Do::Say(head.into())], steps].concat()
}

/// An event.
pub(super) fn event(data: &str) -> Do {
    Do::Say(format!("data: {data}\n\n"))
}

pub(super) struct Fake {
    pub(super) url: String,
    pub(super) seen: UnboundedReceiver<Seen>,
}

impl Fake {
    /// Starts a server on this runtime.
    pub(super) async fn start(says: impl Fn(&Seen) -> Vec<Do> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let url = format!("http://{}/mcp", listener.local_addr().expect("an address"));
        let (tell, seen) = unbounded_channel();
        let says = Arc::new(says);
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connection += 1;
                tokio::spawn(serve(stream, connection, Arc::clone(&says), tell.clone()));
            }
        });
        Self { url, seen }
    }

    /// The next request that is like this.
    pub(super) async fn sees(&mut self, like: impl Fn(&Seen) -> bool) -> Seen {
        timeout(LONG, async {
            loop {
                let seen = self.seen.recv().await.expect("the server runs");
                if like(&seen) {
                    return seen;
                }
            }
        })
        .await
        .expect("it does not hang")
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    says: Arc<impl Fn(&Seen) -> Vec<Do>>,
    tell: UnboundedSender<Seen>,
) {
    let mut held = Vec::new();
    while let Some(seen) = read(&mut stream, &mut held, connection).await {
        tell.send(seen.clone()).ok();
        for step in says(&seen) {
            match step {
                Do::Say(text) => {
                    if stream.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                }
                Do::Wait(notify) => notify.notified().await,
                Do::Hang(notify) => {
                    while matches!(stream.read(&mut [0; 64]).await, Ok(1..)) {}
                    return notify.notify_one();
                }
                Do::Close => return,
                Do::Relay(relay) => {
                    while let Some(text) = relay.lock().await.recv().await {
                        let rest = text.strip_suffix(END);
                        let written = stream.write_all(rest.unwrap_or(&text).as_bytes()).await;
                        if rest.is_some() || written.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}

async fn read(stream: &mut TcpStream, held: &mut Vec<u8>, connection: usize) -> Option<Seen> {
    loop {
        if let Some(seen) = whole(held, connection) {
            return Some(seen);
        }
        let mut space = [0; 4096];
        let read = stream.read(&mut space).await.ok().filter(|read| *read > 0)?;
        held.extend_from_slice(&space[..read]);
    }
}

fn whole(held: &mut Vec<u8>, connection: usize) -> Option<Seen> {
    let text = String::from_utf8(held.clone()).expect("text");
    let (top, rest) = text.split_once("\r\n\r\n")?;
    let mut lines = top.lines();
    let mut first = lines.next()?.split(' ');
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("digits"));
    let body = rest.get(..length)?.to_owned();
    held.drain(..top.len() + 4 + length);
    Some(Seen {
        verb: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        headers,
        body,
        connection,
    })
}
