//! Whether letters stand in the order in which somebody would write them.
//!
//! Pairs of letters that occur together more often than by chance count for a text, and pairs that
//! hardly do against it. Letters that are moved, mixed or encoded lose their order, so this says
//! where the dearer readings may find something, and which of them did.

use std::{ops::Range, sync::LazyLock};

use crate::sketch::words::WORDS;

/// Letters, what is no letter, and what is not ASCII.
const SORTS: usize = 28;
const NONE: usize = 26;
const OTHER: usize = 27;
/// So many bytes are looked at of every [`STEP`].
const SAMPLE: usize = 64;
const STEP: usize = 128;
/// Fewer pairs say nothing.
const PAIRS: i32 = 14;
/// Places nearer to one another are one region.
const NEAR: usize = 384;
/// A region reaches so far beyond what was looked at, or to the end of a paragraph.
const MARGIN: usize = 256;

/// How much a pair of letters says, in halves of a bit.
static TABLE: LazyLock<[[i8; SORTS]; SORTS]> = LazyLock::new(table);
static SORT: [u8; 256] = sorts();

const fn sorts() -> [u8; 256] {
    let mut table = [26; 256];
    let mut byte = 0u8;
    loop {
        let lower = byte.to_ascii_lowercase();
        if lower.is_ascii_lowercase() {
            table[byte as usize] = lower - b'a';
        } else if byte >= 0x80 {
            table[byte as usize] = 27;
        }
        if byte == 0xff {
            return table;
        }
        byte += 1;
    }
}

fn sort(byte: u8) -> usize {
    usize::from(SORT.get(usize::from(byte)).copied().unwrap_or(26))
}

fn table() -> [[i8; SORTS]; SORTS] {
    let mut pairs = [[1u64; SORTS]; SORTS];
    for word in WORDS.split_ascii_whitespace() {
        for pair in word.as_bytes().windows(2) {
            if let [a, b] = pair
                && let Some(count) = pairs.get_mut(sort(*a)).and_then(|row| row.get_mut(sort(*b)))
            {
                *count += 4;
            }
        }
    }
    let at = |a: usize, b: usize| pairs.get(a).and_then(|row| row.get(b)).copied().unwrap_or(0);
    let first: [u64; SORTS] = std::array::from_fn(|a| (0..NONE).map(|b| at(a, b)).sum());
    let second: [u64; SORTS] = std::array::from_fn(|b| (0..NONE).map(|a| at(a, b)).sum());
    let all: u64 = first.iter().take(NONE).sum();
    std::array::from_fn(|a| {
        std::array::from_fn(|b| match (a, b) {
            (NONE, _) | (_, NONE) => 0,
            (OTHER, OTHER) => 2,
            (OTHER, _) | (_, OTHER) => -4,
            _ => {
                // What no word has says as much against a text as anything can.
                let together = at(a, b);
                if together == 1 {
                    return -6;
                }
                // Against the letters by themselves, and against any letters. A square makes halves
                // of a bit.
                let chance = first.get(a).unwrap_or(&1) * second.get(b).unwrap_or(&1);
                let bits = |ratio: u64| i64::from((ratio * ratio).max(1).ilog2()) - 16;
                let order = bits(together * all * 256 / chance.max(1));
                let often = bits(together * 676 * 256 / all.max(1));
                i8::try_from(order.midpoint(often).clamp(-6, 6)).unwrap_or(0)
            }
        })
    })
}

/// What the letters of a text say.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    score: i32,
    pairs: i32,
    letters: i32,
}

fn told(bytes: impl Iterator<Item = u8>) -> Told {
    let table = &*TABLE;
    let mut told = Told::default();
    let mut last = NONE;
    for byte in bytes {
        let next = sort(byte);
        let score = table.get(last).and_then(|row| row.get(next)).copied().unwrap_or(0);
        told.score += i32::from(score);
        told.pairs += i32::from(last != NONE && next != NONE);
        told.letters += i32::from(next != NONE);
        last = next;
    }
    told
}

/// How much like something that somebody wrote bytes read. Pairs of letters count by themselves,
/// so that signs are less like it than words.
pub(super) fn score(bytes: impl IntoIterator<Item = u8>) -> i32 {
    let Told { score, pairs, .. } = told(bytes.into_iter());
    score + pairs
}

/// So much more a reading is like something written, if it is the right one.
pub(super) const BETTER: i32 = 24;

/// Whether bytes read like something that somebody wrote.
pub(super) fn natural(bytes: impl IntoIterator<Item = u8>) -> bool {
    let Told { score, pairs, .. } = told(bytes.into_iter());
    pairs >= PAIRS && score * 4 >= pairs
}

/// Whether signs stand where small letters should, and not only those of records and lists.
fn signed(sample: &[u8]) -> bool {
    let count = |sort: fn(&u8) -> bool| -> usize {
        sample.iter().map(|byte| u8::from(sort(byte))).sum::<u8>().into()
    };
    count(u8::is_ascii_lowercase) * 4 < sample.len()
        && count(|byte| b"!#$%&*+<=>?@\\^`|~;".contains(byte)) * 10 >= sample.len()
        && count(u8::is_ascii_digit) * 2 < sample.len()
}

/// Whether the letters of a short word stand in an order that is usual.
pub(super) fn orderly(word: &[u8]) -> bool {
    let Told { score, pairs, .. } = told(word.iter().copied());
    score * 2 > pairs
}

/// The parts of a text whose letters stand in no order that somebody would write.
pub(super) fn regions(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sample) in text.chunks(STEP).enumerate() {
        let sample = sample.get(..SAMPLE).unwrap_or(sample);
        let Told { score, pairs, letters } = told(sample.iter().copied());
        // Text has about 1.5 for a pair, letters in disorder -1 and moved ones -2.6.
        let odd = pairs >= PAIRS && score <= 0;
        let spaced = letters >= PAIRS && pairs * 4 < letters;
        if !odd && !spaced && !signed(sample) {
            continue;
        }
        let range = at * STEP..at * STEP + sample.len();
        match found.last_mut() {
            Some(last) if range.start - last.end <= NEAR => last.end = range.end,
            _ => found.push(range),
        }
    }
    let mut last = 0;
    for range in &mut found {
        // From paragraph to paragraph, if there are any near.
        let from = range.start.saturating_sub(MARGIN).max(last);
        let before = text.get(from..(range.start + SAMPLE).min(range.end)).unwrap_or_default();
        let blank = before.windows(2).rposition(|pair| pair == b"\n\n");
        let start = from + blank.map_or(0, |at| at + 2);
        let from = range.end.saturating_sub(SAMPLE).max(start);
        let after = text.get(from..(range.end + MARGIN).min(text.len())).unwrap_or_default();
        let blank = after.windows(2).position(|pair| pair == b"\n\n");
        *range = start..from + blank.unwrap_or(after.len());
        last = range.end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The council met on Tuesday to discuss the new bridge, and several residents \
                         spoke about traffic near the school that their children go to.";

    #[test]
    fn what_somebody_wrote_is_told_from_letters_in_disorder() {
        assert!(natural(PROSE.bytes()) && regions(PROSE.as_bytes()).is_empty());
        let german = "Mehrere Anwohner sprachen über den Verkehr in der Nähe der Schule, die ihre \
                      Kinder besuchen, und der Ingenieur erklärte, warum der Plan geändert wurde.";
        assert!(natural(german.bytes()) && regions(german.as_bytes()).is_empty());
        let moved = |by: u8| {
            PROSE.bytes().map(move |byte| match byte.to_ascii_lowercase() {
                low @ b'a'..=b'z' => (low - b'a' + by) % 26 + b'a',
                other => other,
            })
        };
        for by in 1..26 {
            assert!(!natural(moved(by)), "moved by {by}");
            assert_eq!(regions(&moved(by).collect::<Vec<u8>>()).len(), 1, "moved by {by}");
        }
        let mixed: Vec<u8> =
            PROSE.bytes().step_by(2).chain(PROSE.bytes().skip(1).step_by(2)).collect();
        assert!(!natural(mixed.iter().copied()) && regions(&mixed).len() == 1);
    }
}
