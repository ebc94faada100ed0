//! Words of a normalised text and the features that they make.

use std::ops::Range;

use super::lexicon::{self, Concepts, Meaning};

/// Bits of the hash that name a feature.
pub(super) const BITS: u32 = 17;

/// A letter of a word at which its beginning ends.
const BEGINNING: usize = 5;

/// A longer word is cut.
const LONGEST: usize = 40;

/// The words of a text with their hashes.
#[derive(Clone, Debug, Default)]
pub struct Features {
    words: Vec<Word>,
    /// The words that mean something, by their places.
    meant: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u64,
    /// The hash of its beginning, for words that have more than that.
    beginning: Option<u64>,
    start: u32,
    length: u16,
    /// Whether a sentence, a value or the text begins here.
    opens: bool,
    /// What it means.
    concepts: Concepts,
}

/// Reads a normalised text. Letters of scripts without spaces are words of their own.
#[must_use]
pub fn features(text: &str) -> Features {
    let mut read = Features { words: Vec::with_capacity(text.len() / 5), meant: Vec::new() };
    let bytes = text.as_bytes();
    let mut opens = true;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if byte.is_ascii_alphanumeric() {
            let start = at;
            let mut hash = Hash::new();
            let mut beginning = None;
            let mut meaning = Meaning::default();
            while let Some(byte) = bytes.get(at).copied() {
                if !byte.is_ascii_alphanumeric() || at - start >= LONGEST {
                    break;
                }
                // Numbers differ and mean the same.
                hash.add(if byte.is_ascii_digit() { b'0' } else { byte });
                at += 1;
                meaning.stem(at - start, &hash);
                if at - start == BEGINNING {
                    beginning = Some(hash.done());
                }
            }
            let beginning = beginning.filter(|_| at - start > BEGINNING);
            let concepts = meaning.word(&hash);
            read.push(&hash, beginning, start..at, (opens, concepts));
            opens = false;
        } else if byte.is_ascii() {
            if let Some(sign) = sign(byte) {
                read.push(&sign, None, at..at + 1, (false, 0));
            }
            opens |= matches!(
                byte,
                b'.' | b'!'
                    | b'?'
                    | b':'
                    | b'"'
                    | b'('
                    | b'['
                    | b'<'
                    | b'>'
                    | b'#'
                    | b'*'
                    | b'-'
                    | b'='
                    | b'{'
                    | b'`'
            );
            at += 1;
        } else {
            let end = other_word(text, at);
            let piece = text.get(at..end).unwrap_or_default();
            if piece.starts_with(char::is_alphanumeric) {
                let (hash, beginning, concepts) = other(piece, text.get(at..).unwrap_or_default());
                read.push(&hash, beginning, at..end, (opens, concepts));
                opens = false;
            } else {
                opens = true;
            }
            at = end.max(at + 1);
        }
    }
    read
}

/// The hash of a word outside of ASCII, that of its beginning, and what it means; `rest` is the
/// text from there on.
fn other(word: &str, rest: &str) -> (Hash, Option<u64>, Concepts) {
    let mut hash = Hash::new();
    let mut beginning = None;
    let mut meaning = Meaning::default();
    for (at, char) in word.char_indices() {
        hash.all(char.encode_utf8(&mut [0; 4]).as_bytes());
        let end = at + char.len_utf8();
        meaning.stem(end, &hash);
        if beginning.is_none() && end >= 2 * BEGINNING && end < word.len() {
            beginning = Some(hash.done());
        }
    }
    let spread = word.starts_with(alone);
    let concepts = if spread { lexicon::anywhere(rest) } else { meaning.word(&hash) };
    (hash, beginning, concepts)
}

/// Where the word ends that begins with a letter outside of ASCII: behind that letter in scripts
/// without spaces.
fn other_word(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let mut end = start;
    for char in rest.chars() {
        if alone(char) {
            return if end == start { start + char.len_utf8() } else { end };
        }
        if !char.is_alphanumeric() && !is_mark(char) {
            return if end == start { start + char.len_utf8() } else { end };
        }
        if end - start >= 2 * LONGEST {
            break;
        }
        end += char.len_utf8();
    }
    end
}

/// Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese. Korean
/// syllables are words as well: what stands behind them varies.
pub(super) const fn alone(char: char) -> bool {
    matches!(char,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Marks that belong to the letter before them, in scripts of India and Arabic.
const fn is_mark(char: char) -> bool {
    matches!(char, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}')
}

/// Signs that say something.
fn sign(byte: u8) -> Option<Hash> {
    matches!(byte, b'!' | b'<' | b'@' | b'#' | b'$' | b'=' | b'{' | b'[' | b'|').then(|| {
        let mut hash = Hash::new();
        hash.add(byte);
        hash
    })
}

impl Features {
    fn push(
        &mut self,
        hash: &Hash,
        beginning: Option<u64>,
        range: Range<usize>,
        (opens, concepts): (bool, Concepts),
    ) {
        if concepts != 0 {
            self.meant.push(self.words.len());
        }
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let length = u16::try_from(range.len()).unwrap_or(u16::MAX);
        self.words.push(Word { hash: hash.done(), beginning, start, length, opens, concepts });
    }

    /// How many words mean something.
    pub(crate) const fn meant(&self) -> usize {
        self.meant.len()
    }

    /// What the words mean, all together: a bit for each concept of the lexicon.
    pub(crate) fn concepts(&self) -> Concepts {
        self.words.iter().fold(0, |all, word| all | word.concepts)
    }

    /// The same for each window.
    pub(crate) fn meanings(&self, spread: Spread) -> impl Iterator<Item = Concepts> {
        let of = |window| self.words.get(window).unwrap_or_default();
        let windows = self.windows(spread);
        windows.map(move |window| of(window).iter().fold(0, |all, word| all | word.concepts))
    }

    /// The hashes of the words, in order.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.words.iter().map(|word| word.hash)
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Where a word stands, in bytes of the normalised text.
    #[must_use]
    pub fn range(&self, at: usize) -> Range<usize> {
        self.words.get(at).map_or(0..0, |word| {
            let start = usize::try_from(word.start).unwrap_or(usize::MAX);
            start..start + usize::from(word.length)
        })
    }

    /// Hands on the features that end with a word.
    pub fn each(&self, at: usize, mut out: impl FnMut(usize)) {
        let known = self.meant.partition_point(|other| *other < at);
        self.ending(at, known, &mut out);
    }

    /// Hands on the features of all words, in order: the number of the word and the feature.
    pub(super) fn all(&self, mut out: impl FnMut(usize, usize)) {
        let mut known = 0;
        for at in 0..self.words.len() {
            self.ending(at, known, &mut |slot| out(at, slot));
            known += usize::from(self.meant.get(known) == Some(&at));
        }
    }

    /// Hands on the features that end with a word; `known` is how many words before it mean
    /// something.
    fn ending(&self, at: usize, known: usize, out: &mut impl FnMut(usize)) {
        let Some(word) = self.words.get(at) else { return };
        out(slot(word.hash));
        if let Some(beginning) = word.beginning {
            out(slot(beginning ^ 0x5bd1));
        }
        if word.opens {
            out(slot(pair(0x0be6, word.hash)));
        }
        if word.concepts != 0 {
            self.meanings_of(at, word, known, out);
        }
        let Some(before) = at.checked_sub(1).and_then(|at| self.words.get(at)) else { return };
        let two = pair(before.hash, word.hash);
        out(slot(two));
        let Some(first) = at.checked_sub(2).and_then(|at| self.words.get(at)) else { return };
        out(slot(pair(first.hash, two)));
        // With any word between them.
        out(slot(pair(first.hash.rotate_left(7), word.hash)));
    }

    /// Hands on what the meaning of a word makes of it: alone, and with those before it.
    fn meanings_of(&self, at: usize, word: &Word, known: usize, out: &mut impl FnMut(usize)) {
        for concept in lexicon::each(word.concepts) {
            out(slot(pair(ALONE, concept)));
            if word.opens {
                out(slot(pair(OPENING, concept)));
            }
        }
        let before = self.meant.get(known.saturating_sub(NEIGHBOURS)..known).unwrap_or_default();
        let before = before.iter().rev().take_while(|other| at - **other <= NEAR);
        let before = before.filter_map(|other| self.words.get(*other));
        let mut nearest: Option<Concepts> = None;
        for other in before {
            for first in lexicon::each(other.concepts) {
                for second in lexicon::each(word.concepts) {
                    out(slot(pair(pair(TWO, first), second)));
                    for middle in nearest.into_iter().flat_map(lexicon::each).take(2) {
                        out(slot(pair(pair(pair(THREE, first), middle), second)));
                    }
                }
            }
            nearest = Some(other.concepts);
        }
    }

    /// The windows of so many words, so far apart: every word is in one.
    pub fn windows(&self, spread: Spread) -> impl Iterator<Item = Range<usize>> {
        let all = self.words.len();
        let last = spread.last(all);
        (0..=last).map(move |at| at << spread.step..((at << spread.step) + spread.words).min(all))
    }
}

/// How the windows lie in which a text is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many words are judged together.
    pub words: usize,
    /// How far windows lie apart: two to this power.
    pub step: u32,
}

impl Spread {
    /// The place of the last window of a text with so many words.
    const fn last(self, all: usize) -> usize {
        (all.saturating_sub(self.words) + (1 << self.step) - 1) >> self.step
    }

    /// The first and the last window, by their places, that hold the word at `at`, in a text with
    /// so many words.
    pub(super) fn holding(self, at: usize, all: usize) -> (usize, usize) {
        let first = if at < self.words { 0 } else { ((at - self.words) >> self.step) + 1 };
        (first, (at >> self.step).min(self.last(all)))
    }
}

/// How many words that mean something are looked back to, and how far away they may be.
const NEIGHBOURS: usize = 4;
const NEAR: usize = 8;

/// What features of meaning begin with.
const ALONE: u64 = 0xa10e;
const OPENING: u64 = 0x09e6;
const TWO: u64 = 0x0270;
const THREE: u64 = 0x7433;

/// How many features there are.
pub(super) const SLOTS: usize = 1 << BITS;

fn slot(hash: u64) -> usize {
    usize::try_from(spread(hash) >> (64 - BITS)).unwrap_or_default()
}

const fn pair(first: u64, second: u64) -> u64 {
    spread(first.rotate_left(23) ^ second)
}

/// Brings what differs in any bit to the highest ones.
pub(super) const fn spread(hash: u64) -> u64 {
    hash.wrapping_mul(SPREAD)
}

/// An odd number without a pattern: 2^64 divided by the golden ratio (Knuth, volume 3, section
/// 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// FNV-1a over bytes.
pub(super) struct Hash(u64);

impl Hash {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
    }

    pub(super) fn all(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.add(*byte);
        }
    }

    pub(super) const fn done(&self) -> u64 {
        self.0
    }
}
