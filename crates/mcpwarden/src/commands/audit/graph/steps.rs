//! The calls of a session, and what each of them had read from.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Serialize, Serializer};
use serde_json::Value;
use warden_audit::{Filter, SegmentId, Stored, each};
use warden_model::{DataClass, Effect};

use super::super::{Reference, damaged, unusable};
use crate::Failure;

/// Why a call is joined to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Because {
    /// A stranger may have written what it was answered.
    Untrusted,
    /// What it was answered was written against the model.
    Hostile,
    /// What it was answered is of the highest class of data that the session had read.
    Class,
}

impl Because {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Hostile => "hostile",
            Self::Class => "class of data",
        }
    }
}

/// A call.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub(super) record: String,
    pub(super) at: String,
    pub(super) event: String,
    server: Option<String>,
    name: Option<String>,
    pub(super) effects: Vec<String>,
    pub(super) decision: Option<&'static str>,
    pub(super) reason: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) outcome: Option<&'static str>,
    /// What was noticed, in what was sent and in the answer.
    pub(super) labels: Vec<String>,
    /// The class of data that it answers with, as policy has it.
    #[serde(serialize_with = "class")]
    class: Option<DataClass>,
    /// The places of the calls whose answers the session had read, and why each counts.
    #[serde(skip)]
    pub(super) read: BTreeMap<usize, BTreeSet<Because>>,
    #[serde(skip)]
    place: (SegmentId, u64),
    /// Its record, for people.
    #[serde(skip)]
    pub(super) short: String,
    /// What the session had read when it was asked for.
    #[serde(skip)]
    session: Read,
}

/// What a session had read, as policy was asked.
#[derive(Debug, Default)]
struct Read {
    sources: BTreeSet<String>,
    class: Option<DataClass>,
}

impl Step {
    /// Whether a record was named that is this one.
    pub(super) fn is(&self, reference: &Reference) -> bool {
        let (segment, seq) = self.place;
        let ends = |end: &String| segment.to_string().ends_with(end.as_str());
        seq == reference.seq && reference.segment.as_ref().is_none_or(ends)
    }

    pub(super) fn has(&self, effect: Effect) -> bool {
        self.effects.iter().any(|name| name == effect.name())
    }

    /// What was called.
    pub(super) fn what(&self) -> String {
        let parts = [self.server.as_deref(), self.name.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    }

    /// Whether it does more than read, or was not let through.
    fn acts(&self) -> bool {
        let reads = self.effects.iter().all(|effect| effect == Effect::Read.name());
        !reads || self.effects.is_empty() || self.event != "call.intent"
    }

    /// Why what came before counts for this one.
    fn because(&self, before: &Self) -> BTreeSet<Because> {
        let mut because = BTreeSet::new();
        if before.outcome.is_none() {
            // It has not been answered, or was never asked.
            return because;
        }
        if self.session.sources.contains(&before.what()) {
            because.insert(Because::Untrusted);
            if before.labels.iter().any(|label| label == "instruction-text") {
                because.insert(Because::Hostile);
            }
        }
        let highest = self.session.class.filter(|class| *class >= DataClass::Confidential);
        if highest.is_some() && before.class >= highest {
            because.insert(Because::Class);
        }
        because
    }
}

/// The calls of a session in their order.
///
/// # Errors
/// A ledger that cannot be read, or is damaged.
pub(super) fn of(dir: &Path, session: &str) -> Result<Vec<Step>, Failure> {
    let filter = Filter { event: Some("call".into()), ..Filter::default() };
    let mut steps = BTreeMap::new();
    let mut ends = BTreeMap::new();
    let broken = each(dir, &filter, &mut |stored| {
        let record = &stored.record;
        if record.session.as_ref().is_none_or(|own| &**own != session) {
            return;
        }
        let labels = record.labels.iter().map(ToString::to_string);
        if let (Some(intent), Some(outcome)) = (record.intent, record.outcome) {
            let segment = intent.segment.unwrap_or(stored.segment);
            ends.insert((segment, intent.seq), (outcome.name(), labels.collect::<Vec<_>>()));
        } else {
            steps.insert((record.ts, stored.segment, record.seq), step(&stored));
        }
    });
    if let Some(broken) = broken.map_err(unusable)?.into_iter().next() {
        return Err(damaged(broken));
    }
    let mut steps: Vec<Step> = steps.into_values().collect();
    for step in &mut steps {
        let Some((outcome, labels)) = ends.remove(&step.place) else { continue };
        step.outcome = Some(outcome);
        step.labels.extend(labels);
        step.labels.sort();
        step.labels.dedup();
    }
    join(&mut steps);
    Ok(steps)
}

/// Joins each call that acts to those that it had read from.
fn join(steps: &mut [Step]) {
    for at in 0..steps.len() {
        let (before, rest) = steps.split_at_mut(at);
        let Some(step) = rest.first_mut().filter(|step| step.acts()) else { continue };
        for (from, earlier) in before.iter().enumerate() {
            let because = step.because(earlier);
            if !because.is_empty() {
                step.read.insert(from, because);
            }
        }
    }
}

fn step(stored: &Stored) -> Step {
    let record = &stored.record;
    let own = |text: Option<&warden_audit::Text<'_>>| text.map(ToString::to_string);
    let facts = record.facts.as_ref();
    let facts: Value =
        facts.and_then(|facts| serde_json::from_str(facts.as_str()).ok()).unwrap_or_default();
    let class = |of: &str| facts[of]["class"].as_str().and_then(DataClass::named);
    Step {
        record: stored.name(),
        at: record.ts.to_string(),
        event: record.event.to_string(),
        server: record.server.as_ref().map(|server| server.name.to_string()),
        name: record.asked().map(str::to_owned),
        effects: words(&facts["thing"]["effects"]).collect(),
        decision: record.decision.map(warden_audit::Decision::name),
        reason: own(record.reason.as_ref()),
        rule: own(record.rule.as_ref()),
        outcome: None,
        labels: record.labels.iter().map(ToString::to_string).collect(),
        class: class("thing"),
        read: BTreeMap::new(),
        place: (stored.segment, record.seq),
        short: stored.short(),
        session: Read {
            sources: words(&facts["session"]["sources"]).collect(),
            class: class("session"),
        },
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn class<S: Serializer>(class: &Option<DataClass>, to: S) -> Result<S::Ok, S::Error> {
    class.map(DataClass::name).serialize(to)
}

fn words(list: &Value) -> impl Iterator<Item = String> + '_ {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
}
