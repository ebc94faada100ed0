//! Values that their place gives away: what stands under the name of an issuer.

use super::{
    class::{ALNUM, Class},
    shape::{At, Fit, Match, Shape},
};

/// So far behind the name of an issuer its value is looked for.
const REACH: usize = 72;

/// What can stand between a name and its value.
const GAP: Class = Class::of(" \t\r\n\"'`=:,>|([{*\\");
/// What a name or a value is made of, but for what also stands between them.
const WORD: Class = Class::of("0-9A-Za-z_+/.~!$@%#&?)]}<;^-");

/// What names are made of.
const NAME: Class = Class::of("0-9A-Za-z_.^-");

/// Words of which one stands in the name of whatever is secret.
const SECRET_WORDS: &[&[u8]] = &[
    b"key", b"token", b"secret", b"pass", b"pwd", b"auth", b"pat", b"cred", b"api", b"bearer",
    b"private", b"seed", b"dsn", b"sign", b"webhook", b"licen", b"code", b"cert", b"salt",
];

/// Words at the end of a name that say that its value is none, however it looks.
const PUBLIC_ENDS: &[&str] = &[
    "id",
    "ids",
    "sid",
    "hash",
    "sha",
    "sha1",
    "sha256",
    "md5",
    "digest",
    "checksum",
    "commit",
    "revision",
    "rev",
    "etag",
    "uuid",
    "guid",
    "url",
    "uri",
    "version",
    "integrity",
    "fingerprint",
    "ref",
    "name",
    "public",
    "zone",
    "account",
    "tenant",
    "project",
    "workspace",
    "org",
    "image",
    "tag",
];

/// Returns the value of one of `shapes` behind the word that ends at `end`.
pub(super) fn named(bytes: &[u8], word: std::ops::Range<usize>, shapes: &[Shape]) -> Option<Match> {
    stands_alone(bytes, &word).then_some(())?;
    let limit = bytes.len().min(word.end + REACH);
    let mut at = word.end + WORD.run(bytes.get(word.end..limit)?, REACH);
    let mut lines = 0;
    while at < limit {
        let gap = GAP.run(bytes.get(at..limit)?, REACH);
        lines += memchr::memchr_iter(b'\n', bytes.get(at..at + gap)?).count();
        // Anything else than a gap begins something that has nothing to do with the name.
        if gap == 0 || lines > 1 {
            return None;
        }
        at += gap;
        let run = WORD.run(bytes.get(at..)?, 256);
        let found = shapes.iter().find_map(|shape| shape.at(bytes, At::Start(at), Fit::Exact));
        if let Some(found) = found {
            return fits(bytes, word.start, at, &found).then_some(found);
        }
        at += run;
        // The end of a sentence or of a statement is the end of what belongs together.
        if matches!(bytes.get(at.saturating_sub(1)), Some(b'.' | b';')) {
            return None;
        }
    }
    None
}

/// Whether the word is one, and not a piece of another: `bot` is not in `bottom`.
fn stands_alone(bytes: &[u8], word: &std::ops::Range<usize>) -> bool {
    let first = bytes.get(word.start).copied().unwrap_or_default();
    let before = word.start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let after = bytes.get(word.end).copied().unwrap_or(b' ');
    let begins = !before.is_ascii_alphabetic()
        || (before.is_ascii_lowercase() && first.is_ascii_uppercase())
        // What is not told apart by case is taken, unless it is short.
        || word.len() > 6;
    begins && (word.len() > 4 || !after.is_ascii_lowercase())
}

/// Whether the name says that the value is a secret, and the value ends where it should.
fn fits(bytes: &[u8], from: usize, at: usize, found: &Match) -> bool {
    let name = bytes.get(from..at).unwrap_or_default();
    let ends = match bytes.get(found.whole.end..).unwrap_or_default() {
        [b'.', next, ..] => !ALNUM.has(*next),
        [b'_' | b'-' | b'/' | b'+' | b'@', ..] => false,
        _ => true,
    };
    ends && tells_secret(name) && !public(name)
}

fn tells_secret(name: &[u8]) -> bool {
    SECRET_WORDS
        .iter()
        .any(|word| name.windows(word.len()).any(|piece| piece.eq_ignore_ascii_case(word)))
}

/// Whether the last name before a value ends with a word that makes it public.
fn public(name: &[u8]) -> bool {
    let gap = GAP.run_back(name, REACH);
    let name = name.get(..name.len() - gap).unwrap_or_default();
    let part = NAME.run_back(name, REACH);
    let name = name.get(name.len() - part..).unwrap_or_default();
    let words = crate::words(&String::from_utf8_lossy(name));
    words.last().is_some_and(|last| PUBLIC_ENDS.contains(&last.as_str()))
}
