//! Dates of birth: a day that a word says somebody was born on.

use super::{
    boundary::{word_end, word_start},
    digits::{day_exists, number},
    kinds::BIRTH,
    marks::Marks,
    scan::Candidate,
};

/// How far before the day the word may stand.
const WORD: usize = 40;

/// How months begin in the languages of the European Union, January first; `y` in no particular order.
static MONTHS: &[&[&str]] = &[
    &["jan", "ene", "gen", "janv", "sty", "tam", "led", "ian"],
    &["feb", "fev", "fév", "lut", "hel", "úno"],
    &["mar", "mär", "mrt", "maa", "bře"],
    &["apr", "avr", "abr", "kwi", "huh", "dub"],
    &["may", "mai", "mei", "maj", "mag", "tou", "kvě"],
    &["jun", "juin", "giu", "cze", "kes", "iun"],
    &["jul", "juil", "lug", "lip", "hei", "iul"],
    &["aug", "aoû", "ago", "aou", "sie", "elo", "srp"],
    &["sep", "set", "wrz", "syy", "zář"],
    &["oct", "okt", "ott", "out", "paź", "lok", "říj"],
    &["nov", "lis", "mar"],
    &["dec", "dez", "dic", "déc", "gru", "jou", "pro"],
];

/// A day of birth that begins with the digits at `start`, or with the month before them.
pub(crate) fn find(marks: &mut Marks, start: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    if run(bytes, start) == 3 {
        return None;
    }
    let (start, end) = numeric(bytes, start)
        .or_else(|| day_first(bytes, start))
        .or_else(|| month_first(bytes, start))?;
    if marks.near(start, end) >> BIRTH & 1 == 0 {
        return None;
    }
    let near = match marks.before(BIRTH, start) {
        Some(word) if start - word <= WORD => start - word,
        _ if marks.headed(BIRTH) => WORD,
        _ => return None,
    };
    Candidate::named(BIRTH, start, end, near)
}

fn run(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count()
}

fn year(year: u64) -> bool {
    (1880..2100).contains(&year)
}

/// `1984-03-05`, `05/03/1984`, `5.3.84`.
fn numeric(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let first = run(bytes, start);
    let sign = *bytes.get(start + first).filter(|byte| b"-./".contains(byte))?;
    let second_at = start + first + 1;
    let second = run(bytes, second_at);
    if bytes.get(second_at + second) != Some(&sign) || !(1..=2).contains(&second) {
        return None;
    }
    let third_at = second_at + second + 1;
    let third = run(bytes, third_at);
    let (one, two, three) = (
        number(bytes, start, first),
        number(bytes, second_at, second),
        number(bytes, third_at, third),
    );
    let day = match (first, third) {
        (4, 1 | 2) => year(one) && day_exists(one, two, three),
        (1 | 2, 4) => year(three) && (day_exists(three, two, one) || day_exists(three, one, two)),
        (1 | 2, 2) => day_exists(three, two, one) || day_exists(three, one, two),
        _ => false,
    };
    let end = third_at + third;
    // A time of day makes it a time stamp, unless it is midnight, which is how days are stored.
    let rest = bytes.get(end..).unwrap_or_default();
    let whole = match rest {
        [b'T', rest @ ..] => rest.starts_with(b"00:00"),
        [byte, ..] => !byte.is_ascii_alphanumeric(),
        [] => true,
    };
    (day && whole).then_some((start, end))
}

/// `5 March 1984`, `5. März 1984`, `5th of March, 1984`.
fn day_first(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let digits = run(bytes, start);
    if !(1..=2).contains(&digits) {
        return None;
    }
    let day = number(bytes, start, digits);
    let mut at = start + digits;
    // At most an ordinal's ending, `of` or `de`, the month, and `de`, before the year.
    let mut month = None;
    for _ in 0..5 {
        at += blanks(bytes, at);
        let count = run(bytes, at);
        if count == 4 {
            let (month, year_found) = (month?, number(bytes, at, 4));
            return (year(year_found) && day_exists(year_found, month, day))
                .then_some((start, at + 4));
        }
        let end = letters(bytes, at);
        if end == at || count > 0 {
            return None;
        }
        month = month.or(month_of(bytes.get(at..end)?));
        at = end;
    }
    None
}

/// `March 5, 1984`, from the digits of the day.
fn month_first(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let digits = run(bytes, start);
    let at = word_end(bytes, start);
    let at = at + blanks(bytes, at);
    let found = number(bytes, at, 4);
    if !(1..=2).contains(&digits) || run(bytes, at) != 4 || !year(found) {
        return None;
    }
    let blank = start.checked_sub(1).filter(|at| bytes.get(*at) == Some(&b' '))?;
    let blank = if bytes.get(blank.checked_sub(1)?) == Some(&b'.') { blank - 1 } else { blank };
    let word = word_start(bytes, blank, 12);
    let month = month_of(bytes.get(word..blank)?)?;
    day_exists(found, month, number(bytes, start, digits)).then_some((word, at + 4))
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(3).take_while(|byte| b" .,-/".contains(byte)).count()
}

fn letters(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0x80;
    at + rest.iter().take(16).take_while(letter).count()
}

fn month_of(word: &[u8]) -> Option<u64> {
    let [first, _, _, ..] = *word else { return None };
    let begins = |names: &&[&str]| {
        names.iter().any(|name| {
            let name = name.as_bytes();
            name.first() == Some(&first.to_ascii_lowercase())
                && word.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
        })
    };
    MONTHS.iter().position(begins).map(|month| month as u64 + 1)
}
