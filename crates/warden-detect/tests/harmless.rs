//! Harmless texts and definitions of the corpus are left in peace.

#![expect(clippy::expect_used, reason = "a panic is how a test fails")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};
use warden_detect::{
    Defined, Heard, Judge, LEVEL, Sense, Shape, Subject, Turn, answered, links, redact,
    redefinition, tool_text,
};

/// A line of the corpus: its file and name, its label and its text.
struct Row {
    id: String,
    hostile: bool,
    tool: Option<Value>,
    /// The tool that gave it, with what it belongs to; empty if that is not told.
    giver: String,
    text: String,
}

fn corpus() -> Vec<Row> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/detect");
    let mut rows = Vec::new();
    for part in ["tools", "texts", "own"] {
        let entries = fs::read_dir(folder.join(part)).expect("the folder is there");
        let mut files: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
        files.sort();
        for file in files {
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).expect("the file can be read");
            rows.extend(text.lines().enumerate().map(|(at, line)| row(&name, at, line)));
        }
    }
    rows
}

fn row(file: &str, at: usize, line: &str) -> Row {
    let value: Value = serde_json::from_str(line).expect("a line is JSON");
    let word = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let text = word("text");
    let tool = text.is_empty().then(|| definition(&value));
    let shown = tool.as_ref().map_or(text, |tool| tool_text(tool).text);
    let giver = word("tool");
    let giver = if giver.is_empty() { giver } else { format!("{} {giver}", word("suite")) };
    let hostile = word("label") == "malicious";
    Row { id: format!("{file}:{at}"), hostile, tool, giver, text: shown }
}

/// The definition as `tools/list` would show it.
fn definition(row: &Value) -> Value {
    let mut tool = row.clone();
    let members = tool.as_object_mut().expect("a line is an object");
    for (name, from) in [("inputSchema", "input_schema"), ("outputSchema", "output_schema")] {
        if let Some(schema) = members.remove(from) {
            members.insert(name.to_owned(), schema);
        }
    }
    let known =
        ["name", "title", "description", "inputSchema", "outputSchema", "annotations", "icons"];
    members.retain(|name, _| known.contains(&name.as_str()));
    tool
}

#[test]
fn links_of_harmless_texts_do_not_reach_the_level() {
    let rows = corpus();
    let mut wrong = Vec::new();
    let mut found = 0;
    for row in &rows {
        let links = links(&row.text);
        match (row.hostile, links.reaches(LEVEL)) {
            (true, true) => found += 1,
            (false, true) => {
                wrong.push(format!("{}: {:?}\n{}", row.id, links.evidence, redact(&row.text)));
            }
            _ => {}
        }
    }
    let harmless = rows.iter().filter(|row| !row.hostile).count();
    assert!(harmless > 5_000 && rows.iter().any(|row| row.tool.is_some()), "{harmless}");
    assert!(
        wrong.len() * 2000 <= harmless,
        "{} of {harmless}, {found} hostile: {}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(found >= 25, "{found}");
}

/// The answers of tools as agents saw them, each a text.
fn answers(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|row| row.tool.is_none() && row.id.starts_with("agent")).collect()
}

#[test]
fn the_shape_of_harmless_answers_is_nothing_new() {
    let rows = corpus();
    let texts: Vec<&Row> = answers(&rows).into_iter().filter(|row| !row.hostile).collect();
    let answer = |row: &Row| json!({"content": [{"type": "text", "text": row.text}]});
    let mut shape = Shape::new();
    let (mut told, mut reached) = (0, 0);
    for row in &texts {
        let answer = answer(row);
        let found = shape.against(&answer);
        told += usize::from(!found.is_empty());
        reached += usize::from(Shape::score(&found) >= LEVEL);
        assert_eq!(answered(&json!({"name": "t"}), &answer).findings, [], "{}", row.id);
        shape.learn(&answer);
    }
    assert!(texts.len() > 200, "{}", texts.len());
    assert_eq!(reached, 0);
    assert!(told * 50 <= texts.len(), "{told} of {}", texts.len());
}

/// What the history of a tool makes of an answer: its score alone, and by how much it is raised.
fn with_history(history: &[&Row], row: &Row) -> (u32, u32) {
    let judge = Judge::of(Subject::Content);
    let mut turn = Turn::new();
    // A history of eight or more.
    for before in history.iter().cycle().take(history.len() * 3) {
        turn.learn(&Heard::of(&before.text, judge.text(&before.text).score));
    }
    let score = judge.text(&row.text).score;
    (score, turn.against(&Heard::of(&row.text, score)).raise)
}

#[test]
fn harmless_answers_of_a_tool_do_not_turn_and_injected_ones_do() {
    let rows = corpus();
    let mut tools: BTreeMap<&str, (Vec<&Row>, Vec<&Row>)> = BTreeMap::new();
    for row in answers(&rows).into_iter().filter(|row| !row.giver.is_empty()) {
        let (clean, hostile) = tools.entry(&row.giver).or_default();
        if row.hostile { hostile.push(row) } else { clean.push(row) }
    }
    // Clean and hostile ones: how many, how many are raised, how many reach the level by it.
    let mut counts = [[0_usize; 3]; 2];
    for (clean, hostile) in tools.into_values().filter(|(clean, _)| clean.len() >= 4) {
        for (at, row) in clean.iter().enumerate() {
            let others: Vec<&Row> = [&clean[..at], &clean[at + 1..]].concat();
            count(&mut counts[0], with_history(&others, row));
        }
        for row in hostile.iter().step_by(5) {
            count(&mut counts[1], with_history(&clean, row));
        }
    }
    println!("all, raised, flagged: {counts:?}");
    let [[clean, _, flagged], [hostile, found, _]] = counts;
    assert!(clean > 100 && flagged * 100 <= clean, "{counts:?}");
    assert!(hostile > 100 && found * 2 > hostile, "{counts:?}");
}

fn count(counts: &mut [usize; 3], (alone, raise): (u32, u32)) {
    counts[0] += 1;
    counts[1] += usize::from(raise > 0);
    counts[2] += usize::from(alone < LEVEL && alone + raise >= LEVEL);
}

/// What somebody changes about a definition without meaning anything by it.
fn edited(tool: &Value) -> [Value; 3] {
    let with = |change: &dyn Fn(&str) -> String| {
        let mut new = tool.clone();
        let text = new.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(members) = new.as_object_mut() {
            members.insert("description".to_owned(), change(&text).into());
        }
        new
    };
    [
        with(&|text| text.replace('.', "!")),
        with(&|text| format!("{text} The result is a list.")),
        with(&|text| text.split(". ").skip(1).collect::<Vec<_>>().join(". ")),
    ]
}

#[test]
fn harmless_edits_of_harmless_definitions_are_no_hostile_drift() {
    let rows = corpus();
    let tools = rows.iter().filter(|row| !row.hostile && row.id.starts_with("benign"));
    let (mut hostile, mut scope, mut count) = (Vec::new(), 0, 0);
    for (row, tool) in tools.filter_map(|row| Some((row, row.tool.as_ref()?))).step_by(4) {
        for new in edited(tool) {
            let found = redefinition(Defined::Tool, tool, &new);
            count += 1;
            scope += usize::from(found.sense == Sense::Scope);
            if found.sense == Sense::Hostile {
                hostile.push(format!("{}: {:?}", row.id, found.changes));
            }
        }
    }
    println!("{} hostile and {scope} of scope of {count}", hostile.len());
    assert!(count > 1_000 && hostile.len() * 500 <= count, "{hostile:#?}");
    assert!(scope * 20 <= count, "{scope} of {count}");
}
