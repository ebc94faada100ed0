use warden_model::{Class, Confidence, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("component_install_script.md")]
#[derive(Debug)]
pub(crate) struct ComponentInstallScript;

static META: Meta = Meta {
    id: "component-install-script",
    class: Class::MaliciousPackage,
    severity: Severity::Medium,
    title: "a package runs code when it is installed",
    help: "install without scripts, and allow them by name where a package cannot do without",
    languages: &[],
    cwe: &[829, 506],
    page: include_str!("component_install_script.md"),
};

impl Rule for ComponentInstallScript {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in view.parts.iter().filter(|part| part.component.install_scripts == Some(true)) {
            let new = part.facts.and_then(|facts| facts.previous.as_ref());
            let new = new.is_some_and(|previous| previous.install_scripts == Some(false));
            let (severity, label) = if new {
                (Severity::High, "the version before did not")
            } else {
                (
                    if part.direct { Severity::Medium } else { Severity::Low },
                    "before anybody has called it",
                )
            };
            let message = format!("{} runs code when it is installed", part.shown());
            out.push(
                part.draft(view, message, label)
                    .severity(part.milder(severity))
                    .confidence(if new { Confidence::High } else { Confidence::Medium }),
            );
        }
    }
}
