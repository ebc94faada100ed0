//! The last step: each package once for each file, everything in order.

use std::collections::BTreeMap;

use warden_model::{Component, Ecosystem, Source};

use super::{Gap, GapKind, Supply, hash};

/// What makes two entries of a file the same package.
type Key = (String, Ecosystem, String, Option<String>, Source, Option<String>);

/// Merges entries about one package, and puts everything into its order.
pub(super) fn settle(mut supply: Supply) -> Supply {
    let mut all: BTreeMap<Key, Component> = BTreeMap::new();
    let mut contradicted: BTreeMap<String, (usize, String, u32)> = BTreeMap::new();
    for made in std::mem::take(&mut supply.components) {
        // Where no version is known, the range is what tells two entries apart.
        let range = made.requirement.clone().filter(|_| made.version.is_none());
        let key = (
            made.file.clone(),
            made.ecosystem,
            made.name.clone(),
            made.version.clone(),
            made.source.clone(),
            range,
        );
        let Some(known) = all.get_mut(&key) else {
            all.insert(key, made);
            continue;
        };
        if hash::contradict(&known.hashes, &made.hashes) {
            let entry = contradicted
                .entry(made.file.clone())
                .or_insert_with(|| (0, made.name.clone(), made.line));
            entry.0 += 1;
        }
        merge(known, made);
    }
    for (file, (count, first, line)) in contradicted {
        let detail =
            format!("entries give different digests for {count} packages, the first `{first}`");
        supply.gaps.push(Gap { file, line, kind: GapKind::Disagree, detail });
    }
    supply.components = all.into_values().collect();
    supply.components.sort();
    for manifest in &mut supply.manifests {
        manifest.requirements.sort();
        manifest.requirements.dedup();
        manifest.registries.sort();
        manifest.registries.dedup();
        manifest.install_scripts.sort();
        manifest.bin.sort();
        manifest.engines.sort();
        manifest.bundled.sort();
        manifest.locks.sort();
        manifest.locks.dedup();
    }
    supply.manifests.sort();
    supply.origins.sort();
    supply.gaps.sort();
    supply.gaps.dedup();
    supply
}

/// Adds what another entry of the same package says. What is less safe wins.
fn merge(known: &mut Component, other: Component) {
    known.hashes.extend(other.hashes);
    hash::rank(&mut known.hashes);
    known.depends.extend(other.depends);
    known.depends.sort();
    known.depends.dedup();
    known.pinning = known.pinning.max(other.pinning);
    known.direct |= other.direct;
    known.development &= other.development;
    known.install_scripts = match (known.install_scripts, other.install_scripts) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, _) | (_, None) => None,
        (Some(false), Some(false)) => Some(false),
    };
    known.requirement = match (known.requirement.take(), other.requirement) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    known.licence = match (known.licence.take(), other.licence) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    known.line = match (known.line, other.line) {
        (0, line) | (line, 0) => line,
        (one, other) => one.min(other),
    };
}
