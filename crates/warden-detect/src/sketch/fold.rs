//! What is left of a text when everything goes that can be changed without changing what it says.
//!
//! Letters and digits become *symbols* of one byte; case, accents, width, look-alikes, the digits
//! that stand for letters, white space, punctuation and invisible characters go. Escapes of JSON,
//! URLs and HTML are what they stand for. Both sides are folded alike, so what is lost here (`i`
//! and `l` and `1` are one symbol) is lost on both and costs a little certainty, and no finding.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_compatible;
use unicode_security::confusable_detection::skeleton;

/// Is dropped.
const DROP: u8 = 0;
/// Has to be looked at more closely.
const LOOK: u8 = 0xff;
/// The characters whose symbol is kept in a table: Latin, Greek, Cyrillic.
const TABLED: usize = 0x500;

/// The symbol of every byte of ASCII.
pub(super) static ASCII: [u8; 256] = ascii();
static CHARS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let symbol = |code| char::from_u32(code).map_or(DROP, tabled);
    (0..u32::try_from(TABLED).unwrap_or(0)).map(symbol).collect()
});

const fn ascii() -> [u8; 256] {
    let mut table = [DROP; 256];
    let mut byte = 0u8;
    loop {
        table[byte as usize] = match byte.to_ascii_lowercase() {
            b'0' => b'o',
            b'1' | b'i' => b'l',
            b'3' => b'e',
            b'4' => b'a',
            b'5' => b's',
            b'7' => b't',
            letter @ (b'a'..=b'z' | b'2' | b'6' | b'8' | b'9') => letter,
            b'\\' | b'%' | b'&' | 0x80.. => LOOK,
            _ => DROP,
        };
        if byte == 0xff {
            return table;
        }
        byte += 1;
    }
}

/// The symbols of `text`.
pub(super) fn fold(text: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::with_capacity(text.len());
    walk(text, |symbol, _| symbols.push(symbol));
    symbols
}

/// The symbols of `text`, and where each begins.
pub(super) fn fold_placed(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut symbols = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    walk(text, |symbol, at| {
        symbols.push(symbol);
        places.push(at);
    });
    (symbols, places)
}

/// Calls `see` with every symbol and the byte at which it begins.
fn walk(text: &[u8], mut see: impl FnMut(u8, usize)) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let symbol = ASCII.get(usize::from(*byte)).copied().unwrap_or(DROP);
        if symbol == LOOK {
            let rest = text.get(at..).unwrap_or_default();
            at += closer(rest, *byte, |symbol| see(symbol, at)).max(1);
            continue;
        }
        if symbol != DROP {
            see(symbol, at);
        }
        at += 1;
    }
}

/// Looks at what begins with a byte that says nothing by itself, and returns how long it is.
fn closer(rest: &[u8], first: u8, mut see: impl FnMut(u8)) -> usize {
    match first {
        b'\\' => backslash(rest, see),
        b'%' => percent(rest, see),
        b'&' => entity(rest, see),
        _ => match char_of(rest) {
            Some((char, length)) => {
                symbols_of(char, &mut see);
                length
            }
            None => 1,
        },
    }
}

/// `\n` and the like are white space, `\u0041` and `\x41` a letter; any other only a backslash.
fn backslash(rest: &[u8], mut see: impl FnMut(u8)) -> usize {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').take(8).count();
    let after = rest.get(slashes..).unwrap_or_default();
    match after.first() {
        Some(b'n' | b'r' | b't' | b'b' | b'f' | b'v') => slashes + 1,
        Some(b'u') => match hex(after.get(1..5)) {
            Some(high @ 0xd800..0xdc00) => {
                let pair = after.get(5..).unwrap_or_default();
                let more = pair.iter().take_while(|byte| **byte == b'\\').take(8).count();
                let low = pair.get(more + 1..more + 5);
                let Some(low @ 0xdc00..0xe000) = hex(low) else { return slashes + 5 };
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                coded(code, &mut see);
                slashes + 5 + more + 5
            }
            Some(code) => {
                coded(code, &mut see);
                slashes + 5
            }
            None => braced(after, see).map_or(slashes, |length| slashes + length),
        },
        Some(b'x') => match hex(after.get(1..3)) {
            Some(code) => {
                coded(code, &mut see);
                slashes + 3
            }
            None => slashes,
        },
        _ => slashes,
    }
}

/// The symbols of the character with this number, if there is one.
fn coded(code: u32, see: &mut impl FnMut(u8)) {
    if let Some(char) = char::from_u32(code) {
        symbols_of(char, see);
    }
}

/// The length of `u{41}`, whose character is seen.
fn braced(after: &[u8], mut see: impl FnMut(u8)) -> Option<usize> {
    let inner = after.get(1..)?.strip_prefix(b"{")?;
    let length = inner.iter().take(7).position(|byte| *byte == b'}')?;
    symbols_of(char::from_u32(hex(inner.get(..length))?)?, &mut see);
    Some(length + 3)
}

/// A character whose bytes are written `%41`.
fn percent(rest: &[u8], mut see: impl FnMut(u8)) -> usize {
    let byte =
        |at: usize| (rest.get(at) == Some(&b'%')).then(|| hex(rest.get(at + 1..at + 3))).flatten();
    let Some(first) = byte(0).and_then(|code| u8::try_from(code).ok()) else { return 1 };
    if first == b'%' {
        // `%2541` is `%41` that was written so again.
        let inner = [b'%', digit(rest, 3), digit(rest, 4)];
        let again = hex(inner.get(1..)).is_some();
        return if again { percent(&inner, see) + 2 } else { 3 };
    }
    let mut bytes = [first, 0, 0, 0];
    let length = usize::try_from(first.leading_ones()).unwrap_or(0).clamp(1, 4);
    for (at, slot) in bytes.iter_mut().enumerate().take(length).skip(1) {
        let Some(code) = byte(at * 3).and_then(|code| u8::try_from(code).ok()) else { return 3 };
        *slot = code;
    }
    if let Some((char, _)) = char_at(&bytes, length) {
        symbols_of(char, &mut see);
    }
    length * 3
}

fn digit(rest: &[u8], at: usize) -> u8 {
    rest.get(at).copied().unwrap_or(0)
}

/// `&#65;`, `&#x41;`, and the names that say that something is punctuation.
fn entity(rest: &[u8], mut see: impl FnMut(u8)) -> usize {
    let Some(end) = rest.iter().take(10).position(|byte| *byte == b';') else { return 1 };
    let name = rest.get(1..end).unwrap_or_default();
    let code = match name {
        [b'#', b'x' | b'X', digits @ ..] => hex(Some(digits)),
        [b'#', digits @ ..] => decimal(digits),
        b"amp" | b"lt" | b"gt" | b"quot" | b"apos" | b"nbsp" => return end + 1,
        _ => return 1,
    };
    match code.and_then(char::from_u32) {
        Some(char) => {
            symbols_of(char, &mut see);
            end + 1
        }
        None => 1,
    }
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| !digits.is_empty() && digits.len() <= 6)?;
    digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
}

fn decimal(digits: &[u8]) -> Option<u32> {
    let digits = Some(digits).filter(|digits| !digits.is_empty() && digits.len() <= 7)?;
    digits.iter().try_fold(0, |code, digit| Some(code * 10 + char::from(*digit).to_digit(10)?))
}

/// The character that `bytes` begin with.
fn char_of(bytes: &[u8]) -> Option<(char, usize)> {
    let length = usize::try_from(bytes.first()?.leading_ones()).unwrap_or(0);
    char_at(bytes, length)
}

fn char_at(bytes: &[u8], length: usize) -> Option<(char, usize)> {
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    Some((text.chars().next()?, length))
}

/// The symbols of a character: none, one, or several.
pub(super) fn symbols_of(char: char, see: &mut impl FnMut(u8)) {
    let code = char as usize;
    if code < TABLED {
        match CHARS.get(code).copied().unwrap_or(DROP) {
            DROP => {}
            LOOK => decomposed(char, see),
            symbol => see(symbol),
        }
        return;
    }
    // A tag is a letter of ASCII that does not show.
    if let 0xe_0020..=0xe_007e = code {
        let byte = u8::try_from(code - 0xe_0000).unwrap_or(0);
        return one(char::from(byte)).into_iter().for_each(see);
    }
    decomposed(char, see);
}

fn decomposed(char: char, see: &mut impl FnMut(u8)) {
    decompose_compatible(char, |part| {
        let Some(symbol) = one(part) else { return };
        see(symbol);
        // A sign that is a word counts for two, which are the same for reading backwards.
        if part as u32 >= 0x2e80 {
            see(symbol);
        }
    });
}

fn tabled(char: char) -> u8 {
    let mut found = [DROP; 2];
    let mut count = 0;
    let mut see = |symbol: u8| {
        if let Some(slot) = found.get_mut(count) {
            *slot = symbol;
        }
        count += 1;
    };
    decomposed(char, &mut see);
    match count {
        0 => DROP,
        1 => found[0],
        _ => LOOK,
    }
}

/// The symbol of a character that stands for itself.
fn one(char: char) -> Option<u8> {
    if !char.is_alphanumeric() {
        return None;
    }
    let lower = char.to_lowercase().next().unwrap_or(char);
    let upper = lower.to_uppercase().next().unwrap_or(lower);
    let plain = [lower, upper].into_iter().find_map(latin);
    Some(plain.unwrap_or_else(|| mixed(lower as u32)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn alike(a: &str, b: &str) {
        assert_eq!(fold(a.as_bytes()), fold(b.as_bytes()), "{a:?} and {b:?}");
    }

    #[test]
    fn what_says_the_same_folds_to_the_same() {
        for other in [
            "MARTA Lindqvist",
            "marta\\nlindqvist",
            "marta%20lindqvist",
            "m.a.r.t.a-l_i_n/d q\tvist",
            "ｍａｒｔａ Ｌｉｎｄｑｖｉｓｔ",
            "m\u{200b}arta lind\u{ad}qvist",
            "mаrtа lindqvist",
            "m4rt4 l1ndqv1s7",
            "\\u006darta lindqvist",
            "\\x6darta l\\u{69}ndqvist",
            "&#109;arta&nbsp;l&#x69;ndqvist",
            "%6d%61rta l%2569ndqvist",
            "\u{e006d}\u{e0061}rta lindqvist",
            "märtã lindqvist",
        ] {
            alike("marta lindqvist", other);
        }
        alike("Виктория Иванова", "виктория\\u0020ИВАНОВА");
        alike("%d0%92%d0%b8ктор", "виктор");
    }

    #[test]
    fn what_says_something_else_does_not() {
        for (a, b) in [("4111", "4112"), ("маша", "миша"), ("日本", "日木"), ("a", "b")]
        {
            assert_ne!(fold(a.as_bytes()), fold(b.as_bytes()), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn every_symbol_knows_where_it_begins() {
        let text = "a %41\\u0042 é&#67;";
        let (symbols, places) = fold_placed(text.as_bytes());
        assert_eq!(symbols, b"aabec");
        assert_eq!(places, [0, 2, 5, 12, 14]);
    }

    #[test]
    fn what_is_cut_short_is_passed_over() {
        for text in ["\\", "%", "%4", "&#", "&#x;", "\\u", "\\u{", "\\ud800", "%e2%82", "&amp"] {
            fold(text.as_bytes());
            fold(format!("{text}\u{e9}").as_bytes());
        }
        fold(&[0xff, 0xe2, 0x82, b'%', 0xf0]);
    }
}
