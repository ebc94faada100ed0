//! Letters that stand for other letters.

use super::{Form, Place, Signs, View};
use crate::sketch::fold::fold;

/// How often the letters of the alphabet occur in a thousand of English.
const ENGLISH: [u32; 26] = [
    82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2,
    20, 1,
];
/// Letters are looked at in stretches of so many, for a part that is rotated.
const STRETCH: u32 = 48;
/// A shorter stretch says too little about its letters.
const ENOUGH: u32 = 24;
/// English has about 65 by the table, letters at random 38.
const PLAIN: u32 = 56;
/// Readings of rotated letters.
const READINGS: usize = 4;

/// Letters moved by 13 and by whatever makes them look like English, where they do not.
pub(super) fn rotated(text: &[u8], signs: &Signs, see: &mut dyn FnMut(View)) {
    let letters: Vec<u8> = (b'a'..=b'z').chain(b'A'..=b'Z').collect();
    let all = signs.count(&letters);
    if all < 8 {
        return;
    }
    let mut give = |bytes| see(View { bytes, form: Form::Rotated, place: Place::Same });
    for (shift, mirrored) in turns(text) {
        let to = |at: usize| if mirrored { (25 + shift - at) % 26 } else { (at + shift) % 26 };
        give(turned(text, to));
    }
    // Moving by 47 makes letters into signs and signs into letters.
    let printable = signs.count(&(b'!'..=b'~').collect::<Vec<u8>>());
    let alphanumeric = all + signs.count(b"0123456789");
    if (printable - alphanumeric) * 8 > printable {
        give(text.iter().map(|byte| rotate47(*byte)).collect());
    }
}

/// How letters of a stretch have to be moved to look like English; mirrored or not.
fn turns(text: &[u8]) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut counts = [0u32; 26];
    let mut letters = 0;
    for (at, byte) in text.iter().enumerate() {
        if byte.is_ascii_alphabetic() {
            let letter = usize::from(byte.to_ascii_lowercase() - b'a');
            if let Some(count) = counts.get_mut(letter) {
                *count += 1;
            }
            letters += 1;
        }
        if letters >= STRETCH || at + 1 == text.len() {
            for turn in turn(&counts) {
                if !found.contains(&turn) {
                    found.push(turn);
                }
            }
            (counts, letters) = ([0; 26], 0);
            if found.len() >= READINGS {
                break;
            }
        }
    }
    found
}

/// The usual turn is tried wherever letters are not those of English, and the best one.
fn turn(counts: &[u32; 26]) -> Vec<(usize, bool)> {
    let all: u32 = counts.iter().sum();
    let score = |to: &dyn Fn(usize) -> usize| -> u32 {
        let weighed = counts.iter().enumerate();
        weighed.map(|(at, count)| count * ENGLISH.get(to(at)).unwrap_or(&0)).sum()
    };
    if all < 8 || score(&|at| at) >= all * PLAIN {
        return Vec::new();
    }
    if all < ENOUGH {
        return vec![(13, false)];
    }
    let moved = (0..26).map(|shift| (score(&|at| (at + shift) % 26), shift));
    let (best, shift) = moved.max().unwrap_or_default();
    if score(&|at| 25 - at) > best {
        return vec![(13, false), (0, true)];
    }
    if shift == 0 { vec![(13, false)] } else { vec![(13, false), (shift, false)] }
}

fn turned(text: &[u8], to: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut table = [0u8; 256];
    for (byte, slot) in (0u8..=255).zip(table.iter_mut()) {
        let base = if byte.is_ascii_lowercase() { b'a' } else { b'A' };
        *slot = if byte.is_ascii_alphabetic() {
            base + u8::try_from(to(usize::from(byte - base))).unwrap_or(0)
        } else {
            byte
        };
    }
    text.iter().map(|byte| table.get(usize::from(*byte)).copied().unwrap_or(*byte)).collect()
}

const fn rotate47(byte: u8) -> u8 {
    match byte {
        b'!'..=b'~' => (byte - b'!' + 47) % 94 + b'!',
        other => other,
    }
}

/// Signs that stand for the letters they look like.
pub(super) fn leet(text: &[u8], signs: &Signs, see: &mut dyn FnMut(View)) {
    if signs.count(b"@$!|+(") < 2 {
        return;
    }
    let letter = |byte: &u8| match byte {
        b'@' => b'a',
        b'$' => b's',
        b'!' | b'|' => b'i',
        b'+' => b't',
        b'(' => b'c',
        other => *other,
    };
    let bytes = text.iter().map(letter).collect();
    see(View { bytes, form: Form::Leet, place: Place::Same });
}

/// Every second and every third letter, where letters in between are filling.
pub(super) fn interleaved(text: &[u8], see: &mut dyn FnMut(View)) {
    const SHORTEST: usize = 20;
    if text.len() < SHORTEST {
        return;
    }
    let symbols = fold(text);
    if symbols.len() < SHORTEST {
        return;
    }
    let mut give = |bytes| {
        see(View { bytes, form: Form::Interleaved, place: Place::Anywhere });
    };
    // No letter makes up a quarter of a text that somebody wrote.
    let mut counts = [0usize; 256];
    for symbol in &symbols {
        if let Some(count) = counts.get_mut(usize::from(*symbol)) {
            *count += 1;
        }
    }
    let filling =
        |symbol: &u8| counts.get(usize::from(*symbol)).is_some_and(|n| n * 4 > symbols.len());
    if counts.iter().any(|count| *count * 4 > symbols.len()) {
        give(symbols.iter().copied().filter(|symbol| !filling(symbol)).collect());
    }
    for stride in [2, 3] {
        let pairs = symbols.iter().zip(symbols.iter().skip(stride));
        let same = pairs.filter(|(a, b)| a == b).count();
        // A letter follows itself at a distance about once in fifteen times.
        if same * 4 < symbols.len() {
            continue;
        }
        for phase in 0..stride {
            give(symbols.iter().skip(phase).step_by(stride).copied().collect());
        }
    }
}
