//! What a server is built from, as the collector read it and as it was fetched, for the rules.

use std::collections::{BTreeMap, BTreeSet};

use warden_collect::{
    fetch::{self, Fetched, FetchedDependency, RegistryFacts},
    supply as read,
};
use warden_model::{Component, Digest, Ecosystem, Pinning, Source};
use warden_scan::supply::{self as judged, provenance::Origin};

/// What a part is called that no file names: it was resolved for this certification.
const RESOLVED: &str = "(resolved)";

/// Everything that a server is built from.
pub(crate) fn of(
    read: read::Supply,
    fetched: Option<&Fetched>,
    origin: &Origin,
    server: &str,
) -> judged::Supply {
    let stale = stale(&read.gaps);
    let mut components = read.components;
    let mut facts = BTreeMap::new();
    if let Some(fetched) = fetched {
        let resolved = resolved(fetched);
        if fetched.what == fetch::Kind::Npm || fetched.what == fetch::Kind::PyPi {
            // What the package asks for is what was resolved for it, and what it is built and tested
            // with comes with no installation.
            let known: BTreeSet<&str> = resolved.iter().map(|part| part.name.as_str()).collect();
            components.retain(|part| !part.development && !known.contains(part.name.as_str()));
        }
        components.extend(itself(fetched));
        components.extend(resolved);
        facts.extend(known(fetched, origin));
    }
    let manifest = |manifest: read::Manifest| judged::Manifest {
        ecosystem: manifest.ecosystem,
        name: manifest.name,
        asked: manifest.requirements.into_iter().map(asked).collect(),
        registries: manifest.registries.into_iter().map(registry).collect(),
        stale: stale.get(&manifest.file).cloned().unwrap_or_default(),
        file: manifest.file,
    };
    judged::Supply {
        server: server.to_owned(),
        components,
        manifests: read.manifests.into_iter().map(manifest).collect(),
        facts,
    }
}

fn asked(requirement: read::Requirement) -> judged::Asked {
    judged::Asked { name: requirement.name, line: requirement.line }
}

fn registry(setting: read::RegistrySetting) -> judged::RegistryUse {
    let holds = match setting.holds {
        read::RegistryUse::Default => judged::Holds::Default,
        read::RegistryUse::Extra => judged::Holds::Extra,
        read::RegistryUse::Scope(scope) => judged::Holds::Scope(scope),
        read::RegistryUse::Named(name) => judged::Holds::Named(name),
        read::RegistryUse::Links => judged::Holds::Links,
    };
    judged::RegistryUse { holds, url: setting.url, file: setting.file, line: setting.line }
}

/// What lock files lack, by the file that is told of.
fn stale(gaps: &[read::Gap]) -> BTreeMap<String, Vec<judged::Stale>> {
    let mut all: BTreeMap<String, Vec<judged::Stale>> = BTreeMap::new();
    for gap in gaps.iter().filter(|gap| gap.kind == read::GapKind::OutOfDate) {
        let stale =
            judged::Stale { file: gap.file.clone(), line: gap.line, detail: gap.detail.clone() };
        all.entry(gap.file.clone()).or_default().push(stale);
    }
    all
}

/// The package that was asked for: an advisory may be about it as about any other.
fn itself(fetched: &Fetched) -> Option<Component> {
    let ecosystem = ecosystem(fetched.what)?;
    let registry = fetched.registry.as_ref();
    Some(Component {
        ecosystem,
        name: judged::osv::normal_name(ecosystem, &fetched.name),
        version: fetched.version.clone(),
        requirement: None,
        hashes: hashes(fetched.archive),
        pinning: Pinning::Digest,
        source: Source::Registry,
        direct: true,
        development: false,
        install_scripts: None,
        licence: registry.and_then(|registry| registry.licence.clone()),
        depends: Vec::new(),
        file: RESOLVED.into(),
        line: 0,
    })
}

/// What was resolved and fetched.
fn resolved(fetched: &Fetched) -> Vec<Component> {
    let Some(ecosystem) = ecosystem(fetched.what) else { return Vec::new() };
    fetched.dependencies.iter().map(|dependency| component(ecosystem, dependency)).collect()
}

const fn ecosystem(kind: fetch::Kind) -> Option<Ecosystem> {
    match kind {
        fetch::Kind::Npm => Some(Ecosystem::Npm),
        fetch::Kind::PyPi => Some(Ecosystem::PyPi),
        fetch::Kind::Git | fetch::Kind::Image | fetch::Kind::Folder | fetch::Kind::File => None,
    }
}

fn component(ecosystem: Ecosystem, dependency: &FetchedDependency) -> Component {
    let hashes = hashes(dependency.archive);
    // Below the root there is one folder between names and the top.
    let direct = dependency.place.matches("node_modules/").count() <= 1;
    Component {
        ecosystem,
        name: judged::osv::normal_name(ecosystem, &dependency.name),
        version: Some(dependency.version.clone()),
        requirement: None,
        pinning: if hashes.is_empty() { Pinning::Exact } else { Pinning::Digest },
        hashes,
        source: Source::Registry,
        direct,
        development: false,
        install_scripts: Some(dependency.install_script),
        licence: dependency.licence.clone(),
        depends: dependency
            .requires
            .iter()
            .map(|(name, _)| (judged::osv::normal_name(ecosystem, name), None))
            .collect(),
        file: RESOLVED.into(),
        line: 0,
    }
}

/// The digest of an archive as components have it.
fn hashes(archive: Option<Digest>) -> Vec<String> {
    archive.iter().map(Digest::to_string).collect()
}

/// What the registry tells of the package itself.
fn known(
    fetched: &Fetched,
    origin: &Origin,
) -> Option<((Ecosystem, String, String), judged::Facts)> {
    let ecosystem = ecosystem(fetched.what)?;
    let version = fetched.version.clone()?;
    let RegistryFacts { published, deprecated, yanked, .. } = fetched.registry.as_ref()?;
    let published = published.as_deref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let facts = judged::Facts {
        published: published.map(jiff::Timestamp::as_second),
        deprecated: deprecated.clone(),
        yanked: *yanked,
        origin: origin.clone(),
        ..judged::Facts::default()
    };
    Some(((ecosystem, judged::osv::normal_name(ecosystem, &fetched.name), version), facts))
}
