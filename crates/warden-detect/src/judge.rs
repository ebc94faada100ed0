//! Judges whole texts and definitions with every detector of hostile text.
//!
//! A text is judged as it stands and in every layer that can be decoded. The rules and the learnt
//! model give a score of the same unit; the worst view decides, and what the other says helps.

mod copies;
mod decoded;
mod shown;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use serde_json::Value;

pub use copies::{Copied, Described, copies, copies_among};
pub use shown::{Shown, tool_text};

use crate::{
    Encoding, HiddenChar, HiddenKind, InstructionKind, Model, Subject,
    decode::layers_with,
    hidden::hidden,
    instruct::{instructions_in, orders_in, signs},
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

/// Below this the learnt judge says nothing of a text that most texts do not get.
const USUAL: u32 = 40;

/// What it adds that a definition was written in a way in which nobody writes sentences to be read.
const DISGUISED: u32 = 12;

/// The same of content, where it says less, and where what is encoded often has other reasons.
const MISSPELT: u32 = 6;

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

impl Mark {
    const fn of(
        class: &'static str,
        detector: &'static str,
        weight: u32,
        range: Range<usize>,
    ) -> Self {
        Self { class, detector, weight, field: String::new(), range, encoding: None }
    }
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
    /// Whether texts are parts of definitions, which have no reason to order things.
    definition: bool,
}

impl Judge<'static> {
    /// With the model that this program has.
    #[must_use]
    pub fn of(subject: Subject) -> Self {
        Self::with(Some(Model::of(subject)))
    }
}

impl<'m> Judge<'m> {
    /// With another model, or with the rules alone.
    #[must_use]
    pub fn with(model: Option<&'m Model>) -> Self {
        let definition = model.is_some_and(|model| model.subject == Subject::Definition);
        Self { model, definition }
    }

    /// Judges a text.
    #[must_use]
    pub fn text(self, text: &str) -> Verdict {
        let mut verdict = Verdict { complete: true, ..Verdict::default() };
        let unseen = hidden(text);
        let mut worst = self.view(text, &unseen, None, &mut verdict);
        let layers = layers_with(text, &unseen);
        verdict.complete &= layers.complete;
        for layer in &layers.pieces {
            let place = |_: Range<usize>| (layer.range.clone(), Some(layer.encoding));
            let score = self.layer(&layer.text, &place, &mut verdict);
            let more = if layer.encoding.misspells() { MISSPELT } else { 0 };
            worst = worst.max(score.saturating_add(more));
            if layer.unseen {
                worst = worst.max(UNSEEN);
                let range = layer.range.clone();
                verdict.add(Mark::of("hidden-text", "hidden", UNSEEN, range), None);
            }
        }
        if let Some(inner) = wrapped(text) {
            let place = |_: Range<usize>| (0..text.len(), None);
            worst = worst.max(self.layer(&inner, &place, &mut verdict));
        }
        verdict.done(worst, text.len())
    }

    /// Judges a definition, alone: as it stands, and as it reads when what can be decoded in any of
    /// its strings is.
    #[must_use]
    pub fn tool(self, definition: &Value) -> Verdict {
        self.shown(definition, &tool_text(definition))
    }

    /// Judges a definition of which [`tool_text`] gave this.
    #[must_use]
    pub fn shown(self, definition: &Value, shown: &Shown) -> Verdict {
        let judge = Self { definition: true, ..self };
        let mut verdict = Verdict { complete: true, ..Verdict::default() };
        let unseen = hidden(&shown.text);
        let worst = judge.view(&shown.text, &unseen, None, &mut verdict);
        let mut worst = worst.max(verdict.means(definition, shown, None));
        let read = decoded::read(shown);
        verdict.complete &= read.complete;
        for layer in &read.layers {
            let place = |range: Range<usize>| layer.place(shown, &range);
            let score = judge.layer(&layer.shown.text, &place, &mut verdict);
            let more = if layer.is_disguised() { DISGUISED } else { 0 };
            worst = worst.max(score.saturating_add(more));
            worst = worst.max(verdict.means(definition, &layer.shown, Some(&place)));
            if let Some(range) = &layer.unseen {
                worst = worst.max(UNSEEN);
                verdict.add(Mark::of("hidden-text", "hidden", UNSEEN, range.clone()), None);
            }
        }
        let mut verdict = verdict.done(worst, shown.text.len());
        for mark in &mut verdict.marks {
            shown.field(mark.range.start).clone_into(&mut mark.field);
        }
        verdict
    }

    /// A text that was decoded: the score that it has.
    fn layer(self, text: &str, place: Place<'_>, verdict: &mut Verdict) -> u32 {
        self.view(text, &hidden(text), Some(place), verdict)
    }

    /// One view of a text: the score that it has there.
    fn view(
        self,
        text: &str,
        unseen: &[HiddenChar],
        place: Option<Place<'_>>,
        verdict: &mut Verdict,
    ) -> u32 {
        let normal = &Normal::with(text, unseen);
        let subject = if self.definition { Subject::Definition } else { Subject::Content };
        let found = instructions_in(normal, subject);
        let mut kinds: Vec<InstructionKind> =
            found.evidence.iter().map(|evidence| evidence.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let (orders, rows) = if self.definition { orders_in(normal) } else { Default::default() };
        let signs = signs(&kinds, &rows);
        let model = self.model.map(|model| learnt_with(model, normal, signs));
        let Learnt { probability, score: learnt, spans } = model.unwrap_or_default();
        verdict.probability = verdict.probability.max(probability);
        for evidence in found.evidence.into_iter().chain(orders.evidence) {
            let (class, range) = (evidence.kind.name(), evidence.range);
            verdict.add(Mark::of(class, "instructions", evidence.weight, range), place);
        }
        // Signs between words move a score as well, and no span tells of them.
        let whole = (learnt >= LEVEL && spans.is_empty()).then_some(0..text.len());
        for span in spans.into_iter().chain(whole) {
            verdict.add(Mark::of("learnt", "learnt", learnt, span), place);
        }
        let ruled = found.score.max(overreach(orders.score, &rows));
        // The learnt judge gives every text some units: what it says begins near the level.
        let (high, more) = if ruled > learnt {
            (ruled, learnt.saturating_sub(USUAL) / 2)
        } else {
            (learnt, ruled / 4)
        };
        let hides = verdict.unseen(unseen, place);
        let spelt = if !self.definition && normal.is_misspelt() { MISSPELT } else { 0 };
        high.saturating_add(more + spelt).min(HIGHEST).saturating_add(hides)
    }
}

/// The text of an object of JSON that has nothing else: many servers answer `{"result": "…"}`, and
/// what is said should not depend on that.
fn wrapped(text: &str) -> Option<String> {
    let text = text.trim_ascii();
    if !(text.starts_with('{') && text.ends_with('}')) {
        return None;
    }
    let members: BTreeMap<String, String> = serde_json::from_str(text).ok()?;
    let alone = members.len() == 1;
    members.into_values().next().filter(|_| alone)
}

/// What the orders in a definition count for: one alone is none, and it takes more than two of the
/// lighter ones.
const fn overreach(sum: u32, rows: &[usize]) -> u32 {
    if rows.len() < 2 { 0 } else { sum * 5 / 6 }
}

/// Where in the text that was given a place of a layer is, and how it was written there.
type Place<'p> = &'p dyn Fn(Range<usize>) -> (Range<usize>, Option<Encoding>);

impl Verdict {
    /// The definition copies another one, as [`copies`] finds.
    pub fn copied(&mut self) {
        self.add(Mark::of("copy", "copies", COPIED, 0..0), None);
        self.score = self.score.max(COPIED);
    }

    /// Takes up evidence: of a layer only what the text does not say as it stands.
    fn add(&mut self, mark: Mark, place: Option<Place<'_>>) {
        let Some(place) = place else {
            self.marks.push(mark);
            return;
        };
        let same = |known: &Mark| known.class == mark.class && known.detector == mark.detector;
        if !self.marks.iter().any(same) {
            let (range, encoding) = place(mark.range.clone());
            self.marks.push(Mark { range, encoding, ..mark });
        }
    }

    fn done(mut self, score: u32, length: usize) -> Self {
        self.score = score.min(HIGHEST);
        // Disguise alone can bring what is almost told over the level: the whole of it is the evidence.
        if self.score >= LEVEL && self.marks.is_empty() {
            self.marks.push(Mark::of("learnt", "learnt", self.score, 0..length));
        }
        self.marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
        self
    }

    /// What hidden characters add. One alone is an accident of copying; those that turn text
    /// around, and many inside of words, are meant.
    fn unseen(&mut self, found: &[HiddenChar], place: Option<Place<'_>>) -> u32 {
        let mut sums = [0_u32; 2];
        let mut end = None;
        for hit in found {
            // One selector says nothing; a row of them can say anything.
            let row = end.replace(hit.offset + hit.char.len_utf8()) == Some(hit.offset);
            let (sum, weight, most) = match hit.kind {
                HiddenKind::Variation if !row => (1, 2, 8),
                // Code spells them out.
                HiddenKind::Escape | HiddenKind::Control if place.is_some() => (1, 1, 10),
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
            self.add(Mark::of(hit.kind.name(), "hidden", weight, range), place);
        }
        sums.iter().sum()
    }

    /// What a definition, or a reading of it, is for, and the parameters that carry something away.
    fn means(&mut self, definition: &Value, shown: &Shown, place: Option<Place<'_>>) -> u32 {
        let mut score = self.smuggles(definition, shown, place);
        let name = shown.fields.first().filter(|(_, at)| at == "/name");
        let name = name.and_then(|(range, _)| shown.text.get(range.clone()));
        if let Some(found) = purpose(name.unwrap_or_default(), &shown.text) {
            score = score.max(found.weight);
            self.add(Mark::of("hostile-purpose", "purpose", found.weight, found.range), place);
        }
        score
    }

    fn smuggles(&mut self, definition: &Value, shown: &Shown, place: Option<Place<'_>>) -> u32 {
        let mut score = 0;
        let schema = definition.get("inputSchema");
        let member = |name: &str| schema.and_then(|schema| schema.get(name));
        let required = member("required").and_then(Value::as_array);
        for (name, property) in
            member("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let at = format!("/inputSchema/properties/{}", shown::escaped(name));
            let find = |at: &str| shown.fields.iter().find(|(_, known)| known == at);
            let mut property = Cow::Borrowed(property);
            if let Some((range, _)) = place.and_then(|_| find(&format!("{at}/description")))
                && let Some(description) = property.to_mut().get_mut("description")
            {
                *description = shown.text.get(range.clone()).unwrap_or_default().into();
            }
            let required = required.is_some_and(|names| names.iter().any(|other| other == name));
            let Some(found) = smuggling(name, &property, required) else { continue };
            let weight = if found.certain { 60 } else { LEVEL };
            let range = find(&at).map_or(0..0, |(range, _)| range.clone());
            self.add(Mark::of("smuggling", "smuggling", weight, range), place);
            score = score.max(weight);
        }
        score
    }
}
