//! Whether a call comes in at all: nothing stops it, and there is room for it.

use std::{collections::BTreeSet, sync::Arc};

use warden_model::{DefinitionKind, Effect};
use warden_policy::{Subject, limit::Micros, stop::Stop};

use super::{Core, access::About, caller::Caller, server::Server};
use crate::{Refusal, call::Target, limits::Entered};

impl Core {
    /// What stops somebody from doing this, if anything does.
    pub(crate) fn stopped(
        &self,
        caller: &Caller,
        server: &Server,
        target: &Target,
    ) -> Option<Arc<Stop>> {
        let effects = BTreeSet::new();
        let name = &server.settings.name;
        self.stops.stopped(&Subject::new(&caller.who, name, target.name(), &effects))
    }

    /// What a request costs: the price of the tool, and nothing for anything else.
    fn price(&self, server: &Server, target: &Target) -> Micros {
        let Target::Definition(DefinitionKind::Tool, name) = target else { return Micros(0) };
        let directory = self.policies().map(|policies| &policies.directory);
        directory.map(|directory| directory.price(&server.settings.name, name)).unwrap_or_default()
    }

    /// Lets a call in, which is under way until what is returned is dropped.
    ///
    /// # Errors
    /// When something stops it, there is no room for it, or who asks may not stay.
    pub(crate) async fn enter(
        &self,
        caller: &Caller,
        server: &Server,
        target: &Target,
        bytes: usize,
    ) -> Result<Entered, Refusal> {
        caller.stay.now().map_err(Refusal::NotLetIn)?;
        if let Some(stop) = self.stopped(caller, server, target) {
            return Err(Refusal::Stopped(stop.mode));
        }
        let about = self.about(server, target);
        let effects: BTreeSet<Effect> =
            about.map(|About { traits, .. }| traits.effects).unwrap_or_default();
        let subject = Subject::new(&caller.who, &server.settings.name, target.name(), &effects);
        let cost = self.price(server, target).0;
        let entered = self.limits.enter(&subject, bytes as u64, cost).await;
        entered.map_err(|exceeded| {
            // Whole seconds that fit: a limit of more than a lifetime is one all the same.
            let seconds = exceeded.retry_after.as_secs().saturating_add(1);
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            Refusal::Limited(exceeded.why, seconds)
        })
    }
}
