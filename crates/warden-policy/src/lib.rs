//! What was approved, what differs from it, and the judgement over each call.
//!
//! Invariant: deterministic and total: the same question has the same answer, and every question
//! has one.
//! Invariant: an error, an unknown and a missing fact are a no.
//! Invariant: a [`Permitted`] is made by [`judge`] and nowhere else.

pub mod approval;
pub mod certificate;
mod certified;
mod drift;
mod judge;
mod pin;
mod text;
mod time;

pub use certified::{BundleId, Certified, CertifiedBy, Uncertified};
pub use drift::{Change, Drift, DriftClass, compare_definitions, compare_pins};
pub use judge::{Bundle, Permitted, Question, Reason, Standing, judge};
pub use pin::{
    Approval, Artifact, PAYLOAD_TYPE, Pin, PinError, PinnedDefinition, manifest_digest, open_pin,
    seal_pin,
};
pub use time::{ParseTimeError, Time};
