//! Characters that are written as numbers: in base 16, 10, 8 and 2, and as `=41` in mail.

use super::{Form, Signs, View};

/// Fewer characters are not worth reading.
const SHORTEST: usize = 8;
/// Bytes that may stand between two numbers.
const GAP: usize = 6;

/// What the numbers of a text say.
pub(super) fn codes(text: &[u8], signs: &Signs, see: &mut dyn FnMut(View)) {
    let digits = signs.count(b"0123456789");
    if digits as usize >= SHORTEST {
        sixteen(text, see);
        for base in [10, 8] {
            numbers(text, base, see);
        }
        if signs.count(b"01") as usize >= SHORTEST * 8 {
            binary(text, see);
        }
    }
    if signs.count(b"=") as usize >= SHORTEST / 2 {
        quoted(text, see);
    }
}

fn give(bytes: Vec<u8>, start: usize, end: usize, see: &mut dyn FnMut(View)) {
    super::give(bytes, Form::Codes, start..end, see);
}

/// Pairs of digits in base 16, whatever stands between them.
fn sixteen(text: &[u8], see: &mut dyn FnMut(View)) {
    let mut runs = Runs::new(text, u8::is_ascii_hexdigit);
    let mut digits: Vec<u8> = Vec::new();
    let (mut start, mut end) = (0, 0);
    let mut flush = |digits: &mut Vec<u8>, start, end| {
        if digits.len() >= SHORTEST * 2 {
            for odd in 0..2 {
                let pairs = digits.get(odd..).unwrap_or_default().chunks_exact(2);
                let bytes = pairs.map(|pair| byte_of(pair, 16)).collect();
                give(bytes, start, end, see);
            }
        }
        digits.clear();
    };
    while let Some((from, to)) = runs.next() {
        let run = text.get(from..to).unwrap_or_default();
        let between = text.get(end..from).unwrap_or_default();
        let goes_on = between.len() <= GAP
            && between
                .iter()
                .filter(|byte| byte.is_ascii_alphabetic())
                .all(|byte| matches!(byte, b'x' | b'X' | b'u' | b'U' | b'n'));
        // `0x41`: the digit in front says only how the number is written.
        let marker = run == b"0" && matches!(text.get(to), Some(b'x' | b'X'));
        if marker && goes_on {
            end = to;
            continue;
        }
        if !goes_on || run.len() % 2 == 1 && run.len() < SHORTEST {
            flush(&mut digits, start, end);
        }
        if digits.is_empty() {
            start = from;
        }
        digits.extend(run);
        end = to;
    }
    flush(&mut digits, start, end);
}

/// Lists of numbers of characters.
fn numbers(text: &[u8], base: u32, see: &mut dyn FnMut(View)) {
    let mut runs = Runs::new(text, u8::is_ascii_digit);
    let mut bytes: Vec<u8> = Vec::new();
    let (mut start, mut end) = (0, 0);
    while let Some((from, to)) = runs.next() {
        let run = text.get(from..to).unwrap_or_default();
        let code = u8::try_from(value(run, base))
            .ok()
            .filter(|code| *code >= 9 && (2..=3).contains(&run.len()));
        let goes_on = from - end <= GAP;
        if code.is_none() || !goes_on {
            give(std::mem::take(&mut bytes), start, end, see);
        }
        if bytes.is_empty() {
            start = from;
        }
        bytes.extend(code);
        end = to;
    }
    give(bytes, start, end, see);
}

/// Bits, eight to a character, from any bit on.
fn binary(text: &[u8], see: &mut dyn FnMut(View)) {
    let bits: Vec<u8> = text.iter().copied().filter(|byte| matches!(byte, b'0' | b'1')).collect();
    for skip in 0..8 {
        let chunks = bits.get(skip..).unwrap_or_default().chunks_exact(8);
        let bytes: Vec<u8> = chunks.map(|chunk| byte_of(chunk, 2)).collect();
        give(bytes, 0, text.len(), see);
    }
}

/// Mail that writes characters as `=41`, and breaks lines with `=`.
fn quoted(text: &[u8], see: &mut dyn FnMut(View)) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| *byte == b'=');
        if let Some(pair) = pair.filter(|pair| pair.iter().all(u8::is_ascii_hexdigit)) {
            bytes.push(byte_of(pair, 16));
            at += 3;
        } else {
            bytes.push(*byte);
            at += 1;
        }
    }
    if bytes.len() < text.len() {
        give(bytes, 0, text.len(), see);
    }
}

fn byte_of(digits: &[u8], base: u32) -> u8 {
    u8::try_from(value(digits, base)).unwrap_or(0)
}

fn value(digits: &[u8], base: u32) -> u32 {
    let digit = |byte: &u8| char::from(*byte).to_digit(base).unwrap_or(1000);
    digits
        .iter()
        .take(8)
        .fold(0u32, |value, byte| value.wrapping_mul(base).wrapping_add(digit(byte)))
}

/// The longest runs of bytes of one sort.
struct Runs<'a> {
    text: &'a [u8],
    at: usize,
    sort: fn(&u8) -> bool,
}

impl<'a> Runs<'a> {
    fn new(text: &'a [u8], sort: fn(&u8) -> bool) -> Self {
        Self { text, at: 0, sort }
    }

    fn next(&mut self) -> Option<(usize, usize)> {
        let from = self.at + self.text.get(self.at..)?.iter().position(self.sort)?;
        let length = self.text.get(from..)?.iter().take_while(|byte| (self.sort)(byte)).count();
        self.at = from + length;
        Some((from, self.at))
    }
}
