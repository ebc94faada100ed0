use warden_detect::{redact_url, visible};
use warden_model::{Class, Pinning, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("floating_component.md")]
#[derive(Debug)]
pub(crate) struct FloatingComponent;

static META: Meta = Meta {
    id: "floating-component",
    class: Class::UnpinnedUnsigned,
    severity: Severity::Medium,
    title: "a package is not pinned to one version",
    help: "write a lock file, commit it, and install from it alone",
    languages: &[],
    cwe: &[],
    page: include_str!("floating_component.md"),
};

impl Rule for FloatingComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in view.parts.iter().filter(|part| part.component.pinning == Pinning::Floating) {
            let asked = part.component.requirement.as_deref().unwrap_or("any version");
            // An address can hold a password.
            let asked = if asked.contains("://") { redact_url(asked) } else { asked.to_owned() };
            let asked = visible(&asked).text;
            let message = format!("{} is whatever version is newest that fits", part.shown());
            let severity = if part.direct { Severity::Medium } else { Severity::Low };
            out.push(
                part.draft(view, message, format!("asks for `{asked}`"))
                    .severity(part.milder(severity))
                    .key(asked),
            );
        }
    }
}
