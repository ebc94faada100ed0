//! Goes through a text once, and looks closer where there are digits.

use std::borrow::Cow;

use super::{
    DataClass, Evidence, Found, PersonalHit, Proof, Told,
    boundary::{closes, in_a_row, opens, separator, word_end},
    date,
    forms::{Form, Need, Plain, TREE},
    iban, kinds,
    marks::{BEFORE, Kinds, Marks},
    net, passport, pay, phone, wallet,
};

/// How many bytes are counted at a time.
const CHUNK: usize = 64;
/// With less weight in two chunks there is no value in them: a digit weighs three, a capital one,
/// since some addresses of wallets have next to no digits.
const LEAST: u16 = 6;
/// What has fewer letters and digits, and no separator after it, is at most an amount.
const SHORT: usize = 6;
/// How near a value that speaks for itself is thought to be to a word that names it.
const SURE: usize = 40;

/// Something that a value could be.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub start: usize,
    pub end: usize,
    /// The place of the kind in the table.
    pub kind: usize,
    pub class: DataClass,
    pub proof: Proof,
    /// How far the word that names it is; the nearest wins.
    pub near: usize,
}

impl Candidate {
    /// A value that speaks for itself.
    pub(crate) fn sure(kind: usize, start: usize, end: usize) -> Option<Self> {
        let row = kinds::at(kind)?;
        let proof = if row.evidence == Evidence::CheckDigits { Proof::Check } else { Proof::Shape };
        Some(Self { start, end, kind, class: row.class, proof, near: SURE })
    }

    /// A value that a word names.
    pub(crate) fn named(kind: usize, start: usize, end: usize, near: usize) -> Option<Self> {
        let proof = match Self::sure(kind, start, end)?.proof {
            Proof::Check => Proof::CheckAndWord,
            _ => Proof::ShapeAndWord,
        };
        Self::sure(kind, start, end).map(|sure| Self { proof, near, ..sure })
    }

    /// The same with another class.
    pub(crate) fn of_class(self, class: DataClass) -> Self {
        Self { class, ..self }
    }

    fn better(&self, other: &Self) -> bool {
        let rank = |one: &Self| (one.near, usize::MAX - (one.end - one.start), one.kind);
        rank(self) < rank(other)
    }
}

/// Tells of everything in `text` that has digits.
pub(crate) fn find(text: &str, found: &mut Found) {
    found.reader();
    let bytes = text.as_bytes();
    let mut marks = Marks::new(bytes);
    let mut at = 0;
    let mut chunks = bytes.chunks(CHUNK);
    let mut here = chunks.next().map_or(0, weight);
    let mut start = 0;
    while start < bytes.len() {
        let next = chunks.next().map_or(0, weight);
        if here + next >= LEAST && run(&mut at, start, &mut marks, found) == Told::Enough {
            return;
        }
        here = next;
        start += CHUNK;
    }
}

fn weight(chunk: &[u8]) -> u16 {
    // At most 3 times 64, which fits. Written so that it is done for many bytes at a time.
    let sum = chunk.iter().fold(0_u8, |sum, byte| {
        let digit = u8::from(byte.wrapping_sub(b'0') < 10);
        sum + digit + digit + digit + u8::from(byte.wrapping_sub(b'A') < 26)
    });
    u16::from(sum)
}

/// Looks at what begins in the chunk at `start`, and not before `at`.
fn run(at: &mut usize, start: usize, marks: &mut Marks, found: &mut Found) -> Told {
    let bytes = marks.bytes();
    let end = (start + CHUNK).min(bytes.len());
    // What began in a chunk that was not looked at is no beginning here.
    if *at < start {
        let inside = bytes.get(start - 1).is_some_and(u8::is_ascii_alphanumeric);
        *at = if inside { word_end(bytes, start) } else { start };
    }
    while *at < end {
        let here = bytes.get(*at).map_or(0, |byte| sort(*byte));
        if here == 0 {
            *at += 1;
            continue;
        }
        let (best, next) = if here == OPEN {
            (phone::find(marks, *at), *at + 1)
        } else {
            let (stop, digits) = piece(bytes, *at);
            let dull = !digits && dull(bytes, *at, stop);
            (if dull { None } else { word(marks, *at, stop, digits) }, stop)
        };
        let Some(best) = best else {
            *at = next;
            continue;
        };
        *at = best.end.max(*at + 1);
        if tell(bytes, &best, found) == Told::Enough {
            return Told::Enough;
        }
    }
    Told::GoOn
}

/// What a byte is, as bits, so that a run of bytes is gone through without a branch for each.
static SORTS: [u8; 256] = {
    let mut sorts = [0; 256];
    let (mut at, mut byte) = (0, 0_u8);
    while at < 256 {
        if byte.is_ascii_digit() {
            sorts[at] = DIGIT;
        } else if byte.is_ascii_alphabetic() {
            sorts[at] = LETTER;
        } else if matches!(byte, b'+' | b'(') {
            sorts[at] = OPEN;
        }
        at += 1;
        byte = byte.wrapping_add(1);
    }
    sorts
};
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// What stands before telephone numbers alone.
const OPEN: u8 = 4;

fn sort(byte: u8) -> u8 {
    SORTS[usize::from(byte)]
}

/// Where the letters and digits that begin at `start` end, and whether there are digits.
fn piece(bytes: &[u8], start: usize) -> (usize, bool) {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut seen = 0;
    let length = rest
        .iter()
        .position(|byte| {
            let sort = sort(*byte);
            seen |= sort;
            sort & (LETTER | DIGIT) == 0
        })
        .unwrap_or(rest.len());
    (start + length, seen & DIGIT != 0)
}

/// Whether letters alone begin nothing: not `AB 12 34 56 C`, `fe80::1`, `ab:cd:…` or a wallet.
fn dull(bytes: &[u8], start: usize, end: usize) -> bool {
    let sign = bytes.get(end).copied().unwrap_or(b'.');
    let upper = bytes.get(start).is_some_and(u8::is_ascii_uppercase);
    match end - start {
        1..=3 => {
            let goes_on = matches!(sign, b' ' | 0x80..)
                && (upper || bytes.get(end + 1).is_some_and(u8::is_ascii_digit));
            !goes_on && !matches!(sign, b'-' | b':')
        }
        4 => !matches!(sign, b'-' | b':'),
        length => length < wallet::SHORTEST,
    }
}

fn tell(bytes: &[u8], best: &Candidate, found: &mut Found) -> Told {
    let Some(row) = kinds::at(best.kind) else { return Told::GoOn };
    // What is too light to be looked for is not told where its neighbours made us look.
    let value = bytes.get(best.start..best.end).unwrap_or_default();
    if value.chunks(CHUNK).map(weight).sum::<u16>() < LEAST {
        return Told::GoOn;
    }
    found.tell(PersonalHit {
        kind: Cow::Borrowed(row.id),
        class: best.class,
        proof: best.proof,
        range: best.start..best.end,
        mixed: false,
    })
}

/// What begins with the letters and digits at `start..end`.
fn word(marks: &mut Marks, start: usize, end: usize, digits: bool) -> Option<Candidate> {
    let bytes = marks.bytes();
    let piece = bytes.get(start..end).unwrap_or_default();
    let mut best = Best(None);
    if !digits {
        if piece.len() >= wallet::SHORTEST {
            return wallet::find(marks, start, end);
        }
        best.take(net::find(bytes, start, end));
        if piece.len() < 4 {
            forms(marks, start, &mut best);
        }
        return best.0;
    }
    if !opens(bytes, start) {
        // A piece of something longer, or an amount after its sign.
        if bytes.get(start.wrapping_sub(1)) == Some(&b'$') {
            best.take(pay::find(marks, start));
        }
        return best.0;
    }
    best.take(alone(marks, start, end));
    if best.0.is_none() && (piece.len() >= SHORT || separator(bytes, end).is_some()) {
        forms(marks, start, &mut best);
        best.take(phone::find(marks, start));
        best.take(passport::find(marks, start, end));
    }
    if best.0.is_none() && piece.len() < SHORT {
        best.take(date::find(marks, start));
    }
    if piece.first().is_some_and(u8::is_ascii_digit) {
        best.take(pay::find(marks, start));
    }
    best.0
}

/// What speaks for itself, so that nothing else has to be asked.
fn alone(marks: &mut Marks, start: usize, end: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    let wallet =
        if end - start >= wallet::SHORTEST { wallet::find(marks, start, end) } else { None };
    wallet
        .or_else(|| iban::find(bytes, start, end))
        .or_else(|| net::find(bytes, start, end))
        .or_else(|| net::find_v4(marks, start, end))
        .or_else(|| passport::machine_readable(bytes, start))
}

/// The best candidate so far.
struct Best(Option<Candidate>);

impl Best {
    fn take(&mut self, other: Option<Candidate>) {
        if let Some(other) = other
            && self.0.as_ref().is_none_or(|best| other.better(best))
        {
            self.0 = Some(other);
        }
    }
}

/// Identifiers that are a form and a check.
fn forms(marks: &mut Marks, start: usize, best: &mut Best) {
    let bytes = marks.bytes();
    if !opens(bytes, start) {
        return;
    }
    TREE.walk(bytes, start, |end, forms, plain| {
        if closes(bytes, end) && !in_a_row(bytes, start, end) {
            let near = marks.near(start, end);
            for form in forms {
                best.take(judge(marks, near, start..end, (*form, plain)));
            }
        }
    });
}

fn judge(
    marks: &Marks,
    near: Kinds,
    range: std::ops::Range<usize>,
    (form, plain): (Form, &Plain),
) -> Option<Candidate> {
    let asks = match form.need {
        Need::Nothing => false,
        Need::Capitals => plain.small,
        Need::Word => true,
    };
    let (start, end) = (range.start, range.end);
    let named = near >> form.kind & 1 == 1;
    if asks && !named {
        return None;
    }
    let row = kinds::at(form.kind)?;
    if !(row.check)(plain.bytes()) {
        return None;
    }
    let doubtful = row.doubt.is_some_and(|doubt| doubt(plain.bytes()));
    if !named {
        return if asks || doubtful { None } else { Candidate::sure(form.kind, start, end) };
    }
    let distance = marks.distance(form.kind, start, end);
    if distance > BEFORE * 2 {
        return None;
    }
    let near = if asks || doubtful { distance } else { distance.min(SURE) };
    Candidate::named(form.kind, start, end, near)
}
