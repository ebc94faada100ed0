//! The weights, and how they are kept in a file.

use std::{ops::Range, sync::LazyLock};

use thiserror::Error;

use super::features::{BITS, Features, SLOTS};
use crate::InstructionKind;

/// What a text is: definitions and content are written differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The definition of a tool, a prompt or a resource, or what a server says of itself.
    Definition,
    /// Answers, resources, prompts and arguments.
    Content,
}

/// How many kinds of what rules find have a weight.
const KINDS: usize = InstructionKind::ALL.len();

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// One weight for each feature.
    pub weights: Vec<i8>,
    /// One for each kind of what rules find, in their order.
    pub kinds: [i8; KINDS],
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

const MAGIC: &[u8; 4] = b"MWL1";
const HEAD: usize = MAGIC.len() + 4 + 5 * 4 + KINDS;

static DEFINITION: LazyLock<Model> =
    LazyLock::new(|| read(include_bytes!("weights/definition.bin")));
static CONTENT: LazyLock<Model> = LazyLock::new(|| read(include_bytes!("weights/content.bin")));

/// Weights of ours: a test reads both.
fn read(bytes: &[u8]) -> Model {
    // What cannot be read would judge nothing; everything is flagged then, which fails closed.
    Model::from_bytes(bytes).unwrap_or_else(|_| Model { level: f32::MIN, ..Model::empty() })
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
    pub fn empty() -> Self {
        Self {
            weights: vec![0; SLOTS],
            kinds: [0; KINDS],
            scale: 0.0,
            bias: 0.0,
            level: f32::MAX,
            platt: [1.0, 0.0],
        }
    }

    /// Reads what [`Model::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are of another form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (head, weights) = bytes.split_at_checked(HEAD).ok_or(ModelError)?;
        let rest = head.strip_prefix(MAGIC).ok_or(ModelError)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(ModelError)?;
        if u32::from_le_bytes(*length) != BITS || weights.len() != SLOTS {
            return Err(ModelError);
        }
        let (floats, kinds) = rest.as_chunks::<4>();
        let mut floats = floats.iter().map(|four| f32::from_le_bytes(*four));
        let mut next = || floats.next().filter(|float| float.is_finite()).ok_or(ModelError);
        let (scale, bias, level) = (next()?, next()?, next()?);
        let platt = [next()?, next()?];
        let kinds = rest.get(rest.len() - KINDS..).unwrap_or(kinds);
        let signed = |bytes: &[u8]| bytes.iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>();
        let kinds = signed(kinds).try_into().map_err(|_| ModelError)?;
        Ok(Self { weights: signed(weights), kinds, scale, bias, level, platt })
    }

    /// The bytes that a file of weights has.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(BITS.to_le_bytes());
        for float in [self.scale, self.bias, self.level, self.platt[0], self.platt[1]] {
            bytes.extend(float.to_le_bytes());
        }
        bytes.extend(self.kinds.iter().map(|weight| weight.cast_unsigned()));
        bytes.extend(self.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes
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
    /// the weights of its features over the root of how many there are, so that short and long
    /// texts are measured alike.
    #[must_use]
    pub fn worst(&self, read: &Features, kinds: &[InstructionKind]) -> (f64, Range<usize>) {
        let mut sums = Vec::with_capacity(read.len() + 1);
        let (mut sum, mut count) = (0_i32, 0_u32);
        sums.push((sum, count));
        for at in 0..read.len() {
            read.each(at, |slot| {
                sum += self.weight(slot);
                count += 1;
            });
            sums.push((sum, count));
        }
        let mut worst = (f64::MIN, 0..0);
        let ruled: i32 = kinds.iter().map(|kind| self.of_kind(*kind)).sum();
        for window in read.windows() {
            let at = |at: usize| sums.get(at).copied().unwrap_or_default();
            let ((start, before), (end, after)) = (at(window.start), at(window.end));
            let count = f64::from((after - before).max(1));
            let score = f64::from(end - start) / count.sqrt() + f64::from(ruled);
            if score > worst.0 {
                worst = (score, window);
            }
        }
        (worst.0 * f64::from(self.scale) + f64::from(self.bias), worst.1)
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

    fn weight(&self, slot: usize) -> i32 {
        i32::from(self.weights.get(slot).copied().unwrap_or_default())
    }

    fn of_kind(&self, kind: InstructionKind) -> i32 {
        let at = InstructionKind::ALL.iter().position(|known| *known == kind);
        i32::from(at.and_then(|at| self.kinds.get(at)).copied().unwrap_or_default())
    }
}
