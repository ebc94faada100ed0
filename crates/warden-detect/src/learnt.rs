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

pub use features::{Features, WINDOW, features};
pub use model::{Model, ModelError, Subject};

use crate::{InstructionKind, LEVEL, normal::Normal};

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

/// Judges a text with a model; `kinds` is what the rules found in it.
pub(crate) fn learnt_with(model: &Model, text: &Normal<'_>, kinds: &[InstructionKind]) -> Learnt {
    let read = features(text.text());
    let (score, window) = model.worst(&read, kinds);
    let above = (f64::from(LEVEL) + UNIT * (score - model.level())).clamp(0.0, 100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let units = above.floor() as u32;
    let spans = if units >= LEVEL { explain(model, &read, window, text) } else { Vec::new() };
    Learnt { probability: model.probability(score), score: units, spans }
}

/// The words of a window that say the most, with what lies between neighbours.
fn explain(
    model: &Model,
    read: &Features,
    window: Range<usize>,
    text: &Normal<'_>,
) -> Vec<Range<usize>> {
    let mut said: Vec<(i32, usize)> =
        window.map(|at| (model.says(read, at), at)).filter(|(said, _)| *said > 0).collect();
    said.sort_by_key(|(said, at)| (-said, *at));
    said.truncate(SPANS * 2);
    let mut places: Vec<usize> = said.into_iter().map(|(_, at)| at).collect();
    places.sort_unstable();
    let mut spans: Vec<(usize, Range<usize>)> = Vec::new();
    for at in places {
        let range = read.range(at);
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
