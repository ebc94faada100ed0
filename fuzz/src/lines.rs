//! Lines on a stream: the same lines however the bytes arrive.

use std::io::{ErrorKind, Read};

use warden_mcp::{IdKey, Line, LineReader, Message, frame};

/// A line, apart from its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Whole(Vec<u8>),
    TooLong(u64, Option<IdKey>),
    Torn(Vec<u8>),
}

/// Hands the bytes out in pieces of the given sizes, over and over.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: &'a [u8],
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.get(self.turn % self.sizes.len().max(1)).copied().unwrap_or(1);
        self.turn += 1;
        // A size of nothing stands for a signal that came in between, and never for the end.
        if size == 0 && self.turn.is_multiple_of(2) {
            return Err(ErrorKind::Interrupted.into());
        }
        let count = usize::from(size).max(1).min(self.bytes.len()).min(space.len());
        let (now, later) = self.bytes.split_at(count);
        space[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// The first byte is the longest line, the second how many sizes follow, the rest the stream.
pub fn check(data: &[u8]) {
    let [most, sizes, rest @ ..] = data else { return };
    let (sizes, stream) = rest.split_at(usize::from(*sizes % 8).min(rest.len()));
    let most = usize::from(*most);
    let expected = split(stream, most);
    for one_by_one in [false, true] {
        for sizes in [sizes, &[1], &[255]] {
            let pieces = Pieces { bytes: stream, sizes, turn: 0 };
            same(&read(pieces, most, one_by_one), &expected);
        }
        same(&read(stream, most, one_by_one), &expected);
    }
}

fn same(seen: &[Seen], expected: &[(Seen, &[u8])]) {
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    for (seen, (expected, line)) in seen.iter().zip(expected) {
        match (seen, expected) {
            (Seen::TooLong(found, id), Seen::TooLong(bytes, _)) => {
                assert_eq!(found, bytes);
                told(id.as_ref(), line);
            }
            _ => assert_eq!(seen, expected),
        }
    }
}

/// An identifier that is told of a message that is one is that message's.
fn told(id: Option<&IdKey>, line: &[u8]) {
    let (Some(told), Ok(message)) = (id, frame::parse(line)) else { return };
    match message {
        Message::Request { id, .. } | Message::Response { id: Some(id), .. } => {
            assert_eq!(*told, id.key);
        }
        Message::Notification { .. } | Message::Response { id: None, .. } => {
            panic!("{told:?} stands nowhere");
        }
    }
}

/// What the lines are, told by cutting at every line feed.
fn split(stream: &[u8], most: usize) -> Vec<(Seen, &[u8])> {
    let mut pieces: Vec<&[u8]> = stream.split(|byte| *byte == b'\n').collect();
    let last = pieces.pop().unwrap_or_default();
    let judged = |line: &[u8], whole: bool| {
        if line.len() > most {
            Seen::TooLong(line.len() as u64, None)
        } else if whole {
            Seen::Whole(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        } else {
            Seen::Torn(line.to_vec())
        }
    };
    let mut lines: Vec<_> = pieces.into_iter().map(|line| (judged(line, true), line)).collect();
    if !last.is_empty() {
        lines.push((judged(last, false), last));
    }
    lines
}

fn own(line: Line<'_>) -> Seen {
    match line {
        Line::Whole(line) => Seen::Whole(line.to_vec()),
        Line::TooLong { bytes, id } => Seen::TooLong(bytes, id),
        Line::Torn(line) => Seen::Torn(line.to_vec()),
    }
}

fn read(stream: impl Read, most: usize, one_by_one: bool) -> Vec<Seen> {
    let mut reader = LineReader::new(stream, most);
    let mut seen = Vec::new();
    while reader.fill().expect("the stream does not fail") {
        if one_by_one {
            while let Some(line) = reader.next() {
                seen.push(own(line));
            }
        } else {
            seen.extend(reader.lines().into_iter().map(own));
        }
    }
    seen.extend(reader.rest().map(own));
    seen
}
