//! Sentences that came in and sentences that are gone.

use std::{collections::BTreeSet, ops::Range};

use serde_json::{Value, json};
use warden_model::{Effect, Severity};

use crate::{EffectSource, effects, normal::Normal, work};

use super::{ChangeKind, DefinitionChange, MOST, Redefinition, schema::escaped};

/// A value that is nested deeper is not compared.
const DEEPEST: usize = 64;

/// So many strings are compared.
const STRINGS: usize = 8192;

/// Members whose strings are no sentences.
static GRAMMAR: &[&str] = &[
    "type",
    "$ref",
    "$schema",
    "$id",
    "format",
    "pattern",
    "enum",
    "const",
    "required",
    "src",
    "mimeType",
    "uri",
    "uriTemplate",
    "name",
];

/// Every string of a definition with its place, in the order of the places.
pub(super) fn strings<'v>(value: &'v Value, out: &mut Redefinition) -> Vec<(String, &'v str)> {
    let mut found = Vec::new();
    let mut open = vec![(value, String::new(), 0)];
    while let Some((value, at, depth)) = open.pop() {
        if depth > DEEPEST || found.len() >= STRINGS {
            out.complete = false;
            continue;
        }
        work::add(1);
        match value {
            Value::String(text) => found.push((at, text.as_str())),
            Value::Array(values) => {
                let items = values.iter().enumerate();
                open.extend(items.map(|(number, one)| (one, format!("{at}/{number}"), depth + 1)));
            }
            Value::Object(members) => {
                open.extend(
                    members
                        .iter()
                        .map(|(name, one)| (one, format!("{at}/{}", escaped(name)), depth + 1)),
                );
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.sort();
    found
}

/// Compares the sentences of the definitions, wherever they stand: one that moved is not new.
pub(super) fn compare(old: &Value, new: &Value, out: &mut Redefinition) {
    let (before, after) = (spoken(old, out), spoken(new, out));
    let known: BTreeSet<String> = before.iter().flat_map(|(_, text)| said(text)).collect();
    let kept: BTreeSet<String> = after.iter().flat_map(|(_, text)| said(text)).collect();
    let does = effects(old).effect;
    for (field, text) in &after {
        for range in sentences(text) {
            let sentence = text.get(range.clone()).unwrap_or_default();
            if known.contains(&spelled(sentence)) || out.changes.len() > 4 * MOST {
                continue;
            }
            let kind = ChangeKind::SentenceAdded;
            out.changes.push(DefinitionChange::new(kind, field.as_str(), "").at(range.clone()));
            out.changes.extend(deed(sentence, does).map(|(effect, severity)| {
                DefinitionChange::new(ChangeKind::DeedAdded, field.as_str(), effect.name())
                    .at(range)
                    .severe(severity)
            }));
        }
    }
    for (field, text) in &before {
        for range in sentences(text) {
            let gone = !kept.contains(&spelled(text.get(range.clone()).unwrap_or_default()));
            if gone && out.changes.len() <= 4 * MOST {
                let kind = ChangeKind::SentenceRemoved;
                out.changes.push(DefinitionChange::new(kind, field.as_str(), "").at(range));
            }
        }
    }
}

/// The strings that are sentences.
fn spoken<'v>(value: &'v Value, out: &mut Redefinition) -> Vec<(String, &'v str)> {
    let mut all = strings(value, out);
    all.retain(|(at, _)| {
        let mut parts = at.rsplit('/');
        let last = parts.next().unwrap_or_default();
        let above = parts.next().unwrap_or_default();
        let listed = last.bytes().all(|byte| byte.is_ascii_digit()) && GRAMMAR.contains(&above);
        let word = GRAMMAR.contains(&last) && above != "properties";
        at.is_empty() || !(listed || word)
    });
    all
}

fn said(text: &str) -> Vec<String> {
    sentences(text).into_iter().map(|range| spelled(text.get(range).unwrap_or_default())).collect()
}

/// A sentence as it is compared: its words, whatever stands between them.
fn spelled(sentence: &str) -> String {
    let normal = Normal::of(sentence);
    let words = normal.text().split(|char: char| !char.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The sentences of a text: they end with a sign and white space, or with the line.
fn sentences(text: &str) -> Vec<Range<usize>> {
    work::add(text.len());
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let end = at + char.len_utf8();
        let space = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = (matches!(char, '.' | '!' | '?' | ';' | ':') && space)
            || matches!(char, '\n' | '。' | '！' | '？' | '؟' | '।');
        if ends {
            add(text, start..end, &mut found);
            start = end;
        }
    }
    add(text, start..text.len(), &mut found);
    found
}

/// Takes a sentence without the white space around it, if it says anything.
fn add(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let piece = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    if piece.chars().any(char::is_alphanumeric) {
        found.push(start..end);
    }
}

/// What a new sentence says that the tool does, if that is more than it did.
fn deed(sentence: &str, before: Effect) -> Option<(Effect, Severity)> {
    let lower = sentence.trim_start_matches(|char: char| !char.is_alphanumeric());
    // What comes in front of the verb of a second sentence: "It also uploads".
    let lower = ["It also ", "Also ", "It ", "Additionally ", "Then ", "Finally ", "And "]
        .iter()
        .find_map(|start| {
            let head = lower.get(..start.len())?;
            head.eq_ignore_ascii_case(start).then(|| lower.get(start.len()..))?
        })
        .unwrap_or(lower);
    let found = effects(&json!({"name": "", "description": lower}));
    let said = found.evidence.iter().find(|one| one.source == EffectSource::Description)?;
    let grave = matches!(said.effect, Effect::Execute | Effect::Admin | Effect::Destructive);
    let severity = if grave { Severity::High } else { Severity::Medium };
    (said.effect > before).then_some((said.effect, severity))
}
