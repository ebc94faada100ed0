//! Digits of other bases: 85, 45, the lines of uuencode, and bytes that are one large number.

use std::ops::Range;

use super::{Form, Signs, View, Work, bases::long_run, gives, natural::orderly, readable};

/// Digits that tell whether a way of reading is right.
const SAMPLE: usize = 40;
/// A large number has at most so many digits, since the work grows with their square.
const LARGEST: usize = 192;

const PYTHON: &[u8] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const ZERO_MQ: &[u8] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const FORTY_FIVE: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// The alphabets of large numbers: of money, of links, and digits.
const LARGE: &[&[u8]] = &[
    b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    b"0123456789abcdefghijklmnopqrstuvwxyz",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    b"0123456789",
];

/// The place of every byte in an alphabet, or 255.
fn places(letters: &[u8]) -> [u8; 256] {
    let mut table = [255; 256];
    for (at, letter) in (0u8..).zip(letters) {
        if let Some(slot) = table.get_mut(usize::from(*letter)) {
            *slot = at;
        }
    }
    table
}

/// Bytes out of digits of so many bits.
pub(super) fn unpack(digits: &[u8], bits: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len());
    // Eight digits at a time are a whole number of bytes.
    for chunk in digits.chunks(8) {
        let whole = chunk.iter().fold(0u64, |held, digit| held << bits | u64::from(*digit));
        let filled = u32::try_from(chunk.len()).unwrap_or(0) * bits;
        let word = whole.checked_shl(64 - filled).unwrap_or(0).to_be_bytes();
        bytes.extend(word.iter().take(filled as usize / 8));
    }
    bytes
}

/// Words of base85, stretches of base45 and lines of uuencode.
pub(super) fn other(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.marks >= 4 {
        eighty_five(text, work, out);
        uuencoded(text, work, out);
    }
    if signs.capitals >= 16 {
        let class = |byte: u8| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte)
        };
        let mut at = 0;
        while let Some(run) = long_run(text, at, 24, class) {
            at = run.end;
            let letters = text.get(run.clone()).unwrap_or_default();
            let capitals = letters.iter().filter(|byte| byte.is_ascii_uppercase()).count();
            if capitals * 3 < letters.len() || orderly(letters) {
                continue;
            }
            by_parts(letters, &run, (FORTY_FIVE, 3, 2), work, out);
        }
    }
}

/// Base85 as Adobe, Python and `ZeroMQ` write it: words without white space. About a quarter of
/// their digits are signs, which no other base has.
fn eighty_five(text: &[u8], work: &mut Work, out: &mut Vec<View>) {
    let adobe: Vec<u8> = (b'!'..=b'u').collect();
    let mut at = 0;
    while let Some(run) = long_run(text, at, 16, |byte| (b'!'..=b'~').contains(&byte)) {
        at = run.end;
        let digits = text.get(run.clone()).unwrap_or_default();
        let marks = digits.iter().filter(|byte| byte.is_ascii_punctuation()).count();
        if marks * 8 < digits.len() || orderly(digits) || !work.take(digits.len()) {
            continue;
        }
        let inner = digits.strip_prefix(b"<~").unwrap_or(digits);
        let inner = inner.strip_suffix(b"~>").unwrap_or(inner);
        let quoted = inner.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
        let trimmed = quoted.unwrap_or(inner);
        for letters in [adobe.as_slice(), PYTHON, ZERO_MQ] {
            if by_parts(trimmed, &run, (letters, 5, 4), work, out) {
                break;
            }
        }
    }
}

/// Reads so many digits as so many bytes, from every place where they may begin.
fn by_parts(
    word: &[u8],
    range: &Range<usize>,
    (letters, digits, bytes): (&[u8], usize, usize),
    left: &mut Work,
    out: &mut Vec<View>,
) -> bool {
    let table = places(letters);
    let base = u64::try_from(letters.len()).unwrap_or(0);
    let place = |byte: &u8| table.get(usize::from(*byte)).copied().filter(|at| *at != 255);
    let number = |chunk: &[u8]| -> u64 {
        let digit = |byte: &u8| u64::from(place(byte).unwrap_or(84));
        // Base45 has its least digit first.
        if base == 45 {
            chunk.iter().rev().fold(0, |n, byte| n * base + digit(byte))
        } else {
            let filled = chunk.iter().map(digit).chain(std::iter::repeat(base - 1)).take(digits);
            filled.fold(0, |n, digit| n * base + digit)
        }
    };
    let read = |word: &[u8]| -> Vec<u8> {
        let mut all = Vec::with_capacity(word.len());
        for chunk in word.chunks(digits) {
            let size = if chunk.len() == digits { bytes } else { chunk.len().saturating_sub(1) };
            let word = number(chunk).to_be_bytes();
            let kept = if base == 45 { 8 - size..8 } else { 8 - bytes..8 - bytes + size };
            all.extend(word.get(kept).unwrap_or_default());
        }
        all
    };
    if !left.take(word.len()) || word.iter().filter(|byte| place(byte).is_none()).count() > 2 {
        return false;
    }
    let mut any = false;
    for skip in 0..digits {
        let rest = word.get(skip..).unwrap_or_default();
        let from = rest.len().saturating_sub(SAMPLE) / 2 / digits * digits;
        let sample = rest.get(from..).map_or(rest, |rest| rest.get(..SAMPLE).unwrap_or(rest));
        if left.take(SAMPLE) && readable(&read(sample)) && left.take(word.len() * 2) {
            any |= gives(read(rest), Form::Base85, range.clone(), left, out);
        }
    }
    any
}

/// Lines of uuencode: the first sign of each says how many bytes it has.
fn uuencoded(text: &[u8], work: &mut Work, out: &mut Vec<View>) {
    let mut bytes = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split(|byte| *byte == b'\n') {
        let from = at;
        at += line.len() + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some((first, digits)) = line.split_first() else { continue };
        let count = usize::from(first.wrapping_sub(b' '));
        let full = count.div_ceil(3) * 4;
        let signs = || digits.iter().all(|byte| (b' '..=b'`').contains(byte));
        // White space at the end of a line may be gone.
        if count == 0
            || count > 45
            || digits.len() > full + 1
            || digits.len() + 4 < full
            || !signs()
        {
            continue;
        }
        if !work.take(line.len() * 2) {
            return;
        }
        if bytes.is_empty() {
            start = from;
        }
        let digit = |byte: &u8| (byte - b' ') & 63;
        let digits: Vec<u8> =
            digits.iter().map(digit).chain(std::iter::repeat(0)).take(full).collect();
        bytes.extend(unpack(&digits, 6).iter().take(count));
    }
    if readable(&bytes) {
        gives(bytes, Form::Base64, start..at.saturating_sub(1).min(text.len()), work, out);
    }
}

/// Letters that are the digits of one number, whose bytes are text.
pub(super) fn large(letters: &[u8], range: &Range<usize>, work: &mut Work, out: &mut Vec<View>) {
    if letters.len() > LARGEST {
        return;
    }
    for alphabet in LARGE {
        let table = places(alphabet);
        let place = |byte: &u8| table.get(usize::from(*byte)).copied().filter(|at| *at != 255);
        let digits: Option<Vec<u8>> = letters.iter().map(place).collect();
        let Some(digits) = digits else { continue };
        if !work.take(letters.len() * letters.len() / 8) {
            return;
        }
        let bytes = number(&digits, u64::try_from(alphabet.len()).unwrap_or(1));
        if readable(&bytes) && gives(bytes, Form::Codes, range.clone(), work, out) {
            return;
        }
    }
}

/// The bytes of a number with these digits, the highest first.
fn number(digits: &[u8], base: u64) -> Vec<u8> {
    let mut words: Vec<u64> = Vec::new();
    for digit in digits {
        let mut carry = u64::from(*digit);
        for word in &mut words {
            carry += *word * base;
            *word = carry & 0xffff_ffff;
            carry >>= 32;
        }
        if carry > 0 {
            words.push(carry);
        }
    }
    let bytes = words.iter().rev().flat_map(|word| word.to_be_bytes().into_iter().skip(4));
    bytes.skip_while(|byte| *byte == 0).collect()
}
