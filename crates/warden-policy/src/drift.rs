//! What differs between what was approved and what is served, by class.

mod schema;

use std::collections::BTreeSet;

use serde_json::Value;
use warden_model::{DefinitionKind, Digest, Effect};

use crate::{Artifact, Pin, PinnedDefinition};

/// Everything that differs about one definition, the instructions or the artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// What it is; `None` for instructions and artifact.
    pub kind: Option<DefinitionKind>,
    /// Its name; `instructions` and `artifact` for those.
    pub name: String,
    /// What differs, the gravest first.
    pub changes: Vec<Change>,
    /// The digest that was approved.
    pub pinned: Option<Digest>,
    /// The digest that is served.
    pub served: Option<Digest>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Of which class.
    pub class: DriftClass,
    /// Where or what, in a few words.
    pub detail: String,
}

/// The class of a difference, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftClass {
    /// What runs is something else.
    ArtifactChanged,
    /// It does more to the world than what was approved.
    CapabilityWidened,
    /// It names a host that it did not name before.
    NewEndpoint,
    /// It is new.
    Added,
    /// It says something else about what it does to the world.
    AnnotationFlipped,
    /// It takes more than it took.
    SchemaWidened,
    /// It takes something else than it took.
    SchemaChanged,
    /// A text that the model reads changed.
    TextChanged,
    /// Any other member changed.
    OtherChanged,
    /// It is gone.
    Removed,
}

impl DriftClass {
    /// The code in ledger and reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ArtifactChanged => "artifact-changed",
            Self::CapabilityWidened => "capability-widened",
            Self::NewEndpoint => "new-endpoint",
            Self::Added => "added",
            Self::AnnotationFlipped => "annotation-flipped",
            Self::SchemaWidened => "schema-widened",
            Self::SchemaChanged => "schema-changed",
            Self::TextChanged => "text-changed",
            Self::OtherChanged => "other-changed",
            Self::Removed => "removed",
        }
    }
}

/// Everything that differs between two pins of one server, in the order of kind and name.
#[must_use]
pub fn compare_pins(old: &Pin, new: &Pin) -> Vec<Drift> {
    let mut drifts = Vec::new();
    drifts.extend(artifact(&old.artifact, &new.artifact));
    drifts.extend(instructions(old.instructions.as_deref(), new.instructions.as_deref()));
    let effects = old.effects();
    let key = |pinned: &PinnedDefinition| (pinned.kind, pinned.name.clone());
    let names: BTreeSet<_> = old.definitions.iter().chain(&new.definitions).map(key).collect();
    for (kind, name) in names {
        let pair = (old.definition(kind, &name), new.definition(kind, &name));
        drifts.extend(compare_definitions(pair.0, pair.1, &effects));
    }
    drifts
}

/// What differs between an approved and a served definition of one name; `None` if nothing does.
///
/// `approved` are the effects that were approved over the whole server: a new tool that does
/// something which no approved tool does widens what an agent can do.
#[must_use]
pub fn compare_definitions(
    old: Option<&PinnedDefinition>,
    new: Option<&PinnedDefinition>,
    approved: &BTreeSet<Effect>,
) -> Option<Drift> {
    let mut changes = match (old, new) {
        (Some(old), Some(new)) if old.digest == new.digest => return None,
        (Some(old), Some(new)) => changed(old, new),
        (None, Some(new)) => added(new, approved),
        (Some(_), None) => vec![change(DriftClass::Removed, "no longer served")],
        (None, None) => return None,
    };
    if changes.is_empty() {
        changes.push(change(DriftClass::OtherChanged, "a member that has no class of its own"));
    }
    changes.sort();
    changes.dedup();
    let named = old.or(new)?;
    Some(Drift {
        kind: Some(named.kind),
        name: named.name.clone(),
        changes,
        pinned: old.map(|old| old.digest),
        served: new.map(|new| new.digest),
    })
}

fn change(class: DriftClass, detail: impl Into<String>) -> Change {
    Change { class, detail: detail.into() }
}

fn artifact(old: &Artifact, new: &Artifact) -> Option<Drift> {
    if old == new {
        return None;
    }
    let digest = |artifact: &Artifact| match artifact {
        Artifact::Digest(digest) => Some(*digest),
        Artifact::Unknown(_) => None,
    };
    Some(Drift {
        kind: None,
        name: "artifact".into(),
        changes: vec![change(DriftClass::ArtifactChanged, "what runs has another digest")],
        pinned: digest(old),
        served: digest(new),
    })
}

fn instructions(old: Option<&str>, new: Option<&str>) -> Option<Drift> {
    let digest = |text: Option<&str>| text.map(|text| Digest::of(text.as_bytes()));
    let class = match (old, new) {
        (old, new) if old == new => return None,
        (None, Some(_)) => DriftClass::Added,
        (Some(_), None) => DriftClass::Removed,
        _ => DriftClass::TextChanged,
    };
    Some(Drift {
        kind: None,
        name: "instructions".into(),
        changes: vec![change(class, "the server's instructions to the model")],
        pinned: digest(old),
        served: digest(new),
    })
}

fn added(new: &PinnedDefinition, approved: &BTreeSet<Effect>) -> Vec<Change> {
    let mut changes = vec![change(DriftClass::Added, "not there when the server was approved")];
    if let Some(effect) = new.effect
        && !approved.contains(&effect)
    {
        changes.push(change(DriftClass::CapabilityWidened, effect.name()));
    }
    changes
}

fn changed(old: &PinnedDefinition, new: &PinnedDefinition) -> Vec<Change> {
    let mut changes = Vec::new();
    if let (Some(before), Some(after)) = (old.effect, new.effect)
        && after > before
    {
        changes.push(change(DriftClass::CapabilityWidened, format!("{before} to {after}")));
    }
    for host in hosts(&new.body).difference(&hosts(&old.body)) {
        changes.push(change(DriftClass::NewEndpoint, host.as_str()));
    }
    let members = |body: &Value| -> BTreeSet<String> {
        body.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
    };
    for member in members(&old.body).union(&members(&new.body)) {
        let (before, after) = (&old.body[member], &new.body[member]);
        if before == after {
            continue;
        }
        match member.as_str() {
            "annotations" => changes.push(change(DriftClass::AnnotationFlipped, member.as_str())),
            "inputSchema" | "outputSchema" | "arguments" => {
                schema::compare(member, before, after, &mut changes);
            }
            "name" | "title" | "description" => {
                changes.push(change(DriftClass::TextChanged, member.as_str()));
            }
            other => changes.push(change(DriftClass::OtherChanged, other)),
        }
    }
    changes
}

/// The hosts of all URLs in all strings of a definition, lower case.
fn hosts(body: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![body];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.extend(hosts_in(text)),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found
}

fn hosts_in(text: &str) -> impl Iterator<Item = String> {
    text.split("://").skip(1).filter_map(|rest| {
        let authority: &str =
            rest.split(|c: char| c == '/' || c.is_whitespace() || "\"'<>?#)".contains(c)).next()?;
        let host = authority.rsplit('@').next()?;
        let host = host.split(':').next()?.trim_end_matches(['.', ',', ';']);
        (!host.is_empty()).then(|| host.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests;
