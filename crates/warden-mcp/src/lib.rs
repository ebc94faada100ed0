//! The protocol: one strict codec, one table of methods, both eras, the transports.
//!
//! A message is checked once, by [`frame::parse`], and from then on is a borrowed view of bytes
//! that every JSON parser reads alike; those bytes are what is forwarded.
//!
//! Invariant: the only crate that knows JSON-RPC.
//! Invariant: a method that is not in [`Method`] never leaves this crate as a message.
//! Invariant: bytes are forwarded as they were verified, never parsed and written again; where a
//! member has to change, [`splice`] changes it in the text and leaves the rest.

mod address;
pub mod bridge;
pub mod client;
pub mod frame;
pub mod header;
pub mod lines;
pub mod method;
mod name_scan;
pub mod reply;
pub mod revision;
pub mod splice;
pub mod sse;
mod strict;
pub mod walk;

pub use address::Address;
pub use frame::{FrameError, Id, IdKey, Message, Outcome};
pub use lines::{Line, LineReader, LineSplitter};
pub use method::{Ask, Direction, Era, Gate, Method, Named, Wants};
pub use revision::Revision;
pub use strict::{NotAlike, read_object};
