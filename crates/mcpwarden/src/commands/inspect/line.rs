//! Lines of JSON: what is judged, and what comes out.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use warden_detect::{Described, Judge, Mark, Personal};

use super::{
    Sort,
    judged::{By, Judged},
};

/// A line of the input.
#[derive(Debug)]
pub(super) struct Line {
    number: usize,
    bytes: Vec<u8>,
}

/// Whether every line could be judged whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Yes,
    No,
}

impl Whole {
    pub(super) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::No, _) | (_, Self::No) => Self::No,
        }
    }
}

impl Line {
    pub(super) const fn new(number: usize, bytes: Vec<u8>) -> Self {
        Self { number, bytes }
    }

    fn read(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.bytes).map_err(|error| error.to_string())
    }

    /// What of its definition is compared with others.
    pub(super) fn described(&self) -> Described {
        let row = self.read().unwrap_or_default();
        Described::of(tool(&row).unwrap_or(&Value::Null))
    }
}

fn tool(row: &Value) -> Option<&Value> {
    row.get("tool").filter(|tool| tool.is_object())
}

/// What is judged how.
#[derive(Clone, Copy, Debug)]
pub(super) struct How<'c> {
    pub(super) sort: Sort,
    pub(super) level: u32,
    /// Which lines have a definition that copies that of another line.
    pub(super) copies: &'c BTreeSet<usize>,
    /// What finds personal data.
    pub(super) personal: &'c Personal,
}

/// The lines that come out, and whether all could be judged whole. `first` is the place of the
/// first line among all.
pub(super) fn judge(lines: &[Line], first: usize, how: How<'_>) -> (String, Whole) {
    let judge = (Judge::of(how.sort.subject()), how.personal);
    let (mut out, mut whole) = (String::new(), Whole::Yes);
    for (at, line) in lines.iter().enumerate() {
        let row = line.read();
        let copied = how.copies.contains(&(first + at));
        let judged =
            row.as_ref().map_err(Clone::clone).and_then(|row| judged(judge, row, how.sort));
        let judged = judged.map(|mut judged| {
            if copied {
                judged.verdict.copied();
            }
            judged
        });
        if !judged.as_ref().is_ok_and(Judged::complete) {
            whole = Whole::No;
        }
        let id = row.ok().and_then(|row| row.get("id").cloned()).unwrap_or(Value::Null);
        let row = match judged {
            Ok(judged) => told(&id, &judged, how.level),
            Err(why) => unread(&id, line.number, &why),
        };
        out.push_str(&row.to_string());
        out.push('\n');
    }
    (out, whole)
}

fn judged(judge: By<'_>, row: &Value, sort: Sort) -> Result<Judged, String> {
    if let Some(tool) = tool(row) {
        return Ok(Judged::tool(judge, tool));
    }
    match row.get("text") {
        Some(Value::String(text)) => Ok(Judged::text(judge, text)),
        Some(_) => Err("`text` is no string".to_owned()),
        None if sort == Sort::Tool => Err("there is no `tool` and no `text`".to_owned()),
        None => Err("there is no `text`".to_owned()),
    }
}

fn unread(id: &Value, number: usize, why: &str) -> Value {
    json!({
        "id": id,
        "line": number,
        "flagged": true,
        "score": 100,
        "classes": ["unreadable"],
        "evidence": [],
        "complete": false,
        "error": why,
    })
}

fn told(id: &Value, judged: &Judged, level: u32) -> Value {
    let verdict = &judged.verdict;
    let secrets = judged.secrets.secrets.iter().map(|secret| {
        let kind = ("kind", secret.kind().id);
        placed(&[kind], &secret.range(), judged)
    });
    let personal = judged.personal.hits.iter().map(|hit| {
        let told = [("kind", &*hit.kind), ("class", hit.class.name()), ("proof", hit.proof.name())];
        placed(&told, &hit.range, judged)
    });
    let mut row = json!({
        "id": id,
        "flagged": verdict.reaches(level),
        "score": verdict.score,
        "probability": (verdict.probability * 1000.0).round() / 1000.0,
        "classes": verdict.classes(),
        "evidence": verdict.marks.iter().map(|mark| evidence(mark, judged)).collect::<Vec<_>>(),
        "secrets": secrets.collect::<Vec<_>>(),
        "personal": personal.collect::<Vec<_>>(),
        "complete": judged.complete(),
    });
    if let (Some(class), Some(row)) = (judged.personal.class(), row.as_object_mut()) {
        row.insert("data_class".to_owned(), class.name().into());
    }
    row
}

/// What is told of a value, and where it stands. Never the value.
fn placed(told: &[(&str, &str)], range: &std::ops::Range<usize>, judged: &Judged) -> Value {
    let told = told.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let mut members: Map<String, Value> = told.collect();
    members.insert("start".to_owned(), range.start.into());
    members.insert("end".to_owned(), range.end.into());
    let field = judged.field(range.start);
    if !field.is_empty() {
        members.insert("field".to_owned(), field.into());
    }
    Value::Object(members)
}

/// A piece of evidence.
fn evidence(mark: &Mark, judged: &Judged) -> Value {
    let mut evidence = json!({
        "class": mark.class,
        "detector": mark.detector,
        "weight": mark.weight,
        "start": mark.range.start,
        "end": mark.range.end,
        "text": judged.piece(&mark.range),
    });
    let mut add = |name: &str, value: &str| {
        if let Some(members) = evidence.as_object_mut().filter(|_| !value.is_empty()) {
            members.insert(name.to_owned(), Value::from(value));
        }
    };
    add("field", &mark.field);
    add("encoding", mark.encoding.map_or("", |encoding| encoding.name()));
    evidence
}
