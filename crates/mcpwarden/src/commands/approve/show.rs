//! What a person sees before and after an approval.

use serde_json::Value;
use similar::TextDiff;
use warden_detect::{Defined, Sense, redefinition, visible};
use warden_model::{DefinitionKind, Finding, Severity, Surface};
use warden_policy::{Artifact, Drift, Pin, PinnedDefinition, compare_pins};
use warden_report::{View, printable, wrap};

/// So many changes of one definition are told by their sort; all are in the text below them.
const MOST_CHANGES: usize = 12;

/// The longest instructions or description that is shown whole before an approval, in characters.
const WHOLE: usize = 4000;

/// Everything that would be approved, with what is wrong with it.
pub(super) fn pin(pin: &Pin, surface: &Surface, findings: &[Finding], view: View) -> String {
    let mut out = format!("{}{}\n", pin.server, spoken(surface));
    out.push_str(&format!("  artifact  {}\n", artifact(&pin.artifact)));
    out.push_str(&format!("  manifest  {}\n", pin.manifest()));
    let asks: Vec<_> = pin.asks.iter().map(String::as_str).collect();
    let asks = if asks.is_empty() { "nothing".to_owned() } else { asks.join(", ") };
    out.push_str(&format!("  may ask   {asks}\n"));
    if let Some(text) = &pin.instructions {
        out.push_str("\ninstructions\n");
        out.push_str(&block(text, view.columns));
    }
    for kind in [DefinitionKind::Tool, DefinitionKind::Prompt, DefinitionKind::Template] {
        let of_kind: Vec<_> = pin.definitions.iter().filter(|d| d.kind == kind).collect();
        if !of_kind.is_empty() {
            let plural = if of_kind.len() == 1 { "" } else { "s" };
            out.push_str(&format!("\n{} {}{plural}\n", of_kind.len(), kind.name()));
            for definition in of_kind {
                out.push_str(&entry(definition, view.columns));
            }
        }
    }
    out.push_str(&problems(findings));
    out
}

/// What changed between two pins, by drift class.
pub(super) fn drifts(old: &Pin, new: &Pin, view: View) -> String {
    let drifts = compare_pins(old, new);
    let when = format!("since {} approved it at {}", old.approval.by, old.approval.at);
    if drifts.is_empty() {
        return format!("{}\n", printable(&format!("nothing has changed {when}")));
    }
    let mut out = format!("\n{} of {} changed {when}\n", drifts.len(), new.server);
    for drift in &drifts {
        out.push_str(&one(drift, old, new, view));
    }
    out
}

/// What to do next.
pub(super) fn done(pin: &Pin) -> String {
    let tools = pin.definitions.iter().filter(|d| d.kind == DefinitionKind::Tool).count();
    let line = format!(
        "approved {} with {tools} tools, by {}; what changes from now on is hidden and refused",
        pin.server, pin.approval.by
    );
    format!("{}\n", printable(&line))
}

fn spoken(surface: &Surface) -> String {
    let mut parts = Vec::new();
    if let Some((name, version)) = &surface.implementation {
        parts.push(format!("{name} {version}"));
    }
    parts.extend(surface.protocol.as_ref().map(|revision| format!("speaks {revision}")));
    if parts.is_empty() { String::new() } else { format!(": {}", shown(&parts.join(", "))) }
}

fn artifact(artifact: &Artifact) -> String {
    match artifact {
        Artifact::Digest(digest) => digest.to_string(),
        Artifact::Unknown(why) => format!("not known ({why}): only what it shows is bound"),
    }
}

fn entry(definition: &PinnedDefinition, columns: usize) -> String {
    let effect = definition.effect.map(|effect| format!("  [{effect}]")).unwrap_or_default();
    let mut out = format!("  {}{effect}\n", shown(&definition.name));
    if let Some(text) = definition.body.get("description").and_then(Value::as_str) {
        out.push_str(&block(text, columns));
    }
    let schema = definition.body.get("inputSchema").and_then(|schema| schema.get("properties"));
    if let Some(properties) = schema.and_then(Value::as_object)
        && !properties.is_empty()
    {
        let names: Vec<_> = properties.keys().map(|name| shown(name)).collect();
        out.push_str(&block(&format!("takes {}", names.join(", ")), columns));
    }
    out
}

fn problems(findings: &[Finding]) -> String {
    let Some(worst) = super::worst(findings) else {
        return "\nno rule has anything against it\n".to_owned();
    };
    let mut out = format!("\n{} findings, at worst {worst}\n", findings.len());
    for finding in findings {
        let tool = finding.subject.tool.as_ref().map(|tool| format!(" {tool}")).unwrap_or_default();
        let line = format!("  {}[{}]{tool}: {}", finding.severity, finding.rule, finding.message);
        out.push_str(&(printable(&line) + "\n"));
    }
    out
}

fn one(drift: &Drift, old: &Pin, new: &Pin, view: View) -> String {
    let kind = drift.kind.map(|kind| format!("{} ", kind.name())).unwrap_or_default();
    let mut out = format!("\n  {kind}{}\n", shown(&drift.name));
    for change in &drift.changes {
        out.push_str(&format!("    {:<20}{}\n", change.class.code(), shown(&change.detail)));
    }
    out.push_str(&sense(drift, old, new));
    for (side, digest) in [("approved", drift.pinned), ("served", drift.served)] {
        if let Some(digest) = digest {
            out.push_str(&format!("    {side:<9} {digest}\n"));
        }
    }
    let (before, after) = match drift.kind {
        Some(kind) => {
            (pretty(old.definition(kind, &drift.name)), pretty(new.definition(kind, &drift.name)))
        }
        None if drift.name == "instructions" => (
            old.instructions.clone().unwrap_or_default(),
            new.instructions.clone().unwrap_or_default(),
        ),
        None => return out,
    };
    let diff = TextDiff::from_lines(&before, &after);
    for hunk in diff.unified_diff().context_radius(2).iter_hunks() {
        for change in hunk.iter_changes() {
            let text = shown(change.value().trim_end_matches('\n'));
            for line in wrap(&text, room(view.columns)) {
                out.push_str(&format!("    {} {line}\n", change.tag()));
            }
        }
    }
    out
}

/// What the change of a text comes to, for whoever decides about it.
fn sense(drift: &Drift, old: &Pin, new: &Pin) -> String {
    let body = |pin: &Pin| match drift.kind {
        Some(kind) => pin.definition(kind, &drift.name).map(|found| found.body.clone()),
        None if drift.name == "instructions" => pin.instructions.clone().map(Value::from),
        None => None,
    };
    let (Some(before), Some(after)) = (body(old), body(new)) else { return String::new() };
    let of = match drift.kind {
        Some(DefinitionKind::Tool) => Defined::Tool,
        Some(DefinitionKind::Prompt) => Defined::Prompt,
        Some(DefinitionKind::Resource | DefinitionKind::Template) => Defined::Resource,
        None => Defined::Instructions,
    };
    let found = redefinition(of, &before, &after);
    let word = match found.sense {
        Sense::Same => return String::new(),
        Sense::Wording => "wording only",
        Sense::Scope => "does, takes or reaches something else",
        Sense::Hostile => "HOSTILE: it says something that was not said",
    };
    let mut out = format!("    {:<20}{word}\n", "comes to");
    let grave = found.changes.iter().filter(|change| change.severity > Severity::Info);
    for change in grave.take(MOST_CHANGES) {
        let what = shown(&change.what);
        out.push_str(&format!(
            "    {:<20}{what} at {}\n",
            change.kind.name(),
            shown(&change.field)
        ));
    }
    if !found.complete {
        out.push_str("    not all of it could be compared\n");
    }
    out
}

fn pretty(definition: Option<&PinnedDefinition>) -> String {
    let text = definition.and_then(|found| serde_json::to_string_pretty(&found.body).ok());
    text.map(|text| text + "\n").unwrap_or_default()
}

/// A text with hidden characters made visible and nothing that a terminal would obey.
fn shown(text: &str) -> String {
    printable(&visible(text).text).into_owned()
}

fn block(text: &str, columns: usize) -> String {
    let cut: String = text.chars().take(WHOLE).collect();
    let rest = text.chars().count().saturating_sub(WHOLE);
    let mut out = String::new();
    for line in cut.lines() {
        for line in wrap(&shown(line), room(columns)) {
            out.push_str(&format!("      {line}\n"));
        }
    }
    if rest > 0 {
        out.push_str(&format!("      and {rest} characters more; `scan --live` shows them\n"));
    }
    out
}

/// The columns that text has beside its indent.
fn room(columns: usize) -> usize {
    columns.saturating_sub(6).max(20)
}
