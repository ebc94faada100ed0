use warden_model::{Class, Confidence, Severity, Source};

use crate::{Draft, Meta, Rule, SupplyView};

#[doc = include_str!("look_alike_component.md")]
#[derive(Debug)]
pub(crate) struct LookAlikeComponent;

static META: Meta = Meta {
    id: "look-alike-component",
    class: Class::ToolShadowing,
    severity: Severity::High,
    title: "a package is called almost like one that many servers use",
    help: "compare the name letter by letter with the one in the documentation of what is meant",
    languages: &[],
    cwe: &[],
    page: include_str!("look_alike_component.md"),
};

impl Rule for LookAlikeComponent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_supply(&self, view: &SupplyView<'_>, out: &mut Vec<Draft>) {
        for part in &view.parts {
            let own = part.component;
            if matches!(own.source, Source::Path(_)) {
                continue;
            }
            let Some((known, how)) = view.known.like(own.ecosystem, &own.name, part.direct) else {
                continue;
            };
            let strong = how.is_strong();
            let severity = if strong { META.severity } else { Severity::Low };
            let message = format!("{} is called almost like `{known}`", part.shown());
            out.push(
                part.draft(view, message, how.what())
                    .severity(part.milder(severity))
                    .confidence(if strong { Confidence::Medium } else { Confidence::Low })
                    .key(known),
            );
        }
    }
}
