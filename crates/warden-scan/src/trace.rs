//! The way of a value, told step by step.

use warden_flow::{
    analysis::{At, Flow, FnId, Hop, HopKind, Origin, Spot},
    ir::{Expr, Key},
};
use warden_model::TraceStep;

use crate::{SourceView, models::models};

/// The steps of a flow; the last has `label` as its note.
pub(crate) fn steps(view: &SourceView<'_>, flow: &Flow, label: &str) -> Vec<TraceStep> {
    let mut told: Vec<Step> = chosen(view, flow).into_iter().collect();
    for hop in &flow.trace {
        let (line, note) = (line(view, hop), note(view, flow, hop, label));
        let next = Step { at: hop.at, function: hop.function, kind: hop.kind, line, note };
        let before =
            told.last().filter(|last| last.line == line && last.at.module == hop.at.module);
        match before.map(|last| last.kind) {
            // That a line keeps what it has just made says nothing new.
            Some(_) if hop.kind == HopKind::Assigned => continue,
            // Nor that something comes back where it is passed on at once.
            Some(HopKind::Returned) => drop(told.pop()),
            _ => {}
        }
        if told.last() != Some(&next) {
            told.push(next);
        }
    }
    told.into_iter().map(|step| step.shown(view)).collect()
}

/// A step before it is shown.
#[derive(PartialEq, Eq)]
struct Step {
    at: Spot,
    function: FnId,
    kind: HopKind,
    line: u32,
    note: String,
}

impl Step {
    fn shown(self, view: &SourceView<'_>) -> TraceStep {
        TraceStep {
            location: view.place(self.at, Some(self.function)),
            note: self.note,
            code: view.excerpt(self.at),
        }
    }
}

fn line(view: &SourceView<'_>, hop: &Hop) -> u32 {
    view.module(hop.at.module).map_or(0, |module| module.line(hop.at.span.start).0)
}

/// Where a value is named that somebody else chooses: the parameter, or its part. The way of a
/// value that a model of a library names begins with its source anyway.
fn chosen(view: &SourceView<'_>, flow: &Flow) -> Option<Step> {
    let Origin::Entry(index, members) = &flow.source else { return None };
    let entry = view.surface.entries.get(*index)?;
    let module = view.module(entry.function.module)?;
    let function = module.functions.get(entry.function.function.at())?;
    let mut place = function.params.get(usize::from(entry.param))?.target;
    for name in entry.within.iter().chain(members) {
        let Expr::Object(parts) = module.exprs.get(place.at())? else { break };
        let part = parts.iter().find(|part| match part.key {
            Key::Name(key) => module.text(key) == name,
            Key::Computed(_) | Key::Spread => false,
        });
        let Some(part) = part else { break };
        place = match module.exprs.get(part.value.at())? {
            Expr::Default(target, _) => *target,
            _ => part.value,
        };
    }
    let at = Spot { module: entry.function.module, span: module.span(place) };
    let (line, _) = module.line(at.span.start);
    let note = source(view, flow);
    // What is empty is nowhere: a parameter that the language gives without naming it.
    (at.span.start < at.span.end).then_some(Step {
        at,
        function: entry.function,
        kind: HopKind::Source,
        line,
        note,
    })
}

fn note(view: &SourceView<'_>, flow: &Flow, hop: &Hop, label: &str) -> String {
    match hop.kind {
        HopKind::Source => source(view, flow),
        HopKind::Assigned => "it is kept here".to_owned(),
        HopKind::Combined => "it becomes part of this".to_owned(),
        HopKind::Passed => "it is passed on here".to_owned(),
        HopKind::Returned => "it comes back from here".to_owned(),
        HopKind::Through => "it goes through this".to_owned(),
        HopKind::Sink => label.to_owned(),
    }
}

/// How a value comes in.
fn source(view: &SourceView<'_>, flow: &Flow) -> String {
    let names = &models().vocabulary.sources;
    let kind = match &flow.source {
        Origin::Entry(..) => view.entry(flow).map(|(entry, _)| entry.kind),
        Origin::Source { kind, .. } => Some(*kind),
    };
    let kind = kind.and_then(|kind| names.get(usize::from(kind.0))).copied().unwrap_or_default();
    match kind {
        "tool" => "a model chooses this",
        "resource" => "a model chooses this address",
        "prompt" => "whoever asks for the prompt chooses this",
        "http" => "whoever sends the request chooses this",
        "remote" => "somebody else's answer comes in here",
        "env" => "it is read from the environment here",
        "file" => "it is read from a file here",
        "credential" => "a credential is read here",
        "database" => "it is read from a database here",
        "system" => "it is read from the system here",
        _ => "it comes in here",
    }
    .to_owned()
}

/// What tells the source apart from others, without its line.
pub(crate) fn source_key(view: &SourceView<'_>, flow: &Flow) -> String {
    match &flow.source {
        Origin::Entry(index, members) => {
            let entry = view.surface.entries.get(*index);
            let function = entry.map(|entry| view.name(entry.function)).unwrap_or_default();
            format!("{function}({})", members.join("."))
        }
        Origin::Source { path, within, .. } => format!("{path}.{}", within.join(".")),
    }
}

/// The calls of the function that something is done in, as the way to a finding that no flow
/// leads to. Nothing is told where nobody calls it by its name.
pub(crate) fn called(view: &SourceView<'_>, at: At, function: FnId, label: &str) -> Vec<TraceStep> {
    let fold = view.fold();
    let calls = fold.callers(function).into_iter().take(MOST_CALLS);
    let mut told: Vec<TraceStep> = calls
        .map(|call| {
            let owner = fold.index(call.module).owner(call.expr);
            let caller = FnId { module: call.module, function: owner };
            step(view, call, caller, format!("`{}` is called here", view.name(function)))
        })
        .collect();
    if !told.is_empty() {
        told.push(step(view, at, function, label.to_owned()));
    }
    told
}

/// Calls of one function that are told.
const MOST_CALLS: usize = 3;

fn step(view: &SourceView<'_>, at: At, function: FnId, note: String) -> TraceStep {
    let spot = view.spot(at);
    TraceStep { location: view.place(spot, Some(function)), note, code: view.excerpt(spot) }
}
