//! From what was looked at and found to a score and a level.
//!
//! A certification is a row of *stages*, each with a record of what it looked at, and one score
//! over their findings. The score is a pure function of its input and the weights: it reads no
//! clock and no file, and it is told in items that add up to it. What holds whatever the weights
//! are is written in `docs/certification.md` and tested as properties.

mod input;
mod item;
mod level;
mod score;
mod stage;
#[cfg(test)]
mod tests;
mod weights;
mod wire;

pub use input::{
    Facts, Input, InputError, Pinned, Provenance, ScoredFinding, SecurityContact, Waiver,
    can_be_waived,
};
pub use item::{Cap, CapCode, Item, ItemCode, Scored};
pub use level::Level;
pub use score::score;
pub use stage::{Counts, GapCount, Outcome, Stage, StageCoverage, StageRecord, Tool};
pub use weights::{DEFAULT_WEIGHTS, Weights, WeightsError};
