//! Server-sent events, from the pieces in which they arrive.

use std::time::Duration;

use bytes::Bytes;

/// The longest identifier of an event that is kept to go on from.
const MOST_ID: usize = 1024;

/// What a line may have besides its data.
const FIELD: usize = 64;

/// One thing in a stream of events.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway::upstream) enum Heard {
    /// A message; empty for an event that only says where to go on from.
    Message(Bytes),
    /// Where messages are posted to, in the older transport.
    Endpoint(Bytes),
    /// An event that was too long to be kept.
    TooLong,
}

/// The data of an event that is not yet whole.
#[derive(Debug)]
enum Data {
    Nothing,
    Kept(Vec<u8>),
    TooLong,
}

/// A parser that holds the line and the event that are not yet whole.
#[derive(Debug)]
pub(in crate::gateway::upstream) struct Events {
    most: usize,
    line: Vec<u8>,
    name: Vec<u8>,
    data: Data,
    /// The rest of this line is thrown away.
    skipping: bool,
    after_return: bool,
    begun: bool,
    last: Option<String>,
    retry: Option<Duration>,
}

impl Events {
    /// Takes events of at most `most` bytes.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            line: Vec::new(),
            name: Vec::new(),
            data: Data::Nothing,
            skipping: false,
            after_return: false,
            begun: false,
            last: None,
            retry: None,
        }
    }

    /// The same stream on a new connection.
    pub(super) fn again(&self) -> Self {
        Self { last: self.last.clone(), retry: self.retry, ..Self::new(self.most) }
    }

    /// The identifier of the last event that had one.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref().filter(|last| !last.is_empty())
    }

    /// How long the server wants us to wait before we connect again.
    pub(super) const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Takes from the front of `piece` until an event is whole, or nothing is left.
    pub(super) fn next(&mut self, piece: &mut Bytes) -> Option<Heard> {
        if self.after_return && !piece.is_empty() {
            self.after_return = false;
            if piece.first() == Some(&b'\n') {
                drop(piece.split_to(1));
            }
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', piece) {
            let line = piece.split_to(end);
            let ending = piece.split_to(1);
            if *ending == *b"\r" {
                self.after_return = piece.is_empty();
                if piece.first() == Some(&b'\n') {
                    drop(piece.split_to(1));
                }
            }
            if let Some(heard) = self.end_of_line(&line) {
                return Some(heard);
            }
        }
        self.keep(piece);
        piece.clear();
        None
    }

    /// Keeps the start of a line, if it is bearable.
    fn keep(&mut self, part: &[u8]) {
        let length = self.line.len() + part.len();
        if !self.skipping && length > self.most.saturating_add(FIELD) {
            self.skipping = true;
            // Unless it is a comment, what is thrown away may have been part of a message.
            if self.line.first().or(part.first()) != Some(&b':') {
                self.data = Data::TooLong;
            }
            self.line = Vec::new();
        }
        if !self.skipping {
            self.line.extend_from_slice(part);
        }
    }

    fn end_of_line(&mut self, rest: &[u8]) -> Option<Heard> {
        if self.line.is_empty() && !self.skipping && rest.len() <= self.most.saturating_add(FIELD) {
            return self.field(rest);
        }
        self.keep(rest);
        if std::mem::take(&mut self.skipping) {
            return None;
        }
        let line = std::mem::take(&mut self.line);
        self.field(&line)
    }

    fn field(&mut self, mut line: &[u8]) -> Option<Heard> {
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let colon = memchr::memchr(b':', line).unwrap_or(line.len());
        let (field, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => self.data(value),
            b"event" => self.name = value.iter().copied().take(FIELD).collect(),
            b"id"
                if value.len() <= MOST_ID
                    && value.iter().all(|byte| matches!(byte, 0x20..=0x7e)) =>
            {
                self.last = std::str::from_utf8(value).ok().map(str::to_owned);
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let millis = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                self.retry = millis.map(Duration::from_millis);
            }
            _ => {}
        }
        None
    }

    fn data(&mut self, value: &[u8]) {
        let most = self.most;
        match &mut self.data {
            Data::Kept(data) if data.len() + 1 + value.len() <= most => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            Data::Nothing if value.len() <= most => self.data = Data::Kept(value.to_vec()),
            data => *data = Data::TooLong,
        }
    }

    fn dispatch(&mut self) -> Option<Heard> {
        let name = std::mem::take(&mut self.name);
        let data = match std::mem::replace(&mut self.data, Data::Nothing) {
            Data::Nothing => return None,
            Data::Kept(data) => Bytes::from(data),
            Data::TooLong => return Some(Heard::TooLong),
        };
        match &*name {
            b"" | b"message" => Some(Heard::Message(data)),
            b"endpoint" => Some(Heard::Endpoint(data)),
            // The protocol has no other events.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(text: &[u8], size: usize, most: usize) -> (Vec<Heard>, Events) {
        let mut events = Events::new(most);
        let mut heard = Vec::new();
        for piece in text.chunks(size) {
            let mut piece = Bytes::copy_from_slice(piece);
            while let Some(one) = events.next(&mut piece) {
                heard.push(one);
            }
            assert!(piece.is_empty());
        }
        (heard, events)
    }

    fn message(text: &str) -> Heard {
        Heard::Message(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn events_come_out_alike_however_the_bytes_arrive() {
        let text = "\u{feff}: hello\r\nevent: endpoint\r\ndata: /m\r\n\r\nid: 1\ndata: a\ndata:b\n\n\
                    event: x\ndata: y\n\nid: 2\nretry: 1500\ndata\r\rdata: cut";
        let endpoint = Heard::Endpoint(Bytes::from_static(b"/m"));
        let expected = [endpoint, message("a\nb"), message("")];
        for size in [1, 2, 3, 7, text.len()] {
            let (heard, events) = hear(text.as_bytes(), size, 100);
            assert_eq!(heard, expected, "in pieces of {size}");
            assert_eq!(events.last(), Some("2"));
            assert_eq!(events.retry(), Some(Duration::from_millis(1500)));
        }
    }

    #[test]
    fn what_is_too_long_is_thrown_away_and_the_next_event_is_heard() {
        let long = "x".repeat(200);
        for text in [
            format!("data: {long}\n\ndata: ok\n\n"),
            format!("data: {long}{long}\r\n\r\ndata: ok\r\n\r\n"),
            format!("data: {}\ndata: {}\n\ndata: ok\n\n", "y".repeat(60), "y".repeat(60)),
        ] {
            for size in [1, 3, 50, 1000] {
                let (heard, events) = hear(text.as_bytes(), size, 100);
                assert_eq!(heard, [Heard::TooLong, message("ok")], "in pieces of {size}");
                assert!(events.line.capacity() <= 400);
            }
        }
    }

    #[test]
    fn a_long_comment_is_no_message() {
        let text = format!(":{}\n\ndata: ok\n\n", "x".repeat(1000));
        for size in [1, 64, 2000] {
            let (heard, events) = hear(text.as_bytes(), size, 100);
            assert_eq!(heard, [message("ok")], "in pieces of {size}");
            assert!(events.line.capacity() <= 400);
        }
    }

    #[test]
    fn an_identifier_that_cannot_be_a_header_is_not_kept() {
        let text =
            format!("id: good\ndata: 1\n\nid: b\u{e9}d\ndata: 2\n\nid: {}\n\n", "x".repeat(2000));
        let (_, events) = hear(text.as_bytes(), 10_000, 10_000);
        assert_eq!(events.last(), Some("good"));
    }
}
