use std::collections::BTreeSet;

use warden_flow::{
    analysis::{Literal, NotedArg},
    ir::Language,
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
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

static NUMBER: Wording = Wording {
    part: "becomes part of a command line, and nothing but its declaration says that it is a number",
    whole: "is run as a command, and nothing but its declaration says that it is a number",
    label: "a shell runs what stands here once a text gets by",
};

/// Calls that start a shell although their arguments are a list: the position of the list.
static LISTS: &[(usize, &str)] = &[(0, "shell-list-0"), (1, "shell-list-1")];

static LIST: (&str, &str) = (
    "a list of arguments is given to a shell, which takes it for a command line",
    "nothing quotes these for the shell",
);

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
        let mut told = BTreeSet::new();
        for one in found(view, &[sink::COMMAND, sink::PROGRAM], ANYBODY) {
            told.insert(one.flow.at);
            if one.knows(mark::NUMERIC) {
                // Elsewhere the language, or what reads the call, makes it a number.
                let module = view.module(one.flow.at.module);
                let language = module.map(|module| module.language);
                if matches!(language, Some(Language::JavaScript | Language::TypeScript)) {
                    out.push(one.draft(&NUMBER, Severity::Low, Severity::Low));
                }
                continue;
            }
            let whole = if one.declared(DECLARED) { Severity::Medium } else { Severity::Critical };
            out.push(one.draft(&WORDING, Severity::Critical, whole));
        }
        for (at, tag) in LISTS {
            for call in view.analysis.noted(tag) {
                let spot = view.spot(call.at);
                if !told.contains(&spot) && call.args.get(*at).is_some_and(|arg| varies(view, arg))
                {
                    let (message, label) = LIST;
                    let draft = Draft::in_code(view, spot, Some(call.function), message, label);
                    let draft = draft.severity(Severity::Medium).confidence(Confidence::Medium);
                    out.push(draft.key(&*call.path));
                }
            }
        }
    }
}

/// Whether something in a list of arguments is not written out.
fn varies(view: &SourceView<'_>, list: &NotedArg) -> bool {
    match view.analysis.literal(list.at) {
        Literal::List(items) => items
            .iter()
            .any(|item| !matches!(item, Literal::Text(_) | Literal::Number(_) | Literal::Bool(_))),
        _ => false,
    }
}
