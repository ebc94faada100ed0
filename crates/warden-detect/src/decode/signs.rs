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

/// So many pairs of digits are in a block, if they are more than a date and a time.
const DATE: usize = 6;

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
        let mut signs = Self { runs: long_runs(bytes), ..Self::default() };
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
        if any(&flags(one, |byte| is(byte, b'%') | is(byte, b'&') | is(byte, b'\\'))) {
            self.percent += count(one, |byte| is(byte, b'%'));
            self.ampersand += count(one, |byte| is(byte, b'&'));
            self.backslash += count(one, |byte| is(byte, b'\\'));
        }
        if any(&flags(one, digit)) {
            // Of letters that are digits as well there are many in digests.
            let spelled = |one, three| letter(one) & letter(three) & !(hex(one) & hex(three));
            if any(&both(flags_of_two(one, three, spelled), &flags(two, digit))) {
                around(&mut self.leet, at);
            }
            if hex_pairs(bytes, one, two, three) >= DATE {
                around(&mut self.pairs, at);
            }
        }
        if single(bytes, one, two) {
            around(&mut self.single, at);
        }
        if any(&flags(one, mark)) && marked(one, two, three) {
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

/// For each byte of a block, 1 if it is of a sort, and 0 if not.
type Flags = [u8; BLOCK];

fn flags(bytes: &[u8; BLOCK], of: impl Fn(u8) -> bool) -> Flags {
    let mut flags = [0; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(bytes) {
        *flag = u8::from(of(*byte));
    }
    flags
}

/// The same for two bytes at each place.
fn flags_of_two(one: &[u8; BLOCK], two: &[u8; BLOCK], of: impl Fn(u8, u8) -> bool) -> Flags {
    let mut flags = [0; BLOCK];
    for ((flag, one), two) in flags.iter_mut().zip(one).zip(two) {
        *flag = u8::from(of(*one, *two));
    }
    flags
}

fn both(mut one: Flags, other: &Flags) -> Flags {
    for (flag, other) in one.iter_mut().zip(other) {
        *flag &= other;
    }
    one
}

/// As many bytes as a register of every machine has.
const LANES: usize = 16;

/// How many flags are set. Sums of bytes, one for each lane, since a single one would be summed in
/// wide numbers, few at a time.
#[inline]
fn sum(flags: &Flags) -> usize {
    let mut sums = [0_u8; LANES];
    for row in flags.as_chunks::<LANES>().0 {
        for (sum, flag) in sums.iter_mut().zip(row) {
            *sum += flag;
        }
    }
    sums.iter().map(|sum| usize::from(*sum)).sum()
}

/// Whether any flag is set.
#[inline]
fn any(flags: &Flags) -> bool {
    let mut some = [0_u8; LANES];
    for row in flags.as_chunks::<LANES>().0 {
        for (some, flag) in some.iter_mut().zip(row) {
            *some |= flag;
        }
    }
    u128::from_ne_bytes(some) != 0
}

/// How many bytes are of a sort.
fn count(bytes: &[u8; BLOCK], of: impl Fn(u8) -> bool) -> usize {
    sum(&flags(bytes, of))
}

/// Whether mark-up stands behind a letter, and more of it or a letter behind that.
fn marked(one: &[u8; BLOCK], two: &[u8; BLOCK], three: &[u8; BLOCK]) -> bool {
    let goes_on = |byte| letter(byte) | mark(byte) | is(byte, b'/') | is(byte, b'!');
    let behind = flags_of_two(one, two, |one, two| letter(one) & mark(two));
    any(&both(behind, &flags(three, goes_on)))
}

/// Whether three letters stand alone, one after the other.
fn single(bytes: &Window, one: &[u8; BLOCK], two: &[u8; BLOCK]) -> bool {
    let alone = |one, two| !word(one) & letter(two);
    let first = flags_of_two(one, two, alone);
    let [Some(three), Some(four), Some(five)] =
        [after::<2>(bytes), after::<3>(bytes), after::<4>(bytes)]
    else {
        return false;
    };
    let [Some(six), Some(seven)] = [after::<5>(bytes), after::<6>(bytes)] else { return false };
    let first = both(first, &flags_of_two(three, four, alone));
    if any(&first) {
        let more = both(flags_of_two(five, six, alone), &flags(seven, |byte| !word(byte)));
        if any(&both(first, &more)) {
            return true;
        }
    }
    // The same of letters of two bytes.
    let other = |byte: u8| byte >= 0x80;
    any(&flags(one, other))
        && bytes.as_slice().windows(7).any(|seven| {
            let at = |at: usize| seven.get(at).copied().unwrap_or_default();
            [1, 2, 4, 5].into_iter().all(|two| other(at(two)))
                && ![0, 3, 6].into_iter().any(|one| word(at(one)))
        })
}

/// Whether a byte belongs to a word.
const fn word(byte: u8) -> bool {
    (letter(byte) | digit(byte)) || byte >= 0x80
}

/// Pairs of hexadecimal digits with a sign between them, and prefixes of such.
fn hex_pairs(bytes: &Window, one: &[u8; BLOCK], two: &[u8; BLOCK], three: &[u8; BLOCK]) -> usize {
    let [Some(four), Some(five)] = [after::<3>(bytes), after::<4>(bytes)] else { return 0 };
    let between =
        |byte| is(byte, b' ') | is(byte, b':') | is(byte, b'-') | is(byte, b',') | is(byte, b'\\');
    let pair = |one, two| (digit(one) | hex(one)) & (digit(two) | hex(two));
    let pairs = both(flags_of_two(one, two, pair), &flags(three, between));
    let prefixes = flags_of_two(one, two, |one, two| is(one, b'0') & is(two | 0x20, b'x'));
    sum(&both(pairs, &flags_of_two(four, five, pair))) + sum(&prefixes)
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
    let forward = sum(&flags_of_two(one, two, pair));
    let backward = sum(&flags_of_two(two, one, pair));
    let stop = |one, two| is(one, b' ') & (is(two, b'.') | is(two, b',') | is(two, b'?'));
    let stops = both(flags_of_two(one, two, stop), &flags(three, letter));
    let backward = backward + sum(&stops);
    backward > forward
}

/// Whether base64, or hexadecimal digits without signs, could be made of a byte.
pub(super) fn encodes(byte: u8) -> bool {
    ENCODES.get(usize::from(byte)).copied().unwrap_or_default()
}

static ENCODES: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0_u8;
    while at < 0x80 {
        table[at as usize] = at.is_ascii_alphanumeric() || matches!(at, b'+' | b'/' | b'-' | b'_');
        at += 1;
    }
    table
};

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
