//! Words that tell of a kind, near a place. They are looked for only around values that could be
//! something, so that text without such values does not pay for them.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::kinds;
use crate::automaton;

/// How far before a value a word may stand, in bytes.
pub(crate) const BEFORE: usize = 64;
/// How far after it.
pub(crate) const AFTER: usize = 32;
/// How much is looked at at a time, where values stand close together.
const PIECE: usize = 256;
/// No word is longer.
const LONGEST: usize = 48;
/// The longest first line that is taken for the head of a table.
const HEAD: usize = 2048;

/// A set of kinds, by their place in the table.
pub(crate) type Kinds = u128;

/// A word that was found.
#[derive(Clone, Copy)]
struct Mark {
    start: usize,
    end: usize,
    kinds: Kinds,
}

struct Words {
    automaton: AhoCorasick,
    /// For each word of the automaton, what it tells of, and whether it may go on.
    rows: Vec<(Kinds, bool)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut rows: BTreeMap<String, (Kinds, bool)> = BTreeMap::new();
    for (at, kind) in kinds::personal_kinds().enumerate() {
        for word in kind.also.iter().copied().flatten().chain(kind.words) {
            let (word, open) = word.strip_suffix('*').map_or((*word, false), |word| (word, true));
            for word in [word.to_owned(), word.replace(' ', "")] {
                let row = rows.entry(word).or_default();
                row.0 |= 1 << at;
                row.1 |= open;
            }
        }
    }
    let words: Vec<Vec<u8>> = rows.keys().map(|word| word.bytes().map(fold).collect()).collect();
    Words { automaton: automaton::folded(&words), rows: rows.into_values().collect() }
});

/// How a byte is looked for: without case, the signs in names as blanks, and few of those that are
/// not ASCII, since the automaton grows with the bytes that it tells apart.
fn fold(byte: u8) -> u8 {
    match byte {
        b'_' | b'-' => b' ',
        0x80.. => byte | 0xf0,
        _ => byte.to_ascii_lowercase(),
    }
}

/// The words of a text, as far as they were asked for.
pub(crate) struct Marks<'t> {
    bytes: &'t [u8],
    /// In order of their ends.
    found: Vec<Mark>,
    /// The first mark that a window can still reach.
    first: usize,
    /// Up to where the text was looked at.
    seen: usize,
    head: Option<Kinds>,
    folded: Vec<u8>,
}

impl<'t> Marks<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, found: Vec::new(), first: 0, seen: 0, head: None, folded: Vec::new() }
    }

    /// The text.
    pub(crate) fn bytes(&self) -> &'t [u8] {
        self.bytes
    }

    /// The kinds that words near `start..end` tell of. Places must be asked for in order.
    pub(crate) fn near(&mut self, start: usize, end: usize) -> Kinds {
        let head = self.head();
        self.look(start.saturating_sub(BEFORE), (end + AFTER).min(self.bytes.len()));
        while self.found.get(self.first).is_some_and(|mark| mark.end + BEFORE < start) {
            self.first += 1;
        }
        self.window(start, end).fold(head, |kinds, mark| {
            crate::work::add(1);
            kinds | mark.kinds
        })
    }

    /// The words that lie whole in the reach of `start..end`.
    fn window(&self, start: usize, end: usize) -> impl Iterator<Item = &Mark> {
        let found = self.found.get(self.first..).unwrap_or_default().iter();
        found
            .take_while(move |mark| mark.end <= end + AFTER)
            .filter(move |mark| mark.start + BEFORE >= start)
    }

    /// How far from `start..end` the nearest word for `kind` is, after [`Marks::near`] was asked.
    pub(crate) fn distance(&self, kind: usize, start: usize, end: usize) -> usize {
        let near = self.window(start, end).filter(|mark| mark.kinds >> kind & 1 == 1).map(|mark| {
            // What stands before a value names it more often than what stands after it.
            if mark.end <= start { start - mark.end } else { mark.start.saturating_sub(end) + 8 }
        });
        near.min().unwrap_or(BEFORE * 2)
    }

    /// Where the nearest word for `kind` that ends before `start` ends.
    pub(crate) fn before(&self, kind: usize, start: usize) -> Option<usize> {
        self.window(start, start)
            .take_while(|mark| mark.end <= start)
            .filter(|mark| mark.kinds >> kind & 1 == 1)
            .map(|mark| mark.end)
            .last()
    }

    /// Whether the head of a table tells of `kind`.
    pub(crate) fn headed(&self, kind: usize) -> bool {
        self.head.unwrap_or(0) >> kind & 1 == 1
    }

    fn look(&mut self, from: usize, to: usize) {
        if to <= self.seen {
            return;
        }
        // A word that began before the border is found whole the second time.
        let from = from.max(self.seen.saturating_sub(LONGEST));
        // Close to what was seen, another value is close too.
        let to = if from < self.seen { to.max(from + PIECE).min(self.bytes.len()) } else { to };
        let mut folded = std::mem::take(&mut self.folded);
        folded.clear();
        // A word may go on after the window; whether it does is seen in the text.
        let piece = self.bytes.get(from..to).unwrap_or_default();
        folded.extend(piece.iter().copied().map(fold));
        for hit in WORDS.automaton.find_overlapping_iter(&folded) {
            let (start, end) = (from + hit.start(), from + hit.end());
            let Some((kinds, open)) = WORDS.rows.get(hit.pattern().as_usize()) else { continue };
            if end > self.seen && whole(self.bytes, start, end, *open) {
                self.found.push(Mark { start, end, kinds: *kinds });
            }
        }
        self.folded = folded;
        self.seen = to;
    }

    /// What the head of a table tells of, if the text is one: it holds for every line.
    fn head(&mut self) -> Kinds {
        if let Some(head) = self.head {
            return head;
        }
        let start = self.bytes.get(..HEAD.min(self.bytes.len())).unwrap_or_default();
        let mut lines = start.split(|byte| *byte == b'\n');
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let count = |line: &[u8], mark: u8| memchr::memchr_iter(mark, line).count();
        let table = b",;\t|".iter().any(|mark| {
            count(first, *mark) > usize::from(*mark == b',')
                && count(first, *mark) == count(second, *mark)
        });
        let mut head = 0;
        if table {
            self.look(0, first.len());
            head = self.found.iter().fold(0, |kinds, mark| kinds | mark.kinds);
        }
        self.head = Some(head);
        head
    }
}

/// Whether a word stands alone: `ssn` in `customerSSN` and `ssn_hash`, not in `classname`.
fn whole(bytes: &[u8], start: usize, end: usize, open: bool) -> bool {
    let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let (before, first) = (byte(start.checked_sub(1)), byte(Some(start)));
    let opens = !letter(before) || (before.is_ascii_lowercase() && first.is_ascii_uppercase());
    let (last, after) = (byte(end.checked_sub(1)), byte(Some(end)));
    let closes =
        open || !letter(after) || (last.is_ascii_lowercase() && after.is_ascii_uppercase());
    opens && closes
}

fn letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0xc3
}

/// How many bytes the words take, and how many there are at most.
#[cfg(test)]
pub(crate) fn memory() -> usize {
    WORDS.automaton.memory_usage() + WORDS.rows.len() * size_of::<(Kinds, bool)>()
}

/// The longest word.
#[cfg(test)]
pub(crate) fn longest_word() -> usize {
    WORDS.automaton.max_pattern_len()
}

#[cfg(test)]
pub(crate) const LONGEST_WORD: usize = LONGEST;
