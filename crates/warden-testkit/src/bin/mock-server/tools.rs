//! Tools with descriptions and schemas of a usual size.

use serde_json::{Value, json};

/// The tool that answers with text.
pub(crate) const ECHO: &str = "echo";

const SUBJECTS: &[&str] =
    &["invoice", "customer", "ticket", "branch", "contract", "order", "meeting", "report"];
const VERBS: &[&str] = &["search", "read", "list", "compare", "summarise"];

/// Returns this many tools, of which the first is `echo`.
pub(crate) fn tools(count: usize) -> Vec<Value> {
    (0..count).map(|index| if index == 0 { echo() } else { tool(index) }).collect()
}

fn echo() -> Value {
    json!({
        "name": ECHO,
        "description": "Returns plain text of the size that was asked for.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "size": {"type": "integer", "minimum": 0, "description": "Bytes of text to return"},
                "text": {"type": "string", "description": "Any text; it is not looked at"}
            }
        },
        "annotations": {"readOnlyHint": true, "openWorldHint": false}
    })
}

fn tool(index: usize) -> Value {
    let pick = |words: &[&'static str], by: usize| words.get(by % words.len()).copied();
    let subject = pick(SUBJECTS, index).unwrap_or_default();
    let verb = pick(VERBS, index / SUBJECTS.len()).unwrap_or_default();
    json!({
        "name": format!("{verb}_{subject}_{index}"),
        "description": format!(
            "Use it to {verb} every {subject} of collection {index}. Results are sorted by date, \
             the newest first, and hold at most as many entries as the limit says."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": format!("Words that the {subject} has")},
                "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
                "since": {"type": "string", "description": "The first day, as in 2026-07-28"}
            },
            "required": ["query"]
        },
        "annotations": {"readOnlyHint": true, "openWorldHint": false}
    })
}
