//! A learnt judge of text: what rules cannot say, because no pattern says it.
//!
//! A linear model over hashed words, beginnings of words, pairs and triples of them, and over what
//! the rules found. A long text is judged by its worst window, so that a page of harmless text is
//! no place to hide a sentence in. The weights come from `cargo xtask train`, which gives the same
//! bytes whenever it runs; `docs/reference/detectors/learnt.md` says what they were learnt from.
//!
//! Hashed features: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.

mod features;
mod lexicon;
mod model;

use std::ops::Range;

pub use features::{Features, Spread, features};
pub(crate) use lexicon::concept;
pub use model::{Model, ModelError, Subject};

use crate::{
    InstructionKind, LEVEL,
    instruct::{instructions_in, orders_in, signs},
    normal::Normal,
};

/// What the model says about a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learnt {
    /// How likely it is that the text is meant to steer a model, from 0 to 1, calibrated on text
    /// that the model was not trained on.
    pub probability: f64,
    /// The same in the unit of the rules: from [`crate::LEVEL`] on it is enough for a finding.
    pub score: u32,
    /// The words that moved it most, in the order of the text as it was given; none below the
    /// level.
    pub spans: Vec<Range<usize>>,
}

/// How many spans explain a result.
const SPANS: usize = 6;

/// What a step of one in the score of the model is in the unit of the rules.
const UNIT: f64 = 10.0;

/// A text as a model sees it.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Its words.
    pub words: Features,
    /// What the rules found in it.
    pub signs: Vec<usize>,
}

impl Read {
    /// Reads a text.
    #[must_use]
    pub fn of(subject: Subject, text: &Normal<'_>) -> Self {
        let found = instructions_in(text, subject).evidence;
        let kinds: Vec<InstructionKind> = found.into_iter().map(|evidence| evidence.kind).collect();
        let orders = match subject {
            Subject::Definition => orders_in(text).1,
            Subject::Content => Vec::new(),
        };
        Self { words: features(text.text()), signs: signs(&kinds, &orders) }
    }
}

/// The longest piece that is read at once, in bytes: what is held does not grow with the text.
const PIECE: usize = 64 << 10;

/// How many bytes a word has at most in a piece that begins before the last one ended.
const BYTES: usize = 16;

/// Judges a text with a model; `signs` is what the rules found in it.
pub(crate) fn learnt_with(model: &Model, text: &Normal<'_>, mut signs: Vec<usize>) -> Learnt {
    let (mut worst, mut words, mut place) = (f64::MIN, Vec::new(), 0..0);
    for piece in pieces(text.text(), model.subject.spread().words * BYTES) {
        let read = text.text().get(piece.clone()).unwrap_or_default();
        let read = Read { words: features(read), signs: std::mem::take(&mut signs) };
        let (score, window) = model.worst(&read);
        if score > worst {
            worst = score;
            place = piece;
            words =
                if units(model, score) < LEVEL { Vec::new() } else { said(model, &read, window) };
        }
        signs = read.signs;
    }
    let start = place.start;
    let spans = explain(
        text,
        words.into_iter().map(|(at, word)| (at, word.start + start..word.end + start)),
    );
    Learnt { probability: model.probability(worst), score: units(model, worst), spans }
}

/// A score in the unit of the rules.
fn units(model: &Model, score: f64) -> u32 {
    let above = (f64::from(LEVEL) + UNIT * (score - model.level())).clamp(0.0, 100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let units = above.floor() as u32;
    units
}

/// The pieces of a text, each of which begins so many bytes before the end of the last one.
fn pieces(text: &str, overlap: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    loop {
        let end = text.floor_char_boundary((start + PIECE).min(text.len()));
        pieces.push(start..end);
        if end == text.len() {
            return pieces;
        }
        start = text.floor_char_boundary(end - overlap);
    }
}

/// The words of a window that say the most: their numbers and their places.
fn said(model: &Model, read: &Read, window: Range<usize>) -> Vec<(usize, Range<usize>)> {
    let mut said: Vec<(i32, usize)> =
        window.map(|at| (model.says(&read.words, at), at)).filter(|(said, _)| *said > 0).collect();
    said.sort_by_key(|(said, at)| (-said, *at));
    said.truncate(SPANS * 2);
    let mut places: Vec<usize> = said.into_iter().map(|(_, at)| at).collect();
    places.sort_unstable();
    places.into_iter().map(|at| (at, read.words.range(at))).collect()
}

/// Words with what lies between neighbours, in the text as it was given.
fn explain(
    text: &Normal<'_>,
    words: impl Iterator<Item = (usize, Range<usize>)>,
) -> Vec<Range<usize>> {
    let mut spans: Vec<(usize, Range<usize>)> = Vec::new();
    for (at, range) in words {
        let word = text.text().get(range.clone()).unwrap_or_default();
        if !word.chars().any(char::is_alphanumeric) {
            continue;
        }
        match spans.last_mut() {
            Some((last, span)) if *last + 1 == at => (*last, span.end) = (at, range.end),
            _ => spans.push((at, range)),
        }
    }
    spans.truncate(SPANS);
    spans.into_iter().map(|(_, span)| text.original(&span)).collect()
}

#[cfg(test)]
mod tests;
