//! The ledger: records of what was decided and done, chained so that a change is noticed.
//!
//! A process opens a [`Ledger`] and writes a segment of its own into a shared directory. What it
//! is about to do it announces first ([`Ledger::record`]), stores ([`Ledger::commit_all`]), does,
//! and closes ([`Recorded::close`]). [`verify`] checks the whole directory. The format is described
//! in `docs/formats/ledger.md`.
//!
//! Invariant: nothing is rewritten, and nothing that was acknowledged is lost.
//! Invariant: a [`Recorded`] exists only for what is already stored; one that is dropped is on
//! record as aborted.
//! Invariant: after a write that failed nothing is recorded any more, so callers fail closed.
//! Invariant: no record has a member for arguments or answers, only for their digests and sizes.

mod call;
mod check;
mod directory;
mod event;
mod ledger;
mod lines;
mod read;
mod record;
mod segment;
mod text;
mod time;
mod verify;
mod wire;

pub use call::{Announcement, Closed, Ending, Pending, Recorded, Unrecorded};
pub use check::{Broken, ReadBodyError, Reason, Stored, read_body, read_bytes};
pub use event::Event;
pub use ledger::{Clock, Durability, Ledger, LedgerError, Options, Seq};
pub use read::{Filter, Follower, Selection, each, select, tail};
pub use record::{
    Answer, Decision, Drift, Facts, Intent, Mcp, Outcome, Payload, Process, Program, Record,
    Server, SignedBundle, Tool, VERSION,
};
pub use segment::{Link, MAX_LINE, ParseSegmentIdError, SegmentId};
pub use text::Text;
pub use time::{ParseTimestampError, Timestamp};
pub use verify::{Summary, Torn, VerifyError, verify};
