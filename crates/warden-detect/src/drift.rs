//! What a redefinition says that the definition did not.
//!
//! A digest tells that a definition changed. Whether the change is a corrected comma or the turn of
//! a trusted tool is told here: by what the judge finds in the new one and did not find in the old,
//! by verbs, hosts, parameters and values that came in, and by annotations that say less than
//! before. What is left is wording.

mod schema;
#[cfg(test)]
mod tests;
mod text;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde_json::Value;
use warden_model::Severity;

use crate::{Effects, Judge, Subject, Verdict, effects, hosts::hosts, links, tool_text};

/// So many changes are told.
const MOST: usize = 128;

/// What a change of scope comes to, and what one of wording does.
const SCOPE: u32 = 30;

/// By so much the score has to rise, where it does not reach the level, for a change to be hostile.
const TELLING: u32 = 25;

/// What is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defined {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource, or a template of one.
    Resource,
    /// The instructions of a server: a string.
    Instructions,
}

/// What a redefinition amounts to, the mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sense {
    /// Nothing changed.
    #[default]
    Same,
    /// The words changed.
    Wording,
    /// It does, takes or reaches something else.
    Scope,
    /// It says something hostile that it did not say.
    Hostile,
}

impl Sense {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Wording => "wording",
            Self::Scope => "scope",
            Self::Hostile => "hostile",
        }
    }
}

/// The sort of a change, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A detector finds something that it did not find before.
    HostilityAdded,
    /// It does more to the world, by its words or its parameters.
    EffectWidened,
    /// It leads to another place.
    AddressChanged,
    /// It names a host that it did not name.
    HostAdded,
    /// A sentence says that it does something that it did not do.
    DeedAdded,
    /// Its annotations say that it is milder than they said.
    AnnotationMilder,
    /// Its annotations say that it is graver than they said.
    AnnotationGraver,
    /// It takes another parameter.
    ParameterAdded,
    /// A parameter must be given that could be left out.
    ParameterRequired,
    /// A value is taken that was not.
    ValueAdded,
    /// More is taken than was: a bound is gone or looser.
    Widened,
    /// Something else is taken than was, or less.
    TypeChanged,
    /// A parameter is gone.
    ParameterRemoved,
    /// A sentence came in.
    SentenceAdded,
    /// A sentence is gone.
    SentenceRemoved,
    /// A member came in, is gone, or has another value.
    MemberChanged,
}

impl ChangeKind {
    /// Every sort.
    pub const ALL: &'static [Self] = &[
        Self::HostilityAdded,
        Self::EffectWidened,
        Self::AddressChanged,
        Self::HostAdded,
        Self::DeedAdded,
        Self::AnnotationMilder,
        Self::AnnotationGraver,
        Self::ParameterAdded,
        Self::ParameterRequired,
        Self::ValueAdded,
        Self::Widened,
        Self::TypeChanged,
        Self::ParameterRemoved,
        Self::SentenceAdded,
        Self::SentenceRemoved,
        Self::MemberChanged,
    ];

    /// The kebab-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostilityAdded => "hostility-added",
            Self::EffectWidened => "effect-widened",
            Self::AddressChanged => "address-changed",
            Self::HostAdded => "host-added",
            Self::DeedAdded => "deed-added",
            Self::AnnotationMilder => "annotation-milder",
            Self::AnnotationGraver => "annotation-graver",
            Self::ParameterAdded => "parameter-added",
            Self::ParameterRequired => "parameter-required",
            Self::ValueAdded => "value-added",
            Self::Widened => "widened",
            Self::TypeChanged => "type-changed",
            Self::ParameterRemoved => "parameter-removed",
            Self::SentenceAdded => "sentence-added",
            Self::SentenceRemoved => "sentence-removed",
            Self::MemberChanged => "member-changed",
        }
    }

    /// How bad such a change is, as long as nothing else is known.
    const fn severity(self) -> Severity {
        match self {
            Self::HostilityAdded => Severity::High,
            Self::EffectWidened
            | Self::AddressChanged
            | Self::HostAdded
            | Self::DeedAdded
            | Self::AnnotationMilder => Severity::Medium,
            Self::AnnotationGraver
            | Self::ParameterAdded
            | Self::ParameterRequired
            | Self::ValueAdded
            | Self::Widened => Severity::Low,
            Self::TypeChanged
            | Self::ParameterRemoved
            | Self::SentenceAdded
            | Self::SentenceRemoved
            | Self::MemberChanged => Severity::Info,
        }
    }

    /// What such a change amounts to.
    const fn sense(self) -> Sense {
        match self {
            Self::HostilityAdded => Sense::Hostile,
            Self::EffectWidened
            | Self::AddressChanged
            | Self::HostAdded
            | Self::DeedAdded
            | Self::AnnotationMilder
            | Self::AnnotationGraver
            | Self::ParameterAdded
            | Self::ParameterRequired
            | Self::ValueAdded
            | Self::Widened => Sense::Scope,
            Self::TypeChanged
            | Self::ParameterRemoved
            | Self::SentenceAdded
            | Self::SentenceRemoved
            | Self::MemberChanged => Sense::Wording,
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionChange {
    /// Its sort.
    pub kind: ChangeKind,
    /// How bad it is.
    pub severity: Severity,
    /// Where (RFC 6901): in the new definition, or in the old one for what is gone.
    pub field: String,
    /// Where in the string there, in bytes, if it is a piece of one.
    pub range: Option<Range<usize>>,
    /// What: the class of the evidence, an effect, a host, the name of a parameter or of a keyword.
    /// It may be the definition's own word.
    pub what: String,
}

impl DefinitionChange {
    fn new(kind: ChangeKind, field: impl Into<String>, what: impl Into<String>) -> Self {
        let (field, what) = (field.into(), what.into());
        Self { kind, severity: kind.severity(), field, range: None, what }
    }

    fn at(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    const fn severe(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// What a redefinition changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redefinition {
    /// What it amounts to.
    pub sense: Sense,
    /// What it adds, from 0 to 100: the score of the new definition if it is hostile, and less than
    /// [`crate::LEVEL`] if not.
    pub score: u32,
    /// The changes, the gravest first.
    pub changes: Vec<DefinitionChange>,
    /// Whether all of both definitions was compared, and every change is listed.
    pub complete: bool,
}

/// Compares two definitions of one name; two strings for [`Defined::Instructions`].
#[must_use]
pub fn redefinition(of: Defined, old: &Value, new: &Value) -> Redefinition {
    let mut out = Redefinition { complete: true, ..Redefinition::default() };
    if old == new {
        return out;
    }
    let score = hostility(of, old, new, &mut out);
    let hostile = score.is_some();
    if of == Defined::Tool {
        widened(&effects(old), &effects(new), &mut out);
        annotations(old.get("annotations"), new.get("annotations"), &mut out);
    }
    members(old, new, &mut out);
    text::compare(old, new, &mut out);
    named_hosts(old, new, &mut out);
    let key = |change: &DefinitionChange| {
        let start = change.range.as_ref().map(|range| range.start);
        (Reverse(change.severity), change.kind, change.field.clone(), start, change.what.clone())
    };
    out.changes.sort_by_cached_key(key);
    out.changes.dedup();
    let worst = out.changes.iter().map(|one| one.kind.sense()).max().unwrap_or(Sense::Wording);
    // Weak evidence that came in is no hostility, but more than wording.
    out.sense = if worst == Sense::Hostile && !hostile { Sense::Scope } else { worst };
    out.score = match out.sense {
        Sense::Hostile => score.unwrap_or(SCOPE),
        Sense::Scope => SCOPE,
        Sense::Wording | Sense::Same => 0,
    };
    out.complete &= out.changes.len() <= MOST;
    out.changes.truncate(MOST);
    out
}

/// What the judge finds in the new definition and did not find in the old one. Returns the score of
/// the new one, if what came in is enough to call it hostile.
fn hostility(of: Defined, old: &Value, new: &Value, out: &mut Redefinition) -> Option<u32> {
    let (before, after) = (judged(of, old), judged(of, new));
    out.complete &= before.complete && after.complete;
    let mut known: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for mark in before.marks.iter().filter(|mark| mark.weight > 0) {
        *known.entry((mark.detector, mark.class)).or_default() += mark.weight;
    }
    let mut found: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for mark in after.marks.iter().filter(|mark| mark.weight > 0) {
        *found.entry((mark.detector, mark.class)).or_default() += mark.weight;
    }
    // The learnt model moves with every word; it counts where it crosses the level.
    let crossed = |detector| detector != "learnt" || !before.reaches(crate::LEVEL);
    let shown = tool_text(new);
    let starts: BTreeMap<&str, usize> =
        shown.fields.iter().map(|(range, at)| (at.as_str(), range.start)).collect();
    for mark in after.marks.iter().filter(|mark| mark.weight > 0) {
        let key = (mark.detector, mark.class);
        let more = found.get(&key).copied().unwrap_or(0) > known.get(&key).copied().unwrap_or(0);
        if !more || !crossed(mark.detector) || out.changes.len() > MOST {
            continue;
        }
        let start = starts.get(mark.field.as_str()).copied().unwrap_or(0);
        let range = mark.range.start.saturating_sub(start)..mark.range.end.saturating_sub(start);
        let mut change =
            DefinitionChange::new(ChangeKind::HostilityAdded, mark.field.as_str(), mark.class);
        // Names are judged with spaces between their words: a place in them is none in the name.
        let text = new.pointer(&mark.field).and_then(Value::as_str);
        change.range = text.and_then(|text| text.get(range.clone())).map(|_| range);
        let weak = !after.reaches(crate::LEVEL);
        out.changes.push(if weak { change.severe(Severity::Medium) } else { change });
    }
    (after.reaches(crate::LEVEL) || after.score >= before.score + TELLING).then_some(after.score)
}

fn judged(of: Defined, value: &Value) -> Verdict {
    let judge = Judge::of(Subject::Definition);
    let text = value.as_str().unwrap_or_default();
    let mut verdict = match of {
        Defined::Instructions => judge.text(text),
        Defined::Tool | Defined::Prompt | Defined::Resource => judge.tool(value),
    };
    if verdict.marks.iter().any(|mark| mark.detector == "links") {
        return verdict;
    }
    if of == Defined::Instructions {
        verdict.linked(&links(text));
    } else {
        let shown = tool_text(value);
        let known = verdict.marks.len();
        verdict.linked(&links(&shown.text));
        if verdict.marks.len() > known {
            for mark in verdict.marks.iter_mut().filter(|mark| mark.detector == "links") {
                shown.field(mark.range.start).clone_into(&mut mark.field);
            }
        }
    }
    verdict
}

/// Whether it does more, by everything but its annotations.
fn widened(old: &Effects, new: &Effects, out: &mut Redefinition) {
    let said = |effects: &Effects| effects.said().map(|evidence| evidence.effect);
    let Some(evidence) = new.said() else { return };
    if said(old).is_none_or(|before| evidence.effect > before) {
        let what = evidence.effect.name();
        let kind = ChangeKind::EffectWidened;
        let grave = matches!(what, "execute" | "admin" | "destructive");
        let field = format!("/{}", evidence.source.name());
        let field = if evidence.source == crate::EffectSource::Parameter {
            format!("/inputSchema/properties/{}", schema::escaped(&evidence.word))
        } else {
            field
        };
        let change = DefinitionChange::new(kind, field, what);
        out.changes.push(if grave { change.severe(Severity::High) } else { change });
    }
}

/// Hints, and the value of each that is the graver.
static HINTS: &[(&str, bool, bool)] = &[
    // Name, what it is when it is not given, and the graver value.
    ("readOnlyHint", false, false),
    ("destructiveHint", true, true),
    ("openWorldHint", true, true),
    ("idempotentHint", false, false),
];

fn annotations(old: Option<&Value>, new: Option<&Value>, out: &mut Redefinition) {
    for (name, usual, grave) in HINTS {
        let value = |annotations: Option<&Value>| {
            annotations.and_then(|all| all.get(name)).and_then(Value::as_bool)
        };
        let (before, after) = (value(old).unwrap_or(*usual), value(new).unwrap_or(*usual));
        if before != after {
            let kind = if after == *grave {
                ChangeKind::AnnotationGraver
            } else {
                ChangeKind::AnnotationMilder
            };
            out.changes.push(DefinitionChange::new(kind, format!("/annotations/{name}"), *name));
        }
    }
}

/// Members of the definition itself. Schemas have their own comparison, and so have texts.
fn members(old: &Value, new: &Value, out: &mut Redefinition) {
    let (Some(before), Some(after)) = (old.as_object(), new.as_object()) else { return };
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        let field = format!("/{}", schema::escaped(name));
        match name.as_str() {
            "inputSchema" | "outputSchema" => schema::compare(&field, old, new, out),
            "arguments" => schema::arguments(&field, old, new, out),
            "uri" | "uriTemplate" | "websiteUrl" => {
                let kind = ChangeKind::AddressChanged;
                out.changes.push(DefinitionChange::new(kind, field, name.as_str()));
            }
            "description" if old.is_some() && new.is_some() => {}
            _ => {
                let kind = ChangeKind::MemberChanged;
                out.changes.push(DefinitionChange::new(kind, field, name.as_str()));
            }
        }
    }
}

/// Hosts that are named now and were not.
fn named_hosts(old: &Value, new: &Value, out: &mut Redefinition) {
    let before: BTreeSet<String> = text::strings(old, out)
        .iter()
        .flat_map(|(_, text)| hosts(text))
        .map(|(host, _)| host)
        .collect();
    for (field, text) in text::strings(new, out) {
        for (host, at) in hosts(text) {
            if !before.contains(&host) {
                let range = at..at + host.len();
                let change = DefinitionChange::new(ChangeKind::HostAdded, field.as_str(), host);
                out.changes.push(change.at(range));
            }
        }
    }
}
