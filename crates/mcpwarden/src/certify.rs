//! From a target to a certificate: fetch, look, judge, score, sign, log, keep.

pub(crate) mod advisories;
pub(crate) mod bundle;
pub(crate) mod exec;
pub(crate) mod issue;
pub(crate) mod keep;
pub(crate) mod launch;
pub(crate) mod listed;
pub(crate) mod logs;
pub(crate) mod look;
pub(crate) mod provenance;
pub(crate) mod revoked;
pub(crate) mod stages;
pub(crate) mod stand;
pub(crate) mod supply;
pub(crate) mod target;
