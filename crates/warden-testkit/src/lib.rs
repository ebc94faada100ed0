//! Fake servers and clients, and a harness for the command line.
//!
//! The binary `fixture-server` is a server with any trouble a test wants; [`Client`] speaks to it
//! or to whatever stands before it; `mock-server` and `mcp-load` measure what stands between them;
//! [`TestHome`] runs `mcpwarden` in a home of its own.
//!
//! Invariant: never a normal dependency of another crate.
//! Invariant: a test that waits has a deadline, and never reads the real home directory.

#![expect(
    clippy::missing_panics_doc,
    reason = "everything here is for tests, and a panic is how a test fails"
)]

mod client;
mod english;
pub mod gateway;
mod home;
pub mod http1;
mod limits;
mod programs;

pub use client::{Client, Era, Received, RpcError};
pub use english::english;
pub use home::{Outcome, TestHome};
pub use limits::raise_file_limit;
pub use programs::{end_process, ends_within, fixture_server, is_running, program};
