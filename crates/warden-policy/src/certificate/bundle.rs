//! The bundle, version 1: the certificates, approvals and revocations that gateways run on, signed
//! as one.
//!
//! ```text
//! line 1   a DSSE envelope; its payload is a BundleHead
//! line 2   a RevocationsLine, if the head says that there is one
//! ...      a CertificateLine for each certificate, by rising place in the log
//! ...      an ApprovalLine for each approval, by rising place in the log
//! ```
//!
//! Every line ends in a line feed and is RFC 8785 canonical JSON. The head holds a digest over the
//! digests of all lines behind it, so that one signature covers the file, everything is verified
//! before it is parsed, and a reader needs memory for one line at a time.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use warden_model::Digest;

use crate::{Time, Uncertified, text};

/// The type of the head in its envelope.
pub const BUNDLE_TYPE: &str = "application/vnd.mcpwarden.bundle.v1+json";

/// The longest first line, in bytes.
pub const MOST_HEAD: usize = 1 << 20;

/// The longest other line, in bytes: the largest envelope as a JSON string.
pub const MOST_LINE: usize = 16 << 20;

/// The most certificates of one bundle.
pub const MOST_CERTIFICATES: u64 = 200_000;

/// The most approvals of one bundle.
pub const MOST_APPROVALS: u64 = 20_000;

/// How many hours a bundle counts if nobody says otherwise.
pub const DEFAULT_HOURS: u32 = 24;

/// How many hours a bundle counts at most: 30 days.
pub const MOST_HOURS: u32 = 30 * 24;

/// The longest name of an issuer, in bytes.
const MOST_ISSUER: usize = 200;

/// The largest number that every JSON parser keeps (RFC 7493, section 2.2).
const SAFE: u64 = (1 << 53) - 1;

/// What is signed of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleHead {
    /// How many approvals there are.
    pub approvals: u64,
    /// How many certificates there are.
    pub certificates: u64,
    /// The signed checkpoint of the log that all of them are in (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// What [`body_digest`] gives for the lines behind this one.
    #[serde(with = "text::digest")]
    pub digest: Digest,
    /// From when on nothing in it counts.
    pub expires: Time,
    /// When it was made.
    pub issued: Time,
    /// Who made it.
    pub issuer: String,
    /// Whether the second line is a list of what is revoked.
    pub revocations: bool,
    /// Which bundle it is: the next one has a larger number.
    pub sequence: u64,
    /// The version of the format, 1.
    pub version: u32,
}

/// The list of what is revoked or held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationsLine {
    /// Its signed envelope, byte by byte.
    pub revocations: String,
}

/// A certificate, and that it was logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateLine {
    /// Its signed envelope, byte by byte.
    pub certificate: String,
    /// The place of its entry in the log.
    pub index: u64,
    /// The hashes from there to the root of the checkpoint (RFC 9162, section 2.1.3).
    #[serde(with = "text::digests")]
    pub path: Vec<Digest>,
}

/// What named people have said about a server, and that it was logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalLine {
    /// The signed envelope of all acts about the server, byte by byte.
    pub approval: String,
    /// The place of the entry of its last act in the log.
    pub index: u64,
    /// The hashes from there to the root of the checkpoint (RFC 9162, section 2.1.3).
    #[serde(with = "text::digests")]
    pub path: Vec<Digest>,
}

/// Why something is no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is longer than a part of a bundle can be.
    #[error("a part of the bundle is longer than any is")]
    Long,
    /// It is not of the form.
    #[error("not a bundle, or a part of one is missing or more than it should be")]
    Malformed,
    /// It is of another version.
    #[error("the bundle has version {0}, and this program reads version 1")]
    Version(u32),
    /// It says the same in another spelling than the one that is written.
    #[error("a part of the bundle is not written in its canonical form")]
    NotCanonical,
    /// It has no issuer, or one with a name that is too long.
    #[error("the bundle needs an issuer with a name of at most {MOST_ISSUER} bytes")]
    Issuer,
    /// It ends before it begins, or counts for too long.
    #[error("the bundle has no usable times: it counts for at most {MOST_HOURS} hours")]
    Times,
    /// There are more certificates than are read.
    #[error("the bundle has more than {MOST_CERTIFICATES} certificates")]
    Many,
    /// There are more approvals than are read.
    #[error("the bundle has more than {MOST_APPROVALS} approvals")]
    ManyApprovals,
    /// Its number is 0, or larger than every parser keeps.
    #[error("the bundle has no usable sequence number")]
    Sequence,
}

impl BundleHead {
    /// The canonical bytes, which are what is signed.
    ///
    /// # Errors
    /// What a reader would refuse is not written.
    pub fn write(&self) -> Result<Vec<u8>, BundleError> {
        self.check()?;
        write(self, MOST_HEAD)
    }

    /// Reads the payload of an envelope that was verified.
    ///
    /// # Errors
    /// Another version or form, anything that it does not know, and everything that contradicts
    /// itself.
    pub fn read(payload: &[u8]) -> Result<Self, BundleError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        if payload.len() > MOST_HEAD {
            return Err(BundleError::Long);
        }
        let found: Version = serde_json::from_slice(payload).map_err(|_| BundleError::Malformed)?;
        if found.version != 1 {
            return Err(BundleError::Version(found.version));
        }
        let head: Self = read(payload, MOST_HEAD)?;
        head.check()?;
        Ok(head)
    }

    /// How many lines there are behind the first.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.certificates.saturating_add(self.approvals).saturating_add(self.revocations as u64)
    }

    /// Whether anything in it counts at this time. Its beginning has the allowance for clocks, in
    /// seconds; its end has none.
    ///
    /// # Errors
    /// It is over, or has not begun.
    pub fn stands(&self, now: Time, skew: u32) -> Result<(), Uncertified> {
        if now >= self.expires {
            return Err(Uncertified::BundleExpired);
        }
        if self.issued > now.plus_seconds(skew) {
            return Err(Uncertified::CouldNotTell);
        }
        Ok(())
    }

    fn check(&self) -> Result<(), BundleError> {
        if self.version != 1 {
            return Err(BundleError::Version(self.version));
        }
        if self.sequence == 0 || self.sequence > SAFE {
            return Err(BundleError::Sequence);
        }
        if self.certificates > MOST_CERTIFICATES {
            return Err(BundleError::Many);
        }
        if self.approvals > MOST_APPROVALS {
            return Err(BundleError::ManyApprovals);
        }
        if self.issuer.trim().is_empty() || self.issuer.len() > MOST_ISSUER {
            return Err(BundleError::Issuer);
        }
        let latest = self.issued.plus_seconds(MOST_HOURS * 3600);
        if self.expires <= self.issued || self.expires > latest {
            return Err(BundleError::Times);
        }
        Ok(())
    }
}

impl RevocationsLine {
    /// The canonical bytes, without a line feed.
    ///
    /// # Errors
    /// A list that is too long.
    pub fn write(&self) -> Result<Vec<u8>, BundleError> {
        write(self, MOST_LINE)
    }

    /// Reads a line, without its line feed, whose digest was verified.
    ///
    /// # Errors
    /// Another form or spelling.
    pub fn read(line: &[u8]) -> Result<Self, BundleError> {
        read(line, MOST_LINE)
    }
}

impl CertificateLine {
    /// The canonical bytes, without a line feed.
    ///
    /// # Errors
    /// A certificate that is too long.
    pub fn write(&self) -> Result<Vec<u8>, BundleError> {
        write(self, MOST_LINE)
    }

    /// Reads a line, without its line feed, whose digest was verified.
    ///
    /// # Errors
    /// Another form or spelling.
    pub fn read(line: &[u8]) -> Result<Self, BundleError> {
        read(line, MOST_LINE)
    }
}

impl ApprovalLine {
    /// The canonical bytes, without a line feed.
    ///
    /// # Errors
    /// An approval that is too long.
    pub fn write(&self) -> Result<Vec<u8>, BundleError> {
        write(self, MOST_LINE)
    }

    /// Reads a line, without its line feed, whose digest was verified.
    ///
    /// # Errors
    /// Another form or spelling.
    pub fn read(line: &[u8]) -> Result<Self, BundleError> {
        read(line, MOST_LINE)
    }
}

/// The digest of the lines behind the first: over the digests of the lines, each without its line
/// feed, one after the other.
#[must_use]
pub fn body_digest(lines: &[Digest]) -> Digest {
    Digest::of_parts(lines.iter().map(|line| line.bytes().as_slice()))
}

fn write<T: Serialize>(part: &T, most: usize) -> Result<Vec<u8>, BundleError> {
    let value = serde_json::to_value(part).map_err(|_| BundleError::Malformed)?;
    let bytes = warden_seal::canonical(&value).map_err(|_| BundleError::NotCanonical)?;
    if bytes.len() > most { Err(BundleError::Long) } else { Ok(bytes) }
}

fn read<T: Serialize + DeserializeOwned>(bytes: &[u8], most: usize) -> Result<T, BundleError> {
    if bytes.len() > most {
        return Err(BundleError::Long);
    }
    let part: T = serde_json::from_slice(bytes).map_err(|_| BundleError::Malformed)?;
    // One spelling: two members of one name, spaces and escapes are told by this.
    if write(&part, most)? == bytes { Ok(part) } else { Err(BundleError::NotCanonical) }
}
