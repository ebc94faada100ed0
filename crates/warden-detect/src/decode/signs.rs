//! One look at the bytes of a text, to find which decoders have anything to look at.
//!
//! Most text has nothing to decode, and must not pay for those that have. Blocks of bytes are
//! compared and counted without a branch, so that the compiler can use wide registers; what is long
//! is looked for in steps that are shorter than it.

use std::ops::Range;

/// Parts of a text, in order and apart.
pub(super) type Parts = Vec<Range<usize>>;

/// What the bytes of a text show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Where bytes that base64 or hexadecimal could be made of stand together for long.
    pub(super) runs: Parts,
    pub(super) percent: usize,
    pub(super) ampersand: usize,
    pub(super) backslash: usize,
    /// Around pairs of hexadecimal digits that stand alone.
    pub(super) pairs: Parts,
    /// Around digits between letters.
    pub(super) leet: Parts,
    /// Around letters that stand alone.
    pub(super) single: Parts,
    /// Around mark-up behind a letter that more of it or a letter follows.
    pub(super) inside: Parts,
    /// Around places where letters are frequent that are so when all are moved by thirteen, or
    /// pairs of letters that are so in reverse.
    pub(super) order: Parts,
}

/// How many bytes are taken together, and how many behind them are looked at as well.
const BLOCK: usize = 64;
const AHEAD: usize = 8;

/// How much before and behind a block is looked at with it.
const AROUND: usize = 192;

/// So many pairs of hexadecimal digits are in a block, if they are more than a date.
const DATE: usize = 4;

/// Takes up a block of a text with what lies around it.
fn around(parts: &mut Parts, at: usize) {
    let (start, end) = (at.saturating_sub(AROUND), at + BLOCK + AROUND);
    match parts.last_mut().filter(|last| last.end >= start) {
        Some(last) => last.end = end,
        None => parts.push(start..end),
    }
}

/// A block, with what follows it.
type Window = [u8; BLOCK + AHEAD];

impl Signs {
    /// Looks at a text.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Self { runs: long_runs(bytes), single: single(bytes), ..Self::default() };
        let mut at = 0;
        while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            signs.block(window, at);
            at += BLOCK;
        }
        while at < bytes.len() {
            let mut window = [b' '; BLOCK + AHEAD];
            let rest = bytes.get(at..).unwrap_or_default();
            let rest = rest.get(..BLOCK + AHEAD).unwrap_or(rest);
            if let Some(front) = window.get_mut(..rest.len()) {
                front.copy_from_slice(rest);
            }
            signs.block(&window, at);
            at += BLOCK;
        }
        signs
    }

    /// Whether no decoder has anything to look at.
    pub(super) fn clean(&self) -> bool {
        *self == Self::default()
    }

    fn block(&mut self, bytes: &Window, at: usize) {
        let (Some(one), Some(two), Some(three)) =
            (after::<0>(bytes), after::<1>(bytes), after::<2>(bytes))
        else {
            return;
        };
        let escapes = count(one, |byte| is(byte, b'%') | is(byte, b'&') | is(byte, b'\\'));
        if escapes > 0 {
            self.percent += count(one, |byte| is(byte, b'%'));
            self.ampersand += count(one, |byte| is(byte, b'&'));
            self.backslash += count(one, |byte| is(byte, b'\\'));
        }
        let digits = count(one, digit);
        if digits > 0 {
            let between = counted(one, two, three, |one, two, three| {
                // Of letters that are digits as well there are many in digests.
                letter(one) & digit(two) & letter(three) & !(hex(one) & hex(three))
            });
            if between > 0 {
                around(&mut self.leet, at);
            }
        }
        if digits >= 2 && hex_pairs(bytes) >= DATE {
            around(&mut self.pairs, at);
        }
        if count(one, mark) > 0 && marked(one, two, three) {
            around(&mut self.inside, at);
        }
        if turned(one) | reversed(one, two, three) {
            around(&mut self.order, at);
        }
    }
}

/// The bytes of a window that are so far behind the block.
fn after<const BY: usize>(bytes: &Window) -> Option<&[u8; BLOCK]> {
    bytes.get(BY..)?.first_chunk()
}

const fn is(byte: u8, other: u8) -> bool {
    byte == other
}

const fn letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}

const fn digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

const fn hex(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 6
}

const fn mark(byte: u8) -> bool {
    is(byte, b'*') | is(byte, b'`') | is(byte, b'~') | is(byte, b'<')
}

/// How many bytes are of a sort.
fn count<const N: usize>(bytes: &[u8; N], of: impl Fn(u8) -> bool) -> usize {
    usize::from(bytes.iter().fold(0_u8, |sum, byte| sum + u8::from(of(*byte))))
}

/// At how many places bytes behind each other are of a sort.
fn counted<const N: usize>(
    one: &[u8; N],
    two: &[u8; N],
    three: &[u8; N],
    of: impl Fn(u8, u8, u8) -> bool,
) -> usize {
    let places = one.iter().zip(two).zip(three);
    usize::from(
        places.fold(0, |sum: u8, ((one, two), three)| sum + u8::from(of(*one, *two, *three))),
    )
}

/// Whether mark-up stands behind a letter, and more of it or a letter behind that.
fn marked(one: &[u8; BLOCK], two: &[u8; BLOCK], three: &[u8; BLOCK]) -> bool {
    let inside = |one, two, three| {
        letter(one) & mark(two) & (letter(three) | mark(three) | is(three, b'/') | is(three, b'!'))
    };
    counted(one, two, three, inside) > 0
}

/// Pairs of hexadecimal digits with a sign between them, and prefixes of such.
fn hex_pairs(bytes: &Window) -> usize {
    let hex = |byte: u8| byte.is_ascii_hexdigit();
    bytes.windows(5).take(BLOCK).fold(0, |sum, five| match *five {
        [a, b, sign, c, d] if hex(a) & hex(b) & hex(c) & hex(d) => {
            sum + usize::from(matches!(sign, b' ' | b':' | b'-' | b',' | b'\\'))
        }
        [b'0', b'x' | b'X', ..] => sum + 1,
        _ => sum,
    })
}

/// Whether the letters that are frequent are those that stand for frequent ones: `t` stands for `g`.
fn turned(bytes: &[u8; BLOCK]) -> bool {
    let plain = count(bytes, |byte| {
        let byte = byte | 0x20;
        is(byte, b't') | is(byte, b'o') | is(byte, b'i') | is(byte, b's')
    });
    let turned = count(bytes, |byte| {
        let byte = byte | 0x20;
        is(byte, b'g') | is(byte, b'b') | is(byte, b'v') | is(byte, b'f')
    });
    turned > plain + 1
}

/// Whether pairs of letters that are frequent in some languages, and hardly ever the other way
/// round, are the other way round; or a sentence begins with a full stop.
fn reversed(one: &[u8; BLOCK], two: &[u8; BLOCK], three: &[u8; BLOCK]) -> bool {
    let pair = |first: u8, second: u8| {
        let (first, second) = (first | 0x20, second | 0x20);
        (is(first, b't') & is(second, b'h'))
            | (is(first, b'h') & is(second, b'e'))
            | (is(first, b'n') & (is(second, b'd') | is(second, b'g')))
            | (is(first, b'q') & is(second, b'u'))
            | (is(first, b'c') & is(second, b'h'))
            | (is(first, b'o') & is(second, b'u'))
    };
    let forward = counted(one, two, three, |one, two, _| pair(one, two));
    let backward = counted(one, two, three, |one, two, three| {
        let stop = is(two, b'.') | is(two, b',') | is(two, b'?');
        pair(two, one) | (is(one, b' ') & stop & letter(three))
    });
    backward > forward
}

/// Bytes that base64, or hexadecimal digits without signs, could be made of.
pub(super) const fn encodes(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Where [`super::RUN`] bytes or more stand together that could encode something. No such run lies
/// between two places that are as far apart.
fn long_runs(bytes: &[u8]) -> Parts {
    let mut found = Parts::new();
    let mut at = super::RUN - 1;
    while let Some(byte) = bytes.get(at) {
        if encodes(*byte) {
            let before = bytes.get(..at).unwrap_or_default().iter().rev();
            let start = at - before.take(super::RUN).take_while(|byte| encodes(**byte)).count();
            let behind = bytes.get(at..).unwrap_or_default().iter();
            let end = at + behind.take_while(|byte| encodes(**byte)).count();
            if end - start >= super::RUN {
                found.push(start..end);
            }
            at = end;
        }
        at += super::RUN;
    }
    found
}

/// Where letters stand alone, one after the other. A run that is long enough to be decoded is
/// longer than two of the steps.
fn single(bytes: &[u8]) -> Parts {
    const STEP: usize = 8;
    let mut found = Parts::new();
    let mut at = 0;
    while let Some(near) = bytes.get(at..at + STEP) {
        if lone(near) {
            around(&mut found, at);
        }
        at += STEP;
    }
    found
}

/// Whether what stands here is only single letters and what separates them.
fn lone(bytes: &[u8]) -> bool {
    let (mut letters, mut signs, mut length) = (0, 0, 0);
    for byte in bytes {
        if letter(*byte) || digit(*byte) || *byte >= 0x80 {
            // A letter outside of ASCII takes some bytes.
            length += usize::from(*byte < 0x80 || *byte >= 0xc0);
            if length > 1 {
                return false;
            }
            letters += usize::from(!digit(*byte));
        } else {
            length = 0;
            signs += 1;
        }
    }
    letters >= 2 && signs >= 2
}
