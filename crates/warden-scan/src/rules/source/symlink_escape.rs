use std::collections::BTreeSet;

use warden_flow::analysis::FnId;
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink},
    source::late::late,
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("symlink_escape.md")]
#[derive(Debug)]
pub(crate) struct SymlinkEscape;

static META: Meta = Meta {
    id: "symlink-escape",
    class: Class::PathTraversal,
    severity: Severity::Medium,
    title: "a path is checked before its links are resolved",
    help: "resolve links first, check the result, and use the result",
    languages: EVERY_LANGUAGE,
    cwe: &[59, 61, 22],
    page: include_str!("symlink_escape.md"),
};

static WORDING: Wording = Wording {
    part: "becomes part of a path that is checked only by its text",
    whole: "is used as a path that is checked only by its text",
    label: "a link below the permitted folder leads out of it",
};

impl Rule for SymlinkEscape {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut told: BTreeSet<FnId> = BTreeSet::new();
        for one in found(view, &[sink::PATH], ANYBODY) {
            if one.knows(mark::CONTAINED) {
                told.extend(one.flow.trace.iter().map(|hop| hop.function));
                out.push(one.draft(&WORDING, Severity::Medium, Severity::Medium));
            }
        }
        for late in late(view) {
            // Where the way to a file is known, it says more.
            if told.contains(&late.function) {
                continue;
            }
            let draft = Draft::in_code(
                view,
                view.spot(late.check),
                Some(late.function),
                "a path is checked as it is written and resolved only then, and where it leads is not looked at",
                "a link below the permitted folder passes, and leads out of it",
            );
            out.push(draft.confidence(Confidence::Medium));
        }
    }
}
