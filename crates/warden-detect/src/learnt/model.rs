//! The weights, and how they are kept in a file.

use std::{ops::Range, sync::LazyLock};

use thiserror::Error;

use super::{
    Read,
    features::{BITS, Features, SLOTS, Spread},
};
use crate::instruct::SIGNS;

/// What a text is: definitions and content are written differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The definition of a tool, a prompt or a resource, or what a server says of itself.
    Definition,
    /// Answers, resources, prompts and arguments.
    Content,
}

impl Subject {
    /// How the windows lie. A definition is one thing, and what is wrong with it may stand at both
    /// of its ends; content is long, and harmless but for a sentence.
    #[must_use]
    pub const fn spread(self) -> Spread {
        match self {
            Self::Definition => Spread { words: 400, step: 200 },
            Self::Content => Spread { words: 48, step: 16 },
        }
    }
}

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What it judges.
    pub subject: Subject,
    /// One weight for each feature.
    pub weights: Vec<i8>,
    /// One for each sign that rules find, in their order.
    pub signs: Vec<i8>,
    /// What one unit of a weight is worth.
    pub scale: f32,
    /// What is added to every score.
    pub bias: f32,
    /// The score from which a text is flagged.
    pub level: f32,
    /// Slope and offset from a score to a probability (Platt, "Probabilistic Outputs for Support
    /// Vector Machines", 1999).
    pub platt: [f32; 2],
}

/// Why bytes are no model.
#[derive(Debug, Error)]
#[error("the weights are not of the form that this program reads")]
pub struct ModelError;

const MAGIC: &[u8; 4] = b"MWL2";
const HEAD: usize = MAGIC.len() + 2 * 4 + 5 * 4;

static DEFINITION: LazyLock<Model> =
    LazyLock::new(|| read(Subject::Definition, include_bytes!("weights/definition.bin")));
static CONTENT: LazyLock<Model> =
    LazyLock::new(|| read(Subject::Content, include_bytes!("weights/content.bin")));

/// Weights of ours: a test reads both.
fn read(subject: Subject, bytes: &[u8]) -> Model {
    // What cannot be read would judge nothing; everything is flagged then, which fails closed.
    Model::from_bytes(subject, bytes)
        .unwrap_or_else(|_| Model { level: f32::MIN, ..Model::empty(subject) })
}

impl Model {
    /// The model for a sort of text.
    #[must_use]
    pub fn of(subject: Subject) -> &'static Self {
        match subject {
            Subject::Definition => &DEFINITION,
            Subject::Content => &CONTENT,
        }
    }

    /// A model that knows nothing.
    #[must_use]
    pub fn empty(subject: Subject) -> Self {
        Self {
            subject,
            weights: vec![0; SLOTS],
            signs: vec![0; SIGNS],
            scale: 0.0,
            bias: 0.0,
            level: f32::MAX,
            platt: [1.0, 0.0],
        }
    }

    /// Reads what [`Model::to_bytes`] wrote for the same subject.
    ///
    /// # Errors
    /// The bytes are of another form.
    pub fn from_bytes(subject: Subject, bytes: &[u8]) -> Result<Self, ModelError> {
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or(ModelError)?;
        let (words, _) = head.strip_prefix(MAGIC).ok_or(ModelError)?.as_chunks::<4>();
        let [slots, signs, floats @ ..] = words else { return Err(ModelError) };
        let sizes = [slots, signs].map(|word| u32::from_le_bytes(*word));
        if sizes != Self::sizes() || rest.len() != SIGNS + SLOTS {
            return Err(ModelError);
        }
        let mut floats = floats.iter().map(|word| f32::from_le_bytes(*word));
        let mut next = || floats.next().filter(|float| float.is_finite()).ok_or(ModelError);
        let (scale, bias, level) = (next()?, next()?, next()?);
        let platt = [next()?, next()?];
        let signed = |bytes: &[u8]| bytes.iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>();
        let (signs, weights) = rest.split_at_checked(SIGNS).ok_or(ModelError)?;
        Ok(Self {
            subject,
            weights: signed(weights),
            signs: signed(signs),
            scale,
            bias,
            level,
            platt,
        })
    }

    /// The bytes that a file of weights has.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(Self::sizes().iter().flat_map(|size| size.to_le_bytes()));
        for float in [self.scale, self.bias, self.level, self.platt[0], self.platt[1]] {
            bytes.extend(float.to_le_bytes());
        }
        let weights = self.signs.iter().chain(&self.weights);
        bytes.extend(weights.map(|weight| weight.cast_unsigned()));
        bytes
    }

    fn sizes() -> [u32; 2] {
        [BITS, u32::try_from(SIGNS).unwrap_or(u32::MAX)]
    }

    /// The score from which a text is flagged.
    #[must_use]
    pub fn level(&self) -> f64 {
        f64::from(self.level)
    }

    /// What a score means, from 0 to 1.
    #[must_use]
    pub fn probability(&self, score: f64) -> f64 {
        let [slope, offset] = self.platt.map(f64::from);
        1.0 / (1.0 + (-(slope * score + offset)).exp())
    }

    /// The score of the worst window, the first of equals, and the window. A score is the sum of
    /// the weights of the features that occur in it, each once, over the root of how many there
    /// are, so that short and long texts are measured alike; and of the signs that the rules found.
    #[must_use]
    pub fn worst(&self, read: &Read) -> (f64, Range<usize>) {
        let spread = self.subject.spread();
        let signs = read.signs.iter().filter_map(|sign| self.signs.get(*sign));
        let ruled: i32 = signs.map(|weight| i32::from(*weight)).sum();
        let mut worst = (f64::MIN, 0..0);
        for (window, (sum, count)) in read.words.windows(spread).zip(self.sums(&read.words, spread))
        {
            let score = f64::from(sum) / f64::from(count.max(1)).sqrt() + f64::from(ruled);
            if score > worst.0 {
                worst = (score, window);
            }
        }
        (worst.0 * f64::from(self.scale) + f64::from(self.bias), worst.1)
    }

    /// For each window the sum of the weights of its features, and how many there are. A feature
    /// counts where it occurs first in a window: it adds to the windows that do not hold the
    /// occurrence before it, which lie side by side, so that a sum needs changes at two places.
    pub(super) fn sums(&self, words: &Features, spread: Spread) -> Vec<(i32, i32)> {
        let mut sums = vec![(0, 0); words.windows(spread).count() + 1];
        let mut seen = Seen::new(words);
        for at in 0..words.len() {
            words.each(at, |slot| {
                let before = seen.replace(slot, at);
                let Some((first, last)) = spread.holding(at, before, words.len()) else { return };
                let weight = self.weight(slot);
                for (place, by) in [(first, 1), (last + 1, -1)] {
                    if let Some((sum, count)) = sums.get_mut(place) {
                        *sum += by * weight;
                        *count += by;
                    }
                }
            });
        }
        let (mut sum, mut count) = (0, 0);
        for at in &mut sums {
            (sum, count) = (sum + at.0, count + at.1);
            *at = (sum, count);
        }
        sums
    }

    /// What a word adds to a score, in units of the scale.
    #[must_use]
    pub fn says(&self, read: &Features, at: usize) -> i32 {
        let mut sum = 0;
        read.each(at, |slot| {
            sum += self.weight(slot);
        });
        sum
    }

    pub(super) fn weight(&self, slot: usize) -> i32 {
        i32::from(self.weights.get(slot).copied().unwrap_or_default())
    }
}

/// Where each feature was seen last: a table with open places.
struct Seen {
    places: Vec<(u32, u32)>,
}

impl Seen {
    fn new(words: &Features) -> Self {
        let mut count = 0_usize;
        (0..words.len()).for_each(|at| words.each(at, |_| count += 1));
        Self { places: vec![(0, 0); (2 * count + 1).next_power_of_two()] }
    }

    /// Where it was seen before, now that it is seen here.
    fn replace(&mut self, slot: usize, at: usize) -> Option<usize> {
        let name = u32::try_from(slot + 1).unwrap_or(u32::MAX);
        let now = u32::try_from(at).unwrap_or(u32::MAX);
        let mask = self.places.len() - 1;
        let mut place = slot & mask;
        loop {
            let known = self.places.get_mut(place)?;
            if known.0 == name {
                let before = std::mem::replace(&mut known.1, now);
                return usize::try_from(before).ok();
            }
            if known.0 == 0 {
                *known = (name, now);
                return None;
            }
            place = (place + 1) & mask;
        }
    }
}
