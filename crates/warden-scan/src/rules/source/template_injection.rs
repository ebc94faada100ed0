use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("template_injection.md")]
#[derive(Debug)]
pub(crate) struct TemplateInjection;

static META: Meta = Meta {
    id: "template-injection",
    class: Class::CommandInjection,
    severity: Severity::High,
    title: "a tool takes its arguments for a template",
    help: "keep templates in the code, and give values to them as variables",
    languages: EVERY_LANGUAGE,
    cwe: &[1336, 94],
    page: include_str!("template_injection.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a template",
    whole: "is taken for a template",
    label: "what stands here is a program to the template engine",
};

/// What a tool or its parameter is called when such values are what it is there for.
static DECLARED: &[&str] = &["template", "templates"];

impl Rule for TemplateInjection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::TEMPLATE], ANYBODY) {
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::High };
            out.push(one.draft(&WORDING, Severity::High, whole));
        }
    }
}
