//! One response over HTTP/1.1, as its bytes come in.

use std::ops::Range;

use memchr::memchr;
use warden_testkit::http1::Head;

use crate::failures::Failure;

/// The longest answer that is taken.
const LONGEST: usize = 64 << 20;

/// Where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    /// With the connection.
    Open,
}

/// What a head says.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) status: u16,
    pub(crate) is_stream: bool,
    pub(crate) session: Option<String>,
    pub(crate) last: bool,
    framing: Framing,
    length: usize,
}

/// A response and what has come of it.
#[derive(Debug, Default)]
pub(crate) struct Response {
    input: Vec<u8>,
    head: Option<Parsed>,
    /// Chunks, put together.
    body: Vec<u8>,
    /// Up to where the chunks of the input are read.
    position: usize,
    /// Where the body stands in the input, if it is there in one piece.
    whole: Range<usize>,
}

impl Response {
    /// Forgets everything, for the next response.
    pub(crate) fn clear(&mut self) {
        self.input.clear();
        self.body.clear();
        self.head = None;
        self.position = 0;
        self.whole = 0..0;
    }

    pub(crate) const fn head(&self) -> Option<&Parsed> {
        self.head.as_ref()
    }

    /// The body, as far as it is there.
    pub(crate) fn body(&self) -> &[u8] {
        if self.body.is_empty() {
            return self.input.get(self.whole.clone()).unwrap_or_default();
        }
        &self.body
    }

    /// Takes in what was read, and returns whether the response is whole.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<bool, Failure> {
        self.input.extend_from_slice(bytes);
        if self.input.len() > LONGEST {
            return Err(Failure::Framing);
        }
        if self.head.is_none() {
            let Some(head) = Head::read(&self.input).map_err(|_| Failure::Framing)? else {
                return Ok(false);
            };
            let head = Parsed::read(&head)?;
            self.position = head.length;
            self.head = Some(head);
        }
        match self.head.as_ref().map(|head| (head.framing, head.length)) {
            Some((Framing::Length(length), start)) => {
                self.whole = start..start + length;
                match self.input.len().checked_sub(start + length) {
                    None => Ok(false),
                    Some(0) => Ok(true),
                    // Nobody asked for more than one answer.
                    Some(_) => Err(Failure::Framing),
                }
            }
            Some((Framing::Chunked, _)) => self.chunks(),
            Some((Framing::Open, start)) => {
                self.whole = start..self.input.len();
                Ok(false)
            }
            None => Ok(false),
        }
    }

    /// Returns whether the end of the connection is the end of the response.
    pub(crate) fn ends_with_connection(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.framing == Framing::Open)
    }

    fn chunks(&mut self) -> Result<bool, Failure> {
        loop {
            let rest = self.input.get(self.position..).unwrap_or_default();
            let Some(line) = memchr(b'\n', rest) else { return Ok(false) };
            let size = rest.get(..line).and_then(|line| str::from_utf8(line).ok());
            let size = size.and_then(|text| text.split([';', '\r']).next());
            let size = size.and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
            let size = size.filter(|size| *size <= LONGEST).ok_or(Failure::Framing)?;
            let start = line + 1;
            // A chunk ends with an empty line; after the last one we expect no trailers.
            let Some(end) = rest.get(start + size..start + size + 2) else { return Ok(false) };
            if end != b"\r\n" {
                return Err(Failure::Framing);
            }
            self.body.extend_from_slice(rest.get(start..start + size).unwrap_or_default());
            self.position += start + size + 2;
            if size == 0 {
                let is_all = self.position == self.input.len();
                return if is_all { Ok(true) } else { Err(Failure::Framing) };
            }
        }
    }
}

impl Parsed {
    fn read(head: &Head<'_>) -> Result<Self, Failure> {
        let status = head.words().nth(1).and_then(|word| word.parse().ok());
        let mut parsed = Self {
            status: status.ok_or(Failure::Framing)?,
            is_stream: false,
            session: None,
            last: false,
            framing: Framing::Open,
            length: head.length(),
        };
        for (name, value) in head.headers() {
            if name.eq_ignore_ascii_case("content-length") {
                let length = value.parse().ok().filter(|length| *length <= LONGEST);
                parsed.framing = Framing::Length(length.ok_or(Failure::Framing)?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                parsed.framing = Framing::Chunked;
            } else if name.eq_ignore_ascii_case("content-type") {
                parsed.is_stream = value.starts_with("text/event-stream");
            } else if name.eq_ignore_ascii_case("mcp-session-id") {
                parsed.session = Some(value.to_owned());
            } else if name.eq_ignore_ascii_case("connection") {
                parsed.last = value.eq_ignore_ascii_case("close");
            }
        }
        if matches!(parsed.status, 204 | 304) {
            parsed.framing = Framing::Length(0);
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(text: &str, at_a_time: usize) -> Result<Option<Vec<u8>>, Failure> {
        let mut response = Response::default();
        let mut done = false;
        for part in text.as_bytes().chunks(at_a_time) {
            assert!(!done, "it said that it was whole too early");
            done = response.take(part)?;
        }
        Ok(done.then(|| response.body().to_vec()))
    }

    #[test]
    fn a_response_is_whole_with_its_last_byte_however_it_is_cut() {
        let sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n";
        for text in [sized, chunked] {
            for at_a_time in [1, 2, 7, 1000] {
                assert_eq!(read(text, at_a_time), Ok(Some(b"hello".to_vec())));
            }
        }
    }

    #[test]
    fn more_than_was_announced_is_a_failure() {
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!";
        assert_eq!(read(long, 1000), Err(Failure::Framing));
        let twice = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK";
        assert_eq!(read(twice, 1000), Err(Failure::Framing));
    }

    #[test]
    fn a_chunk_without_its_end_is_a_failure() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n";
        assert_eq!(read(text, 1000), Err(Failure::Framing));
    }
}
