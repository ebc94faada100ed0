//! What becomes of calls that wait, in ledger and metrics.

use std::sync::Arc;

use warden_audit::Ledger;
use warden_policy::hold::{Hold, HoldSettings, HoldState};

use super::{metrics::Metrics, settings::Settings, state::Clock};
use crate::{
    holds::{Holds, OnRecord, Unrecorded, Webhook, Witness},
    store::Store,
};

/// Counts what becomes of calls that wait, and records it.
struct Counted {
    record: OnRecord,
    metrics: Arc<Metrics>,
}

impl Witness for Counted {
    fn begun(&self, hold: &Hold) {
        self.metrics.held("begun");
        self.record.begun(hold);
    }

    fn answering(&self, hold: &Hold) -> Result<(), Unrecorded> {
        self.metrics.timed(|| self.record.answering(hold))?;
        let refused = matches!(hold.state, HoldState::Refused { .. });
        self.metrics.held(if refused { "refused" } else { "approved" });
        Ok(())
    }
}

/// What the gateway keeps calls that wait with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) ledger: &'a Ledger,
    pub(super) clock: &'a Clock,
    pub(super) metrics: &'a Arc<Metrics>,
    pub(super) webhook: Option<&'a Webhook>,
}

/// Calls that wait, under these settings.
pub(super) fn holds(settings: &Settings, means: Means<'_>) -> Holds {
    let set = settings.policies.as_ref().map(|policies| policies.directory.hold().clone());
    let record = OnRecord::new(means.ledger.clone(), means.webhook.cloned());
    let witness = Counted { record, metrics: Arc::clone(means.metrics) };
    let settings: HoldSettings = set.unwrap_or_default();
    Holds::new(Arc::clone(means.store), settings, Arc::clone(means.clock), Arc::new(witness))
}
