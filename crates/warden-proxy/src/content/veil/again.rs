//! Values that were found somewhere, wherever else they stand in the same answer: what is hidden in
//! one place is not told in another where no detector would take it for what it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::content::pieces::{Changes, Piece};

/// Shorter values are in every other word.
const LEAST: usize = 3;
/// The most bytes that are compared for one answer.
const MOST_WORK: usize = 256 << 20;
/// Words of the protocol, that stand in messages for themselves.
static PROTOCOL: &[&str] = &["assistant", "audio", "complete", "image", "resource", "text", "user"];

/// The values, each with the mark in its place.
#[derive(Debug, Default)]
pub(super) struct Values {
    marks: HashMap<String, String>,
    lengths: BTreeSet<usize>,
    /// What they begin with: few places begin so.
    begin: HashSet<[u8; LEAST]>,
}

impl Values {
    /// Notes a value.
    pub(super) fn add(&mut self, value: &str, mark: String) {
        let Some(begin) = value.as_bytes().first_chunk::<LEAST>() else { return };
        if !PROTOCOL.contains(&value) {
            self.begin.insert(*begin);
            self.lengths.insert(value.len());
            self.marks.entry(value.to_owned()).or_insert(mark);
        }
    }

    /// Marks every one of them in these texts. Returns whether all was gone through.
    pub(super) fn mark<'a>(
        &self,
        pieces: impl Iterator<Item = &'a Piece>,
        changes: &mut Changes,
    ) -> bool {
        let (each, mut work) = (self.lengths.iter().sum::<usize>(), 0_usize);
        for piece in pieces.filter(|_| !self.marks.is_empty()) {
            for start in self.starts(&piece.text) {
                work = work.saturating_add(each);
                if work > MOST_WORK {
                    return false;
                }
                for length in &self.lengths {
                    let range = start..start + length;
                    let value = piece.text.get(range.clone());
                    let mark = value.and_then(|value| self.marks.get(value));
                    if let Some(mark) = mark.filter(|_| ends(&piece.text, range.end)) {
                        changes.replace(piece, &range, mark);
                    }
                }
            }
        }
        true
    }

    /// Where a value may begin: no letter or digit goes on there.
    fn starts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut inside = false;
        text.char_indices().filter_map(move |(at, char)| {
            let before = std::mem::replace(&mut inside, char.is_alphanumeric());
            let begin = text.as_bytes().get(at..)?.first_chunk::<LEAST>()?;
            (!before && self.begin.contains(begin)).then_some(at)
        })
    }
}

/// Whether no letter or digit goes on here.
fn ends(text: &str, end: usize) -> bool {
    let next = text.get(end..).and_then(|text| text.chars().next());
    !next.is_some_and(char::is_alphanumeric)
}
