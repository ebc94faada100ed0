//! Whether a certificate counts: now, here, and for what runs.

use warden_model::Digest;

use super::{Certificate, RevocationKind, Revocations};
use crate::{
    Time, Uncertified,
    approval::{DataClass, Environment},
};

/// For what a server is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where.
    pub environment: Environment,
    /// With which data.
    pub data: DataClass,
}

/// What somebody asks of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificatePolicy {
    /// The least level for each use.
    pub levels: MinLevels,
    /// How far the clocks of issuer and gateway may be apart, in seconds.
    pub skew_seconds: u32,
}

impl CertificatePolicy {
    /// No more skew than this can be asked for: an hour.
    pub const MOST_SKEW: u32 = 3600;
}

impl Default for CertificatePolicy {
    fn default() -> Self {
        Self { levels: MinLevels::default(), skew_seconds: 60 }
    }
}

/// The least level for each environment and class of data.
///
/// Rows are sandbox and production, columns public, internal, confidential and regulated. What is
/// unknown counts as production and as regulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinLevels([[u8; 4]; 2]);

/// Why a policy is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A number is no level.
    #[error("there is no level {0}")]
    NoLevel(u8),
    /// A graver use would need less.
    #[error("a graver use would need a lower level than a milder one")]
    Falls,
    /// The clocks may be too far apart.
    #[error("the allowance for clocks is more than an hour")]
    Skew,
}

impl Default for MinLevels {
    fn default() -> Self {
        Self([[0, 0, 1, 1], [1, 1, 2, 2]])
    }
}

impl MinLevels {
    /// The least levels, sandbox first.
    ///
    /// # Errors
    /// If one is no level, or falls where the use gets graver.
    pub fn new(levels: [[u8; 4]; 2]) -> Result<Self, PolicyError> {
        if let Some(level) = levels.as_flattened().iter().find(|level| **level > 3) {
            return Err(PolicyError::NoLevel(*level));
        }
        let [sandbox, production] = &levels;
        let rises = levels.iter().all(|row| row.is_sorted())
            && sandbox.iter().zip(production).all(|(sandbox, production)| sandbox <= production);
        if rises { Ok(Self(levels)) } else { Err(PolicyError::Falls) }
    }

    /// The least level for this use.
    #[must_use]
    pub const fn of(&self, wanted: Use) -> u8 {
        let [[s0, s1, s2, s3], [p0, p1, p2, p3]] = self.0;
        let row = match wanted.environment {
            Environment::Sandbox => [s0, s1, s2, s3],
            Environment::Production | Environment::Unknown => [p0, p1, p2, p3],
        };
        let [public, internal, confidential, regulated] = row;
        match wanted.data {
            DataClass::Public => public,
            DataClass::Internal => internal,
            DataClass::Confidential => confidential,
            DataClass::Regulated | DataClass::Unknown => regulated,
        }
    }

    /// The numbers, sandbox first.
    #[must_use]
    pub const fn rows(&self) -> &[[u8; 4]; 2] {
        &self.0
    }
}

/// What runs, as far as the caller has measured it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presented<'a> {
    /// The digest of the name that the server is reached under ([`Digest::of`]); its URL if it is
    /// remote. Wanted where no bytes of the server are at hand.
    pub origin: Option<Digest>,
    /// The archive or image.
    pub artifact: Option<Digest>,
    /// The unpacked tree.
    pub tree: Option<Digest>,
    /// Everything that a model sees.
    pub manifest: Option<Digest>,
    /// One tool that is to be used, with the digest of its definition.
    pub tool: Option<(&'a str, Digest)>,
}

/// Why a certificate does not count. The codes are public and documented; they never move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no certificate for what runs.
    NoCertificate,
    /// It counts from later on.
    NotYetValid {
        /// When it was issued.
        issued: Time,
    },
    /// It counts no more.
    Expired {
        /// When it expired.
        expired: Time,
    },
    /// It, or something that it holds for, was revoked.
    Revoked,
    /// It, or something that it holds for, is held back.
    Quarantined,
    /// Its level is too low for this use.
    BelowLevel {
        /// What it has.
        level: u8,
        /// What is needed.
        needed: u8,
    },
    /// It holds for something else than what runs.
    WrongSubject,
    /// Nothing was measured of what runs, so that nobody can tell.
    CouldNotTell,
}

impl Why {
    /// The code in ledger and answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Uncertified::from(self).code()
    }
}

impl From<&Why> for Uncertified {
    fn from(why: &Why) -> Self {
        match why {
            Why::NoCertificate => Self::Missing,
            Why::NotYetValid { .. } => Self::NotYetValid,
            Why::Expired { .. } => Self::Expired,
            Why::Revoked => Self::Revoked,
            Why::Quarantined => Self::Quarantined,
            Why::BelowLevel { .. } => Self::BelowLevel,
            Why::WrongSubject => Self::WrongSubject,
            Why::CouldNotTell => Self::CouldNotTell,
        }
    }
}

/// What a standing is read off: a certificate or a row of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) origin: Digest,
    pub(super) artifact: Option<Digest>,
    pub(super) tree: Option<Digest>,
    pub(super) manifest: Option<Digest>,
    pub(super) stopped: Option<RevocationKind>,
    pub(super) issued: Time,
    pub(super) expires: Time,
    pub(super) level: u8,
}

/// Whether a verified certificate counts for what runs, at this time and under this policy.
///
/// The order of the checks is the order of the answers: what was revoked is told as revoked, even
/// when it has expired too.
///
/// # Errors
/// Everything that is not a clear yes.
pub fn judge_certificate(
    certificate: &Certificate,
    presented: &Presented<'_>,
    now: Time,
    (policy, wanted): (&CertificatePolicy, Use),
    revocations: &Revocations,
) -> Result<(), Why> {
    let digests = &certificate.digests;
    // A certificate without a digest contradicts itself, and nobody can tell what it is about.
    let own = certificate.digest().map_err(|_| Why::CouldNotTell)?;
    let subjects = digests.named().into_iter().map(|(_, digest)| digest);
    let measure = Measure {
        origin: Digest::of(certificate.target.name.as_bytes()),
        artifact: digests.artifact,
        tree: digests.tree,
        manifest: digests.manifest,
        stopped: revocations.worst(subjects.chain([own])).map(|entry| entry.kind),
        issued: certificate.issued,
        expires: certificate.expires,
        level: certificate.level,
    };
    if let Some((name, digest)) = presented.tool
        && digests.tool(name) != Some(digest)
    {
        return Err(Why::WrongSubject);
    }
    stands(&measure, presented, now, policy, wanted)
}

pub(super) fn stands(
    measure: &Measure,
    presented: &Presented<'_>,
    now: Time,
    policy: &CertificatePolicy,
    wanted: Use,
) -> Result<(), Why> {
    same_subject(measure, presented)?;
    match measure.stopped {
        Some(RevocationKind::Revoked) => return Err(Why::Revoked),
        Some(RevocationKind::Quarantined) => return Err(Why::Quarantined),
        None => {}
    }
    let skew = policy.skew_seconds.min(CertificatePolicy::MOST_SKEW);
    // The clock of the issuer may be ahead of ours. An expired certificate gets no allowance at
    // all for the same reason turned round: a clock that is behind would lengthen it.
    if measure.issued > now.plus_seconds(skew) {
        return Err(Why::NotYetValid { issued: measure.issued });
    }
    if now >= measure.expires {
        return Err(Why::Expired { expired: measure.expires });
    }
    let needed = policy.levels.of(wanted);
    if measure.level < needed {
        return Err(Why::BelowLevel { level: measure.level, needed });
    }
    Ok(())
}

/// Whether what runs is what the certificate holds for.
///
/// Everything that was measured has to be in the certificate. If it names bytes, bytes have to
/// have been measured: definitions can be copied by anybody. If it does not, the server is one
/// that we only talk to, and it has to be reached under the certified name.
fn same_subject(measure: &Measure, presented: &Presented<'_>) -> Result<(), Why> {
    let pairs = [
        (presented.artifact, measure.artifact),
        (presented.tree, measure.tree),
        (presented.manifest, measure.manifest),
        (presented.origin, Some(measure.origin)),
    ];
    let differs = |(shown, known): &(Option<Digest>, Option<Digest>)| {
        shown.is_some_and(|shown| *known != Some(shown))
    };
    if pairs[..3].iter().any(differs) {
        return Err(Why::WrongSubject);
    }
    let bytes = measure.artifact.or(measure.tree).is_some();
    if bytes {
        let measured = presented.artifact.or(presented.tree).is_some();
        return if measured { Ok(()) } else { Err(Why::CouldNotTell) };
    }
    if pairs.iter().any(differs) {
        return Err(Why::WrongSubject);
    }
    if presented.manifest.and(presented.origin).is_some() { Ok(()) } else { Err(Why::CouldNotTell) }
}
