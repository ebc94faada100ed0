use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("unsafe_deserialisation.md")]
#[derive(Debug)]
pub(crate) struct UnsafeDeserialisation;

static META: Meta = Meta {
    id: "unsafe-deserialisation",
    class: Class::CommandInjection,
    severity: Severity::High,
    title: "a tool makes objects of any class out of data",
    help: "use a format that holds only data, such as JSON",
    languages: EVERY_LANGUAGE,
    cwe: &[502],
    page: include_str!("unsafe_deserialisation.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of what is made into objects",
    whole: "is made into objects",
    label: "whoever writes these bytes chooses what is called",
};

impl Rule for UnsafeDeserialisation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::DESERIALISE], ANYBODY) {
            let whole = Severity::High;
            out.push(one.draft(&WORDING, Severity::High, whole));
        }
    }
}
