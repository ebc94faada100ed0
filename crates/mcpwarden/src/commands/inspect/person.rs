//! One text, or the definitions of one answer, for a person.

use std::{collections::BTreeSet, ops::Range};

use serde_json::Value;
use warden_detect::{Judge, Personal, copies};
use warden_report::{Pen, Tone, View};

use super::{
    Sort,
    judged::{Judged, brief},
};
use crate::{Failure, Kind};

/// What is told.
pub(super) struct Told {
    level: u32,
    /// Names, and what was judged.
    judged: Vec<(String, Judged)>,
}

/// Judges a text. Definitions may stand alone, in a list, or in an answer to `tools/list`.
pub(super) fn judge(
    sort: Sort,
    text: &str,
    level: u32,
    personal: &Personal,
) -> Result<Told, Failure> {
    let judge = (Judge::of(sort.subject()), personal);
    if sort != Sort::Tool {
        return Ok(Told { level, judged: vec![("text".to_owned(), Judged::text(judge, text))] });
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
    let copies: BTreeSet<usize> = copies(&tools).into_iter().map(|one| one.copy).collect();
    let one = |(at, tool): (usize, &&Value)| {
        let mut judged = Judged::tool(judge, tool);
        if copies.contains(&at) {
            judged.verdict.copied();
        }
        let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
        (name.to_owned(), judged)
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
        self.judged.iter().any(|(_, judged)| judged.verdict.reaches(self.level))
    }

    pub(super) fn complete(&self) -> bool {
        self.judged.iter().all(|(_, judged)| judged.complete())
    }

    pub(super) fn text(&self, view: View) -> String {
        let mut pen = Pen::new(view);
        for (name, judged) in &self.judged {
            let flagged = judged.verdict.reaches(self.level);
            let (tone, state) =
                if flagged { (Tone::Bad, "flagged") } else { (Tone::Good, "not flagged") };
            pen.say(Tone::Strong, &brief(name));
            pen.say(Tone::Plain, ": ");
            pen.say(tone, state);
            pen.say(Tone::Plain, &format!(", score {} of 100", judged.verdict.score));
            pen.end();
            evidence(judged, &mut pen);
            data(judged, &mut pen);
            if !judged.verdict.complete {
                pen.lines(
                    2,
                    Tone::Warn,
                    "not judged to its end: it has more layers than are decoded",
                );
            }
            if judged.secrets.cut || !judged.personal.complete {
                pen.lines(2, Tone::Warn, "not judged to its end: it has more values than are told");
            }
        }
        pen.finish()
    }
}

/// What counts against a text.
fn evidence(judged: &Judged, pen: &mut Pen) {
    for mark in judged.verdict.marks.iter().filter(|mark| mark.weight > 0) {
        let place = place(&mark.field, &mark.range);
        let how = mark
            .encoding
            .map_or(String::new(), |encoding| format!(", written as {}", encoding.name()));
        pen.lines(2, Tone::Plain, &format!("{} ({}), {place}{how}", mark.class, mark.detector));
        let piece = judged.piece(&mark.range);
        if !piece.is_empty() {
            pen.lines(4, Tone::Dim, &piece);
        }
    }
}

/// Credentials and personal data, without their values.
fn data(judged: &Judged, pen: &mut Pen) {
    for secret in &judged.secrets.secrets {
        let range = secret.range();
        let last = secret.last_four().map_or(String::new(), |last| format!(" …{last}"));
        let place = place(judged.field(range.start), &range);
        pen.lines(2, Tone::Warn, &format!("secret: {}{last}, {place}", secret.kind().id));
    }
    for hit in &judged.personal.hits {
        let place = place(judged.field(hit.range.start), &hit.range);
        let line = format!("{} data: {}, {place}", hit.class.name(), hit.kind);
        pen.lines(2, Tone::Plain, &line);
    }
}

fn place(field: &str, range: &Range<usize>) -> String {
    if field.is_empty() {
        format!("bytes {} to {}", range.start, range.end)
    } else {
        field.to_owned()
    }
}
