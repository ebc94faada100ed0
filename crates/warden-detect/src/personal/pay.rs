//! What somebody is paid: an amount beside a word for pay.

use super::{kinds::PAY, marks::Marks, scan::Candidate};

/// How far before the amount the word may stand.
const BEFORE: usize = 40;
/// How far after it.
const AFTER: usize = 16;
/// Nobody is paid less, in any unit of time and any currency that is written out.
const LEAST: u64 = 500;

/// Codes of ISO 4217 and signs.
const CURRENCIES: &[&str] = &[
    "$", "€", "£", "₹", "USD", "EUR", "GBP", "INR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "RON", "BGN", "CAD", "AUD", "Rs", "kr", "zł", "Kč", "Ft", "lei", "euro", "Euro",
    "dollars", "pounds", "rupees",
];

/// Bytes that a sign or code begins with, and those that one ends with.
static EDGES: ([bool; 256], [bool; 256]) = edges();

const fn edges() -> ([bool; 256], [bool; 256]) {
    let (mut first, mut last) = ([false; 256], [false; 256]);
    let mut at = 0;
    while at < CURRENCIES.len() {
        let sign = CURRENCIES[at].as_bytes();
        first[sign[0] as usize] = true;
        last[sign[sign.len() - 1] as usize] = true;
        at += 1;
    }
    (first, last)
}

/// Words beside a term that speak of no one's pay but of pay as such.
static GENERAL: &[&str] = &[
    "min",
    "max",
    "range",
    "average",
    "median",
    "example",
    "e.g",
    "i.e",
    "filter",
    "default",
    "typical",
    "threshold",
    "at least",
    "up to",
    "between",
    "search",
    "estimate",
    "limit",
];

/// An amount that begins with the digits at `start`, with its currency.
pub(crate) fn find(marks: &mut Marks, start: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    let amount = amount(bytes, start).filter(|amount| amount.value >= LEAST)?;
    let (from, to) = with_currency(bytes, start, amount.end);
    let currency = from < start || to > amount.end;
    if !(currency || amount.value > 9999 || amount.thousands) {
        return None;
    }
    if marks.near(from, to) >> PAY & 1 == 0 {
        return None;
    }
    let word = marks.before(PAY, from).map(|word| from - word);
    let near = word.unwrap_or_else(|| marks.distance(PAY, from, to));
    let reach = if word.is_some() { BEFORE } else { AFTER };
    if near > reach || !(currency || assigned(bytes, from - word?, from)) {
        return None;
    }
    let around = bytes.get(from.saturating_sub(near + 24)..(to + 16).min(bytes.len()))?;
    if GENERAL.iter().any(|word| says(around, word)) {
        return None;
    }
    Candidate::named(PAY, from, to, near)
}

/// Whether a name is given the value: `salary: 85000`, `"salary": 85000`, `salary=85000`.
fn assigned(bytes: &[u8], from: usize, to: usize) -> bool {
    let between = bytes.get(from..to).unwrap_or_default();
    between.len() < 24 && between.iter().any(|byte| matches!(byte, b':' | b'=' | b'|' | b','))
}

fn says(around: &[u8], word: &str) -> bool {
    around.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

struct Amount {
    value: u64,
    end: usize,
    /// Whether signs stand between thousands, or a `k` stands for them.
    thousands: bool,
}

/// `85000`, `85,000.00`, `85.000`, `85'000`, `85 000`, `85k`.
fn amount(bytes: &[u8], start: usize) -> Option<Amount> {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    if before.is_ascii_alphanumeric() || matches!(before, b'.' | b'-' | b'_' | b'/' | b'#') {
        return None;
    }
    let run = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let first = run(start);
    if first == 0 || first > 9 {
        return None;
    }
    let mut out = Amount {
        value: super::digits::number(bytes, start, first),
        end: start + first,
        thousands: false,
    };
    while first < 4
        && matches!(bytes.get(out.end), Some(b',' | b'.' | b'\'' | b' '))
        && run(out.end + 1) == 3
        && out.value < 1_000_000_000
    {
        out.value = out.value * 1000 + super::digits::number(bytes, out.end + 1, 3);
        out.end += 4;
        out.thousands = true;
    }
    if matches!(bytes.get(out.end), Some(b'.' | b',')) && run(out.end + 1) == 2 {
        out.end += 3;
    }
    if matches!(bytes.get(out.end), Some(b'k' | b'K')) {
        out.value = out.value.saturating_mul(1000);
        out.end += 1;
        out.thousands = true;
    }
    let after = bytes.get(out.end).copied().unwrap_or(b' ');
    let ends = !after.is_ascii_alphanumeric() && !matches!(after, b'-' | b'_' | b'/' | b':' | b'%');
    (ends || currency_at(bytes, out.end).is_some()).then_some(out)
}

/// The sign or code that begins at `at`.
fn currency_at(bytes: &[u8], at: usize) -> Option<&'static str> {
    let rest =
        bytes.get(at..).filter(|rest| rest.first().is_some_and(|b| EDGES.0[usize::from(*b)]))?;
    CURRENCIES.iter().copied().find(|sign| rest.starts_with(sign.as_bytes()))
}

/// The sign or code that ends at `end`.
fn currency_before(bytes: &[u8], end: usize) -> Option<&'static str> {
    let head =
        bytes.get(..end).filter(|head| head.last().is_some_and(|b| EDGES.1[usize::from(*b)]))?;
    CURRENCIES.iter().copied().find(|sign| head.ends_with(sign.as_bytes()))
}

/// The amount with the sign or code of its currency, on whichever side it stands.
fn with_currency(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let blank = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b' ');
    let before = if blank(start.checked_sub(1)) { start - 1 } else { start };
    let after = if blank(Some(end)) { end + 1 } else { end };
    if let Some(sign) = currency_before(bytes, before) {
        return (before - sign.len(), end);
    }
    match currency_at(bytes, after) {
        Some(sign) => (start, after + sign.len()),
        None => (start, end),
    }
}
