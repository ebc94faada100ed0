//! A definition as it reads when its strings are decoded.
//!
//! Each string is decoded by itself, and the whole is judged again: what a name or a description
//! gives away counts as much when it has to be decoded first.

use std::ops::Range;

use super::Shown;
use crate::{
    Encoding,
    decode::{Layer, Layers, layers},
};

/// A definition, decoded.
pub(super) struct Decoded {
    /// The shallow layers first.
    pub(super) layers: Vec<Reading>,
    /// Whether everything that could be decoded was decoded.
    pub(super) complete: bool,
}

/// A definition with its strings decoded to one depth, or as far as each goes.
pub(super) struct Reading {
    pub(super) shown: Shown,
    /// How each string was written that was decoded.
    encodings: Vec<Option<Encoding>>,
    /// The string that holds something which does not show, in the definition as it was given.
    pub(super) unseen: Option<Range<usize>>,
}

/// Decodes every string.
pub(super) fn read(shown: &Shown) -> Decoded {
    let fields: Vec<Layers> =
        shown.fields.iter().map(|(range, _)| layers(text(shown, range))).collect();
    let depth = fields.iter().map(|field| field.pieces.len()).max().unwrap_or_default();
    Decoded {
        layers: (0..depth).map(|at| Reading::of(shown, &fields, at)).collect(),
        complete: fields.iter().all(|field| field.complete),
    }
}

fn text<'s>(shown: &'s Shown, range: &Range<usize>) -> &'s str {
    shown.text.get(range.clone()).unwrap_or_default()
}

impl Reading {
    fn of(shown: &Shown, fields: &[Layers], depth: usize) -> Self {
        let mut reading = Self { shown: Shown::default(), encodings: Vec::new(), unseen: None };
        for ((range, at), layers) in shown.fields.iter().zip(fields) {
            let deepest = layers.pieces.len().saturating_sub(1);
            let layer: Option<&Layer> = layers.pieces.get(depth.min(deepest));
            let text = layer.map_or_else(|| text(shown, range), |layer| &layer.text);
            reading.shown.add(text, at.clone());
            reading.encodings.push(layer.map(|layer| layer.encoding));
            if layer.is_some_and(|layer| layer.unseen) {
                reading.unseen.get_or_insert_with(|| range.clone());
            }
        }
        reading
    }

    /// Whether a string was written so that nobody reads it.
    pub(super) fn is_disguised(&self) -> bool {
        self.encodings.iter().flatten().any(|encoding| encoding.disguises())
    }

    /// Where in the definition as it was given a place is: the string that it is in, since a place
    /// in what was decoded is none in what it was decoded from.
    pub(super) fn place(
        &self,
        shown: &Shown,
        range: &Range<usize>,
    ) -> (Range<usize>, Option<Encoding>) {
        let after = self.shown.fields.partition_point(|(field, _)| field.start <= range.start);
        let at = after.saturating_sub(1);
        let encoding = self.encodings.get(at).copied().flatten();
        (shown.fields.get(at).map_or(0..0, |(range, _)| range.clone()), encoding)
    }
}
