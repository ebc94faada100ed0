use std::collections::BTreeMap;

use warden_model::{Class, Component, Ecosystem, Severity, Source};

use crate::{Draft, Meta, Rule, SupplyView, supply::SupplyPart};

#[doc = include_str!("conflicting_digests.md")]
#[derive(Debug)]
pub(crate) struct ConflictingDigests;

static META: Meta = Meta {
    id: "conflicting-digests",
    class: Class::MaliciousPackage,
    severity: Severity::High,
    title: "one version of a package has two contents",
    help: "find out which of the two the registry has, and where the other one came from",
    languages: &[],
    cwe: &[494, 345],
    page: include_str!("conflicting_digests.md"),
};

impl Rule for ConflictingDigests {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        let mut seen: BTreeMap<(Ecosystem, &str, &str), Vec<&SupplyPart<'_>>> = BTreeMap::new();
        for part in view.parts.iter().filter(|part| part.component.source == Source::Registry) {
            let own = part.component;
            if let Some(version) = &own.version {
                seen.entry((own.ecosystem, &own.name, version)).or_default().push(part);
            }
        }
        for parts in seen.into_values() {
            let all = || {
                parts.iter().flat_map(|part| part.others.iter().copied().chain([part.component]))
            };
            let clash = all().find_map(|a| all().find(|b| conflict(a, b)).map(|b| (a, b)));
            if let (Some((a, b)), Some(part)) = (clash, parts.first()) {
                let message = format!(
                    "{} has other bytes in `{}` than in `{}`",
                    part.shown(),
                    a.file,
                    b.file
                );
                out.push(part.draft(view, message, "no digest of the one is one of the other"));
            }
        }
    }
}

/// Whether both are bound by the same algorithm, and nothing fits both. A package of Python is many
/// files, of which a lock file may list some.
fn conflict(a: &Component, b: &Component) -> bool {
    let kind = |hash: &str| hash.split(':').next().unwrap_or_default().to_owned();
    let shared = a.hashes.iter().any(|own| b.hashes.iter().any(|other| kind(own) == kind(other)));
    shared && !a.hashes.iter().any(|own| b.hashes.contains(own))
}
