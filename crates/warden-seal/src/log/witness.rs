//! What a log sends to a witness and how a witness judges it (`add-checkpoint` of
//! <https://c2sp.org/tlog-witness>), without the network between them.

use base64::{Engine, engine::general_purpose::STANDARD};
use warden_model::Digest;

use super::{
    Checkpoint, LogPolicy, MOST_NOTE, NoteSigner,
    checkpoint::{BadCheckpoint, open_checkpoint},
    hash::EMPTY,
    note::BadNote,
    proof::verify_consistency,
};
use crate::SignError;

/// The most lines of a proof that may be sent.
const MOST_LINES: usize = 63;

/// A checkpoint that is sent to a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The size that the witness has seen last.
    pub old: u64,
    /// The proof that the log begins with that.
    pub proof: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
}

/// The bytes are no submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint for a witness")]
pub struct BadSubmission;

/// Why a witness does not sign. Each has the status of HTTP that the specification names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The old size is larger than the new one, or the note is no checkpoint (400).
    #[error("the request makes no sense")]
    Bad,
    /// No trusted key has signed the checkpoint (403).
    #[error("no key of this log has signed the checkpoint")]
    NotByLog,
    /// The checkpoint is of a log that is not known here (404).
    #[error("the log is not known")]
    UnknownLog,
    /// The witness has seen another size last (409), or another root of the same size.
    #[error("the last checkpoint seen has {0} entries")]
    Conflict(u64),
    /// The log was rewritten, or the proof does not show that it was not (422).
    #[error("the log does not begin with what was seen")]
    Inconsistent,
    /// The cosignature could not be made (500).
    #[error("the witness cannot sign: {0}")]
    Sign(SignError),
}

impl Refusal {
    /// The status of HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Bad => 400,
            Self::NotByLog => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) => 409,
            Self::Inconsistent => 422,
            Self::Sign(_) => 500,
        }
    }
}

impl Submission {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// What is not in the form of the specification.
    pub fn read(bytes: &[u8]) -> Result<Self, BadSubmission> {
        Self::parts(bytes).ok_or(BadSubmission)
    }

    fn parts(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST_NOTE + 64 * (MOST_LINES + 1) {
            return None;
        }
        let text = str::from_utf8(bytes).ok()?;
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let digits = lines.next()?.strip_prefix("old ")?;
        let old: u64 = digits.parse().ok()?;
        let mut proof = Vec::new();
        for line in lines {
            if proof.len() == MOST_LINES {
                return None;
            }
            let hash = STANDARD.decode(line).ok()?;
            proof.push(Digest::from_bytes(hash.try_into().ok()?));
        }
        let checkpoint = checkpoint.as_bytes().to_vec();
        (old.to_string() == digits).then_some(Self { old, proof, checkpoint })
    }

    /// Writes the body of a request.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&format!("{}\n", STANDARD.encode(hash.bytes())));
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Judges the submission against the last checkpoint that was seen of this log, and signs.
    /// Returns the checkpoint, which has to be stored before the signature line is sent.
    ///
    /// # Errors
    /// Why the witness does not sign.
    pub fn cosign(
        &self,
        seen: Option<&Checkpoint>,
        policy: &LogPolicy,
        signer: &NoteSigner<'_>,
        time: u64,
    ) -> Result<(Checkpoint, String), Refusal> {
        let log = LogPolicy { witnesses: Vec::new(), quorum: 0, ..policy.clone() };
        let new = open_checkpoint(&self.checkpoint, &log).map_err(|error| match error {
            BadCheckpoint::Origin => Refusal::UnknownLog,
            BadCheckpoint::NotByLog
            | BadCheckpoint::Note(BadNote::Unknown | BadNote::Signature)
            | BadCheckpoint::Witnesses { .. } => Refusal::NotByLog,
            BadCheckpoint::Note(_) | BadCheckpoint::Malformed => Refusal::Bad,
        })?;
        let new = new.checkpoint;
        if self.old > new.size {
            return Err(Refusal::Bad);
        }
        let (size, root) = seen.map_or((0, EMPTY), |seen| (seen.size, seen.root));
        if size != self.old || (size == new.size && root != new.root) {
            return Err(Refusal::Conflict(size));
        }
        verify_consistency((size, &root), (new.size, &new.root), &self.proof)
            .map_err(|_| Refusal::Inconsistent)?;
        let line = signer.line(&new.text(), time).map_err(Refusal::Sign)?;
        Ok((new, line))
    }
}
