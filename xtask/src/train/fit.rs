//! Logistic regression over the windows of texts.
//!
//! Only texts have labels, not windows: of a hostile text the window that looks worst is taken to
//! be the hostile one, and of a harmless text all are harmless (multiple-instance learning:
//! Andrews et al., "Support Vector Machines for Multiple-Instance Learning", 2002). Which window
//! that is, is decided again in each round. Steps are those of Duchi et al., "Adaptive Subgradient
//! Methods", 2011.

use warden_detect::{Features, InstructionKind, Model, Normal, WINDOW, features, instructions};

/// Rounds in which the windows are chosen.
const ROUNDS: usize = 4;

/// How often the windows of a round are gone through.
const EPOCHS: usize = 12;

/// How many of the worst windows of a harmless text are taken in a round.
const HARMLESS: usize = 1;

/// The length of a step, and how much weights are drawn to zero.
const STEP: f64 = 0.06;
const DECAY: f64 = 1e-4;

/// The largest weight in the file.
const LARGEST: f64 = 127.0;

/// A text, read.
#[derive(Debug)]
pub struct Read {
    words: Features,
    kinds: Vec<InstructionKind>,
    /// Whether it is hostile.
    pub hostile: bool,
    /// How much it counts.
    pub weight: f64,
}

impl Read {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str, hostile: bool, weight: f64) -> Self {
        let mut kinds: Vec<InstructionKind> =
            instructions(text).evidence.into_iter().map(|evidence| evidence.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Self { words: features(Normal::of(text).text()), kinds, hostile, weight }
    }

    /// The score that a model gives.
    #[must_use]
    pub fn score(&self, model: &Model) -> f64 {
        model.worst(&self.words, &self.kinds).0
    }
}

/// Weights in full precision.
struct Weights {
    slots: Vec<f64>,
    kinds: Vec<f64>,
    bias: f64,
    /// Sums of squares of what each was moved by.
    moved: Vec<f64>,
}

/// A window with what is known of it.
struct Row {
    slots: Vec<usize>,
    kinds: Vec<usize>,
    hostile: bool,
    weight: f64,
}

/// Learns from texts. The level and the calibration are left open.
#[must_use]
pub fn fit(texts: &[&Read]) -> Model {
    let slots = Model::empty().weights.len();
    let kinds = InstructionKind::ALL.len();
    let mut weights = Weights {
        slots: vec![0.0; slots],
        kinds: vec![0.0; kinds],
        bias: 0.0,
        moved: vec![0.0; slots + kinds + 1],
    };
    for round in 0..ROUNDS {
        let rows: Vec<Row> = texts.iter().flat_map(|text| chosen(text, &weights, round)).collect();
        for epoch in 0..EPOCHS {
            for at in order(rows.len(), round * EPOCHS + epoch) {
                if let Some(row) = rows.get(at) {
                    weights.step(row);
                }
            }
        }
    }
    weights.model()
}

/// The windows of a text that are learnt from in a round.
fn chosen(text: &Read, weights: &Weights, round: usize) -> Vec<Row> {
    let windows: Vec<_> = text.words.windows().collect();
    // At first a long text says nothing about where in it something hostile stands.
    if text.hostile && round == 0 && text.words.len() > 3 * WINDOW {
        return Vec::new();
    }
    let mut rows: Vec<(f64, Row)> = windows
        .into_iter()
        .map(|window| {
            let mut slots = Vec::new();
            window.for_each(|at| text.words.each(at, |slot| slots.push(slot)));
            let kinds = places(&text.kinds);
            let row = Row { slots, kinds, hostile: text.hostile, weight: text.weight };
            (weights.score(&row), row)
        })
        .collect();
    // The order of equals is that of the text.
    rows.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    rows.truncate(if text.hostile { 1 } else { HARMLESS });
    rows.into_iter().map(|(_, row)| row).collect()
}

fn places(kinds: &[InstructionKind]) -> Vec<usize> {
    let place = |kind| InstructionKind::ALL.iter().position(|known| known == kind);
    kinds.iter().filter_map(place).collect()
}

/// An order that looks like chance and is always the same.
fn order(count: usize, turn: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ u64::try_from(turn).unwrap_or_default();
    for at in (1..count).rev() {
        // Xorshift (Marsaglia, 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (u64::try_from(at).unwrap_or(1) + 1));
        order.swap(at, other.unwrap_or_default());
    }
    order
}

impl Weights {
    fn score(&self, row: &Row) -> f64 {
        let of = |weights: &[f64], at: &usize| weights.get(*at).copied().unwrap_or_default();
        let words: f64 = row.slots.iter().map(|slot| of(&self.slots, slot)).sum();
        let kinds: f64 = row.kinds.iter().map(|kind| of(&self.kinds, kind)).sum();
        self.bias + words * share(row) + kinds
    }

    fn step(&mut self, row: &Row) {
        let score = self.score(row);
        let wanted = if row.hostile { 1.0 } else { 0.0 };
        let wrong = row.weight * (1.0 / (1.0 + (-score).exp()) - wanted);
        let share = share(row);
        let first = self.slots.len();
        for slot in &row.slots {
            let moved = self.moved.get_mut(*slot);
            step(self.slots.get_mut(*slot), moved, wrong * share);
        }
        for kind in &row.kinds {
            let moved = self.moved.get_mut(first + kind);
            step(self.kinds.get_mut(*kind), moved, wrong);
        }
        step(Some(&mut self.bias), self.moved.last_mut(), wrong);
    }

    /// In the precision of the file.
    fn model(&self) -> Model {
        let all = self.slots.iter().chain(&self.kinds);
        let largest = all.fold(0.0_f64, |largest, weight| largest.max(weight.abs()));
        let scale = (largest / LARGEST).max(f64::MIN_POSITIVE);
        let coarse = |weight: &f64| {
            let units = (weight / scale).round().clamp(-LARGEST, LARGEST);
            #[expect(clippy::cast_possible_truncation, reason = "it was brought into the range")]
            let units = units as i8;
            units
        };
        let mut model = Model::empty();
        model.weights = self.slots.iter().map(coarse).collect();
        for (kind, weight) in model.kinds.iter_mut().zip(&self.kinds) {
            *kind = coarse(weight);
        }
        #[expect(clippy::cast_possible_truncation, reason = "that is the precision of the file")]
        let (scale, bias) = (scale as f32, self.bias as f32);
        (model.scale, model.bias) = (scale, bias);
        model
    }
}

/// What one feature of a window counts for.
fn share(row: &Row) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some hundred features")]
    let count = row.slots.len().max(1) as f64;
    1.0 / count.sqrt()
}

/// Moves a weight against what it did wrong; the more it was moved before, the less.
fn step(weight: Option<&mut f64>, moved: Option<&mut f64>, wrong: f64) {
    if let (Some(weight), Some(moved)) = (weight, moved) {
        let wrong = wrong + DECAY * *weight;
        *moved += wrong * wrong;
        *weight -= STEP * wrong / (moved.sqrt() + 1e-8);
    }
}
