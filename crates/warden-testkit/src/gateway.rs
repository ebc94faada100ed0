//! A gateway as a program, the servers behind it, and clients that may say anything to it.
//!
//! [`Setup`] writes a configuration, [`Gateway`] approves what is in it and serves it, [`wire`]
//! speaks HTTP to it byte by byte, [`visitor`] speaks MCP to it, and [`upstream`] is a server over
//! HTTP that keeps to no rule that a test does not want kept.

#![expect(clippy::expect_used, reason = "everything here is for tests, and a panic is a failure")]

pub mod policy;
mod process;
mod setup;
pub mod told;
pub mod upstream;
pub mod visitor;
pub mod wire;

pub use process::{Ended, Gateway, kib_of, left_behind, open_files_of, tree_of};
pub use setup::Setup;
