//! Harmless texts and definitions of the corpus are left in peace.

#![expect(clippy::expect_used, reason = "a panic is how a test fails")]

use std::{fs, path::PathBuf};

use serde_json::Value;
use warden_detect::{LEVEL, links, redact, tool_text};

/// A line of the corpus: its file and name, its label and its text.
struct Row {
    id: String,
    hostile: bool,
    tool: Option<Value>,
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
    Row { id: format!("{file}:{at}"), hostile: word("label") == "malicious", tool, text: shown }
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
        wrong.is_empty(),
        "{} of {harmless}, {found} hostile: {}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(found >= 25, "{found}");
}
