//! Takes tokens out of a text.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;

use crate::argument::{
    field::unseen,
    form::forms,
    url::{host_of, urls},
};

/// The longest text of which encodings are taken off.
const MOST_FORMS_OF: usize = 4096;
/// The longest quoted string.
const MOST_QUOTED: usize = 200;
/// So many letters are a key or a wallet even if there is no digit among them.
const LEAST_OPAQUE: usize = 24;
/// Words with digits in them that every text has.
const COMMON: &[&str] = &[
    "utf8", "utf16", "base64", "sha1", "sha256", "sha512", "http2", "http11", "oauth2", "iso8601",
    "x8664", "arm64", "amd64", "win32", "win64", "int32", "int64", "float32", "float64", "uint8",
    "python3", "rfc3339", "latin1", "ipv4", "ipv6", "md5", "mp3", "mp4", "tls12", "tls13",
];

/// The letters of ASCII that stand between words, by their codes.
static BETWEEN: [bool; 128] = {
    let (signs, mut between, mut at) = (b"\"'`()[]{}<>,;|* \t\n\x0b\x0c\r", [false; 128], 0);
    while at < signs.len() {
        between[signs[at] as usize] = true;
        at += 1;
    }
    between
};

static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#""([^"\n]{3,200})"|'([^'\n]{3,200})'|`([^`\n]{3,200})`|“([^”\n]{3,200})”|«([^»\n]{3,200})»"#).ok()
});
static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+").ok());
static ACCOUNT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}\b").ok());
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?[0-9](?:[ ()./-]{0,2}[0-9]){5,24}").ok());
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:t[0-9:.z+-]*)?|[0-9]{1,2}[:/.][0-9]{1,2}(?:[:/.][0-9]{2,4})?|v?[0-9]+(?:\.[0-9]+){1,3}|[0-9]+(?:st|nd|rd|th|px|ms|kb|mb|gb|am|pm|d|h|s|%)?)$").ok()
});

/// Whether a text can name anything at all. Most of what is long does not, and to look whether it
/// does costs little. It may say yes where there is nothing, and never no where there is something.
pub(super) fn can_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let sign = |byte: u8| byte.is_ascii_digit() || !byte.is_ascii() || b"@\"'`/~\\".contains(&byte);
    let between = |byte: u8| BETWEEN.get(usize::from(byte)).is_some_and(|between| *between);
    // `evil.test`, `.env`
    let dotted = |two: &[u8]| matches!(two, [b'.', next] if *next != b'.' && !between(*next));
    bytes.iter().any(|byte| sign(*byte))
        || bytes.windows(2).any(dotted)
        || bytes.split(|byte| between(*byte)).any(|word| word.len() >= LEAST_OPAQUE)
}

/// The tokens that a text tells somebody to use.
pub(super) fn told(text: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    each_form(text, |form| {
        plain(form, &mut tokens);
        for quoted in quotes(form) {
            let own = quoted.contains([' ', '/', '@', '-', '_', '.', '#'])
                || quoted.contains(|c: char| c.is_numeric())
                || quoted.chars().count() >= 8;
            if own && quoted.len() <= MOST_QUOTED {
                tokens.insert(whole(&quoted));
            }
        }
    });
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// Those of them that say where something goes; what is only quoted says nothing about that.
pub(super) fn destinations(text: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    each_form(text, |form| plain(form, &mut tokens));
    tokens.retain(|token| leads(token));
    tokens
}

/// The tokens that are in an argument: those of its text, and the whole of it.
pub(super) fn held(text: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    each_form(text, |form| {
        plain(form, &mut tokens);
        tokens.extend(quotes(form).iter().map(|it| whole(it)));
        if form.len() <= MOST_QUOTED {
            tokens.insert(whole(form));
        }
    });
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// Whether a token leads somewhere by itself, and is not only a quoted text.
pub(super) fn telling(token: &str) -> bool {
    !token.starts_with("text:")
}

/// Whether a token says where something goes: an address, a host, or an account, which has letters
/// and many digits.
pub(super) fn leads(token: &str) -> bool {
    let account = |id: &str| {
        let digits = id.chars().filter(char::is_ascii_digit).count();
        digits >= 6 && id.chars().any(char::is_alphabetic)
    };
    match token.split_once(':') {
        Some(("mail" | "host" | "url", _)) => true,
        Some(("id", id)) => account(id),
        _ => false,
    }
}

fn each_form(text: &str, mut on: impl FnMut(&str)) {
    let seen = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        if text.bytes().all(plain) {
            return text.to_ascii_lowercase();
        }
        let kept = |c: &char| c.is_whitespace() || !unseen(*c);
        text.nfkc().filter(kept).flat_map(char::to_lowercase).collect()
    };
    on(&seen(text));
    if text.len() <= MOST_FORMS_OF {
        forms(text).all.iter().skip(1).for_each(|form| on(&seen(form)));
    }
}

/// Everything in quotation marks.
fn quotes(text: &str) -> Vec<String> {
    let marks = |byte| matches!(byte, b'"' | b'\'' | b'`');
    if !text.bytes().any(marks) && (text.is_ascii() || !text.contains(['“', '«'])) {
        return Vec::new();
    }
    let found = QUOTED.iter().flat_map(|it| it.captures_iter(text));
    found
        .filter_map(|it| it.iter().skip(1).flatten().next().map(|it| it.as_str().to_owned()))
        .collect()
}

fn matches<'a>(pattern: Option<&'a Regex>, text: &'a str) -> impl Iterator<Item = &'a str> {
    pattern.into_iter().flat_map(move |it| it.find_iter(text)).map(|it| it.as_str())
}

/// A whole text, whatever spaces and signs it has around and in it.
fn whole(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if text.chars().count() < 3 { String::new() } else { format!("text:{text}") }
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Adds the tokens of a text in lower case and normal form.
fn plain(text: &str, tokens: &mut BTreeSet<String>) {
    for url in urls(text).0 {
        let Some(host) = host_of(url) else { continue };
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.split_once("://").map_or(path, |(_, rest)| rest);
        let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path);
        if !path.trim_matches('/').is_empty() {
            tokens.insert(format!("url:{host}/{}", path.trim_matches('/')));
        }
        tokens.insert(format!("host:{host}"));
    }
    if text.contains('@') {
        for mail in matches(MAIL.as_ref(), text) {
            tokens.insert(format!("mail:{}", mail.trim_matches(['.', '\'', '`', '*'])));
        }
    }
    numbers(text, tokens);
    words(text, tokens);
}

/// Adds accounts, and numbers of at least seven digits.
fn numbers(text: &str, tokens: &mut BTreeSet<String>) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    // Two digits of an account are its check; the others may be letters.
    if digits >= 2 {
        matches(ACCOUNT.as_ref(), text).for_each(|it| account(it, tokens));
    }
    if digits >= 6 {
        for number in matches(NUMBER.as_ref(), text) {
            let digits = compact(number);
            if digits.len() >= 7 && !is_date(number) {
                tokens.insert(format!("id:{digits}"));
            }
        }
    }
}

/// Adds an account in groups. Where it ends and the next word begins is not written, so every end
/// that an IBAN can have is one.
fn account(text: &str, tokens: &mut BTreeSet<String>) {
    let mut bare = String::new();
    for group in text.split([' ', '-']) {
        bare.push_str(group);
        if (15..=34).contains(&bare.len()) {
            tokens.insert(format!("id:{bare}"));
        }
    }
}

/// Whether a letter stands between words.
fn is_between(c: char) -> bool {
    match BETWEEN.get(c as usize) {
        Some(between) => *between,
        None => c.is_whitespace() || matches!(c, '“' | '”' | '«' | '»' | '‘' | '’'),
    }
}

/// Whether a word can be no token: most are plain letters, and no word that matters is short.
fn is_ordinary(word: &str) -> bool {
    word.len() < LEAST_OPAQUE && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn words(text: &str, tokens: &mut BTreeSet<String>) {
    let around =
        |c: char| !c.is_alphanumeric() && !matches!(c, '/' | '~' | '.' | '\\' | '_' | '#' | '$');
    for word in text.split(is_between) {
        if is_ordinary(word) {
            continue;
        }
        let word = word.trim_matches(around);
        let word = word.trim_end_matches(['.', ':', '!', '?']);
        if is_path(word) {
            tokens.insert(format!("path:{}", word.replace('\\', "/").trim_end_matches('/')));
        }
        // A bare host: `evil.test`, also with a path.
        if word.contains('.') && !word.contains('@') {
            host(word, tokens);
        }
        for part in word.split(['/', '\\', '=', '?', '&', ':', '#', '@']) {
            identifier(part, tokens);
        }
    }
}

fn host(word: &str, tokens: &mut BTreeSet<String>) {
    let name = word.split(['/', ':', '?']).next().unwrap_or_default();
    let labels: Vec<&str> = name.split('.').collect();
    let label = |it: &&str| {
        !it.is_empty() && it.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let last = labels.last().is_some_and(|it| it.len() >= 2 && it.chars().all(char::is_alphabetic));
    if labels.len() >= 2 && labels.iter().all(label) && last {
        tokens.extend(host_of(name).map(|host| format!("host:{host}")));
    }
}

fn is_path(word: &str) -> bool {
    let from_root =
        word.starts_with(['/', '~', '\\']) || word.starts_with("../") || word.starts_with("./");
    let names = word.split(['/', '\\']).filter(|it| !it.is_empty()).count();
    let drive = word.get(1..3).is_some_and(|it| it == ":\\" || it == ":/");
    let parted = word.contains(['/', '\\']) && !word.contains("://");
    parted && names >= 1 && (from_root || drive || names >= 3 || (names == 2 && word.contains('.')))
        || (word.starts_with('.') && word.len() > 3 && !word.contains(".."))
}

/// Adds a word that names one thing: `p025`, `order-1234`, a wallet, a key, a commit.
fn identifier(word: &str, tokens: &mut BTreeSet<String>) {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if is_ordinary(word) {
        return;
    }
    let bare = compact(word);
    let count = bare.chars().count();
    let digits = bare.chars().filter(|c| c.is_numeric()).count();
    let letters = count - digits;
    let named = digits > 0 && letters > 0 && count >= 4 && (digits >= 2 || count >= 6);
    let number = letters == 0 && count >= 5;
    let opaque = count >= LEAST_OPAQUE && !word.contains('-');
    let common = is_date(word) || COMMON.contains(&bare.as_str());
    if (named || number || opaque) && !common || (number && bare.len() >= 9) {
        tokens.insert(format!("id:{bare}"));
    }
}

fn is_date(word: &str) -> bool {
    let word = word.trim_matches(['(', ')', '.', ',']);
    let date = DATE.as_ref().is_some_and(|it| it.is_match(word));
    // A long row of digits is a number of something, not a date and not a quantity.
    date && !(word.chars().all(|c| c.is_ascii_digit()) && word.len() >= 5 && !day(word))
}

/// `20261121`
fn day(word: &str) -> bool {
    let part = |from: usize, to: usize| word.get(from..to).and_then(|it| it.parse::<u32>().ok());
    word.len() == 8
        && part(0, 4).is_some_and(|it| (1900..2100).contains(&it))
        && part(4, 6).is_some_and(|it| (1..13).contains(&it))
        && part(6, 8).is_some_and(|it| (1..32).contains(&it))
}
