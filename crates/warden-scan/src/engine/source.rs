//! Runs the rules for source code over a tree.

mod coverage;
mod gather;
mod hosts;
mod profile;
mod rooted;
#[cfg(test)]
mod tests;
mod unseen;

use std::collections::BTreeMap;

use rayon::{ThreadPool, prelude::*};
use warden_flow::{Limits, analyse};
use warden_model::{
    Finding, Location, Snapshot, SourceCoverage, SourceTree, Subject, SurfaceView, ToolProfile,
    Unread, UnreadReason,
};

use super::{finding, shown};
use crate::{
    AgentServer, Context, Draft, RULES, Rule, STACK, SourceView,
    models::models,
    settle::{Comment, comments},
    source::program,
};

/// Most findings of one rule in one tree: hostile code can hold any number of problems.
const MOST: usize = 1000;

/// How a tree is analysed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Analyse {
    /// How much of a file is read.
    pub limits: Limits,
    /// How many threads work; 0 for as many as there are processors. The result is the same.
    pub threads: usize,
}

/// What came out of a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeScan {
    /// What is wrong, by rule, in the order of the places.
    pub findings: Vec<Finding>,
    /// What was analysed and what was not understood.
    pub coverage: SourceCoverage,
    /// What a model will read, as the source says.
    pub surfaces: Vec<SurfaceView>,
    /// What the tools do.
    pub tools: Vec<ToolProfile>,
    /// The servers that agents in it start or reach.
    pub agents: Vec<AgentServer>,
    /// What could not be done at all.
    pub unread: Vec<Unread>,
    /// Suppressions that stand in the code.
    pub comments: Vec<Comment>,
}

/// Threads with enough stack for whatever a file holds.
pub(crate) fn threads(count: usize) -> Option<ThreadPool> {
    rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).build().ok()
}

/// Analyses a tree and runs every rule over it. The same tree gives the same result.
#[must_use]
pub fn analyse_tree(tree: &SourceTree, how: &Analyse) -> TreeScan {
    let Some(pool) = threads(how.threads) else {
        let detail = "no thread could be started to analyse it";
        let unread = vec![unread(tree, UnreadReason::Io, detail.to_owned())];
        return TreeScan { unread, ..TreeScan::default() };
    };
    pool.install(|| {
        let program = program(tree, how.limits);
        let analysis = analyse(&program, models());
        let view = SourceView::of(tree, &analysis);
        let mut scan = TreeScan {
            coverage: coverage::of(&view),
            tools: profile::profiles(&view),
            agents: profile::agents(&view),
            comments: comments(tree),
            ..TreeScan::default()
        };
        scan.texts(&view);
        let mut found: Vec<hosts::Found<'_>> =
            RULES.par_iter().map(|rule| (*rule, drafts(*rule, &view))).collect();
        hosts::fold(&mut found);
        for (rule, drafts) in found {
            let mut found = findings(rule, drafts, &view);
            if found.len() > MOST {
                let id = rule.meta().id;
                let detail = format!("`{id}` finds {} problems; {MOST} are told", found.len());
                scan.unread.push(unread(tree, UnreadReason::TooLarge, detail));
                found.truncate(MOST);
            }
            scan.findings.append(&mut found);
        }
        scan
    })
}

impl TreeScan {
    /// Runs the rules for texts over what the source says that a model will read.
    fn texts(&mut self, view: &SourceView<'_>) {
        let surface = view.surface.shown(view);
        if surface.definitions.is_empty() && surface.instructions.is_none() {
            return;
        }
        let snapshot = Snapshot { surfaces: vec![surface], ..Snapshot::default() };
        let context = Context::of(&snapshot);
        for rule in RULES.iter().filter(|rule| rule.judges_texts()) {
            let mut drafts = Vec::new();
            context.views.iter().for_each(|view| rule.check_surface(view, &context, &mut drafts));
            let found = drafts.into_iter().map(|draft| finding(*rule, draft, &view.tree.root));
            self.findings.extend(found.take(MOST));
        }
        self.surfaces.extend(context.views.iter().map(shown));
        for text in self.surfaces.iter_mut().flat_map(|surface| &mut surface.texts) {
            // What its code does says more than what its words sound like.
            let tool = self.tools.iter().find(|tool| tool.tool.as_ref() == Some(&text.name));
            if text.effect.is_some()
                && let Some(act) = tool.and_then(ToolProfile::worst)
            {
                text.effect = Some(act.effect);
            }
        }
    }
}

fn unread(tree: &SourceTree, reason: UnreadReason, detail: String) -> Unread {
    Unread { location: tree.place(""), client: None, reason, detail }
}

/// Runs one rule over a tree.
#[cfg(test)]
pub(crate) fn run_source(rule: &dyn Rule, view: &SourceView<'_>) -> Vec<Finding> {
    findings(rule, drafts(rule, view), view)
}

/// What one rule finds, each fact once.
fn drafts(rule: &dyn Rule, view: &SourceView<'_>) -> Vec<Draft> {
    let snapshot = Snapshot::default();
    let context = Context::of(&snapshot);
    let mut drafts = Vec::new();
    rule.check_source(view, &context, &mut drafts);
    drafts.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut drafts = gather::gather(drafts, rule.meta().severity);
    number(&mut drafts);
    drafts
}

fn findings(rule: &dyn Rule, drafts: Vec<Draft>, view: &SourceView<'_>) -> Vec<Finding> {
    let root = &view.tree.root;
    let told = drafts.into_iter().map(|mut draft| {
        hosts::tell(&mut draft, root);
        finding(rule, draft, root)
    });
    told.collect()
}

/// Tells drafts apart that differ in nothing but their line: the first keeps its key, the second
/// gets a number. Two drafts about one place are one finding.
fn number(drafts: &mut Vec<Draft>) {
    drafts.sort_by(|a, b| order(a).cmp(&order(b)));
    drafts.dedup_by(|later, first| order(later) == order(first));
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for draft in drafts {
        let count = seen.entry(identity(draft)).or_default();
        *count += 1;
        if *count > 1 {
            draft.key.push_str(&format!("\0#{count}"));
        }
    }
}

fn order(draft: &Draft) -> (&Location, &str, &Subject) {
    (&draft.location, &draft.key, &draft.subject)
}

/// All of a draft that stays when lines move.
fn identity(draft: &Draft) -> Vec<String> {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        draft.location.file.clone(),
        optional(&draft.subject.tool),
        optional(&draft.subject.parameter),
        draft.key.clone(),
    ]
}
