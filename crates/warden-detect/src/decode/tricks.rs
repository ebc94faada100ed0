//! Mark-up inside of words, and letters that do not show.

use std::ops::Range;

use super::{Encoding, Piece};
use crate::hidden::HiddenChar;

/// The text without what marks it up inside of words: `ig<b></b>nore`, `ig**no**re`. Mark-up
/// between words stays: it separates them.
pub(super) fn unmarked(text: &str) -> Option<Piece> {
    let bytes = text.as_bytes();
    let letter = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    let between = |at: usize, end: usize| {
        letter(text.get(..at).and_then(|before| before.chars().next_back()))
            && letter(text.get(end..).and_then(|rest| rest.chars().next()))
    };
    let mut places = 0;
    let mut out = Vec::with_capacity(bytes.len());
    let mut range: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let end = at + markup(bytes.get(at..).unwrap_or_default());
        if end == at {
            out.push(byte);
            at += 1;
            continue;
        }
        if between(at, end) {
            places += 1;
            range = Some(range.map_or(at, |range| range.start)..end);
        } else {
            out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    // One place is a slip.
    let range = range.filter(|_| places >= 2)?;
    Some(Piece { text: String::from_utf8(out).ok()?, range, encoding: Encoding::Markup })
}

/// The longest tag or comment that is looked through.
const LONGEST_TAG: usize = 200;

/// How long the mark-up is that begins here: tags, comments and signs, one after the other.
fn markup(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let near = rest.get(..LONGEST_TAG).unwrap_or(rest);
        at += match byte {
            b'*' | b'`' | b'~' => 1,
            b'<' if inline(near) => {
                let Some(end) = memchr::memchr(b'>', near) else { break };
                end + 1
            }
            _ => break,
        };
    }
    at
}

/// Elements that do not end a word (HTML Standard, section 4.5).
static INLINE: &[&[u8]] = &[
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"big", b"cite", b"code", b"del", b"dfn", b"em", b"font",
    b"i", b"ins", b"kbd", b"label", b"mark", b"q", b"s", b"small", b"span", b"strike", b"strong",
    b"sub", b"sup", b"tt", b"u", b"var", b"wbr",
];

/// Whether a comment begins here, or the tag of an element inside of lines.
fn inline(tag: &[u8]) -> bool {
    let name = match tag {
        [b'<', b'!', ..] => return true,
        [b'<', b'/', name @ ..] | [b'<', name @ ..] => name,
        _ => return false,
    };
    let length = name.iter().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = name.get(..length).unwrap_or_default();
    INLINE.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The text with what tags and variation selectors say in place of the first of each.
pub(super) fn invisible(text: &str, hidden: &[HiddenChar]) -> Option<Piece> {
    let mut ways = [Unseen::default(), Unseen::default()];
    for hit in hidden {
        let byte = |code: u32| u8::try_from(code).ok();
        let (way, byte) = match u32::from(hit.char) {
            code @ 0xe0020..=0xe007e => (0, byte(code - 0xe0000)),
            code @ 0xfe00..=0xfe0f => (1, byte(code - 0xfe00)),
            code @ 0xe0100..=0xe01ef => (1, byte(code - 0xe0100 + 16)),
            _ => continue,
        };
        if let Some(way) = ways.get_mut(way) {
            way.first.get_or_insert(hit.offset);
            way.bytes.extend(byte);
        }
    }
    let said = ways.map(Unseen::said);
    said.iter().flatten().next()?;
    let encoding = if said.first().is_some_and(Option::is_some) {
        Encoding::Tags
    } else {
        Encoding::Variation
    };
    // Other characters that do not show go as well.
    let range =
        hidden.first()?.offset..hidden.last().map(|hit| hit.offset + hit.char.len_utf8())?;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for hit in hidden {
        out.push_str(text.get(from..hit.offset).unwrap_or_default());
        from = hit.offset + hit.char.len_utf8();
        for (said, _) in said.iter().flatten().filter(|(_, first)| *first == hit.offset) {
            out.push('"');
            out.push_str(said);
            out.push('"');
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Some(Piece { text: out, range, encoding })
}

/// What is written in one way that does not show.
#[derive(Default)]
struct Unseen {
    bytes: Vec<u8>,
    first: Option<usize>,
}

impl Unseen {
    /// A few are the selectors of emoji.
    fn said(self) -> Option<(String, usize)> {
        let text = String::from_utf8(self.bytes).ok().filter(|text| text.len() >= 8)?;
        let letters = text.chars().filter(|char| char.is_alphanumeric() || *char == ' ').count();
        let first = self.first?;
        (letters * 4 >= text.chars().count() * 3).then_some((text, first))
    }
}
