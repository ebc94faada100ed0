//! Newline-delimited messages on a byte stream: the stdio transport's framing.

use std::{
    io::{ErrorKind, Read},
    ops::Range,
};

use crate::{IdKey, name_scan::TopLevel};

/// How much is asked of the stream at once.
const CHUNK: usize = 64 * 1024;

/// A buffer larger than this is given back once its line is done.
const KEEP: usize = 1024 * 1024;

/// Splits a stream into lines of at most a given length.
///
/// Call [`LineReader::next`] until it says that more is needed, then [`LineReader::fill`]. All
/// lines of one fill can be dealt with together, which is what lets a ledger write them at once.
#[derive(Debug)]
pub struct LineReader<R> {
    stream: R,
    split: LineSplitter,
}

/// Splits bytes that arrive in pieces into lines of at most a given length, without reading them
/// itself: ask for [`LineSplitter::space`], say how much of it was [`LineSplitter::filled`], and
/// take every line with [`LineSplitter::next`] before asking again.
#[derive(Debug)]
pub struct LineSplitter {
    /// The first `held` bytes are what arrived; the rest is space.
    buffer: Vec<u8>,
    held: usize,
    /// Bytes before this have been handed out.
    done: usize,
    /// Bytes before this are known to hold no newline.
    searched: usize,
    most: usize,
    /// Set while the rest of a line that is too long is thrown away.
    skipping: Option<Skipped>,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A whole line, without its newline.
    Whole(&'a [u8]),
    /// A line that was longer than allowed; its bytes are gone.
    TooLong {
        /// How long it was.
        bytes: u64,
        /// The request identifier it carried, if one could be made out.
        id: Option<IdKey>,
    },
    /// The stream ended inside a line; these bytes are left.
    Torn(&'a [u8]),
}

/// A line, by its place in the buffer.
enum Found {
    Whole(Range<usize>),
    TooLong { bytes: u64, id: Option<IdKey> },
}

impl Found {
    fn line(self, buffer: &[u8]) -> Line<'_> {
        match self {
            Self::TooLong { bytes, id } => Line::TooLong { bytes, id },
            Self::Whole(range) => {
                let line = buffer.get(range).unwrap_or_default();
                Line::Whole(line.strip_suffix(b"\r").unwrap_or(line))
            }
        }
    }
}

#[derive(Debug, Default)]
struct Skipped {
    bytes: u64,
    scan: TopLevel,
}

impl<R: Read> LineReader<R> {
    /// Reads from `stream`; lines of more than `most` bytes are thrown away.
    pub fn new(stream: R, most: usize) -> Self {
        Self { stream, split: LineSplitter::new(most) }
    }

    /// Waits for more bytes. Returns whether there were any: `false` is the end of the stream.
    ///
    /// # Errors
    /// What the stream says.
    pub fn fill(&mut self) -> std::io::Result<bool> {
        let space = self.split.space();
        let read = loop {
            match self.stream.read(space) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read?;
        self.split.filled(read);
        Ok(read > 0)
    }

    /// The next line that is whole, or `None` when more bytes are needed.
    ///
    /// Not an iterator: a line borrows from the buffer.
    #[expect(clippy::should_implement_trait, reason = "a line borrows from the reader")]
    pub fn next(&mut self) -> Option<Line<'_>> {
        self.split.next()
    }

    /// Every line that is whole, to be dealt with together.
    pub fn lines(&mut self) -> Vec<Line<'_>> {
        let mut found = Vec::new();
        while let Some(line) = self.split.step() {
            found.push(line);
        }
        found.into_iter().map(|line| line.line(&self.split.buffer)).collect()
    }

    /// What is left after the end of the stream.
    pub fn rest(&mut self) -> Option<Line<'_>> {
        self.split.rest()
    }
}

impl LineSplitter {
    /// Lines of more than `most` bytes are thrown away.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { buffer: Vec::new(), held: 0, done: 0, searched: 0, most, skipping: None }
    }

    /// Where the next bytes go. What was handed out before is gone.
    pub fn space(&mut self) -> &mut [u8] {
        self.buffer.copy_within(self.done..self.held, 0);
        self.held -= self.done;
        self.searched -= self.done.min(self.searched);
        self.done = 0;
        self.skip_if_long();
        if self.held == 0 && self.buffer.len() > KEEP {
            self.buffer = Vec::new();
        }
        // A long line is asked for in growing pieces, so that it is not moved too often.
        let wanted = self.held + CHUNK.max(self.held.min(self.most));
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        self.buffer.get_mut(self.held..wanted).unwrap_or_default()
    }

    /// Says that the first `bytes` of the space have been filled.
    pub fn filled(&mut self, bytes: usize) {
        self.held = self.buffer.len().min(self.held + bytes);
    }

    /// The next line that is whole, or `None` when more bytes are needed.
    ///
    /// Not an iterator: a line borrows from the buffer.
    #[expect(clippy::should_implement_trait, reason = "a line borrows from the buffer")]
    pub fn next(&mut self) -> Option<Line<'_>> {
        self.step().map(|found| found.line(&self.buffer))
    }

    fn step(&mut self) -> Option<Found> {
        let from = self.searched.max(self.done);
        let rest = self.buffer.get(from..self.held).unwrap_or_default();
        let Some(step) = memchr::memchr(b'\n', rest) else {
            self.searched = self.held;
            return None;
        };
        let (start, end) = (self.done, from + step);
        self.done = end + 1;
        self.searched = self.done;
        let line = self.buffer.get(start..end).unwrap_or_default();
        let mut skipped = match self.skipping.take() {
            Some(skipped) => skipped,
            None if line.len() > self.most => Skipped::default(),
            None => return Some(Found::Whole(start..end)),
        };
        skipped.scan.feed(line);
        let bytes = skipped.bytes + line.len() as u64;
        Some(Found::TooLong { bytes, id: skipped.scan.id() })
    }

    /// What is left after the end of the stream.
    pub fn rest(&mut self) -> Option<Line<'_>> {
        if let Some(skipped) = self.skipping.take() {
            return Some(Line::TooLong { bytes: skipped.bytes, id: skipped.scan.id() });
        }
        let rest = self.buffer.get(self.done..self.held).unwrap_or_default();
        self.done = self.held;
        (!rest.is_empty()).then_some(Line::Torn(rest))
    }

    /// Starts or goes on to throw away a line that has outgrown its limit. Not before all lines in
    /// front of it were handed out: these borrow from the same buffer.
    fn skip_if_long(&mut self) {
        let held = self.buffer.get(self.done..self.held).unwrap_or_default();
        let bearable = self.skipping.is_none() && held.len() <= self.most;
        if bearable || self.searched < self.held {
            return;
        }
        let skipped =
            self.skipping.get_or_insert_with(|| Skipped { bytes: 0, scan: TopLevel::default() });
        skipped.bytes += held.len() as u64;
        skipped.scan.feed(held);
        self.held = 0;
        self.done = 0;
        self.searched = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out at most `1` byte a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
            let count = 1.min(self.0.len()).min(space.len());
            space[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn lines(stream: impl Read, most: usize) -> Vec<String> {
        let mut reader = LineReader::new(stream, most);
        let mut seen = Vec::new();
        let mut note = |line: Line<'_>| {
            seen.push(match line {
                Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong { bytes, id } => format!("<{bytes} {id:?}>"),
                Line::Torn(line) => format!("torn {}", String::from_utf8_lossy(line)),
            });
        };
        while reader.fill().unwrap() {
            while let Some(line) = reader.next() {
                note(line);
            }
        }
        if let Some(line) = reader.rest() {
            note(line);
        }
        seen
    }

    #[test]
    fn lines_come_whole_however_the_bytes_arrive() {
        let bytes = b"one\r\n\ntwo\nthr";
        let expected = ["one", "", "two", "torn thr"];
        assert_eq!(lines(&bytes[..], 10), expected);
        assert_eq!(lines(Drip(bytes), 10), expected);
    }

    #[test]
    fn a_line_that_is_too_long_is_thrown_away_and_its_id_is_kept() {
        let bytes = b"{\"result\":{\"id\":9,\"x\":\"yyyyyyyyyyyyyy\"},\"id\":7}\nnext\n";
        let expected = ["<47 Some(Number(7))>", "next"];
        assert_eq!(lines(&bytes[..], 10), expected);
        assert_eq!(lines(Drip(bytes), 10), expected);
    }

    #[test]
    fn whole_lines_in_front_of_one_that_is_too_long_are_handed_out_together() {
        let mut reader = LineReader::new(&b"one\ntwo\nxxxxxxxxxxxxxxxxxxxx"[..], 10);
        assert!(reader.fill().unwrap());
        assert_eq!(reader.lines(), [Line::Whole(b"one"), Line::Whole(b"two")]);
        assert!(!reader.fill().unwrap());
        assert_eq!(reader.rest(), Some(Line::TooLong { bytes: 20, id: None }));
    }

    #[test]
    fn memory_stays_bounded_on_an_endless_line() {
        let mut reader = LineReader::new(std::io::repeat(b'x'), 1 << 20);
        for _ in 0..200 {
            assert!(reader.fill().unwrap());
            assert!(reader.next().is_none());
        }
        assert!(reader.split.buffer.capacity() < 5 << 20, "{}", reader.split.buffer.capacity());
    }
}
