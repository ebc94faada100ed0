//! The values of literals: escapes, doubled braces, line ends.

use std::str::Chars;

/// What the letters before a literal make of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flavour {
    raw: bool,
    bytes: bool,
    format: bool,
}

impl Flavour {
    /// The flavour of a literal by what stands up to its opening quote.
    pub(super) fn of(start: &str) -> Self {
        let mut flavour = Self::default();
        for letter in start.bytes() {
            match letter {
                b'r' | b'R' => flavour.raw = true,
                b'b' | b'B' => flavour.bytes = true,
                b'f' | b'F' | b't' | b'T' => flavour.format = true,
                _ => {}
            }
        }
        flavour
    }
}

/// What stands between the quotes of a literal in which nothing can be filled in.
pub(super) fn plain(literal: &str) -> Option<(Flavour, &str)> {
    let start = literal.find(['"', '\''])?;
    let (letters, rest) = literal.split_at_checked(start)?;
    let flavour = Flavour::of(letters);
    if flavour.format {
        return None;
    }
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(inside) = rest.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return Some((flavour, inside));
        }
    }
    None
}

/// The value of a literal, or `None` if it is what is written. Bytes from 128 up become the
/// characters of the same number.
pub(super) fn decode(source: &str, flavour: Flavour) -> Option<String> {
    let special = |byte: &u8| match byte {
        b'\\' => !flavour.raw,
        b'{' | b'}' => flavour.format,
        b'\r' => true,
        _ => false,
    };
    let first = source.bytes().position(|byte| special(&byte))?;
    let (plain, rest) = source.split_at_checked(first)?;
    let mut text = String::with_capacity(source.len());
    text.push_str(plain);
    let mut chars = rest.chars();
    while let Some(letter) = chars.next() {
        match letter {
            '\\' if !flavour.raw => escape(&mut chars, flavour, &mut text),
            '{' | '}' if flavour.format => {
                text.push(letter);
                if chars.as_str().starts_with(letter) {
                    chars.next();
                }
            }
            '\r' => {
                text.push('\n');
                if chars.as_str().starts_with('\n') {
                    chars.next();
                }
            }
            _ => text.push(letter),
        }
    }
    Some(text)
}

/// What follows a backslash.
fn escape(chars: &mut Chars<'_>, flavour: Flavour, text: &mut String) {
    let before = chars.as_str();
    let Some(letter) = chars.next() else { return text.push('\\') };
    let value = match letter {
        '\n' => return,
        '\r' => {
            if chars.as_str().starts_with('\n') {
                chars.next();
            }
            return;
        }
        '\\' | '\'' | '"' => Some(letter),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        '0'..='7' => {
            *chars = before.chars();
            number(chars, 8, 1, 3)
        }
        'x' => number(chars, 16, 2, 2),
        'u' if !flavour.bytes => number(chars, 16, 4, 4),
        'U' if !flavour.bytes => number(chars, 16, 8, 8),
        _ => None,
    };
    if value.is_none() {
        text.push('\\');
    }
    text.push(value.unwrap_or(letter));
}

/// Digits as a character; what is none (half of a pair) becomes the replacement character.
fn number(chars: &mut Chars<'_>, radix: u32, least: usize, most: usize) -> Option<char> {
    let rest = chars.as_str();
    let digits = rest.bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix));
    let digits = digits.count();
    if digits < least {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(digits)?;
    let value = u32::from_str_radix(digits, radix).ok()?;
    *chars = rest.chars();
    Some(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &str, source: &str, value: &str) {
        let made = decode(source, Flavour::of(start));
        assert_eq!(made.as_deref().unwrap_or(source), value);
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        check("\"", r"a\n\t\\\'\x41\101\u00e9\U0001F600", "a\n\t\\'AAé😀");
        check("\"", r"\d \q \xzz \u12", r"\d \q \xzz \u12");
        check("\"", "a\\\nb\\\r\nc", "abc");
        check("\"", "a\r\nb\rc", "a\nb\nc");
        check("\"", "tail\\", "tail\\");
        check("\"", r"\ud83d", "\u{fffd}");
    }

    #[test]
    fn quotes_are_taken_off() {
        for literal in ["'a'", "\"a\"", "'''a'''", "\"\"\"a\"\"\"", "rb'a'"] {
            assert_eq!(plain(literal).map(|(_, inside)| inside), Some("a"), "{literal}");
        }
        assert_eq!(plain("''").map(|(_, inside)| inside), Some(""));
        assert_eq!(plain("f'a'"), None);
        assert_eq!(plain("'a"), None);
    }

    #[test]
    fn raw_text_keeps_its_backslashes() {
        check("r\"", r"\d+\n", r"\d+\n");
        check("Rb\"", r"\x41", r"\x41");
    }

    #[test]
    fn bytes_know_fewer_escapes() {
        check("b\"", r"\x41\xff\u0041", "A\u{ff}\\u0041");
    }

    #[test]
    fn doubled_braces_are_one_only_where_parts_are_filled_in() {
        check("f\"", "{{a}}", "{a}");
        check("\"", "{{a}}", "{{a}}");
        check("rf\"", r"{{\d}}", r"{\d}");
    }
}
