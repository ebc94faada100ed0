use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    models::{mark, sink, source},
    taint::{ANYBODY, Wording, found},
};

#[doc = include_str!("archive_extraction.md")]
#[derive(Debug)]
pub(crate) struct ArchiveExtraction;

static META: Meta = Meta {
    id: "archive-extraction",
    class: Class::PathTraversal,
    severity: Severity::High,
    title: "an archive says where its files are written",
    help: "check for each entry that its path stays below the folder, or use an extractor that does",
    languages: EVERY_LANGUAGE,
    cwe: &[22, 29, 409],
    page: include_str!("archive_extraction.md"),
};

static UNPACKED: Wording = Wording {
    part: "becomes part of an archive that is unpacked without a check of its names",
    whole: "is an archive that is unpacked without a check of its names",
    label: "the names in the archive decide where files are written",
};

static NAMED: Wording = Wording {
    part: "becomes part of a path without a check",
    whole: "is used as a path without a check",
    label: "a name with `..` in it is written outside of the folder",
};

impl Rule for ArchiveExtraction {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let mut from = ANYBODY.to_vec();
        from.extend([source::FILE, source::ARCHIVE]);
        for one in found(view, &[sink::ARCHIVE], &from) {
            out.push(one.draft(&UNPACKED, Severity::High, Severity::High));
        }
        // Whoever made the archive need not be who sends it, so this stays high.
        for one in found(view, &[sink::PATH], &[source::ARCHIVE]) {
            if one.knows(mark::CONTAINED) {
                continue;
            }
            let draft = one.draft(&NAMED, Severity::High, Severity::High);
            out.push(draft.severity(Severity::High).confidence(Confidence::Medium));
        }
    }
}
