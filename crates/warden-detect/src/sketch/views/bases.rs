//! Base64, base32 and base 16 in letters, of any usual alphabet and however they are wrapped.
//!
//! A few letters out of the middle of a blob are read in every way; only in the ways that give
//! something the whole blob is read.

use std::ops::Range;

use super::{
    Form, View, Work, gives, inflate,
    natural::orderly,
    radix::{large, unpack},
    readable, shifted,
};

/// A blob has at least so many letters.
const SHORTEST: usize = 12;
/// Chunks of a blob that is wrapped or cut into labels have at least so many.
const CHUNK: usize = 10;
/// Bytes that may stand between two chunks.
const GAP: usize = 4;
/// Letters that tell whether a way of reading is right.
const SAMPLE: usize = 48;
/// A blob has so many before dear ways are tried.
const DEAR: usize = 24;

/// Letters of base64 that belong together.
struct Blob {
    letters: Vec<u8>,
    range: Range<usize>,
    /// How long the last chunk is.
    last: usize,
    /// Letters at the end that may not belong to it.
    tail: usize,
}

/// What the blobs of a text say.
pub(super) fn blobs(text: &[u8], work: &mut Work, out: &mut Vec<View>) {
    let mut blob: Option<Blob> = None;
    let mut at = 0;
    let letter = |byte: u8| LETTERS.get(usize::from(byte)).copied().unwrap_or(false);
    while let Some(run) = long_run(text, at, CHUNK, letter) {
        at = run.end;
        let letters = text.get(run.clone()).unwrap_or_default();
        match blob.as_mut() {
            Some(open) if run.start - open.range.end <= GAP && open.last >= CHUNK => {
                open.letters.extend(letters);
                open.range.end = run.end;
                open.last = letters.len();
            }
            _ if letters.len() >= SHORTEST => {
                if let Some(blob) = blob.take() {
                    blob.read(text, work, out);
                }
                let letters = letters.to_vec();
                blob = Some(Blob { last: letters.len(), letters, range: run, tail: 0 });
            }
            _ => {}
        }
    }
    if let Some(blob) = blob {
        blob.read(text, work, out);
    }
}

/// The next run of at least `least` bytes of one sort. Only every `least`th byte is looked at
/// where there is none.
pub(super) fn long_run(
    text: &[u8],
    mut at: usize,
    least: usize,
    sort: impl Fn(u8) -> bool,
) -> Option<Range<usize>> {
    loop {
        let probe = at + least - 1;
        if !sort(*text.get(probe)?) {
            at = probe + 1;
            continue;
        }
        let before = text.get(at..probe).unwrap_or_default();
        let start = at + before.iter().rposition(|byte| !sort(*byte)).map_or(0, |last| last + 1);
        let after = text.get(probe..).unwrap_or_default();
        let length = after.iter().position(|byte| !sort(*byte)).unwrap_or(after.len());
        let end = probe + length;
        if end - start >= least {
            return Some(start..end);
        }
        at = end;
    }
}

const fn letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

static LETTERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = letter(byte);
        byte += 1;
    }
    table
};

/// An alphabet of so many bits a letter.
struct Alphabet {
    form: Form,
    bits: u32,
    digit: fn(u8) -> Option<u8>,
}

const SIXTY_FOUR: Alphabet = Alphabet { form: Form::Base64, bits: 6, digit: six };
/// Those of the standards, and of Crockford, which leave out letters that look like digits.
const THIRTY_TWO: &[Alphabet] = &[
    Alphabet { form: Form::Base32, bits: 5, digit: five },
    Alphabet { form: Form::Base32, bits: 5, digit: five_from_zero },
    Alphabet { form: Form::Base32, bits: 5, digit: crockford },
];

impl Blob {
    fn read(mut self, text: &[u8], work: &mut Work, out: &mut Vec<View>) {
        // The last line of what is wrapped is short.
        let after = text.get(self.range.end..).unwrap_or_default();
        let gap = after.iter().take(GAP).take_while(|byte| byte.is_ascii_whitespace()).count();
        let tail = after.get(gap..).unwrap_or_default();
        let length = tail.iter().take(CHUNK).take_while(|byte| letter(**byte)).count();
        if self.letters.len() >= 32 && gap > 0 && length > 0 {
            self.letters.extend(tail.iter().take(length));
            self.range.end += gap + length;
            self.tail = length;
        }
        let plain = || self.letters.iter().filter(|byte| byte.is_ascii_alphanumeric());
        // Words are nothing that is encoded. Digits of base 16 are read elsewhere.
        let usual = self.letters.len() < 32 && orderly(&self.letters);
        if usual || !work.take(self.letters.len()) || plain().all(u8::is_ascii_hexdigit) {
            return;
        }
        if self.halves(work, out) {
            return;
        }
        let lower = plain().filter(|byte| byte.is_ascii_lowercase()).count();
        let upper = plain().filter(|byte| byte.is_ascii_uppercase()).count();
        let mixed = lower.min(upper) * 8 > lower.max(upper);
        if !mixed && THIRTY_TWO.iter().any(|alphabet| self.by(alphabet, work, out)) {
            return;
        }
        if self.by(&SIXTY_FOUR, work, out) || self.letters.len() < DEAR || !work.spare() {
            return;
        }
        let dear = self.moved(work, out) || self.keyed(work, out);
        if !dear {
            large(self.sure(), &self.range, work, out);
        }
    }

    /// Reads by an alphabet from either end, from every place where a character may begin.
    fn by(&self, alphabet: &Alphabet, work: &mut Work, out: &mut Vec<View>) -> bool {
        let mut digits: Vec<u8> =
            self.letters.iter().filter_map(|b| (alphabet.digit)(*b)).collect();
        if digits.len() * 8 < self.letters.len() * 7 {
            return false;
        }
        let mut any = false;
        for _ in 0..2 {
            any |= self.digits(&digits, alphabet, work, out);
            if any && alphabet.bits == 5 {
                break;
            }
            digits.reverse();
        }
        any
    }

    fn digits(
        &self,
        digits: &[u8],
        alphabet: &Alphabet,
        work: &mut Work,
        out: &mut Vec<View>,
    ) -> bool {
        let skips = if alphabet.bits == 5 { 0..8 } else { 0..4 };
        let mut any = false;
        for skip in skips {
            let rest = digits.get(skip..).unwrap_or_default();
            let tell = |work: &mut Work| work.take(SAMPLE * 2);
            if tell(work) && sampled(rest, alphabet.bits) && work.take(digits.len() * 2) {
                let bytes = unpack(rest, alphabet.bits);
                any |= gives(bytes, alphabet.form, self.range.clone(), work, out);
            }
        }
        any
    }

    /// Base64 whose letters are moved along the alphabet.
    fn moved(&self, work: &mut Work, out: &mut Vec<View>) -> bool {
        let sample = self.middle();
        for by in 1..26u8 {
            let moved = |byte: &u8| match byte {
                b'a'..=b'z' => (byte - b'a' + by) % 26 + b'a',
                b'A'..=b'Z' => (byte - b'A' + by) % 26 + b'A',
                other => *other,
            };
            let digits: Vec<u8> = sample.iter().map(moved).filter_map(six).collect();
            if !work.take(sample.len() * 6) {
                return false;
            }
            let right = |skip: usize| {
                readable(&unpack(digits.get(skip..).unwrap_or_default(), SIXTY_FOUR.bits))
            };
            if (0..4).any(right) {
                let all: Vec<u8> = self.letters.iter().map(moved).filter_map(six).collect();
                return self.digits(&all, &SIXTY_FOUR, work, out);
            }
        }
        false
    }

    /// Base 16 with sixteen letters in the order of the alphabet.
    fn halves(&self, work: &mut Work, out: &mut Vec<View>) -> bool {
        let letters = || self.sure().iter().map(u8::to_ascii_lowercase);
        let (Some(least), Some(most)) = (letters().min(), letters().max()) else { return false };
        if most - least > 15 || !work.take(self.letters.len() * 8) {
            return false;
        }
        let mut any = false;
        // The first digit may be missing.
        for zero in [least, most.saturating_sub(15)] {
            let digits: Vec<u8> = letters().map(|letter| letter.saturating_sub(zero)).collect();
            for skip in 0..2 {
                let bytes = unpack(digits.get(skip..).unwrap_or_default(), 4);
                any = any
                    || readable(&bytes) && gives(bytes, Form::Codes, self.range.clone(), work, out);
            }
        }
        any
    }

    /// Bytes that were combined with one key.
    fn keyed(&self, work: &mut Work, out: &mut Vec<View>) -> bool {
        let digits: Vec<u8> = self.letters.iter().copied().filter_map(six).collect();
        (0..4).any(|skip| {
            if !work.take(digits.len() * 2) {
                return false;
            }
            let bytes = unpack(digits.get(skip..).unwrap_or_default(), 6);
            if let Some(plain) = shifted::combined(&bytes, work) {
                return gives(plain, Form::Base64, self.range.clone(), work, out);
            }
            let plain = if skip == 0 { inflate::raw(&bytes, work) } else { None };
            plain.is_some_and(|plain| gives(plain, Form::Compressed, self.range.clone(), work, out))
        })
    }

    /// The letters without those that may not belong to it.
    fn sure(&self) -> &[u8] {
        self.letters.get(..self.letters.len() - self.tail).unwrap_or_default()
    }

    fn middle(&self) -> &[u8] {
        let start = self.letters.len().saturating_sub(SAMPLE) / 2;
        self.letters.get(start..).map_or(&[], |rest| rest.get(..SAMPLE).unwrap_or(rest))
    }
}

/// Whether digits from the middle, the begin or the end give something.
fn sampled(digits: &[u8], bits: u32) -> bool {
    let begin = unpack(digits.get(..SAMPLE).unwrap_or(digits), bits);
    if inflate::begins(&begin).is_some() {
        return true;
    }
    if digits.len() <= SAMPLE {
        return readable(&begin);
    }
    let from = |at: usize| at / 8 * 8;
    let places = [digits.len() / 2, digits.len() - SAMPLE, 0].map(from);
    places.into_iter().any(|at| {
        let rest = digits.get(at..).unwrap_or_default();
        readable(&unpack(rest.get(..SAMPLE).unwrap_or(rest), bits))
    })
}

fn six(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn five(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    })
}

fn five_from_zero(byte: u8) -> Option<u8> {
    Some(match byte.to_ascii_lowercase() {
        digit @ b'0'..=b'9' => digit - b'0',
        letter @ b'a'..=b'v' => letter - b'a' + 10,
        _ => return None,
    })
}

fn crockford(byte: u8) -> Option<u8> {
    const LETTERS: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let at = LETTERS.iter().position(|letter| *letter == byte.to_ascii_lowercase())?;
    u8::try_from(at).ok()
}
