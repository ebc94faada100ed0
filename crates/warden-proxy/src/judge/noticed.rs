//! What was noticed in what a server lists, on record once for what is served.

use warden_audit::{Decision, Record, Text, Tool};
use warden_model::{DefinitionKind, Digest};

use super::{Judge, Memory, Seer};
use crate::{Batch, content::Noticed};

/// What is noticed beyond this is no longer recorded one by one.
const MOST_TOLD: usize = 10_000;

/// How many resources are remembered.
const MOST_RESOURCES: usize = 8192;

impl Judge {
    /// Records what was noticed in an approved definition that is listed as it was approved.
    pub(crate) fn tell_listed(
        &self,
        (kind, name): (DefinitionKind, &str),
        digest: Option<Digest>,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) {
        if let Some(noticed) = self.definitions.noticed(kind, name) {
            self.tell_definition((Some(kind), name, digest), noticed, seer, batch);
        }
    }

    /// Records what was noticed in the instructions. Returns whether they may be shown.
    pub(crate) fn instructs_well(&self, seer: &mut Seer<'_>, batch: &mut Batch<'_>) -> bool {
        let Some(noticed) = self.definitions.instructions() else { return true };
        self.tell_definition((None, "instructions", None), noticed, seer, batch);
        !noticed.hidden
    }

    /// Looks at a resource, which nobody approves one by one. Returns whether it may be listed.
    pub(crate) fn lists_well(
        &self,
        name: &str,
        raw: &str,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) -> bool {
        let digest = Digest::of(raw.as_bytes());
        let known = &mut seer.memory.resources;
        if known.len() >= MOST_RESOURCES {
            known.clear();
        }
        let look = || self.looker.definition(&serde_json::from_str(raw).unwrap_or_default());
        let Some(noticed) = known.entry(digest).or_insert_with(look).clone() else { return true };
        let what = (Some(DefinitionKind::Resource), name, Some(digest));
        self.tell_definition(what, &noticed, seer, batch);
        !noticed.hidden
    }

    fn tell_definition(
        &self,
        (kind, name, digest): (Option<DefinitionKind>, &str, Option<Digest>),
        noticed: &Noticed,
        seer: &mut Seer<'_>,
        batch: &mut Batch<'_>,
    ) {
        let Memory { noticed: told, .. } = seer.memory;
        if told.len() >= MOST_TOLD || !told.insert((kind, name.to_owned(), digest)) {
            return;
        }
        let decision = if noticed.hidden { Decision::Deny } else { Decision::Observe };
        let tool = (kind == Some(DefinitionKind::Tool)).then(|| Tool {
            name: name.into(),
            served: digest,
            ..Tool::default()
        });
        let what = kind.map_or_else(|| name.into(), |kind| format!("{}/{name}", kind.name()));
        let labels = [what.clone()];
        let labels = labels.iter().chain(&noticed.labels).map(Text::from).collect();
        let record = Record {
            decision: Some(decision),
            tool,
            labels,
            ..seer.whom.record(warden_audit::Event::DefinitionNoticed)
        };
        batch.after(self.ledger.append(record).ok());
        let how = if noticed.hidden { "is hidden" } else { "is shown, as it was approved" };
        batch.alarms.push(format!(
            "server {}: {what} was noticed by {}, and {how}",
            self.server,
            noticed.labels.join(", ")
        ));
    }
}
