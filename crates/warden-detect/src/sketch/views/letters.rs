//! Letters that stand for other letters.

use super::{Form, Place, Signs, View};
use crate::sketch::fold::fold;

/// How often the letters of the alphabet occur in a thousand of English.
const ENGLISH: [u32; 26] = [
    82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2,
    20, 1,
];
/// Shorter texts say too little about their letters.
const ENOUGH: u32 = 24;

/// Letters moved by 13, and by whatever makes them look like English.
pub(super) fn rotated(text: &[u8], signs: &Signs, see: &mut dyn FnMut(View)) {
    let letters: Vec<u32> = (b'a'..=b'z')
        .map(|letter| signs.count(&[letter, letter.to_ascii_uppercase()]))
        .collect();
    let all: u32 = letters.iter().sum();
    if all < 8 {
        return;
    }
    let mut give = |bytes| see(View { bytes, form: Form::Rotated, place: Place::Same });
    give(turned(text, |at| (at + 13) % 26));
    let best = |mirror: bool| -> (u32, usize) {
        let moved = |shift: usize, at: usize| {
            if mirror { (25 + shift - at) % 26 } else { (at + shift) % 26 }
        };
        let score = |shift: usize| -> u32 {
            let weighed = letters.iter().enumerate();
            weighed.map(|(at, count)| count * ENGLISH.get(moved(shift, at)).unwrap_or(&0)).sum()
        };
        (0..26).map(|shift| (score(shift), shift)).max().unwrap_or_default()
    };
    if all >= ENOUGH {
        let (plain, shift) = best(false);
        if shift != 0 && shift != 13 {
            give(turned(text, |at| (at + shift) % 26));
        }
        let (mirrored, shift) = best(true);
        if mirrored > plain || shift == 0 && plain < all * 60 {
            give(turned(text, |at| (25 + shift - at) % 26));
        }
    }
    // Base 47 makes letters into signs and signs into letters.
    let printable = signs.count(&(b'!'..=b'~').collect::<Vec<u8>>());
    let alphanumeric = all + signs.count(b"0123456789");
    if (printable - alphanumeric) * 8 > printable {
        give(text.iter().map(|byte| rotate47(*byte)).collect());
    }
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
    for stride in [2, 3] {
        let pairs = symbols.iter().zip(symbols.iter().skip(stride));
        let same = pairs.filter(|(a, b)| a == b).count();
        // A letter follows itself at a distance about once in fifteen times.
        if symbols.len() < SHORTEST || same * 4 < symbols.len() {
            continue;
        }
        for phase in 0..stride {
            let bytes = symbols.iter().skip(phase).step_by(stride).copied().collect();
            let place = Place::Range(0..text.len());
            see(View { bytes, form: Form::Interleaved, place });
        }
    }
}
