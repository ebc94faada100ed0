//! Other readings of a text that goes out: what it says when it is decoded or turned round.
//!
//! Every reading has a sign that is cheap to look for, and is tried on the parts that have it: a
//! first pass counts and finds long runs, dense digits and letters in disorder. A few bytes then
//! tell which of many ways of reading gives something, and only those are gone through to the
//! end. Every step is paid for out of [`Work`]; what goes beyond is told.
//!
//! `crate::decode` reads what a model would read. Here it is what anybody can decode who gets the
//! text, in any alphabet, key and order: both have base64 and base 16, and nothing that one
//! accepts of them would do for the other.

mod bases;
mod bits;
mod codes;
mod inflate;
mod marks;
mod natural;
mod orders;
mod radix;
mod shifted;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::fold::fold;

pub(super) use self::marks::without_tags;

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As it stands, or turned round; in any case, width, spacing or escapes.
    Plain,
    /// Letters or bytes that stand for others: moved along the alphabet, mirrored, combined with
    /// one key.
    Rotated,
    /// Signs that look like letters: `p@$$word`.
    Leet,
    /// Between tags or comments of HTML and XML.
    Tagged,
    /// Letters in another order, or with others between them.
    Interleaved,
    /// Base64 of any alphabet and wrapping.
    Base64,
    /// Base32.
    Base32,
    /// Base85 or base45.
    Base85,
    /// Numbers of characters, of any base, or bits.
    Codes,
    /// Morse code, spelling alphabets, digits as words.
    Spelled,
    /// By what does not show: variation selectors, spaces of no width, tabs.
    Invisible,
    /// Compressed.
    Compressed,
}

impl Form {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rotated => "rotated",
            Self::Leet => "leet",
            Self::Tagged => "tagged",
            Self::Interleaved => "interleaved",
            Self::Base64 => "base64",
            Self::Base32 => "base32",
            Self::Base85 => "base85",
            Self::Codes => "character codes",
            Self::Spelled => "spelled out",
            Self::Invisible => "invisible",
            Self::Compressed => "compressed",
        }
    }
}

/// A reading of a text.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    pub(super) form: Form,
    pub(super) place: Place,
}

impl View {
    /// The part of a text that it is decoded from.
    fn part(&self) -> Option<Range<usize>> {
        match &self.place {
            Place::Range(range) => Some(range.clone()),
            Place::Same(_) | Place::Anywhere(_) => None,
        }
    }
}

/// Where the bytes of a reading are from.
#[derive(Clone)]
pub(super) enum Place {
    /// Each from the byte at the same place, counted from here.
    Same(usize),
    /// All from this range.
    Range(Range<usize>),
    /// From here and there in this range. Nothing is encoded once more.
    Anywhere(Range<usize>),
}

/// How much may still be done, in bytes looked at.
#[derive(Debug)]
pub(super) struct Work {
    left: usize,
    all: usize,
    /// Whether everything could be paid for.
    pub(super) complete: bool,
}

impl Work {
    pub(super) const fn new(left: usize) -> Self {
        Self { left, all: left, complete: true }
    }

    /// Returns whether there is so much left, and takes it.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        crate::work::add(bytes);
        if let Some(left) = self.left.checked_sub(bytes) {
            self.left = left;
            true
        } else {
            self.complete = false;
            false
        }
    }

    /// Returns whether half of it is left, for what is dear and seldom finds anything.
    pub(super) const fn spare(&mut self) -> bool {
        let spare = self.left >= self.all / 2;
        self.complete &= spare;
        spare
    }

    /// What is left.
    #[cfg(test)]
    pub(super) const fn left(&self) -> usize {
        self.left
    }
}

/// How often signs occur that say what a text may be.
struct Signs {
    length: usize,
    digits: usize,
    capitals: usize,
    /// Capital letters after small ones.
    risen: usize,
    /// Ones and zeroes.
    ones: usize,
    equals: usize,
    percent: usize,
    opened: usize,
    dots: usize,
    tabs: usize,
    /// Punctuation.
    marks: usize,
    /// Bytes that begin characters of three or four.
    wide: usize,
    /// Letters that are replaced by signs, in words.
    replaced: usize,
}

impl Signs {
    fn of(text: &[u8]) -> Self {
        // Two tables, since the same byte often comes twice.
        let mut counts = [[0u32; 256]; 2];
        for pair in text.chunks(2) {
            for (table, byte) in counts.iter_mut().zip(pair) {
                if let Some(count) = table.get_mut(usize::from(*byte)) {
                    *count += 1;
                }
            }
        }
        let [first, second] = &counts;
        let of = |byte: u8| -> usize {
            let at = |table: &[u32; 256]| table.get(usize::from(byte)).copied().unwrap_or(0);
            usize::try_from(at(first) + at(second)).unwrap_or(0)
        };
        let all = |sort: fn(&u8) -> bool| (0u8..=255).filter(sort).map(of).sum::<usize>();
        let capitals = all(u8::is_ascii_uppercase);
        let replacing = all(|byte| b"@$!|+".contains(byte));
        let count = |test: fn(&[u8]) -> bool| text.windows(2).filter(|pair| test(pair)).count();
        Self {
            length: text.len(),
            digits: all(u8::is_ascii_digit),
            capitals,
            risen: match capitals {
                0..8 => 0,
                _ => count(|pair| matches!(pair, [b'a'..=b'z', b'A'..=b'Z'])),
            },
            ones: of(b'0') + of(b'1'),
            equals: of(b'='),
            percent: of(b'%'),
            opened: of(b'<'),
            dots: of(b'.') + of(b'-'),
            tabs: of(b'\t'),
            marks: all(u8::is_ascii_punctuation),
            wide: all(|byte| *byte >= 0xe0),
            replaced: match replacing {
                0..2 => 0,
                _ => count(|pair| {
                    matches!(pair, [b'a'..=b'z' | b'A'..=b'Z', b'@' | b'$' | b'!' | b'|' | b'+'])
                }),
            },
        }
    }
}

/// Every other reading of `text`, whose symbols are these.
pub(super) fn views(text: &[u8], symbols: &[u8], work: &mut Work) -> Vec<View> {
    let mut out = Vec::new();
    let signs = Signs::of(text);
    marks::untagged(text, &signs, work, &mut out);
    marks::twice(text, &signs, work, &mut out);
    marks::invisible(text, &signs, work, &mut out);
    marks::spelled(text, &signs, work, &mut out);
    marks::leet(text, &signs, work, &mut out);
    let others = out.len();
    encoded(text, &signs, work, &mut out);
    let decoded: Vec<Range<usize>> = out.iter().skip(others).filter_map(View::part).collect();
    bits::bits(text, &signs, work, &mut out);
    orders::unfilled(symbols, &(0..text.len()), work, &mut out);
    for range in natural::regions(text) {
        // What was decoded has letters in disorder, and is read by itself.
        let inside = decoded.iter().filter(|part| part.start < range.end && part.end > range.start);
        let known = inside.map(|part| part.end.min(range.end) - part.start.max(range.start));
        if known.max().unwrap_or(0) * 4 > range.len() * 3 {
            continue;
        }
        let region = text.get(range.clone()).unwrap_or_default();
        orders::grouped(region, range.start, work, &mut out);
        shifted::shifted(region, range.start, work, &mut out);
        orders::reordered(region, &range, work, &mut out);
        if range.len() < text.len() && work.take(region.len()) {
            orders::unfilled(&fold(region), &range, work, &mut out);
        }
        bits::letters(region, &range, work, &mut out);
    }
    out
}

/// What is encoded in `text`.
pub(super) fn decoded(text: &[u8], work: &mut Work) -> Vec<View> {
    let mut out = Vec::new();
    encoded(text, &Signs::of(text), work, &mut out);
    out
}

fn encoded(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    bases::blobs(text, work, out);
    radix::other(text, signs, work, out);
    codes::codes(text, signs, work, out);
}

/// Gives what was decoded, if it looks like something that was written or compressed.
/// Returns whether it does.
fn gives(
    bytes: Vec<u8>,
    form: Form,
    range: Range<usize>,
    work: &mut Work,
    out: &mut Vec<View>,
) -> bool {
    /// Fewer bytes are not worth reading.
    const SHORTEST: usize = 8;
    /// So many say whether somebody wrote them.
    const SAMPLE: usize = 256;
    let place = Place::Range(range);
    if bytes.len() < SHORTEST {
        return false;
    }
    if let Some(bytes) = inflate::inflate(&bytes, work) {
        out.push(View { bytes, form: Form::Compressed, place });
    } else if written(&bytes) {
        let plain = if natural::natural(bytes.iter().copied().take(SAMPLE)) {
            None
        } else {
            shifted::combined(&bytes, work)
        };
        out.extend(plain.map(|bytes| View { bytes, form, place: place.clone() }));
        out.push(View { bytes, form, place });
    } else if let Some(bytes) = wide(&bytes) {
        out.push(View { bytes, form, place });
    } else {
        return false;
    }
    true
}

/// Whether decoded bytes are worth reading.
fn readable(bytes: &[u8]) -> bool {
    written(bytes) || inflate::begins(bytes).is_some() || wide(bytes).is_some()
}

/// Whether decoded bytes look like something that was written, so that reading on makes sense.
fn written(bytes: &[u8]) -> bool {
    /// Of so few bytes at random one in a thousand would do otherwise.
    const SHORT: usize = 16;
    if bytes.len() < SHORT {
        return std::str::from_utf8(bytes).is_ok() && !bytes.iter().any(u8::is_ascii_control);
    }
    let plain = |byte: &&u8| matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let control = |byte: &&u8| matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127);
    // Of bytes at random every ninth is a control character, and of text hardly one.
    bytes.iter().filter(plain).count() * 8 >= bytes.len() * 7
        || bytes.iter().filter(control).count() * 24 <= bytes.len()
            && bytes.utf8_chunks().map(|chunk| chunk.valid().len()).sum::<usize>() * 8
                >= bytes.len() * 7
}

/// Text in UTF-16 of either order of bytes, if nearly all of it is letters that are in use.
fn wide(bytes: &[u8]) -> Option<Vec<u8>> {
    /// Of an alphabet, and of signs for words, which numbers at random are half of the time.
    const SHORTEST: usize = 4;
    const LONGER: usize = 16;
    /// So many units tell whether it is worth reading on.
    const SAMPLE: usize = 32;
    if bytes.len() < SHORTEST * 2 {
        return None;
    }
    let letter = |unit: &u16| matches!(unit, 9 | 10 | 13 | 0x20..0x7f | 0xa0..0x250 | 0x370..0x530 | 0x5d0..0x6ff);
    let sign = |unit: &u16| {
        matches!(unit, 0x900..0x980 | 0xe00..0xe80 | 0x2010..0x2030 | 0x3000..0x3100
            | 0x4e00..0xa000 | 0xff00..0xffef)
    };
    let syllable = |unit: &u16| matches!(unit, 0xac00..0xd7a4);
    for (phase, turned) in [(0, false), (0, true), (1, false), (1, true)] {
        let pair = |pair: &[u8]| {
            let [a, b] = [pair.first(), pair.get(1)].map(|byte| byte.copied().unwrap_or(0));
            if turned { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) }
        };
        let units = || bytes.get(phase..).unwrap_or_default().chunks_exact(2).map(pair);
        // Of numbers at random so many are hardly ever letters.
        let begins =
            units().take(SAMPLE).filter(|unit| letter(unit) || sign(unit) || syllable(unit));
        if begins.count() * 4 < units().len().min(SAMPLE) * 3 {
            continue;
        }
        let all = units().len();
        let letters = units().filter(letter).count();
        let (signs, syllables) = (units().filter(sign).count(), units().filter(syllable).count());
        let nearly = |known: usize| known * 16 >= all * 15;
        if all >= SHORTEST && nearly(letters)
            || all >= LONGER && nearly(letters + signs.max(syllables))
        {
            return Some(String::from_utf16_lossy(&units().collect::<Vec<u16>>()).into_bytes());
        }
    }
    None
}
