use warden_model::{Class, Confidence, Severity};

use crate::{
    Draft, Meta, Rule, SupplyView,
    supply::{Hit, SupplyPart},
};

#[doc = include_str!("vulnerable_component.md")]
#[derive(Debug)]
pub(crate) struct VulnerableComponent;

static META: Meta = Meta {
    id: "vulnerable-component",
    class: Class::VulnDependency,
    severity: Severity::High,
    title: "a package that the server is built from has a published vulnerability",
    help: "update to a version that mends it, and write the lock file anew",
    languages: &[],
    cwe: &[],
    page: include_str!("vulnerable_component.md"),
};

impl Rule for VulnerableComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            for hit in part.hits.iter().filter(|hit| !hit.malicious) {
                out.push(draft(view, part, hit));
            }
        }
    }
}

fn draft(view: &SupplyView<'_>, part: &SupplyPart<'_>, hit: &Hit) -> Draft {
    let (shown, about) = (part.shown(), if hit.summary.is_empty() { "" } else { ": " });
    let message = format!("{shown} is vulnerable{about}{} ({})", hit.summary, hit.id);
    let (label, help) = match &hit.fixed {
        Some(fixed) => (format!("mended in {fixed}"), format!("use {fixed} or newer")),
        None => (
            "no version is known to mend it".to_owned(),
            "no version mends it: replace the package, or have a person accept it".to_owned(),
        ),
    };
    let severity = hit.severity.unwrap_or(META.severity);
    let sure = if part.component.version.is_some() { Confidence::High } else { Confidence::Medium };
    part.draft(view, message, label)
        .severity(part.milder(severity))
        .confidence(sure)
        .help(help)
        .key(&hit.id)
}
