//! Models of JavaScript's libraries, those of Node.js, and packages from npm.

/// Each text with its name, in the order in which they are added.
pub(super) static FILES: &[(&str, &str)] = &[
    ("code", include_str!("javascript/code.txt")),
    ("data", include_str!("javascript/data.txt")),
    ("fs", include_str!("javascript/fs.txt")),
    ("http", include_str!("javascript/http.txt")),
    ("malice", include_str!("javascript/malice.txt")),
    ("mcp", include_str!("javascript/mcp.txt")),
    ("process", include_str!("javascript/process.txt")),
    ("values", include_str!("javascript/values.txt")),
];
