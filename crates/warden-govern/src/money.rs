//! Money: what the scenarios of an estate would cost in a year, with and without the controls that
//! are in place.
//!
//! In each of many runs every estimate takes a value of its PERT distribution, and the loss of a
//! year is `frequency × susceptibility × (primary loss + secondary probability × secondary loss)`.
//! The values come from a seed by the name of the scenario and of the estimate, so that the same
//! inputs give the same figures, and a scenario has the same luck with and without controls.
//! Scenarios are drawn independently of each other. Nothing has a default: what somebody has not
//! estimated is not measured.

mod anchors;
mod cards;
mod draw;
mod pert;
mod portfolio;
mod simulate;

pub use anchors::{ANCHORS, Anchor, Premium, premium};
pub use cards::{RiskCard, cards};
pub use pert::Pert;
pub use portfolio::{Appetite, Costed, Portfolio, Total};
pub use simulate::{Appraisal, NotMeasured, Outcome, Point, Range, Settings};

#[cfg(test)]
mod tests;
