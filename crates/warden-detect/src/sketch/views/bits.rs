//! Bits that are written as one of two signs: two that do not show, tabs and spaces, capital and
//! small letters, ones and zeroes.

use std::ops::Range;

use super::{Form, Place, Signs, View, Work, written};

/// Fewer bits are not read.
const SHORTEST: usize = 64;

/// What the bits of a text say.
pub(super) fn bits(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    let all = 0..text.len();
    let mut read = |bits: &[bool], form: Form, work: &mut Work| {
        let place = Place::Range(all.clone());
        let read = bytes(bits, work);
        out.extend(read.map(|bytes| View { bytes, form, place }));
    };
    if signs.ones >= SHORTEST && work.take(text.len()) {
        let digits = text.iter().filter(|byte| matches!(byte, b'0' | b'1'));
        read(&digits.map(|byte| *byte == b'1').collect::<Vec<_>>(), Form::Codes, work);
    }
    if signs.tabs >= SHORTEST / 8 && work.take(text.len()) {
        read(&white(text), Form::Invisible, work);
    }
    if signs.risen >= SHORTEST / 8 && work.take(text.len()) {
        let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic());
        read(&letters.map(u8::is_ascii_uppercase).collect::<Vec<_>>(), Form::Codes, work);
    }
    if signs.wide >= SHORTEST && work.take(text.len() * 4) {
        let text = String::from_utf8_lossy(text);
        let unseen = |char: &char| {
            matches!(u32::from(*char), 0xad | 0x34f | 0x61c | 0x180e |
            0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff)
        };
        read(&two(text.chars().filter(unseen)), Form::Invisible, work);
        read(
            &two(text
                .chars()
                .filter(|char| !char.is_alphanumeric() && !char.is_ascii() && !unseen(char))),
            Form::Codes,
            work,
        );
    }
}

/// What letters say of which there are two.
pub(super) fn letters(region: &[u8], range: &Range<usize>, work: &mut Work, out: &mut Vec<View>) {
    if work.take(region.len()) {
        let letters = region.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let read = bytes(&two(letters.map(|byte| char::from(*byte))), work);
        let place = Place::Range(range.clone());
        out.extend(read.map(|bytes| View { bytes, form: Form::Codes, place }));
    }
}

/// Tabs and spaces where many of them stand together.
fn white(text: &[u8]) -> Vec<bool> {
    let white = |byte: &u8| matches!(byte, b' ' | b'\t');
    let runs = text.chunk_by(|a, b| white(a) == white(b));
    let long = runs.filter(|run| run.len() >= 4 && run.first().is_some_and(white));
    long.flatten().map(|byte| *byte == b'\t').collect()
}

/// Which of the two characters each is, if nearly all are one of two.
fn two(chars: impl Iterator<Item = char>) -> Vec<bool> {
    let chars: Vec<char> = chars.collect();
    let mut sorts: Vec<(usize, char)> = Vec::new();
    for char in &chars {
        if let Some((count, _)) = sorts.iter_mut().find(|(_, known)| known == char) {
            *count += 1;
        } else if sorts.len() < 8 {
            sorts.push((1, *char));
        } else {
            return Vec::new();
        }
    }
    sorts.sort_unstable_by(|a, b| b.cmp(a));
    let [(first, a), (second, b), ..] = *sorts.as_slice() else { return Vec::new() };
    if (first + second) * 8 < chars.len() * 7 {
        return Vec::new();
    }
    let one = a.max(b);
    chars.into_iter().filter(|char| *char == a || *char == b).map(|char| char == one).collect()
}

/// Bytes out of bits, from the place and in the sense in which they look written.
fn bytes(bits: &[bool], work: &mut Work) -> Option<Vec<u8>> {
    if bits.len() < SHORTEST {
        return None;
    }
    let read = |bits: &[bool], inverted: bool| -> Vec<u8> {
        let byte = |chunk: &[bool]| {
            chunk.iter().fold(0, |byte: u8, bit| byte << 1 | u8::from(*bit != inverted))
        };
        bits.chunks_exact(8).map(byte).collect()
    };
    for skip in 0..8 {
        for inverted in [false, true] {
            let from = (bits.len() / 2).saturating_sub(128) / 8 * 8 + skip;
            let sample = bits.get(from..(from + 256).min(bits.len())).unwrap_or_default();
            let sample = read(sample, inverted);
            let zeroes = memchr::memchr_iter(0, &sample).count();
            if work.take(256) && zeroes * 2 < sample.len() && written(&sample) {
                return work
                    .take(bits.len())
                    .then(|| read(bits.get(skip..).unwrap_or_default(), inverted));
            }
        }
    }
    None
}
