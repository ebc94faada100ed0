//! What was approved, what differs from it, and the judgement over each call.
//!
//! Invariant: deterministic and total: the same question has the same answer, and every question
//! has one.
//! Invariant: an error, an unknown and a missing fact are a no.
//! Invariant: a [`Permitted`] is made by [`judge`] and nowhere else.

pub mod access;
pub mod approval;
pub mod argument;
pub mod certificate;
mod certified;
mod drift;
pub mod hold;
mod judge;
pub mod limit;
pub mod mask;
mod pin;
pub mod stop;
mod subject;
mod text;
mod time;

pub use certified::{BundleId, Certified, CertifiedBy, Uncertified};
pub use drift::{Change, Drift, DriftClass, compare_definitions, compare_pins};
pub use judge::{Bundle, NotPermitted, Permitted, Question, Reason, Ruled, Standing, judge};
pub use pin::{
    Approval, Artifact, PAYLOAD_TYPE, Pin, PinError, PinnedDefinition, manifest_digest, open_pin,
    seal_pin,
};
pub use subject::Subject;
pub use time::{ParseTimeError, Time};
