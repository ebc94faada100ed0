//! Runs a server so that nothing of it outlives us, however we end.
//!
//! Between us and the server stands a supervisor: the same program in another process. It hears
//! of our end from the kernel, adopts whatever the server leaves behind, and kills all of it.
//!
//! Work on what strangers wrote is done in a [`worker`], which has what the work needs and no more.
//!
//! Invariant: what runs is watched from before its first instruction, or does not run.
//! Invariant: no process that a server started is alive after [`supervise`] returns.

mod family;
mod launch;
mod supervise;
pub mod worker;

pub use launch::{Launch, Server};
pub use supervise::{SuperviseError, supervise};
