use warden_model::{Class, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("young_release.md")]
#[derive(Debug)]
pub(crate) struct YoungRelease;

static META: Meta = Meta {
    id: "young-release",
    class: Class::VendorUnassessed,
    severity: Severity::Low,
    title: "a version was published only a short time ago",
    help: "wait some days before you use a new version: most malicious ones are found in them",
    languages: &[],
    cwe: &[],
    page: include_str!("young_release.md"),
};

impl Rule for YoungRelease {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let Some(published) = part.facts.and_then(|facts| facts.published) else { continue };
            let age = view.now.saturating_sub(published);
            if age >= YOUNG {
                continue;
            }
            let (severity, label) = match age {
                ..0 => (Severity::Medium, "published in the future, says the registry".to_owned()),
                0..DAY => (Severity::Medium, "published less than a day ago".to_owned()),
                _ => (META.severity, format!("published {} days ago", age / DAY)),
            };
            let message = format!("{} is very new", part.shown());
            out.push(part.draft(view, message, label).severity(part.milder(severity)));
        }
    }
}

const DAY: i64 = 24 * 60 * 60;
/// From this age on a version is not young any more.
const YOUNG: i64 = 7 * DAY;
