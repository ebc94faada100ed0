use std::collections::BTreeMap;

use warden_model::{Class, Confidence, Location, Severity, Source};

use crate::{
    Draft, Meta, Rule, SupplyView,
    supply::{SupplyPart, licence::Standing},
};

#[doc = include_str!("unapproved_licence.md")]
#[derive(Debug)]
pub(crate) struct UnapprovedLicence;

static META: Meta = Meta {
    id: "unapproved-licence",
    class: Class::ContractGap,
    severity: Severity::Low,
    title: "the licence of a package is not approved",
    help: "have somebody who may decide it look at the licence, and add it to the policy or replace the package",
    languages: &[],
    cwe: &[],
    page: include_str!("unapproved_licence.md"),
};

impl Rule for UnapprovedLicence {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        let mut unknown: BTreeMap<&str, Vec<&SupplyPart<'_>>> = BTreeMap::new();
        for part in
            view.parts.iter().filter(|part| !matches!(part.component.source, Source::Path(_)))
        {
            let Some(written) = &part.component.licence else { continue };
            let shown = warden_detect::visible(written).text;
            let (severity, what) = match view.licences.standing(written) {
                Standing::Approved => continue,
                Standing::Undecided => (Severity::Low, "nobody has approved it"),
                Standing::Denied => (Severity::Medium, "denied by the policy"),
                Standing::NotRead => {
                    unknown.entry(&part.component.file).or_default().push(part);
                    continue;
                }
            };
            let message = format!("{} is under `{shown}`", part.shown());
            out.push(part.draft(view, message, what).severity(part.milder(severity)).key(written));
        }
        for (file, parts) in unknown {
            let names: Vec<String> = parts.iter().take(SHOWN).map(|part| part.shown()).collect();
            let more = if parts.len() > SHOWN { " and others" } else { "" };
            let place = Location { file: file.to_owned(), ..Location::default() };
            let message =
                format!("{} packages have a licence that is no SPDX expression", parts.len());
            out.push(
                Draft::at(place, message, format!("{}{more}", names.join(", ")))
                    .server(view.server)
                    .severity(Severity::Low)
                    .confidence(Confidence::Medium),
            );
        }
    }
}

/// As many names as one line bears.
const SHOWN: usize = 5;
