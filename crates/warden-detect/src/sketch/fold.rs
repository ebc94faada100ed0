//! What is left of a text when everything goes that can be changed without changing what it says.
//!
//! Letters and digits become *symbols* of one byte; case, accents, width, look-alikes, the digits
//! that stand for letters, white space, punctuation and invisible characters go. Escapes of JSON,
//! URLs and HTML are what they stand for. Both sides are folded alike, so what is lost here (`i`
//! and `l` and `1` are one symbol) is lost on both and costs a little certainty, and no finding.

mod letters;

use self::letters::symbols;

/// Is dropped.
const DROP: u8 = 0;
/// Has to be looked at more closely.
const LOOK: u8 = 0xff;
/// So many bytes are folded at a time.
const BLOCK: usize = 32;
/// A control sequence of a terminal is not longer.
const SEQUENCE: usize = 48;

/// The symbol of every byte of ASCII.
pub(super) static ASCII: [u8; 256] = ascii();

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
            b'\\' | b'%' | b'&' | ESCAPE | 0x80.. => LOOK,
            _ => DROP,
        };
        if byte == 0xff {
            return table;
        }
        byte += 1;
    }
}

/// Begins a control sequence of a terminal.
const ESCAPE: u8 = 0x1b;

/// The symbols of `text`.
pub(super) fn fold(text: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // Without a branch for each byte: what is dropped is written over by what comes next.
        let mut block = [0u8; BLOCK];
        let (mut kept, mut read) = (0, 0);
        for byte in rest.iter().take(BLOCK) {
            let symbol = ASCII.get(usize::from(*byte)).copied().unwrap_or(DROP);
            if symbol == LOOK {
                break;
            }
            if let Some(slot) = block.get_mut(kept) {
                *slot = symbol;
            }
            kept += usize::from(symbol != DROP);
            read += 1;
        }
        symbols.extend_from_slice(block.get(..kept).unwrap_or_default());
        at += read;
        if read < BLOCK
            && let Some(first) = text.get(at)
        {
            let rest = text.get(at..).unwrap_or_default();
            at += closer(rest, *first, |symbol| symbols.push(symbol)).max(1);
        }
    }
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
        ESCAPE => 1 + sequence(rest.get(1..).unwrap_or_default()),
        _ => match char_of(rest) {
            Some((char, length)) => {
                symbols_of(char, &mut see);
                length
            }
            None => 1,
        },
    }
}

/// The length of the control sequence that goes on here: colours, titles, links.
fn sequence(rest: &[u8]) -> usize {
    let rest = rest.get(..SEQUENCE.min(rest.len())).unwrap_or_default();
    match rest {
        [b'[', inner @ ..] => {
            inner.iter().position(|byte| matches!(byte, 0x40..=0x7e)).map_or(1, |end| end + 2)
        }
        [b']', inner @ ..] => {
            inner.iter().position(|byte| matches!(*byte, 7 | ESCAPE)).map_or(1, |end| end + 2)
        }
        _ => 0,
    }
}

/// `\n` and the like are white space, `\u0041` and `\x41` a letter; any other only a backslash.
fn backslash(rest: &[u8], mut see: impl FnMut(u8)) -> usize {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').take(8).count();
    let after = rest.get(slashes..).unwrap_or_default();
    match after.first() {
        Some(b'n' | b'r' | b't' | b'b' | b'f' | b'v') => slashes + 1,
        Some(b'e') if after.get(1) == Some(&b'[') => escaped(after, slashes + 1, 1),
        Some(b'0') if after.starts_with(b"033[") => escaped(after, slashes + 3, 3),
        Some(b'u') => match hex(after.get(1..5)) {
            Some(0x1b) => escaped(after, slashes + 5, 5),
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
            Some(0x1b) => escaped(after, slashes + 3, 3),
            Some(code) => {
                coded(code, &mut see);
                slashes + 3
            }
            None => slashes,
        },
        _ => slashes,
    }
}

/// The length of an escape of so many bytes that stands for the begin of a control sequence.
fn escaped(after: &[u8], length: usize, from: usize) -> usize {
    length + sequence(after.get(from..).unwrap_or_default())
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
    if let [b'%', b'u' | b'U', ..] = rest
        && let Some(code) = hex(rest.get(2..6))
    {
        coded(code, &mut see);
        return 6;
    }
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

/// Calls `see` with the symbols of a character: none, one, or several.
pub(super) fn symbols_of(char: char, see: &mut impl FnMut(u8)) {
    let mut packed = symbols(char);
    while packed != 0 {
        see(u8::try_from(packed & 0xff).unwrap_or(DROP));
        packed >>= 8;
    }
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
