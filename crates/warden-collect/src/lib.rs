//! Turns the world into a snapshot: client configurations, folders, archives and saved answers.
//!
//! Invariant: no opinions: it reports what is there and what it could not read.
//! Invariant: it starts nothing, writes nothing, and reads no environment variable.

pub mod document;
