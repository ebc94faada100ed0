//! Digits and signs for letters.

use std::ops::Range;

use super::{Encoding, Piece, letters};

/// A run of letters, digits and signs that stand for letters.
struct Run {
    range: Range<usize>,
    letters: usize,
    /// Digits and signs for letters.
    stand_ins: usize,
    /// Digits that stand for none.
    others: usize,
    /// A digit between two letters.
    mixed: bool,
    /// Letters that could have been written as digits, and no digit.
    kept: bool,
}

/// So many words make it a way of writing.
const LEAST: usize = 2;

/// The longest word that is written so.
const LONGEST: usize = 40;

/// Words without a letter.
static BARE: &[&[u8]] = &[
    b"15", b"17", b"45", b"47", b"50", b"70", b"4", b"4711", b"411", b"7311", b"1337", b"7357",
    b"7001", b"70014", b"137", b"537", b"535", b"533", b"317", b"707", b"707411", b"70741",
    b"1157", b"1457", b"0", b"83", b"60", b"937", b"907", b"7357", b"5173", b"5737", b"70457",
    b"3457", b"057", b"5317",
];

/// The text with its words in letters, if some are in digits.
pub(super) fn leet(text: &str) -> Option<Piece> {
    let runs = runs(text);
    let count = |of: fn(&Run) -> bool| runs.iter().filter(|run| of(run)).count();
    let mixed = count(Run::is_mixed);
    if mixed < LEAST {
        return None;
    }
    // Where hardly a word is without digits, one of digits alone is a word as well.
    let heavy = mixed >= 2 * LEAST && mixed * 2 > count(|run| run.kept);
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut range: Option<Range<usize>> = None;
    let mut words = 0;
    for run in &runs {
        let word = bytes.get(run.range.clone()).unwrap_or_default();
        let meant = if run.letters == 0 {
            heavy && BARE.contains(&word)
        } else {
            run.stand_ins > 0 && (heavy || (run.mixed && run.others == 0))
        };
        let Some(place) = out.get_mut(run.range.clone()).filter(|_| meant) else { continue };
        spell(place);
        if !heavy && letters::word(place) < letters::CHANCE {
            place.copy_from_slice(word);
            continue;
        }
        words += 1;
        range = Some(range.map_or(run.range.start, |range| range.start)..run.range.end);
    }
    let range = range.filter(|_| words >= LEAST)?;
    // Signs of one byte took the place of signs of one byte.
    Some(Piece { text: String::from_utf8(out).ok()?, range, encoding: Encoding::Leet })
}

impl Run {
    const fn is_mixed(&self) -> bool {
        self.mixed && self.others == 0
    }
}

/// How much likelier the less usual reading must be, in the unit of [`letters::likely`].
const CLEARLY: i32 = 6;

/// Letters for digits; of two readings the one that is likelier beside its neighbours.
fn spell(word: &mut [u8]) {
    let mut before = letters::SPACE;
    for at in 0..word.len() {
        let after = word.get(at + 1).map_or(letters::SPACE, |byte| letters::sign(first(*byte)));
        let Some(place) = word.get_mut(at) else { return };
        let (one, other) = readings(*place);
        let fits = |byte: u8| {
            let sign = letters::sign(byte);
            letters::likely(before, sign) + letters::likely(sign, after)
        };
        *place = if fits(other) > fits(one) + CLEARLY { other } else { one };
        before = letters::sign(*place);
    }
}

const fn first(byte: u8) -> u8 {
    readings(byte).0
}

/// What a byte may stand for.
const fn readings(byte: u8) -> (u8, u8) {
    match byte {
        b'0' => (b'o', b'o'),
        b'1' | b'!' | b'|' => (b'i', b'l'),
        b'3' => (b'e', b'e'),
        b'4' | b'@' => (b'a', b'a'),
        b'5' | b'$' => (b's', b's'),
        b'7' | b'+' => (b't', b't'),
        b'8' => (b'b', b'b'),
        b'9' => (b'g', b'g'),
        other => (other, other),
    }
}

/// The runs of a text. A sign belongs to one only between its letters and digits, and `@` only
/// where no address follows.
fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let word = |at: usize| {
        bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while word(at) || (sign(bytes, at) && word(at + 1)) {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let range = start..at;
        let run = bytes.get(range.clone()).unwrap_or_default();
        if run.len() <= LONGEST {
            found.push(counted(run, range));
        }
    }
    found
}

/// Whether a sign stands here that may be a letter.
fn sign(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'$' | b'!' | b'|' | b'+') => {
            bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
                && at
                    .checked_sub(1)
                    .and_then(|at| bytes.get(at))
                    .is_some_and(u8::is_ascii_alphanumeric)
        }
        Some(b'@') => {
            let rest = bytes.get(at + 1..).unwrap_or_default();
            let near = rest.iter().take(LONGEST).take_while(|byte| !byte.is_ascii_whitespace());
            !near.into_iter().any(|byte| *byte == b'.')
        }
        _ => false,
    }
}

fn counted(run: &[u8], range: Range<usize>) -> Run {
    let mut counted = Run { range, letters: 0, stand_ins: 0, others: 0, mixed: false, kept: false };
    let mut behind = false;
    let mut before = 0_u8;
    for byte in run {
        match byte {
            b'2' | b'6' => counted.others += 1,
            b'0'..=b'9' | b'@' | b'$' | b'!' | b'|' | b'+' => {
                counted.stand_ins += 1;
                // Ordinal numbers begin with digits, and names of versions end with them.
                behind |= before.is_ascii_alphabetic();
            }
            _ => {
                counted.letters += 1;
                counted.kept |= matches!(byte, b'a' | b'e' | b'i' | b'o' | b's' | b't');
                counted.mixed |= behind && !before.is_ascii_alphabetic();
            }
        }
        before = *byte;
    }
    counted.kept &= counted.stand_ins == 0;
    counted
}
