//! One framework: what it asks, and what the estate shows for each of it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::Serialize;
use warden_model::{Class, frameworks};

use super::{Judged, Scope, Status, catalogue, controls_for, demands};
use crate::Ratio;

/// Something that a framework asks for, or warns of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Demanded {
    /// Its identifier there.
    pub id: &'static str,
    /// Its wording, as far as it is shipped.
    pub wording: &'static str,
    /// How it stands.
    pub status: Status,
    /// The controls of the platform that stand for it; none: the platform has nothing to say.
    pub controls: Vec<&'static str>,
    /// Whether it was held against the text of its publisher that they do.
    pub checked: bool,
    /// The open findings of classes that are mapped to it.
    pub findings: Vec<String>,
    /// Whether evidence for each of its controls is young enough.
    pub fresh: bool,
}

/// A framework as the estate shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Framework {
    /// The framework.
    pub id: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What it asks.
    pub demanded: Vec<Demanded>,
    /// Demands whose controls have evidence that is young enough, of those that have controls and
    /// apply: metric M19.
    pub coverage: Ratio,
    /// Demands that are met, of those that have controls and apply.
    pub met: Ratio,
    /// What of its catalogue no control stands for.
    pub outside: Vec<&'static str>,
    /// From when it applies; none where it does already, or never will by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<super::Applicable>,
}

/// What is known before a framework is looked at: each control, and what is open of each class.
#[derive(Debug)]
struct Known<'j, 'a> {
    judged: FxHashMap<&'static str, &'j Judged>,
    open: BTreeMap<Class, Vec<&'a str>>,
}

impl<'j, 'a> Known<'j, 'a> {
    fn new(scope: &Scope<'_, 'a>, judged: &'j [Judged]) -> Self {
        let mut open: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for finding in &scope.findings {
            open.entry(finding.class).or_default().push(finding.id.as_str());
        }
        for ids in open.values_mut() {
            ids.sort_unstable();
        }
        Self { judged: judged.iter().map(|one| (one.id, one)).collect(), open }
    }

    fn demanded(
        &self,
        framework: &'static str,
        id: &'static str,
        wording: &'static str,
    ) -> Demanded {
        let stands = demands::at(framework, id);
        let checked = stands.demands.iter().all(|one| one.checked);
        let mut controls: BTreeSet<_> = stands.demands.iter().map(|one| one.control).collect();
        if controls.is_empty() {
            let against = stands.classes.iter().flat_map(|class| controls_for(*class));
            controls = against.copied().collect();
        }
        let judged: Vec<_> = controls.iter().filter_map(|id| self.judged.get(id)).collect();
        let open = stands.classes.iter().filter_map(|class| self.open.get(class)).flatten();
        let findings: Vec<String> = open.map(|id| (*id).to_owned()).collect();
        let holds = Status::together(judged.iter().map(|one| one.status));
        // A hole that is known is never met, whatever the controls say.
        let status =
            if holds == Status::Met && !findings.is_empty() { Status::Partly } else { holds };
        let applies = || judged.iter().filter(|one| one.status != Status::NotApplicable);
        Demanded {
            id,
            wording,
            status,
            fresh: applies().next().is_some() && applies().all(|one| one.is_fresh()),
            controls: sorted(controls),
            checked,
            findings,
        }
    }

    fn framework(&self, id: &'static str, title: &'static str) -> Framework {
        let entries = catalogue(id).map_or(&[][..], |catalogue| &catalogue.entries);
        let all = entries.iter().map(|(entry, wording)| self.demanded(id, entry, wording));
        let (demanded, outside): (Vec<_>, Vec<_>) = all.partition(|one| !one.controls.is_empty());
        let applies = || demanded.iter().filter(|one| one.status != Status::NotApplicable);
        Framework {
            id,
            title,
            coverage: Ratio::count(applies(), |one| one.fresh),
            met: Ratio::count(applies(), |one| one.status == Status::Met),
            outside: outside.iter().map(|one| one.id).collect(),
            dates: super::applicable(id).to_vec(),
            demanded,
        }
    }
}

/// `C2` before `C10`.
fn sorted(controls: BTreeSet<&'static str>) -> Vec<&'static str> {
    let mut controls: Vec<_> = controls.into_iter().collect();
    controls.sort_by_key(|id| (id.len(), *id));
    controls
}

/// What the estate shows for one framework; `None` if there is none of this name, in any case.
#[must_use]
pub fn framework(scope: &Scope<'_, '_>, judged: &[Judged], id: &str) -> Option<Framework> {
    let (id, title) = frameworks().iter().find(|(known, _)| known.eq_ignore_ascii_case(id))?;
    Some(Known::new(scope, judged).framework(id, title))
}

/// What the estate shows for every framework, of all controls as [`super::judge_all`] judges them.
#[must_use]
pub fn overview(scope: &Scope<'_, '_>, judged: &[Judged]) -> Vec<Framework> {
    let known = Known::new(scope, judged);
    frameworks().iter().map(|(id, title)| known.framework(id, title)).collect()
}
