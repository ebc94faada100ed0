//! A hundred thousand certificates in memory, looked up by what runs.
//!
//! A gateway asks for each server that it starts and for each list that it shows. Rows are fixed
//! in size and sorted, so the written form is canonical, and a lookup is a short binary search
//! inside one of 65,536 buckets: no hashing, and nothing that a chosen digest could slow down.

mod form;

use warden_model::Digest;

use super::{
    Certificate, CertificateError, CertificatePolicy, Presented, RevocationKind, Revocations, Use,
    Why,
    judge::{Measure, stands},
};
use crate::Time;

/// The most certificates of one index.
pub(super) const MOST_ROWS: usize = 1_000_000;

/// The certificates that count, by what they hold for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateIndex {
    policy: CertificatePolicy,
    /// Sorted by certificate digest; none twice.
    rows: Vec<Row>,
    /// Sorted; every row under each digest that it is found by.
    keys: Vec<Key>,
    /// Where the keys of each first two bytes begin, and the end.
    buckets: Vec<u32>,
}

/// What a gateway knows of one certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The digest of the certificate.
    pub certificate: Digest,
    /// The digest of the name of the server.
    pub origin: Digest,
    /// The archive or image.
    pub artifact: Option<Digest>,
    /// The unpacked tree.
    pub tree: Option<Digest>,
    /// Everything that a model sees.
    pub manifest: Option<Digest>,
    /// When it was issued.
    pub issued: Time,
    /// From when on it counts no more.
    pub expires: Time,
    /// The level.
    pub level: u8,
    /// The score.
    pub score: u8,
    /// Whether it was stopped.
    pub stopped: Option<RevocationKind>,
}

/// A digest that rows are found by: its first eight bytes, and the row. The rest is in the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    start: u64,
    row: u32,
}

/// Why there is no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// A certificate contradicts itself.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// There are more than an index holds.
    #[error("there are more than {MOST_ROWS} certificates")]
    Many,
    /// The bytes are not an index of a version that this program reads.
    #[error("not an index of certificates of a version that this program reads")]
    Malformed,
}

impl Row {
    /// The row of a certificate.
    ///
    /// # Errors
    /// If it contradicts itself.
    pub fn of(certificate: &Certificate, revoked: &Revocations) -> Result<Self, CertificateError> {
        let own = certificate.digest()?;
        let digests = &certificate.digests;
        // Every tool's definition stops its server too.
        let subjects = digests.named().into_iter().map(|(_, digest)| digest).chain([own]);
        Ok(Self {
            certificate: own,
            origin: Digest::of(certificate.target.name.as_bytes()),
            artifact: digests.artifact,
            tree: digests.tree,
            manifest: digests.manifest,
            issued: certificate.issued,
            expires: certificate.expires,
            level: certificate.level,
            score: u8::try_from(certificate.score.total).unwrap_or(0),
            stopped: revoked.worst(subjects).map(|entry| entry.kind),
        })
    }

    /// The digests that it is found by: of bytes if it has any, else of what a model sees.
    fn found_by(&self) -> impl Iterator<Item = Digest> {
        let bytes = self.artifact.or(self.tree).is_some();
        let manifest = self.manifest.filter(|_| !bytes);
        self.artifact.into_iter().chain(self.tree).chain(manifest)
    }

    const fn measure(&self) -> Measure {
        Measure {
            origin: self.origin,
            artifact: self.artifact,
            tree: self.tree,
            manifest: self.manifest,
            stopped: self.stopped,
            issued: self.issued,
            expires: self.expires,
            level: self.level,
        }
    }
}

impl CertificateIndex {
    /// Makes an index of certificates whose signatures were verified.
    ///
    /// # Errors
    /// Certificates that contradict themselves, or too many.
    pub fn build<'a>(
        certificates: impl IntoIterator<Item = &'a Certificate>,
        revocations: &Revocations,
        policy: CertificatePolicy,
    ) -> Result<Self, IndexError> {
        let mut rows = Vec::new();
        for certificate in certificates {
            rows.push(Row::of(certificate, revocations)?);
        }
        Self::of_rows(rows, policy)
    }

    /// Makes an index of rows.
    ///
    /// # Errors
    /// Too many.
    pub fn of_rows(mut rows: Vec<Row>, policy: CertificatePolicy) -> Result<Self, IndexError> {
        // The same certificate twice: one that is stopped stays stopped.
        rows.sort_by(|a, b| {
            (a.certificate, std::cmp::Reverse(a.stopped))
                .cmp(&(b.certificate, std::cmp::Reverse(b.stopped)))
        });
        rows.dedup_by_key(|row| row.certificate);
        if rows.len() > MOST_ROWS {
            return Err(IndexError::Many);
        }
        let mut keys = Vec::with_capacity(rows.len() * 2);
        for (at, row) in (0_u32..).zip(&rows) {
            keys.extend(row.found_by().map(|digest| Key { start: start(&digest), row: at }));
        }
        keys.sort_unstable_by_key(|key| (key.start, key.row));
        keys.dedup();
        rows.shrink_to_fit();
        keys.shrink_to_fit();
        let buckets = buckets(&keys);
        Ok(Self { policy, rows, keys, buckets })
    }

    /// Whether what runs may be used for this, and the certificate that says so.
    ///
    /// Of several certificates for one thing, the newest counts that has begun to: a server that
    /// was certified again, and worse, must not live on its old certificate. That the newest was
    /// taken back does not bring an older one to life either.
    ///
    /// # Errors
    /// Why not; that there is no certificate at all is one of the reasons.
    pub fn admit(&self, presented: &Presented<'_>, wanted: Use, now: Time) -> Result<&Row, Why> {
        self.admit_under(&self.policy, presented, wanted, now)
    }

    /// The same under another policy than that of the index.
    ///
    /// # Errors
    /// See [`CertificateIndex::admit`].
    pub fn admit_under(
        &self,
        policy: &CertificatePolicy,
        presented: &Presented<'_>,
        wanted: Use,
        now: Time,
    ) -> Result<&Row, Why> {
        let Some(asked) = presented.artifact.or(presented.tree).or(presented.manifest) else {
            return Err(Why::CouldNotTell);
        };
        // Rows hold the digest over all definitions and none of single ones.
        if presented.tool.is_some() && presented.manifest.is_none() {
            return Err(Why::CouldNotTell);
        }
        let mut newest: Option<&Row> = None;
        let begins = now.plus_seconds(policy.skew_seconds.min(CertificatePolicy::MOST_SKEW));
        for row in self.rows_of(asked) {
            // Another server that shows the same definitions is another server.
            if presented.origin.is_some_and(|origin| row.is_remote() && origin != row.origin) {
                continue;
            }
            newest = Some(newest.map_or(row, |known| later(known, row, begins)));
        }
        let row = newest.ok_or(Why::NoCertificate)?;
        stands(&row.measure(), presented, now, policy, wanted).map(|()| row)
    }

    /// Every row that is found by this digest.
    pub fn rows_of(&self, digest: Digest) -> impl Iterator<Item = &Row> {
        let start = start(&digest);
        let bucket = usize::try_from(start >> 48).unwrap_or(0);
        let edge = |at: usize| self.buckets.get(at).map_or(0, |edge| *edge as usize);
        let keys = self.keys.get(edge(bucket)..edge(bucket + 1)).unwrap_or_default();
        let from = keys.partition_point(|key| key.start < start);
        keys.iter()
            .skip(from)
            .take_while(move |key| key.start == start)
            .filter_map(|key| self.rows.get(key.row as usize))
            .filter(move |row| row.found_by().any(|known| known == digest))
    }

    /// Applies a list of revocations: what is in it is stopped, whatever is running.
    ///
    /// A revocation that was applied stays; a quarantine ends when `revocations` has none for it.
    /// Definitions of single tools are not in the rows: [`Row::of`] looks at them.
    pub fn apply(&mut self, revocations: &Revocations) {
        for row in &mut self.rows {
            let subjects = [Some(row.certificate), row.artifact, row.tree, row.manifest];
            let found = revocations.worst(subjects.into_iter().flatten()).map(|entry| entry.kind);
            row.stopped = match row.stopped {
                Some(RevocationKind::Revoked) => row.stopped,
                Some(RevocationKind::Quarantined) | None => found,
            };
        }
    }

    /// The policy that it decides under.
    #[must_use]
    pub const fn policy(&self) -> &CertificatePolicy {
        &self.policy
    }

    /// Every certificate, in the order of their digests.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many bytes of memory it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.rows) + size_of_val(&*self.keys) + size_of_val(&*self.buckets)
    }
}

impl Row {
    /// Whether nothing but what it says is known of the server.
    fn is_remote(&self) -> bool {
        self.artifact.or(self.tree).is_none()
    }
}

/// Which of two rows for one thing counts.
fn later<'a>(a: &'a Row, b: &'a Row, begins: Time) -> &'a Row {
    let key = |row: &Row| {
        // Of two issued at the same time, the one that says less.
        let says_less = std::cmp::Reverse((row.level, row.expires, row.certificate));
        (row.issued <= begins, row.issued, row.stopped, says_less)
    };
    if key(b) > key(a) { b } else { a }
}

fn start(digest: &Digest) -> u64 {
    digest.bytes().first_chunk().map_or(0, |start| u64::from_be_bytes(*start))
}

fn buckets(keys: &[Key]) -> Vec<u32> {
    let mut edges = vec![0_u32; (1 << 16) + 1];
    for key in keys {
        let bucket = usize::try_from(key.start >> 48).unwrap_or(0);
        if let Some(edge) = edges.get_mut(bucket + 1) {
            *edge += 1;
        }
    }
    let mut sum = 0;
    for edge in &mut edges {
        sum += *edge;
        *edge = sum;
    }
    edges
}
