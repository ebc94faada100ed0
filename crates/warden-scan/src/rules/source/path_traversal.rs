use std::{collections::BTreeSet, sync::Arc};

use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
    taint::{ANYBODY, Found, Who, Wording, found},
};

#[doc = include_str!("path_traversal.md")]
#[derive(Debug)]
pub(crate) struct PathTraversal;

static META: Meta = Meta {
    id: "path-traversal",
    class: Class::PathTraversal,
    severity: Severity::High,
    title: "a tool's arguments lead to any file",
    help: "resolve the path with its links, and refuse what is not below the permitted folder",
    languages: EVERY_LANGUAGE,
    cwe: &[22, 23, 73],
    page: include_str!("path_traversal.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a path without a check of where it leads",
    whole: "is used as a path without a check of where it leads",
    label: "`..` and absolute paths lead out of whatever folder is meant",
};

static PREFIX: Wording = Wording {
    part: "becomes part of a path that is only compared with the start of another",
    whole: "is used as a path that is only compared with the start of another",
    label: "`/data-old` starts with `/data` as well",
};

impl Rule for PathTraversal {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let found = found(view, &[sink::PATH], ANYBODY);
        let open = open(view, &found);
        for one in found {
            // What was checked by its text alone is for `symlink-escape` to tell.
            if one.knows(mark::CONTAINED) {
                continue;
            }
            // A tool that is there for any file, and refuses those that are nobody's business.
            if one.knows(mark::SPARED) && one.who == Who::Model && one.declared(FILES) {
                continue;
            }
            if one.knows(mark::PREFIX) {
                out.push(one.draft(&PREFIX, Severity::Medium, Severity::Medium));
                continue;
            }
            // A tool that takes a path works on the file that it is told; who says so is a model.
            let told = one.who == Who::Model && (one.leads() || gains_nothing(&one, &open));
            let severity = if told { Severity::Medium } else { Severity::High };
            out.push(one.draft(&WORDING, severity, severity));
        }
    }
}

/// What models may do to any file because tools are there for it: there is no folder that they
/// could leave.
fn open(view: &SourceView<'_>, found: &[Found<'_, '_>]) -> BTreeSet<Arc<str>> {
    let any = |one: &&Found<'_, '_>| {
        one.who == Who::Model
            && one.leads()
            && !one.flow.loose
            && !one.knows(mark::CONTAINED)
            && !one.knows(mark::PREFIX)
            && one.declared(FILES)
    };
    found.iter().filter(any).flat_map(|one| touches(view, one)).collect()
}

/// Words of tools and parameters that are there for any file.
static FILES: &[&str] = &[
    "path",
    "paths",
    "file",
    "files",
    "filename",
    "filepath",
    "dir",
    "directory",
    "folder",
    "uri",
    "location",
];

/// What is done to the file at the end of a flow.
fn touches(view: &SourceView<'_>, one: &Found<'_, '_>) -> Vec<Arc<str>> {
    let effects = view.analysis.effects_in(one.flow.function).iter();
    let here = effects.filter(|(kind, _, spot)| *spot == one.flow.at && kind.starts_with("file-"));
    here.map(|(kind, ..)| Arc::clone(kind)).collect()
}

/// Whether a model may do the same to any file anyway.
fn gains_nothing(one: &Found<'_, '_>, open: &BTreeSet<Arc<str>>) -> bool {
    let touches = touches(one.view, one);
    !touches.is_empty() && touches.iter().all(|kind| open.contains(kind))
}
