//! One text, or the definitions of one answer, for a person.

use std::fmt::Write as _;

use serde_json::Value;
use warden_detect::{Judge, Verdict, tool_text};
use warden_report::View;

use super::{Sort, line};
use crate::{Failure, Kind};

/// What is told.
pub(super) struct Told {
    level: u32,
    /// Names, what was judged, and how.
    judged: Vec<(String, String, Verdict)>,
}

/// Judges a text. Definitions may stand alone, in a list, or in an answer to `tools/list`.
pub(super) fn judge(sort: Sort, text: &str, level: u32) -> Result<Told, Failure> {
    let judge = Judge::of(sort.subject());
    if sort != Sort::Tool {
        let verdict = judge.text(text);
        return Ok(Told { level, judged: vec![("text".to_owned(), text.to_owned(), verdict)] });
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Failure::new(Kind::Input, "the definition is no JSON")
            .caused_by(error)
            .hint("give a definition, a list of them, or an answer to tools/list")
    })?;
    let tools = tools(&value);
    if tools.is_empty() {
        let failure = Failure::new(Kind::Input, "there is no definition of a tool");
        return Err(failure.hint("a definition is an object with a `name`"));
    }
    let word = |tool: &Value, name: &str| {
        tool.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let shown: Vec<(String, String)> =
        tools.iter().map(|tool| (word(tool, "name"), word(tool, "description"))).collect();
    let shown: Vec<(&str, &str)> =
        shown.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let copies = warden_detect::copies(&shown);
    let one = |(at, tool): (usize, &&Value)| {
        let mut verdict = judge.tool(tool);
        if copies.iter().any(|one| one.copy == at) {
            verdict.copied();
        }
        (word(tool, "name"), tool_text(tool).text, verdict)
    };
    Ok(Told { level, judged: tools.iter().enumerate().map(one).collect() })
}

fn tools(value: &Value) -> Vec<&Value> {
    let list = ["/result/tools", "/tools"].iter().find_map(|at| value.pointer(at));
    match list.unwrap_or(value) {
        Value::Array(tools) => tools.iter().filter(|tool| tool.get("name").is_some()).collect(),
        tool if tool.get("name").is_some() => vec![tool],
        _ => Vec::new(),
    }
}

impl Told {
    pub(super) fn flagged(&self) -> bool {
        self.judged.iter().any(|(_, _, verdict)| verdict.reaches(self.level))
    }

    pub(super) fn complete(&self) -> bool {
        self.judged.iter().all(|(_, _, verdict)| verdict.complete)
    }

    pub(super) fn text(&self, view: View) -> String {
        let mut out = String::new();
        for (name, text, verdict) in &self.judged {
            let state = if verdict.reaches(self.level) { "flagged" } else { "not flagged" };
            let name = line::shown(name);
            let told = writeln!(out, "{name}: {state}, score {} of 100", verdict.score);
            told.unwrap_or_default();
            for mark in verdict.marks.iter().filter(|mark| mark.weight > 0) {
                let place = if mark.field.is_empty() {
                    format!("bytes {} to {}", mark.range.start, mark.range.end)
                } else {
                    mark.field.clone()
                };
                let how = mark
                    .encoding
                    .map_or(String::new(), |encoding| format!(", written as {}", encoding.name()));
                let head = format!("  {} ({}), {place}{how}", mark.class, mark.detector);
                out.push_str(&head);
                out.push('\n');
                let piece = line::shown(text.get(mark.range.clone()).unwrap_or_default());
                for row in wrapped(&piece, view.columns.saturating_sub(4)) {
                    out.push_str("    ");
                    out.push_str(&row);
                    out.push('\n');
                }
            }
            if !verdict.complete {
                out.push_str("  not judged to its end: it has more layers than are decoded\n");
            }
        }
        out
    }
}

/// Rows of no more than this many characters.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + word.chars().count() <= columns => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}
