//! What was approved of one server, and everything that is decided by it.
//!
//! There is one of these for a server, whoever asks: the wrapper on standard input and output
//! and every route through the gateway come here, so that no two of them can decide differently.

mod answers;
mod calls;
mod heard;
mod lists;
mod noticed;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use warden_audit::Ledger;
use warden_model::{DefinitionKind, Digest, Effect};
use warden_policy::Bundle;

use crate::{
    call::Target,
    content::{Copies, Definitions, Limits, Looker, Noticed},
    shelf::Digests,
};

pub(crate) use answers::{Ended, SIZE, close, failed, failed_under, without_instructions};
pub(crate) use calls::{Asking, Held, NotAdmitted, Refused};
use heard::Flood;
pub(crate) use heard::KeptBack;
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
    /// What looks at content.
    pub(crate) looker: Looker,
    /// What was noticed in what was approved.
    pub(crate) definitions: Arc<Definitions>,
    flood: Arc<Flood>,
    pub(crate) ledger: Ledger,
}

impl Judge {
    /// Judges what was approved of a server, and then what it does.
    pub(crate) fn new(
        server: &str,
        bundle: Bundle,
        (limits, looker): (Limits, Looker),
        copies: &Copies,
        ledger: Ledger,
    ) -> Self {
        let definitions = Arc::new(Definitions::of(&looker, bundle.pin.as_ref(), copies));
        let bundle = Arc::new(bundle);
        let (server, flood) = (server.into(), Arc::default());
        Self { server, bundle, limits, looker, definitions, flood, ledger }
    }

    /// Whether what a tool is given is carried to somebody else, as far as what was approved says.
    pub(crate) fn sends(&self, target: &Target) -> bool {
        let Target::Definition(kind, name) = target else { return false };
        let pinned = self.bundle.pin.as_ref().and_then(|pin| pin.definition(*kind, name));
        pinned.and_then(|pinned| pinned.effect) == Some(Effect::Send)
    }
}

/// What is remembered about the definitions that a server has shown.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    digests: Digests,
    /// Drift that is on record: name and served digest.
    told: HashSet<(Option<DefinitionKind>, String, Option<Digest>)>,
    /// What was noticed and is on record: the same.
    noticed: HashSet<(Option<DefinitionKind>, String, Option<Digest>)>,
    /// What was noticed in resources, by their text.
    resources: HashMap<Digest, Option<Noticed>>,
}

/// What a tool does, as policy is told.
pub(crate) fn effect(body: &serde_json::Value) -> Effect {
    warden_detect::effects(body).effect
}
