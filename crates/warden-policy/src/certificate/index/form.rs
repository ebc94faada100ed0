//! The written form of an index, version 1: a head, then rows of one size, sorted.
//!
//! ```text
//! head   "MCPWCIDX"  version u32 = 1  levels 8 × u8  skew seconds u32  rows u32
//! row    certificate 32  origin 32  artifact 32  tree 32  manifest 32
//!        issued i64  expires i64  level u8  score u8  has u8  stopped u8
//! ```
//!
//! Numbers are big-endian, times are microseconds. `has` says which of artifact (1), tree (2) and
//! manifest (4) there are; the others are zeros. `stopped` is 0, 1 quarantined or 2 revoked. One
//! index has exactly one written form, so its bytes can be signed as they are.

use warden_model::Digest;

use super::{CertificateIndex, IndexError, MOST_ROWS, Row};
use crate::{
    Time,
    certificate::{CertificatePolicy, MinLevels, RevocationKind},
};

const MAGIC: &[u8; 8] = b"MCPWCIDX";
const VERSION: u32 = 1;
const ROW: usize = 5 * 32 + 2 * 8 + 4;

impl CertificateIndex {
    /// The canonical bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(28 + self.rows.len() * ROW);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(self.policy.levels.rows().as_flattened());
        out.extend_from_slice(&self.policy.skew_seconds.to_be_bytes());
        // At most `MOST_ROWS`.
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&rows.to_be_bytes());
        for row in &self.rows {
            write_row(row, &mut out);
        }
        out
    }

    /// Reads an index from bytes whose signature was verified.
    ///
    /// # Errors
    /// Another version, length, order or spelling, or numbers that say nothing.
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let mut from = From(bytes);
        if from.take::<8>()? != *MAGIC || u32::from_be_bytes(from.take()?) != VERSION {
            return Err(IndexError::Malformed);
        }
        let levels = MinLevels::new([from.take()?, from.take()?]);
        let levels = levels.map_err(|_| IndexError::Malformed)?;
        let skew_seconds = u32::from_be_bytes(from.take()?);
        if skew_seconds > CertificatePolicy::MOST_SKEW {
            return Err(IndexError::Malformed);
        }
        let count = usize::try_from(u32::from_be_bytes(from.take()?)).unwrap_or(usize::MAX);
        if count > MOST_ROWS {
            return Err(IndexError::Many);
        }
        // Before anything is allocated for them.
        if from.0.len() != count * ROW {
            return Err(IndexError::Malformed);
        }
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push(read_row(&mut from)?);
        }
        if !rows.is_sorted_by(|a, b| a.certificate < b.certificate) {
            return Err(IndexError::Malformed);
        }
        Self::of_rows(rows, CertificatePolicy { levels, skew_seconds })
    }
}

fn write_row(row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(row.certificate.bytes());
    out.extend_from_slice(row.origin.bytes());
    let mut has = 0;
    for (bit, digest) in [(1, row.artifact), (2, row.tree), (4, row.manifest)] {
        out.extend_from_slice(digest.as_ref().map_or(&[0; 32], Digest::bytes).as_slice());
        has |= if digest.is_some() { bit } else { 0 };
    }
    out.extend_from_slice(&row.issued.micros().to_be_bytes());
    out.extend_from_slice(&row.expires.micros().to_be_bytes());
    let stopped = match row.stopped {
        None => 0,
        Some(RevocationKind::Quarantined) => 1,
        Some(RevocationKind::Revoked) => 2,
    };
    out.extend_from_slice(&[row.level, row.score, has, stopped]);
}

fn read_row(from: &mut From<'_>) -> Result<Row, IndexError> {
    let mut digest = || from.take::<32>();
    let (certificate, origin) = (digest()?, digest()?);
    let subjects = [digest()?, digest()?, digest()?];
    let issued = from.time()?;
    let expires = from.time()?;
    let [level, score, has, stopped] = from.take()?;
    let stopped = match stopped {
        0 => None,
        1 => Some(RevocationKind::Quarantined),
        2 => Some(RevocationKind::Revoked),
        _ => return Err(IndexError::Malformed),
    };
    if level > 3 || score > 100 || !(1..8).contains(&has) || expires <= issued {
        return Err(IndexError::Malformed);
    }
    let mut read = [None; 3];
    for ((slot, bytes), bit) in read.iter_mut().zip(subjects).zip([1, 2, 4]) {
        if has & bit != 0 {
            *slot = Some(Digest::from_bytes(bytes));
        } else if bytes != [0; 32] {
            return Err(IndexError::Malformed);
        }
    }
    let [artifact, tree, manifest] = read;
    let (certificate, origin) = (Digest::from_bytes(certificate), Digest::from_bytes(origin));
    Ok(Row {
        certificate,
        origin,
        artifact,
        tree,
        manifest,
        issued,
        expires,
        level,
        score,
        stopped,
    })
}

/// What is left of the bytes.
struct From<'a>(&'a [u8]);

impl From<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], IndexError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(IndexError::Malformed)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn time(&mut self) -> Result<Time, IndexError> {
        let micros = i64::from_be_bytes(self.take()?);
        let time = Time::from_micros(micros);
        if time.micros() == micros { Ok(time) } else { Err(IndexError::Malformed) }
    }
}
