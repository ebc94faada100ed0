use warden_model::{Class, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
    taint::{ANYBODY, Who, Wording, found},
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
        for one in found(view, &[sink::PATH], ANYBODY) {
            // What was checked by its text alone is for `symlink-escape` to tell.
            if one.knows(mark::CONTAINED) {
                continue;
            }
            if one.knows(mark::PREFIX) {
                out.push(one.draft(&PREFIX, Severity::Medium, Severity::Medium));
                continue;
            }
            // A tool that takes a path works on the file that it is told; who says so is a model.
            let whole = if one.who == Who::Model { Severity::Medium } else { Severity::High };
            out.push(one.draft(&WORDING, Severity::High, whole));
        }
    }
}
