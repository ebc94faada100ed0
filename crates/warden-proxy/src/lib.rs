//! The enforcement path between a client and a server.
//!
//! [`Guard`] is the path itself, without any I/O: it is handed messages and hands back what to
//! send. [`stdio`] drives it between two pairs of pipes. A call passes through a chain of types,
//! `Call`, `Inspected`, `Permitted`, `Recorded`, each made only by the step before it.
//!
//! Invariant: nothing is sent to a server that was not judged and recorded.
//! Invariant: a stage may refuse; only policy may allow.
//! Invariant: knows neither the control plane nor the scanner.

mod batch;
mod call;
mod flights;
pub mod gateway;
mod guard;
mod judge;
mod notes;
mod refusal;
mod shelf;
mod stages;
pub mod stdio;

pub use batch::{Batch, Outgoing};
pub use guard::{Guard, Settings};
pub use refusal::Refusal;
pub use stages::{Hostile, Limits, STAGES, Stage};
