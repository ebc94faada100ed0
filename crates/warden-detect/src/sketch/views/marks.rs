//! Text between marks, text that does not show, and text that is spelled.

use std::ops::Range;

use super::{Form, Place, Signs, View, Work};

/// A tag is not longer.
const LONGEST_TAG: usize = 256;
/// So far around a mark a text says something else when the mark is gone, in bytes: a passage that
/// is long enough to be noticed, with more marks in it, is shorter.
const AROUND: usize = 256;

/// The text without what stands in angle brackets, wherever there is any.
pub(super) fn untagged(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.opened > 0 && work.take(text.len()) {
        let tags = tags(text);
        let plain = blanked(text, &tags);
        parts(&plain, tags.iter().cloned(), Form::Tagged, out);
    }
}

/// The text with spaces instead of tags and comments, of the same length.
pub(in crate::sketch) fn without_tags(text: &[u8]) -> Vec<u8> {
    blanked(text, &tags(text))
}

fn blanked(text: &[u8], tags: &[Range<usize>]) -> Vec<u8> {
    let mut plain = text.to_vec();
    for tag in tags {
        plain.get_mut(tag.clone()).unwrap_or_default().fill(b' ');
    }
    plain
}

/// Where tags and comments are.
fn tags(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'<' => open = Some(at),
            b'>' => {
                let start = open.take().filter(|start| at - start <= LONGEST_TAG);
                found.extend(start.map(|start| start..at + 1));
            }
            _ => {}
        }
    }
    found
}

/// Gives the parts of a reading that are near a mark; elsewhere it says what the text says.
fn parts(
    reading: &[u8],
    marks: impl Iterator<Item = Range<usize>>,
    form: Form,
    out: &mut Vec<View>,
) {
    let mut near: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        let part =
            mark.start.saturating_sub(AROUND)..mark.end.saturating_add(AROUND).min(reading.len());
        match near.last_mut() {
            Some(last) if part.start <= last.end => last.end = part.end,
            _ => near.push(part),
        }
    }
    out.extend(near.into_iter().filter_map(|part| {
        let bytes = reading.get(part.clone())?.to_vec();
        Some(View { bytes, form, place: Place::Same(part.start) })
    }));
}

/// A URL in a URL: the percent signs are written as such.
pub(super) fn twice(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.percent < 8 || !work.take(text.len()) {
        return;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        bytes.push(*first);
        rest = rest.strip_prefix(b"%25").unwrap_or(after);
    }
    if bytes.len() < text.len() {
        out.push(View { bytes, form: Form::Plain, place: Place::Range(0..text.len()) });
    }
}

/// Signs that stand for the letters they look like.
pub(super) fn leet(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.replaced < 2 || !work.take(text.len()) {
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
    let reading: Vec<u8> = text.iter().map(letter).collect();
    let marks = text.iter().zip(&reading).enumerate().filter(|(_, (sign, read))| sign != read);
    parts(&reading, marks.map(|(at, _)| at..at + 1), Form::Leet, out);
}

/// Bytes that variation selectors carry.
pub(super) fn invisible(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    if signs.wide < 8 || !work.take(text.len()) {
        return;
    }
    let text = String::from_utf8_lossy(text);
    let carried = |char: char| match char as u32 {
        code @ 0xfe00..=0xfe0f => u8::try_from(code - 0xfe00).ok(),
        code @ 0xe_0100..=0xe_01ef => u8::try_from(code - 0xe_0100 + 16).ok(),
        _ => None,
    };
    let bytes: Vec<u8> = text.chars().filter_map(carried).collect();
    if bytes.len() >= 8 {
        out.push(View { bytes, form: Form::Invisible, place: Place::Range(0..text.len()) });
    }
}

/// Words that stand for one letter or digit each.
const SPELLED: &[(&str, u8)] = &[
    ("alfa", b'a'),
    ("alpha", b'a'),
    ("at", b'@'),
    ("bravo", b'b'),
    ("charlie", b'c'),
    ("dash", b'-'),
    ("delta", b'd'),
    ("dot", b'.'),
    ("echo", b'e'),
    ("eight", b'8'),
    ("five", b'5'),
    ("four", b'4'),
    ("foxtrot", b'f'),
    ("golf", b'g'),
    ("hotel", b'h'),
    ("india", b'i'),
    ("juliet", b'j'),
    ("juliett", b'j'),
    ("kilo", b'k'),
    ("lima", b'l'),
    ("mike", b'm'),
    ("nine", b'9'),
    ("november", b'n'),
    ("oh", b'0'),
    ("one", b'1'),
    ("oscar", b'o'),
    ("papa", b'p'),
    ("quebec", b'q'),
    ("romeo", b'r'),
    ("seven", b'7'),
    ("sierra", b's'),
    ("six", b'6'),
    ("space", b' '),
    ("tango", b't'),
    ("three", b'3'),
    ("two", b'2'),
    ("uniform", b'u'),
    ("victor", b'v'),
    ("whiskey", b'w'),
    ("x-ray", b'x'),
    ("xray", b'x'),
    ("yankee", b'y'),
    ("zero", b'0'),
    ("zulu", b'z'),
];

/// Morse code, and words for letters and digits.
pub(super) fn spelled(text: &[u8], signs: &Signs, work: &mut Work, out: &mut Vec<View>) {
    let mut give = |bytes: Vec<u8>| {
        if bytes.len() >= 8 {
            out.push(View { bytes, form: Form::Spelled, place: Place::Range(0..text.len()) });
        }
    };
    if signs.dots * 2 > signs.length && work.take(text.len() * 2) {
        give(morse(text));
    }
    if text.len() >= 24 && telling(text) && work.take(text.len() * 2) {
        give(words(text));
    }
}

/// Whether there are words that stand for letters. Eight of them in a row have one in every such
/// stretch, and so it is enough to look at the beginning of each.
fn telling(text: &[u8]) -> bool {
    const STRETCH: usize = 24;
    const LOOKED: usize = 18;
    let stretches = text.chunks(STRETCH).filter(|stretch| {
        let stretch = stretch.get(..LOOKED).unwrap_or(stretch);
        let parting = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
        let word = stretch.split(parting).skip(1).find(|word| word.len() > 2);
        word.is_some_and(|word| letter(word).is_some())
    });
    stretches.take(2).count() == 2
}

/// With which letters the words of each length begin, one bit each.
static FIRST: [u32; 9] = first();

const fn first() -> [u32; 9] {
    let mut table = [0; 9];
    let mut at = 0;
    while at < SPELLED.len() {
        let word = SPELLED[at].0.as_bytes();
        table[word.len()] |= 1 << (word[0] - b'a');
        at += 1;
    }
    table
}

/// Words for letters: only where eight or more follow one another.
fn words(text: &[u8]) -> Vec<u8> {
    const RUN: usize = 8;
    let mut all = Vec::new();
    let mut run = Vec::new();
    let parting = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
    for word in text.split(parting).filter(|word| !word.is_empty()) {
        match letter(word) {
            Some(letter) => run.push(letter),
            None if run.len() >= RUN => all.append(&mut run),
            None => run.clear(),
        }
    }
    if run.len() >= RUN {
        all.append(&mut run);
    }
    all
}

fn letter(word: &[u8]) -> Option<u8> {
    let first = word.first()?.to_ascii_lowercase();
    if word.len() > 1 && !first.is_ascii_lowercase() {
        return None;
    }
    // What begins no such word of this length is most of all words.
    let begins = FIRST.get(word.len()).copied().unwrap_or(0);
    if word.len() > 1 && begins >> first.wrapping_sub(b'a') & 1 == 0 {
        return None;
    }
    if !(2..=8).contains(&word.len()) {
        // A digit or letter may stand among words.
        return word.first().copied().filter(|_| word.len() == 1);
    }
    let at = |known: &str| known.bytes().cmp(word.iter().map(u8::to_ascii_lowercase));
    let found = SPELLED.binary_search_by(|(known, _)| at(known)).ok()?;
    SPELLED.get(found).map(|(_, letter)| *letter)
}

/// The letters of Morse code in the order of a walk: at each step a dot goes to the first half.
const MORSE: &[(&[u8], u8)] = &[
    (b".-", b'a'),
    (b"-...", b'b'),
    (b"-.-.", b'c'),
    (b"-..", b'd'),
    (b".", b'e'),
    (b"..-.", b'f'),
    (b"--.", b'g'),
    (b"....", b'h'),
    (b"..", b'i'),
    (b".---", b'j'),
    (b"-.-", b'k'),
    (b".-..", b'l'),
    (b"--", b'm'),
    (b"-.", b'n'),
    (b"---", b'o'),
    (b".--.", b'p'),
    (b"--.-", b'q'),
    (b".-.", b'r'),
    (b"...", b's'),
    (b"-", b't'),
    (b"..-", b'u'),
    (b"...-", b'v'),
    (b".--", b'w'),
    (b"-..-", b'x'),
    (b"-.--", b'y'),
    (b"--..", b'z'),
    (b"-----", b'0'),
    (b".----", b'1'),
    (b"..---", b'2'),
    (b"...--", b'3'),
    (b"....-", b'4'),
    (b".....", b'5'),
    (b"-....", b'6'),
    (b"--...", b'7'),
    (b"---..", b'8'),
    (b"----.", b'9'),
];

fn morse(text: &[u8]) -> Vec<u8> {
    let sign = |byte: &u8| !matches!(byte, b'.' | b'-');
    let letter = |sign: &[u8]| {
        if sign.is_empty() || sign.len() > 5 {
            return None;
        }
        MORSE.iter().find(|(known, _)| *known == sign).map(|(_, letter)| *letter)
    };
    text.split(sign).filter_map(letter).collect()
}
