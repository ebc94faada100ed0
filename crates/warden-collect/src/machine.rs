//! What is to be looked at: a machine, or the tree of one that is mounted somewhere.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

/// Which layout of directories applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Os {
    /// Linux and other systems with XDG directories.
    Linux,
    /// macOS
    MacOs,
    /// Windows
    Windows,
}

impl Os {
    /// Every layout.
    pub const ALL: &[Self] = &[Self::Linux, Self::MacOs, Self::Windows];
}

/// A machine as the caller sees it. Nothing else about the surroundings is read.
#[derive(Clone, Debug)]
pub struct Machine {
    /// A tree that holds another machine's files. Its home directories are found, and every
    /// layout is tried.
    pub root: Option<PathBuf>,
    /// The home directories, that of the caller first.
    pub homes: Vec<PathBuf>,
    /// The layout of this machine.
    pub os: Os,
    /// Environment variables of the caller; only those that relocate clients are looked at.
    pub env: BTreeMap<String, String>,
    /// Where the caller is: taken for an opened project.
    pub cwd: Option<PathBuf>,
}

/// What a person may want to see while files are read. `()` shows nothing.
pub trait Progress: Sync {
    /// So many files are to be read.
    fn total(&self, _files: usize) {}

    /// One of them was read.
    fn step(&self) {}
}

impl Progress for () {}

/// One home directory with what is needed to find and to name its files.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) path: PathBuf,
    /// How paths below it begin when people see them.
    pub(crate) label: String,
    pub(crate) layouts: Vec<Os>,
    /// Relocations, if it is the caller's own home.
    pub(crate) env: BTreeMap<String, String>,
}

/// The machine as the engine sees it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) root: Option<PathBuf>,
    pub(crate) homes: Vec<Home>,
    pub(crate) layouts: Vec<Os>,
    pub(crate) env: BTreeMap<String, String>,
}

impl World {
    pub(crate) fn of(machine: &Machine) -> Self {
        let (paths, layouts) = match &machine.root {
            Some(root) => (homes_below(root), Os::ALL.to_vec()),
            None => (machine.homes.clone(), vec![machine.os]),
        };
        let env = if machine.root.is_some() { BTreeMap::new() } else { machine.env.clone() };
        let alone = paths.len() == 1;
        let homes = paths.into_iter().enumerate().map(|(index, path)| Home {
            label: if alone { "~".to_owned() } else { format!("~{}", last_name(&path)) },
            layouts: layouts.clone(),
            env: if index == 0 { env.clone() } else { BTreeMap::new() },
            path,
        });
        Self { homes: homes.collect(), root: machine.root.clone(), layouts, env }
    }

    /// The path as people see it: from home, from the root, or as it is.
    pub(crate) fn shown(&self, path: &Path) -> String {
        for home in &self.homes {
            if let Ok(rest) = path.strip_prefix(&home.path) {
                return joined(&home.label, rest);
            }
        }
        match self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(rest) => joined("", rest),
            None => slashes(path),
        }
    }

    /// The user who starts what stands in a file, by the path that people see: whose home it is in,
    /// or else, on this machine, whoever asks. A home is called like its user.
    pub(crate) fn user_of(&self, shown: &str) -> Option<String> {
        let own = |home: &&Home| {
            shown.strip_prefix(&home.label).is_some_and(|rest| rest.starts_with('/'))
        };
        let caller = || self.homes.first().filter(|_| self.root.is_none());
        let home = self.homes.iter().find(own).or_else(caller)?;
        Some(last_name(&home.path)).filter(|name| !name.is_empty())
    }

    /// What a file must not leave: the root, its home, or else its own directory `own`.
    pub(crate) fn boundary(&self, path: &Path, own: &Path) -> PathBuf {
        if let Some(root) = &self.root {
            return root.clone();
        }
        let home = self.homes.iter().find(|home| path.starts_with(&home.path));
        home.map_or_else(|| own.to_owned(), |home| home.path.clone())
    }

    /// Where a path that a client wrote down lies now, if it is there. A tree that was mounted or
    /// a home that was moved still holds the paths it had.
    pub(crate) fn locate(&self, written: &str, home: &Home) -> Option<PathBuf> {
        let written = written.replace('\\', "/");
        let parts: Vec<&str> = written.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() || parts.contains(&"..") {
            return None;
        }
        let absolute = match &self.root {
            Some(root) => below(root, &parts),
            None => PathBuf::from(&written),
        };
        if (self.root.is_some() || absolute.is_absolute()) && absolute.is_dir() {
            return Some(absolute);
        }
        let owner = parts.iter().position(|part| matches!(*part, "home" | "Users"))?;
        let drive = owner == 0 || (owner == 1 && parts.first()?.ends_with(':'));
        let rest = parts.get(owner + 2..).filter(|rest| drive && !rest.is_empty())?;
        Some(below(&home.path, rest)).filter(|path| path.is_dir())
    }
}

fn below(base: &Path, parts: &[&str]) -> PathBuf {
    parts.iter().fold(base.to_owned(), |path, part| path.join(part))
}

fn last_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn joined(label: &str, rest: &Path) -> String {
    let rest = slashes(rest);
    if rest.is_empty() { format!("{label}/") } else { format!("{label}/{rest}") }
}

/// A path with `/` between its parts, on every system.
pub(crate) fn slashes(path: &Path) -> String {
    let mut out = String::new();
    for part in path.components() {
        if !out.is_empty() && !out.ends_with('/') && !matches!(part, Component::RootDir) {
            out.push('/');
        }
        match part {
            Component::RootDir => out.push('/'),
            part => out.push_str(&part.as_os_str().to_string_lossy()),
        }
    }
    out
}

/// The home directories in a mounted tree, in the order of their paths.
fn homes_below(root: &Path) -> Vec<PathBuf> {
    let mut homes = Vec::new();
    for parent in ["home", "Users", "C:/Users", "c/Users", "C/Users"] {
        homes.extend(directories(&root.join(parent)));
    }
    homes.extend(Some(root.join("root")).filter(|path| path.is_dir()));
    homes
}

fn directories(parent: &Path) -> Vec<PathBuf> {
    // A parent that is not there has no homes; one that cannot be listed is reported by the engine.
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let is_directory =
        |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<_> =
        entries.flatten().filter(is_directory).map(|entry| entry.path()).collect();
    found.sort();
    found
}
