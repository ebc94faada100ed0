//! The components as rules see them: each package once, with the ways that lead to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use warden_model::{Component, Ecosystem, Location, Pinning, Severity, Source, TraceStep};

use super::{
    Database, Facts, Hit, Judging, Known, LicencePolicy, Manifest, Supply, SupplyGap, matches,
};
use crate::Draft;

/// A longer way is told by its ends.
const LONGEST_WAY: usize = 12;

/// A package, for all files that name it in the same way.
#[derive(Debug)]
pub struct Part<'s> {
    /// The first of its components, by file and line.
    pub component: &'s Component,
    /// The others.
    pub others: Vec<&'s Component>,
    /// The way from what the server asks for to it, itself last; itself alone if no way is known.
    pub way: Vec<&'s Component>,
    /// Whether all of them are only for building and testing.
    pub development: bool,
    /// Whether one of them is asked for by the server itself.
    pub direct: bool,
    /// What the database says of it.
    pub hits: Vec<Hit>,
    /// What the registry tells of it.
    pub facts: Option<&'s Facts>,
}

/// Everything that rules over supply look at.
#[derive(Debug)]
pub struct SupplyView<'s> {
    /// What the server is called.
    pub server: &'s str,
    /// Every package, in order.
    pub parts: Vec<Part<'s>>,
    /// Every manifest, in order.
    pub manifests: Vec<&'s Manifest>,
    /// Names that others are mistaken for.
    pub known: &'s Known,
    /// Which licences are approved.
    pub licences: &'s LicencePolicy,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// What a component has in common with others that are the same package.
type Key<'s> = (Ecosystem, &'s str, Option<&'s str>, &'s Source, Pinning, bool);

const fn pinned(pinning: Pinning) -> u8 {
    match pinning {
        Pinning::Digest => 0,
        Pinning::Exact => 1,
        Pinning::Floating => 2,
        Pinning::Local => 3,
    }
}

fn order<'s>(a: &Key<'s>, b: &Key<'s>) -> std::cmp::Ordering {
    (a.0, a.1, a.2, a.3, pinned(a.4), a.5).cmp(&(b.0, b.1, b.2, b.3, pinned(b.4), b.5))
}

impl<'s> SupplyView<'s> {
    /// Puts the components in order and looks each up.
    pub(super) fn of(
        supply: &'s Supply,
        database: &Database<'_>,
        how: &Judging<'s>,
        gaps: &mut BTreeSet<SupplyGap>,
    ) -> Self {
        let mut components: Vec<&Component> = supply.components.iter().collect();
        components.sort_by(|a, b| (&a.file, a.line, a).cmp(&(&b.file, b.line, b)));
        components.dedup();
        let ways = Ways::of(&components);
        let mut groups: Vec<(Key<'s>, usize)> =
            components.iter().enumerate().map(|(at, own)| (key(own), at)).collect();
        groups.sort_by(|(a, x), (b, y)| order(a, b).then(x.cmp(y)));
        let mut parts: Vec<Part<'s>> = Vec::new();
        let mut last: Option<Key<'s>> = None;
        for (key, at) in groups {
            let Some(component) = components.get(at).copied() else { continue };
            if last == Some(key)
                && let Some(part) = parts.last_mut()
            {
                part.development &= component.development;
                part.direct |= component.direct;
                let way = ways.to(at, &components);
                if is_better(&way, &part.way) {
                    part.way = way;
                }
                part.others.push(component);
                continue;
            }
            last = Some(key);
            let version = component.version.clone().unwrap_or_default();
            parts.push(Part {
                component,
                others: Vec::new(),
                way: ways.to(at, &components),
                development: component.development,
                direct: component.direct,
                hits: matches::hits(component, database, how.now, gaps),
                facts: supply.facts.get(&(component.ecosystem, component.name.clone(), version)),
            });
        }
        let mut manifests: Vec<&Manifest> = supply.manifests.iter().collect();
        manifests.sort();
        manifests.dedup();
        Self {
            server: &supply.server,
            parts,
            manifests,
            known: how.known,
            licences: how.licences,
            now: how.now,
        }
    }
}

/// A way that begins with what the server asks for is better than none, and a shorter one than a
/// longer.
fn is_better(new: &[&Component], old: &[&Component]) -> bool {
    let rank = |way: &[&Component]| (way.first().is_none_or(|first| !first.direct), way.len());
    rank(new) < rank(old)
}

fn key(own: &Component) -> Key<'_> {
    let version = own.version.as_deref();
    (own.ecosystem, &own.name, version, &own.source, own.pinning, own.hashes.is_empty())
}

/// The shortest ways from what is asked for to everything, within each file.
struct Ways {
    before: Vec<Option<usize>>,
}

impl Ways {
    fn of(components: &[&Component]) -> Self {
        let mut by_name: BTreeMap<(&str, Ecosystem, &str), Vec<usize>> = BTreeMap::new();
        for (at, own) in components.iter().enumerate() {
            by_name.entry((&own.file, own.ecosystem, &own.name)).or_default().push(at);
        }
        let mut before = vec![None; components.len()];
        let mut seen: Vec<bool> = components.iter().map(|own| own.direct).collect();
        let mut queue: VecDeque<usize> =
            (0..components.len()).filter(|at| seen.get(*at) == Some(&true)).collect();
        while let Some(at) = queue.pop_front() {
            let Some(own) = components.get(at) else { continue };
            for (name, version) in &own.depends {
                let Some(found) = by_name.get(&(&own.file, own.ecosystem, name.as_str())) else {
                    continue;
                };
                for next in found.iter().copied() {
                    let fits = components.get(next).is_some_and(|next| {
                        version.is_none() || found.len() == 1 || next.version == *version
                    });
                    if let (true, Some(done)) = (fits, seen.get_mut(next))
                        && !*done
                    {
                        *done = true;
                        if let Some(slot) = before.get_mut(next) {
                            *slot = Some(at);
                        }
                        queue.push_back(next);
                    }
                }
            }
        }
        Self { before }
    }

    fn to<'s>(&self, at: usize, components: &[&'s Component]) -> Vec<&'s Component> {
        let mut way = Vec::new();
        let mut next = Some(at);
        while let Some(own) = next {
            way.extend(components.get(own).copied());
            next = self.before.get(own).copied().flatten();
        }
        way.reverse();
        way
    }
}

/// The name and the version, as people write them.
pub(crate) fn shown(component: &Component) -> String {
    let name = warden_detect::visible(&component.name).text;
    match &component.version {
        Some(version) => format!("`{name}` {}", warden_detect::visible(version).text),
        None => format!("`{name}`"),
    }
}

fn place(component: &Component) -> Location {
    Location {
        file: component.file.clone(),
        line: (component.line > 0).then_some(component.line),
        ..Location::default()
    }
}

impl Part<'_> {
    /// The name and the version, as people write them.
    #[must_use]
    pub fn shown(&self) -> String {
        shown(self.component)
    }

    /// What is worse for being used than for being built with.
    #[must_use]
    pub fn milder(&self, severity: Severity) -> Severity {
        if !self.development {
            return severity;
        }
        match severity {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            Severity::Medium => Severity::Low,
            Severity::Low | Severity::Info => Severity::Info,
        }
    }

    /// A finding about it, at the first place and standing for the others, with the way to it.
    pub(crate) fn draft(
        &self,
        view: &SupplyView<'_>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Draft {
        let label = label.into();
        let mut draft = Draft::at(place(self.component), message, label.clone())
            .server(view.server)
            .key(self.component.ecosystem.purl())
            .key(&self.component.name)
            .key(self.component.version.as_deref().unwrap_or_default());
        for other in &self.others {
            draft.stands_for(Draft::at(place(other), "", ""));
        }
        draft.trace = self.trace(&label);
        draft
    }

    fn trace(&self, label: &str) -> Vec<TraceStep> {
        if self.way.len() < 2 {
            return Vec::new();
        }
        let step = |location: Location, note: String| TraceStep { location, note, code: None };
        let mut steps: Vec<TraceStep> = self
            .way
            .windows(2)
            .filter_map(|pair| Some((pair.first()?, pair.get(1)?)))
            .map(|(from, to)| step(place(from), format!("{} asks for {}", shown(from), shown(to))))
            .collect();
        if steps.len() > LONGEST_WAY {
            let left = steps.len() - LONGEST_WAY;
            steps.drain(LONGEST_WAY / 2..LONGEST_WAY / 2 + left);
        }
        steps.push(step(place(self.component), label.to_owned()));
        steps
    }
}
