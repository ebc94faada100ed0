//! A proof to carry along (<https://c2sp.org/tlog-proof>): where in a log something is, why it is
//! there, and the checkpoint. It is verified without the log and without a network.

use base64::{Engine, engine::general_purpose::STANDARD};
use warden_model::Digest;

use super::{
    BadCheckpoint, BadProof, LogPolicy, MOST_NOTE, MOST_PROOF, Verified,
    checkpoint::open_checkpoint, hash::leaf_hash, proof::verify_inclusion,
};

/// The most bytes that may be carried along unsigned.
pub const MOST_EXTRA: usize = 64 * 1024;

const HEAD: &str = "c2sp.org/tlog-proof@v1\n";
/// Base64 is longer by a third.
const MOST: usize = MOST_NOTE + 2 * MOST_EXTRA + 64 * MOST_PROOF;

/// That something was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The place of the entry.
    pub index: u64,
    /// The proof, from the entry up.
    pub path: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
    /// What else came with it. Nobody has signed it.
    pub extra: Option<Vec<u8>>,
}

/// Why a proof of being logged is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLogged {
    /// It is no such proof.
    #[error("not a proof of a log")]
    Malformed,
    /// Its checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] BadCheckpoint),
    /// The entry is not in that log.
    #[error("the entry is not in the log")]
    Proof(#[from] BadProof),
}

impl Logged {
    /// Reads a proof.
    ///
    /// # Errors
    /// What is not in the form of the specification.
    pub fn read(bytes: &[u8]) -> Result<Self, BadLogged> {
        Self::parts(bytes).ok_or(BadLogged::Malformed)
    }

    fn parts(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        let text = str::from_utf8(bytes).ok()?.strip_prefix(HEAD)?;
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n').peekable();
        let extra = match lines.peek()?.strip_prefix("extra ") {
            Some(extra) => {
                lines.next();
                Some(STANDARD.decode(extra).ok().filter(|extra| extra.len() <= MOST_EXTRA)?)
            }
            None => None,
        };
        let digits = lines.next()?.strip_prefix("index ")?;
        let index: u64 = digits.parse().ok()?;
        let mut path = Vec::new();
        for line in lines {
            if path.len() == MOST_PROOF {
                return None;
            }
            let hash = STANDARD.decode(line).ok()?;
            path.push(Digest::from_bytes(hash.try_into().ok()?));
        }
        let checkpoint = checkpoint.as_bytes().to_vec();
        // Leading zeros and signs are another spelling.
        (index.to_string() == digits).then_some(Self { index, path, checkpoint, extra })
    }

    /// Writes the proof.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = HEAD.to_owned();
        if let Some(extra) = &self.extra {
            text.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.path {
            text.push_str(&format!("{}\n", STANDARD.encode(hash.bytes())));
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Verifies that `entry` is in the log, and returns the checkpoint that says so.
    ///
    /// # Errors
    /// It is not, or not shown to be.
    pub fn verify(&self, entry: &[u8], policy: &LogPolicy) -> Result<Verified, BadLogged> {
        let verified = open_checkpoint(&self.checkpoint, policy)?;
        let (size, root) = (verified.checkpoint.size, &verified.checkpoint.root);
        verify_inclusion(&leaf_hash(entry), self.index, size, root, &self.path)?;
        Ok(verified)
    }
}
