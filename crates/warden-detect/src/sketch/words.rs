//! Which part of a text is its own, and which part is what everybody writes.
//!
//! Running text that is made of common words and of names of fields says little about where it is
//! from. A piece of it counts only when it is long.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

/// Words that are common in English, in the mail of six other languages, and in programs and
/// descriptions of tools. Sorted.
pub(super) const WORDS: &str = include_str!("common.txt");
/// No common word is longer, in bytes.
const LONGEST: usize = 20;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| WORDS.split_ascii_whitespace().collect());

/// Returns whether everybody uses this word, which is given in lower case.
pub(super) fn is_common(word: &str) -> bool {
    if word.len() > LONGEST {
        return false;
    }
    if COMMON.contains(word) {
        return true;
    }
    ["s", "ed", "ing", "es", "d", "ly", "er", "ers"].iter().any(|end| {
        word.strip_suffix(end).is_some_and(|stem| stem.len() > 2 && COMMON.contains(stem))
    })
}

/// A part of a word: letters of one case after an optional capital, or digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) range: Range<usize>,
    pub(super) digits: bool,
}

/// The parts of `text`, from one that begins a word to one that ends it.
pub(super) fn parts(text: &str) -> impl Iterator<Item = Part> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        // What follows a backslash is an escape as a rule, and not the start of a word.
        let (start, first) = loop {
            let (at, char) = chars.next()?;
            if char == '\\' {
                chars.next_if(|(_, next)| matches!(next, 'n' | 'r' | 't'));
            }
            if char.is_alphanumeric() {
                break (at, char);
            }
        };
        let digits = first.is_ascii_digit();
        let mut end = start + first.len_utf8();
        let mut lower = first.is_lowercase();
        let mut length = 1;
        while let Some((at, next)) = chars.next_if(|(_, next)| {
            // `camelCase` are two; `HTTP` is one, and so is `Http`.
            next.is_alphanumeric()
                && next.is_ascii_digit() == digits
                && !(lower && next.is_uppercase())
                && !(length > 1 && !lower && next.is_lowercase())
        }) {
            lower = next.is_lowercase();
            end = at + next.len_utf8();
            length += 1;
        }
        Some(Part { range: start..end, digits })
    })
}

/// The places of `text` that are its own, in order.
pub(super) fn own(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for part in parts(text) {
        let word = text.get(part.range.clone()).unwrap_or_default();
        let own = if part.digits { telling(word) } else { !is_common(&word.to_lowercase()) };
        if own && (part.digits || !names_field(text, part.range.end)) {
            match found.last_mut().filter(|last| last.end == part.range.start) {
                Some(last) => last.end = part.range.end,
                None => found.push(part.range),
            }
        }
    }
    found
}

/// The lines of `text` that only name columns.
pub(super) fn heads(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let fields = || line.split([';', ',', '|', '\t']).map(str::trim).filter(|f| !f.is_empty());
        let names = |field: &str| {
            field.len() <= 32
                && (field.contains('_') && !field.contains(' ')
                    || parts(field).all(|part| {
                        let word = field.get(part.range).unwrap_or_default();
                        !part.digits && is_common(&word.to_lowercase())
                    }))
                && !field.bytes().any(|byte| byte.is_ascii_digit())
        };
        if fields().count() >= 3 && fields().all(names) {
            found.push(range);
        }
    }
    found
}

/// Returns whether digits are neither a small number nor a year.
pub(super) fn telling(digits: &str) -> bool {
    digits.len() > 2 && !is_year(digits)
}

pub(super) fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// Returns whether a word that ends at `end` belongs to the name of a member in JSON.
fn names_field(text: &str, end: usize) -> bool {
    let rest = text.as_bytes().get(end..).unwrap_or_default();
    let name = rest.iter().take(40).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let after = name.and_then(|at| rest.get(at..)).unwrap_or_default();
    let after = after.strip_prefix(b"\\").unwrap_or(after);
    matches!(after, [b'"' | b'\'', b':', ..] | [b'"' | b'\'', b' ', b':', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_each_is_there_once() {
        let words: Vec<&str> = WORDS.split_ascii_whitespace().collect();
        assert!(words.len() > 2_000 && words.is_sorted_by(|a, b| a < b));
        assert!(words.iter().all(|word| word.len() <= LONGEST));
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let own = own(text);
        let own: Vec<&str> = own.into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(own, expected, "{text:?}");
    }

    #[test]
    fn names_and_numbers_are_a_texts_own() {
        check(
            "Please call Marta Lindqvist at 555 0199 today.",
            &["Marta", "Lindqvist", "555", "0199"],
        );
        check("The meeting was moved to 12 May 2024", &[]);
        check(r#"{"weissmantel_ref": "Ostrava", "getUserName": 7}"#, &["Ostrava"]);
        check("first\\nOstrava\\nlast", &["Ostrava"]);
    }

    #[test]
    fn words_fall_into_parts() {
        let parts = |text: &str| -> Vec<String> {
            parts(text).filter_map(|part| Some(text.get(part.range)?.to_owned())).collect()
        };
        assert_eq!(parts("getUserID_v2 HTTP/1"), ["get", "User", "ID", "v", "2", "HTTP", "1"]);
    }
}
