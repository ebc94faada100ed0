//! Verdicts over any text and any definition: bounded, in order, and the same twice.

use serde_json::{Value, json};
use warden_detect::{Judge, LEVEL, Subject, Verdict, tool_text};

/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 16 * 1024;

/// The highest score that there is.
const HIGHEST: u32 = 100;

/// The whole input is the text, a definition, or the description of one. One that begins with `*`
/// is repeated until it is long.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.strip_prefix('*').filter(|piece| !piece.is_empty()) {
        Some(piece) => drop(content(&piece.repeat(LONG / piece.len()))),
        None => {
            let plain = content(text);
            drop(content(&format!("{text}\nThe weather was fine, and nobody was late.\n")));
            escaped(text, &plain);
            let definition = serde_json::from_str(text).unwrap_or_else(|_| described(text));
            tool(&definition);
        }
    }
}

fn described(text: &str) -> Value {
    let (name, description) = text.split_once('\n').unwrap_or(("tool", text));
    json!({"name": name, "description": description, "inputSchema": {"required": ["context"],
        "properties": {"context": {"type": "string", "description": description}}}})
}

fn content(text: &str) -> Verdict {
    let judge = Judge::of(Subject::Content);
    let verdict = judge.text(text);
    assert_eq!(verdict, judge.text(text), "the same twice");
    bounds(&verdict, text);
    assert!(verdict.marks.iter().all(|mark| mark.field.is_empty()));
    verdict
}

fn tool(definition: &Value) {
    let judge = Judge::of(Subject::Definition);
    let verdict = judge.tool(definition);
    assert_eq!(verdict, judge.tool(definition), "the same twice");
    let shown = tool_text(definition);
    bounds(&verdict, &shown.text);
    for mark in &verdict.marks {
        assert_eq!(mark.field, shown.field(mark.range.start));
    }
}

fn bounds(verdict: &Verdict, text: &str) {
    assert!(verdict.score <= HIGHEST);
    assert!((0.0..=1.0).contains(&verdict.probability), "{}", verdict.probability);
    let mut from = 0;
    for mark in &verdict.marks {
        assert!(text.get(mark.range.clone()).is_some(), "{mark:?} of {text:?}");
        assert!(mark.range.start >= from, "in the order of the text");
        from = mark.range.start;
    }
    assert!(!verdict.reaches(LEVEL) || !verdict.marks.is_empty(), "{verdict:?} of {text:?}");
}

/// What the rules find in short plain text they find as well where all of it is escaped.
fn escaped(text: &str, plain: &Verdict) {
    let ruled = Judge::with(None).text(text);
    let bare = |char: char| char.is_ascii_alphanumeric() || matches!(char, ' ' | '.' | ',');
    if !plain.complete || !text.chars().all(bare) || text.is_empty() {
        return;
    }
    let written: String = text.chars().map(|char| format!("\\u{:04x}", u32::from(char))).collect();
    let again = Judge::with(None).text(&written);
    assert!(again.score >= ruled.score.min(HIGHEST), "{ruled:?}, and {again:?} of {written}");
}
