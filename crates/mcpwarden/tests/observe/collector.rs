//! Fake parties over HTTP: one loop that reads requests and answers each.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

/// A request that came: its head in lower case, and its body.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Came {
    /// One header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| line.split_once(": ").map(|(name, _)| name.to_owned());
        let found = self.head.lines().find(|text| line(text).as_deref() == Some(name))?;
        found.split_once(": ").map(|(_, value)| value)
    }
}

/// Somebody who answers over HTTP, for as long as the test runs.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) address: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Party {
    /// Answers each request with a status line, headers, and a body.
    pub(crate) fn new(says: impl Fn(&Came) -> (String, String) + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let address = socket.local_addr().expect("it is bound").to_string();
        let came = Arc::<Mutex<Vec<Came>>>::default();
        let (says, all) = (Arc::new(says), Arc::clone(&came));
        thread::spawn(move || {
            for stream in socket.incoming().map_while(Result::ok) {
                let (says, all) = (Arc::clone(&says), Arc::clone(&all));
                thread::spawn(move || {
                    let mut to = stream.try_clone().expect("a socket can be shared");
                    let mut from = BufReader::new(stream);
                    while let Some(came) = read(&mut from) {
                        all.lock().unwrap_or_else(PoisonError::into_inner).push(came.clone());
                        let (head, body) = says(&came);
                        let length = body.len();
                        let answer =
                            format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n{body}");
                        if to.write_all(answer.as_bytes()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, came }
    }

    /// A collector of traces that takes everything.
    pub(crate) fn collector() -> Self {
        Self::new(|_| ("200 OK\r\ncontent-type: application/json".into(), "{}".into()))
    }

    /// Everything that came.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every span that came.
    pub(crate) fn spans(&self) -> Vec<Value> {
        let of = |came: Came| {
            let spans = &came.body["resourceSpans"][0]["scopeSpans"][0]["spans"];
            spans.as_array().cloned().unwrap_or_default()
        };
        self.came().into_iter().flat_map(of).collect()
    }
}

fn read(from: &mut BufReader<TcpStream>) -> Option<Came> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let came = Came { head, body: Value::Null };
    let length = came.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some(Came { body: serde_json::from_slice(&body).unwrap_or_default(), ..came })
}
