//! The weights, and how they are kept in a file.

use std::{cell::RefCell, ops::Range, sync::LazyLock};

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
            Self::Definition => Spread { words: 384, step: 7 },
            Self::Content => Spread { words: 48, step: 4 },
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
        SEEN.with_borrow_mut(|seen| {
            seen.begin(words.len(), spread);
            let (mut word, mut first, mut last) = (usize::MAX, 0, 0);
            words.all(|at, slot| {
                if at != word {
                    (word, (first, last)) = (at, spread.holding(at, words.len()));
                }
                let before = seen.replace(slot, at);
                let first = before.map_or(first, |before| first.max((before >> spread.step) + 1));
                if first > last {
                    return;
                }
                let weight = self.weight(slot);
                for (place, by) in [(first, 1), (last + 1, -1)] {
                    if let Some((sum, count)) = sums.get_mut(place) {
                        *sum += by * weight;
                        *count += by;
                    }
                }
            });
        });
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

thread_local! {
    /// Memory to work in, which is not worth getting anew for each text.
    static SEEN: RefCell<Seen> = RefCell::default();
}

/// Where each feature was seen last.
///
/// Words are numbered on from text to text, so that what another text left behind lies too far
/// back to count, and nothing has to be cleared.
#[derive(Default)]
struct Seen {
    last: Vec<u32>,
    /// The number of the first word of this text.
    start: u32,
    /// The number that the first word of the next text may have.
    next: u32,
    /// How far back a feature counts.
    reach: u32,
}

impl Seen {
    /// A text of so many words begins.
    fn begin(&mut self, words: usize, spread: Spread) {
        let narrow = |size: usize| u32::try_from(size).unwrap_or(u32::MAX / 4);
        let (words, reach) = (narrow(words), narrow(spread.words));
        let end = self.next.checked_add(words).and_then(|end| end.checked_add(reach + 1));
        if self.last.is_empty() || end.is_none() {
            self.last.clear();
            self.last.resize(SLOTS, 0);
            self.next = reach + 1;
        }
        (self.start, self.reach) = (self.next, reach);
        self.next += words + reach + 1;
    }

    /// Where it was seen before, if that can be in a window with this place, now that it is seen
    /// here.
    fn replace(&mut self, slot: usize, at: usize) -> Option<usize> {
        let now = self.start + u32::try_from(at).unwrap_or_default();
        let before = std::mem::replace(self.last.get_mut(slot)?, now);
        let near = before >= self.start && now - before <= self.reach;
        near.then(|| usize::try_from(before - self.start).unwrap_or_default())
    }
}
