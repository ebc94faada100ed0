//! Program analysis: front-ends for four languages, one form for all of them, a call graph, and
//! the paths that values take from where they come in to where they matter.
//!
//! Whoever asks says what matters: sources, sinks, sanitisers and guards are tables that are
//! handed in.
//!
//! Invariant: knows no rule and no MCP, and does no I/O.
//! Invariant: parsing never fails: it gives what was understood, and a gap for what was not.
//! Invariant: the same files and tables give the same result, with any number of threads.

pub mod analysis;
mod builder;
pub mod dump;
mod engine;
pub mod ir;
pub mod lang;
pub mod models;
mod program;

pub use engine::{Analysis, analyse};
pub use lang::{Limits, lower, parse_only};
pub use program::{Package, Program};
