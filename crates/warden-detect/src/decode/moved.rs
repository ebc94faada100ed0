//! Text with its letters moved by thirteen places, or written from its end.
//!
//! What reads better when it is undone was written so: wherever the pairs of letters become so
//! much likelier that chance is no explanation, the piece is undone. One pass, with a sum for each
//! way that begins anew where it falls to nothing.

use std::ops::Range;

use super::{Encoding, Piece, RUN, letters};
use crate::{learnt::features, normal::Normal};

/// From this sum on it is no chance, in half the unit of [`letters::likely`].
const SURE: i32 = 72;

/// So much better than as it stands it reads, at least, and by one for each byte.
const BETTER: i32 = 30;

/// So far below its highest a sum falls where a piece has ended.
const OVER: i32 = 72;

/// A way, while it is being looked for.
#[derive(Default)]
struct Seen {
    sum: i32,
    /// How much better than as it stands it reads, up to here and up to the end.
    better: i32,
    by: i32,
    start: usize,
    best: i32,
    end: usize,
    found: Vec<(Range<usize>, i32)>,
}

impl Seen {
    /// Goes from the byte at a place to the next.
    fn step(&mut self, at: usize, by: (i16, i16)) {
        let (gain, better) = (i32::from(by.0), i32::from(by.1));
        if self.sum <= 0 {
            self.close();
            self.start = at;
            (self.sum, self.better) = (0, 0);
        }
        self.sum += gain;
        self.better += better;
        if self.sum > self.best {
            (self.best, self.by) = (self.sum, self.better);
            self.end = at + 2;
        } else if self.sum < self.best - OVER {
            self.close();
            self.sum = 0;
        }
    }

    fn close(&mut self) {
        let length = self.end.saturating_sub(self.start);
        let least = i32::try_from(length).unwrap_or(i32::MAX).max(BETTER);
        if self.best >= SURE && self.by >= least && length >= RUN {
            self.found.push((self.start..self.end, self.best));
        }
        self.best = 0;
    }
}

/// The text with such pieces undone, if there are any. They are looked for in these parts of it.
pub(super) fn moved(text: &str, parts: &[Range<usize>]) -> Option<Piece> {
    let (mut turned, mut reversed) = (Seen::default(), Seen::default());
    let bytes = text.as_bytes();
    for part in parts {
        let end = part.end.min(bytes.len());
        look(
            bytes.get(part.start..end).unwrap_or_default(),
            part.start,
            [&mut turned, &mut reversed],
        );
    }
    let (turned, reversed) = (turned.found, reversed.found);
    let sum = |found: &[(Range<usize>, i32)]| found.iter().map(|(_, sum)| *sum).sum::<i32>();
    if sum(&turned) >= sum(&reversed) {
        undone(text, &turned, Encoding::Rot13, turn)
    } else {
        undone(text, &reversed, Encoding::Reversed, |text| text.chars().rev().collect())
    }
}

/// A text in letters outside of ASCII read from its end, if it means something so and nothing as it
/// stands. Pairs of letters are known of the Latin alphabet alone; here the lexicon tells.
pub(super) fn backwards(text: &str) -> Option<Piece> {
    let others = text.bytes().filter(|byte| !byte.is_ascii()).count();
    if others * 2 < text.len() || text.len() < RUN {
        return None;
    }
    let reversed: String = text.chars().rev().collect();
    let meant = |text: &str| features(Normal::of(text).text()).meant();
    let better = meant(&reversed);
    if better < MEANT || better <= 2 * meant(text) {
        return None;
    }
    Some(Piece { text: reversed, range: 0..text.len(), encoding: Encoding::Reversed })
}

/// So many words that mean something are no chance.
const MEANT: usize = 3;

/// Looks for both ways in bytes that stand at a place.
fn look(bytes: &[u8], start: usize, [turned, reversed]: [&mut Seen; 2]) {
    let Some(first) = bytes.first() else { return };
    let mut last = letters::sign(*first);
    for (at, byte) in bytes.iter().skip(1).enumerate() {
        let sign = letters::sign(*byte);
        let gain = letters::gain(last, sign);
        let at = start + at;
        turned.step(at, gain.turned);
        reversed.step(at, gain.reversed);
        last = sign;
    }
    for seen in [turned, reversed] {
        seen.close();
        seen.sum = 0;
    }
}

/// The text with pieces of it undone, whole words at a time.
fn undone(
    text: &str,
    found: &[(Range<usize>, i32)],
    encoding: Encoding,
    undo: impl Fn(&str) -> String,
) -> Option<Piece> {
    let covered: usize = found.iter().map(|(range, _)| range.len()).sum();
    let whole = [(0..text.len(), 0)];
    // Where most of it is written so, names and numbers between are as well.
    let found = if covered * 2 > text.len() { &whole } else { found };
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    let mut all: Option<Range<usize>> = None;
    for (range, _) in found {
        let range = words(text, range, from);
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(&undo(text.get(range.clone()).unwrap_or_default()));
        from = range.end;
        all = Some(all.map_or(range.start, |all| all.start)..range.end);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    all.map(|range| Piece { text: out, range, encoding })
}

/// The range with the whole of the words that it begins and ends in; nothing before `from`.
fn words(text: &str, range: &Range<usize>, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let inside = |at: usize| bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace());
    let (mut start, mut end) = (range.start.max(from), range.end.max(from));
    while start > from && inside(start - 1) {
        start -= 1;
    }
    while end > start && inside(end - 1) && inside(end) {
        end += 1;
    }
    start..end
}

/// Every letter thirteen places on.
fn turn(text: &str) -> String {
    let turn = |char: char| match char {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(char) + 13).unwrap_or(char),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(char) - 13).unwrap_or(char),
        _ => char,
    };
    text.chars().map(turn).collect()
}
