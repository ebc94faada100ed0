//! Questions about servers and their vendors: what was answered, what counts of it, what was seen
//! to be otherwise, and when it is to be asked again.
//!
//! The questions stand in [`warden_model::questions`]. Answers and waivers are in the estate. Only
//! a yes counts, for as long as it and its evidence do, if it was given for the version that is in
//! use, says what the question wants to know, and nobody has seen otherwise.

mod contradict;
mod findings;
mod holds;
mod needed;
mod observe;
mod places;
mod review;
#[cfg(test)]
mod tests;

pub use contradict::{Contradiction, contradictions};
pub use findings::findings;
pub use holds::{Asked, Open, Stand, asked};
pub use needed::{is_third_party, needed};
pub use observe::{Observed, observed};
pub use places::{Places, places};
pub use review::{Because, Review, State, review, reviews};

/// How many days an answer counts, and an assessment, where nobody has said less.
pub const YEAR: i32 = 365;

/// How many days an assessment may be open before somebody has to look why.
pub const OPEN_DAYS: i32 = 30;

/// A day so many days after another; the last day of all if there is none.
fn after(day: jiff::civil::Date, days: i32) -> jiff::civil::Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(jiff::civil::Date::MAX)
}
