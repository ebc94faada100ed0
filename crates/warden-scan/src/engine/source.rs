//! Runs the rules for source code over a tree.

use std::collections::BTreeMap;

use rayon::ThreadPool;
use warden_flow::{Limits, analyse};
use warden_model::{Finding, Snapshot, SourceTree};

use super::finding;
use crate::{Context, Draft, RULES, Rule, STACK, SourceView, models::models, source::program};

/// Threads with enough stack for whatever a file holds.
pub(crate) fn threads() -> Option<ThreadPool> {
    rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok()
}

/// Everything that the rules find in one tree.
pub(super) fn findings(tree: &SourceTree) -> Vec<Finding> {
    let Some(pool) = threads() else { return Vec::new() };
    pool.install(|| {
        let program = program(tree, Limits::default());
        let analysis = analyse(&program, models());
        let view = SourceView::of(tree, &analysis);
        RULES.iter().flat_map(|rule| run_source(*rule, &view)).collect()
    })
}

/// Runs one rule over a tree.
pub(crate) fn run_source(rule: &dyn Rule, view: &SourceView<'_>) -> Vec<Finding> {
    let snapshot = Snapshot::default();
    let context = Context::of(&snapshot);
    let mut drafts = Vec::new();
    rule.check_source(view, &context, &mut drafts);
    number(&mut drafts);
    drafts.into_iter().map(|draft| finding(rule, draft)).collect()
}

/// Tells drafts apart that differ in nothing but their line: the first keeps its key, the second
/// gets a number. Two drafts about one place are one finding.
fn number(drafts: &mut Vec<Draft>) {
    drafts.sort_by(|a, b| (&a.location, &a.key).cmp(&(&b.location, &b.key)));
    drafts.dedup_by(|later, first| same(later, first) && later.location == first.location);
    let mut seen: BTreeMap<Vec<Option<String>>, usize> = BTreeMap::new();
    for draft in drafts {
        let count = seen.entry(identity(draft)).or_default();
        *count += 1;
        if *count > 1 {
            draft.key.push_str(&format!("\0#{count}"));
        }
    }
}

fn identity(draft: &Draft) -> Vec<Option<String>> {
    let subject = &draft.subject;
    vec![
        Some(draft.location.file.clone()),
        subject.tool.clone(),
        subject.parameter.clone(),
        Some(draft.key.clone()),
    ]
}

fn same(a: &Draft, b: &Draft) -> bool {
    a.key == b.key && a.subject == b.subject
}
