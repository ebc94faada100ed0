//! Encodings, written for the suite and not shared with the detector.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose};
use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    general_purpose::STANDARD.encode(bytes)
}

pub(super) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Lines of so many letters.
pub(super) fn wrapped(text: &str, size: usize, gap: &str) -> String {
    pieces(text, size).join(gap)
}

/// Pieces of so many letters.
pub(super) fn pieces(text: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(width.max(1)).map(|chunk| chunk.iter().collect()).collect()
}

/// Every byte in base 16.
pub(super) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every byte by a format, with something between.
pub(super) fn each(text: &str, with: &str, form: impl Fn(u8) -> String) -> String {
    text.bytes().map(form).collect::<Vec<_>>().join(with)
}

/// Every character changed.
pub(super) fn map(text: &str, form: impl Fn(char) -> char) -> String {
    text.chars().map(form).collect()
}

/// Letters of the Latin alphabet moved.
pub(super) fn rotated(text: &str, by: u8) -> String {
    map(text, |char| match char {
        'a'..='z' => char::from((char as u8 - b'a' + by) % 26 + b'a'),
        'A'..='Z' => char::from((char as u8 - b'A' + by) % 26 + b'A'),
        other => other,
    })
}

pub(super) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Everything but letters and digits as in a URL.
pub(super) fn percent(text: &str) -> String {
    let form = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    each(text, "", form)
}

pub(super) fn base32(bytes: impl AsRef<[u8]>) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bits(bytes.as_ref(), 5).into_iter().map(|at| char::from(LETTERS[at])).collect()
}

/// Digits of so many bits.
pub(super) fn bits(bytes: &[u8], width: u32) -> Vec<usize> {
    let mut digits = Vec::new();
    let (mut held, mut count) = (0usize, 0);
    for byte in bytes {
        held = held << 8 | usize::from(*byte);
        count += 8;
        while count >= width {
            count -= width;
            digits.push(held >> count & ((1 << width) - 1));
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        digits.push(held << (width - count) & ((1 << width) - 1));
    }
    digits
}

/// Base85 with the letters of Python, or from `!` on as Adobe has them.
pub(super) fn base85(bytes: impl AsRef<[u8]>, adobe: bool) -> String {
    const LETTERS: &[u8; 85] =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let mut text = String::new();
    for chunk in bytes.as_ref().chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        let mut number = u32::from_be_bytes(word);
        let mut digits = [0usize; 5];
        for digit in digits.iter_mut().rev() {
            *digit = usize::try_from(number % 85).unwrap_or(0);
            number /= 85;
        }
        let letter = |at: usize| {
            if adobe {
                char::from(b'!' + u8::try_from(at).unwrap_or(0))
            } else {
                LETTERS[at].into()
            }
        };
        text.extend(digits.iter().take(chunk.len() + 1).map(|at| letter(*at)));
    }
    text
}

pub(super) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

pub(super) fn zlib(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}
