//! A lock file as a graph: packages, what each depends on, and who asks for them.

use std::collections::{BTreeMap, HashMap};

use warden_model::{Component, Ecosystem};

use super::{Requirement, RequirementKind, address, hash};

/// How many packages one key may mean. With more, a small file could ask for a graph in which
/// everything depends on everything.
const CROWD: usize = 32;

/// What a lock file says.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) ecosystem: Ecosystem,
    pub(super) file: String,
    /// Its packages.
    pub(super) nodes: Vec<Locked>,
    /// From what may be asked for to the packages that it may mean.
    pub(super) keys: HashMap<String, Vec<usize>>,
    /// How `keys` are written.
    pub(super) keyed: Keyed,
    /// The projects that it was made for, as far as it tells.
    pub(super) importers: Vec<Importer>,
    /// Whether it says which package depends on which.
    pub(super) graph: bool,
    /// Which groups of what a manifest asks for it is made for.
    pub(super) covers: Covers,
    /// Where packages were fetched from, and how many.
    pub(super) hosts: BTreeMap<String, usize>,
    /// How many dependencies it names that it does not hold, and the first line that does.
    pub(super) missing: (usize, u32),
    /// How many packages were not put under their key, since too many were there.
    pub(super) crowded: usize,
}

/// One package.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) component: Component,
    /// The packages that it depends on.
    pub(super) needs: Vec<usize>,
    /// Names that it depends on and that the file does not hold.
    pub(super) lost: Vec<String>,
    /// Whether it is the project itself, and no package that it depends on.
    pub(super) own: bool,
    /// Whether the file says that it is for development alone.
    pub(super) development: Option<bool>,
}

/// How packages are found for what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyed {
    /// By name.
    Name,
    /// By `name@range`.
    Range,
    /// By `name@protocol:range`.
    Protocol,
}

/// Which part of what a manifest asks for a lock file has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covers {
    /// All of it.
    All,
    /// What is needed to run.
    Run,
    /// What is needed to run here: conditions were resolved when it was written.
    Here,
}

/// A project that a lock file was made for.
#[derive(Debug)]
pub(super) struct Importer {
    /// Its folder, below that of the lock file; none where only its name is known.
    pub(super) folder: Option<String>,
    /// Its name.
    pub(super) name: Option<String>,
    /// Its place among the packages, if it stands there.
    pub(super) node: Option<usize>,
    /// What it asks for; none where the file does not tell.
    pub(super) asks: Vec<Ask>,
    /// Whether the ranges in `asks` are those of the manifest as written.
    pub(super) ranges: bool,
    /// Whether it is the server itself or a part of it, and no package beside it.
    pub(super) own: bool,
}

/// One thing that a project asks for.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) name: String,
    pub(super) requirement: Option<String>,
    pub(super) kind: RequirementKind,
    pub(super) found: Vec<usize>,
}

impl Lock {
    pub(super) fn new(ecosystem: Ecosystem, file: &str, keyed: Keyed) -> Self {
        Self {
            ecosystem,
            file: file.to_owned(),
            nodes: Vec::new(),
            keys: HashMap::new(),
            keyed,
            importers: Vec::new(),
            graph: true,
            covers: Covers::All,
            hosts: BTreeMap::new(),
            missing: (0, 0),
            crowded: 0,
        }
    }

    /// Adds a package.
    pub(super) fn push(&mut self, mut component: Component) -> usize {
        hash::rank(&mut component.hashes);
        let node = Locked {
            component,
            needs: Vec::new(),
            lost: Vec::new(),
            own: false,
            development: None,
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Says that this may be asked for under a key.
    pub(super) fn key(&mut self, key: String, node: usize) {
        let meant = self.keys.entry(key).or_default();
        if meant.len() < CROWD {
            meant.push(node);
        } else {
            self.crowded += 1;
        }
    }

    /// The packages of a key.
    pub(super) fn of_key(&self, key: &str) -> &[usize] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// Notes where a package was fetched from.
    pub(super) fn fetched(&mut self, url: &str) {
        if let Some(host) = address::host(url) {
            *self.hosts.entry(host).or_default() += 1;
        }
    }

    /// Notes that one package depends on others; `named` is what it was asked for as, for when
    /// there are none.
    pub(super) fn need(&mut self, from: usize, found: &[usize], named: &str, optional: bool) {
        let Some(node) = self.nodes.get_mut(from) else { return };
        node.needs.extend_from_slice(found);
        if found.is_empty() && !optional {
            node.lost.push(named.to_owned());
            if self.missing.0 == 0 {
                self.missing.1 = node.component.line;
            }
            self.missing.0 += 1;
        }
    }

    /// The packages that a requirement means.
    pub(super) fn find(&self, asked: &Requirement) -> &[usize] {
        let name = asked.alias.as_deref().unwrap_or(&asked.name);
        let range = asked.requirement.as_deref().unwrap_or("");
        match self.keyed {
            Keyed::Name => self.of_key(name),
            Keyed::Range => self.of_key(&format!("{name}@{range}")),
            Keyed::Protocol => {
                let found = self.of_key(&format!("{name}@npm:{range}"));
                if found.is_empty() { self.of_key(&format!("{name}@{range}")) } else { found }
            }
        }
    }

    /// Says of every package whether the project itself asks for it, and whether it is reached
    /// from what is asked for development alone. What nothing leads to counts as used.
    pub(super) fn mark(&mut self, roots: &[(usize, RequirementKind)]) {
        let of = |development: bool| {
            let wanted = roots.iter().filter(move |(_, kind)| kind.is_development() == development);
            self.reached(wanted.map(|(node, _)| *node).collect())
        };
        let (running, developing) = (of(false), of(true));
        let whole = self.graph && !roots.is_empty();
        for (at, node) in self.nodes.iter_mut().enumerate() {
            let is = |reached: &[bool]| reached.get(at).copied().unwrap_or(false);
            let told = node.development.unwrap_or(false);
            let only = is(&developing) && !is(&running);
            node.component.development = if whole { only } else { only || told && !is(&running) };
        }
        for (root, _) in roots {
            if let Some(node) = self.nodes.get_mut(*root) {
                node.component.direct = true;
            }
        }
    }

    fn reached(&self, mut open: Vec<usize>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        while let Some(at) = open.pop() {
            let Some(seen) = reached.get_mut(at).filter(|seen| !**seen) else { continue };
            *seen = true;
            open.extend(self.nodes.get(at).map_or(&[][..], |node| &node.needs));
        }
        reached
    }

    /// Writes into every package what it depends on.
    pub(super) fn name_depends(&mut self) {
        let mut depends = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let known = node.needs.iter().filter_map(|at| self.nodes.get(*at));
            let known = known.map(|to| (to.component.name.clone(), to.component.version.clone()));
            // An entry with extras needs the one without, which is the same package.
            let own = (node.component.name.clone(), node.component.version.clone());
            let known = known.filter(|to| *to != own);
            let lost = node.lost.iter().map(|name| (name.clone(), None));
            let mut all: Vec<_> = known.chain(lost).collect();
            all.sort();
            all.dedup();
            depends.push(all);
        }
        for (node, depends) in self.nodes.iter_mut().zip(depends) {
            node.component.depends = depends;
        }
    }
}
