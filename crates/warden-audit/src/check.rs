//! The chain, record by record: what may follow what, and why something may not.

use std::fmt;

use serde::Deserialize;
use warden_model::Digest;

use crate::{
    Event, Record, SegmentId, Timestamp,
    record::VERSION,
    segment::{Link, MAX_LINE, PREFIX},
};

/// A place at which a ledger is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Broken {
    /// The segment.
    pub segment: SegmentId,
    /// The first record that is wrong or missing, counted from 1; 0 where a log was read from its
    /// end, so that its records were not counted.
    pub seq: u64,
    /// Where it begins, or should begin, in the segment's log.
    pub offset: u64,
    /// What is wrong.
    pub reason: Reason,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segment, seq, offset, reason } = self;
        write!(f, "segment {segment}, ")?;
        if *seq > 0 {
            write!(f, "record {seq}, ")?;
        }
        write!(f, "byte {offset}: {reason}")
    }
}

/// What is wrong with a record, a head or a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The line is not a chain hash, a space and a body.
    Layout,
    /// The line is longer than a line may be.
    TooLong,
    /// The chain hash does not follow from the body and the record before it.
    Chain,
    /// The body is not a record.
    Body,
    /// The record is of a version that this program does not know.
    Version,
    /// The record numbers itself differently.
    Number {
        /// The number in the record.
        found: u64,
    },
    /// A segment begins with something else than `segment.opened`.
    NotOpened,
    /// A segment is opened a second time.
    OpenedAgain,
    /// Something stands after `segment.closed`.
    AfterClosed,
    /// A link leads to a segment that is not older.
    LinkOrder,
    /// A later segment links to this one, and it is not there.
    Missing {
        /// The later segment.
        named_by: SegmentId,
    },
    /// A later segment saw this record, and it is not there.
    ShorterThanLink {
        /// The later segment.
        named_by: SegmentId,
        /// The last record that it saw.
        seen: u64,
    },
    /// A later segment saw another record here.
    LinkDiffers {
        /// The later segment.
        named_by: SegmentId,
    },
    /// The segment has no head.
    HeadMissing,
    /// The head is not a head.
    HeadMalformed,
    /// The head counts this record, and it is not there.
    ShorterThanHead {
        /// The last record that was written.
        written: u64,
    },
    /// The head holds another chain hash for this record.
    HeadDiffers,
    /// The head counts records, and the log is not there.
    LogMissing,
    /// The log became shorter while it was followed.
    Shrunk,
}

impl Reason {
    /// The name in machine-readable output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::TooLong => "too-long",
            Self::Chain => "chain",
            Self::Body => "body",
            Self::Version => "version",
            Self::Number { .. } => "number",
            Self::NotOpened => "not-opened",
            Self::OpenedAgain => "opened-again",
            Self::AfterClosed => "after-closed",
            Self::LinkOrder => "link-order",
            Self::Missing { .. } => "missing",
            Self::ShorterThanLink { .. } => "shorter-than-link",
            Self::LinkDiffers { .. } => "link-differs",
            Self::HeadMissing => "head-missing",
            Self::HeadMalformed => "head-malformed",
            Self::ShorterThanHead { .. } => "shorter-than-head",
            Self::HeadDiffers => "head-differs",
            Self::LogMissing => "log-missing",
            Self::Shrunk => "shrunk",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout => f.write_str("the line is not a chain hash, a space and a record"),
            Self::TooLong => write!(f, "the line is longer than {MAX_LINE} bytes"),
            Self::Chain => {
                f.write_str("the chain hash does not follow from the record and the one before it")
            }
            Self::Body => f.write_str("the line holds no record"),
            Self::Version => f.write_str("the record is of a version that is not known here"),
            Self::Number { found } => write!(f, "the record gives its number as {found}"),
            Self::NotOpened => f.write_str("the segment does not begin with `segment.opened`"),
            Self::OpenedAgain => f.write_str("the segment is opened a second time"),
            Self::AfterClosed => f.write_str("something stands after `segment.closed`"),
            Self::LinkOrder => f.write_str("the record links to a segment that is not older"),
            Self::Missing { named_by } => {
                write!(f, "the segment is missing; {named_by} links to it")
            }
            Self::ShorterThanLink { named_by, seen } => {
                write!(f, "the record is missing; {named_by} saw records up to {seen}")
            }
            Self::LinkDiffers { named_by } => {
                write!(f, "the record is not the one that {named_by} links to")
            }
            Self::HeadMissing => f.write_str("the segment has no head file"),
            Self::HeadMalformed => f.write_str("the head file is damaged"),
            Self::ShorterThanHead { written } => {
                write!(f, "the record is missing; the head counts records up to {written}")
            }
            Self::HeadDiffers => f.write_str("the record is not the one that the head names"),
            Self::LogMissing => f.write_str("the log is missing, but its head counts records"),
            Self::Shrunk => f.write_str("the log became shorter while it was followed"),
        }
    }
}

/// A record as it stands in a segment, its chain hash checked or not as the reader says.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The segment.
    pub segment: SegmentId,
    /// Where its line begins in the log.
    pub offset: u64,
    /// The chain hash.
    pub chain: Digest,
    /// The record.
    pub record: Record<'static>,
    /// The body, byte for byte.
    pub body: Box<str>,
}

impl Stored {
    /// Its name: that of its segment and its number, as `audit show` takes it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.segment, self.record.seq)
    }

    /// Its name for people: the last six digits of its segment and its number. Segments begin with
    /// the time, so it is their ends that differ.
    #[must_use]
    pub fn short(&self) -> String {
        let segment = self.segment.to_string();
        let end = segment.len().checked_sub(6).and_then(|at| segment.get(at..));
        format!("{}:{}", end.unwrap_or(&segment), self.record.seq)
    }
}

/// Follows the chain of one segment.
#[derive(Clone, Debug)]
pub(crate) struct Checker {
    segment: SegmentId,
    pub(crate) seq: u64,
    pub(crate) chain: Digest,
    pub(crate) offset: u64,
    pub(crate) closed: bool,
}

/// The members of a record that hold the ledger together.
#[derive(Deserialize)]
struct Stamp {
    event: String,
    #[serde(default)]
    links: Vec<Link>,
    seq: u64,
    ts: Timestamp,
    v: u64,
}

/// A record that follows from those before it.
pub(crate) struct Follows<'line> {
    pub(crate) body: &'line str,
    pub(crate) links: Vec<Link>,
    pub(crate) offset: u64,
    pub(crate) ts: Timestamp,
}

impl Checker {
    pub(crate) fn new(segment: SegmentId) -> Self {
        Self { segment, seq: 0, chain: segment.genesis(), offset: 0, closed: false }
    }

    /// Takes the next line, without its line feed.
    pub(crate) fn follow<'line>(&mut self, line: &'line [u8]) -> Result<Follows<'line>, Broken> {
        let offset = self.offset;
        let (chain, body, stamp) = self.judge(line).map_err(|reason| self.broken(reason))?;
        self.closed = stamp.event == Event::SegmentClosed.name();
        self.seq += 1;
        self.chain = chain;
        self.offset += line.len() as u64 + 1;
        Ok(Follows { body, links: stamp.links, offset, ts: stamp.ts })
    }

    /// The next record is wrong for this reason.
    pub(crate) fn broken(&self, reason: Reason) -> Broken {
        Broken { segment: self.segment, seq: self.seq + 1, offset: self.offset, reason }
    }

    fn judge<'line>(&self, line: &'line [u8]) -> Result<(Digest, &'line str, Stamp), Reason> {
        if self.closed {
            return Err(Reason::AfterClosed);
        }
        let (chain, body) = split(line)?;
        if Digest::of_parts([&self.chain.bytes()[..], body.as_bytes()]) != chain {
            return Err(Reason::Chain);
        }
        let stamp: Stamp = serde_json::from_str(body).map_err(|_| Reason::Body)?;
        if stamp.v != VERSION {
            return Err(Reason::Version);
        }
        if stamp.seq != self.seq + 1 {
            return Err(Reason::Number { found: stamp.seq });
        }
        let opens = stamp.event == Event::SegmentOpened.name();
        match (self.seq, opens) {
            (0, false) => return Err(Reason::NotOpened),
            (1.., true) => return Err(Reason::OpenedAgain),
            (0, true) | (1.., false) => {}
        }
        if stamp.links.iter().any(|link| link.segment >= self.segment) {
            return Err(Reason::LinkOrder);
        }
        Ok((chain, body, stamp))
    }
}

/// Takes a line without its line feed apart: its chain hash, unchecked, and its body.
pub(crate) fn split(line: &[u8]) -> Result<(Digest, &str), Reason> {
    if line.len() >= MAX_LINE {
        return Err(Reason::TooLong);
    }
    let (hash, body) = line.split_at_checked(PREFIX).ok_or(Reason::Layout)?;
    let hash = hash.strip_suffix(b" ").ok_or(Reason::Layout)?;
    let chain = Digest::from_hex(hash).map_err(|_| Reason::Layout)?;
    Ok((chain, str::from_utf8(body).map_err(|_| Reason::Body)?))
}

/// Reads a whole segment from memory and checks its chain. Returns its records, and how many bytes
/// of an incomplete last line follow them.
///
/// # Errors
/// The first record that does not follow from those before it.
pub fn read_bytes(segment: SegmentId, bytes: &[u8]) -> Result<(Vec<Stored>, usize), Broken> {
    let mut checker = Checker::new(segment);
    let mut records = Vec::new();
    let mut rest = bytes;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, after) = rest.split_at(end);
        let unread = checker.broken(Reason::Body);
        let Follows { body, offset, .. } = checker.follow(line)?;
        let record = serde_json::from_str(body).map_err(|_| unread)?;
        records.push(Stored { segment, offset, chain: checker.chain, record, body: body.into() });
        rest = after.strip_prefix(b"\n").unwrap_or_default();
    }
    if checker.closed && !rest.is_empty() {
        return Err(checker.broken(Reason::AfterClosed));
    }
    Ok((records, rest.len()))
}

/// Reads one body. Members that this version does not know are passed over.
///
/// # Errors
/// When it is not a record.
pub fn read_body(body: &[u8]) -> Result<Record<'static>, ReadBodyError> {
    serde_json::from_slice(body).map_err(|_| ReadBodyError)
}

/// The bytes are not the body of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the body of a record")]
pub struct ReadBodyError;
