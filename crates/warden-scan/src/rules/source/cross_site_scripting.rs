use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("cross_site_scripting.md")]
#[derive(Debug)]
pub(crate) struct CrossSiteScripting;

static META: Meta = Meta {
    id: "cross-site-scripting",
    class: Class::CommandInjection,
    severity: Severity::Medium,
    title: "a page of the server shows what others wrote as markup",
    help: "escape the value for HTML, or let a template engine do it",
    languages: EVERY_LANGUAGE,
    cwe: &[79],
    page: include_str!("cross_site_scripting.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a page",
    whole: "is shown as a page",
    label: "a browser takes this for markup",
};

impl Rule for CrossSiteScripting {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::HTML], ANYBODY) {
            let whole = Severity::Medium;
            out.push(one.draft(&WORDING, Severity::Medium, whole));
        }
    }
}
