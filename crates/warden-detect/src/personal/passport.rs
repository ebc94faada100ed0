//! Passports: numbers that a word names, and the lines that machines read.

use super::{
    boundary::{closes, opens},
    digits::{base36, day_exists, number},
    kinds::PASSPORT,
    marks::Marks,
    scan::Candidate,
};

/// How far before the number the word may stand.
const WORD: usize = 40;
/// The second line of a passport.
const LINE: usize = 44;

/// A number that a word before it names: six to nine capitals and digits, mostly digits.
pub(crate) fn find(marks: &mut Marks, start: usize, end: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    let written = bytes.get(start..end)?;
    if !(6..=9).contains(&written.len()) || !opens(bytes, start) || !closes(bytes, end) {
        return None;
    }
    let digits = written.iter().filter(|byte| byte.is_ascii_digit()).count();
    let capitals = written.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let day = written.len() == 8
        && digits == 8
        && (1900..2100).contains(&number(written, 0, 4))
        && day_exists(number(written, 0, 4), number(written, 4, 2), number(written, 6, 2));
    if digits < 5 || !capitals || day || marks.near(start, end) >> PASSPORT & 1 == 0 {
        return None;
    }
    let distance = match marks.before(PASSPORT, start) {
        Some(word) if start - word <= WORD => start - word,
        _ if marks.headed(PASSPORT) => WORD,
        _ => return None,
    };
    Candidate::named(PASSPORT, start, end, distance)
}

/// The second line of ICAO Doc 9303, part 4: number, state, birth, sex, expiry, each with its check
/// digit, and one over all of them.
pub(crate) fn machine_readable(bytes: &[u8], start: usize) -> Option<Candidate> {
    let line = bytes.get(start..start + LINE)?;
    let shaped = line.get(9)?.is_ascii_digit()
        && line.get(13..20)?.iter().all(u8::is_ascii_digit)
        && matches!(line.get(20)?, b'M' | b'F' | b'X' | b'<')
        && line.get(21..28)?.iter().all(u8::is_ascii_digit)
        && line
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'<');
    let whole = |from: usize, to: usize| {
        line.get(from..to).zip(line.get(to)).is_some_and(|(part, check)| holds(part, *check))
    };
    if !shaped || !opens(bytes, start) || !whole(0, 9) || !whole(13, 19) || !whole(21, 27) {
        return None;
    }
    let all: Vec<u8> = [line.get(..10)?, line.get(13..20)?, line.get(21..43)?].concat();
    let ends = bytes.get(start + LINE).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !ends || !holds(&all, *line.get(43)?) {
        return None;
    }
    let sure = Candidate::sure(PASSPORT, start, start + LINE)?;
    Some(Candidate { proof: super::Proof::Check, ..sure })
}

/// Weights 7, 3 and 1 in turn; `<` counts nothing.
fn holds(part: &[u8], check: u8) -> bool {
    let sum: u32 =
        part.iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, w)| base36(*byte) * w).sum();
    let check = if check == b'<' { 0 } else { base36(check) };
    check < 10 && sum % 10 == check
}
