use warden_model::{Class, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("malicious_component.md")]
#[derive(Debug)]
pub(crate) struct MaliciousComponent;

static META: Meta = Meta {
    id: "malicious-component",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "a package that the server is built from is there to do harm",
    help: "remove it, and treat the machines and credentials that it was near as taken over",
    languages: &[],
    cwe: &[],
    page: include_str!("malicious_component.md"),
};

impl Rule for MaliciousComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            for hit in part.hits.iter().filter(|hit| hit.malicious) {
                let about = if hit.summary.is_empty() { "" } else { ": " };
                let message =
                    format!("{} is malicious{about}{} ({})", part.shown(), hit.summary, hit.id);
                out.push(part.draft(view, message, "published to do harm").key(&hit.id));
            }
        }
    }
}
