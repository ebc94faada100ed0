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
                blob.take().iter().for_each(|blob| blob.read(see));
                let letters = letters.to_vec();
                blob = Some(Blob { last: letters.len(), letters, start: from, end: to });
            }
            _ => {}
        }
    }
    blob.iter().for_each(|blob| blob.read(see));
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
    fn read(&self, see: &mut dyn FnMut(View)) {
        self.read_letters(&self.letters, see);
        let turned: Vec<u8> = self.letters.iter().rev().copied().collect();
        self.sixes(&turned, see);
    }

    fn read_letters(&self, letters: &[u8], see: &mut dyn FnMut(View)) {
        self.sixes(letters, see);
        let digits: Vec<u32> = letters.iter().filter_map(|byte| five(*byte)).collect();
        if digits.len() == letters.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() {
            for skip in 0..8 {
                let bytes = unpack(digits.get(skip..).unwrap_or_default(), 5);
                self.give(bytes, Form::Base32, see);
            }
        }
    }

    /// Base64, wherever it begins.
    fn sixes(&self, letters: &[u8], see: &mut dyn FnMut(View)) {
        let digits: Vec<u32> = letters.iter().filter_map(|byte| six(*byte)).collect();
        for skip in 0..4 {
            let bytes = unpack(digits.get(skip..).unwrap_or_default(), 6);
            self.give(bytes, Form::Base64, see);
        }
    }

    fn give(&self, bytes: Vec<u8>, form: Form, see: &mut dyn FnMut(View)) {
        give(bytes, form, self.start..self.end, see);
    }
}

const fn six(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    } as u32)
}

const fn five(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    } as u32)
}

/// Bytes out of digits of so many bits.
fn unpack(digits: &[u32], bits: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut held, mut count) = (0u32, 0);
    for digit in digits {
        held = (held << bits | digit) & 0xffff;
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(held >> count & 0xff).unwrap_or(0));
        }
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
        if word.len() < 16 {
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
