//! What is judged: components and manifests as a collector read them, and facts of registries.

use std::collections::BTreeMap;

use warden_model::{Component, Ecosystem};

use super::provenance::Origin;

/// What a server is built from.
#[derive(Clone, Debug, Default)]
pub struct Supply {
    /// What the server is called in findings.
    pub server: String,
    /// Every package, once for each file that names it, in any order.
    pub components: Vec<Component>,
    /// Every manifest, in any order.
    pub manifests: Vec<Manifest>,
    /// What registries tell of packages, by ecosystem, name and version; may be empty.
    pub facts: BTreeMap<(Ecosystem, String, String), Facts>,
}

/// What a project says of itself and of where its packages are from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Manifest {
    /// The file, as the components name it.
    pub file: String,
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// What the project is called, as the ecosystem compares names.
    pub name: Option<String>,
    /// What it asks for.
    pub asked: Vec<Asked>,
    /// Where its packages are looked for, if that is set.
    pub registries: Vec<RegistryUse>,
    /// What a lock file that holds for it lacks.
    pub stale: Vec<Stale>,
}

/// A package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The package, as the ecosystem compares names.
    pub name: String,
    /// The line in the manifest, from 1; 0 where there is none.
    pub line: u32,
}

/// A setting that says where packages are looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistryUse {
    /// For which packages.
    pub holds: Holds,
    /// The address, without credentials.
    pub url: String,
    /// The file with the setting.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
}

/// For which packages a registry is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// For all of them, and no other registry.
    Default,
    /// For all of them, besides another registry: whichever has the higher version wins.
    Extra,
    /// For the packages of one scope, written with its `@`.
    Scope(String),
    /// For packages that name it.
    Named(String),
    /// A page or folder of archives, besides registries.
    Links,
}

/// A lock file and its manifest do not agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stale {
    /// The lock file.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// What is wrong, with names from the files at most.
    pub detail: String,
}

/// What a registry tells of one version of a package. Nothing in it is required: what is not known
/// is not judged, and nothing is better for not being known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When this version was published, in seconds since 1970.
    pub published: Option<i64>,
    /// Who may publish the package.
    pub maintainers: Option<Vec<String>>,
    /// Who published this version.
    pub publisher: Option<String>,
    /// Why the registry or its maintainers advise against it; empty if they do without a reason.
    pub deprecated: Option<String>,
    /// Whether it was taken back after it had been published.
    pub yanked: bool,
    /// What is told of the version before this one.
    pub previous: Option<Previous>,
    /// What is known of where it was built.
    pub origin: Origin,
}

/// What a registry tells of the version before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// The version.
    pub version: String,
    /// When it was published, in seconds since 1970.
    pub published: Option<i64>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Whether it ran code when it was installed.
    pub install_scripts: Option<bool>,
}
