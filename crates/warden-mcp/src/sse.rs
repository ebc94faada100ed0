//! Server-sent events (WHATWG HTML, section 9.2), from the pieces in which they arrive, and to
//! the bytes that are sent.
//!
//! Data stays bytes: a message that is not UTF-8 is refused by [`crate::frame::parse`] instead of
//! being repaired here.

use std::{borrow::Cow, mem, time::Duration};

/// What keeps an idle stream open; readers pass it over.
pub const KEEP_ALIVE: &[u8] = b":\n\n";

const MARK: &[u8] = b"\xef\xbb\xbf";

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its own identifier; `None` if it has none. The one to resume from is [`Reader::last_id`].
    pub id: Option<String>,
    /// Its type; `message` unless it says otherwise.
    pub name: Cow<'static, str>,
    /// Its data lines, joined with line feeds.
    pub data: Vec<u8>,
    /// How long it asks to wait before connecting again.
    pub retry: Option<Duration>,
}

/// An event was larger than allowed; it is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is larger than allowed")]
pub struct TooLarge;

/// Finds events in a stream. It holds the line and the event that are not yet whole.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub struct Reader {
    most: usize,
    /// What is held of a line that has begun.
    line: Vec<u8>,
    /// How long the longest line of the event was.
    longest: usize,
    /// Whether a line has begun, of which nothing may be held.
    begun: bool,
    /// Whether the first line is over, which may have a byte order mark.
    started: bool,
    after_return: bool,
    /// Whether the rest of an event that is too large is passed over.
    skipping: bool,
    name: String,
    data: Option<Vec<u8>>,
    id: Option<String>,
    retry: Option<Duration>,
    last_id: Option<String>,
    last_retry: Option<Duration>,
}

impl Reader {
    /// Reads events of at most `most` bytes.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            line: Vec::new(),
            longest: 0,
            begun: false,
            started: false,
            after_return: false,
            skipping: false,
            name: String::new(),
            data: None,
            id: None,
            retry: None,
            last_id: None,
            last_retry: None,
        }
    }

    /// The identifier to resume from: the last that an event, also one without data, has given.
    #[must_use]
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref().filter(|id| !id.is_empty())
    }

    /// How long the server last asked to wait before connecting again.
    #[must_use]
    pub const fn last_retry(&self) -> Option<Duration> {
        self.last_retry
    }

    /// Whether an event has begun and is not yet whole: what a stream that was cut off left.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        self.begun || self.skipping || self.data.is_some()
    }

    /// Takes the next bytes and returns all events that they complete.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Vec<Result<Event, TooLarge>> {
        std::iter::from_fn(|| self.next(&mut bytes)).collect()
    }

    /// Takes bytes from the front of `bytes` until an event is complete; `None` when all are
    /// taken.
    pub fn next(&mut self, bytes: &mut &[u8]) -> Option<Result<Event, TooLarge>> {
        while !bytes.is_empty() {
            if mem::take(&mut self.after_return)
                && let Some(rest) = bytes.strip_prefix(b"\n")
            {
                *bytes = rest;
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', bytes);
            let (piece, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            *bytes = rest;
            let event = if end.is_none() {
                self.hold(piece);
                None
            } else {
                self.after_return = rest.starts_with(b"\r");
                *bytes = rest.get(1..).unwrap_or_default();
                self.end_of_line(piece)
            };
            if event.is_some() {
                return event.map(Ok);
            }
            if self.is_too_large() {
                self.skipping = true;
                self.forget();
                return Some(Err(TooLarge));
            }
        }
        None
    }

    /// Keeps the start of a line.
    fn hold(&mut self, piece: &[u8]) {
        // Of a comment that does not end, nothing but that it is one.
        let comment = self.is_comment(if self.begun { &self.line } else { piece });
        let most = if comment { MARK.len() + 1 } else { usize::MAX };
        if !self.skipping && self.line.len() < most {
            self.line.extend_from_slice(piece);
            self.line.truncate(most);
        }
        self.begun = true;
    }

    fn is_comment(&self, line: &[u8]) -> bool {
        let line = if self.started { line } else { line.strip_prefix(MARK).unwrap_or(line) };
        line.starts_with(b":")
    }

    fn is_too_large(&self) -> bool {
        let id = self.id.as_ref().map_or(0, String::len);
        let event = self.data.as_ref().map_or(0, Vec::len) + self.name.len() + id;
        // A byte order mark is no part of its line, which is taken off when the line is whole.
        let marked = !self.started && self.line.starts_with(MARK);
        let line = self.line.len() - if marked { MARK.len() } else { 0 };
        event > self.most || self.longest.max(line) > self.most_line()
    }

    /// The longest line there may be: the field's name does not count.
    const fn most_line(&self) -> usize {
        self.most.saturating_add(b"data: ".len())
    }

    fn forget(&mut self) {
        self.line = Vec::new();
        self.longest = 0;
        self.name = String::new();
        self.data = None;
        self.id = None;
        self.retry = None;
    }

    /// Ends a line with this last piece.
    fn end_of_line(&mut self, piece: &[u8]) -> Option<Event> {
        let begun = mem::take(&mut self.begun);
        let first = !mem::replace(&mut self.started, true);
        if self.skipping {
            // An empty line is its end.
            self.skipping = begun || !piece.is_empty();
            return None;
        }
        if !begun {
            let line = if first { piece.strip_prefix(MARK).unwrap_or(piece) } else { piece };
            return self.take(line);
        }
        let mut line = mem::take(&mut self.line);
        line.extend_from_slice(piece);
        if first && line.starts_with(MARK) {
            line.drain(..MARK.len());
        }
        if self.data.is_none() && line.starts_with(b"data:") {
            // The bytes of a long message are moved, not copied once more.
            self.longest = self.longest.max(line.len());
            let prefix = if line.starts_with(b"data: ") { 6 } else { 5 };
            line.drain(..prefix);
            self.data = Some(line);
            return None;
        }
        self.take(&line)
    }

    /// Takes a whole line.
    fn take(&mut self, line: &[u8]) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        if line.starts_with(b":") {
            return None;
        }
        self.longest = self.longest.max(line.len());
        let colon = memchr::memchr(b':', line).unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            },
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            b"id" if memchr::memchr(0, value).is_none() => {
                self.id = Some(String::from_utf8_lossy(value).into_owned());
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let digits = std::str::from_utf8(value).ok();
                self.retry = digits.and_then(|text| text.parse().ok()).map(Duration::from_millis);
                self.last_retry = self.retry.or(self.last_retry);
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        self.longest = 0;
        let id = self.id.take();
        if id.is_some() {
            self.last_id.clone_from(&id);
        }
        let name = match mem::take(&mut self.name) {
            name if name.is_empty() || name == "message" => Cow::Borrowed("message"),
            name => Cow::Owned(name),
        };
        let retry = self.retry.take();
        Some(Event { id, name, data: self.data.take()?, retry })
    }
}

/// Writes an event. Without `name` it is a `message`; the line breaks of `data` begin new lines.
#[must_use]
pub fn event(id: Option<&str>, name: Option<&str>, data: &[u8]) -> Vec<u8> {
    let given = id.map_or(0, str::len) + name.map_or(0, str::len) + data.len();
    let mut out = Vec::with_capacity(given + 24);
    for (field, value) in [("id: ", id), ("event: ", name)] {
        let Some(value) = value else { continue };
        out.extend_from_slice(field.as_bytes());
        // What would end the field, or make readers ignore it, is no part of a value.
        out.extend(value.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r' | 0)));
        out.push(b'\n');
    }
    let mut rest = data;
    loop {
        let end = memchr::memchr2(b'\n', b'\r', rest);
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line);
        out.push(b'\n');
        if end.is_none() {
            break;
        }
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..)).unwrap_or_default();
    }
    out.push(b'\n');
    out
}

/// Writes how long to wait before connecting again.
#[must_use]
pub fn retry(wait: Duration) -> Vec<u8> {
    format!("retry: {}\n\n", wait.as_millis()).into_bytes()
}

/// Writes a comment, of which only the first line is kept.
#[must_use]
pub fn comment(text: &str) -> Vec<u8> {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    format!(": {line}\n\n").into_bytes()
}

#[cfg(test)]
mod tests;
