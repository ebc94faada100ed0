//! Programs that are started.

use warden_flow::analysis::{At, FnId, Noted};

use super::{argument, noted};
use crate::source::{
    SourceView,
    fold::{Fold, How, Spelling, Value},
};

/// Alternatives of one command line that are kept.
const MOST_LINES: usize = 24;

/// A program that is started.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// The call.
    pub(crate) at: At,
    /// The function that it stands in.
    pub(crate) function: FnId,
    /// The words of the command line: one of these. Holes are `*`, the user's folder is `~`.
    pub(crate) lines: Vec<Vec<String>>,
    /// How program and arguments came about.
    pub(crate) how: How,
}

impl Start {
    /// The command lines as texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| line.join(" "))
    }
}

pub(super) fn starts(view: &SourceView<'_>, fold: &Fold<'_>) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    let tags = ["start-list", "start-shell", "start-args", "start-words", "start-rest"];
    for tag in tags {
        for noted in noted(view, tag) {
            if starts.iter().any(|start| start.at == noted.at) {
                continue;
            }
            let words = words(fold, noted, tag);
            if words.is_empty() {
                continue;
            }
            let how = words.iter().fold(How::default(), |how, word| how.with(word.how()));
            let lines = lines(&words);
            starts.push(Start { at: noted.at, function: noted.function, lines, how });
        }
    }
    starts.sort_by_key(|start| start.at);
    starts
}

/// The words of what is started, as values.
fn words(fold: &Fold<'_>, noted: &Noted, tag: &str) -> Vec<Value> {
    let value =
        |place: usize, names: &[&str]| argument(noted, place, names).map(|at| fold.value(at));
    match tag {
        "start-list" => match value(0, &["args"]) {
            Some(Value::List(list)) => list.items.clone(),
            Some(Value::OneOf(choices)) => match choices.first() {
                Some(Value::List(_)) => {
                    // Several command lines: what is at the same place is one of several.
                    let length = choices.iter().filter_map(items).map(<[Value]>::len).max();
                    let at = |place: usize| {
                        let there = choices.iter().filter_map(items);
                        Value::one_of(there.filter_map(|list| list.get(place).cloned()))
                    };
                    (0..length.unwrap_or(0)).map(at).collect()
                }
                _ => vec![Value::OneOf(choices)],
            },
            other => other.into_iter().collect(),
        },
        "start-shell" => value(0, &["cmd", "command"]).into_iter().collect(),
        "start-args" => {
            let mut words: Vec<Value> = value(0, &["file", "command"]).into_iter().collect();
            match value(1, &["args"]) {
                Some(Value::List(list)) => words.extend(list.items.iter().cloned()),
                Some(Value::OneOf(choices)) => {
                    words.extend(choices.iter().flat_map(|choice| {
                        items(choice).map(<[Value]>::to_vec).unwrap_or_default()
                    }));
                }
                _ => {}
            }
            words
        }
        _ => {
            let skip = usize::from(tag == "start-rest");
            let mut words = Vec::new();
            for arg in noted.args.iter().skip(skip) {
                match fold.value(arg.at) {
                    // `args...` of Go.
                    Value::List(list) => words.extend(list.items.iter().cloned()),
                    value => words.push(value),
                }
            }
            words
        }
    }
}

fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(list) => Some(&list.items),
        _ => None,
    }
}

/// Every command line that the words may be, as far as they are not too many.
fn lines(words: &[Value]) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = vec![Vec::new()];
    for word in words.iter().take(64) {
        let mut spellings: Vec<String> = word.spellings().iter().map(Spelling::shown).collect();
        spellings.dedup();
        if lines.len().saturating_mul(spellings.len()) > MOST_LINES {
            spellings.truncate(1);
            if lines.len() > MOST_LINES / 2 {
                lines.truncate(MOST_LINES / 2);
            }
        }
        lines = lines
            .iter()
            .flat_map(|line| {
                spellings.iter().map(|word| {
                    let mut line = line.clone();
                    line.push(word.clone());
                    line
                })
            })
            .collect();
    }
    lines
}
