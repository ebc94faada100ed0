//! From a target to a certificate: fetch, look, judge, score, sign, log, keep.

pub(crate) mod issue;
pub(crate) mod keep;
pub(crate) mod launch;
pub(crate) mod look;
pub(crate) mod revoked;
pub(crate) mod stages;
mod supply;
pub(crate) mod target;
