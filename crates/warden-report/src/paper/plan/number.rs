//! Numbers of headings and of notes, in the order in which one reads.

use std::collections::BTreeMap;

use crate::paper::{Counting, Language, Mark, Note, Noted, words};

use super::safe;

/// The headings so far.
#[derive(Default)]
pub(super) struct Headings {
    numbers: u32,
    letters: u32,
    /// What the heading of the first level is called.
    first: String,
    below: [u32; 2],
}

impl Headings {
    /// The number of the next heading; empty if it is not counted.
    pub(super) fn next(&mut self, level: u8, counting: Counting) -> String {
        match (level, counting) {
            (_, Counting::Without) => {
                if level == 1 {
                    self.begin(String::new());
                }
                String::new()
            }
            (1, Counting::Number) => {
                self.numbers += 1;
                self.begin(self.numbers.to_string())
            }
            (1, Counting::Letter) => {
                self.letters += 1;
                self.begin(letter(self.letters))
            }
            (2, _) => {
                self.below = [self.below[0] + 1, 0];
                joined(&self.first, &[self.below[0]])
            }
            (_, _) => {
                self.below[1] += 1;
                joined(&self.first, &self.below)
            }
        }
    }

    fn begin(&mut self, first: String) -> String {
        self.below = [0, 0];
        self.first = first;
        self.first.clone()
    }
}

fn joined(first: &str, below: &[u32]) -> String {
    let first = (!first.is_empty()).then(|| first.to_owned());
    let all: Vec<String> = first.into_iter().chain(below.iter().map(u32::to_string)).collect();
    all.join(".")
}

/// A to Z, then AA.
fn letter(number: u32) -> String {
    let mut left = number;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// The notes so far. The same note has one number, wherever it stands.
#[derive(Default)]
pub(super) struct Notes<'a> {
    known: BTreeMap<&'a Note, Mark>,
    order: Vec<&'a Note>,
}

impl<'a> Notes<'a> {
    /// The number of a note, and which mention of it this is.
    pub(super) fn mark(&mut self, note: &'a Note) -> Mark {
        let next = self.order.len() + 1;
        let mark = self.known.entry(note).or_insert(Mark { number: next, mention: 0 });
        mark.mention += 1;
        if mark.number == next {
            self.order.push(note);
        }
        *mark
    }

    /// All of them, the first at number 1.
    pub(super) fn finish(self, language: Language) -> Vec<Noted> {
        let notes = self.order.into_iter();
        notes
            .map(|note| match note {
                Note::Reference(reference) => Noted::Reference {
                    query: safe(&reference.query),
                    as_of: words::time(reference.as_of, language),
                    evidence: safe(&reference.evidence),
                },
                Note::Text(text) => Noted::Text { text: safe(text) },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_counted_below_their_own() {
        let mut headings = Headings::default();
        let mut next = |level, counting| headings.next(level, counting);
        assert_eq!(next(1, Counting::Number), "1");
        assert_eq!(next(2, Counting::Number), "1.1");
        assert_eq!(next(3, Counting::Number), "1.1.1");
        assert_eq!(next(2, Counting::Number), "1.2");
        assert_eq!(next(3, Counting::Number), "1.2.1");
        assert_eq!(next(1, Counting::Without), "");
        assert_eq!(next(1, Counting::Number), "2");
        assert_eq!(next(1, Counting::Letter), "A");
        assert_eq!(next(2, Counting::Number), "A.1");
        assert_eq!([letter(26), letter(27), letter(703)], ["Z", "AA", "AAA"]);
    }

    #[test]
    fn the_same_note_has_one_number() {
        let (one, two) = (Note::Text("a".into()), Note::Text("b".into()));
        let same = one.clone();
        let mut notes = Notes::default();
        let marks = [&one, &two, &same].map(|note| notes.mark(note));
        assert_eq!(marks.map(|mark| (mark.number, mark.mention)), [(1, 1), (2, 1), (1, 2)]);
        assert_eq!(notes.finish(Language::En).len(), 2);
    }
}
