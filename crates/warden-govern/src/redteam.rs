//! Red-team exercises: a pack of attacks and of ordinary work in the same shape, what came of each,
//! and what of that stands in an estate.
//!
//! A [`Pack`] says which servers there are, what they answer, and what a naive agent does that
//! believes everything it reads. Whoever plays it brings back what reached a server and what stands
//! in the ledger; what that amounts to is decided here, so that no player can be kind to itself.

mod check;
mod pack;
mod result;
mod verdict;

pub use check::{FORMS, Problem};
pub use pack::{
    Audience, BUILTIN, Campaign, Control, Definition, MOST_BYTES, Pack, Play, Server, Step, Tool,
};
pub use result::{Counts, Given, Outcome, PlayedAttack, PlayedCampaign, PlayedControl};
pub use verdict::{Noticed, Ordinary, Refused, Seen, judge};

#[cfg(test)]
mod tests;
