//! Turns results into bytes: human, JSON, SARIF, GitHub annotations and baselines.
//!
//! Each format is one module with one function from values to text. The types that serialise
//! live here, since the domain types are not a wire format and the formats have versions.
//!
//! Invariant: bytes out of values; it computes no verdict, reads no file and knows no terminal.
//! Invariant: no raw text of a configuration enters a report, and no control character leaves one.
//! Invariant: the same values give the same bytes; no time and no run identifier is inside.

pub mod assess;
pub mod baseline;
pub mod board;
pub mod catalog;
mod clean;
pub mod dora;
pub mod gate;
pub mod github;
pub mod human;
pub mod json;
mod lines;
mod markup;
pub mod page;
pub mod paper;
mod pen;
pub mod sarif;
pub mod sbom;
mod tool;

pub use clean::printable;
pub use lines::wrap;
pub use pen::{Colors, Pen, Tone, View};
pub use tool::{Rule, Tool};

#[cfg(test)]
mod sample;
