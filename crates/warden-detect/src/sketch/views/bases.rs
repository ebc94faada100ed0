//! Base64, base32 and base85, however they are wrapped, and what is compressed inside.

use super::{Form, Signs, View, give};

/// A blob has at least so many letters.
const SHORTEST: usize = 12;
/// Chunks of a blob that is wrapped or cut into labels have at least so many.
const CHUNK: usize = 10;
/// Bytes that may stand between two chunks.
const GAP: usize = 4;

/// Letters of base64 that belong together.
struct Blob {
    letters: Vec<u8>,
    start: usize,
    end: usize,
    /// How long the last chunk is.
    last: usize,
}

/// What the blobs of a text say.
pub(super) fn blobs(text: &[u8], signs: &Signs, see: &mut dyn FnMut(View)) {
    let mut blob: Option<Blob> = None;
    let mut at = 0;
    while let Some((from, to)) = chunk(text, at) {
        at = to;
        let letters = text.get(from..to).unwrap_or_default();
        match blob.as_mut() {
            Some(open)
                if from - open.end <= GAP
                    && open.last >= CHUNK
                    && (letters.len() >= CHUNK || open.letters.len() >= 32) =>
            {
                open.letters.extend(letters);
                open.end = to;
                open.last = letters.len();
            }
            _ if letters.len() >= SHORTEST => {
                if let Some(blob) = blob.take() {
                    blob.read(see);
                }
                let letters = letters.to_vec();
                blob = Some(Blob { last: letters.len(), letters, start: from, end: to });
            }
            _ => {}
        }
    }
    if let Some(blob) = blob {
        blob.read(see);
    }
    if signs.count(b"!#$%&()*+;<=>?@^_`{|}~") >= 4 {
        base85(text, see);
    }
}

/// The next run of letters of base64 that is long enough to matter.
fn chunk(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.iter().position(|byte| letter(*byte))?;
    let length = text.get(start..)?.iter().take_while(|byte| letter(**byte)).count();
    Some((start, start + length))
}

const fn letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

impl Blob {
    /// Tries base32 where it may be it, else base64, from either end.
    fn read(&self, see: &mut dyn FnMut(View)) {
        let plain = self.letters.iter().filter(|byte| byte.is_ascii_alphanumeric());
        // Digits of base 16 are read elsewhere.
        if plain.clone().all(u8::is_ascii_hexdigit) {
            return;
        }
        let fives: Vec<u8> = self.letters.iter().filter_map(|byte| five(*byte)).collect();
        let lower = plain.clone().filter(|byte| byte.is_ascii_lowercase()).count();
        let upper = plain.clone().filter(|byte| byte.is_ascii_uppercase()).count();
        let mixed = lower.min(upper) * 8 > lower.max(upper);
        if !mixed && fives.len() == plain.count() && self.unpacked(&fives, 5, see) {
            return;
        }
        let mut digits: Vec<u8> = self.letters.iter().filter_map(|byte| six(*byte)).collect();
        self.unpacked(&digits, 6, see);
        digits.reverse();
        self.unpacked(&digits, 6, see);
    }

    /// Tries every place where a character may begin.
    fn unpacked(&self, digits: &[u8], bits: u32, see: &mut dyn FnMut(View)) -> bool {
        let form = if bits == 5 { Form::Base32 } else { Form::Base64 };
        let places = if bits == 5 { 0..8 } else { 0..4 };
        let mut any = false;
        for skip in places {
            let bytes = unpack(digits.get(skip..).unwrap_or_default(), bits);
            any |= give(bytes, form, self.start..self.end, see);
        }
        any
    }
}

const fn six(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

const fn five(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    })
}

/// Bytes out of digits of so many bits.
fn unpack(digits: &[u8], bits: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len());
    // Eight digits at a time are a whole number of bytes.
    for chunk in digits.chunks(8) {
        let whole = chunk.iter().fold(0u64, |held, digit| held << bits | u64::from(*digit));
        let filled = u32::try_from(chunk.len()).unwrap_or(0) * bits;
        let word = (whole << (64 - filled)).to_be_bytes();
        bytes.extend(word.iter().take(filled as usize / 8));
    }
    bytes
}

/// Base85 as Adobe and as programs write it: words of signs without white space.
fn base85(text: &[u8], see: &mut dyn FnMut(View)) {
    const PYTHON: &[u8] = b"!#$%&()*+-;<=>?@^_`{|}~";
    let mut at = 0;
    for word in text.split(|byte| byte.is_ascii_whitespace() || *byte == b'"' || *byte == b'\'') {
        let range = at..at + word.len();
        at = range.end + 1;
        // About a quarter of its digits are signs, which no other base has.
        let signs = word.iter().filter(|byte| byte.is_ascii_punctuation()).count();
        if word.len() < 16 || signs * 8 < word.len() {
            continue;
        }
        let adobe = |byte: u8| (b'!'..=b'u').contains(&byte).then(|| u32::from(byte - b'!'));
        let python = |byte: u8| match byte {
            b'0'..=b'9' => Some(u32::from(byte - b'0')),
            b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
            b'a'..=b'z' => Some(u32::from(byte - b'a') + 36),
            _ => {
                let at = PYTHON.iter().position(|sign| *sign == byte)?;
                Some(u32::try_from(at).unwrap_or(0) + 62)
            }
        };
        let inner = word.strip_prefix(b"<~").unwrap_or(word);
        let inner = inner.strip_suffix(b"~>").unwrap_or(inner);
        for digits in [fives(inner, adobe), fives(inner, python)] {
            for skip in 0..5 {
                let bytes = unpack85(digits.get(skip..).unwrap_or_default());
                give(bytes, Form::Base85, range.clone(), see);
            }
        }
    }
}

fn fives(word: &[u8], digit: impl Fn(u8) -> Option<u32>) -> Vec<u32> {
    let digits: Vec<u32> = word.iter().filter_map(|byte| digit(*byte)).collect();
    if digits.len() == word.len() { digits } else { Vec::new() }
}

fn unpack85(digits: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len());
    for chunk in digits.chunks(5) {
        let filled = chunk.iter().copied().chain(std::iter::repeat(84)).take(5);
        let word = filled.fold(0u32, |word, digit| word.wrapping_mul(85).wrapping_add(digit));
        bytes.extend(word.to_be_bytes().iter().take(chunk.len().saturating_sub(1)));
    }
    bytes
}
