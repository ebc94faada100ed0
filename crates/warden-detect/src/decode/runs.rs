//! Runs of base64 and of hexadecimal digits that hold text.

use std::ops::Range;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Encoding, Piece, RUN, signs::encodes};

/// Trailing bits and padding are as whoever wrote it left them.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// A run of this length at the end of a line goes on in the next.
const WRAPPED: usize = 20;

/// Puts what was said in place of how it was written, between quotation marks: what somebody
/// decodes is a text of its own.
fn spliced(text: &str, said: Vec<(Range<usize>, String)>, encoding: Encoding) -> Option<Piece> {
    let range = said.first()?.0.start..said.last()?.0.end;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, said) in said {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push('"');
        out.push_str(&said);
        out.push('"');
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Some(Piece { text: out, range, encoding })
}

/// Runs of base64, also over the ends of lines.
pub(super) fn base64(text: &str, runs: &[Range<usize>]) -> Option<Piece> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut passed = 0;
    for run in runs.iter().filter(|run| might(bytes, run)) {
        if run.start < passed {
            continue;
        }
        let end = wrapped(bytes, run);
        passed = end;
        let run = run.start..end;
        let part: Vec<u8> = bytes.get(run.clone()).unwrap_or_default().to_vec();
        let part: Vec<u8> = part.into_iter().filter(|byte| encodes(*byte)).collect();
        let rest = bytes.get(end..).unwrap_or_default();
        let padding = rest.iter().take(2).take_while(|byte| **byte == b'=').count();
        found.extend(unpacked(&part).map(|said| (run.start..end + padding, said)));
    }
    spliced(text, found, Encoding::Base64)
}

/// Where a run ends that may go on in the next lines.
fn wrapped(bytes: &[u8], run: &Range<usize>) -> usize {
    let mut end = run.end;
    let mut line = run.len();
    loop {
        let next = end + line_end(bytes.get(end..).unwrap_or_default());
        let rest = bytes.get(next..).unwrap_or_default().iter();
        let more = rest.take_while(|byte| encodes(**byte)).count();
        if next == end || line < WRAPPED || more == 0 {
            return end;
        }
        (end, line) = (next + more, more);
    }
}

/// Whether a run could be base64: words, names and paths are the usual case, and have no upper and
/// lower case in one.
fn might(bytes: &[u8], run: &Range<usize>) -> bool {
    let run = bytes.get(run.clone()).unwrap_or_default();
    run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase)
}

/// What a run says. A word may stand right before it, as in `data/` or `key-`, so it is also read
/// from behind the last sign that only one of the alphabets has.
fn unpacked(run: &[u8]) -> Option<String> {
    let url = run.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if url { &URL } else { &STANDARD };
    // One letter alone in a group of four encodes nothing.
    let whole = run.get(..run.len() - usize::from(run.len() % 4 == 1))?;
    engine.decode(whole).ok().and_then(legible)
}

/// Runs of hexadecimal digits: together, or in pairs with the same sign between them.
pub(super) fn hex(text: &str, runs: &[Range<usize>], pairs: &[Range<usize>]) -> Option<Piece> {
    let bytes = text.as_bytes();
    let mut parts: Vec<&Range<usize>> = runs.iter().chain(pairs).collect();
    parts.sort_unstable_by_key(|part| part.start);
    let mut found = Vec::new();
    let mut at = 0;
    for part in parts {
        at = at.max(part.start);
        while at < part.end.min(bytes.len()) {
            let (end, digits) = hex_run(bytes, at);
            if digits.len() >= RUN
                && let Some(said) = legible(paired(&digits))
            {
                found.push((at..end, said));
            }
            at = end.max(at + 1);
        }
    }
    spliced(text, found, Encoding::Hex)
}

/// The run of digits that begins here: where it ends, and its digits.
fn hex_run(bytes: &[u8], start: usize) -> (usize, Vec<u8>) {
    let digit = |at: usize| bytes.get(at).copied().filter(u8::is_ascii_hexdigit);
    let mut digits = Vec::new();
    if digit(start).is_none() {
        return (start, digits);
    }
    // The first one may have a prefix of its own.
    let prefixed = digit(start) == Some(b'0') && matches!(bytes.get(start + 1), Some(b'x' | b'X'));
    let mut at = start + if prefixed { 2 } else { 0 };
    while let (Some(high), Some(low)) = (digit(at), digit(at + 1)) {
        digits.extend([high, low]);
        at += 2;
        at += separator(bytes.get(at..).unwrap_or_default());
    }
    // Not a run, but the middle of a word: the next one begins behind it.
    while digits.len() < RUN && bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        at += 1;
    }
    (at.max(start + 1), digits)
}

/// How long what separates two bytes is.
fn separator(rest: &[u8]) -> usize {
    match rest {
        [b' ' | b',', b'0', b'x' | b'X', ..] | [b'\\', b'x', ..] => {
            if rest.first() == Some(&b'\\') { 2 } else { 3 }
        }
        [b',', b' ', b'0', b'x' | b'X', ..] => 4,
        [b' ' | b':' | b'-', next, after, ..]
            if next.is_ascii_hexdigit() && after.is_ascii_hexdigit() =>
        {
            1
        }
        _ => 0,
    }
}

fn paired(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or_default();
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(value(*high) * 16 + value(*low)).unwrap_or_default(),
        _ => 0,
    };
    digits.chunks_exact(2).map(pair).collect()
}

/// How long the end of a line is, real or escaped, with what indents the next.
fn line_end(rest: &[u8]) -> usize {
    let end = match rest {
        [b'\r', b'\n', ..] | [b'\\', b'n', ..] => 2,
        [b'\n', ..] => 1,
        _ => return 0,
    };
    end + rest.iter().skip(end).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The text that these bytes are, if it is one that somebody would read.
pub(super) fn legible(bytes: Vec<u8>) -> Option<String> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => wide(&error.into_bytes())?,
    };
    if text.contains('\0') {
        return wide(text.as_bytes()).filter(|text| readable(text));
    }
    readable(&text).then_some(text)
}

/// UTF-16 with the low byte first, as some shells want it.
fn wide(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    // Any bytes are letters of some script in this encoding.
    let plain = text.chars().filter(char::is_ascii).count();
    (plain * 2 >= text.chars().count() && readable(&text)).then_some(text)
}

/// Letters mostly, and nothing that no text has. Bytes that are none hardly ever look like so many
/// characters that can be printed.
fn readable(text: &str) -> bool {
    let (mut all, mut letters) = (0_usize, 0_usize);
    for char in text.chars() {
        if char.is_control() && !matches!(char, '\n' | '\r' | '\t' | '\u{1b}') {
            return false;
        }
        all += 1;
        letters += usize::from(char.is_alphanumeric() || matches!(char, ' ' | '\n'));
    }
    all >= RUN / 2 && (letters * 4 >= all * 3 || (all >= 2 * RUN && letters * 4 >= all))
}
