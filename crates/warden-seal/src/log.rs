//! A transparency log in the C2SP tiled form: what was put in stays, and everybody can see that.
//!
//! Sources, from which this was written: RFC 6962 and RFC 9162, section 2.1 (hashes and proofs);
//! <https://c2sp.org/tlog-tiles>, <https://c2sp.org/tlog-checkpoint>,
//! <https://c2sp.org/signed-note>, <https://c2sp.org/tlog-cosignature>,
//! <https://c2sp.org/tlog-witness> and <https://c2sp.org/tlog-proof>.
//!
//! A log is a set of named resources ([`Tiles`]), most often a [`Folder`]; a [`Writer`] appends to
//! one. Whoever reads starts with a [`Checkpoint`] whose signatures were verified; every tile and
//! entry counts only as far as its hashes lead to that.

mod audit;
mod bundle;
mod checkpoint;
mod edge;
mod hash;
mod logged;
mod note;
mod path;
mod proof;
mod read;
mod store;
mod witness;
mod writer;

pub use audit::{Audit, Fault, MOST_FAULTS, audit};
pub use bundle::{BadBundle, MOST_BUNDLE, MOST_ENTRY, read_bundle, write_bundle};
pub use checkpoint::{BadCheckpoint, Checkpoint, LogPolicy, Verified, open_checkpoint};
pub use hash::{EMPTY, leaf_hash, node_hash};
pub use logged::{BadLogged, Logged, MOST_EXTRA};
pub use note::{BadNote, MOST_NOTE, Note, NoteKey, NoteKind, NoteSigner, SignedBy};
pub use path::{Resource, WIDTH};
pub use proof::{BadProof, MOST_PROOF, verify_consistency, verify_inclusion};
pub use read::{Reader, TileError};
pub use store::{Folder, Tiles};
pub use witness::{BadSubmission, Refusal, Submission};
pub use writer::{AppendError, Appended, Writer};
