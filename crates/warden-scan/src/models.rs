//! What is said about libraries: the words that the tables use, and the tables of each language.

use std::sync::LazyLock;

use warden_flow::models::{Bits, Models, Table, Vocabulary};

/// Where a value must not arrive unchecked. The position is the bit, so new ones go to the end.
static SINKS: &[&str] = &[
    "command",
    "program",
    "argument",
    "code",
    "template",
    "path",
    "link",
    "archive",
    "sql",
    "nosql",
    "query",
    "ssrf",
    "deserialise",
    "html",
    "regex",
    "size",
    "tempfile",
    "header",
    "log",
    "egress",
    "response",
    "mail-header",
    "module",
];

/// What may be known of a value.
static MARKS: &[&str] =
    &["leading", "authority", "resolved", "numeric", "charset", "quoted", "separator", "contained"];

/// Where values come in.
static SOURCES: &[&str] = &[
    "tool",
    "resource",
    "prompt",
    "http",
    "remote",
    "env",
    "file",
    "credential",
    "database",
    "system",
];

static MODELS: LazyLock<Models> = LazyLock::new(|| Models {
    vocabulary: Vocabulary {
        sinks: SINKS.to_vec(),
        marks: MARKS.to_vec(),
        sources: SOURCES.to_vec(),
    },
    python: Table::default(),
    javascript: Table::default(),
    go: Table::default(),
    pattern: |_, _, _| Bits::NONE,
});

/// Every model.
#[must_use]
pub fn models() -> &'static Models {
    &MODELS
}
