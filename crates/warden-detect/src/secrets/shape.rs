//! The structure of a token: fixed text and runs of an alphabet, for example `ghp_<b62:36>`.
//!
//! A shape is weaker than a regular expression on purpose: runs are taken as long as they go and
//! never given back, so that a match costs what the token is long, whatever the text.
//!
//! `<b62:36>` is a run of 36, `<b62:20-40>` of 20 to 40, `<uuid>` a UUID. Where only a part is the
//! secret, it stands in parentheses.

use std::ops::Range;

use super::class::{ALNUM, Class};

/// How a token of one kind is written.
#[derive(Debug)]
pub(crate) struct Shape {
    pieces: Vec<Piece>,
    /// The longest fixed text, by which tokens are found.
    anchor: Option<usize>,
    /// The first piece of the value and the one behind its last.
    value: Range<usize>,
}

#[derive(Debug)]
enum Piece {
    Text(&'static str),
    Run(Class, usize, usize),
}

/// A place in a text that has a shape.
#[derive(Debug)]
pub(super) struct Match {
    /// From the first to the last byte.
    pub(super) whole: Range<usize>,
    /// What is secret of it.
    pub(super) value: Range<usize>,
    /// The parts that are not the same in every token.
    pub(super) random: Vec<(Range<usize>, Class)>,
}

/// How exactly a text has to have a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// As long as it should be, with something else before and behind.
    Exact,
    /// Cut off at the end, too long, or part of something longer: for what is taken out.
    Loose,
}

/// Where a match is anchored.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// The anchor begins here.
    Anchor(usize),
    /// The token begins here.
    Start(usize),
}

impl Shape {
    /// Reads the notation of the tables; `None` if it is not well formed.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let mut shape = Self { pieces: Vec::new(), anchor: None, value: 0..usize::MAX };
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find(['<', '(', ')']).unwrap_or(rest.len());
            let (plain, behind) = rest.split_at_checked(at)?;
            if !plain.is_empty() {
                shape.pieces.push(Piece::Text(plain));
            }
            rest = match behind.as_bytes().first() {
                None => "",
                Some(b'(') => {
                    shape.value.start = shape.pieces.len();
                    behind.get(1..)?
                }
                Some(b')') => {
                    shape.value.end = shape.pieces.len();
                    behind.get(1..)?
                }
                Some(_) => {
                    let (run, behind) = behind.get(1..)?.split_once('>')?;
                    shape.pieces.extend(runs(run)?);
                    behind
                }
            };
        }
        shape.value.end = shape.value.end.min(shape.pieces.len());
        shape.anchor = shape.longest();
        Some(shape)
    }

    fn longest(&self) -> Option<usize> {
        let length = |piece: &Piece| match piece {
            // A hyphen between the parts of a UUID is no anchor.
            Piece::Text(text) if text.len() > 1 => text.len(),
            _ => 0,
        };
        let best = self.pieces.iter().map(length).max().filter(|length| *length > 0)?;
        self.pieces.iter().position(|piece| length(piece) == best)
    }

    /// The text by which tokens of this shape are found.
    pub(super) fn keyword(&self) -> Option<&'static str> {
        match self.pieces.get(self.anchor?)? {
            Piece::Text(text) => Some(text),
            Piece::Run(..) => None,
        }
    }

    /// Returns the token at a place, if there is one.
    pub(super) fn at(&self, bytes: &[u8], at: At, fit: Fit) -> Option<Match> {
        let start = match at {
            At::Start(start) => start,
            At::Anchor(anchor) => self.back(bytes, anchor)?,
        };
        if fit == Fit::Exact || !self.telling() {
            boundary(bytes, start).then_some(())?;
        }
        self.forward(bytes, start, fit)
    }

    /// Whether the start alone says what this is, also in the middle of something.
    pub(super) fn telling(&self) -> bool {
        matches!(self.pieces.first(), Some(Piece::Text(text)) if text.len() > 3)
    }

    /// Whether all tokens of this shape are of the same length.
    pub(super) fn is_fixed(&self) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Run(_, least, most) => least == most,
        })
    }

    /// Where a token begins whose anchor begins at `at`.
    fn back(&self, bytes: &[u8], mut at: usize) -> Option<usize> {
        for piece in self.pieces.get(..self.anchor?)?.iter().rev() {
            let before = bytes.get(..at)?;
            at -= match piece {
                Piece::Text(text) => before.ends_with(text.as_bytes()).then_some(text.len())?,
                Piece::Run(class, least, most) => {
                    let run = class.run_back(before, *most);
                    (run >= *least).then_some(run)?
                }
            };
        }
        Some(at)
    }

    fn forward(&self, bytes: &[u8], start: usize, fit: Fit) -> Option<Match> {
        // Most that are tried are none: only what fits is taken apart.
        let end = self.walk(bytes, start, fit, |_, _| {})?;
        let mut found = Match { whole: start..end, value: start..end, random: Vec::new() };
        self.walk(bytes, start, fit, |index, range| {
            if index == self.value.start {
                found.value.start = range.start;
            }
            if index + 1 == self.value.end {
                found.value.end = range.end;
            }
            if let Some(Piece::Run(class, ..)) = self.pieces.get(index) {
                found.random.push((range, *class));
            }
        })?;
        Some(found)
    }

    /// Returns where the token ends that begins at `start`, and shows each piece on the way.
    fn walk(
        &self,
        bytes: &[u8],
        start: usize,
        fit: Fit,
        mut see: impl FnMut(usize, Range<usize>),
    ) -> Option<usize> {
        let mut at = start;
        let mut end = None;
        for (index, piece) in self.pieces.iter().enumerate() {
            let rest = bytes.get(at..)?;
            let length = match piece {
                Piece::Text(text) => {
                    end = None;
                    rest.starts_with(text.as_bytes()).then_some(text.len())?
                }
                Piece::Run(class, least, most) => {
                    let loose = fit == Fit::Loose && index + 1 == self.pieces.len();
                    let (least, most) =
                        if loose { (least - least / 4, usize::MAX) } else { (*least, *most) };
                    end = Some(*class);
                    let run = class.run(rest, most);
                    (run >= least).then_some(run)?
                }
            };
            see(index, at..at + length);
            at += length;
        }
        let more = |byte: u8| end.is_some_and(|class| class.has(byte) || ALNUM.has(byte));
        let ends = fit == Fit::Loose || !bytes.get(at).is_some_and(|byte| more(*byte));
        ends.then_some(at)
    }

    /// Which part of a token of this shape is secret.
    pub(super) fn value_in(&self, token: &str) -> Option<Range<usize>> {
        self.forward(token.as_bytes(), 0, Fit::Loose).map(|found| found.value)
    }

    /// A made-up token of this shape: `letter` chooses one of so many.
    pub(super) fn make(&self, letter: &mut dyn FnMut(usize) -> usize) -> String {
        let mut made = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => made.push_str(text),
                Piece::Run(class, least, most) => {
                    let letters = class.letters();
                    let spread = (most - least).min(24) + 1;
                    let length = least + letter(spread);
                    made.extend((0..length).map(|_| {
                        char::from(letters.get(letter(letters.len())).copied().unwrap_or(b'a'))
                    }));
                }
            }
        }
        made
    }
}

/// The runs of one pair of angle brackets.
fn runs(text: &str) -> Option<Vec<Piece>> {
    let hex = Class::named("hex")?;
    if text == "uuid" {
        let lengths = [8, 4, 4, 4, 12];
        let parts = lengths.iter().enumerate().flat_map(|(index, length)| {
            let hyphen = (index > 0).then_some(Piece::Text("-"));
            hyphen.into_iter().chain([Piece::Run(hex, *length, *length)])
        });
        return Some(parts.collect());
    }
    let (class, length) = text.split_once(':')?;
    let (least, most) = length.split_once('-').unwrap_or((length, length));
    Some(vec![Piece::Run(Class::named(class)?, least.parse().ok()?, most.parse().ok()?)])
}

/// Whether a token can begin at `at`: what stands before is no letter and no digit, or belongs to
/// an escape such as `\n`, `%3D` or `\u003d`.
pub(super) fn boundary(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    match before {
        [.., last] if !ALNUM.has(*last) => true,
        [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f'] => true,
        [.., b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [.., b'\\', b'u', one, two, three, four] => {
            [one, two, three, four].iter().all(|digit| digit.is_ascii_hexdigit())
        }
        before => before.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shape: &'static str, text: &str, fit: Fit, value: Option<&str>) {
        let shape = Shape::parse(shape).expect("it is well formed");
        let at = text.find(shape.keyword().expect("it has an anchor")).expect("it is there");
        let found = shape.at(text.as_bytes(), At::Anchor(at), fit);
        assert_eq!(found.and_then(|found| text.get(found.value)), value, "{text}");
    }

    #[test]
    fn a_token_is_as_long_as_its_shape_says() {
        check("ab_<hex:4>", "x ab_01ef y", Fit::Exact, Some("ab_01ef"));
        check("ab_<hex:4>", "ab_01e", Fit::Exact, None);
        check("ab_<hex:4>", "ab_01ef2", Fit::Exact, None);
        check("ab_<hex:4>", "ab_01efz", Fit::Exact, None);
        check("ab_<hex:2-4>-z", "ab_01e-z", Fit::Exact, Some("ab_01e-z"));
        check("ab_<hex:4>", "xab_01ef", Fit::Exact, None);
        check("ab_<hex:4>", r"\nab_01ef", Fit::Exact, Some("ab_01ef"));
        check("ab_<hex:4>", "k%3Dab_01ef", Fit::Exact, Some("ab_01ef"));
        check("ab_<hex:4>", r"k\u003dab_01ef", Fit::Exact, Some("ab_01ef"));
    }

    #[test]
    fn what_is_taken_out_may_be_cut_off_or_too_long() {
        check("ab_<hex:4>", "ab_01e", Fit::Loose, Some("ab_01e"));
        check("ab_<hex:4>", "ab_01ef2345z", Fit::Loose, Some("ab_01ef2345"));
        check("abc_<hex:4>", "xabc_01ef", Fit::Loose, Some("abc_01ef"));
    }

    #[test]
    fn an_anchor_may_stand_in_the_middle_and_a_value_be_a_part() {
        check("<hex:4>-us<dig:1-2>", "k=01ef-us12", Fit::Exact, Some("01ef-us12"));
        check("<hex:4>-us<dig:1-2>", "k=1ef-us12", Fit::Exact, None);
        check("a://<dig:2>:(<hex:4>)@", "a://12:01ef@h", Fit::Exact, Some("01ef"));
        check(
            "<uuid>--x",
            "12345678-1234-1234-1234-123456789abc--x",
            Fit::Exact,
            Some("12345678-1234-1234-1234-123456789abc--x"),
        );
    }

    #[test]
    fn a_shape_that_is_not_well_formed_is_none() {
        for text in ["<hex:4", "<nothing:4>", "<hex>", "<hex:x>"] {
            assert!(Shape::parse(text).is_none(), "{text}");
        }
    }
}
