//! Risk: how bad what was found is for the business, what to do first, and what is accepted.
//!
//! Three numbers that are never mixed: the technical severity of a finding ([`Technical`]), its
//! composite score ([`Composite`]), and AIVSS to inform ([`Aivss`]). Each is a type of its own.

mod aivss;
mod assess;
mod catalogue;
mod exposure;
mod laws;
mod queue;
mod register;
mod residual;
mod rows;
mod score;
mod surroundings;
mod technical;
mod weights;

#[cfg(test)]
mod tests;

pub use aivss::{Aivss, Factors};
pub use assess::{Risks, Scored, ServerRisk, ServerScore, Standing};
pub use catalogue::{Catalogue, Entry, Lack};
pub use exposure::{Axis, Exposure, Flow, Power, Strength, Vetting};
pub use laws::{Broken, Example, Law};
pub use queue::{Item, Plan, queue};
pub use register::{Acceptance, COLUMNS, Heading, Risk, Source, register, to_csv, to_json};
pub use residual::{Change, Remedy, Residual};
pub use rows::{NEUTRAL, ROWS, Row};
pub use score::{Composite, Level, Manner, Stamp, Term};
pub use surroundings::Surroundings;
pub use technical::{Base, Technical};
pub use weights::{NoWeights, Weights};
