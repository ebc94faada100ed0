//! Values that say much though they are short: keys, account numbers, addresses, telephone numbers.
//!
//! One of them is worth noticing when it goes out alone. What is chosen has at least eight symbols
//! and about as much information as eight random digits, or stands where a password stands.

use std::ops::Range;

use super::words::{self, is_common, is_year, parts};

/// No value has fewer symbols.
pub(super) const SHORTEST: usize = 8;
/// No value has more; what is longer is running text.
pub(super) const LONGEST: usize = 63;
/// As many tenths of bits as a value has at least.
const ENOUGH: u32 = 260;
/// Words after which a password, key or token follows.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "private_key",
    "access_key",
    "contraseña",
    "wachtwoord",
];

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// An e-mail address: known by how it begins.
    Address,
    /// A link, which is no secret by itself; it is known by how it begins.
    Link,
    /// Anything else: known by how it ends.
    Code,
}

/// A word between white space, quotes and brackets, and where it stands.
struct Word<'a> {
    text: &'a str,
    start: usize,
}

/// Calls `see` with every value of `text`.
pub(super) fn values(text: &str, mut see: impl FnMut(Sort, Range<usize>)) {
    let mut named = 0u8;
    let mut group: Option<Range<usize>> = None;
    for word in words(text) {
        let end = word.start + word.text.len();
        if named > 0 && secretive(text, &word) {
            see(Sort::Code, word.start..end);
        }
        named = if names_secret(word.text) { 3 } else { named.saturating_sub(1) };
        let grown = grouped(text, group.clone(), &word);
        // A group is seen when it is whole: how a bank's numbers begin is no customer's.
        if grown.as_ref().is_none_or(|grown| Some(grown.start) != group.as_ref().map(|g| g.start)) {
            group
                .take()
                .filter(|group| joined(text, group))
                .into_iter()
                .for_each(|group| see(Sort::Code, group));
        }
        group = grown;
        if word.text.starts_with("http") || word.text.starts_with("www.") {
            see(Sort::Link, word.start..end);
        }
        for (part, start) in pieces(&word) {
            let range = start..start + part.len();
            if is_address(part) {
                see(Sort::Address, range);
            } else if part.len() >= SHORTEST && !is_time(part) && bits(part) >= ENOUGH {
                see(Sort::Code, range);
            }
        }
    }
    group.filter(|group| joined(text, group)).into_iter().for_each(|group| see(Sort::Code, group));
}

/// The words of a text, without punctuation around them.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let parting =
        |char: char| char.is_whitespace() || "\"'`<>()[]{},;|\\".contains(char) || char == '\u{a0}';
    text.split(parting).filter_map(move |raw| {
        let start = raw.as_ptr() as usize - text.as_ptr() as usize;
        // After an escape of JSON the word has its letter in front.
        let escaped = start > 0 && text.as_bytes().get(start - 1) == Some(&b'\\');
        let skip = usize::from(escaped && raw.starts_with(['n', 'r', 't']));
        let raw = raw.get(skip..)?;
        let word = raw.trim_start_matches(|char: char| !char.is_alphanumeric());
        let start = start + skip + raw.len() - word.len();
        let word = word.trim_end_matches(['.', ':', '!', '?', '=', '*', '_']);
        (!word.is_empty()).then_some(Word { text: word, start })
    })
}

/// The pieces of a word: of `KEY=value`, of a URL, of `user:password`.
fn pieces<'a>(word: &Word<'a>) -> impl Iterator<Item = (&'a str, usize)> + use<'a> {
    let (text, start) = (word.text, word.start);
    text.split(['=', ':', '/', '?', '&', '#'])
        .map(move |piece| (piece, start + piece.as_ptr() as usize - text.as_ptr() as usize))
}

fn names_secret(word: &str) -> bool {
    let word = word.to_lowercase();
    word.len() < 64 && NAMES.iter().any(|name| word.contains(name))
}

/// Whether the word stands where a secret stands, and is one that somebody chose.
fn secretive(text: &str, word: &Word<'_>) -> bool {
    let before = text.get(..word.start).unwrap_or_default().trim_end_matches(['"', '\'', ' ', '`']);
    let told = before.ends_with([':', '=']) || before.ends_with(" is") || before.ends_with(" to");
    told && word.text.len() >= SHORTEST
        && word.text.len() <= LONGEST
        && !is_time(word.text)
        && parts(word.text).any(|part| {
            let part = word.text.get(part.range).unwrap_or_default();
            !is_common(&part.to_lowercase()) || part.starts_with(|char: char| char.is_ascii_digit())
        })
}

/// The group of digits that this word goes on with, or begins.
fn grouped(text: &str, group: Option<Range<usize>>, word: &Word<'_>) -> Option<Range<usize>> {
    let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
    let fits = digits > 0
        && word.text.len() <= 14
        && !is_time(word.text)
        && word.text.bytes().all(|byte| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"-./+".contains(&byte)
        });
    let end = word.start + word.text.len();
    let goes_on = |group: &Range<usize>| {
        let between = text.get(group.end..word.start).unwrap_or_default();
        between.len() <= 2 && between.bytes().all(|byte| b" ()+".contains(&byte))
    };
    match group {
        _ if !fits => None,
        Some(group) if goes_on(&group) && end - group.start <= 48 => Some(group.start..end),
        _ => Some(word.start..end),
    }
}

/// Whether groups of digits are one number together.
fn joined(text: &str, range: &Range<usize>) -> bool {
    let group = text.get(range.clone()).unwrap_or_default();
    group.contains(' ') && bits(group) >= ENOUGH
}

fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    !local.is_empty() && domain.contains('.') && !domain.contains('@') && word.len() <= LONGEST
}

/// Whether a word is a date, a time, or both.
fn is_time(word: &str) -> bool {
    let shape = |byte: u8| byte.is_ascii_digit() || b"-/.:TZ+".contains(&byte);
    if !word.bytes().all(shape) {
        return false;
    }
    let mut numbers = word.split(|char: char| !char.is_ascii_digit());
    let (first, second) = (numbers.next().unwrap_or_default(), numbers.next());
    let third = numbers.next();
    let year = |number: Option<&str>| number.is_some_and(is_year);
    match (first.len(), second.map(str::len)) {
        (4, Some(2)) => is_year(first),
        (1 | 2, Some(1 | 2)) => word.contains(':') || year(third),
        (8, None) => calendar(first),
        _ => false,
    }
}

/// Whether eight digits are a year, a month and a day.
fn calendar(digits: &str) -> bool {
    let number = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok());
    digits.get(..4).is_some_and(is_year)
        && number(4..6).is_some_and(|month| (1..=12).contains(&month))
        && number(6..8).is_some_and(|day| (1..=31).contains(&day))
}

/// How much a word says, in tenths of bits. Words that are put together say nothing here.
fn bits(word: &str) -> u32 {
    let digits = word.bytes().any(|byte| byte.is_ascii_digit());
    let short = |part: &words::Part| part.range.len() < 3;
    // The names of things have a digit or two; keys without more are long.
    let few = word.bytes().filter(u8::is_ascii_digit).count() < 3;
    if few && (word.len() < 16 || parts(word).filter(short).count() < 4) {
        return 0;
    }
    let says = |part: &str| {
        let length = u32::try_from(part.chars().count().min(64)).unwrap_or(64);
        if part.starts_with(|char: char| char.is_ascii_digit()) {
            return if is_year(part) { 50 } else { length * if uniform(part) { 16 } else { 33 } };
        }
        match length {
            _ if is_common(&part.to_lowercase()) && length > 1 => 10,
            1 | 2 => length * 40,
            _ if speakable(part) => length * 15,
            _ if digits => length * 40,
            _ => length * 25,
        }
    };
    parts(word).filter_map(|part| word.get(part.range)).map(says).sum()
}

/// Whether digits are of at most two sorts.
fn uniform(digits: &str) -> bool {
    let mut sorts: Vec<u8> = digits.bytes().collect();
    sorts.sort_unstable();
    sorts.dedup();
    sorts.len() <= 2 && digits.len() > 3
}

/// Whether a person could say the word aloud: vowels are spread over it.
fn speakable(word: &str) -> bool {
    let mut vowels = 0;
    let mut run = 0;
    let mut longest = 0;
    for char in word.chars().flat_map(char::to_lowercase) {
        if "aeiouyäöüáéíóúàèâêô".contains(char) || !char.is_ascii() {
            vowels += 1;
            run = 0;
        } else {
            run += 1;
            longest = longest.max(run);
        }
    }
    let length = word.chars().count();
    longest <= 4 && vowels * 5 >= length && vowels * 10 <= length * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        let code = |sort| sort != Sort::Link;
        values(text, |sort, range| {
            if code(sort) {
                found.push(text.get(range).expect("a piece of the text"));
            }
        });
        found.sort_unstable();
        found.dedup();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn keys_numbers_and_addresses_are_values() {
        check("mail marta.l@ostrava.example now", &["marta.l@ostrava.example"]);
        check("IBAN DE44 5001 0517 5407 3249 31.", &["DE44 5001 0517 5407 3249 31"]);
        check("(327) 420-4923", &["327) 420-4923"]);
        check(r#"{"passport": "HGK137803"}"#, &["HGK137803"]);
        check("KEY=q8Zr4TnW2xYb7LpK", &["q8Zr4TnW2xYb7LpK"]);
        check("'Bank Account Password': 'emmabanking'", &["emmabanking"]);
        check("the password is alice.m.123 for now", &["alice.m.123"]);
        check("a\\nq8Zr4TnW2xYb7LpK\\nb", &["q8Zr4TnW2xYb7LpK"]);
    }

    #[test]
    fn dates_words_and_small_numbers_are_none() {
        check("2024-05-19 19:00:00, 2024-05-19T19:00:00Z, 19.05.2024, 20240519", &[]);
        check("get_shopping_account_user_information invoice_2024_05 version 2.14.3", &[]);
        check("ORDER-104674 costs 100000000 or 1,250,000.00", &[]);
        check("password reset instructions; token expiration; password: password", &[]);
        check("https://docs.example/guide/getting-started?lang=en", &[]);
    }
}
