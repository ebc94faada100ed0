//! Turns the world into a snapshot: client configurations, folders, archives and saved answers.
//!
//! Invariant: no opinions: it reports what is there and what it could not read.
//! Invariant: it starts nothing, writes nothing, and reads no environment variable.

pub mod credentials;
pub mod document;
pub mod edit;
mod guard;
pub mod live;
mod machine;
pub mod package;
mod reader;
mod shapes;

pub use machine::{Machine, Os, Progress};
pub use reader::{CONFIG_CAP, FILE_CAP, Refusal};
pub use shapes::Shape;
