//! What was approved of one server, and everything that is decided by it.
//!
//! There is one of these for a server, whoever asks: the wrapper on standard input and output
//! and every route through the gateway come here, so that no two of them can decide differently.

mod answers;
mod calls;
mod lists;

use std::{collections::HashSet, sync::Arc};

use warden_audit::Ledger;
use warden_model::{DefinitionKind, Digest, Effect};
use warden_policy::Bundle;

use crate::{shelf::Digests, stages::Limits};

pub(crate) use answers::{Ended, answer_of, close, ended, failed, without_instructions};
pub(crate) use calls::Refused;
pub(crate) use lists::{Member, Seer, rebuild, with_members};

/// Decides about one server.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// The server's name.
    pub(crate) server: Arc<str>,
    /// What was approved.
    pub(crate) bundle: Arc<Bundle>,
    /// How large things may be.
    pub(crate) limits: Limits,
    pub(crate) ledger: Ledger,
}

/// What is remembered about the definitions that a server has shown.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    digests: Digests,
    /// Drift that is on record: name and served digest.
    told: HashSet<(Option<DefinitionKind>, String, Option<Digest>)>,
}

/// What a tool does, as policy is told.
pub(crate) fn effect(body: &serde_json::Value) -> Effect {
    warden_detect::effects(body).effect
}
