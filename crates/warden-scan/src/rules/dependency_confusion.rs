use warden_model::{Class, Confidence, Ecosystem, Location, Severity};

use crate::{
    Draft, Meta, Rule, SupplyView,
    supply::{Holds, Manifest, RegistryUse, SupplyPart},
};

#[doc = include_str!("dependency_confusion.md")]
#[derive(Debug)]
pub(crate) struct DependencyConfusion;

static META: Meta = Meta {
    id: "dependency-confusion",
    class: Class::ToolShadowing,
    severity: Severity::High,
    title: "a private package may be taken from a public registry",
    help: "give private packages a scope with a registry of its own, or ask one registry alone that decides by name",
    languages: &[],
    cwe: &[427, 829, 494],
    page: include_str!("dependency_confusion.md"),
};

impl Rule for DependencyConfusion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for manifest in &view.manifests {
            for setting in &manifest.registries {
                if let Some(draft) = extra(view, manifest, setting) {
                    out.push(draft);
                }
            }
            out.extend(unscoped(view, manifest));
        }
    }
}

/// As many names as one line bears.
const SHOWN: usize = 5;

/// A registry that is asked besides another one.
fn extra(view: &SupplyView<'_>, manifest: &Manifest, setting: &RegistryUse) -> Option<Draft> {
    let what = match setting.holds {
        Holds::Extra => "an extra registry is asked besides the main one",
        Holds::Links => "a page of archives is searched besides the registry",
        Holds::Default | Holds::Scope(_) | Holds::Named(_) => return None,
    };
    let open: Vec<&SupplyPart<'_>> = asked(view, manifest).filter(|part| is_open(part)).collect();
    // With a digest for everything, other bytes are refused.
    if open.is_empty() && !manifest.asked.is_empty() {
        return None;
    }
    let names: Vec<String> = open.iter().take(SHOWN).map(|part| part.shown()).collect();
    let message = format!("{what}, and the higher version wins");
    let label = if names.is_empty() {
        "for every package".to_owned()
    } else {
        format!("for {}{}", names.join(", "), if open.len() > SHOWN { " and others" } else { "" })
    };
    Some(draft(view, &setting.file, setting.line, message, label).key(&setting.url))
}

/// Packages that are named like those of a private scope and have none.
fn unscoped(view: &SupplyView<'_>, manifest: &Manifest) -> Vec<Draft> {
    if manifest.ecosystem != Ecosystem::Npm {
        return Vec::new();
    }
    let scopes: Vec<&str> = manifest
        .registries
        .iter()
        .filter_map(|setting| match &setting.holds {
            Holds::Scope(scope) => scope.strip_prefix('@').filter(|scope| scope.len() > 2),
            Holds::Default | Holds::Extra | Holds::Named(_) | Holds::Links => None,
        })
        .collect();
    let mut found = Vec::new();
    for part in asked(view, manifest) {
        let name = part.component.name.as_str();
        let private = |scope: &&&str| {
            let rest = name.strip_prefix(**scope);
            rest.is_some_and(|rest| rest.starts_with(['-', '.', '_']) || rest.is_empty())
        };
        if let Some(scope) = scopes.iter().find(private) {
            let message = format!(
                "{} looks private, and the private registry is only asked for `@{scope}`",
                part.shown()
            );
            let draft = part.draft(view, message, "asked for in the public registry");
            found.push(draft.severity(part.milder(Severity::High)).confidence(Confidence::Low));
        }
    }
    found
}

fn asked<'v, 's>(
    view: &'v SupplyView<'s>,
    manifest: &'v Manifest,
) -> impl Iterator<Item = &'v SupplyPart<'s>> {
    view.parts.iter().filter(|part| {
        part.component.ecosystem == manifest.ecosystem
            && manifest.asked.iter().any(|asked| asked.name == part.component.name)
    })
}

/// Whether other bytes would be taken for it.
fn is_open(part: &SupplyPart<'_>) -> bool {
    part.component.hashes.is_empty()
}

fn draft(view: &SupplyView<'_>, file: &str, line: u32, message: String, label: String) -> Draft {
    let place =
        Location { file: file.to_owned(), line: (line > 0).then_some(line), ..Location::default() };
    Draft::at(place, message, label).server(view.server).confidence(Confidence::Medium)
}
