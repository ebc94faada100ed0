//! What a server is built from: reads manifests and lock files of npm, PyPI, Go and Cargo.
//!
//! [`read`] takes the files of a tree by their names, from one table of formats, and joins what a
//! manifest asks for with what the lock file beside it names. What asks and is not locked floats.
//! Everything that should have been read and was not is a [`Gap`]; nothing is fetched or run.
//!
//! Versions are text here: which of two is newer, and whether one is in a range, is not decided.

mod address;
mod cargo;
mod file;
mod go;
mod graph;
mod hash;
mod join;
mod name;
mod nest;
mod npm;
mod python;
mod settle;
mod table;
#[cfg(test)]
mod tests;

use warden_model::{Component, Ecosystem, Pinning, Source, SourceTree};

pub use name::pypi as pypi_name;
pub use table::is_read;

/// How large a manifest or lock file may be.
pub const SUPPLY_CAP: usize = 64 << 20;

/// How many entries one file may hold.
pub const ENTRY_CAP: usize = 200_000;

/// How many manifests and lock files of one tree are read.
pub const FILES_CAP: usize = 5_000;

/// The packages of a tree, as far as its files tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    /// Every manifest, in the order of their files.
    pub manifests: Vec<Manifest>,
    /// Every package once for each file that names it, in order.
    pub components: Vec<Component>,
    /// The places that packages were fetched from when the lock files were written.
    pub origins: Vec<Origin>,
    /// What could not be read, or contradicts itself.
    pub gaps: Vec<Gap>,
}

/// What a project says of itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Manifest {
    /// The file.
    pub file: String,
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name, as the ecosystem compares names.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its licence as written.
    pub licence: Option<String>,
    /// The repository that it says it is from, without credentials.
    pub repository: Option<String>,
    /// The runtimes that it wants, with the range.
    pub engines: Vec<(String, String)>,
    /// What runs when it is installed or built on the way: what it is called, and the command.
    pub install_scripts: Vec<(String, String)>,
    /// The commands that it installs, with what they run.
    pub bin: Vec<(String, String)>,
    /// What it asks for.
    pub requirements: Vec<Requirement>,
    /// Packages that it carries inside itself; `*` for all that it asks for.
    pub bundled: Vec<String>,
    /// Where its packages are looked for, where that is set beside it.
    pub registries: Vec<RegistrySetting>,
    /// The lock files that hold for it.
    pub locks: Vec<String>,
    /// Whether folders below belong to the same project and share its lock file.
    pub workspace: bool,
    /// Whether part of what it asks for is found out by code, or by a tool that is not run.
    pub dynamic: bool,
}

/// One package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The package, as the ecosystem compares names.
    pub name: String,
    /// The name under which it is used, where that is another.
    pub alias: Option<String>,
    /// The range as written, without credentials.
    pub requirement: Option<String>,
    /// The one version that it allows.
    pub version: Option<String>,
    /// Digests that it allows, as `algorithm:hex`.
    pub hashes: Vec<String>,
    /// How firmly it chooses.
    pub pinning: Pinning,
    /// Where the package comes from.
    pub source: Source,
    /// What it is for.
    pub kind: RequirementKind,
    /// The condition under which it holds, as written.
    pub marker: Option<String>,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
}

/// What a package is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequirementKind {
    /// To run.
    Normal,
    /// To run, where it can be had or is wanted: an optional dependency or an extra.
    Optional,
    /// To run, and whoever installs the project has to bring it.
    Peer,
    /// To develop and test.
    Development,
    /// To build.
    Build,
    /// By something else that is asked for; it stands here since the file names everything.
    Indirect,
    /// Only its version is bounded here, should anything ask for it.
    Constraint,
}

impl RequirementKind {
    /// Whether it has no part in running the server.
    #[must_use]
    pub const fn is_development(self) -> bool {
        match self {
            Self::Development | Self::Build => true,
            Self::Normal | Self::Optional | Self::Peer | Self::Indirect | Self::Constraint => false,
        }
    }
}

/// A setting that says where packages are looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistrySetting {
    /// For which packages.
    pub holds: RegistryUse,
    /// The address, without credentials.
    pub url: String,
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
}

/// For which packages a registry is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistryUse {
    /// For all.
    Default,
    /// For all, besides the default.
    Extra,
    /// For the packages of a scope, written with its `@`.
    Scope(String),
    /// For the packages that name it.
    Named(String),
    /// A page or folder of archives, besides registries.
    Links,
}

/// A place that a lock file says packages were fetched from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The lock file.
    pub file: String,
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The address without path and credentials.
    pub host: String,
    /// How many packages are from there.
    pub packages: usize,
}

/// Something about the supply chain that is not known, or not certain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// What kind of gap it is.
    pub kind: GapKind,
    /// What is missing. It holds names from the file at most, never a value that could be secret.
    pub detail: String,
}

/// The kinds of gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// The file is larger, deeper or fuller than is read.
    TooLarge,
    /// The file is not in its format.
    Malformed,
    /// A key stands twice in one object, so that readers differ about it.
    Duplicate,
    /// The file is of a version, or has a part, that is not known.
    Unknown,
    /// Entries could not be understood.
    Entries,
    /// The file refers to another that was not read.
    Include,
    /// What is asked for is only known to code or a tool that was not run.
    Dynamic,
    /// The lock file lacks what the manifest asks for.
    OutOfDate,
    /// The lock file lacks what a package in it depends on.
    Incomplete,
    /// Two lock files, or two entries, contradict each other.
    Disagree,
}

/// Reads every manifest and lock file of a tree. Files are named as the tree shows them.
#[must_use]
pub fn read(tree: &SourceTree) -> Supply {
    let files = tree.files.iter().map(|file| (tree.shown(&file.path), file.bytes.as_slice()));
    read_files(files)
}

/// Reads those of the files that are manifests or lock files. The order does not matter; of two
/// files with one path the result names a gap, since nobody can tell which one counts.
#[must_use]
pub fn read_files<'a, P: Into<String>>(files: impl IntoIterator<Item = (P, &'a [u8])>) -> Supply {
    let mut wanted: Vec<(String, &[u8])> = files
        .into_iter()
        .map(|(path, bytes)| (path.into(), bytes))
        .filter(|(path, _)| is_read(path))
        .collect();
    wanted.sort();
    let mut gaps = Vec::new();
    wanted.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same && later.1 != first.1 {
            gaps.push(Gap {
                file: later.0.clone(),
                line: 0,
                kind: GapKind::Duplicate,
                detail: "the tree holds two different files of this path".into(),
            });
        }
        same
    });
    if wanted.len() > FILES_CAP {
        gaps.push(Gap {
            file: String::new(),
            line: 0,
            kind: GapKind::TooLarge,
            detail: format!(
                "{} manifests and lock files, of which {FILES_CAP} are read",
                wanted.len()
            ),
        });
        wanted.truncate(FILES_CAP);
    }
    let readings = wanted.iter().map(|(path, bytes)| table::reading(path, bytes)).collect();
    let paths: Vec<String> = wanted.into_iter().map(|(path, _)| path).collect();
    let mut supply = join::join(&paths, readings);
    supply.gaps.append(&mut gaps);
    settle::settle(supply)
}
