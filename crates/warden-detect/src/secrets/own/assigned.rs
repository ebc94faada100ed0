//! Values that a name such as `password` or a scheme such as `Bearer` gives away.

use std::ops::Range;

use super::{Look, URL_SAFE};
use crate::secrets::{
    class::{ALNUM, Class},
    proof,
    setting::is_reference,
    shape::{Fit, boundary},
};

/// What stands between a name and a value.
const SIGN: Class = Class::of(" \t\r\n\x0b\x0c\"'`\\:=>");
/// A word that begins a name, and what may follow it in the name.
const LONGEST_NAME: usize = 40;
const SPACE: Class = Class::of(" \t\r\n\x0b\x0c");
/// What follows the name of a scheme of the header `Authorization`.
pub(in crate::secrets) fn scheme_value(text: &str, word: &Range<usize>, fit: Fit) -> Look {
    const LETTERS: Class = Class::of("0-9A-Za-z._~+/=^-");
    let bytes = text.as_bytes();
    let nothing = Look::nothing(word.start);
    let before = word.start.checked_sub(1).and_then(|at| bytes.get(at));
    if before.is_some_and(|byte| ALNUM.has(*byte) || *byte == b'_') && !boundary(bytes, word.start)
    {
        return nothing;
    }
    // The word may end with the first space.
    let name = word.end - SPACE.run_back(bytes.get(..word.end).unwrap_or_default(), 1);
    let spaces = SPACE.run(bytes.get(name..).unwrap_or_default(), 4);
    let from = name + spaces;
    let length = LETTERS.run(bytes.get(from..).unwrap_or_default(), usize::MAX);
    if !(1..=3).contains(&spaces) || length < 12 {
        return nothing;
    }
    generic(text, from..from + length, fit)
}

/// The value behind a word that begins or is the name of a credential.
pub(in crate::secrets) fn assigned(text: &str, word: &Range<usize>, fit: Fit) -> Look {
    const QUOTES: Class = Class::of("\"'`\\");
    const SIGNS: Class = Class::of(":=>|");
    let bytes = text.as_bytes();
    let nothing = Look::nothing(word.start);
    let mut at = word.end;
    let mut skip = |class: Class, most: usize| {
        at += class.run(bytes.get(at..).unwrap_or_default(), most);
        at
    };
    let name = skip(URL_SAFE, 20);
    skip(QUOTES, 2);
    let sign = skip(SPACE, 3);
    let width = match bytes.get(sign..).unwrap_or_default() {
        [b':', b'=', ..] | [b'=', b'>', ..] => 2,
        [b':' | b'=', ..] => 1,
        // A cell of a table, an element, and what follows a flag.
        [b'|', ..] if sign > name && fit == Fit::Exact => 1,
        [b'>', ..] if sign == name && fit == Fit::Exact => 1,
        [..] if sign == name + 1 && fit == Fit::Exact && is_flag(bytes, word.start) => 0,
        _ => return nothing,
    };
    skip(SIGNS, width);
    let start = skip(SPACE, 3);
    let from = skip(QUOTES, 2);
    let end = from + plain(bytes.get(from..).unwrap_or_default());
    // What is declared to be of a type goes on with a sign.
    let behind = bytes.get(end..).unwrap_or_default();
    let after = behind.get(SPACE.run(behind, 1)..).unwrap_or_default().first().copied();
    let element = bytes.get(sign) == Some(&b'>')
        && !bytes.get(end..).is_some_and(|rest| rest.starts_with(b"</"));
    // A name of something in code stands where a value would, but without quotes.
    let code = from == start
        && fit == Fit::Exact
        && after.is_some_and(|byte| b",;(){}[]<>=|&?".contains(&byte))
        && bytes.get(sign) != Some(&b'>')
        && !text.get(from..end).is_some_and(crate::command::machine_made);
    if end < from + 8 || element || code {
        return nothing;
    }
    generic(text, from..end, fit)
}

/// Whether a name begins with two hyphens.
fn is_flag(bytes: &[u8], word: usize) -> bool {
    let before = bytes.get(..word).unwrap_or_default();
    let name = URL_SAFE.run_back(before, 40);
    before.get(before.len() - name..).unwrap_or_default().starts_with(b"--")
}

/// Whether something stands behind the sign at `at` that may be a value without being long.
pub(in crate::secrets) fn may_be_assigned(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at + 1..).unwrap_or_default();
    let rest = rest.get(SIGN.run(rest, 8)..).unwrap_or_default();
    plain(rest.get(..8).unwrap_or_default()) == 8
}

/// The name before the sign at `at`.
pub(in crate::secrets) fn name_before(bytes: &[u8], at: usize) -> Range<usize> {
    let before = bytes.get(..at).unwrap_or_default();
    let end = at - SIGN.run_back(before, 8);
    let name = URL_SAFE.run_back(bytes.get(..end).unwrap_or_default(), 48);
    end - name..end
}

/// How long a value is that ends at white space, a quote or a bracket.
fn plain(bytes: &[u8]) -> usize {
    const END: Class = Class::of("\"'`,;<>(){}[] \t\r\n\x0b\x0c");
    let ends = |at: usize, byte: u8| match byte {
        b'\\' => matches!(bytes.get(at + 1), Some(b'"' | b'\'')),
        0xe2 => matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xb9 | 0xba])),
        _ => END.has(byte),
    };
    bytes.iter().enumerate().position(|(at, byte)| ends(at, *byte)).unwrap_or(bytes.len())
}

fn generic(text: &str, range: Range<usize>, fit: Fit) -> Look {
    let Some(value) = text.get(range.clone()) else { return Look::nothing(range.end) };
    let holds = proof::generic(value) || (fit == Fit::Loose && loosely(value));
    // What is no value may end with the name of one.
    let tried = if holds { range.end } else { range.end.saturating_sub(LONGEST_NAME) };
    Look { value: holds.then_some(range), tried }
}

/// Whether a value is taken out although nobody would be told of it.
fn loosely(value: &str) -> bool {
    let machine = value.bytes().any(|byte| byte.is_ascii_digit() || b"!@#$%^&*".contains(&byte));
    (machine || crate::command::machine_made(value)) && !is_reference(value)
}
