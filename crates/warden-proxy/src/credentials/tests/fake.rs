//! An HTTP server on loopback that is told what to say.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A request: first line, headers in lower case, body.
#[derive(Clone, Debug)]
pub(in crate::credentials) struct Seen {
    pub(in crate::credentials) line: String,
    pub(in crate::credentials) head: String,
    pub(in crate::credentials) body: String,
}

/// What is said: status, further headers and body; `None` for nothing at all.
pub(in crate::credentials) type Said = Option<(u16, String, String)>;

pub(in crate::credentials) struct Fake {
    pub(in crate::credentials) base: String,
    pub(in crate::credentials) seen: Arc<Mutex<Vec<Seen>>>,
}

#[expect(clippy::unnecessary_wraps, reason = "the others say nothing at all")]
pub(in crate::credentials) fn json(status: u16, body: &str) -> Said {
    Some((status, "Content-Type: application/json\r\n".into(), body.into()))
}

impl Fake {
    /// Starts a server. It is told its own address with each request.
    pub(in crate::credentials) async fn start(
        says: impl Fn(&str, &Seen) -> Said + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (says, all, own) = (Arc::new(says), Arc::clone(&seen), base.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (says, all, own) = (Arc::clone(&says), Arc::clone(&all), own.clone());
                tokio::spawn(async move {
                    let Some(seen) = read(&mut stream).await else { return };
                    all.lock().unwrap().push(seen.clone());
                    let Some((status, headers, body)) = says(&own, &seen) else {
                        return std::future::pending().await;
                    };
                    let length = body.len();
                    let head = format!(
                        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\
                         Connection: close\r\n\r\n"
                    );
                    // Whoever asks may hang up before it has everything.
                    stream.write_all(head.as_bytes()).await.ok();
                    stream.write_all(body.as_bytes()).await.ok();
                });
            }
        });
        Self { base, seen }
    }

    /// How many requests to this path there were.
    pub(in crate::credentials) fn count(&self, path: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|one| one.line.contains(path)).count()
    }

    pub(in crate::credentials) fn last(&self) -> Seen {
        self.seen.lock().unwrap().last().expect("a request").clone()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, head) = head.split_once("\r\n")?;
            let head = head.to_lowercase();
            let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                let (line, body) = (line.to_owned(), body.to_owned());
                return Some(Seen { line, head, body });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
