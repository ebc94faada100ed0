//! Checkpoints (<https://c2sp.org/tlog-checkpoint>): what a log says that it is.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use warden_model::Digest;

use super::{
    hash::EMPTY,
    note::{BadNote, Note, NoteKey, NoteKind, NoteSigner},
};
use crate::SignError;

/// The size and root of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is of.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// Lines that other logs add, and nobody can audit; ours has none.
    pub extensions: Vec<String>,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// The note is no checkpoint.
    #[error("not a checkpoint")]
    Malformed,
    /// It is of another log.
    #[error("the checkpoint is of another log")]
    Origin,
    /// The log itself has not signed it.
    #[error("the log has not signed the checkpoint")]
    NotByLog,
    /// Too few of the known witnesses have signed it.
    #[error("{found} of {wanted} witnesses have signed the checkpoint")]
    Witnesses {
        /// How many have.
        found: usize,
        /// How many are wanted.
        wanted: usize,
    },
}

/// Whose signatures make a checkpoint one of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPolicy {
    /// The log.
    pub origin: String,
    /// Its keys; one of them has to have signed.
    pub keys: Vec<NoteKey>,
    /// The witnesses that are known.
    pub witnesses: Vec<NoteKey>,
    /// How many different ones of them have to have signed.
    pub quorum: usize,
}

/// A checkpoint that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The names of the known witnesses that have signed it, with the latest time of each, in
    /// seconds since 1970 began.
    pub witnesses: BTreeMap<String, u64>,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// Reads the text of a note that was verified.
    ///
    /// # Errors
    /// Fewer lines, or a line in another than its one form.
    pub fn parse(text: &str) -> Result<Self, BadCheckpoint> {
        Self::lines(text).ok_or(BadCheckpoint::Malformed)
    }

    fn lines(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        let root = STANDARD.decode(root).ok()?;
        let found = Self {
            origin: origin.into(),
            size: size.parse().ok()?,
            root: Digest::from_bytes(root.try_into().ok()?),
            extensions,
        };
        let empty_line = origin.is_empty() || found.extensions.iter().any(String::is_empty);
        let empty_tree = found.size > 0 || found.root == EMPTY;
        // Writing it again refuses zeros and signs in front of the size.
        (!empty_line && empty_tree && found.to_string() == text).then_some(found)
    }

    /// Signs the checkpoint.
    ///
    /// # Errors
    /// The signer does not sign.
    pub fn sign(&self, signer: &NoteSigner<'_>) -> Result<Vec<u8>, SignError> {
        signer.note(&self.text(), 0).map(String::into_bytes)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root.bytes());
        write!(f, "{}\n{}\n{root}\n", self.origin, self.size)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Verifies the signatures of a checkpoint and reads it.
///
/// # Errors
/// Unless the log and enough witnesses have signed a checkpoint of this log, and every signature
/// of a known key fits.
pub fn open_checkpoint(note: &[u8], policy: &LogPolicy) -> Result<Verified, BadCheckpoint> {
    let note = Note::read(note)?;
    let known = [&policy.keys[..], &policy.witnesses].concat();
    let (text, signed) = note.verify(&known)?;
    let mut witnesses = BTreeMap::new();
    let mut by_log = false;
    for by in signed {
        let Some(key) = known.get(by.key) else { continue };
        by_log |= by.key < policy.keys.len() && key.kind() == NoteKind::Ed25519;
        // A log that is listed as its own witness is none.
        if let (Some(time), true) = (by.time, by.key >= policy.keys.len()) {
            let latest: &mut u64 = witnesses.entry(key.name().to_owned()).or_default();
            *latest = time.max(*latest);
        }
    }
    if !by_log {
        return Err(BadCheckpoint::NotByLog);
    }
    let checkpoint = Checkpoint::parse(text)?;
    if checkpoint.origin != policy.origin {
        return Err(BadCheckpoint::Origin);
    }
    let (found, wanted) = (witnesses.len(), policy.quorum);
    if found < wanted {
        return Err(BadCheckpoint::Witnesses { found, wanted });
    }
    Ok(Verified { checkpoint, witnesses })
}
