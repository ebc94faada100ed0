//! A linear model over the windows of texts.
//!
//! Only texts have labels, not windows: of a hostile text the window that looks worst is taken to
//! be the hostile one, and of a harmless text the worst ones are harmless (multiple-instance
//! learning: Andrews et al., "Support Vector Machines for Multiple-Instance Learning", 2002). Which
//! windows that are is decided again in each round. The model of a round is a support vector
//! machine with squared loss, found by coordinate descent in the dual (Hsieh et al., "A Dual
//! Coordinate Descent Method for Large-scale Linear SVM", 2008).

use std::sync::{LazyLock, OnceLock};

use warden_detect::{Model, Normal, Read as Seen, Subject};

/// Rounds in which the windows are chosen.
const ROUNDS: usize = 3;

/// How often the windows of a round are gone through.
const EPOCHS: usize = 15;

/// How many of the worst windows of a harmless text are taken in a round.
const HARMLESS: usize = 2;

/// What a mistake costs, against the size of the weights.
const COST: f64 = 3.0;

/// What a sign that the rules found weighs beside the words of a window, which weigh one together.
const SIGN: f64 = 0.6;

/// The largest weight in the file.
const LARGEST: f64 = 127.0;

/// A text, read.
#[derive(Debug)]
pub struct Read {
    seen: Seen,
    subject: Subject,
    /// The features of the words of each window, in order and each once: every fit asks for them.
    windows: OnceLock<Vec<Box<[u32]>>>,
    /// Whether it is hostile.
    pub hostile: bool,
    /// How much it counts.
    pub weight: f64,
}

impl Read {
    /// Reads a text.
    #[must_use]
    pub fn of(subject: Subject, text: &str, hostile: bool, weight: f64) -> Self {
        let seen = Seen::of(subject, &Normal::of(text));
        Self { seen, subject, windows: OnceLock::new(), hostile, weight }
    }

    fn windows(&self) -> &[Box<[u32]>] {
        let words = &self.seen.words;
        let slots = |window: std::ops::Range<usize>| {
            let mut slots = Vec::new();
            window.for_each(|at| words.each(at, |slot| slots.extend(u32::try_from(slot))));
            slots.sort_unstable();
            slots.dedup();
            slots.into_boxed_slice()
        };
        self.windows.get_or_init(|| words.windows(self.subject.spread()).map(slots).collect())
    }

    /// The score that a model gives.
    #[must_use]
    pub fn score(&self, model: &Model) -> f64 {
        model.worst(&self.seen).0
    }
}

static EMPTY: LazyLock<Model> = LazyLock::new(|| Model::empty(Subject::Content));

/// Weights in full precision: for words, then for signs, then what is always added.
struct Weights(Vec<f64>);

/// A window with what is known of it.
struct Row<'a> {
    words: &'a [u32],
    /// What each word counts for, as a model measures them.
    share: f64,
    signs: &'a [usize],
    hostile: bool,
    weight: f64,
}

impl<'a> Row<'a> {
    fn of(text: &'a Read, words: &'a [u32]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "some hundred features")]
        let share = 1.0 / (words.len().max(1) as f64).sqrt();
        Self { words, share, signs: &text.seen.signs, hostile: text.hostile, weight: text.weight }
    }

    /// Places of weights, and what they count for.
    fn features(&self) -> impl Iterator<Item = (usize, f64)> {
        let slots = Weights::slots();
        let words = self.words.iter().map(|place| (*place as usize, self.share));
        let signs = self.signs.iter().map(move |sign| (slots + sign, SIGN));
        words.chain(signs).chain([(Weights::bias(), 1.0)])
    }
}

/// Learns from texts. The level and the calibration are left open.
#[must_use]
pub fn fit(subject: Subject, texts: &[&Read]) -> Model {
    let mut weights = Weights::new();
    for round in 0..ROUNDS {
        let chosen = |text| chosen(subject, text, &weights, round);
        let rows: Vec<Row<'_>> = texts.iter().copied().flat_map(chosen).collect();
        weights = descent(&rows, round);
    }
    weights.model(subject)
}

/// The windows of a text that are learnt from in a round.
fn chosen<'a>(subject: Subject, text: &'a Read, weights: &Weights, round: usize) -> Vec<Row<'a>> {
    let spread = subject.spread();
    // At first a long text says nothing about where in it something hostile stands.
    if text.hostile && round == 0 && text.seen.words.len() > 3 * spread.words {
        return Vec::new();
    }
    let rows = text.windows().iter().map(|words| Row::of(text, words));
    let mut rows: Vec<(f64, Row<'_>)> = rows.map(|row| (weights.score(&row), row)).collect();
    // The order of equals is that of the text.
    rows.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    rows.truncate(if text.hostile { 1 } else { HARMLESS });
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The weights that cost the least for these windows.
fn descent(rows: &[Row<'_>], round: usize) -> Weights {
    let mut weights = Weights::new();
    let mut duals = vec![0.0_f64; rows.len()];
    let sizes: Vec<f64> =
        rows.iter().map(|row| row.features().map(|(_, by)| by * by).sum()).collect();
    for epoch in 0..EPOCHS {
        for at in order(rows.len(), round * EPOCHS + epoch) {
            let (Some(row), Some(dual), Some(size)) =
                (rows.get(at), duals.get_mut(at), sizes.get(at))
            else {
                continue;
            };
            let sign = if row.hostile { 1.0 } else { -1.0 };
            let slack = 1.0 / (2.0 * COST * row.weight);
            let slope = sign * weights.score(row) - 1.0 + slack * *dual;
            let next = (*dual - slope / (size + slack)).max(0.0);
            let by = (next - *dual) * sign;
            *dual = next;
            for (place, count) in row.features() {
                if let Some(weight) = weights.0.get_mut(place) {
                    *weight += by * count;
                }
            }
        }
    }
    weights
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
    fn new() -> Self {
        Self(vec![0.0; Self::bias() + 1])
    }

    /// How many features words have.
    fn slots() -> usize {
        EMPTY.weights.len()
    }

    /// Where the weight is that is always added.
    fn bias() -> usize {
        Self::slots() + EMPTY.signs.len()
    }

    fn score(&self, row: &Row<'_>) -> f64 {
        let of = |(place, count)| self.0.get(place).copied().unwrap_or_default() * count;
        row.features().map(of).sum()
    }

    /// In the precision of the file.
    fn model(&self, subject: Subject) -> Model {
        let mut model = Model::empty(subject);
        let (words, rest) = self.0.split_at_checked(model.weights.len()).unwrap_or_default();
        let (signs, bias) = rest.split_at_checked(model.signs.len()).unwrap_or_default();
        let signs: Vec<f64> = signs.iter().map(|weight| weight * SIGN).collect();
        let all = words.iter().chain(&signs);
        let largest = all.fold(0.0_f64, |largest, weight| largest.max(weight.abs()));
        let scale = (largest / LARGEST).max(f64::MIN_POSITIVE);
        let coarse = |weight: &f64| {
            let units = (weight / scale).round().clamp(-LARGEST, LARGEST);
            #[expect(clippy::cast_possible_truncation, reason = "it was brought into the range")]
            let units = units as i8;
            units
        };
        model.weights = words.iter().map(coarse).collect();
        model.signs = signs.iter().map(coarse).collect();
        let bias = bias.first().copied().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "that is the precision of the file")]
        let (scale, bias) = (scale as f32, bias as f32);
        (model.scale, model.bias) = (scale, bias);
        model
    }
}
