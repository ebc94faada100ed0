use warden_model::{Class, Severity};

use crate::{Draft, Meta, Rule, SupplyView, supply::provenance::Origin};

#[doc = include_str!("false_provenance.md")]
#[derive(Debug)]
pub(crate) struct FalseProvenance;

static META: Meta = Meta {
    id: "false-provenance",
    class: Class::UnpinnedUnsigned,
    severity: Severity::High,
    title: "a statement of where a package was built is not about it, or false",
    help: "ask its publisher, and look for the same version at another registry",
    languages: &[],
    cwe: &[345, 347],
    page: include_str!("false_provenance.md"),
};

impl Rule for FalseProvenance {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let (severity, told) = match part.facts.map(|facts| &facts.origin) {
                Some(Origin::Other(lie)) => (META.severity, lie.told()),
                // Whoever cannot say why it is false cannot say who gains by it.
                Some(Origin::False(why)) => {
                    let why = warden_detect::visible(why).text.chars().take(200).collect();
                    (Severity::Medium, why)
                }
                None
                | Some(
                    Origin::Unknown
                    | Origin::Unasked(_)
                    | Origin::Absent
                    | Origin::Unverified(_)
                    | Origin::Proven(_),
                ) => continue,
            };
            let message = match severity {
                Severity::High => {
                    format!("{} has a statement of where something else was built", part.shown())
                }
                _ => {
                    format!("{} has a statement of where it was built that is false", part.shown())
                }
            };
            out.push(part.draft(view, message, told).severity(part.milder(severity)));
        }
    }
}
