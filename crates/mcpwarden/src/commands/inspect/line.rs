//! Lines of JSON: what is judged, and what comes out.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use warden_detect::{Judge, Mark, Verdict, redact, tool_text, visible};

use super::Sort;

/// A line of the input.
#[derive(Clone, Debug)]
pub(super) struct Line {
    number: usize,
    /// What was read, or why not.
    row: Result<Value, String>,
}

/// How much of a piece of evidence is shown, in characters.
const SHOWN: usize = 120;

impl Line {
    /// Reads a line.
    pub(super) fn read(number: usize, bytes: &[u8]) -> Self {
        let row = serde_json::from_slice(bytes).map_err(|error| error.to_string());
        Self { number, row }
    }

    fn tool(&self) -> Option<&Value> {
        let row = self.row.as_ref().ok()?;
        row.get("tool").filter(|tool| tool.is_object())
    }
}

/// Definitions that copy another one of the input: by their places, the name of the other.
pub(super) fn copies(lines: &[Line]) -> BTreeMap<usize, String> {
    let word = |line: &Line, name: &str| {
        let text = line.tool().and_then(|tool| tool.get(name)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let shown: Vec<(String, String)> =
        lines.iter().map(|line| (word(line, "name"), word(line, "description"))).collect();
    let shown: Vec<(&str, &str)> =
        shown.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let found = warden_detect::copies(&shown).into_iter();
    found
        .filter_map(|one| Some((one.copy, shown.get(one.of).map(|(name, _)| (*name).to_owned())?)))
        .collect()
}

/// The lines that come out, and whether all could be judged whole. `first` is the place of the
/// first line among all.
pub(super) fn judge(
    lines: &[Line],
    first: usize,
    copies: &BTreeMap<usize, String>,
    sort: Sort,
    level: u32,
) -> (Vec<u8>, bool) {
    let judge = Judge::of(sort.subject());
    let (mut out, mut complete) = (Vec::new(), true);
    for (at, line) in lines.iter().enumerate() {
        let verdict = judged(judge, line, sort, copies.get(&(first + at)));
        complete &= verdict.as_ref().is_ok_and(|(verdict, _)| verdict.complete);
        let row = row(line, &verdict, level);
        out.extend_from_slice(row.to_string().as_bytes());
        out.push(b'\n');
    }
    (out, complete)
}

fn judged(
    judge: Judge<'_>,
    line: &Line,
    sort: Sort,
    copied: Option<&String>,
) -> Result<(Verdict, String), String> {
    let row = line.row.as_ref().map_err(Clone::clone)?;
    if let Some(tool) = line.tool() {
        let mut verdict = judge.tool(tool);
        if copied.is_some() {
            verdict.copied();
        }
        return Ok((verdict, tool_text(tool).text));
    }
    match row.get("text") {
        Some(Value::String(text)) => Ok((judge.text(text), text.clone())),
        Some(_) => Err("`text` is no string".to_owned()),
        None if sort == Sort::Tool => Err("there is no `tool` and no `text`".to_owned()),
        None => Err("there is no `text`".to_owned()),
    }
}

fn row(line: &Line, verdict: &Result<(Verdict, String), String>, level: u32) -> Value {
    let id = line.row.as_ref().ok().and_then(|row| row.get("id")).cloned();
    let id = id.unwrap_or(Value::Null);
    match verdict {
        Err(why) => json!({
            "id": id,
            "line": line.number,
            "flagged": true,
            "score": 100,
            "classes": ["unreadable"],
            "evidence": [],
            "complete": false,
            "error": why,
        }),
        Ok((verdict, text)) => json!({
            "id": id,
            "flagged": verdict.reaches(level),
            "score": verdict.score,
            "probability": (verdict.probability * 1000.0).round() / 1000.0,
            "classes": verdict.classes(),
            "evidence": verdict.marks.iter().map(|mark| evidence(mark, text)).collect::<Vec<_>>(),
            "complete": verdict.complete,
        }),
    }
}

/// A piece of evidence; what it says without hidden characters and without secrets.
pub(super) fn evidence(mark: &Mark, text: &str) -> Value {
    let mut evidence = json!({
        "class": mark.class,
        "detector": mark.detector,
        "weight": mark.weight,
        "start": mark.range.start,
        "end": mark.range.end,
        "text": shown(text.get(mark.range.clone()).unwrap_or_default()),
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

/// The beginning of a piece as people may see it.
pub(super) fn shown(piece: &str) -> String {
    let clean = visible(&redact(piece)).text;
    let line: Vec<&str> = clean.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
