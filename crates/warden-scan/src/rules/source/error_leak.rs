use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{sink, source},
    taint::{Wording, found},
};

#[doc = include_str!("error_leak.md")]
#[derive(Debug)]
pub(crate) struct ErrorLeak;

static META: Meta = Meta {
    id: "error-leak",
    class: Class::SecretExposure,
    severity: Severity::Low,
    title: "an answer tells what an error says of the inside",
    help: "log the details, and answer with a message that says only what the caller can do",
    languages: EVERY_LANGUAGE,
    cwe: &[209, 497],
    page: include_str!("error_leak.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of an answer",
    whole: "is answered",
    label: "paths, versions and calls of the server are told here",
};

impl Rule for ErrorLeak {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::RESPONSE], &[source::ERROR]) {
            out.push(one.draft(&WORDING, Severity::Low, Severity::Low));
        }
    }
}
