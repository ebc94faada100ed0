use std::collections::BTreeMap;

use warden_model::{Class, Component, Location, Pinning, Severity, Source};

use crate::{Draft, Meta, Rule, SupplyView, supply::SupplyPart};

#[doc = include_str!("unhashed_component.md")]
#[derive(Debug)]
pub(crate) struct UnhashedComponent;

static META: Meta = Meta {
    id: "unhashed-component",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Low,
    title: "packages are not bound to a digest of their bytes",
    help: "record digests: `pip install --require-hashes`, or a lock file that has them for every package",
    languages: &[],
    cwe: &[],
    page: include_str!("unhashed_component.md"),
};

impl Rule for UnhashedComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        let mut files: BTreeMap<&str, Vec<&SupplyPart<'_>>> = BTreeMap::new();
        for part in view.parts.iter().filter(|part| is_unhashed(part.component)) {
            files.entry(&part.component.file).or_default().push(part);
        }
        for (file, parts) in files {
            let used = parts.iter().copied().find(|part| !part.development);
            let Some(first) = used.or(parts.first().copied()) else { continue };
            let message = match parts.len() {
                1 => format!("{} is not bound to a digest of its bytes", first.shown()),
                count => format!("{count} packages are not bound to a digest of their bytes"),
            };
            let names: Vec<String> = parts.iter().take(SHOWN).map(|part| part.shown()).collect();
            let more = if parts.len() > SHOWN { " and others" } else { "" };
            let place = Location { file: file.to_owned(), ..Location::default() };
            out.push(
                Draft::at(place, message, format!("{}{more}", names.join(", ")))
                    .server(view.server)
                    .severity(first.milder(META.severity)),
            );
        }
    }
}

/// As many names as one line bears.
const SHOWN: usize = 5;

/// What floats, and what is no package of a registry, is told by other rules.
fn is_unhashed(component: &Component) -> bool {
    component.hashes.is_empty()
        && component.pinning == Pinning::Exact
        && component.source == Source::Registry
}
