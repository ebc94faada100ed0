//! The enforcement path between a client and a server.
//!
//! [`Guard`] is the path itself, without any I/O: it is handed messages and hands back what to
//! send. [`stdio`] drives it between two pairs of pipes. A call passes through a chain of types,
//! `Call`, `Inspected`, `Permitted`, `Recorded`, each made only by the step before it.
//!
//! Invariant: nothing is sent to a server that was not judged and recorded.
//! Invariant: a look may refuse; only policy may allow.
//! Invariant: knows neither the control plane nor the scanner.

mod batch;
mod call;
mod content;
pub mod credentials;
mod flights;
pub mod gateway;
mod guard;
pub mod holds;
pub mod identity;
mod judge;
pub mod limits;
mod notes;
pub mod operator;
mod refusal;
mod shelf;
pub mod stdio;
pub mod stops;
pub mod store;
pub mod stored_session;

pub use batch::{Batch, Outgoing};
pub use content::{Follows, Inspection, Limits, MATTERS, Matter, Setting};
pub use guard::{Guard, Settings};
pub use refusal::Refusal;
