//! Judges whole texts and definitions with every detector of hostile text.
//!
//! A text is judged as it stands and in every layer that can be decoded. The rules and the learnt
//! model give a score of the same unit; the worst view decides, and what the other says helps.

mod copies;
mod shown;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde_json::Value;

pub use copies::{Copied, copies};
pub use shown::{Shown, tool_text};

use crate::{
    Encoding, HiddenKind, InstructionKind, Model, Subject,
    decode::layers,
    hidden::hidden,
    instruct::instructions_in,
    learnt::{Learnt, learnt_with},
    normal::Normal,
    purpose::purpose,
    smuggle::smuggling,
};

/// The score from which a text counts as hostile, unless policy says otherwise.
pub const LEVEL: u32 = 50;

/// The highest score.
const HIGHEST: u32 = 100;

/// What the copy of another definition counts for.
const COPIED: u32 = 60;

/// What a text that does not show counts for, if it can be read.
const UNSEEN: u32 = 70;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What the piece does, for example `override`.
    pub class: &'static str,
    /// Which detector says so: the name of its page.
    pub detector: &'static str,
    /// What it counts for; 0 for a repetition.
    pub weight: u32,
    /// Where in a definition it stands (RFC 6901); empty for a text.
    pub field: String,
    /// Where it stands, in bytes of the text, or of what [`tool_text`] gives.
    pub range: Range<usize>,
    /// How it was written, if it had to be decoded.
    pub encoding: Option<Encoding>,
}

/// What the detectors say of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// From 0 to 100.
    pub score: u32,
    /// What the learnt model gives, from 0 to 1.
    pub probability: f64,
    /// The evidence, in the order of the text.
    pub marks: Vec<Mark>,
    /// Whether the text was judged to its end and in every layer.
    pub complete: bool,
}

impl Verdict {
    /// Whether the score reaches `level`.
    #[must_use]
    pub const fn reaches(&self, level: u32) -> bool {
        self.score >= level
    }

    /// The classes of the evidence that counts, each once, in the order of their names.
    #[must_use]
    pub fn classes(&self) -> Vec<&'static str> {
        let counts = self.marks.iter().filter(|mark| mark.weight > 0);
        let mut classes: Vec<&str> = counts.map(|mark| mark.class).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

/// Judges texts with one model.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'m> {
    model: Option<&'m Model>,
}

impl Judge<'static> {
    /// With the model that this program has.
    #[must_use]
    pub fn of(subject: Subject) -> Self {
        Self { model: Some(Model::of(subject)) }
    }
}

impl<'m> Judge<'m> {
    /// With another model, or with the rules alone.
    #[must_use]
    pub const fn with(model: Option<&'m Model>) -> Self {
        Self { model }
    }

    /// Judges a text.
    #[must_use]
    pub fn text(self, text: &str) -> Verdict {
        let mut verdict = Verdict { complete: true, ..Verdict::default() };
        let normal = Normal::of(text);
        let mut worst = self.view(&normal, None, &mut verdict);
        let layers = layers(text);
        verdict.complete &= layers.complete;
        for layer in &layers.pieces {
            let normal = Normal::of(&layer.text);
            let place = Some((&layer.range, layer.encoding));
            worst = worst.max(self.view(&normal, place, &mut verdict));
            if layer.encoding.invisible() {
                worst = worst.max(UNSEEN);
                verdict.mark("hidden-text", "hidden", UNSEEN, layer.range.clone());
            }
        }
        worst = worst.saturating_add(verdict.unseen(text));
        verdict.score = worst.min(HIGHEST);
        verdict.marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
        verdict
    }

    /// Judges a definition, alone.
    #[must_use]
    pub fn tool(self, definition: &Value) -> Verdict {
        let shown = tool_text(definition);
        let mut verdict = self.text(&shown.text);
        verdict.smuggles(definition, &shown);
        let name = shown.fields.first().filter(|(_, at)| at == "/name");
        let name = name.and_then(|(range, _)| shown.text.get(range.clone()));
        if let Some(found) = purpose(name.unwrap_or_default(), &shown.text) {
            verdict.mark("hostile-purpose", "purpose", found.weight, found.range);
            verdict.score = verdict.score.max(found.weight);
        }
        for mark in &mut verdict.marks {
            shown.field(mark.range.start).clone_into(&mut mark.field);
        }
        verdict
    }

    /// One view of a text: the score that it has there.
    fn view(
        self,
        normal: &Normal<'_>,
        layer: Option<(&Range<usize>, Encoding)>,
        verdict: &mut Verdict,
    ) -> u32 {
        let found = instructions_in(normal);
        let mut kinds: Vec<InstructionKind> =
            found.evidence.iter().map(|evidence| evidence.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let model = self.model.map(|model| learnt_with(model, normal, &kinds));
        let Learnt { probability, score: learnt, spans } = model.unwrap_or_default();
        verdict.probability = verdict.probability.max(probability);
        let place = |range: Range<usize>| layer.map_or(range, |(range, _)| range.clone());
        let encoding = layer.map(|(_, encoding)| encoding);
        let mut add = |class, detector, weight, range| {
            // A layer repeats what the text says as it stands.
            let known = |mark: &Mark| mark.class == class && mark.detector == detector;
            if layer.is_none() || !verdict.marks.iter().any(known) {
                let (range, field) = (place(range), String::new());
                verdict.marks.push(Mark { class, detector, weight, field, range, encoding });
            }
        };
        for evidence in found.evidence {
            add(evidence.kind.name(), "instructions", evidence.weight, evidence.range);
        }
        for span in spans {
            add("learnt", "learnt", learnt, span);
        }
        let (high, low) = (found.score.max(learnt), found.score.min(learnt));
        high.saturating_add(low / 4).min(HIGHEST)
    }
}

impl Verdict {
    /// The definition copies another one, as [`copies`] finds.
    pub fn copied(&mut self) {
        self.mark("copy", "copies", COPIED, 0..0);
        self.score = self.score.max(COPIED);
    }

    fn mark(
        &mut self,
        class: &'static str,
        detector: &'static str,
        weight: u32,
        range: Range<usize>,
    ) {
        let (field, encoding) = (String::new(), None);
        self.marks.push(Mark { class, detector, weight, field, range, encoding });
    }

    /// What hidden characters add. One alone is an accident of copying; those that turn text
    /// around, and many inside of words, are meant.
    fn unseen(&mut self, text: &str) -> u32 {
        let found = hidden(text);
        let mut sums = [0_u32; 2];
        for hit in &found {
            let (sum, weight, most) = match hit.kind {
                HiddenKind::Bidi | HiddenKind::Tag | HiddenKind::Variation => (0, 15, 45),
                HiddenKind::ZeroWidth
                | HiddenKind::SoftHyphen
                | HiddenKind::Ignorable
                | HiddenKind::Escape
                | HiddenKind::Control => (1, 2, 20),
            };
            let Some(sum) = sums.get_mut(sum) else { continue };
            let weight = weight.min(most - (*sum).min(most));
            *sum += weight;
            let range = hit.offset..hit.offset + hit.char.len_utf8();
            self.mark(hit.kind.name(), "hidden", weight, range);
        }
        sums.iter().sum()
    }

    /// Parameters that carry something away.
    fn smuggles(&mut self, definition: &Value, shown: &Shown) {
        let schema = definition.get("inputSchema");
        let member = |name: &str| schema.and_then(|schema| schema.get(name));
        let required = member("required").and_then(Value::as_array);
        for (name, property) in
            member("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let required = required.is_some_and(|names| names.iter().any(|other| other == name));
            let Some(found) = smuggling(name, property, required) else { continue };
            let weight = if found.certain { 60 } else { LEVEL };
            let at = format!("/inputSchema/properties/{}", shown::escaped(name));
            let field = shown.fields.iter().find(|(_, known)| *known == at);
            let range = field.map_or(0..0, |(range, _)| range.clone());
            self.mark("smuggling", "smuggling", weight, range);
            self.score = self.score.max(weight);
        }
    }
}
