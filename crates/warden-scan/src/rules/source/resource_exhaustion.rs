use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{CALLERS, Wording, found},
};

#[doc = include_str!("resource_exhaustion.md")]
#[derive(Debug)]
pub(crate) struct ResourceExhaustion;

static META: Meta = Meta {
    id: "resource-exhaustion",
    class: Class::RateLimitMissing,
    severity: Severity::Medium,
    title: "a tool lets its arguments decide how much is done",
    help: "set a limit and refuse what is above it",
    languages: EVERY_LANGUAGE,
    cwe: &[770, 400, 1284],
    page: include_str!("resource_exhaustion.md"),
};

static WORDING: Wording = Wording {
    part: "decides how much memory or time is used",
    whole: "decides how much memory or time is used",
    label: "nothing limits this",
};

impl Rule for ResourceExhaustion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::SIZE], CALLERS) {
            let whole = Severity::Low;
            out.push(one.draft(&WORDING, Severity::Low, whole));
        }
    }
}
