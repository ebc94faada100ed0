//! Lines of a log, from the front and from the back, never holding more than one line too long.

use std::{
    fs::File,
    io::{self, BufRead, ErrorKind},
    os::unix::fs::FileExt as _,
};

use crate::segment::MAX_LINE;

/// The first step backwards; later ones are longer.
const STEP: u64 = 4096;

/// What a reader comes to next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A line; the buffer holds it without its line feed.
    Line,
    /// The end, with this many bytes of an incomplete line before it.
    End(u64),
    /// More than [`MAX_LINE`] bytes without a line feed.
    TooLong,
}

/// Reads the next line into `line`.
pub(crate) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok(Next::End(line.len() as u64));
        }
        let end = memchr::memchr(b'\n', available);
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        if line.len() + part.len() >= MAX_LINE {
            return Ok(Next::TooLong);
        }
        line.extend_from_slice(part);
        let taken = part.len() + usize::from(end.is_some());
        reader.consume(taken);
        if end.is_some() {
            return Ok(Next::Line);
        }
    }
}

/// The last complete lines of a log, oldest first, each with its offset and without its line feed.
///
/// # Errors
/// Also when a line is longer than a line may be.
pub(crate) fn last_lines(log: &File, most: usize) -> io::Result<Vec<(u64, Vec<u8>)>> {
    let length = log.metadata()?.len();
    let mut step = STEP;
    // The bytes from `start` to the end of the file.
    let (mut start, mut bytes) = (length, Vec::new());
    loop {
        let lines = split_back(start, &bytes, most);
        if lines.len() == most || start == 0 {
            let own = |(offset, line): (u64, &[u8])| (offset, line.to_vec());
            return Ok(lines.into_iter().rev().map(own).collect());
        }
        let unsplit = lines.last().map_or(length, |(offset, _)| *offset) - start;
        // A line that is not found yet, and perhaps an incomplete one after the last.
        if unsplit > 2 * MAX_LINE as u64 {
            return Err(ErrorKind::InvalidData.into());
        }
        let from = start.saturating_sub(step);
        let mut before = vec![0; usize::try_from(start - from).unwrap_or(usize::MAX)];
        log.read_exact_at(&mut before, from)?;
        before.append(&mut bytes);
        (start, bytes) = (from, before);
        step *= 2;
    }
}

/// The complete lines in `bytes`, newest first. The first line counts only where the file begins.
fn split_back(start: u64, bytes: &[u8], most: usize) -> Vec<(u64, &[u8])> {
    let mut ends = memchr::memrchr_iter(b'\n', bytes);
    let mut lines = Vec::new();
    let Some(mut end) = ends.next() else { return lines };
    while lines.len() < most {
        let begin = match ends.next() {
            Some(before) => before + 1,
            None if start == 0 => 0,
            None => break,
        };
        lines.push((start + begin as u64, bytes.get(begin..end).unwrap_or_default()));
        if begin == 0 {
            break;
        }
        end = begin - 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Write as _};

    fn log(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).expect("room for a few bytes");
        file
    }

    #[track_caller]
    fn check(bytes: &[u8], most: usize, expected: &[(u64, &[u8])]) {
        let found = last_lines(&log(bytes), most).expect("the log can be read");
        let found: Vec<_> = found.iter().map(|(at, line)| (*at, line.as_slice())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_last_lines_are_complete_and_in_order() {
        check(b"", 2, &[]);
        check(b"torn", 2, &[]);
        check(b"a\n", 2, &[(0, b"a")]);
        check(b"a\nbb\nccc\n", 2, &[(2, b"bb"), (5, b"ccc")]);
        check(b"a\nbb\nccc\ntorn", 2, &[(2, b"bb"), (5, b"ccc")]);
        check(b"a\nbb\n", 9, &[(0, b"a"), (2, b"bb")]);
        check(b"\n\n", 9, &[(0, b""), (1, b"")]);
    }

    #[test]
    fn long_lines_are_found_over_many_steps() {
        let long = vec![b'x'; 100_000];
        let bytes = [b"first\n", &long[..], b"\n", &long[..], b"\n"].concat();
        check(&bytes, 2, &[(6, &long), (100_007, &long)]);
        check(&bytes, 9, &[(0, b"first"), (6, &long), (100_007, &long)]);
    }

    #[test]
    fn a_line_without_end_is_not_read_to_its_end() {
        let endless = vec![b'x'; 4 * MAX_LINE];
        let error = last_lines(&log(&endless), 1).expect_err("the line is too long");
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let mut line = Vec::new();
        let next = next_line(&mut BufReader::new(&endless[..]), &mut line);
        assert_eq!(next.expect("memory can be read"), Next::TooLong);
        assert!(line.len() <= MAX_LINE);
    }
}
