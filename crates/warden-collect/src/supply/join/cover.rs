//! Which manifests a lock file is for, and whether it holds what they ask for.

use std::collections::{BTreeMap, HashMap, HashSet};

use warden_model::{Ecosystem, Source};

use super::{Pieces, file_name};
use crate::supply::{
    Gap, GapKind, Manifest, Requirement, RequirementKind,
    file::{below, folder},
    graph::{Ask, Covers, Importer, Lock},
    table,
};

/// What a manifest is in a lock file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stands {
    /// What all of it was made for.
    Whole,
    /// A project in it.
    Project(usize),
    /// A package beside the project, in a folder of its own.
    Beside(usize),
}

/// Manifests by their ecosystem and folder.
type Places = HashMap<(Ecosystem, String), Vec<usize>>;

impl Pieces {
    /// Finds out for every lock file who asks for its packages.
    pub(super) fn lock_up(&mut self) {
        self.held =
            self.manifests.iter().map(|made| vec![false; made.requirements.len()]).collect();
        let mut places = Places::new();
        for (at, made) in self.manifests.iter().enumerate() {
            let key = (made.ecosystem, folder(&made.file).to_owned());
            places.entry(key).or_default().push(at);
        }
        let mut locks = std::mem::take(&mut self.locks);
        for lock in &mut locks {
            let covered = self.covered(lock, &places);
            self.root(lock, &covered);
        }
        self.locks = locks;
    }

    /// The manifests that a lock file is for, and what each is in it.
    fn covered(&self, lock: &Lock, places: &Places) -> Vec<(usize, Stands)> {
        let place = folder(&lock.file);
        let pairs = table::of_path(&lock.file).map_or(&[][..], |format| format.locks);
        let fits = |made: &Manifest| pairs.contains(&file_name(&made.file));
        let in_folder = |place: &str| -> Vec<usize> {
            let all = places.get(&(lock.ecosystem, place.to_owned()));
            let all = all.map_or(&[][..], Vec::as_slice).iter().copied();
            all.filter(|at| self.manifests.get(*at).is_some_and(fits)).collect()
        };
        let mut covered: BTreeMap<usize, Stands> = BTreeMap::new();
        for (at, importer) in lock.importers.iter().enumerate() {
            if let Some(path) = importer.folder.as_deref().and_then(|path| below(place, path)) {
                covered
                    .extend(in_folder(&path).into_iter().map(|made| (made, Stands::Project(at))));
            }
        }
        let named = named(lock);
        let of = |made: &Manifest| {
            let at = made.name.as_deref().and_then(|name| named.get(name));
            at.map_or(Stands::Whole, |at| Stands::Project(*at))
        };
        let mut shared = false;
        for at in in_folder(place) {
            if let Some(made) = self.manifests.get(at) {
                shared |= made.workspace;
                covered.entry(at).or_insert(of(made));
            }
        }
        if shared && (!named.is_empty() || lock.importers.is_empty()) {
            let prefix = if place.is_empty() { String::new() } else { format!("{place}/") };
            for (at, made) in self.manifests.iter().enumerate() {
                let inside = made.ecosystem == lock.ecosystem && made.file.starts_with(&prefix);
                if inside && fits(made) && (of(made) != Stands::Whole || named.is_empty()) {
                    covered.entry(at).or_insert(of(made));
                }
            }
        }
        for (at, node) in lock.nodes.iter().enumerate() {
            if let Source::Path(path) = &node.component.source
                && let Some(path) = below(place, path)
            {
                for made in in_folder(&path) {
                    covered.entry(made).or_insert(Stands::Beside(at));
                }
            }
        }
        covered.into_iter().collect()
    }

    /// Marks the packages of a lock file from what its projects ask for.
    fn root(&mut self, lock: &mut Lock, covered: &[(usize, Stands)]) {
        let mut roots: Vec<(usize, RequirementKind)> = Vec::new();
        let mut ranges: Vec<(usize, String)> = Vec::new();
        for (at, stands) in covered {
            let importer = match stands {
                Stands::Whole => None,
                Stands::Project(project) => lock.importers.get(*project),
                Stands::Beside(node) => {
                    self.beside_project(lock, *at, *node);
                    continue;
                }
            };
            let own = importer.is_none_or(|importer| importer.own);
            let asks = Asks::of(importer);
            let mut missing = Missing::default();
            let (Some(manifest), Some(held)) =
                (self.manifests.get_mut(*at), self.held.get_mut(*at))
            else {
                continue;
            };
            manifest.locks.push(lock.file.clone());
            for (asked, held) in manifest.requirements.iter().zip(held) {
                let found = asks.found(lock, asked);
                *held |= !found.is_empty();
                missing.look(lock.covers, &asks, asked, found.is_empty());
                if own {
                    roots.extend(found.iter().map(|at| (*at, asked.kind)));
                    let range = asked.requirement.iter();
                    ranges.extend(
                        range.flat_map(|range| found.iter().map(|at| (*at, range.clone()))),
                    );
                }
            }
            missing.left_over(&asks, manifest);
            self.supply.gaps.extend(missing.gap(&manifest.file, &lock.file));
        }
        for (at, range) in ranges {
            if let Some(node) = lock.nodes.get_mut(at) {
                node.component.requirement.get_or_insert(range);
            }
        }
        let projects = covered.iter().filter_map(|(_, stands)| match stands {
            Stands::Project(at) => Some(*at),
            Stands::Whole | Stands::Beside(_) => None,
        });
        let stands = projects.collect();
        alone(lock, &stands, &mut roots);
        lock.mark(&roots);
    }

    /// What a package beside the project asks for, the lock file holds as what it depends on.
    fn beside_project(&mut self, lock: &Lock, at: usize, node: usize) {
        let (Some(manifest), Some(held)) = (self.manifests.get_mut(at), self.held.get_mut(at))
        else {
            return;
        };
        let needs = lock.nodes.get(node).map_or(&[][..], |node| &node.needs);
        let names: HashSet<&str> = needs
            .iter()
            .filter_map(|to| lock.nodes.get(*to))
            .map(|to| to.component.name.as_str())
            .collect();
        manifest.locks.push(lock.file.clone());
        for (asked, held) in manifest.requirements.iter().zip(held) {
            // What is for its own development is not installed.
            *held |= names.contains(asked.name.as_str()) || asked.kind.is_development();
        }
    }
}

/// The projects of a lock file of which only the name is known.
fn named(lock: &Lock) -> HashMap<&str, usize> {
    let all = lock.importers.iter().enumerate();
    let bare = all.filter(|(_, importer)| importer.folder.is_none());
    bare.filter_map(|(at, importer)| Some((importer.name.as_deref()?, at))).collect()
}

/// Projects of a lock file whose manifests are not here: what they ask for stands in it.
fn alone(lock: &mut Lock, stands: &HashSet<usize>, roots: &mut Vec<(usize, RequirementKind)>) {
    let mut beside = Vec::new();
    for (at, importer) in lock.importers.iter().enumerate() {
        if stands.contains(&at) {
            continue;
        }
        // Cargo does not tell the project from a folder beside it.
        if importer.folder.is_none() && !stands.is_empty() {
            beside.extend(importer.node);
            continue;
        }
        if !importer.own {
            continue;
        }
        for ask in &importer.asks {
            roots.extend(ask.found.iter().map(|found| (*found, ask.kind)));
        }
        let node = importer.node.and_then(|node| lock.nodes.get(node));
        if let Some(node) = node.filter(|_| importer.asks.is_empty()) {
            roots.extend(node.needs.iter().map(|to| (*to, RequirementKind::Normal)));
        }
    }
    for at in beside {
        if let Some(node) = lock.nodes.get_mut(at) {
            node.own = false;
        }
    }
}

/// What a lock file says that a project asks for, by name.
struct Asks<'a> {
    importer: Option<&'a Importer>,
    by_name: HashMap<&'a str, Vec<&'a Ask>>,
}

impl<'a> Asks<'a> {
    fn of(importer: Option<&'a Importer>) -> Self {
        let mut by_name: HashMap<&str, Vec<&Ask>> = HashMap::new();
        for ask in importer.map_or(&[][..], |importer| &importer.asks) {
            by_name.entry(&ask.name).or_default().push(ask);
        }
        // A project that says nothing is looked up in the whole file.
        Self { importer: importer.filter(|importer| !importer.asks.is_empty()), by_name }
    }

    fn named(&self, asked: &Requirement) -> &[&'a Ask] {
        let name = asked.alias.as_deref().unwrap_or(&asked.name);
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The packages that a requirement means.
    fn found(&self, lock: &Lock, asked: &Requirement) -> Vec<usize> {
        // What builds a Python project is fetched when it is built, whatever is locked.
        let build = asked.kind == RequirementKind::Build && lock.ecosystem == Ecosystem::PyPi;
        if build || asked.kind == RequirementKind::Constraint {
            return Vec::new();
        }
        let mut found: Vec<usize> = if self.importer.is_some() {
            self.named(asked).iter().flat_map(|ask| ask.found.iter().copied()).collect()
        } else {
            let found = lock.find(asked);
            // A crate that is used under another name is locked under its own.
            let renamed = lock.ecosystem != Ecosystem::Npm && found.is_empty();
            if renamed { lock.of_key(&asked.name).to_vec() } else { found.to_vec() }
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the lock file was made for another range than the manifest has now.
    fn differs(&self, asked: &Requirement) -> bool {
        let compared = self.importer.is_some_and(|importer| importer.ranges);
        let named: Vec<&&Ask> =
            self.named(asked).iter().filter(|ask| ask.requirement.is_some()).collect();
        if !compared || named.is_empty() || !matches!(asked.source, Source::Registry) {
            return false;
        }
        let wanted = normal(asked.requirement.as_deref().unwrap_or(""));
        !named.iter().any(|ask| normal(ask.requirement.as_deref().unwrap_or("")) == wanted)
    }
}

/// A range without what does not matter: white space, and the order of its parts.
fn normal(range: &str) -> String {
    let bare: String = range.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (extras, bounds) = match bare.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((extras, bounds)) => (extras, bounds),
        None => ("", bare.as_str()),
    };
    let sorted = |list: &str| {
        let mut parts: Vec<&str> = list.split(',').filter(|part| !part.is_empty()).collect();
        parts.sort_unstable();
        parts.join(",")
    };
    format!("[{}]{}", sorted(extras), sorted(bounds))
}

/// What a lock file does not hold of what a manifest asks for, or holds for something else.
#[derive(Default)]
struct Missing {
    count: usize,
    first: String,
    line: u32,
}

impl Missing {
    fn add(&mut self, name: &str, line: u32) {
        if self.count == 0 {
            name.clone_into(&mut self.first);
            self.line = line;
        }
        self.count += 1;
    }

    fn look(&mut self, covers: Covers, asks: &Asks<'_>, asked: &Requirement, lacks: bool) {
        let wanted = match (asked.kind, covers) {
            (RequirementKind::Peer | RequirementKind::Constraint | RequirementKind::Build, _) => {
                false
            }
            (RequirementKind::Normal, Covers::Here) => asked.marker.is_none(),
            (RequirementKind::Normal, _) | (_, Covers::All) => true,
            (_, Covers::Run | Covers::Here) => false,
        };
        // A folder that is used where it lies need not be in a lock file.
        let placed = matches!(asked.source, Source::Path(_));
        if lacks && wanted && !placed || asks.differs(asked) {
            self.add(&asked.name, asked.line);
        }
    }

    /// What the lock file was made for and the manifest no longer asks for.
    fn left_over(&mut self, asks: &Asks<'_>, manifest: &Manifest) {
        if !asks.importer.is_some_and(|importer| importer.ranges) {
            return;
        }
        let known: HashSet<&str> = manifest
            .requirements
            .iter()
            .flat_map(|asked| asked.alias.iter().chain([&asked.name]))
            .map(String::as_str)
            .collect();
        let mut gone: Vec<&&str> = asks
            .by_name
            .iter()
            .filter(|(name, asks)| {
                !known.contains(*name) && asks.iter().any(|ask| ask.requirement.is_some())
            })
            .map(|(name, _)| name)
            .collect();
        gone.sort_unstable();
        if !manifest.dynamic {
            for name in gone {
                self.add(name, 0);
            }
        }
    }

    fn gap(self, manifest: &str, lock: &str) -> Option<Gap> {
        let detail = format!(
            "out of date: `{lock}` does not fit {} of what is asked for, the first `{}`",
            self.count, self.first
        );
        let (file, line, kind) = (manifest.to_owned(), self.line, GapKind::OutOfDate);
        (self.count > 0).then_some(Gap { file, line, kind, detail })
    }
}
