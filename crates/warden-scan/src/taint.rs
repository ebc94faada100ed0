//! What rules about values that reach places where they must not have in common: who chooses the
//! value, whether it arrives whole, and how bad that makes it.

use std::collections::BTreeSet;

use warden_detect::words;
use warden_flow::{
    analysis::{Flow, HopKind, Origin, Spot},
    ir::{Gap, GapKind},
    models::{Bits, SinkKind, SourceKind},
};
use warden_model::{Confidence, Severity};

use crate::{
    Draft, SourceView,
    models::{mark, source},
    trace::source_key,
};

/// Everybody who may want to do harm: models, those who send requests, and those whose data a
/// server reads.
pub(crate) static ANYBODY: &[SourceKind] = &[
    source::TOOL,
    source::RESOURCE,
    source::PROMPT,
    source::HTTP,
    source::TOKEN,
    source::REMOTE,
    source::DATABASE,
];

/// Those who speak to the server: models, and those who send requests.
pub(crate) static CALLERS: &[SourceKind] =
    &[source::TOOL, source::RESOURCE, source::PROMPT, source::HTTP, source::TOKEN];

/// Who chooses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// A model, by an argument.
    Model,
    /// Whoever can send a request.
    Caller,
    /// Whoever wrote what is stored or answered elsewhere.
    Stored,
    /// Nobody from outside.
    Nobody,
}

/// How a rule words what it found.
pub(crate) struct Wording {
    /// What happens to a value that is put together with others: `becomes part of a command`.
    pub part: &'static str,
    /// What happens to a value that arrives as it came in: `is run as a command`.
    pub whole: &'static str,
    /// Why there, in a few words.
    pub label: &'static str,
}

/// A flow that a rule is about.
pub(crate) struct Found<'v, 'a> {
    pub view: &'v SourceView<'a>,
    pub flow: &'v Flow,
    pub who: Who,
    /// Whether nothing was put before, after or around the value.
    pub whole: bool,
}

/// The flows into sinks of these kinds from these sources; one for each source and place, that of
/// the kind that is named first.
pub(crate) fn found<'v, 'a>(
    view: &'v SourceView<'a>,
    kinds: &[SinkKind],
    sources: &[SourceKind],
) -> Vec<Found<'v, 'a>> {
    let mut seen: BTreeSet<(Spot, String)> = BTreeSet::new();
    let mut found = Vec::new();
    for kind in kinds {
        for flow in view.flows.iter().filter(|flow| flow.sink == *kind) {
            let from = source_of(view, flow);
            let apart = from_example(view, flow);
            if sources.contains(&from) && !apart && seen.insert((flow.at, source_key(view, flow))) {
                let whole = whole(view, flow);
                found.push(Found { view, flow, who: who(from), whole });
            }
        }
    }
    found
}

/// Whether a flow comes out of an example and ends outside: examples are programs of their own,
/// which what they show is not run with.
fn from_example(view: &SourceView<'_>, flow: &Flow) -> bool {
    let Origin::Source { at, .. } = &flow.source else { return false };
    let shows = |spot| view.place(spot, None).file.split('/').any(|part| EXAMPLES.contains(&part));
    at.module != flow.at.module && shows(*at) && !shows(flow.at)
}

/// Steps of a way beyond which it is less sure: each call on it was taken for one that it may not
/// be. The longest in published flaws has about twenty.
const LONG: usize = 32;
/// The same in files of which the analysis came to no end.
const LONG_WHERE_CUT: usize = 12;

/// Folders of examples.
const EXAMPLES: &[&str] = &["example", "examples", "sample", "samples", "demo", "demos", "docs"];

/// What kind of source a flow comes from.
pub(crate) fn source_of(view: &SourceView<'_>, flow: &Flow) -> SourceKind {
    match &flow.source {
        Origin::Entry(..) => view.entry(flow).map_or(source::TOOL, |(entry, _)| entry.kind),
        Origin::Source { kind, .. } => *kind,
    }
}

fn who(kind: SourceKind) -> Who {
    match kind {
        source::TOOL | source::RESOURCE | source::PROMPT => Who::Model,
        source::HTTP | source::TOKEN => Who::Caller,
        source::REMOTE | source::DATABASE | source::FILE | source::ARCHIVE => Who::Stored,
        _ => Who::Nobody,
    }
}

/// Whether the value arrives as it came in. Joining paths puts a value together with others too.
fn whole(view: &SourceView<'_>, flow: &Flow) -> bool {
    !flow.bits.meets(mark::LEADING)
        && flow.trace.iter().all(|hop| match hop.kind {
            HopKind::Combined => false,
            HopKind::Through => !joins(view.text(hop.at)),
            _ => true,
        })
}

/// Whether a call puts several texts together.
fn joins(call: &str) -> bool {
    let (callee, args) = call.split_once('(').unwrap_or((call, ""));
    let name = callee.rsplit(['.', ':']).next().unwrap_or(callee).to_ascii_lowercase();
    let several = args.contains(',');
    (several && (name.contains("join") || name == "resolve" || name == "path"))
        || matches!(name.as_str(), "sprintf" | "joinpath" | "format" | "replace")
}

/// Whether nothing can stand before the value: what is written first of what is joined is it.
fn leads(view: &SourceView<'_>, flow: &Flow) -> bool {
    !flow.bits.meets(mark::LEADING)
        && flow.trace.iter().all(|hop| match hop.kind {
            HopKind::Through => {
                let call = view.text(hop.at);
                !joins_paths(call) || only_texts_follow(call)
            }
            _ => true,
        })
}

/// Whether a call puts paths together.
fn joins_paths(call: &str) -> bool {
    let name = call.split_once('(').map_or(call, |(callee, _)| callee);
    let name = name.rsplit(['.', ':']).next().unwrap_or(name).to_ascii_lowercase();
    joins(call) && !matches!(name.as_str(), "replace" | "sprintf" | "format")
}

/// Whether what is joined to the first is written there: `os.path.join(folder, "notes.md")`,
/// `folder.joinpath("notes.md")`.
fn only_texts_follow(call: &str) -> bool {
    let (callee, args) = call.split_once('(').unwrap_or((call, ""));
    let skipped = usize::from(!callee.ends_with("joinpath"));
    let mut rest = args.trim_end_matches(')').split(',').skip(skipped).map(str::trim);
    rest.all(|arg| arg.is_empty() || arg.starts_with(['"', '\'']))
}

impl Found<'_, '_> {
    /// Whether the value is what the text begins with, as a path to which an ending is added.
    pub(crate) fn leads(&self) -> bool {
        self.whole || leads(self.view, self.flow)
    }

    /// Whether all of these bits are known of the value where it arrives.
    pub(crate) fn knows(&self, bits: Bits) -> bool {
        self.flow.bits.holds(bits)
    }

    /// Whether the tool is there for such values: its name, or that of the parameter, says so.
    pub(crate) fn declared(&self, wanted: &[&str]) -> bool {
        let told = self.view.surface.told(self.flow);
        let tool = told.tool.and_then(|index| self.view.surface.tools.get(index));
        let names = tool.and_then(|tool| tool.name.as_deref()).into_iter();
        names
            .chain(told.parameter.as_deref())
            .flat_map(words)
            .any(|word| wanted.contains(&word.as_str()))
    }

    /// Whether the value is a text because the tool declares so.
    pub(crate) fn is_text(&self) -> bool {
        let told = self.view.surface.told(self.flow);
        let tool = told.tool.and_then(|index| self.view.surface.tools.get(index));
        tool.into_iter().flat_map(|tool| &tool.params).any(|param| {
            Some(&param.name) == told.parameter.as_ref()
                && param.schema.get("type").is_some_and(|kind| kind == "string")
        })
    }

    /// The value, for a sentence.
    pub(crate) fn value(&self) -> String {
        let told = self.view.surface.told(self.flow);
        let tool = told.tool.and_then(|index| self.view.surface.tools.get(index));
        let name = tool.and_then(|tool| tool.name.as_deref());
        let argument = told.parameter.map_or("an argument".to_owned(), |name| format!("`{name}`"));
        match (source_of(self.view, self.flow), name) {
            (source::TOOL, Some(name)) => format!("{argument} of the tool `{name}`"),
            (source::TOOL, None) => format!("{argument} of a tool"),
            (source::RESOURCE, _) => "the address of a resource".to_owned(),
            (source::PROMPT, _) => format!("{argument} of a prompt"),
            (source::HTTP, _) => "part of a request to the server".to_owned(),
            (source::TOKEN, _) => "the token of a request to the server".to_owned(),
            (source::REMOTE, _) => "the answer of another service".to_owned(),
            (source::DATABASE, _) => "something out of a database".to_owned(),
            (source::FILE, _) => "something out of a file".to_owned(),
            (source::ARCHIVE, _) => "a name out of an archive".to_owned(),
            (source::ENV, _) => "something out of the environment".to_owned(),
            (source::CREDENTIAL, _) => "a credential".to_owned(),
            (source::ERROR, _) => "what an error tells of the inside".to_owned(),
            _ => "a value from outside".to_owned(),
        }
    }

    /// Whether the way is so long that it is less sure.
    fn is_far(&self) -> bool {
        let cut = |(module, gap): &(u32, Gap)| {
            *module == self.flow.at.module && gap.kind == GapKind::Budget
        };
        let most = if self.view.analysis.gaps().iter().any(cut) { LONG_WHERE_CUT } else { LONG };
        self.flow.trace.len() > most
    }

    /// The finding, with the severity as it is told on the page: `part` where the value is put
    /// together with others, `whole` where it arrives as it came in; no more than medium, and less
    /// sure, where somebody would have to store it elsewhere first, and where the way is so long
    /// that one of the calls on it may not be what it was taken for.
    pub(crate) fn draft(&self, wording: &Wording, part: Severity, whole: Severity) -> Draft {
        let verb = if self.whole { wording.whole } else { wording.part };
        let message = format!("{} {verb}", self.value());
        let severity = if self.whole { whole } else { part };
        let draft = Draft::on_flow(self.view, self.flow, message, wording.label);
        if self.who == Who::Stored || self.is_far() {
            let sure = match self.who {
                Who::Stored => Confidence::Medium,
                _ => Confidence::Low,
            };
            let confidence = draft.confidence.min(sure);
            return draft.severity(severity.min(Severity::Medium)).confidence(confidence);
        }
        draft.severity(severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_that_put_texts_together_join() {
        for call in ["os.path.join(base, name)", "filepath.Join(a, b)", "path.resolve(root, x)"] {
            assert!(joins(call), "{call}");
        }
        for call in ["Path(name)", "path.resolve(name)", "name.strip()", "str(name)"] {
            assert!(!joins(call), "{call}");
        }
    }

    #[test]
    fn what_is_joined_to_a_value_in_writing_does_not_stand_before_it() {
        for call in ["os.path.join(folder, \"a.md\")", "folder.joinpath(\"a.md\")"] {
            assert!(joins_paths(call) && only_texts_follow(call), "{call}");
        }
        for call in ["os.path.join(base, name)", "base.joinpath(name)", "path.join(\"a\", name)"] {
            assert!(joins_paths(call) && !only_texts_follow(call), "{call}");
        }
    }
}
