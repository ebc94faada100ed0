//! Words that are written so that a search does not find them.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::{Encoding, Piece};
use crate::{automaton, hidden::hidden};

/// Digits and signs for letters, in words that mix them.
pub(super) fn leet(text: &str) -> Option<Piece> {
    let mut out = String::with_capacity(text.len());
    let mut range: Option<Range<usize>> = None;
    let mut words = 0;
    let mut at = 0;
    for word in text.split_inclusive(|char: char| char.is_whitespace()) {
        let bare = word.trim_end();
        if let Some(plain) = plain(bare) {
            out.push_str(&plain);
            out.push_str(word.get(bare.len()..).unwrap_or_default());
            let start = range.as_ref().map_or(at, |range| range.start);
            range = Some(start..at + bare.len());
            words += 1;
        } else {
            out.push_str(word);
        }
        at += word.len();
    }
    let range = range.filter(|_| words >= 2)?;
    Some(Piece { text: out, range, encoding: Encoding::Leet })
}

/// The longest word that is written so.
const LONGEST_WORD: usize = 40;

/// A word without digits and signs for letters, if it was one: mostly letters and what stands for
/// them, and not what has digits anyway, as versions, sizes and names of variables have.
fn plain(word: &str) -> Option<String> {
    if word.len() > LONGEST_WORD || word.len() < 2 || !word.is_ascii() {
        return None;
    }
    let core = word.trim_matches(|char: char| ",.;:?\"'()".contains(char));
    let bang = core.trim_end_matches('!');
    let core = if bang.is_empty() { core } else { bang };
    let (mut letters, mut stand_ins) = (0, 0);
    let mut plain = String::with_capacity(core.len());
    for char in core.chars() {
        let letter = match char {
            'a'..='z' | 'A'..='Z' => {
                letters += 1;
                plain.push(char);
                continue;
            }
            '0' => 'o',
            '1' | '!' => 'i',
            '|' => 'l',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '8' => 'b',
            '9' => 'g',
            '-' | '\'' | '_' => {
                plain.push(char);
                continue;
            }
            _ => return None,
        };
        stand_ins += 1;
        plain.push(letter);
    }
    (letters >= 1 && stand_ins >= 1 && letters + 2 >= stand_ins).then_some(plain)
}

/// A few letters between signs are sizes, lists and names.
const LEAST_JOINED: usize = 8;

/// Letters that stand alone with the same sign between them, joined into words. Two signs, or
/// another one, end a word.
pub(super) fn spaced(text: &str) -> Option<Piece> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |index: usize| chars.get(index).map(|(_, char)| *char);
    let alone = |index: usize| at(index).is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut range: Option<Range<usize>> = None;
    let (mut index, mut joined) = (0, 0);
    while let Some((offset, char)) = chars.get(index).copied() {
        let begins =
            index.checked_sub(1).and_then(at).is_none_or(|before| !before.is_alphanumeric());
        let sign = at(index + 1).filter(|sign| separates(*sign));
        let Some(sign) = sign.filter(|_| begins && char.is_alphanumeric() && alone(index + 2))
        else {
            out.push(char);
            index += 1;
            continue;
        };
        let start = index;
        let mut word = String::from(char);
        index += 1;
        while at(index) == Some(sign)
            && alone(index + 1)
            && at(index + 2).is_none_or(|next| !next.is_alphanumeric())
        {
            word.extend(at(index + 1));
            index += 2;
        }
        if word.chars().count() >= 3 {
            let end = chars.get(index).map_or(text.len(), |(offset, _)| *offset);
            let from = range.as_ref().map_or(offset, |range| range.start);
            range = Some(from..end);
            out.push_str(&word);
            joined += word.chars().filter(|char| char.is_alphabetic()).count();
        } else {
            out.extend(chars.get(start..index).unwrap_or_default().iter().map(|(_, char)| *char));
        }
    }
    let range = range.filter(|_| joined >= LEAST_JOINED)?;
    Some(Piece { text: out, range, encoding: Encoding::Spaced })
}

fn separates(char: char) -> bool {
    matches!(char, ' ' | '.' | '-' | '_' | '*' | '|' | '/' | ',' | '\u{b7}' | '+' | '~')
}

/// The text without what marks it up inside of words: `ig<b></b>nore`, `ig**no**re`.
pub(super) fn unmarked(text: &str) -> Option<Piece> {
    let bytes = text.as_bytes();
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut out = Vec::with_capacity(bytes.len());
    let mut range: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let length = markup(bytes.get(at..).unwrap_or_default());
        if length == 0 {
            out.push(byte);
            at += 1;
            continue;
        }
        let end = at + length;
        let inside = at > 0 && letter(at - 1) && letter(end);
        if inside {
            let start = range.as_ref().map_or(at, |range| range.start);
            range = Some(start..end);
        } else {
            // Between words it separates them.
            out.push(b' ');
        }
        at = end;
    }
    let range = range?;
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
            b'<' if near
                .get(1)
                .is_some_and(|next| matches!(next, b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z')) =>
            {
                let Some(end) = memchr::memchr(b'>', near) else { break };
                end + 1
            }
            _ => break,
        };
    }
    at
}

/// Letters that do not show: tags, and bytes in variation selectors.
pub(super) fn invisible(text: &str, found: &mut Vec<Piece>) {
    let mut tags = Hidden::default();
    let mut selectors = Hidden::default();
    for (offset, char) in hidden(text).into_iter().map(|hit| (hit.offset, hit.char)) {
        match u32::from(char) {
            code @ 0xe0020..=0xe007e => tags.push(offset, char, u8::try_from(code - 0xe0000).ok()),
            code @ 0xfe00..=0xfe0f => {
                selectors.push(offset, char, u8::try_from(code - 0xfe00).ok());
            }
            code @ 0xe0100..=0xe01ef => {
                selectors.push(offset, char, u8::try_from(code - 0xe0100 + 16).ok());
            }
            _ => {}
        }
    }
    found.extend(tags.piece(Encoding::Tags));
    found.extend(selectors.piece(Encoding::Variation));
}

#[derive(Default)]
struct Hidden {
    bytes: Vec<u8>,
    range: Option<Range<usize>>,
}

impl Hidden {
    fn push(&mut self, offset: usize, char: char, byte: Option<u8>) {
        let start = self.range.as_ref().map_or(offset, |range| range.start);
        self.range = Some(start..offset + char.len_utf8());
        self.bytes.extend(byte);
    }

    /// A few are the selectors of emoji.
    fn piece(self, encoding: Encoding) -> Option<Piece> {
        let text = String::from_utf8(self.bytes).ok().filter(|text| text.len() >= 8)?;
        let letters = text.chars().filter(|char| char.is_alphanumeric() || *char == ' ').count();
        let range = self.range.filter(|_| letters * 4 >= text.chars().count() * 3)?;
        Some(Piece { text, range, encoding })
    }
}

/// Words that steer a model, as they look in another order of letters. One alone may occur by
/// chance.
static MOVED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words: Vec<String> = STEERING
        .iter()
        .map(|word| turned(word))
        .chain(STEERING.iter().map(|word| word.chars().rev().collect()))
        .collect();
    automaton::keywords(words.iter().map(String::as_str))
});

/// Words that hardly any text which steers a model does without.
static STEERING: &[&str] = &[
    "ignore",
    "instruction",
    "previous",
    "system",
    "prompt",
    "password",
    "assistant",
    "credential",
    "secret",
    "execute",
    "before",
    "message",
    "important",
    "forward",
    "transfer",
    "delete",
    "email",
    "user",
    "please",
    "this",
    "file",
    "send",
    "with",
];

/// The whole text with its letters moved, or from its end, if at least three words show then.
pub(super) fn moved(text: &str) -> Option<Piece> {
    let (mut turned_words, mut reversed_words) = (0_u32, 0_u32);
    for hit in MOVED.find_iter(text) {
        if hit.pattern().as_usize() < STEERING.len() {
            turned_words += 1;
        } else {
            reversed_words += 1;
        }
        if turned_words >= 3 {
            let text = turned(text);
            return Some(Piece { range: 0..text.len(), text, encoding: Encoding::Rot13 });
        }
        if reversed_words >= 3 {
            let text: String = text.chars().rev().collect();
            return Some(Piece { range: 0..text.len(), text, encoding: Encoding::Reversed });
        }
    }
    None
}

/// Every letter thirteen places on.
fn turned(text: &str) -> String {
    let turn = |char: char| match char {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(char) + 13).unwrap_or(char),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(char) - 13).unwrap_or(char),
        _ => char,
    };
    text.chars().map(turn).collect()
}
