use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::sink,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("command_injection.md")]
#[derive(Debug)]
pub(crate) struct CommandInjection;

static META: Meta = Meta {
    id: "command-injection",
    class: Class::CommandInjection,
    severity: Severity::Critical,
    title: "a tool puts its arguments into a command line",
    help: "start the program itself and give its arguments as a list",
    languages: EVERY_LANGUAGE,
    cwe: &[78, 77],
    page: include_str!("command_injection.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a command line",
    whole: "is run as a command",
    label: "what stands here is run",
};

/// What a tool or its parameter is called when such values are what it is there for.
static DECLARED: &[&str] = &[
    "command",
    "commands",
    "cmd",
    "shell",
    "exec",
    "execute",
    "run",
    "bash",
    "terminal",
    "script",
    "sh",
    "powershell",
    "process",
    "program",
    "code",
];

impl Rule for CommandInjection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for one in found(view, &[sink::COMMAND, sink::PROGRAM], ANYBODY) {
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::Critical };
            out.push(one.draft(&WORDING, Severity::Critical, whole));
        }
    }
}
