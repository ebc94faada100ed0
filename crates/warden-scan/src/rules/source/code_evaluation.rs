use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("code_evaluation.md")]
#[derive(Debug)]
pub(crate) struct CodeEvaluation;

static META: Meta = Meta {
    id: "code-evaluation",
    class: Class::CommandInjection,
    severity: Severity::Critical,
    title: "a tool runs its arguments as code",
    help: "read the value with a parser for what it may be, or run it in a sandbox of its own",
    languages: EVERY_LANGUAGE,
    cwe: &[95, 94],
    page: include_str!("code_evaluation.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of code that is run",
    whole: "is run as code",
    label: "what stands here is run as code",
};

/// What a tool or its parameter is called when such values are what it is there for.
static DECLARED: &[&str] = &[
    "code",
    "script",
    "python",
    "javascript",
    "js",
    "lua",
    "execute",
    "eval",
    "evaluate",
    "run",
    "program",
    "snippet",
    "cell",
    "notebook",
];

impl Rule for CodeEvaluation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::CODE, sink::MODULE], ANYBODY) {
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::Critical };
            out.push(one.draft(&WORDING, Severity::Critical, whole));
        }
    }
}
