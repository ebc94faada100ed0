//! What a board, a regulator and an auditor ask, computed from one documented value, the [`Estate`]:
//! what there is, who answers for it, what was found, decided and done.
//!
//! Every figure carries what it was computed from ([`Figure`]), and every part is a function of the
//! estate and of a day; what is not known is `None` in the estate and counts as the worst.
//!
//! Invariant: pure. No file, no clock, no network and no randomness that is not seeded.
//! Invariant: what is not known is never better than what is: a missing fact is scored as the worst
//! of its kind, and printed as "not measured".

pub mod assess;
pub mod case;
pub mod clock;
pub mod cmdb;
pub mod comply;
pub mod domain;
pub mod dora;
pub mod duty;
pub mod estate;
pub mod facts;
mod figure;
pub mod library;
pub mod maturity;
pub mod metrics;
pub mod money;
pub mod programme;
pub mod reach;
pub mod redteam;
pub mod risk;
mod table;
mod word;

pub use estate::Estate;
pub use figure::{Figure, Ratio};
pub use word::Word;
