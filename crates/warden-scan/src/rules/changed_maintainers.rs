use warden_model::{Class, Confidence, Severity};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("changed_maintainers.md")]
#[derive(Debug)]
pub(crate) struct ChangedMaintainers;

static META: Meta = Meta {
    id: "changed-maintainers",
    class: Class::VendorUnassessed,
    severity: Severity::Medium,
    title: "a version was published by somebody else than the one before",
    help: "ask those who maintained it whether the change is theirs, and look at what changed",
    languages: &[],
    cwe: &[],
    page: include_str!("changed_maintainers.md"),
};

impl Rule for ChangedMaintainers {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let Some(facts) = part.facts else { continue };
            let (Some(now), Some(previous)) = (&facts.publisher, &facts.previous) else { continue };
            let Some(before) = previous.publisher.as_ref().filter(|before| *before != now) else {
                continue;
            };
            let gap = facts.published.zip(previous.published);
            let slept = gap.is_some_and(|(now, before)| now.saturating_sub(before) > LONG);
            let stranger = facts.maintainers.as_ref().is_some_and(|all| !all.contains(now));
            let (severity, label) = if stranger {
                (Severity::High, "who published it is none of the maintainers")
            } else if slept {
                (Severity::High, "after more than a year without a version")
            } else {
                (META.severity, "another account than before")
            };
            let (now, before) =
                (warden_detect::visible(now).text, warden_detect::visible(before).text);
            let message =
                format!("{} was published by `{now}`, the one before by `{before}`", part.shown());
            out.push(
                part.draft(view, message, label)
                    .severity(part.milder(severity))
                    .confidence(Confidence::Low),
            );
        }
    }
}

/// Longer than this is a sleep.
const LONG: i64 = 365 * 24 * 60 * 60;
