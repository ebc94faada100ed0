//! HTTP/1.1 by the byte: what is sent is what a test wrote, and what comes is taken apart as far
//! as it has come.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long a client waits for bytes; long, since machines are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: BufReader<TcpStream>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, in the case of a stream all of its events.
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects.
    #[must_use]
    #[track_caller]
    pub fn connect(to: SocketAddr) -> Self {
        Self::try_connect(to).expect("the gateway takes connections")
    }

    /// Connects, if the other side takes connections.
    ///
    /// # Errors
    /// It does not.
    pub fn try_connect(to: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Waits for bytes no longer than this from now on.
    pub fn set_patience(&self, patience: Duration) {
        self.stream.get_ref().set_read_timeout(Some(patience)).expect("a patience above nothing");
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// The other side takes none.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Says that nothing more will be sent.
    pub fn finish(&self) {
        // The other side may have closed it already.
        drop(self.stream.get_ref().shutdown(std::net::Shutdown::Write));
    }

    /// Sends a POST of a message.
    ///
    /// # Errors
    /// The other side takes none.
    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<()> {
        let mut bytes = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n");
        let is_set = |name: &str| headers.iter().any(|(set, _)| set.eq_ignore_ascii_case(name));
        if !is_set("content-type") {
            bytes.push_str("Content-Type: application/json\r\n");
        }
        if !is_set("accept") {
            bytes.push_str("Accept: application/json, text/event-stream\r\n");
        }
        for (name, value) in headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(body);
        self.send(&bytes)
    }

    /// Sends a request without a body.
    ///
    /// # Errors
    /// The other side takes none.
    pub fn ask(&mut self, verb: &str, path: &str, headers: &[(&str, &str)]) -> io::Result<()> {
        let mut text = format!("{verb} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        self.send(text.as_bytes())
    }

    /// Reads the head of an answer.
    ///
    /// # Errors
    /// The connection ends, or nothing comes.
    pub fn head(&mut self) -> io::Result<Reply> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status in `{first}`")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Reply { status, headers, body: Vec::new() })
    }

    /// Reads a whole answer.
    ///
    /// # Errors
    /// The connection ends before it is whole, or nothing comes.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let mut reply = self.head()?;
        if let Some(length) = reply.header("content-length") {
            let length = length.parse().map_err(io::Error::other)?;
            reply.body.resize(length, 0);
            self.stream.read_exact(&mut reply.body)?;
        } else if reply.header("transfer-encoding").is_some() {
            while let Some(chunk) = self.chunk()? {
                reply.body.extend_from_slice(&chunk);
            }
        }
        Ok(reply)
    }

    /// Reads the next chunk of a body; `None` behind the last.
    ///
    /// # Errors
    /// The connection ends, or nothing comes.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.line()?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length];
        self.stream.read_exact(&mut chunk)?;
        self.line()?;
        Ok((length > 0).then_some(chunk))
    }

    /// Reads chunks until the other side has sent the last one.
    #[track_caller]
    pub fn await_end(&mut self) {
        while self.chunk().expect("the stream ends in good order").is_some() {}
    }

    /// Reads chunks until one holds a message; comments and empty events are passed over.
    ///
    /// # Errors
    /// The connection ends, or nothing comes.
    pub fn event(&mut self) -> io::Result<Value> {
        loop {
            let chunk = self.chunk()?.ok_or_else(|| io::Error::other("the stream has ended"))?;
            if let Some(message) = events(&chunk).pop() {
                return Ok(message);
            }
        }
    }

    /// Reads whatever comes until the other side closes.
    #[must_use]
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // What came before a reset counts.
        drop(self.stream.read_to_end(&mut rest));
        rest
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

impl Reply {
    /// One header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Every message in it, whether it is a document or a stream.
    #[must_use]
    pub fn messages(&self) -> Vec<Value> {
        if self.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
            return events(&self.body);
        }
        serde_json::from_slice(&self.body).map(|message| vec![message]).unwrap_or_default()
    }

    /// Its message; the last if it is a stream, null if there is none.
    #[must_use]
    pub fn json(&self) -> Value {
        self.messages().pop().unwrap_or_default()
    }

    /// The JSON-RPC error code, if it is an error.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.json().get("error")?.get("code")?.as_i64()
    }

    /// The reason in a refusal of the gateway.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        Some(self.json().pointer("/error/data/reason")?.as_str()?.to_owned())
    }
}

/// The messages in the text of a stream.
fn events(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(bytes);
    let data = |line: &str| serde_json::from_str(line.strip_prefix("data:")?.trim()).ok();
    text.lines().filter_map(data).collect()
}
