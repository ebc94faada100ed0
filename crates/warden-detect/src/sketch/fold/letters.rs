//! The symbols of a character outside of ASCII, kept in tables that are made when first asked for.

use std::sync::OnceLock;

use unicode_normalization::char::decompose_compatible;
use unicode_security::confusable_detection::skeleton;

use super::{ASCII, DROP, LOOK};

/// Characters of a table.
const PAGE: usize = 256;
/// Characters from here on have no table.
const PAGES: usize = 0x200;
/// A character has no more symbols, which is what a number of 32 bits holds.
const MOST: usize = 4;
/// From here on, a sign is a word as a rule.
const SIGNS: u32 = 0x2e80;

static TABLES: [OnceLock<Box<[u32; PAGE]>>; PAGES] = [const { OnceLock::new() }; PAGES];

/// The letters of Braille, from `a` on, by their dots.
const BRAILLE: &[u8; 26] = &[
    0x01, 0x03, 0x09, 0x19, 0x11, 0x0b, 0x1b, 0x13, 0x0a, 0x1a, 0x05, 0x07, 0x0d, 0x1d, 0x15, 0x0f,
    0x1f, 0x17, 0x0e, 0x1e, 0x25, 0x27, 0x3a, 0x2d, 0x3d, 0x35,
];

/// Letters that are drawn like those of ASCII, and that no standard says are the same: small
/// capitals, and letters that stand on their head.
const DRAWN: &[(&str, &str)] = &[
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),
    ("ɐɔǝɟƃᵷɥᴉᴚɾʞʅꞁɯɹʇʌʍʎ", "acefgghirjkllmrtvwy"),
];

/// The symbols of a character, one in each byte from the lowest on.
pub(super) fn symbols(char: char) -> u32 {
    let code = char as usize;
    let Some(table) = TABLES.get(code / PAGE) else { return far(char) };
    let table = table.get_or_init(|| {
        let first = code / PAGE * PAGE;
        let symbols =
            |at| u32::try_from(first + at).ok().and_then(char::from_u32).map_or(0, packed);
        Box::new(std::array::from_fn(symbols))
    });
    table.get(code % PAGE).copied().unwrap_or(0)
}

/// A character that no table has: tags are letters of ASCII that do not show, and most others
/// signs that stand for a word.
fn far(char: char) -> u32 {
    match char as u32 {
        code @ 0xe_0020..=0xe_007e => {
            let byte = u8::try_from(code - 0xe_0000).unwrap_or(0);
            one(char::from(byte)).map_or(0, u32::from)
        }
        code @ 0x2_0000..0x3_4000 => twice(mixed(code)),
        _ => 0,
    }
}

fn packed(char: char) -> u32 {
    let mut all = 0;
    let mut count = 0;
    let mut add = |symbols: u32, number: usize| {
        if count + number <= MOST {
            all |= symbols << (8 * count);
            count += number;
        }
    };
    decompose_compatible(char, |part| {
        let Some(symbol) = one(part) else { return };
        // A sign that is a word counts for two, which are the same for reading backwards.
        if part as u32 >= SIGNS && symbol >= 0x80 {
            add(twice(symbol), 2);
        } else {
            add(u32::from(symbol), 1);
        }
    });
    all
}

fn twice(symbol: u8) -> u32 {
    u32::from(symbol) << 8 | u32::from(symbol)
}

/// The symbol of a character that stands for itself.
fn one(char: char) -> Option<u8> {
    if let Some(letter) = drawn(char) {
        return ASCII.get(usize::from(letter)).copied();
    }
    if !char.is_alphanumeric() {
        return None;
    }
    let lower = char.to_lowercase().next().unwrap_or(char);
    let upper = lower.to_uppercase().next().unwrap_or(lower);
    let plain = [lower, upper].into_iter().find_map(latin);
    Some(plain.unwrap_or_else(|| mixed(lower as u32)))
}

/// The letter of ASCII that a character shows as.
fn drawn(char: char) -> Option<u8> {
    let letter = |at: u32| u8::try_from(at).ok().map(|at| b'a' + at);
    match char as u32 {
        code @ 0x2801..0x2840 => {
            let at = BRAILLE.iter().position(|dots| u32::from(*dots) == code - 0x2800)?;
            letter(u32::try_from(at).ok()?)
        }
        code @ 0x1_f130..=0x1_f149 => letter(code - 0x1_f130),
        code @ 0x1_f150..=0x1_f169 => letter(code - 0x1_f150),
        code @ 0x1_f170..=0x1_f189 => letter(code - 0x1_f170),
        code @ 0x1_f1e6..=0x1_f1ff => letter(code - 0x1_f1e6),
        0x180..0x300 | 0x1d00..0x1e00 | 0xa700..0xa800 => {
            DRAWN.iter().find_map(|(shown, letters)| {
                let at = shown.chars().position(|other| other == char)?;
                letters.as_bytes().get(at).copied()
            })
        }
        _ => None,
    }
}

/// The symbol of the Latin letter that the character is, or is taken for.
fn latin(char: char) -> Option<u8> {
    let mut buffer = [0; 4];
    let like =
        if char.is_ascii() { char } else { skeleton(char.encode_utf8(&mut buffer)).next()? };
    let symbol = *ASCII.get(usize::from(u8::try_from(like).ok()?))?;
    (symbol != DROP && symbol != LOOK).then_some(symbol)
}

/// A symbol outside of ASCII, which is never one of the two that mean something else.
fn mixed(code: u32) -> u8 {
    let mixed = code.wrapping_mul(0x9e37_79b1) >> 16;
    0x80 | u8::try_from(mixed % 0x7f).unwrap_or(0)
}
