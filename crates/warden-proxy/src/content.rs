//! What is looked for in what passes, and what follows from it.
//!
//! `warden-detect` says what a text holds. What becomes of a message that holds it is set for each
//! [`Matter`]: it is written down, the session remembers it, it is taken out, or the message is
//! refused. A look may refuse; only policy may allow.

mod answers;
mod arguments;
mod definitions;
mod habits;
mod inspection;
mod matter;
mod past;
mod pieces;
mod settle;
mod tally;
mod veil;

#[cfg(test)]
mod tests;

pub use inspection::{Inspection, Limits};
pub use matter::{Follows, MATTERS, Matter, Setting};

pub(crate) use answers::Looker;
pub(crate) use arguments::Outward;
pub(crate) use definitions::{Copies, Definitions, Noticed, copied};
pub(crate) use habits::{Habits, Said};
pub(crate) use past::{Past, Room};
pub(crate) use settle::Looked;
pub(crate) use tally::Tally;
pub(crate) use veil::{Form, Veil};
