use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Who, Wording, found},
};

#[doc = include_str!("argument_injection.md")]
#[derive(Debug)]
pub(crate) struct ArgumentInjection;

static META: Meta = Meta {
    id: "argument-injection",
    class: Class::CommandInjection,
    severity: Severity::Medium,
    title: "a program may take an argument of a tool for an option",
    help: "put `--` before the value, or refuse values that start with `-`",
    languages: EVERY_LANGUAGE,
    cwe: &[88],
    page: include_str!("argument_injection.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of an argument of a program",
    whole: "is given to a program as an argument",
    label: "the program takes this for an option when it starts with `-`",
};

impl Rule for ArgumentInjection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::ARGUMENT], ANYBODY) {
            let severity = if one.who == Who::Caller { Severity::High } else { Severity::Medium };
            out.push(one.draft(&WORDING, severity, severity));
        }
    }
}
