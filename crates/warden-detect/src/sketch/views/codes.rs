//! Characters that are written as numbers: in base 16, 10 and 8, and as `=41` in mail.

use std::ops::Range;

use super::{Form, Place, Signs, View, Work, gives, radix, readable, shifted, written};

/// Fewer characters are not worth reading.
const SHORTEST: usize = 8;
/// Bytes that may stand between two pairs of digits, and between two numbers.
const GAP: usize = 6;
const WIDER: usize = 12;
/// Bytes that may stand between two long runs of digits.
const WIDEST: usize = 48;
/// Digits of a long run.
const LONG: usize = 8;
/// Digits are looked for in blocks of so many bytes, of which so many have to be digits.
const BLOCK: usize = 64;
const DENSE: usize = 8;
/// Digits that are written without a gap.
const UNBROKEN: usize = 36;

/// What the numbers of a text say.
pub(super) fn codes(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.digits >= SHORTEST {
        for range in dense(text) {
            let part = text.get(range.clone()).unwrap_or_default();
            if !work.take(part.len() * 8) {
                return;
            }
            let mut scan = Scan { start: range.start, work: &mut *work, out: &mut *out };
            scan.part(part);
        }
    }
    if signs.equals >= SHORTEST / 2 && work.take(text.len()) {
        quoted(text, out);
    }
}

/// The parts of a text with many digits.
fn dense(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, block) in text.chunks(BLOCK).enumerate() {
        let digits = block.iter().map(|byte| u8::from(byte.is_ascii_digit())).sum::<u8>();
        if usize::from(digits) < DENSE.min(block.len() / 6 + 1) {
            continue;
        }
        let start = (at * BLOCK).saturating_sub(BLOCK);
        let end = (at * BLOCK + 2 * BLOCK).min(text.len());
        match found.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// A scan of a part with many digits.
struct Scan<'a> {
    start: usize,
    work: &'a mut Work,
    out: &'a mut Vec<View>,
}

/// Digits in base 16 that belong together.
#[derive(Default)]
struct Pairs {
    digits: Vec<u8>,
    range: Range<usize>,
    last: usize,
    /// The next row of a dump has begun.
    goes_on: bool,
}

/// Numbers that belong together.
#[derive(Default)]
struct Numbers {
    codes: Vec<u32>,
    range: Range<usize>,
    octal: bool,
}

impl Scan<'_> {
    fn part(&mut self, text: &[u8]) {
        let mut pairs = Pairs::default();
        let mut numbers = Numbers::default();
        let mut rows = Rows::default();
        let mut at = 0;
        for word in text.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
            let range = at..at + word.len();
            at = range.end;
            if !word.first().is_some_and(u8::is_ascii_alphanumeric) {
                rows.part(word);
                continue;
            }
            if rows.counts(text, &range) {
                pairs.goes_on = true;
                continue;
            }
            if rows.shown {
                continue;
            }
            let digits = hex_part(word);
            if digits.len().is_multiple_of(2) && !digits.is_empty() || digits.len() >= LONG * 2 {
                self.pairs(&mut pairs, digits, &range);
            }
            if word.iter().all(u8::is_ascii_digit) {
                self.number(&mut numbers, word, &range);
            }
        }
        self.flush_pairs(&mut pairs);
        self.flush_numbers(&mut numbers);
    }

    fn pairs(&mut self, pairs: &mut Pairs, digits: &[u8], range: &Range<usize>) {
        let gap = range.start - pairs.range.end;
        let long = pairs.goes_on || digits.len() >= LONG && pairs.last >= LONG;
        pairs.goes_on = false;
        if gap > if long { WIDEST } else { GAP } {
            self.flush_pairs(pairs);
        }
        if pairs.digits.is_empty() {
            pairs.range.start = range.start;
        }
        pairs.digits.extend(digits);
        pairs.range.end = range.end;
        pairs.last = digits.len();
    }

    fn flush_pairs(&mut self, pairs: &mut Pairs) {
        let Pairs { digits, range, .. } = std::mem::take(pairs);
        let end = range.end;
        pairs.range = end..end;
        if digits.len() < SHORTEST * 2 {
            return;
        }
        let mut any = false;
        for odd in 0..2 {
            let chunks = digits.get(odd..).unwrap_or_default().chunks_exact(2);
            let bytes: Vec<u8> =
                chunks.map(|pair| u8::try_from(value(pair, 16)).unwrap_or(0)).collect();
            any |= self.give(bytes, &range);
        }
        if !any {
            self.unbroken(&digits, &range);
        }
    }

    /// Decimal digits without a gap: three for each character, as many as it needs, or all of
    /// them one number.
    fn unbroken(&mut self, digits: &[u8], range: &Range<usize>) {
        if digits.len() < UNBROKEN || !digits.iter().all(u8::is_ascii_digit) {
            return;
        }
        let code = |part: &[u8]| u8::try_from(value(part, 10)).ok();
        for skip in 0..3 {
            let chunks = digits.get(skip..).unwrap_or_default().chunks_exact(3);
            let bytes: Option<Vec<u8>> = chunks.map(code).collect();
            if bytes.is_some_and(|bytes| self.give(bytes, range)) {
                return;
            }
        }
        let mut bytes = Vec::new();
        let mut rest = digits;
        while let Some(first) = rest.first() {
            let (part, after) = rest.split_at(rest.len().min(if *first == b'1' { 3 } else { 2 }));
            bytes.extend(code(part));
            rest = after;
        }
        if !self.give(bytes, range) {
            let range = self.start + range.start..self.start + range.end;
            radix::large(digits, &range, self.work, self.out);
        }
    }

    fn number(&mut self, numbers: &mut Numbers, word: &[u8], range: &Range<usize>) {
        let code = value(word, 10);
        let fits = word.len() <= 7 && code <= 0x10_ffff;
        if !fits || range.start - numbers.range.end > WIDER {
            self.flush_numbers(numbers);
        }
        if numbers.codes.is_empty() {
            numbers.range.start = range.start;
            numbers.octal = true;
        }
        if fits {
            numbers.codes.push(code);
            numbers.octal &= word.len() <= 3 && word.iter().all(|digit| *digit < b'8');
        }
        numbers.range.end = range.end;
    }

    fn flush_numbers(&mut self, numbers: &mut Numbers) {
        let Numbers { codes, range, octal } = std::mem::take(numbers);
        let end = range.end;
        numbers.range = end..end;
        if codes.len() < SHORTEST {
            return;
        }
        if octal {
            let octal = codes.iter().map(|code| code / 100 * 64 + code / 10 % 10 * 8 + code % 10);
            self.give(octal.map(|code| u8::try_from(code).unwrap_or(0)).collect(), &range);
        }
        if let Some(bytes) = bytes_of(&codes) {
            let alphabet = |from: u8| {
                let letter = move |code: &u8| b'a'.wrapping_add(code.wrapping_sub(from));
                bytes.iter().map(letter).collect::<Vec<u8>>()
            };
            match bytes.iter().max() {
                Some(0..=26) => _ = self.give(alphabet(u8::from(!bytes.contains(&0))), &range),
                _ => _ = self.give(bytes, &range),
            }
        }
        let chars = codes.into_iter().map(|code| char::from_u32(code).unwrap_or(' '));
        let text = chars.collect::<String>().into_bytes();
        if !text.is_ascii() {
            self.give(text, &range);
        }
    }

    /// Gives what was written as numbers, also if it was combined with one key before.
    fn give(&mut self, bytes: Vec<u8>, range: &Range<usize>) -> bool {
        let range = self.start + range.start..self.start + range.end;
        if bytes.len() < SHORTEST || !self.work.take(bytes.len() * 2) {
            return false;
        }
        if !readable(&bytes) {
            let plain = shifted::combined(&bytes, self.work);
            return plain
                .is_some_and(|plain| gives(plain, Form::Codes, range, self.work, self.out));
        }
        gives(bytes, Form::Codes, range, self.work, self.out)
    }
}

/// The numbers as bytes, if they are.
fn bytes_of(codes: &[u32]) -> Option<Vec<u8>> {
    codes.iter().map(|code| u8::try_from(*code).ok()).collect()
}

/// The digits of `41`, `0x41`, `x41`, `u0041` and `U0041`; nothing of another word.
fn hex_part(word: &[u8]) -> &[u8] {
    let word = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X")).unwrap_or(word);
    let word = match word {
        [b'x' | b'X' | b'u' | b'U', rest @ ..] => rest,
        all => all,
    };
    if word.iter().all(u8::is_ascii_hexdigit) { word } else { &[] }
}

/// The first column of a dump, which counts the bytes before each row.
#[derive(Default)]
struct Rows {
    next: Option<u32>,
    /// The last column has begun, which shows the bytes as letters.
    shown: bool,
}

impl Rows {
    /// Notes what parts two words.
    fn part(&mut self, between: &[u8]) {
        self.shown |= self.next.is_some() && between.contains(&b'|');
        if between.contains(&b'\n') {
            self.shown = false;
        }
    }

    /// Whether the word says only where in a dump its row is.
    fn counts(&mut self, text: &[u8], range: &Range<usize>) -> bool {
        let word = text.get(range.clone()).unwrap_or_default();
        let first = range.start == 0 || text.get(range.start - 1) == Some(&b'\n');
        let parted = matches!(text.get(range.end), Some(b':' | b' ' | b'\t'));
        let long = (4..=8).contains(&word.len()) && word.iter().all(u8::is_ascii_hexdigit);
        if !(first && parted && long) {
            return false;
        }
        // A dump counts in base 16 or 8, and the same number more in each row.
        let number = value(word, 16);
        let known = self.next.is_some_and(|next| number > next && number - next <= 0x40);
        let begins = number == 0;
        self.next = Some(number);
        begins || known
    }
}

/// Mail that writes characters as `=41`, and breaks lines with `=`.
fn quoted(text: &[u8], out: &mut Vec<View>) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut count = 0;
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let pair =
            after.get(..2).filter(|pair| *first == b'=' && pair.iter().all(u8::is_ascii_hexdigit));
        if let Some(pair) = pair {
            bytes.push(u8::try_from(value(pair, 16)).unwrap_or(0));
            rest = after.get(2..).unwrap_or_default();
            count += 1;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    if count >= SHORTEST / 2 && written(&bytes) {
        out.push(View { bytes, form: Form::Codes, place: Place::Range(0..text.len()) });
    }
}

fn value(digits: &[u8], base: u32) -> u32 {
    let digit = |byte: &u8| char::from(*byte).to_digit(base).unwrap_or(0);
    let fold = |value: u32, byte: &u8| value.wrapping_mul(base).wrapping_add(digit(byte));
    digits.iter().take(8).fold(0, fold)
}
