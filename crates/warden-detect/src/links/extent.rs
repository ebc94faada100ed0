//! Where an address ends.

use super::{Carrier, Place};
use crate::work;

/// A place that is to be filled is named in fewer bytes than this.
const LONGEST_NAME: usize = 96;

/// What no address in running text has in it.
const ENDS: &[char] =
    &[')', '"', '\'', '`', '<', '>', ']', '\\', '|', '，', '。', '、', '）', '」', '”', '’', '»'];

/// Finds ends of addresses. Places of delimiters are remembered, so that a text with many openings
/// and no end is not searched again for each.
pub(super) struct Delimiters<'t> {
    text: &'t str,
    /// For each delimiter, from where it was looked for, and where the next one stands.
    known: [(u8, usize, usize); 5],
}

impl<'t> Delimiters<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let unknown = |byte| (byte, usize::MAX, 0);
        Self { text, known: [b'"', b'\'', b')', b'\n', b'>'].map(unknown) }
    }

    /// The end of what begins at `start`, and whose mark ends at `from`.
    pub(super) fn of(&mut self, start: usize, from: usize, place: &Place<'_>) -> usize {
        let line = self.next(b'\n', from);
        let end = match place.closes {
            Some(b')') if place.carrier != Carrier::Style => {
                self.parenthesis(from).filter(|end| *end <= line)
            }
            // An attribute may go over lines.
            Some(close @ (b'"' | b'\'')) => {
                let end = self.next(close, from);
                (end < self.text.len()).then_some(end)
            }
            Some(close) => Some(self.next(close, from)).filter(|end| *end <= line),
            None => None,
        };
        let end = end.filter(|end| *end < self.text.len());
        end.unwrap_or_else(|| self.plain(start, from))
    }

    /// Where the next `byte` stands from `from` on, or the end of the text.
    fn next(&mut self, byte: u8, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let Some((_, known, at)) = self.known.iter_mut().find(|(known, ..)| *known == byte) else {
            return bytes.len();
        };
        if !(*known <= from && from <= *at) {
            let rest = bytes.get(from..).unwrap_or_default();
            (*known, *at) = (from, memchr::memchr(byte, rest).map_or(bytes.len(), |at| from + at));
            work::add(*at - from);
        }
        *at
    }

    /// The parenthesis that closes a target in Markdown; a title in quotes is no part of it.
    fn parenthesis(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        for (at, byte) in bytes.iter().enumerate().skip(from) {
            work::add(1);
            match byte {
                b'\n' => return None,
                // Another target begins: this one has no end.
                b'(' if at > from && bytes.get(at - 1) == Some(&b']') => return None,
                b'(' => depth += 1,
                b')' if depth == 0 => return Some(at),
                b')' => depth -= 1,
                b' ' if matches!(bytes.get(at + 1), Some(b'"' | b'\'')) => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The end of an address in running text: at white space, quotes, brackets that were not
    /// opened in it, and signs at the end of a sentence. What stands in brackets behind `=` or `/`
    /// is a place to fill and belongs to it.
    fn plain(&self, start: usize, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let mut end = from;
        let mut past = 0;
        let mut before = '/';
        let mut open = 0_usize;
        for (at, char) in rest.char_indices() {
            if at < past {
                continue;
            }
            work::add(1);
            let here = rest.get(at..).unwrap_or_default();
            if matches!(char, '<' | '{' | '[' | '(' | '«')
                && matches!(before, '=' | '/' | '&' | '$' | '{' | '?' | '#' | '-')
                && let Some(length) = bracket(here, char)
            {
                past = at + length;
                end = from + past;
                before = '}';
                continue;
            }
            match char {
                '(' => open += 1,
                ')' if open > 0 => open -= 1,
                char if char.is_whitespace() || ENDS.contains(&char) => break,
                _ => {}
            }
            before = char;
            end = from + at + char.len_utf8();
        }
        let address = self.text.get(start..end).unwrap_or_default();
        let blank = address.ends_with("...") || address.ends_with("=?");
        let trimmed = if blank {
            address
        } else {
            address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*'])
        };
        start + trimmed.len().max(from - start)
    }
}

/// How long a name in brackets is, with them.
fn bracket(text: &str, open: char) -> Option<usize> {
    let close = match open {
        '<' => '>',
        '{' => '}',
        '[' => ']',
        '(' => ')',
        _ => '»',
    };
    let mut depth = 0_usize;
    for (at, char) in text.char_indices().take_while(|(at, _)| *at < LONGEST_NAME) {
        work::add(1);
        if char == open {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + char.len_utf8());
            }
        } else if matches!(char, '\n' | '"' | '`') {
            return None;
        }
    }
    None
}
