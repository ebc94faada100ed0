//! Certificates: what is signed about a server, and whether one counts now, here and for this.
//!
//! Everything here comes after the signature: bytes are verified by `warden-seal`, and only what
//! was verified is read. The rest is pure: time, policy, revocations and what runs are handed in.

mod bundle;
mod index;
mod judge;
mod predicate;
mod read;
mod revocation;
#[cfg(test)]
mod tests;

pub use bundle::{
    ApprovalLine, BUNDLE_TYPE, BundleError, BundleHead, CertificateLine, DEFAULT_HOURS,
    MOST_APPROVALS, MOST_CERTIFICATES, MOST_HEAD, MOST_HOURS, MOST_LINE, RevocationsLine,
    body_digest,
};
pub use index::{CertificateIndex, IndexError, Row};
pub use judge::{
    CertificatePolicy, MinLevels, PolicyError, Presented, Use, Why, judge_certificate,
};
pub use predicate::{
    Cap, Certificate, Confidence, Counts, Coverage, DEFAULT_DAYS, Finding, Findings, Gap, Item,
    Named, Outcome, PREDICATE_TYPE, Score, Severity, Stage, StageRecord, Subjects, Target, Tool,
    Waiver,
};
pub use read::{CertificateError, MOST_BYTES};
pub use revocation::{Revocation, RevocationKind, Revocations};
