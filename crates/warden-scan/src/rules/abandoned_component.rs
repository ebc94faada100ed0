use warden_model::{Class, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("abandoned_component.md")]
#[derive(Debug)]
pub(crate) struct AbandonedComponent;

static META: Meta = Meta {
    id: "abandoned-component",
    class: Class::VendorUnassessed,
    severity: Severity::Low,
    title: "a package was taken back or is deprecated",
    help: "use what its maintainers say instead, or the version that they did not take back",
    languages: &[],
    cwe: &[1104, 1357],
    page: include_str!("abandoned_component.md"),
};

impl Rule for AbandonedComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let Some(facts) = part.facts else { continue };
            let (severity, message, label) = match (&facts.deprecated, facts.yanked) {
                (_, true) => (
                    Severity::Medium,
                    format!("{} was taken back after it had been published", part.shown()),
                    "a lock file still installs it".to_owned(),
                ),
                (Some(reason), false) => {
                    let reason: String =
                        warden_detect::visible(reason).text.chars().take(200).collect();
                    let label =
                        if reason.is_empty() { "without a reason".to_owned() } else { reason };
                    (META.severity, format!("{} is deprecated", part.shown()), label)
                }
                (None, false) => continue,
            };
            out.push(part.draft(view, message, label).severity(part.milder(severity)));
        }
    }
}
