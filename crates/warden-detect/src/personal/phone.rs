//! Telephone numbers: international ones by their country's plan, national ones where a word says
//! that they are, or where they are written as nothing else is.

use super::{
    boundary::{closes, separator},
    digits::{day_exists, number},
    kinds::PHONE,
    marks::Marks,
    scan::Candidate,
};

/// The code of a country, and how many digits its numbers have after it.
struct Plan(&'static str, usize, usize);

/// Plans that are known in full; of the others only the code is.
static PLANS: &[Plan] = &[
    Plan("1", 10, 10),
    Plan("30", 10, 10),
    Plan("31", 8, 10),
    Plan("32", 8, 9),
    Plan("33", 9, 9),
    Plan("34", 9, 9),
    Plan("351", 9, 9),
    Plan("352", 6, 11),
    Plan("353", 7, 9),
    Plan("356", 8, 8),
    Plan("357", 8, 8),
    Plan("358", 6, 10),
    Plan("359", 7, 9),
    Plan("36", 8, 9),
    Plan("370", 8, 8),
    Plan("371", 8, 8),
    Plan("372", 7, 8),
    Plan("385", 8, 9),
    Plan("386", 8, 8),
    Plan("39", 8, 11),
    Plan("40", 9, 9),
    Plan("41", 9, 9),
    Plan("420", 9, 9),
    Plan("421", 9, 9),
    Plan("43", 7, 12),
    Plan("44", 9, 10),
    Plan("45", 8, 8),
    Plan("46", 7, 9),
    Plan("47", 8, 8),
    Plan("48", 9, 9),
    Plan("49", 7, 11),
    Plan("91", 10, 10),
];

/// Codes of two digits.
static TWO: &[u64] = &[
    20, 27, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 92, 93,
    94, 95, 98,
];

/// No number that is told has fewer digits.
const FEWEST: usize = 7;
/// E.164: no number has more digits.
const MOST: usize = 15;
/// Nobody writes a number in more groups.
const GROUPS: usize = 8;
/// How far before a national number the word may stand that says so.
const WORD: usize = 40;

/// The digits of what may be a number, and the places where it may end.
struct Written {
    digits: [u8; MOST],
    count: usize,
    /// After how many digits a group ends, and where.
    groups: [(usize, usize); GROUPS],
    group_count: usize,
    /// The first sign between two groups.
    sign: u8,
    /// Whether an area code stands in brackets.
    brackets: bool,
}

/// A number that begins at `start`, with `+`, `(` or a digit.
pub(crate) fn find(marks: &mut Marks, start: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    if !begins(bytes, start) {
        return None;
    }
    let international = bytes.get(start) == Some(&b'+');
    let written = read(bytes, start + usize::from(international), international)?;
    if written.count < FEWEST {
        return None;
    }
    let groups = written.groups.get(..written.group_count)?.iter().rev();
    for (count, end) in groups.copied().filter(|(_, end)| closes(bytes, *end)) {
        let digits = written.digits.get(..count)?;
        let found = if international {
            planned(digits).then(|| Candidate::sure(PHONE, start, end)).flatten()
        } else {
            national(marks, &written, digits, start..end)
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn begins(bytes: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).and_then(|at| bytes.get(at)) else { return true };
    let further = start.checked_sub(2).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    match before {
        b'-' | b'.' | b'/' => !further.is_ascii_alphanumeric(),
        b'(' => bytes.get(start) == Some(&b'+'),
        b'_' | b'+' | b'$' | b'%' | b'#' | b'@' | b'~' | b'^' | b'\\' | b'*' | b')' => false,
        _ => !before.is_ascii_alphanumeric(),
    }
}

/// Digits and single signs from `start` on; a pair of brackets counts as one sign.
fn read(bytes: &[u8], start: usize, abroad: bool) -> Option<Written> {
    let mut out = Written {
        digits: [0; MOST],
        count: 0,
        groups: [(0, 0); GROUPS],
        group_count: 0,
        sign: 0,
        brackets: bytes.get(start) == Some(&b'('),
    };
    let mut at = start + usize::from(out.brackets);
    loop {
        let digits =
            bytes.get(at..)?.iter().take(MOST + 1).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || out.count + digits > MOST || out.group_count == GROUPS {
            break;
        }
        // Only abroad do groups have one digit, but for the 1 of America.
        if digits == 1 && !abroad && (out.group_count > 0 || bytes.get(at) != Some(&b'1')) {
            break;
        }
        crate::work::add(digits);
        let group = bytes.get(at..at + digits)?;
        out.digits.get_mut(out.count..out.count + digits)?.copy_from_slice(group);
        out.count += digits;
        at += digits;
        *out.groups.get_mut(out.group_count)? = (out.count, at);
        out.group_count += 1;
        let Some((sign, next)) = between(bytes, at, &mut out.brackets) else { break };
        if out.sign == 0 {
            out.sign = sign;
        }
        at = next;
    }
    (out.group_count > 0).then_some(out)
}

/// The sign after a group, and where the next group begins.
fn between(bytes: &[u8], mut at: usize, brackets: &mut bool) -> Option<(u8, usize)> {
    let mut sign = 0;
    let begin = at;
    while at - begin < 5 {
        match bytes.get(at)? {
            b'0'..=b'9' => return (at > begin).then_some((sign, at)),
            b'(' | b')' => {
                *brackets = true;
                at += 1;
            }
            _ => {
                let (found, width) = separator(bytes, at).filter(|(sign, _)| *sign != b'+')?;
                if sign != 0 && !(sign == b' ' || found == b' ' || *brackets) {
                    return None;
                }
                sign = found;
                at += width;
            }
        }
    }
    None
}

/// Whether digits after a `+` are a number of a country.
fn planned(digits: &[u8]) -> bool {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    for Plan(code, least, most) in PLANS {
        let Some(rest) = text.strip_prefix(code) else { continue };
        // The digit of a national call is often left in brackets: `+44 (0)20`.
        let rest = rest.strip_prefix('0').filter(|_| *code != "39").unwrap_or(rest);
        return (*least..=*most).contains(&rest.len())
            && (*code != "1" || american(rest.as_bytes()));
    }
    let russian = digits.first() == Some(&b'7') && digits.len() == 11;
    let three = matches!(
        number(digits, 0, 3),
        210..=269 | 290 | 291 | 297..=299 | 350 | 354 | 355 | 373..=389 | 423 | 500..=509
            | 590..=599 | 670..=692 | 850..=856 | 880 | 886 | 960..=979 | 992..=998
    );
    let known = russian || three || TWO.contains(&number(digits, 0, 2));
    known && (9..=MOST).contains(&digits.len())
}

/// The North American plan: neither area nor exchange begins with 0 or 1, and none is `N11`.
fn american(digits: &[u8]) -> bool {
    let part = |from: usize| {
        digits.get(from).is_some_and(|byte| (b'2'..=b'9').contains(byte))
            && digits.get(from + 1..from + 3) != Some(b"11")
    };
    digits.len() == 10 && part(0) && part(3)
}

fn national(
    marks: &mut Marks,
    written: &Written,
    digits: &[u8],
    range: std::ops::Range<usize>,
) -> Option<Candidate> {
    let (start, end) = (range.start, range.end);
    if abroad(written, digits) || plain_american(written, digits) {
        return Candidate::sure(PHONE, start, end);
    }
    let first = *digits.first()?;
    let counts = match digits.len() {
        8 => first > b'1',
        9 => first != b'1',
        10 => true,
        11 | 12 => first == b'0' || (first == b'1' && american(digits.get(1..)?)),
        7 => written.group_count == 2 && written.sign == b'-' && first > b'1',
        _ => false,
    };
    if !counts || a_date(written, digits) {
        return None;
    }
    Candidate::named(PHONE, start, end, named(marks, start)?)
}

/// How far before `start` the word stands that says so.
fn named(marks: &mut Marks, start: usize) -> Option<usize> {
    if marks.near(start, start) >> PHONE & 1 == 0 {
        return None;
    }
    let word = marks.before(PHONE, start).map(|word| start - word);
    match word {
        None if marks.headed(PHONE) => Some(WORD),
        word => word.filter(|distance| *distance <= WORD),
    }
}

/// `0049 30 1234567`: as international as with a `+`, if it is written in groups.
fn abroad(written: &Written, digits: &[u8]) -> bool {
    written.group_count > 2 && digits.strip_prefix(b"00").is_some_and(planned)
}

/// `(212) 555-0123`, `212-555-0123` and nothing else.
fn plain_american(written: &Written, digits: &[u8]) -> bool {
    let groups = written.groups.map(|(count, _)| count);
    let (area, whole) = match groups {
        [3, 6, 10, ..] => (0, digits),
        [1, 4, 7, 11, ..] => (1, digits.get(1..).unwrap_or_default()),
        _ => return false,
    };
    let fits = area == 0 || digits.first() == Some(&b'1');
    fits && american(whole) && (written.brackets || written.sign == b'-')
}

/// Days are written like numbers too.
fn a_date(written: &Written, digits: &[u8]) -> bool {
    let two = |at: usize| number(digits, at, 2);
    match written.groups.map(|(count, _)| count) {
        [2, 4, 8, ..] | [1 | 2, 3, 7, ..] | [1, 2, 6, ..] => true,
        [4, 6, 8, ..] => day_exists(number(digits, 0, 4), two(4), two(6)),
        [8, ..] if digits.len() == 8 => {
            (1900..2100).contains(&number(digits, 0, 4))
                && day_exists(number(digits, 0, 4), two(4), two(6))
        }
        // Seconds since 1970, of the years from 2001 to 2033.
        [10, ..] => digits.first() == Some(&b'1') && digits.len() == 10,
        _ => false,
    }
}
