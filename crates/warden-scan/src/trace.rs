//! The way of a value, told step by step.

use warden_flow::analysis::{Flow, Hop, HopKind, Origin};
use warden_model::TraceStep;

use crate::{SourceView, models::models};

/// The steps of a flow; the last has `label` as its note.
pub(crate) fn steps(view: &SourceView<'_>, flow: &Flow, label: &str) -> Vec<TraceStep> {
    let mut steps: Vec<TraceStep> = Vec::with_capacity(flow.trace.len());
    for hop in &flow.trace {
        let step = TraceStep {
            location: view.place(hop.at, Some(hop.function)),
            note: note(view, flow, hop, label),
            code: view.excerpt(hop.at),
        };
        // Two steps that read alike at one place are one to a reader.
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }
    steps
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
