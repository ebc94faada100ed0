//! Puts together what the files of a tree say: manifests with their lock files, settings and
//! scripts with the manifests beside them.

mod compare;
mod cover;

use std::collections::{BTreeMap, HashMap, HashSet};

use warden_model::{Component, Ecosystem, Source};

use super::{
    Gap, GapKind, Manifest, Origin, RegistrySetting, Requirement, RequirementKind, Supply,
    file::{Reading, Sums, below, blank, component, folder},
    go,
    graph::Lock,
    table,
};

/// Everything that was read, on its way together.
#[derive(Default)]
struct Pieces {
    manifests: Vec<Manifest>,
    locks: Vec<Lock>,
    sums: BTreeMap<String, Sums>,
    supply: Supply,
    /// For each manifest, which of what it asks for a lock file holds.
    held: Vec<Vec<bool>>,
}

/// Joins what was read. The readings are in the order of their paths.
pub(super) fn join(files: &[String], readings: Vec<Reading>) -> Supply {
    let mut pieces = Pieces::default();
    let mut settings = Vec::new();
    let mut scripts = Vec::new();
    let mut includes = Vec::new();
    for (path, reading) in files.iter().zip(readings) {
        pieces.manifests.extend(reading.manifest);
        pieces.locks.extend(reading.lock);
        pieces.supply.gaps.extend(reading.gaps);
        if let Some(sums) = reading.sums {
            pieces.sums.insert(folder(path).to_owned(), sums);
        }
        settings.extend(reading.settings);
        scripts.extend(reading.scripts.into_iter().map(|script| (path.as_str(), script)));
        includes.extend(reading.includes.into_iter().map(|include| (path.as_str(), include)));
    }
    pieces.installed();
    pieces.set(settings);
    pieces.run(scripts);
    pieces.follow(files, includes);
    pieces.lock_up();
    pieces.disagree();
    pieces.finish()
}

/// Whether a manifest describes something that was built, and repeats what its source says.
fn is_built(file: &str) -> bool {
    file.ends_with("PKG-INFO") || file.ends_with("METADATA")
}

/// What a manifest is called within its folder.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Pieces {
    /// Manifests of packages that lie in the tree as npm installs them: they are components, and
    /// what they ask for is not what the server asks for.
    fn installed(&mut self) {
        let inside = |file: &str| file.split('/').any(|part| part == "node_modules");
        let all = std::mem::take(&mut self.manifests);
        for manifest in all {
            if manifest.ecosystem != Ecosystem::Npm || !inside(&manifest.file) {
                self.manifests.push(manifest);
                continue;
            }
            // A folder of a package may hold further manifests that name no package.
            let (Some(name), Some(_)) = (manifest.name, &manifest.version) else { continue };
            let mut made = component(Ecosystem::Npm, name, &manifest.file, 1);
            made.version = manifest.version;
            made.licence = manifest.licence;
            made.install_scripts = Some(!manifest.install_scripts.is_empty());
            made.source = Source::Path(folder(&manifest.file).to_owned());
            made.pinning = warden_model::Pinning::Local;
            let needed = manifest.requirements.iter().filter(|asked| !asked.kind.is_development());
            made.depends = needed.map(|asked| (asked.name.clone(), None)).collect();
            self.supply.components.push(made);
        }
    }

    /// The manifests of an ecosystem in a folder; where there is none, one that says nothing.
    fn beside(&mut self, ecosystem: Ecosystem, place: &str, file: &str) -> Vec<&mut Manifest> {
        let is = |made: &Manifest| made.ecosystem == ecosystem && folder(&made.file) == place;
        if !self.manifests.iter().any(is) {
            self.manifests.push(blank(file, ecosystem));
        }
        self.manifests.iter_mut().filter(|made| is(made)).collect()
    }

    fn set(&mut self, settings: Vec<(Ecosystem, RegistrySetting)>) {
        let mut places: BTreeMap<(Ecosystem, String), Vec<RegistrySetting>> = BTreeMap::new();
        for (ecosystem, setting) in settings {
            // Cargo's settings lie one folder further down.
            let file = setting.file.clone();
            let outer = file.strip_suffix("/config.toml").or_else(|| file.strip_suffix("/config"));
            let place = outer.filter(|_| ecosystem == Ecosystem::Cargo).unwrap_or(&file).to_owned();
            places.entry((ecosystem, place)).or_default().push(setting);
        }
        for ((ecosystem, place), settings) in places {
            let file = settings.first().map_or_else(String::new, |set| set.file.clone());
            // What a manifest sets holds for it alone.
            if let Some(own) = self.manifests.iter_mut().find(|made| made.file == file) {
                own.registries.extend(settings);
                continue;
            }
            for manifest in self.beside(ecosystem, folder(&place), &file) {
                manifest.registries.extend(settings.iter().cloned());
            }
        }
    }

    fn run(&mut self, scripts: Vec<(&str, (Ecosystem, String, String))>) {
        for (file, (ecosystem, name, command)) in scripts {
            // `build.rs` and the like are only special beside a manifest.
            let place = folder(file);
            let known =
                |made: &Manifest| made.ecosystem == ecosystem && folder(&made.file) == place;
            if ecosystem != Ecosystem::PyPi && !self.manifests.iter().any(known) {
                continue;
            }
            let mut told = false;
            for manifest in self.beside(ecosystem, place, file) {
                told |= manifest.name.is_some() || !manifest.requirements.is_empty();
                let runs =
                    |wanted: &str| manifest.install_scripts.iter().any(|(name, _)| name == wanted);
                // npm builds native code only where nothing else is to be run.
                let taken = runs(&name) || ecosystem == Ecosystem::Npm && runs("preinstall");
                if !taken && !is_built(&manifest.file) {
                    manifest.install_scripts.push((name.clone(), command.clone()));
                }
                manifest.dynamic |= manifest.file == file;
            }
            if ecosystem == Ecosystem::PyPi && !told {
                let detail = "what `setup.py` asks for is only known when it runs".to_owned();
                let file = file.to_owned();
                self.supply.gaps.push(Gap { file, line: 1, kind: GapKind::Dynamic, detail });
            }
        }
    }

    /// Other files of requirements: those that were read by themselves are no gap.
    fn follow(&mut self, files: &[String], includes: Vec<(&str, (String, u32))>) {
        for (file, (target, line)) in includes {
            let path = below(folder(file), &target).filter(|_| !target.contains("://"));
            let read = path.is_some_and(|path| files.binary_search(&path).is_ok());
            if !read {
                let detail = format!("it includes `{target}`, which was not read");
                let file = file.to_owned();
                self.supply.gaps.push(Gap { file, line, kind: GapKind::Include, detail });
            }
        }
    }

    /// Lock files of one project that name different versions, or different digests of one.
    fn disagree(&mut self) {
        let mut projects: BTreeMap<(Ecosystem, &str, &str), &Lock> = BTreeMap::new();
        let mut gaps = Vec::new();
        for lock in &self.locks {
            let pair = table::of_path(&lock.file).and_then(|format| format.locks.first());
            let key = (lock.ecosystem, folder(&lock.file), pair.copied().unwrap_or(""));
            match projects.get(&key) {
                Some(first) => gaps.extend(compare::locks(first, lock)),
                None => {
                    projects.insert(key, lock);
                }
            }
        }
        self.supply.gaps.append(&mut gaps);
    }

    fn finish(mut self) -> Supply {
        self.floating();
        self.modules();
        for lock in &mut self.locks {
            lock.name_depends();
            let gap = |kind, line, detail| Gap { file: lock.file.clone(), line, kind, detail };
            if lock.missing.0 > 0 {
                let detail = format!("{} dependencies are named and not held", lock.missing.0);
                self.supply.gaps.push(gap(GapKind::Incomplete, lock.missing.1, detail));
            }
            if lock.crowded > 0 {
                let detail = format!("{} packages more than can have one name", lock.crowded);
                self.supply.gaps.push(gap(GapKind::TooLarge, 0, detail));
            }
            let origins = lock.hosts.iter().map(|(host, packages)| Origin {
                file: lock.file.clone(),
                ecosystem: lock.ecosystem,
                host: host.clone(),
                packages: *packages,
            });
            self.supply.origins.extend(origins);
            let nodes = std::mem::take(&mut lock.nodes).into_iter();
            let told = nodes.filter(|node| !node.own).map(|node| node.component);
            self.supply.components.extend(told);
        }
        self.supply.manifests = self.manifests;
        self.supply
    }

    /// What is asked for and held by no lock file.
    fn floating(&mut self) {
        let mut sources: HashMap<(Ecosystem, &str), HashSet<&str>> = HashMap::new();
        for made in self.manifests.iter().filter(|made| !is_built(&made.file)) {
            if let Some(name) = &made.name {
                let names = made.requirements.iter().map(|asked| asked.name.as_str());
                sources.entry((made.ecosystem, name)).or_default().extend(names);
            }
        }
        for (made, held) in self.manifests.iter().zip(&self.held) {
            if made.ecosystem == Ecosystem::Go {
                continue;
            }
            let name = made.name.as_deref().unwrap_or("");
            let source = sources.get(&(made.ecosystem, name)).filter(|_| is_built(&made.file));
            for (asked, held) in made.requirements.iter().zip(held) {
                // What was built repeats what its source asks for.
                let repeated = source.is_some_and(|names| names.contains(asked.name.as_str()));
                if !held && !repeated && asked.kind != RequirementKind::Constraint {
                    self.supply.components.push(asked_for(made, asked));
                }
            }
        }
    }

    /// Modules of Go, whose manifest is their lock file.
    fn modules(&mut self) {
        let mut sums = std::mem::take(&mut self.sums);
        for made in self.manifests.iter().filter(|made| made.ecosystem == Ecosystem::Go) {
            let sums = sums.remove(folder(&made.file));
            let (mut components, mut gaps) = go::components(Some(made), sums.as_ref());
            self.supply.components.append(&mut components);
            self.supply.gaps.append(&mut gaps);
        }
        for sums in sums.values() {
            let (mut components, mut gaps) = go::components(None, Some(sums));
            self.supply.components.append(&mut components);
            self.supply.gaps.append(&mut gaps);
        }
    }
}

/// A package of which only is known what was asked for.
fn asked_for(manifest: &Manifest, asked: &Requirement) -> Component {
    let mut made = component(manifest.ecosystem, asked.name.clone(), &manifest.file, asked.line);
    made.version.clone_from(&asked.version);
    made.requirement.clone_from(&asked.requirement);
    made.hashes.clone_from(&asked.hashes);
    made.pinning = asked.pinning;
    made.source = asked.source.clone();
    made.direct = asked.kind != RequirementKind::Indirect;
    made.development = asked.kind.is_development();
    made
}
